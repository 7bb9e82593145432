// facts.traces: what the kernel's tracepoints told while a recording was asked for (--deep bpf): moves of tasks between
// CPUs, of pages between nodes, and calls that change where memory goes. Sources: the tracepoints
// sched:sched_migrate_task, migrate:mm_migrate_pages and syscalls:sys_enter_{set_mempolicy,mbind,
// migrate_pages,move_pages} (Documentation/trace/events.rst), counted by bpftrace(8).
#pragma once

#include "facts/describe.h"

namespace ihc {

struct TaskMoves {
  std::optional<std::int64_t> worker_pid;
  std::int64_t tasks = 0;
  std::int64_t moves = 0;
  std::optional<std::int64_t> cross_node;
};

struct TaskMoveTrace {
  double seconds = 0;
  std::int64_t moves = 0;
  std::optional<std::int64_t> moves_not_told;
  std::optional<std::int64_t> cross_node;
  std::vector<TaskMoves> by_worker;
};

struct PageMoves {
  std::int64_t pid = 0;
  std::string process;
  std::optional<std::int64_t> worker_pid;
  std::string reason;
  std::int64_t pages_moved = 0;
  std::int64_t pages_failed = 0;
};

struct PageMoveTrace {
  double seconds = 0;
  std::int64_t calls = 0;
  std::vector<PageMoves> moves;
};

struct PolicyCalls {
  std::int64_t pid = 0;
  std::string process;
  std::optional<std::int64_t> worker_pid;
  std::string call;
  std::int64_t count = 0;
};

struct PolicyCallTrace {
  double seconds = 0;
  std::int64_t calls = 0;
  std::vector<PolicyCalls> by_process;
};

struct Traces {
  std::optional<TaskMoveTrace> task_moves;
  std::optional<PageMoveTrace> page_moves;
  std::optional<PolicyCallTrace> policy_calls;
};

}  // namespace ihc
