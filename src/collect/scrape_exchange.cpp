#include "collect/scrape_exchange.h"

#include <chrono>
#include <memory>
#include <optional>

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/version.h"

namespace ihc {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<beast::tcp_stream>;

constexpr std::uint32_t kMaxHeaderBytes = 16 * limits::kKiB;
constexpr std::size_t kBufferBytes = 64 * limits::kKiB;

constexpr std::int64_t kOurOwnDelayNs = 200'000'000;

enum class Stage { connecting, handshaking, asking };

http::request<http::empty_body> request_for(const MetricsUrl& url, const std::string& token) {
  http::request<http::empty_body> request(http::verb::get, url.target, 11);
  request.set(http::field::host, url.authority());
  request.set(http::field::user_agent, std::string("ihc/") + kVersion);
  // Without Accept-Encoding: what is read is what the server wrote, and no small answer becomes a large one.
  request.set(http::field::accept, "text/plain;version=0.0.4, */*;q=0.1");
  request.set(http::field::connection, "close");
  if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
  return request;
}

std::string seconds_text() {
  return std::to_string(limits::kScrapeDeadline.count() / 1000) + "." +
         std::to_string(limits::kScrapeDeadline.count() % 1000 / 100) + " s";
}

/// Why a certificate was refused; nothing when it was not.
std::optional<std::string> refused_certificate(SSL* tls) {
  const long result = ::SSL_get_verify_result(tls);
  if (result == X509_V_OK) return std::nullopt;
  const std::string why = " (" + std::string(::X509_verify_cert_error_string(result)) + "); ";
  if (result == X509_V_ERR_HOSTNAME_MISMATCH || result == X509_V_ERR_IP_ADDRESS_MISMATCH)
    return "has a certificate for another name" + why + "ask it by the name in its certificate";
  return "has a certificate that cannot be trusted" + why + "name its authority's file in SSL_CERT_FILE";
}

template <class Stream>
class Exchange : public std::enable_shared_from_this<Exchange<Stream>> {
 public:
  Exchange(Stream stream, const ScrapeOrder& order, std::function<void(ScrapeReply)> done)
      : stream_(std::move(stream)),
        order_(order),
        request_(request_for(order.target->url, *order.token)),
        done_(std::move(done)) {
    parser_.body_limit(limits::kMaxScrapeBytes);
    parser_.header_limit(kMaxHeaderBytes);
    if constexpr (is_tls()) name_the_host();
  }

  void start() {
    reply_.taken_ns = started_ns_ = monotonic_now_ns();
    // Set once: it holds for all that follows, so a server that drips gets no more time than one that is silent.
    socket().expires_after(limits::kScrapeDeadline);
    socket().async_connect(order_.endpoints,
                           [self = this->shared_from_this()](error_code error, const asio::ip::tcp::endpoint&) {
                             if (error) return self->fail(error);
                             self->shake_hands();
                           });
  }

 private:
  static constexpr bool is_tls() { return std::is_same_v<Stream, TlsStream>; }

  beast::tcp_stream& socket() {
    if constexpr (is_tls()) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  void name_the_host() {
    SSL* tls = stream_.native_handle();
    const MetricsUrl& url = order_.target->url;
    if (url.is_address) {
      ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(tls), url.host.c_str());
    } else {
      std::string name = url.host;  // SSL_set_tlsext_host_name(3) is a macro around this, with a cast in C's way
      ::SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
      ::SSL_set1_host(tls, url.host.c_str());
    }
    stream_.set_verify_mode(asio::ssl::verify_peer);
  }

  void shake_hands() {
    if constexpr (is_tls()) {
      stage_ = Stage::handshaking;
      stream_.async_handshake(asio::ssl::stream_base::client, [self = this->shared_from_this()](error_code error) {
        if (error) return self->fail(error);
        self->ask();
      });
    } else {
      ask();
    }
  }

  void ask() {
    stage_ = Stage::asking;
    reply_.taken_ns = monotonic_now_ns();
    http::async_write(stream_, request_, [self = this->shared_from_this()](error_code error, std::size_t) {
      // A server that refuses may answer and close before it has read the request: its answer says more.
      if (error == beast::error::timeout) return self->fail(error);
      self->read_head();
    });
  }

  void read_head() {
    http::async_read_header(stream_, buffer_, parser_,
                            [self = this->shared_from_this()](error_code error, std::size_t) {
                              if (error) return self->fail(error);
                              if (self->accepts_head()) self->read_body();
                            });
  }

  void read_body() {
    http::async_read(stream_, buffer_, parser_, [self = this->shared_from_this()](error_code error, std::size_t) {
      if (error) return self->fail(error);
      self->reply_.body = std::move(self->parser_.get().body());
      if (trim(self->reply_.body).empty()) return self->finish(ScrapeOutcome::failed, "answers with an empty text");
      if (trim(self->reply_.body).front() == '<')
        return self->finish(ScrapeOutcome::failed, "answers with a page, not with metrics: look at the path");
      self->finish(ScrapeOutcome::answered, "");
    });
  }

  /// Whether what follows can be metrics. An answer that is none is not read further, however long it is.
  bool accepts_head() {
    const auto& head = parser_.get();
    const unsigned code = head.result_int();
    const std::string answer = std::to_string(code) + " " + std::string(http::obsolete_reason(head.result()));
    const std::string type = to_lower(std::string(head[http::field::content_type]));
    const std::string encoding = to_lower(std::string(head[http::field::content_encoding]));
    if (code == 401 || code == 403) {
      finish(ScrapeOutcome::forbidden, "answers " + answer + ": give a bearer token by --metrics-token-file");
    } else if (code >= 300 && code < 400) {
      finish(ScrapeOutcome::failed, "answers " + answer + ": redirections are not followed, name the final URL");
    } else if (code == 404) {
      finish(ScrapeOutcome::failed, "answers " + answer + ": look at the path");
    } else if (code != 200) {
      finish(ScrapeOutcome::failed, "answers " + answer);
    } else if (type.starts_with("text/html")) {
      finish(ScrapeOutcome::failed, "answers with a page, not with metrics: look at the path");
    } else if (!encoding.empty() && encoding != "identity") {
      finish(ScrapeOutcome::failed, "answers compressed, which was not asked for");
    } else {
      return true;
    }
    return false;
  }

  void fail(error_code error) {
    if (error == beast::error::timeout) return finish(ScrapeOutcome::late, late_text());
    if (error == http::error::body_limit) {
      return finish(ScrapeOutcome::too_large,
                    "answers with more than " + std::to_string(limits::kMaxScrapeBytes) + " bytes");
    }
    finish(ScrapeOutcome::failed, failure_text(error));
  }

  std::string late_text() const {
    // At nice 19 on a machine whose processors are all taken, it may be us who came late: that is no word about the
    // server.
    const std::int64_t overdue_ns =
        monotonic_now_ns() - started_ns_ - std::chrono::nanoseconds(limits::kScrapeDeadline).count();
    if (overdue_ns > kOurOwnDelayNs) return "was not read in time: this machine's processors were all taken";
    switch (stage_) {
      case Stage::connecting:
        return "accepted no connection within " + seconds_text();
      case Stage::handshaking:
        return "did not finish the TLS handshake within " + seconds_text();
      case Stage::asking:
        break;
    }
    return parser_.is_header_done() ? "did not finish its answer within " + seconds_text()
                                    : "accepted the connection and did not answer within " + seconds_text();
  }

  std::string failure_text(error_code error) {
    const bool is_closed = error == http::error::end_of_stream || error == http::error::partial_message ||
                           error == asio::error::eof || error == asio::error::connection_reset ||
                           error == asio::ssl::error::stream_truncated;
    if (stage_ == Stage::connecting && !is_closed) {
      if (error == asio::error::connection_refused) return "refuses connections: nothing listens on this port";
      return "cannot be reached: " + error.message();
    }
    if constexpr (is_tls()) {
      if (stage_ == Stage::handshaking) {
        if (const auto refused = refused_certificate(stream_.native_handle())) return *refused;
        return "failed the TLS handshake (" + error.message() + "): does it speak plain http?";
      }
    }
    if (is_closed) return "closed the connection before its answer was whole";
    return "does not answer as HTTP says (" + error.message() + "): does it speak https?";
  }

  void finish(ScrapeOutcome outcome, std::string said) {
    reply_.outcome = outcome;
    reply_.said = std::move(said);
    if (outcome != ScrapeOutcome::answered) reply_.body.clear();
    reply_.duration_ns = monotonic_now_ns() - started_ns_;
    done_(std::move(reply_));
    if constexpr (is_tls()) {
      // A polite end, for the server's log; nobody waits for it, and the deadline still holds.
      if (outcome == ScrapeOutcome::answered) stream_.async_shutdown([self = this->shared_from_this()](error_code) {});
    }
  }

  Stream stream_;
  ScrapeOrder order_;
  http::request<http::empty_body> request_;
  http::response_parser<http::string_body> parser_;
  beast::flat_buffer buffer_{kBufferBytes};
  std::function<void(ScrapeReply)> done_;
  ScrapeReply reply_;
  std::int64_t started_ns_ = 0;
  Stage stage_ = Stage::connecting;
};

}  // namespace

void start_exchange(const ScrapeOrder& order, std::function<void(ScrapeReply)> done) {
  beast::tcp_stream socket(*order.io);
  if (!order.target->url.is_tls) {
    return std::make_shared<Exchange<beast::tcp_stream>>(std::move(socket), order, std::move(done))->start();
  }
  std::make_shared<Exchange<TlsStream>>(TlsStream(std::move(socket), *order.tls), order, std::move(done))->start();
}

}  // namespace ihc
