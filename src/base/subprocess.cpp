#include "base/subprocess.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/supervisor.h"

namespace ihc {

namespace {

constexpr std::string_view kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
// The supervisor itself gives a killed tree 1.5 s; after this it is left behind (something in it is in state D).
constexpr std::int64_t kSupervisorPatienceNs = 2'500'000'000;
// After the command is gone nobody should hold its pipes; whoever does (state D) is not waited for.
constexpr std::int64_t kDrainPatienceNs = 500'000'000;
// Descriptors 0 to 3 are laid out anew in the child, so none of ours may sit there.
constexpr int kLowestDescriptor = 10;

int move_high(int fd) {
  if (fd < 0 || fd >= kLowestDescriptor) return fd;
  const int high = ::fcntl(fd, F_DUPFD_CLOEXEC, kLowestDescriptor);
  ::close(fd);
  return high;
}

void close_descriptor(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

struct Pipe {
  int read_fd = -1;
  int write_fd = -1;
};

Pipe make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return {};
  Pipe made{move_high(fds[0]), move_high(fds[1])};
  if (made.read_fd >= 0) ::fcntl(made.read_fd, F_SETFL, O_NONBLOCK);
  return made;
}

/// Standard input as a file in memory, also an empty one: nothing to write while the command runs, so no SIGPIPE and no
/// deadlock, and a root without /dev does not matter.
int make_stdin(std::string_view bytes) {
  const int fd = move_high(::memfd_create("stdin", MFD_CLOEXEC));
  while (fd >= 0 && !bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fd >= 0) ::lseek(fd, 0, SEEK_SET);
  return fd;
}

std::vector<std::string> environment_of(const SubprocessOptions& options) {
  std::vector<std::string> environment{"PATH=" + std::string(kPath), "LC_ALL=C", "HOME=/", "TERM=dumb"};
  environment.insert(environment.end(), options.extra_environment.begin(), options.extra_environment.end());
  return environment;
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Blocks every signal while the process forks, so that no handler of ours runs in the child.
class AllSignalsBlocked {
 public:
  [[nodiscard]] AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;
  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// Collects a supervisor that is ending, unless even that takes longer than a moment.
void reap(int pid) {
  constexpr int kRounds = 200;
  for (int round = 0; round < kRounds; ++round) {
    const int reaped = ::waitpid(pid, nullptr, WNOHANG);
    if (reaped == pid || (reaped < 0 && errno != EINTR)) return;
    const timespec pause{0, 1'000'000};
    ::nanosleep(&pause, nullptr);
  }
}

struct Stream {
  int fd = -1;
  std::string* bytes = nullptr;
  bool* cut = nullptr;
  std::size_t max_bytes = 0;
};

/// Takes what is ready; closes the descriptor at the end of the stream.
void take(Stream& stream) {
  // Bounded, so that a flood on one stream starves neither the other nor the deadline.
  constexpr int kMaxReadsAtOnce = 16;
  for (int round = 0; round < kMaxReadsAtOnce; ++round) {
    char buffer[65536];
    const ssize_t count = ::read(stream.fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return close_descriptor(stream.fd);
    const std::size_t room = stream.max_bytes - std::min(stream.max_bytes, stream.bytes->size());
    const auto had = static_cast<std::size_t>(count);
    stream.bytes->append(buffer, std::min(room, had));
    if (had > room) *stream.cut = true;
  }
}

}  // namespace

std::vector<std::string> program_candidates(const std::string& program) {
  if (program.find('/') != std::string::npos) return {program};
  std::vector<std::string> candidates;
  std::string_view rest = kPath;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    candidates.push_back(std::string(rest.substr(0, end)) + "/" + program);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return candidates;
}

struct Subprocess::State {
  SubprocessOptions options;
  SubprocessOutcome outcome;
  int supervisor_pid = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  int status_fd = -1;
  std::int64_t started_ns = 0;
  std::int64_t deadline_ns = 0;
  std::optional<std::int64_t> kill_deadline_ns;   // set once the supervisor was told to end everything
  std::optional<std::int64_t> drain_deadline_ns;  // set once the supervisor has reported
  std::optional<SupervisorReport> report;
  bool finished = false;

  bool launch();
  void wait_for_events(std::int64_t budget_ns);
  void take_report();
  void enforce_deadlines();
  void finish();
  std::int64_t next_deadline_ns() const;
};

bool Subprocess::State::launch() {
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  Pipe status = make_pipe();
  int stdin_fd = make_stdin(options.stdin_bytes);
  stdout_fd = out.read_fd;
  stderr_fd = err.read_fd;
  status_fd = status.read_fd;

  std::vector<std::string> candidates = program_candidates(options.argv.front());
  std::vector<std::string> environment = environment_of(options);
  const std::vector<char*> candidate_pointers = pointers_to(candidates);
  const std::vector<char*> argv_pointers = pointers_to(options.argv);
  const std::vector<char*> environment_pointers = pointers_to(environment);
  const SupervisorPlan plan{
      .candidates = candidate_pointers.data(),
      .argv = argv_pointers.data(),
      .environment = environment_pointers.data(),
      .chroot_dir = options.chroot_dir.empty() ? nullptr : options.chroot_dir.c_str(),
      .stdin_fd = stdin_fd,
      .stdout_fd = out.write_fd,
      .stderr_fd = err.write_fd,
      .status_fd = status.write_fd,
      .parent_pid = ::getpid(),
      .priority = options.low_priority ? SupervisorPlan::Priority::low : SupervisorPlan::Priority::inherited};
  const bool have_all = stdin_fd >= 0 && out.write_fd >= 0 && err.write_fd >= 0 && status.write_fd >= 0;
  int error_number = errno;
  if (have_all) {
    const AllSignalsBlocked blocked;
    supervisor_pid = ::_Fork();
    error_number = errno;
    if (supervisor_pid == 0) run_supervisor(plan);
  }
  for (int* fd : {&stdin_fd, &out.write_fd, &err.write_fd, &status.write_fd}) close_descriptor(*fd);
  if (supervisor_pid > 0) return true;
  outcome.error =
      to_string(error_from_errno(error_number, options.argv.front(), "raise the limit of processes or open files"));
  return false;
}

std::int64_t Subprocess::State::next_deadline_ns() const {
  if (drain_deadline_ns) return *drain_deadline_ns;
  return kill_deadline_ns.value_or(deadline_ns);
}

void Subprocess::State::wait_for_events(std::int64_t budget_ns) {
  const std::int64_t wait_ns = std::clamp<std::int64_t>(next_deadline_ns() - monotonic_now_ns(), 0, budget_ns);
  // poll(2) ignores negative descriptors, and so a stream that has ended.
  std::array<pollfd, 3> waited{pollfd{stdout_fd, POLLIN, 0}, pollfd{stderr_fd, POLLIN, 0},
                               pollfd{status_fd, POLLIN, 0}};
  const timespec timeout{wait_ns / 1'000'000'000, wait_ns % 1'000'000'000};
  if (::ppoll(waited.data(), waited.size(), &timeout, nullptr) <= 0) return;
  Stream out{stdout_fd, &outcome.stdout_bytes, &outcome.stdout_cut, options.max_stdout_bytes};
  Stream err{stderr_fd, &outcome.stderr_bytes, &outcome.stderr_cut, options.max_stderr_bytes};
  if (waited[0].revents != 0) take(out);
  if (waited[1].revents != 0) take(err);
  stdout_fd = out.fd;
  stderr_fd = err.fd;
  if (waited[2].revents != 0) take_report();
}

void Subprocess::State::take_report() {
  SupervisorReport read;
  const ssize_t count = ::read(status_fd, &read, sizeof read);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count == static_cast<ssize_t>(sizeof read)) {
    // The command's own "not started" comes first and says more than the exit status that follows it.
    if (!report || report->kind != SupervisorReport::Kind::not_started) report = read;
  } else {
    close_descriptor(status_fd);
    drain_deadline_ns = monotonic_now_ns() + kDrainPatienceNs;
  }
}

void Subprocess::State::enforce_deadlines() {
  const std::int64_t now_ns = monotonic_now_ns();
  if (drain_deadline_ns) {
    if (now_ns >= *drain_deadline_ns || (stdout_fd < 0 && stderr_fd < 0)) finish();
  } else if (kill_deadline_ns) {
    if (now_ns >= *kill_deadline_ns) finish();
  } else if (now_ns >= deadline_ns) {
    ::kill(supervisor_pid, SIGTERM);
    kill_deadline_ns = now_ns + kSupervisorPatienceNs;
  }
}

void Subprocess::State::finish() {
  if (finished) return;
  finished = true;
  for (int* fd : {&stdout_fd, &stderr_fd, &status_fd}) close_descriptor(*fd);
  if (supervisor_pid > 0) {
    // By now it has ended or it never will in time; either way this does not wait for what sleeps in the kernel.
    if (!drain_deadline_ns) ::kill(supervisor_pid, SIGKILL);
    reap(supervisor_pid);
    supervisor_pid = -1;
  }
  outcome.duration = std::chrono::milliseconds((monotonic_now_ns() - started_ns) / 1'000'000);
  if (kill_deadline_ns) outcome.status = SubprocessStatus::timed_out;
  if (!report) {
    if (!kill_deadline_ns) outcome.error = options.argv.front() + ": its supervisor was killed";
    return;
  }
  outcome.cpu_seconds = report->cpu_seconds;
  if (report->kind == SupervisorReport::Kind::ended) {
    const int status = report->value;
    outcome.status = WIFSIGNALED(status) ? SubprocessStatus::signalled : SubprocessStatus::exited;
    outcome.exit_code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  } else if (report->kind == SupervisorReport::Kind::not_started) {
    const bool absent = report->stage == SupervisorReport::Stage::exec && report->value == ENOENT;
    const bool refused = report->value == EACCES || report->value == EPERM;
    outcome.status = absent    ? SubprocessStatus::tool_missing
                     : refused ? SubprocessStatus::permission
                               : SubprocessStatus::failed;
    outcome.error = to_string(error_from_errno(report->value, options.argv.front()));
  }
}

Subprocess::Subprocess(std::unique_ptr<State> state) : state_(std::move(state)) {}
Subprocess::Subprocess(Subprocess&&) noexcept = default;

Subprocess& Subprocess::operator=(Subprocess&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

Subprocess::~Subprocess() {
  if (!state_ || state_->finished) return;
  state_->deadline_ns = 0;
  wait();
}

Subprocess Subprocess::start(SubprocessOptions options) {
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  state->started_ns = monotonic_now_ns();
  state->deadline_ns = state->started_ns + std::chrono::nanoseconds(state->options.timeout).count();
  if (state->options.argv.empty()) {
    state->outcome.error = "an empty argument vector names no program";
    state->finished = true;
  } else if (!state->launch()) {
    state->finish();
  }
  return Subprocess(std::move(state));
}

bool Subprocess::poll(std::chrono::milliseconds budget) {
  const std::int64_t until_ns = monotonic_now_ns() + std::chrono::nanoseconds(budget).count();
  while (!state_->finished) {
    state_->wait_for_events(std::max<std::int64_t>(0, until_ns - monotonic_now_ns()));
    state_->enforce_deadlines();
    if (monotonic_now_ns() >= until_ns) break;
  }
  return state_->finished;
}

void Subprocess::interrupt(std::chrono::milliseconds grace) {
  if (state_->finished) return;
  ::kill(state_->supervisor_pid, SIGINT);
  const std::int64_t limit_ns = monotonic_now_ns() + std::chrono::nanoseconds(grace).count();
  state_->deadline_ns = std::min(state_->deadline_ns, limit_ns);
}

SubprocessOutcome Subprocess::wait() {
  while (!poll(std::chrono::minutes(1))) continue;
  return std::move(state_->outcome);
}

SubprocessOutcome run_subprocess(SubprocessOptions options) { return Subprocess::start(std::move(options)).wait(); }

}  // namespace ihc
