// /proc/PID/sched and /proc/PID/task/TID/sched: the scheduler's own account of one thread, since it began.
//
//   python3 (4242, #threads: 31)
//   -------------------------------------------------------------------
//   se.exec_start                                :      15186760.306364
//   se.nr_migrations                             :                   12
//   nr_switches                                  :                 1026
//   mm->numa_scan_seq                            :                    0
//   numa_pages_migrated                          :                    0
//   numa_preferred_nid                           :                   -1
//   current_node=0, numa_group_id=0
//   numa_faults_memory, 0, 0, 1, 0, -1           kernels 3.13 to 4.x: comma-separated
//   numa_faults node=0 task_private=0 task_shared=0 group_private=0 group_shared=0
//
// Which lines there are depends on CONFIG_SCHEDSTATS, CONFIG_NUMA_BALANCING and the kernel's version, so names are
// looked up and the rest is passed over. Source: kernel/sched/debug.c, proc_sched_show_task; proc_pid_sched is not in
// proc(5).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"

namespace ihc {

/// The account of one thread.
struct TaskSchedText {
  std::string name;
  std::int64_t pid = 0;                             ///< its id: TID of a thread
  std::int64_t threads = 0;                         ///< threads of its process
  std::optional<double> runtime_ms = std::nullopt;  ///< se.sum_exec_runtime
  /// Whole numbers by their name without "se." and "mm->": nr_migrations, nr_switches, policy, prio,
  /// numa_pages_migrated, numa_preferred_nid, total_numa_faults, current_node, …; a -1, which stands for none, is left
  /// out.
  std::map<std::string, std::int64_t> counters = {};
  std::map<std::string, std::int64_t> faults_by_node = {};  ///< numa_faults lines, private and shared added
};

/// Nothing without the first line, which says whose account it is. Several accounts in one text are several entries.
Parsed<std::vector<TaskSchedText>> parse_task_sched(std::string_view text);

}  // namespace ihc
