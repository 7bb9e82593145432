#include "bench/mock/connection.h"

#include <chrono>
#include <memory>
#include <optional>

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"

namespace ihc::bench {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket>;

/// A step that comes later than this after it was due moves what follows: a server that was held up does not catch up.
/// What a busy machine's scheduler adds stays below it and does not add up.
constexpr std::int64_t kLateNs = 20'000'000;
constexpr double kNsPerSecond = 1e9;

template <class Stream>
class Connection : public std::enable_shared_from_this<Connection<Stream>> {
 public:
  Connection(Stream stream, MockLoop& loop) : stream_(std::move(stream)), loop_(loop), timer_(loop.io) {}

  void start() {
    error_code ignored;
    socket().set_option(tcp::no_delay(true), ignored);
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](error_code error) {
        if (!error) self->read_request();
      });
    } else {
      read_request();
    }
  }

 private:
  tcp::socket& socket() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  void read_request() {
    parser_.emplace();
    parser_->body_limit(limits::kMaxAnswerBytes);
    http::async_read(stream_, buffer_, *parser_, [self = this->shared_from_this()](error_code error, std::size_t) {
      if (error) return;  // who closes a kept connection needs no word
      self->answer();
    });
  }

  void answer() {
    const auto& request = parser_->get();
    const std::string target(request.target());
    const bool is_post = request.method() == http::verb::post;
    const std::string& key = loop_.script.api_key;
    if (!key.empty() && target.starts_with("/v1/") && request[http::field::authorization] != "Bearer " + key)
      return say(401, "application/json", R"({"error":{"message":"a key is wanted"}})");
    if (is_post && (target == "/v1/chat/completions" || target == "/v1/completions"))
      return complete(target == "/v1/chat/completions");
    if (is_post || request.method() != http::verb::get) return say(405, "text/plain", "only GET and POST\n");
    if (target == "/metrics")
      return say(200, "text/plain; version=0.0.4; charset=utf-8", metrics_text(loop_.counters, loop_.script));
    if (target == "/health") return say(200, "application/json", to_compact_text(health()));
    if (target == "/v1/models") {
      const Json model{{"id", loop_.script.model}, {"object", "model"}, {"owned_by", "ihc"}};
      return say(200, "application/json", to_compact_text({{"object", "list"}, {"data", Json::array({model})}}));
    }
    say(404, "application/json", R"({"error":{"message":"no such path"}})");
  }

  Json health() const {
    Json health{{"status", "ok"}, {"server", "ihc-mock-server"}};
    if (loop_.script.remote_penalty) health["synthetic_remote_penalty"] = *loop_.script.remote_penalty;
    return health;
  }

  void complete(bool is_chat) {
    read_ns_ = monotonic_now_ns();
    const auto request = read_mock_request(parser_->get().body(), is_chat);
    if (!request) return say(400, "application/json", R"({"error":{"message":"no request that can be read"}})");
    loop_.begin();
    steps_ = plan_answer(loop_.script, *request, loop_.ordinal++);
    loop_.counters.prompt_tokens += request->prompt_tokens;
    had_to_wait_ = loop_.is_full();
    loop_.enter([self = this->shared_from_this()] {
      self->holds_slot_ = true;
      self->step_ = 0;
      self->tokens_sent_ = 0;
      // Planning the answer is no part of its time; waiting for a slot is.
      self->due_ns_ = self->had_to_wait_ ? monotonic_now_ns() : self->read_ns_;
      self->wait_for_step();
    });
  }

  void wait_for_step() {
    due_ns_ += steps_[step_].wait_ns;
    wait_until(due_ns_, [](Connection& self) { self.do_step(); });
  }

  template <class Next>
  void wait_until(std::int64_t at_ns, Next next) {
    if (at_ns <= monotonic_now_ns()) return next(*this);
    timer_.expires_at(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(at_ns)));
    timer_.async_wait([self = this->shared_from_this(), next](error_code error) {
      if (!error) next(*self);
    });
  }

  void do_step() {
    MockStep& step = steps_[step_];
    loop_.work->work(step.tokens);
    const std::int64_t now_ns = monotonic_now_ns();
    if (now_ns - due_ns_ > kLateNs) due_ns_ = now_ns;
    if (step.tokens > 0 && std::exchange(tokens_sent_, tokens_sent_ + step.tokens) == 0)
      loop_.counters.ttft.add(static_cast<double>(now_ns - read_ns_) / kNsPerSecond);
    loop_.counters.generation_tokens += step.tokens;
    written_ = 0;
    write_piece();
  }

  /// All that is left of the step, or the next drop of it.
  void write_piece() {
    const MockStep& step = steps_[step_];
    const std::size_t left = step.bytes.size() - written_;
    if (left == 0) return end_step();
    const std::size_t drip = loop_.script.drip_bytes;
    const std::size_t size = drip > 0 ? std::min(drip, left) : left;
    asio::async_write(stream_, asio::buffer(step.bytes.data() + written_, size),
                      [self = this->shared_from_this()](error_code error, std::size_t count) {
                        if (error) return self->give_up();
                        self->written_ += count;
                        if (self->written_ == self->steps_[self->step_].bytes.size()) return self->end_step();
                        self->wait_until(monotonic_now_ns() + self->loop_.script.drip_gap_ns,
                                         [](Connection& me) { me.write_piece(); });
                      });
  }

  void end_step() {
    switch (steps_[step_].end) {
      case MockStep::End::none:
        ++step_;
        return wait_for_step();
      case MockStep::End::keep:
        loop_.counters.e2e.add(static_cast<double>(monotonic_now_ns() - read_ns_) / kNsPerSecond);
        ++loop_.counters.succeeded;
        give_slot_back();
        return parser_->get().keep_alive() ? read_request() : close();
      case MockStep::End::close:
        give_slot_back();
        return close();
      case MockStep::End::reset:
        return give_up();
      case MockStep::End::hang:
        // Until the client has enough.
        return socket().async_wait(tcp::socket::wait_read,
                                   [self = this->shared_from_this()](error_code) { self->give_up(); });
    }
  }

  /// Closes at once, with a reset.
  void give_up() {
    error_code ignored;
    socket().set_option(asio::socket_base::linger(true, 0), ignored);
    socket().close(ignored);
    give_slot_back();
  }

  void close() {
    error_code ignored;
    socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  void give_slot_back() {
    if (std::exchange(holds_slot_, false)) loop_.leave();
  }

  /// An answer that takes no slot.
  void say(int status, std::string_view type, const std::string& body) {
    said_ = http_answer(status, type, body, mock_headers(loop_.script));
    asio::async_write(stream_, asio::buffer(said_), [self = this->shared_from_this()](error_code error, std::size_t) {
      if (error) return;
      if (self->parser_->get().keep_alive()) return self->read_request();
      self->close();
    });
  }

  Stream stream_;
  MockLoop& loop_;
  asio::steady_timer timer_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::vector<MockStep> steps_;
  std::size_t step_ = 0;
  std::size_t written_ = 0;
  std::int64_t due_ns_ = 0;
  std::int64_t read_ns_ = 0;
  std::int64_t tokens_sent_ = 0;
  bool had_to_wait_ = false;
  bool holds_slot_ = false;
  std::string said_;
};

}  // namespace

void serve_connection(tcp::socket socket, asio::ssl::context* tls, MockLoop& loop) {
  if (tls != nullptr) {
    return std::make_shared<Connection<TlsStream>>(TlsStream(std::move(socket), *tls), loop)->start();
  }
  std::make_shared<Connection<tcp::socket>>(std::move(socket), loop)->start();
}

}  // namespace ihc::bench
