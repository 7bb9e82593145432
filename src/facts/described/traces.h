// The description of the structs of facts/traces.h.
#pragma once

#include "facts/describe.h"
#include "facts/traces.h"

namespace ihc {

template <>
struct Describe<TaskMoves> {
  static constexpr std::string_view kName = "task_moves";
  static constexpr auto kFields = std::tuple{
      field("worker_pid", &TaskMoves::worker_pid, "the worker whose threads moved; absent: everything else"),
      field("tasks", &TaskMoves::tasks, "tasks that moved at least once"),
      field("moves", &TaskMoves::moves, "moves from one CPU to another"),
      field("cross_node", &TaskMoves::cross_node, "of them to a CPU of another NUMA node; absent: nodes not known")};
};

template <>
struct Describe<TaskMoveTrace> {
  static constexpr std::string_view kName = "task_move_trace";
  static constexpr auto kFields =
      std::tuple{field("seconds", &TaskMoveTrace::seconds, "time from the first probe to the end"),
                 field("moves", &TaskMoveTrace::moves, "all moves of all tasks"),
                 field("moves_not_told", &TaskMoveTrace::moves_not_told,
                       "of them those of which only the number is known, as the table of tasks was full; absent: none"),
                 field("cross_node", &TaskMoveTrace::cross_node, "of those told, moves to another NUMA node"),
                 field("by_worker", &TaskMoveTrace::by_worker, "by worker, the rest of the machine last")};
};

template <>
struct Describe<PageMoves> {
  static constexpr std::string_view kName = "page_moves";
  static constexpr auto kFields = std::tuple{
      field("pid", &PageMoves::pid, "process on whose behalf the kernel moved pages"),
      field("process", &PageMoves::process, "its name (comm)"),
      field("worker_pid", &PageMoves::worker_pid, "the same where it is a worker"),
      field("reason", &PageMoves::reason,
            "compaction, memory_failure, memory_hotplug, syscall_or_cpuset, mempolicy_mbind, numa_misplaced, "
            "contig_range, longterm_pin, demotion, damon, or the kernel's number"),
      field("pages_moved", &PageMoves::pages_moved, "base pages moved"),
      field("pages_failed", &PageMoves::pages_failed, "base pages that could not be")};
};

template <>
struct Describe<PageMoveTrace> {
  static constexpr std::string_view kName = "page_move_trace";
  static constexpr auto kFields =
      std::tuple{field("seconds", &PageMoveTrace::seconds, "time from the first probe to the end"),
                 field("calls", &PageMoveTrace::calls, "how often the kernel moved pages; 0 is a measured none"),
                 field("moves", &PageMoveTrace::moves, "by process and reason, most pages first")};
};

template <>
struct Describe<PolicyCalls> {
  static constexpr std::string_view kName = "policy_calls";
  static constexpr auto kFields =
      std::tuple{field("pid", &PolicyCalls::pid, "process that called"),
                 field("process", &PolicyCalls::process, "its name (comm)"),
                 field("worker_pid", &PolicyCalls::worker_pid, "the same where it is a worker"),
                 field("call", &PolicyCalls::call, "set_mempolicy, mbind, migrate_pages or move_pages"),
                 field("count", &PolicyCalls::count, "how often")};
};

template <>
struct Describe<PolicyCallTrace> {
  static constexpr std::string_view kName = "policy_call_trace";
  static constexpr auto kFields =
      std::tuple{field("seconds", &PolicyCallTrace::seconds, "time from the first probe to the end"),
                 field("calls", &PolicyCallTrace::calls, "all such calls"),
                 field("by_process", &PolicyCallTrace::by_process, "by process and call, most first")};
};

template <>
struct Describe<Traces> {
  static constexpr std::string_view kName = "traces";
  static constexpr auto kFields =
      std::tuple{field("task_moves", &Traces::task_moves, "moves of tasks between CPUs and nodes"),
                 field("page_moves", &Traces::page_moves, "moves of pages, and why"),
                 field("policy_calls", &Traces::policy_calls, "calls that change where memory goes")};
};

}  // namespace ihc
