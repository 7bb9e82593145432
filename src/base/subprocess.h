// Running another program without a shell, so that it can hang, flood or fail and take nothing else with it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace ihc {

/// Where a program is looked for, in this order: a name without a slash in the fixed PATH, another where it says.
std::vector<std::string> program_candidates(const std::string& program);

/// What to run. `argv[0]` without a slash is looked up in the fixed PATH
/// "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" (below `chroot_dir` when set). The environment is
/// exactly PATH, LC_ALL=C, HOME=/ and TERM=dumb, plus `extra_environment`.
struct SubprocessOptions {
  std::vector<std::string> argv;
  std::vector<std::string> extra_environment;  ///< "NAME=value"
  std::string stdin_bytes;                     ///< written to its standard input, then closed; empty: /dev/null
  std::chrono::milliseconds timeout = limits::kCommandTimeout;
  std::size_t max_stdout_bytes = limits::kMaxCommandBytes;  ///< beyond it output is read and dropped, and marked as cut
  std::size_t max_stderr_bytes = limits::kMaxCommandBytes;
  std::string chroot_dir;     ///< empty: none
  bool low_priority = false;  ///< nice 19 and idle I/O class, for the collector's own commands
};

enum class SubprocessStatus {
  exited,        ///< by itself: see exit_code
  signalled,     ///< by a signal that we did not send: see exit_code (its number)
  timed_out,     ///< killed with all its descendants at the deadline
  tool_missing,  ///< no such program in PATH
  permission,    ///< found, but may not be run (or chroot refused)
  failed,        ///< could not be started: see error
};

struct SubprocessOutcome {
  SubprocessStatus status = SubprocessStatus::failed;
  int exit_code = 0;
  std::string stdout_bytes;
  std::string stderr_bytes;
  bool stdout_cut = false;
  bool stderr_cut = false;
  std::chrono::milliseconds duration{0};
  double cpu_seconds = 0;  ///< user + system of the child and what it waited for
  std::string error;       ///< one sentence when status is failed
};

/// A program that runs while its caller does other things. The destructor kills what still runs.
class Subprocess {
 public:
  static Subprocess start(SubprocessOptions options);
  Subprocess(Subprocess&&) noexcept;
  Subprocess& operator=(Subprocess&&) noexcept;
  ~Subprocess();

  /// Moves bytes for at most `budget` (0: only what is ready) and enforces the timeout. True once the outcome is final.
  bool poll(std::chrono::milliseconds budget);
  /// Asks it to end and report (SIGINT), as a person at a terminal would; perf prints its counts then. From now on its
  /// deadline is at most `grace` away.
  void interrupt(std::chrono::milliseconds grace = limits::kInterruptGrace);
  /// Waits to the end (or the timeout) and returns the outcome.
  SubprocessOutcome wait();

 private:
  struct State;
  explicit Subprocess(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// start() and wait() in one call.
SubprocessOutcome run_subprocess(SubprocessOptions options);

}  // namespace ihc
