#include "collect/read_helper.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "collect/helper_process.h"
#include "collect/read_server.h"
#include "collect/reasons.h"

namespace ihc {

namespace {

// Enough in flight that neither side waits for the other, little enough that a restart repeats little.
constexpr std::size_t kMaxInFlight = 128;
constexpr std::size_t kReceiveBytes = 65536;
constexpr std::size_t kMaxSlowest = 10;
constexpr std::int64_t kHelloPatienceNs = 5'000'000'000;
constexpr std::int64_t kPatience = 5;
constexpr std::size_t kMaxStatBytes = 4096;
constexpr int kStopRounds = 500;
constexpr int kLastRounds = 50;

std::string encode(const ReadRequest& request) {
  const RequestHead head{.kind = request.kind,
                         .pid = request.pid,
                         .path_bytes = request.path.size(),
                         .max_bytes = request.max_bytes,
                         .probe = request.probe};
  std::string message(reinterpret_cast<const char*>(&head), sizeof head);
  return message += request.path;
}

ReadReply plain_reply(EvidenceStatus status, const char* reason) {
  ReadReply reply;
  reply.status = status;
  reply.reason = reason;
  reply.taken_ns = monotonic_now_ns();
  return reply;
}

// A reply of many megabytes (interrupts of a thousand CPUs) is held once: room for exactly it, and no copy when it is
// whole.
constexpr std::size_t kLargeBytes = 1 * limits::kMiB;

void make_room(std::string& inbox, std::size_t& at, std::size_t bytes) {
  if (bytes < kLargeBytes) return;
  inbox.erase(0, std::exchange(at, 0));
  inbox.reserve(sizeof(ReplyHead) + bytes + kReceiveBytes);
}

/// The bytes behind the head at `at`, which moves past them.
std::string take_bytes(std::string& inbox, std::size_t& at, std::size_t bytes) {
  const std::size_t begin = at + sizeof(ReplyHead);
  if (at > 0 || bytes < kLargeBytes) {
    at = begin + bytes;
    return inbox.substr(begin, bytes);
  }
  std::string rest = inbox.substr(begin + bytes);
  inbox.resize(begin + bytes);
  inbox.erase(0, begin);
  return std::exchange(inbox, std::move(rest));
}

ReadReply to_reply(const ReplyHead& head, std::string bytes) {
  ReadReply reply;
  reply.taken_ns = head.taken_ns;
  reply.duration_ns = head.duration_ns;
  const auto classed = [&](StatusAndReason what) {
    reply.status = what.status;
    reply.reason = what.reason;
  };
  switch (head.outcome) {
    case ReadOutcome::done:
      reply.bytes = std::move(bytes);
      reply.cut = head.cut != 0;
      // A directory that may not be listed is worth saying; what was found elsewhere stays.
      if (head.unlisted_error != 0) classed(classify_errno(head.unlisted_error));
      break;
    case ReadOutcome::os_error:
      classed(classify_errno(head.detail));
      break;
    case ReadOutcome::not_a_file:
      classed({EvidenceStatus::skipped, reason::kStructural});
      break;
    case ReadOutcome::probe_failed:
      classed(classify_error(static_cast<ErrorCode>(head.detail)));
      break;
  }
  return reply;
}

}  // namespace

struct ReadHelper::Batch {
  std::span<const ReadRequest> requests;
  const ReadBudget& budget;
  const std::function<void(std::size_t, ReadReply&&)>& take;
  std::size_t next_to_send = 0;
  std::size_t head = 0;            // the oldest request without reply
  std::int64_t head_asked_ns = 0;  // when it became that
  std::int64_t head_since_ns = 0;  // from when its deadline counts
  int timeouts = 0;
  std::string outbox;
  std::string inbox;

  bool over_budget() const {
    const bool aborted = budget.interrupts != nullptr && budget.interrupts->load() >= 2;
    return aborted || timeouts >= budget.max_timeouts || monotonic_now_ns() >= budget.deadline_ns;
  }
  std::int64_t head_deadline_ns() const {
    return head_since_ns + std::chrono::nanoseconds(requests[head].deadline).count();
  }
};

Result<std::unique_ptr<ReadHelper>> ReadHelper::start(const std::string& root_dir) {
  std::unique_ptr<ReadHelper> helper(new ReadHelper(root_dir));
  if (auto launched = helper->launch(); !launched) return fail(std::move(launched.error()));
  return helper;
}

ReadHelper::~ReadHelper() { stop(); }

Result<void> ReadHelper::launch() {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return fail(error_from_errno(errno, "helper process", "raise the limit of open files"));
  }
  socket_ = FileDescriptor(pair[0]);
  const FileDescriptor theirs(pair[1]);
  const int parent_pid = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) run_read_server(theirs.get(), root_dir_, parent_pid);
  if (pid_ < 0) return fail(error_from_errno(errno, "helper process", "raise the limit of processes"));

  ReplyHead hello;
  pollfd waited{socket_.get(), POLLIN, 0};
  // Naming the root directory may itself block (a dead network mount).
  if (::poll(&waited, 1, static_cast<int>(kHelloPatienceNs / 1'000'000)) <= 0 ||
      ::recv(socket_.get(), &hello, sizeof hello, MSG_WAITALL) != static_cast<ssize_t>(sizeof hello)) {
    abandon();
    return fail(ErrorCode::timed_out, "cannot be opened in time", root_dir_, "check whether the mount answers");
  }
  if (hello.outcome == ReadOutcome::done) return {};
  std::string sentence(hello.bytes, '\0');
  if (::recv(socket_.get(), sentence.data(), sentence.size(), MSG_WAITALL) < 0) sentence.clear();
  abandon();
  // The sentence names the directory already.
  return fail(static_cast<ErrorCode>(hello.detail), sentence);
}

void ReadHelper::abandon() {
  socket_ = FileDescriptor();
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  abandoned_.push_back(pid_);
  pid_ = -1;
  std::erase_if(abandoned_, [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; });
}

void ReadHelper::stop() {
  socket_ = FileDescriptor();
  if (pid_ > 0) {
    if (!wait_for(pid_, kStopRounds)) ::kill(pid_, SIGKILL);
    abandoned_.push_back(pid_);
    pid_ = -1;
  }
  // A killed process is gone in a moment, unless it sleeps uninterruptibly; then it stays behind.
  std::erase_if(abandoned_, [](pid_t pid) { return wait_for(pid, kLastRounds); });
}

double ReadHelper::cpu_seconds() const {
  clockid_t clock{};
  timespec used{};
  if (pid_ <= 0 || ::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

ReadReply ReadHelper::ask(const ReadRequest& request, const ReadBudget& budget) {
  ReadReply reply;
  run(std::span(&request, 1), budget, [&](std::size_t, ReadReply&& got) { reply = std::move(got); });
  return reply;
}

void ReadHelper::run(std::span<const ReadRequest> requests, const ReadBudget& budget,
                     const std::function<void(std::size_t, ReadReply&&)>& take) {
  Batch batch{.requests = requests, .budget = budget, .take = take};
  while (batch.head < requests.size()) {
    if (pid_ <= 0) {
      deliver(batch, plain_reply(EvidenceStatus::failed, reason::kFailed));
      continue;
    }
    fill(batch);
    if (batch.next_to_send == batch.head) {  // nothing in flight and nothing more to be asked
      deliver(batch, plain_reply(EvidenceStatus::skipped, reason::kTimedOut));
      batch.next_to_send = batch.head;
      continue;
    }
    if (!flush(batch) || !receive(batch)) {
      if (batch.head < requests.size()) restart(batch, plain_reply(EvidenceStatus::failed, reason::kFailed));
    } else if (batch.head < batch.next_to_send && monotonic_now_ns() >= batch.head_deadline_ns() && is_stuck(batch)) {
      ++batch.timeouts;
      ReadReply late = plain_reply(EvidenceStatus::timed_out, reason::kTimedOut);
      late.taken_ns = batch.head_asked_ns;
      late.duration_ns = monotonic_now_ns() - batch.head_asked_ns;
      restart(batch, std::move(late));
    }
  }
}

/// At nice 19 on a machine whose processors are all taken, a read waits for its turn, not for its file. While the
/// helper is runnable it has kPatience times its deadline; once it sleeps in a read it is late.
bool ReadHelper::is_stuck(Batch& batch) const {
  pollfd answered{socket_.get(), POLLIN, 0};
  if (::poll(&answered, 1, 0) > 0) return false;  // it was us who came late
  const std::int64_t deadline_ns = std::chrono::nanoseconds(batch.requests[batch.head].deadline).count();
  const std::int64_t waited_ns = monotonic_now_ns() - batch.head_asked_ns;
  // Reading the state of a process takes none of the locks that it could hang on.
  const auto stat = read_file("/proc/" + std::to_string(pid_) + "/stat", kMaxStatBytes);
  const bool is_runnable = stat && stat->find(") R ") != std::string::npos;
  if (!is_runnable || waited_ns >= kPatience * deadline_ns) return true;
  batch.head_since_ns = monotonic_now_ns();
  return false;
}

void ReadHelper::fill(Batch& batch) {
  if (batch.over_budget()) return;
  while (batch.next_to_send < batch.requests.size() && batch.next_to_send - batch.head < kMaxInFlight) {
    if (batch.next_to_send == batch.head) batch.head_since_ns = batch.head_asked_ns = monotonic_now_ns();
    batch.outbox += encode(batch.requests[batch.next_to_send++]);
  }
}

/// Sends what fits; false when the helper is gone.
bool ReadHelper::flush(Batch& batch) {
  while (!batch.outbox.empty()) {
    const ssize_t sent = ::send(socket_.get(), batch.outbox.data(), batch.outbox.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN;
    batch.outbox.erase(0, static_cast<std::size_t>(sent));
  }
  return true;
}

/// Waits for bytes (or for room to send more) until the head's deadline and delivers what is whole; false when the
/// helper is gone.
bool ReadHelper::receive(Batch& batch) {
  const std::int64_t wait_ns = std::max<std::int64_t>(0, batch.head_deadline_ns() - monotonic_now_ns());
  const timespec timeout{wait_ns / 1'000'000'000, wait_ns % 1'000'000'000};
  const short events = batch.outbox.empty() ? POLLIN : POLLIN | POLLOUT;
  pollfd waited{socket_.get(), events, 0};
  if (::ppoll(&waited, 1, &timeout, nullptr) <= 0 || (waited.revents & ~POLLOUT) == 0) return true;
  const std::size_t had = batch.inbox.size();
  batch.inbox.resize(had + kReceiveBytes);
  const ssize_t count = ::recv(socket_.get(), batch.inbox.data() + had, kReceiveBytes, MSG_DONTWAIT);
  batch.inbox.resize(had + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count == 0) return false;
  if (count < 0) return errno == EAGAIN || errno == EINTR;

  std::size_t at = 0;
  while (batch.inbox.size() - at >= sizeof(ReplyHead)) {
    ReplyHead head;
    std::memcpy(&head, batch.inbox.data() + at, sizeof head);
    if (batch.inbox.size() - at - sizeof head < head.bytes) {
      make_room(batch.inbox, at, head.bytes);
      break;
    }
    deliver(batch, to_reply(head, take_bytes(batch.inbox, at, head.bytes)));
  }
  batch.inbox.erase(0, at);
  return true;
}

void ReadHelper::deliver(Batch& batch, ReadReply reply) {
  // A request with patterns (NUL-separated) is named by its directory.
  if (reply.status != EvidenceStatus::skipped) {
    cost_.note(batch.requests[batch.head].path.c_str(), static_cast<std::int64_t>(reply.bytes.size()),
               reply.duration_ns);
  }
  batch.take(batch.head, std::move(reply));
  ++batch.head;
  batch.head_since_ns = batch.head_asked_ns = monotonic_now_ns();
}

void ReadHelper::restart(Batch& batch, ReadReply head_reply) {
  abandon();
  deliver(batch, std::move(head_reply));
  batch.next_to_send = batch.head;
  batch.outbox.clear();
  batch.inbox.clear();
  // Without a new helper the rest comes back as failed, request by request.
  if (!launch()) abandon();
}

void ReadCost::note(const std::string& what, std::int64_t size_bytes, std::int64_t duration_ns) {
  bytes += size_bytes;
  ++reads;
  const std::int64_t duration_ms = duration_ns / 1'000'000;
  if (duration_ms == 0 || (slowest.size() == kMaxSlowest && slowest.back().duration_ms >= duration_ms)) return;
  const auto place = std::find_if(slowest.begin(), slowest.end(),
                                  [&](const SlowRead& read) { return read.duration_ms < duration_ms; });
  slowest.insert(place, {.path = what, .duration_ms = duration_ms});
  if (slowest.size() > kMaxSlowest) slowest.pop_back();
}

}  // namespace ihc
