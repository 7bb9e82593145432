#include "bench/run.h"

#include <cmath>
#include <limits>
#include <type_traits>

namespace ihc::bench {

namespace {

// One list of members for writing and for reading; `Visitor` is a Writer or a Reader.
template <class Visitor, class Settings>
void visit_settings(Visitor& visit, Settings& settings) {
  visit("url", settings.url);
  visit("api", settings.api);
  visit("streaming", settings.is_streaming);
  visit("model", settings.model);
  visit("load", settings.load);
  visit("concurrency", settings.concurrency);
  visit("rate_rps", settings.rate_rps);
  visit("arrival", settings.arrival);
  visit("requests", settings.requests);
  visit("duration_s", settings.duration_s);
  visit("warmup_requests", settings.warmup_requests);
  visit("seed", settings.seed);
  visit("temperature", settings.temperature);
  visit("ignore_eos", settings.ignore_eos);
  visit("prompts", settings.prompts);
  visit("prompts_sha256", settings.prompts_sha256);
  visit("prompt_tokens_asked", settings.prompt_tokens_asked);
  visit("max_tokens", settings.max_tokens);
  visit("timeout_s", settings.timeout_s);
  visit("slo_ms", settings.slo_ms);
}

template <class Visitor, class Window>
void visit_window(Visitor& visit, Window& window) {
  visit("started_utc", window.started_utc);
  visit("started_ns", window.started_ns);
  visit("warmed_ns", window.warmed_ns);
  visit("last_intended_ns", window.last_intended_ns);
  visit("ended_ns", window.ended_ns);
  visit("interrupted", window.interrupted);
}

template <class Visitor, class Server>
void visit_server(Visitor& visit, Server& server) {
  visit("is_local", server.is_local);
  visit("address", server.address);
  visit("server_header", server.server_header);
  visit("models", server.models);
  visit("pid", server.pid);
  visit("cpus_allowed", server.cpus_allowed);
  visit("mems_allowed", server.mems_allowed);
  visit("synthetic_remote_penalty", server.synthetic_remote_penalty);
}

template <class Visitor, class Client>
void visit_client(Visitor& visit, Client& client) {
  visit("pid", client.pid);
  visit("cpus_allowed", client.cpus_allowed);
  visit("nodes", client.nodes);
  visit("governors", client.governors);
  visit("wall_s", client.wall_s);
  visit("cpu_s", client.cpu_s);
  visit("run_delay_s", client.run_delay_s);
  visit("involuntary_switches", client.involuntary_switches);
  visit("voluntary_switches", client.voluntary_switches);
  visit("cpus_shared_with_server", client.cpus_shared_with_server);
  visit("tcp_retransmits", client.tcp_retransmits);
}

template <class Visitor, class FloorType>
void visit_floor(Visitor& visit, FloorType& floor) {
  visit("n", floor.n);
  visit("p50", floor.p50);
  visit("p95", floor.p95);
  visit("p99", floor.p99);
}

template <class Visitor, class Summary>
void visit_top(Visitor& visit, Summary& summary) {
  visit("tool", summary.tool);
  visit("tool_version", summary.tool_version);
  visit("definition", summary.definition);
  visit("run", summary.run);
  visit("runs", summary.runs);
  visit("outcomes", summary.outcomes);
  visit("chunks_not_kept", summary.chunks_not_kept);
}

class Writer {
 public:
  template <class Value>
  void operator()(const char* key, const Value& value) {
    json_[key] = value;
  }
  template <class Value>
  void operator()(const char* key, const std::optional<Value>& value) {
    if (value) json_[key] = *value;
  }
  Json take() { return std::move(json_); }

 private:
  Json json_ = Json::object();
};

class Reader {
 public:
  Reader(const Json& json, std::string where, std::vector<std::string>& problems)
      : json_(json), where_(std::move(where)), problems_(problems) {}

  template <class Value>
  void operator()(const char* key, std::optional<Value>& value) {
    const Json* found = find(key);
    if (found == nullptr) return;
    Value read{};
    if (take(*found, read)) {
      value = std::move(read);
    } else {
      problems_.push_back(where_ + "/" + key + " is not as it should be");
    }
  }
  template <class Value>
  void operator()(const char* key, Value& value) {
    std::optional<Value> read;
    (*this)(key, read);
    if (read) value = std::move(*read);
  }
  /// A member that is an object, or an empty one.
  Json section(const char* key) {
    const Json* found = find(key);
    if (found != nullptr && found->is_object()) return *found;
    problems_.push_back(where_ + "/" + key + (found == nullptr ? " is missing" : " is no object"));
    return Json::object();
  }

 private:
  const Json* find(const char* key) const {
    const auto found = json_.find(key);
    return found == json_.end() ? nullptr : &*found;
  }

  static bool take(const Json& json, bool& value) {
    if (json.is_boolean()) value = json.get<bool>();
    return json.is_boolean();
  }
  static bool take(const Json& json, std::string& value) {
    if (json.is_string()) value = json.get<std::string>();
    return json.is_string();
  }
  static bool take(const Json& json, double& value) {
    if (json.is_number()) value = json.get<double>();
    return json.is_number() && std::isfinite(value);
  }
  static bool take(const Json& json, std::int64_t& value) {
    if (!json.is_number_integer()) return false;
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (json.is_number_unsigned() && json.get<std::uint64_t>() > kMost) return false;
    value = json.get<std::int64_t>();
    return true;
  }
  static bool take(const Json& json, int& value) {
    std::int64_t wide = 0;
    if (!take(json, wide) || wide < 0 || wide > std::numeric_limits<int>::max()) return false;
    value = static_cast<int>(wide);
    return true;
  }
  static bool take(const Json& json, std::vector<std::string>& values) {
    if (!json.is_array()) return false;
    for (const Json& item : json) {
      if (!take(item, values.emplace_back())) return false;
    }
    return true;
  }
  template <class Value>
  static bool take(const Json& json, std::map<std::string, Value>& values) {
    if (!json.is_object()) return false;
    for (const auto& [key, item] : json.items()) {
      if (!take(item, values[key])) return false;
    }
    return true;
  }

  const Json& json_;
  std::string where_;
  std::vector<std::string>& problems_;
};

void read_floors(const Json& json, ReadSummary& result) {
  const auto found = json.find("floor");
  if (found == json.end() || !found->is_object()) return;
  for (const auto& [metric, one] : found->items()) {
    if (!one.is_object()) continue;
    Reader reader(one, "/floor/" + metric, result.problems);
    visit_floor(reader, result.summary.floor[metric]);
  }
}

}  // namespace

Json to_json(const RunSummary& summary) {
  const auto section = [](auto&& visit) {
    Writer writer;
    visit(writer);
    return writer.take();
  };
  Json json = section([&](Writer& writer) { visit_top(writer, summary); });
  json["format"] = kRunFormat;
  json["settings"] = section([&](Writer& writer) { visit_settings(writer, summary.settings); });
  json["window"] = section([&](Writer& writer) { visit_window(writer, summary.window); });
  json["server"] = section([&](Writer& writer) { visit_server(writer, summary.server); });
  json["client"] = section([&](Writer& writer) { visit_client(writer, summary.client); });
  for (const auto& one : summary.floor)
    json["floor"][one.first] = section([&](Writer& writer) { visit_floor(writer, one.second); });
  return json;
}

ReadSummary read_summary(const Json& json) {
  ReadSummary result;
  if (!json.is_object()) {
    result.problems.emplace_back("no JSON object");
    return result;
  }
  const auto format = json.find("format");
  if (format == json.end() || *format != kRunFormat) result.problems.emplace_back("/format is not one this ihc knows");
  RunSummary& summary = result.summary;
  Reader top(json, "", result.problems);
  visit_top(top, summary);
  const auto section = [&](const char* key, auto&& visit) {
    const Json part = top.section(key);
    Reader reader(part, "/" + std::string(key), result.problems);
    visit(reader);
  };
  section("settings", [&](Reader& reader) { visit_settings(reader, summary.settings); });
  section("window", [&](Reader& reader) { visit_window(reader, summary.window); });
  section("server", [&](Reader& reader) { visit_server(reader, summary.server); });
  section("client", [&](Reader& reader) { visit_client(reader, summary.client); });
  read_floors(json, result);
  return result;
}

}  // namespace ihc::bench
