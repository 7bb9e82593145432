// The forked side of a subprocess: a supervisor that owns one command and everything the command leaves behind.
//
//   ihc ──fork──▶ supervisor (a subreaper, own process group) ──fork──▶ the command (own process group) ──▶ its
//   children
//
// A daemon that a hung tool started is reparented to the supervisor, never to init: it ends with the tool. prctl(2),
// PR_SET_CHILD_SUBREAPER. Everything here runs after a fork of a program that may have threads, so only
// async-signal-safe calls are made (signal-safety(7)): no allocation, no stdio.
#pragma once

#include <array>
#include <cstdint>

namespace ihc {

/// What the supervisor and the command write to the status pipe, each in one atomic write (far below PIPE_BUF).
struct SupervisorReport {
  enum class Kind : std::int32_t {
    not_started,  ///< value is the errno of `stage`; the command never ran
    ended,        ///< value is the command's wait status
    killed,       ///< ended by the deadline, with everything it had started
  };
  enum class Stage : std::int32_t { fork, chroot, exec };
  Kind kind = Kind::ended;
  Stage stage = Stage::exec;
  std::int32_t value = 0;
  double cpu_seconds = 0;  ///< user + system of all that ended below the supervisor
};

/// Everything the forked side needs, made ready before the fork.
struct SupervisorPlan {
  const char* const* candidates = nullptr;  ///< paths to try with execve(2), in order, null at the end
  char* const* argv = nullptr;
  char* const* environment = nullptr;
  const char* chroot_dir = nullptr;  ///< null: none
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  int status_fd = -1;
  int parent_pid = 0;
  enum class Priority { inherited, low } priority = Priority::inherited;
};

/// Runs in the child of the first fork and never returns. SIGTERM means "end it now", SIGINT is passed on to the
/// command's process group.
[[noreturn]] void run_supervisor(const SupervisorPlan& plan);

}  // namespace ihc
