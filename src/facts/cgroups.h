// facts.cgroups: the control groups of the workers, of their ancestors and of their neighbours: what each may use and
// what it was held back from.
// Sources: Documentation/admin-guide/cgroup-v2.rst; cgroup-v1/{cpusets,memory}.rst; scheduler/sched-bwc.rst;
// accounting/psi.rst.
#pragma once

#include "facts/limit.h"

namespace ihc {

struct CgroupThrottling {
  std::optional<std::int64_t> periods;
  std::optional<std::int64_t> throttled_periods;
  std::optional<std::int64_t> throttled_us;
  std::optional<std::int64_t> burst_us;
  std::optional<std::int64_t> usage_us;
};

struct CgroupStall {
  std::optional<double> avg10_pct;
  std::optional<double> avg60_pct;
  std::optional<double> avg300_pct;
  std::optional<std::int64_t> total_us;
  std::optional<std::int64_t> delta_us;
};

struct CgroupPressure {
  std::optional<CgroupStall> some;
  std::optional<CgroupStall> full;
};

struct Cgroup {
  std::string path;
  std::string version;
  std::optional<std::string> unit;
  std::optional<std::string> parent;
  std::optional<bool> holds_worker;
  std::optional<CpuSet> cpuset_cpus;
  std::optional<CpuSet> cpuset_cpus_effective;
  std::optional<CpuSet> cpuset_mems;
  std::optional<CpuSet> cpuset_mems_effective;
  std::optional<std::string> cpuset_partition;
  std::optional<CpuSet> cpuset_cpus_exclusive_effective;
  std::optional<bool> cpuset_cpu_exclusive;
  std::optional<Limit> cpu_quota_us;
  std::optional<std::int64_t> cpu_period_us;
  std::optional<double> cpu_limit_cpus;
  std::optional<std::int64_t> cpu_burst_us;
  std::optional<std::int64_t> cpu_weight;
  std::optional<std::int64_t> cpu_shares;
  std::optional<bool> cpu_idle;
  std::optional<CgroupThrottling> cpu_stat;
  std::optional<CgroupThrottling> cpu_stat_delta;
  std::optional<double> window_seconds;
  std::optional<std::int64_t> max_throttled_us_per_second;
  std::optional<std::int64_t> memory_current_bytes;
  std::optional<std::int64_t> memory_peak_bytes;
  std::optional<std::int64_t> memory_min_bytes;
  std::optional<std::int64_t> memory_low_bytes;
  std::optional<Limit> memory_high_bytes;
  std::optional<Limit> memory_max_bytes;
  std::optional<std::int64_t> memory_swap_current_bytes;
  std::optional<Limit> memory_swap_max_bytes;
  std::optional<std::map<std::string, std::int64_t>> memory_events;
  std::optional<std::map<std::string, std::int64_t>> memory_events_delta;
  std::optional<std::map<std::string, std::map<std::string, std::int64_t>>> memory_bytes_by_node;
  std::optional<std::map<std::string, std::map<std::string, std::int64_t>>> memory_bytes_by_node_delta;
  std::optional<std::map<std::string, std::map<std::string, std::int64_t>>> memory_pages_by_node;
  std::optional<std::map<std::string, std::int64_t>> memory_stat_bytes;
  std::optional<std::map<std::string, std::int64_t>> hugetlb_bytes;
  std::optional<std::map<std::string, std::map<std::string, std::int64_t>>> hugetlb_bytes_by_node;
  std::optional<std::int64_t> io_weight;
  std::optional<std::int64_t> pids_current;
  std::optional<Limit> pids_max;
  std::optional<std::map<std::string, CgroupPressure>> pressure;
};

}  // namespace ihc
