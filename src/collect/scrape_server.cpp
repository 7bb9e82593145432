#include "collect/scrape_server.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <exception>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <grp.h>
#include <openssl/ssl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/tls_authorities.h"
#include "collect/helper_process.h"
#include "collect/scrape_exchange.h"

namespace ihc {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr unsigned kNobody = 65534;

/// What reads a stranger's bytes needs no right of root's. Where it may not be given up (a user namespace without
/// nobody), it stays.
void become_nobody(int parent_pid) {
  if (::geteuid() == 0 && ::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
      ::setresuid(kNobody, kNobody, kNobody) == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // cleared by the change; prctl(2)
    if (::getppid() != parent_pid) ::_exit(1);
  }
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

class Server {
 public:
  Server(const std::vector<ScrapeTarget>& targets, const std::string& token) : targets_(targets), token_(token) {
    bool wants_tls = false;
    for (const ScrapeTarget& target : targets) {
      wants_tls = wants_tls || target.url.is_tls;
      endpoints_.push_back(endpoints_of(target));
    }
    if (!wants_tls) return;
    tls_.emplace(asio::ssl::context::tls_client);
    ::SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION);
    load_authorities(tls_->native_handle());
  }

  void run() {
    parent_.assign(asio::local::stream_protocol(), kHelperSocketFd);
    read_request();
    io_.run();
  }

 private:
  using Endpoints = std::vector<asio::ip::tcp::endpoint>;

  static Endpoints endpoints_of(const ScrapeTarget& target) {
    Endpoints endpoints;
    for (const std::string& text : target.addresses) {
      error_code error;
      const auto address = asio::ip::make_address(text, error);
      if (!error) endpoints.emplace_back(address, target.url.port);
    }
    return endpoints;
  }

  void read_request() {
    asio::async_read(parent_, asio::buffer(&request_, sizeof request_), [this](error_code error, std::size_t) {
      if (error) return io_.stop();  // the parent is done
      if (request_ < targets_.size()) scrape(request_);
      read_request();
    });
  }

  void scrape(std::uint32_t target) {
    start_exchange({.io = &io_,
                    .tls = tls_ ? &*tls_ : nullptr,
                    .target = &targets_[target],
                    .token = &token_,
                    .endpoints = endpoints_[target]},
                   [this, target](ScrapeReply reply) {
                     // The first address may be a dead one that swallowed the whole time: another is first next time.
                     Endpoints& endpoints = endpoints_[target];
                     if (reply.outcome == ScrapeOutcome::late && endpoints.size() > 1)
                       std::rotate(endpoints.begin(), endpoints.begin() + 1, endpoints.end());
                     send(target, reply);
                   });
  }

  void send(std::uint32_t target, const ScrapeReply& reply) {
    const std::string said = reply.said.substr(0, kMaxSaidBytes);
    const ScrapeHead head{.target = target,
                          .outcome = reply.outcome,
                          .said_bytes = said.size(),
                          .body_bytes = reply.body.size(),
                          .taken_ns = reply.taken_ns,
                          .duration_ns = reply.duration_ns};
    outbox_.push_back(std::string(reinterpret_cast<const char*>(&head), sizeof head) + said + reply.body);
    if (outbox_.size() == 1) write_next();
  }

  // Not in one blocking call: while the parent reads slowly, the other servers' answers are still taken in time.
  void write_next() {
    asio::async_write(parent_, asio::buffer(outbox_.front()), [this](error_code error, std::size_t) {
      if (error) return io_.stop();
      outbox_.pop_front();
      if (!outbox_.empty()) write_next();
    });
  }

  const std::vector<ScrapeTarget>& targets_;
  const std::string& token_;
  asio::io_context io_{1};
  asio::local::stream_protocol::socket parent_{io_};
  std::optional<asio::ssl::context> tls_;
  std::vector<Endpoints> endpoints_;
  ScrapeRequest request_ = 0;
  std::deque<std::string> outbox_;
};

}  // namespace

void run_scrape_server(int socket_fd, const std::vector<ScrapeTarget>& targets, const std::string& token,
                       int parent_pid) {
  leave_the_parents_world(socket_fd, parent_pid);
  try {
    Server server(targets, token);
    become_nobody(parent_pid);
    server.run();
  } catch (const std::exception&) {
    ::_exit(1);  // the parent sees the socket close, and says so
  }
  ::_exit(0);
}

}  // namespace ihc
