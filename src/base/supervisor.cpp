#include "base/supervisor.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/priority.h"

namespace ihc {

namespace {

constexpr int kStatusFd = 3;
// How long a killed process may take to go. One in uninterruptible sleep (proc_pid_stat(5), state D) does not go at
// all.
constexpr std::int64_t kKillPatienceNs = 1'500'000'000;
constexpr std::int64_t kKillRoundNs = 20'000'000;

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void send(int fd, const SupervisorReport& report) {
  while (::write(fd, &report, sizeof report) < 0 && errno == EINTR) continue;
}

double children_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void reset_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Marks every descriptor from `first` on close-on-exec; on kernels before close_range(2), those a small program can
/// have.
void close_on_exec_from(unsigned first) {
  constexpr unsigned kCloseRangeCloexec = 1U << 2;
  if (::syscall(SYS_close_range, first, ~0U, kCloseRangeCloexec) == 0) return;
  constexpr int kOldKernelDescriptors = 4096;
  for (int fd = static_cast<int>(first); fd < kOldKernelDescriptors; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void close_from(unsigned first) {
  if (::syscall(SYS_close_range, first, ~0U, 0U) == 0) return;
  constexpr int kOldKernelDescriptors = 4096;
  for (int fd = static_cast<int>(first); fd < kOldKernelDescriptors; ++fd) ::close(fd);
}

[[noreturn]] void give_up(SupervisorReport::Stage stage, int error_number) {
  send(kStatusFd, {SupervisorReport::Kind::not_started, stage, error_number, 0});
  ::_exit(127);
}

[[noreturn]] void run_command(const SupervisorPlan& plan, int supervisor_pid) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != supervisor_pid) ::_exit(127);
  ::setpgid(0, 0);
  if (plan.chroot_dir != nullptr && (::chroot(plan.chroot_dir) != 0 || ::chdir("/") != 0)) {
    give_up(SupervisorReport::Stage::chroot, errno);
  }
  close_on_exec_from(3);
  reset_signals();
  // A program that may not be run is worth more than "no such file" from the rest of the PATH.
  int error_number = ENOENT;
  for (const char* const* candidate = plan.candidates; *candidate != nullptr; ++candidate) {
    ::execve(*candidate, plan.argv, plan.environment);
    if (errno != ENOENT && errno != ENOTDIR) error_number = errno;
  }
  give_up(SupervisorReport::Stage::exec, error_number);
}

/// The parent of process `name` below /proc (proc_pid_stat(5): "pid (comm) state ppid …"); 0 when it cannot be read.
/// comm may hold blanks and parentheses, so the last ')' counts.
int parent_of(int proc_fd, const char* name) {
  const int directory = ::openat(proc_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return 0;
  const int fd = ::openat(directory, "stat", O_RDONLY | O_CLOEXEC);
  ::close(directory);
  if (fd < 0) return 0;
  char text[256];
  const ssize_t count = ::read(fd, text, sizeof text - 1);
  ::close(fd);
  if (count <= 0) return 0;
  text[count] = '\0';
  const char* at = std::strrchr(text, ')');
  if (at == nullptr || std::strlen(at) < 5) return 0;
  int parent = 0;
  for (at += 4; *at >= '0' && *at <= '9'; ++at) parent = parent * 10 + (*at - '0');
  return parent;
}

int number_of(const char* name) {
  int number = 0;
  for (; *name >= '0' && *name <= '9'; ++name) number = number * 10 + (*name - '0');
  return *name == '\0' ? number : 0;
}

struct DirectoryEntry {  // struct linux_dirent64 of getdents64(2)
  std::uint64_t inode;
  std::int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[1];
};

/// Whether /proc numbers processes as our own PID namespace does. Where it is another namespace's (a bind mount inside
/// a container), its parent numbers say nothing about our children.
bool proc_speaks_of_us(int self_pid) {
  char text[32];
  const ssize_t length = ::readlink("/proc/self", text, sizeof text - 1);
  if (length <= 0) return false;
  text[length] = '\0';
  return number_of(text) == self_pid;
}

/// SIGKILL to every direct child. Their children then become ours (we are the subreaper) and are met in the next round;
/// a child that has only just been forked likewise.
void kill_children(int self_pid) {
  if (!proc_speaks_of_us(self_pid)) return;
  const int proc_fd = ::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (proc_fd < 0) return;
  alignas(DirectoryEntry) char buffer[16384];
  for (;;) {
    const long count = ::syscall(SYS_getdents64, proc_fd, buffer, sizeof buffer);
    if (count <= 0) break;
    for (long at = 0; at < count;) {
      const auto* entry = reinterpret_cast<const DirectoryEntry*>(buffer + at);
      const int pid = number_of(entry->name);
      if (pid > 0 && parent_of(proc_fd, entry->name) == self_pid) ::kill(pid, SIGKILL);
      at += entry->length;
    }
  }
  ::close(proc_fd);
}

/// Ends all that is left below us, for at most kKillPatienceNs.
void kill_descendants(int command_pid) {
  const std::int64_t deadline_ns = now_ns() + kKillPatienceNs;
  const int self_pid = ::getpid();
  if (command_pid > 0) ::kill(-command_pid, SIGKILL);
  for (;;) {
    const int reaped = ::waitpid(-1, nullptr, WNOHANG);
    if (reaped < 0 && errno == ECHILD) return;
    if (reaped > 0) continue;
    if (now_ns() >= deadline_ns) return;
    kill_children(self_pid);
    const timespec pause{0, kKillRoundNs};
    ::nanosleep(&pause, nullptr);
  }
}

/// Waits for the command to end; meanwhile passes SIGINT on and obeys SIGTERM.
SupervisorReport watch(int command_pid, const sigset_t& watched) {
  for (;;) {
    int status = 0;
    const int reaped = ::waitpid(-1, &status, WNOHANG);
    if (reaped == command_pid) {
      kill_descendants(0);
      return {SupervisorReport::Kind::ended, SupervisorReport::Stage::exec, status, children_cpu_seconds()};
    }
    if (reaped > 0) continue;
    const int number = ::sigwaitinfo(&watched, nullptr);
    if (number == SIGINT) ::kill(-command_pid, SIGINT);
    if (number == SIGTERM) {
      kill_descendants(command_pid);
      return {SupervisorReport::Kind::killed, SupervisorReport::Stage::exec, 0, children_cpu_seconds()};
    }
  }
}

}  // namespace

void run_supervisor(const SupervisorPlan& plan) {
  // A group of its own: Ctrl-C at the terminal is for ihc, which then decides what becomes of its commands.
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != plan.parent_pid) ::_exit(127);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (plan.priority == SupervisorPlan::Priority::low) lower_own_priority();
  sigset_t watched;
  sigemptyset(&watched);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT}) {
    sigaddset(&watched, number);
    // A disposition of "ignored" that was inherited would make the kernel drop the signal instead of queueing it.
    ::signal(number, SIG_DFL);
  }
  ::dup2(plan.stdin_fd, 0);
  ::dup2(plan.stdout_fd, 1);
  ::dup2(plan.stderr_fd, 2);
  ::dup2(plan.status_fd, kStatusFd);
  close_from(kStatusFd + 1);

  const int self_pid = ::getpid();
  const int command_pid = ::_Fork();
  if (command_pid < 0) give_up(SupervisorReport::Stage::fork, errno);
  if (command_pid == 0) run_command(plan, self_pid);
  ::setpgid(command_pid, command_pid);
  // Only the command and its children hold the pipes now: their end is the end of the output.
  for (const int fd : {0, 1, 2}) ::close(fd);
  send(kStatusFd, watch(command_pid, watched));
  ::_exit(0);
}

}  // namespace ihc
