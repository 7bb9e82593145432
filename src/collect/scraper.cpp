#include "collect/scraper.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "collect/helper_process.h"
#include "collect/scrape_server.h"

namespace ihc {

namespace {

constexpr std::size_t kReceiveBytes = 256 * limits::kKiB;
constexpr std::chrono::milliseconds kMargin{300};
constexpr int kStopRounds = 500;
constexpr int kLastRounds = 50;

/// Nothing outside what our own copy would send: it has read strangers' bytes.
bool is_plausible(const ScrapeHead& head, std::size_t targets) {
  return head.target < targets && head.said_bytes <= kMaxSaidBytes && head.body_bytes <= limits::kMaxScrapeBytes &&
         head.outcome >= ScrapeOutcome::answered && head.outcome <= ScrapeOutcome::failed && head.taken_ns >= 0;
}

}  // namespace

Result<std::unique_ptr<Scraper>> Scraper::start(std::vector<ScrapeTarget> targets, const std::string& token) {
  std::unique_ptr<Scraper> scraper(new Scraper(std::move(targets)));
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return fail(error_from_errno(errno, "scraping process", "raise the limit of open files"));
  }
  scraper->socket_ = FileDescriptor(pair[0]);
  const FileDescriptor theirs(pair[1]);
  const int parent_pid = ::getpid();
  scraper->pid_ = ::fork();
  if (scraper->pid_ == 0) run_scrape_server(theirs.get(), scraper->targets_, token, parent_pid);
  if (scraper->pid_ < 0) return fail(error_from_errno(errno, "scraping process", "raise the limit of processes"));
  return scraper;
}

Scraper::~Scraper() { stop(); }

void Scraper::ask(std::size_t target) {
  if (is_waited_for_[target]) return;
  is_waited_for_[target] = true;
  const auto request = static_cast<ScrapeRequest>(target);
  // A process that is gone shows itself when its answers are taken.
  [[maybe_unused]] const ssize_t sent = ::send(socket_.get(), &request, sizeof request, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Scraper::take(const std::function<void(ScrapeReply&&)>& take) {
  if (!waits()) return;
  const bool is_alive = receive();
  if (deliver_whole_replies(take) && is_alive) return;
  stop();
  inbox_.clear();
  give_up(take, ScrapeOutcome::failed, "was not asked: the scraping process ended");
}

void Scraper::take_all(const std::function<void(ScrapeReply&&)>& take) {
  const std::int64_t until_ns =
      monotonic_now_ns() + std::chrono::nanoseconds(limits::kScrapeDeadline + kMargin).count();
  while (waits()) {
    const std::int64_t left_ns = until_ns - monotonic_now_ns();
    if (left_ns <= 0) return give_up(take, ScrapeOutcome::late, "gave no answer in time");
    pollfd waited{socket_.get(), POLLIN, 0};
    const timespec timeout{left_ns / 1'000'000'000, left_ns % 1'000'000'000};
    ::ppoll(&waited, 1, &timeout, nullptr);
    this->take(take);
  }
}

void Scraper::stop() {
  socket_ = FileDescriptor();
  if (pid_ <= 0) return;
  if (!wait_for(pid_, kStopRounds)) {
    ::kill(pid_, SIGKILL);
    wait_for(pid_, kLastRounds);
  }
  pid_ = -1;
}

bool Scraper::waits() const { return std::ranges::find(is_waited_for_, true) != is_waited_for_.end(); }

/// Takes what has come; false when the process is gone.
bool Scraper::receive() {
  // One answer of each is all that can be on its way.
  while (inbox_.size() <= targets_.size() * (limits::kMaxScrapeBytes + kReceiveBytes)) {
    const std::size_t had = inbox_.size();
    inbox_.resize(had + kReceiveBytes);
    const ssize_t count = ::recv(socket_.get(), inbox_.data() + had, kReceiveBytes, MSG_DONTWAIT);
    const int error = errno;
    inbox_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count == 0) return false;
    if (count < 0 && error != EINTR) return error == EAGAIN;
  }
  return false;
}

/// False when something came that is no reply.
bool Scraper::deliver_whole_replies(const std::function<void(ScrapeReply&&)>& take) {
  std::size_t at = 0;
  bool is_sound = true;
  while (is_sound && inbox_.size() - at >= sizeof(ScrapeHead)) {
    ScrapeHead head;
    std::memcpy(&head, inbox_.data() + at, sizeof head);
    is_sound = is_plausible(head, targets_.size()) && is_waited_for_[head.target];
    if (!is_sound || inbox_.size() - at - sizeof head < head.said_bytes + head.body_bytes) break;
    at += sizeof head;
    ScrapeReply reply{.target = head.target,
                      .outcome = head.outcome,
                      .said = inbox_.substr(at, head.said_bytes),
                      .body = inbox_.substr(at + head.said_bytes, head.body_bytes),
                      .taken_ns = head.taken_ns,
                      .duration_ns = head.duration_ns};
    at += head.said_bytes + head.body_bytes;
    is_waited_for_[head.target] = false;
    take(std::move(reply));
  }
  inbox_.erase(0, at);
  return is_sound;
}

void Scraper::give_up(const std::function<void(ScrapeReply&&)>& take, ScrapeOutcome outcome, const std::string& said) {
  for (std::size_t target = 0; target < targets_.size(); ++target) {
    if (!is_waited_for_[target]) continue;
    is_waited_for_[target] = false;
    take({.target = target, .outcome = outcome, .said = said, .body = {}, .taken_ns = monotonic_now_ns()});
  }
}

}  // namespace ihc
