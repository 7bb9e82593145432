#include "pdf/supervisor.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <signal.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "pdf/confine.h"
#include "pdf/protocol.h"

namespace ihc {
namespace {

using Clock = std::chrono::steady_clock;

void say(const std::string& sentence) { std::fprintf(stderr, "ihc-pdf: %s\n", sentence.c_str()); }

/// A folder of mode 0700 that goes when this object goes. The confined half gives up root, so root hands it the folder.
class PrivateDirectory {
 public:
  [[nodiscard]] PrivateDirectory() {
    std::error_code error;
    std::string path = std::filesystem::temp_directory_path(error).string() + "/ihc-pdf.XXXXXX";
    if (error || mkdtemp(path.data()) == nullptr) return;
    path_ = path;
    // Where there is no user "nobody" the confined half stays this user, and the folder with it.
    if (geteuid() == 0 && chown(path_.c_str(), kNobody, kNobody) != 0) return;
  }
  ~PrivateDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;
  const std::string& path() const { return path_; }  ///< empty: there is none

 private:
  std::string path_;
};

/// Nothing of the caller's environment comes along. A fixed seed makes Qt's hash maps, and so fonts and objects, come
/// in one order.
std::vector<std::string> clean_environment(const std::string& directory) {
  return {"PATH=/usr/bin:/bin",
          "LC_ALL=C.UTF-8",
          "TZ=UTC",
          "HOME=" + directory,
          "TMPDIR=" + directory,
          "XDG_RUNTIME_DIR=" + directory,
          "XDG_CACHE_HOME=" + directory,
          "QT_HASH_SEED=0",
          "QT_QPA_PLATFORM=offscreen",
          "QT_LOGGING_RULES=*=false",
          "XDG_CONFIG_HOME=" + directory,
          "XDG_DATA_HOME=" + directory};
}

[[noreturn]] void become_confined_half(const std::string& directory, const sigset_t& signals, pid_t parent) {
  sigprocmask(SIG_SETMASK, &signals, nullptr);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(static_cast<int>(PdfExit::internal));
  std::vector<std::string> environment = clean_environment(directory);
  std::vector<char*> pointers;
  for (std::string& entry : environment) pointers.push_back(entry.data());
  pointers.push_back(nullptr);
  std::string name = "ihc-pdf";
  std::string argument = kConfinedArgument;
  std::string path = directory;
  char* const arguments[] = {name.data(), argument.data(), path.data(), nullptr};
  // The path that this program was started by; /proc/self/exe would need /proc.
  const auto* self = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  execve(self, arguments, pointers.data());
  say(std::string("it can't start itself again: ") + std::strerror(errno));
  _exit(static_cast<int>(PdfExit::internal));
}

enum class Ending { exited, timed_out, asked_to_stop };

timespec left_until(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(deadline - Clock::now());
  if (left.count() <= 0) return {0, 0};
  constexpr long kNsPerS = 1000000000;
  return {static_cast<time_t>(left.count() / kNsPerS), static_cast<long>(left.count() % kNsPerS)};
}

/// Waits for the child, the deadline, or a signal that asks this program to stop; `signals` are blocked and only waited
/// for here.
Ending watch(pid_t child, const sigset_t& signals, Clock::time_point deadline, int& status) {
  while (true) {
    if (waitpid(child, &status, WNOHANG) == child) return Ending::exited;
    const timespec left = left_until(deadline);
    const int signal_number = sigtimedwait(&signals, nullptr, &left);
    if (signal_number > 0 && signal_number != SIGCHLD) return Ending::asked_to_stop;
    if (signal_number < 0 && errno == EAGAIN) return Ending::timed_out;
  }
}

int report_signal(int signal_number) {
  if (signal_number == SIGXCPU || signal_number == SIGALRM) {
    say("this html takes too long to lay out");
    return static_cast<int>(PdfExit::timed_out);
  }
  say("webkit crashed or ran out of memory on this html (signal " + std::to_string(signal_number) + ")");
  return static_cast<int>(PdfExit::render_failed);
}

int report(Ending ending, int status) {
  if (ending == Ending::timed_out) {
    say("this html takes too long to lay out");
    return static_cast<int>(PdfExit::timed_out);
  }
  if (ending == Ending::asked_to_stop) {
    say("it was asked to stop");
    return static_cast<int>(PdfExit::internal);
  }
  if (WIFSIGNALED(status)) return report_signal(WTERMSIG(status));
  return WEXITSTATUS(status);
}

}  // namespace

int supervise(std::chrono::seconds timeout) {
  const PrivateDirectory directory;
  if (directory.path().empty()) {
    say("no temporary folder can be made; set TMPDIR to one that can be written to");
    return static_cast<int>(PdfExit::internal);
  }
  sigset_t watched;
  sigset_t before;
  sigemptyset(&watched);
  for (const int signal_number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&watched, signal_number);
  sigprocmask(SIG_BLOCK, &watched, &before);

  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) {
    say(std::string("no process can be started: ") + std::strerror(errno));
    return static_cast<int>(PdfExit::internal);
  }
  if (child == 0) become_confined_half(directory.path(), before, parent);

  int status = 0;
  const Ending ending = watch(child, watched, Clock::now() + timeout, status);
  if (ending != Ending::exited) {
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
  return report(ending, status);
}

}  // namespace ihc
