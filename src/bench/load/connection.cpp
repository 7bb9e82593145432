#include "bench/load/connection.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <optional>

#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <netinet/tcp.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include "base/clock.h"

namespace ihc::bench {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket>;

constexpr std::size_t kReadBytes = std::size_t{16} * 1024;
constexpr std::int64_t kConnectAheadNs = 10'000'000'000;

template <class Stream>
class SocketConnection : public Connection, public std::enable_shared_from_this<SocketConnection<Stream>> {
 public:
  /// `arguments` make the stream.
  template <class... Arguments>
  explicit SocketConnection(Target& target, Arguments&... arguments)
      : stream_(arguments...), target_(target), timer_(*target.io) {}

  void open(std::function<void(bool)> ready) override {
    ready_ = std::move(ready);
    limit(monotonic_now_ns() + kConnectAheadNs);
    connect();
  }

  void exchange(Exchange& exchange, std::function<void()> done) override {
    exchange_ = &exchange;
    done_ = std::move(done);
    ++turn_;
    limit(exchange.deadline_ns);
    if (!is_open_) return connect();
    send();
  }

  void cancel(Outcome outcome, std::string_view why) override {
    if (exchange_ != nullptr) fail(outcome, why);
  }

  bool is_open() const override { return is_open_; }
  tcp::endpoint peer() const override { return peer_; }
  tcp::endpoint local() const override { return local_; }

  void close() override {
    if (!socket().is_open()) return;
    note_retransmits();
    is_open_ = false;
    error_code ignored;
    socket().close(ignored);
  }

 private:
  using Self = SocketConnection;
  static constexpr bool is_tls() { return std::is_same_v<Stream, TlsStream>; }

  tcp::socket& socket() {
    if constexpr (is_tls()) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  void limit(std::int64_t deadline_ns) {
    timer_.expires_at(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(deadline_ns)));
    timer_.async_wait([self = this->shared_from_this(), turn = turn_](error_code error) {
      if (!error && turn == self->turn_) self->time_is_up();
    });
  }

  void time_is_up() {
    if (ready_) return told(false);
    if (exchange_ == nullptr) return;
    if (!reader_)
      return fail(Outcome::timed_out,
                  is_connected_ ? "the request could not be sent in time" : "no connection within its time limit");
    reader_->time_is_up(monotonic_now_ns());
    finish();
  }

  void connect() {
    asio::async_connect(socket(), target_.endpoints,
                        [self = this->shared_from_this(), turn = turn_](error_code error, const tcp::endpoint& peer) {
                          if (turn != self->turn_) return;
                          if (error) return self->fail(Outcome::connect_failed, error.message());
                          self->connected(peer);
                        });
  }

  void connected(const tcp::endpoint& peer) {
    peer_ = peer;
    is_connected_ = true;
    error_code ignored;
    local_ = socket().local_endpoint(ignored);
    socket().set_option(tcp::no_delay(true), ignored);
    if constexpr (is_tls()) {
      name_the_host();
      stream_.async_handshake(asio::ssl::stream_base::client,
                              [self = this->shared_from_this(), turn = turn_](error_code error) {
                                if (turn != self->turn_) return;
                                if (error) return self->fail(Outcome::tls_failed, self->refusal(error));
                                self->opened();
                              });
    } else {
      opened();
    }
  }

  /// Whom the certificate must be for, as collect/scrape_exchange.cpp has it.
  void name_the_host() {
    if constexpr (is_tls()) {
      SSL* tls = stream_.native_handle();
      const HttpUrl& url = target_.url;
      if (url.is_address) {
        ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(tls), url.host.c_str());
      } else {
        std::string name = url.host;
        ::SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
        ::SSL_set1_host(tls, url.host.c_str());
      }
      stream_.set_verify_mode(asio::ssl::verify_peer);
    }
  }

  std::string refusal(error_code error) {
    if constexpr (is_tls()) {
      const long result = ::SSL_get_verify_result(stream_.native_handle());
      if (result != X509_V_OK)
        return std::string("the certificate is refused: ") + ::X509_verify_cert_error_string(result);
    }
    return error.message();
  }

  void opened() {
    is_open_ = true;
    if (exchange_ == nullptr) return told(true);
    exchange_->record.connected_ns = monotonic_now_ns();
    send();
  }

  void told(bool good) {
    ++turn_;
    timer_.cancel();
    if (!good) close();
    if (auto ready = std::exchange(ready_, nullptr)) ready(good);
  }

  void send() {
    asio::async_write(stream_, asio::buffer(exchange_->request),
                      [self = this->shared_from_this(), turn = turn_](error_code error, std::size_t) {
                        if (turn != self->turn_) return;
                        Exchange& exchange = *self->exchange_;
                        self->reader_.emplace(exchange.expects_stream, exchange.record,
                                              exchange.keeps_chunks ? &exchange.chunks : nullptr, exchange.details);
                        // A server that refuses may answer and close before it has read all: its answer says more.
                        if (!error) exchange.record.sent_ns = monotonic_now_ns();
                        self->read();
                      });
  }

  void read() {
    stream_.async_read_some(asio::buffer(bytes_),
                            [self = this->shared_from_this(), turn = turn_](error_code error, std::size_t count) {
                              const std::int64_t now_ns = monotonic_now_ns();
                              if (turn != self->turn_) return;
                              self->take(error, std::string_view(self->bytes_.data(), count), now_ns);
                            });
  }

  void take(error_code error, std::string_view bytes, std::int64_t now_ns) {
    if (!bytes.empty() && reader_->feed(bytes, now_ns) == AnswerReader::State::done) return finish();
    if (!error) return read();
    const bool is_end = error == asio::error::eof || error == asio::ssl::error::stream_truncated;
    reader_->end_of_connection(now_ns, is_end ? "" : error.message());
    finish();
  }

  void fail(Outcome outcome, std::string_view why) {
    if (ready_) return told(false);
    RequestRecord& record = exchange_->record;
    record.end_ns = monotonic_now_ns();
    record.outcome = outcome;
    record.error = why;
    finish();
  }

  void finish() {
    ++turn_;
    timer_.cancel();
    if (!reader_ || !reader_->keeps_connection()) close();
    reader_.reset();
    exchange_ = nullptr;
    const auto done = std::exchange(done_, nullptr);
    if (is_open_) watch();
    done();
  }

  /// A kept connection that the server closes is noticed before a request is lost on it. Not with TLS: there bytes may
  /// come that are no end (session tickets).
  void watch() {
    if constexpr (!is_tls()) {
      if (is_watched_) return;
      is_watched_ = true;
      socket().async_wait(tcp::socket::wait_read, [self = this->shared_from_this()](error_code error) {
        self->is_watched_ = false;
        if (error || self->exchange_ != nullptr || !self->is_open_) return;
        // What woke us may have been read since: then this is a connection like any other.
        char byte = 0;
        const ssize_t count = ::recv(self->socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return self->watch();
        self->close();
      });
    }
  }

  void note_retransmits() {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket().native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) == 0)
      target_.retransmits += info.tcpi_total_retrans;
  }

  Stream stream_;
  Target& target_;
  asio::steady_timer timer_;
  std::array<char, kReadBytes> bytes_;
  Exchange* exchange_ = nullptr;
  std::optional<AnswerReader> reader_;
  std::function<void()> done_;
  std::function<void(bool)> ready_;
  std::uint64_t turn_ = 0;  ///< handlers of an earlier request find that it is over
  tcp::endpoint peer_;
  tcp::endpoint local_;
  bool is_connected_ = false;
  bool is_open_ = false;
  bool is_watched_ = false;
};

}  // namespace

std::shared_ptr<Connection> Connection::create(Target& target) {
  if (target.tls != nullptr) return std::make_shared<SocketConnection<TlsStream>>(target, *target.io, *target.tls);
  return std::make_shared<SocketConnection<tcp::socket>>(target, *target.io);
}

}  // namespace ihc::bench
