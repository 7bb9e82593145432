#include "bench/load/target.h"

#include "base/clock.h"
#include "base/host_addresses.h"
#include "base/json.h"
#include "base/text.h"
#include "base/tls_authorities.h"
#include "bench/load/client.h"
#include "bench/load/request.h"

namespace ihc::bench {

namespace {

namespace asio = boost::asio;

constexpr std::int64_t kLookNs = 10'000'000'000;
constexpr std::size_t kMaxModels = 16;

struct Looked {
  RequestRecord record;
  AnswerDetails details;
};

Looked get(const LoadSettings& settings, Target& target, const std::shared_ptr<Connection>& connection,
           const std::string& path) {
  Looked looked;
  Exchange exchange{.request = get_text(settings, path),
                    .expects_stream = false,
                    .keeps_chunks = false,
                    .deadline_ns = monotonic_now_ns() + kLookNs,
                    .details = &looked.details};
  connection->exchange(exchange, [&target] { target.io->stop(); });
  target.io->restart();
  target.io->run();
  looked.record = exchange.record;
  return looked;
}

/// "/v1/models" beside "/v1/chat/completions", wherever that stands.
std::string beside(const LoadSettings& settings, std::string_view path) {
  const std::string& target = settings.url.target;
  const std::size_t end = target.rfind(settings.is_chat ? "/chat/completions" : "/completions");
  return target.substr(0, end) + std::string(path);
}

std::string root_of(const LoadSettings& settings) {
  const std::string base = beside(settings, "");
  return base.ends_with("/v1") ? base.substr(0, base.size() - 3) : base;
}

/// {"data": [{"id": "…", "owned_by": "vllm"}]}
void take_models(const std::string& body, LoadSettings& settings, ServerSeen& server) {
  const auto json = parse_json(body, "");
  if (!json || !json->is_object()) return;
  const auto data = json->find("data");
  if (data == json->end() || !data->is_array()) return;
  for (const Json& model : *data) {
    const auto id = model.is_object() ? model.find("id") : model.end();
    if (!model.is_object() || id == model.end() || !id->is_string() || server.models.size() >= kMaxModels) continue;
    server.models.push_back(id->get<std::string>());
    const auto owner = model.find("owned_by");
    const bool is_known = owner != model.end() && (*owner == "vllm" || *owner == "sglang");
    if (is_known && !settings.ignore_eos) settings.ignore_eos = true;
  }
  if (!settings.model && !server.models.empty()) settings.model = server.models.front();
}

Error unreachable(const RequestRecord& record, const LoadSettings& settings) {
  const bool is_tls = record.outcome == Outcome::tls_failed;
  return {.code = record.outcome == Outcome::timed_out ? ErrorCode::timed_out : ErrorCode::io,
          .what = "the server cannot be reached: " + record.error,
          .where = settings.url.stored(),
          .hint = is_tls ? "name its authority's file in SSL_CERT_FILE" : "look at host and port, and whether it runs"};
}

}  // namespace

Result<std::unique_ptr<OwnedTarget>> open_target(const HttpUrl& url) {
  const auto addresses = addresses_of(url);
  if (!addresses) return fail(addresses.error());
  auto owned = std::make_unique<OwnedTarget>();
  owned->target.io = &owned->io;
  owned->target.url = url;
  for (const std::string& text : *addresses) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(text, error);
    if (!error) owned->target.endpoints.emplace_back(address, url.port);
  }
  if (!url.is_tls) return owned;
  owned->tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  ::SSL_CTX_set_min_proto_version(owned->tls->native_handle(), TLS1_2_VERSION);
  load_authorities(owned->tls->native_handle());
  owned->target.tls = owned->tls.get();
  return owned;
}

Result<ServerSeen> look_at_server(LoadSettings& settings, Target& target) {
  auto connection = Connection::create(target);
  const Looked models = get(settings, target, connection, beside(settings, "/models"));
  const auto status = models.record.http_status;
  // A server may know nothing of /v1/models, or close each connection: that it answers is enough.
  if (!models.record.connected_ns || models.record.outcome == Outcome::timed_out)
    return fail(unreachable(models.record, settings));
  if (status == 401 || status == 403)
    return fail(ErrorCode::permission, "the server answers " + std::to_string(*status), settings.url.stored(),
                "give its key by --api-key-file or IHC_API_KEY");
  ServerSeen server;
  if (status == 200) take_models(models.details.body, settings, server);
  server.address = connection->peer().address().to_string();
  server.is_local = connection->peer().address() == connection->local().address();
  if (!models.details.server.empty()) server.server_header = models.details.server;
  if (!connection->is_open()) connection = Connection::create(target);
  const Looked health = get(settings, target, connection, root_of(settings) + "/health");
  for (const auto& penalty : {models.details.penalty, health.details.penalty}) {
    if (const auto factor = parse_decimal(penalty)) server.synthetic_remote_penalty = factor;
  }
  connection->close();
  if (*server.is_local) look_for_local_server(settings.url.port, server);
  return server;
}

}  // namespace ihc::bench
