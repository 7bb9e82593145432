// /proc/PID/{limits,sched,smaps_rollup}.
//
//   limits         Limit                     Soft Limit           Hard Limit           Units
//                  Max locked memory         65536                unlimited            bytes
//   sched          python3 (4242, #threads: 12)
//                  se.nr_migrations                             :                   17
//                  total_numa_faults                            :                 1234
//                  current_node=0, numa_group_id=0
//   smaps_rollup   00400000-7ffc8ab2d000 ---p 00000000 00:00 0              [rollup]
//                  Pss_Anon:           2272 kB
//
// Sources: proc_pid_limits(5); proc_sched_show_task() and sched_show_numa() of the kernel (not an interface: names come
// and go with versions); Documentation/filesystems/proc.rst.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/reading/parsed.h"
#include "facts/limit.h"

namespace ihc {

/// By a name with its unit: "locked_memory_bytes", "open_files", "processes", "cpu_time_seconds",
/// "realtime_timeout_us". A name this program does not know is put in the same form.
Parsed<std::map<std::string, LimitPair>> parse_process_limits(std::string_view text);

struct ProcessSched {
  std::optional<std::string> name;
  std::optional<std::int64_t> pid;
  std::optional<std::int64_t> threads;
  /// Whole numbers by their name without "se." and "mm->": nr_migrations, nr_switches, policy, prio,
  /// numa_pages_migrated, numa_preferred_nid, total_numa_faults, current_node, …; a -1, which stands for none, is left
  /// out.
  std::map<std::string, std::int64_t> counters;
  std::map<std::string, std::int64_t> faults_by_node;  ///< numa_faults lines, private and shared added
};
Parsed<ProcessSched> parse_process_sched(std::string_view text);

/// Bytes by the name in small letters: "pss_anon", "private_hugetlb".
Parsed<std::map<std::string, std::int64_t>> parse_smaps_rollup(std::string_view text);

}  // namespace ihc
