// /proc/PID/{status,stat,schedstat}, which /proc/PID/task/TID has for each thread in the same form.
//
//   status     Cpus_allowed_list:	0-3,64-67
//   stat       4242 (VLLM::Worker_TP) S 4200 …            (the name may hold blanks and parentheses)
//   schedstat  1284512345 38123456 90211                  (ns on a CPU, ns runnable and waiting, time slices)
//
// Source: proc(5), Documentation/scheduler/sched-stats.rst. /proc/PID/schedstat is that of the first thread alone. The
// numbers need CONFIG_SCHED_INFO, not kernel.sched_schedstats; without it all three are 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/cpu_set.h"
#include "collectors/reading/parsed.h"

namespace ihc {

struct ProcessStatus {
  std::optional<std::string> name;
  std::optional<std::int64_t> parent_pid;
  std::optional<std::int64_t> threads;
  std::optional<std::int64_t> resident_bytes;
  std::optional<std::int64_t> swap_bytes;
  std::optional<CpuSet> cpus_allowed;
  std::optional<CpuSet> mems_allowed;
  std::optional<std::int64_t> voluntary_switches;
  std::optional<std::int64_t> involuntary_switches;
  std::optional<std::int64_t> pid;  ///< "Pid": of a thread's file it is the thread's
  std::optional<std::int64_t> peak_resident_bytes;
  std::optional<std::int64_t> anonymous_bytes;
  std::optional<std::int64_t> file_bytes;
  std::optional<std::int64_t> shared_bytes;
  std::optional<std::int64_t> locked_bytes;
  std::optional<std::int64_t> pinned_bytes;
  std::optional<std::int64_t> hugetlb_bytes;
  std::optional<std::int64_t> data_bytes;             ///< VmData: size, not what is resident
  std::optional<std::int64_t> stack_bytes;            ///< VmStk
  std::optional<std::string> effective_capabilities;  ///< hexadecimal mask
  std::optional<std::int64_t> seccomp_mode;           ///< 0 disabled, 1 strict, 2 filter
  std::optional<std::int64_t> no_new_privileges;      ///< 0 or 1
};

Parsed<ProcessStatus> parse_process_status(std::string_view text);

struct TaskStat {
  std::string name;
  char state = 0;
  std::int64_t parent_pid = 0;
  std::int64_t cpu_ticks = 0;  ///< utime + stime, in clock ticks of 10 ms (USER_HZ)
  std::int64_t thread_count = 0;
  std::int64_t start_time_ticks = 0;
  std::int64_t last_cpu = 0;
  std::optional<std::int64_t> nice;               ///< field 19: -20 to 19
  std::optional<std::int64_t> realtime_priority;  ///< field 40: 1 to 99, 0 when not real-time
  std::optional<std::int64_t> policy;             ///< field 41: SCHED_* of sched(7)
};

/// Nothing unless all fields up to the last CPU (39) are there and numbers.
std::optional<TaskStat> parse_task_stat(std::string_view text);

struct SchedStat {
  std::int64_t cpu_ns = 0;
  std::int64_t run_delay_ns = 0;
  std::int64_t slices = 0;
};

std::optional<SchedStat> parse_schedstat(std::string_view text);

/// "fifo" for 1 and so on, as chrt(1) and systemd name them; nothing for a number that sched(7) does not have.
std::optional<std::string> scheduling_policy_name(std::int64_t number);

}  // namespace ihc
