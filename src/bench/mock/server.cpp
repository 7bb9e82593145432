#include "bench/mock/server.h"

#include <algorithm>
#include <chrono>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sched.h>
#include <sys/prctl.h>
#include <time.h>

#include "bench/affinity.h"
#include "bench/mock/connection.h"

namespace ihc::bench {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

void MockLoop::enter(std::function<void()> start) {
  if (is_full()) {
    ++counters.waiting;
    queue.push_back(std::move(start));
    return;
  }
  ++counters.running;
  start();
}

void MockLoop::leave() {
  if (queue.empty()) {
    --counters.running;
    return;
  }
  // The slot goes on to the next; from the loop, so that a long queue is no deep stack.
  --counters.waiting;
  asio::post(io, [start = std::move(queue.front())] { start(); });
  queue.pop_front();
}

void MockLoop::begin() {
  if (std::exchange(began_, true) || script.freeze_ns == 0) return;
  auto timer = std::make_shared<asio::steady_timer>(io, std::chrono::nanoseconds(script.freeze_at_ns));
  timer->async_wait([this, timer](error_code error) {
    if (error) return;
    // Nothing happens in this process meanwhile: neither accepting nor reading nor sending.
    timespec left{script.freeze_ns / 1'000'000'000, script.freeze_ns % 1'000'000'000};
    while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
  });
}

namespace {

class Server : public MockServer {
 public:
  explicit Server(const MockScript& script, MockListen listen) : listen_(std::move(listen)), acceptor_(loop_.io) {
    loop_.script = script;
  }

  Result<void> open() {
    error_code error;
    const asio::ip::address address = asio::ip::make_address(listen_.address, error);
    if (error) return fail(ErrorCode::usage, "no IP address", "--listen " + listen_.address, "for example 127.0.0.1");
    const std::string where = "port " + std::to_string(listen_.port) + " of " + listen_.address;
    const tcp::endpoint endpoint(address, listen_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail(error_from_errno(error.value(), where));
    return open_tls();
  }

  std::uint16_t port() const override {
    error_code ignored;
    return acceptor_.local_endpoint(ignored).port();
  }

  Result<void> run() override {
    if (listen_.cpus) {
      if (auto pinned = pin_to(*listen_.cpus); !pinned) return pinned;
    }
    // Timers fire when they are due, not up to 50 us later (prctl(2), PR_SET_TIMERSLACK).
    ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    const MockScript& script = loop_.script;
    loop_.work = std::make_unique<TokenWork>(script.burn_ns, script.touch_bytes, script.memory_bytes,
                                             script.remote_penalty.value_or(1));
    asio::signal_set signals(loop_.io, SIGINT, SIGTERM);
    signals.async_wait([this](error_code, int) { loop_.io.stop(); });
    asio::steady_timer end(loop_.io);
    if (listen_.for_ns) {
      end.expires_after(std::chrono::nanoseconds(*listen_.for_ns));
      end.async_wait([this](error_code error) {
        if (!error) loop_.io.stop();
      });
    }
    accept();
    loop_.io.run();
    return {};
  }

 private:
  Result<void> open_tls() {
    if (listen_.tls_certificate.empty()) return {};
    tls_.emplace(asio::ssl::context::tls_server);
    error_code error;
    tls_->use_certificate_chain_file(listen_.tls_certificate, error);
    if (error) return fail(ErrorCode::malformed, error.message(), listen_.tls_certificate, "give a PEM certificate");
    tls_->use_private_key_file(listen_.tls_key, asio::ssl::context::pem, error);
    if (error) return fail(ErrorCode::malformed, error.message(), listen_.tls_key, "give its key as PEM");
    return {};
  }

  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (!error) serve_connection(std::move(socket), tls_ ? &*tls_ : nullptr, loop_);
      // Out of descriptors: those that are open go on, and new ones are tried again when one may be free.
      if (error == asio::error::no_descriptors) return retry_accept();
      if (error != asio::error::operation_aborted) accept();
    });
  }

  void retry_accept() {
    auto timer = std::make_shared<asio::steady_timer>(loop_.io, std::chrono::milliseconds(50));
    timer->async_wait([this, timer](error_code error) {
      if (!error) accept();
    });
  }

  MockListen listen_;
  std::optional<asio::ssl::context> tls_;
  MockLoop loop_;
  tcp::acceptor acceptor_;
};

}  // namespace

Result<std::unique_ptr<MockServer>> MockServer::create(const MockScript& script, const MockListen& listen) {
  auto server = std::make_unique<Server>(script, listen);
  if (auto opened = server->open(); !opened) return fail(std::move(opened.error()));
  return server;
}

}  // namespace ihc::bench
