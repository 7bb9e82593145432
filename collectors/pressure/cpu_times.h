// /proc/stat: CPU time since boot in units of USER_HZ (100 a second), for all CPUs and each online one, and counters.
//
//   cpu  301854 612 111922 8979004 3552 2 3944 0 0 0
//   cpu0 44490 19 21045 1087069 220 1 3410 0 0 0
//   intr 73777505 41 9 0 …
//   ctxt 38014093
//   procs_running 2
//
// Source: proc_stat(5): user nice system idle iowait irq softirq steal guest guest_nice; older kernels end earlier.
// guest is part of user and guest_nice of nice. iowait may go backwards.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "collectors/reading/parsed.h"
#include "facts/pressure.h"

namespace ihc {

using Ticks = std::map<std::string, std::int64_t>;  ///< "user" → 301854

struct ProcStat {
  std::map<std::string, Ticks> cpus;  ///< "all", "0", "1", …
  std::map<std::string, std::int64_t>
      counters;  ///< ctxt, btime, processes, procs_running, procs_blocked, intr, softirq
};

Parsed<ProcStat> parse_proc_stat(std::string_view text);

/// The shares of the time between two readings; only `ticks` where a kind went backwards or no time passed.
CpuTime cpu_time(const std::string& cpu, const Ticks& last, const Ticks* first);

/// /proc/loadavg: "0.20 0.18 0.12 1/80 11206".
std::optional<LoadAverage> parse_load_average(std::string_view text);

}  // namespace ihc
