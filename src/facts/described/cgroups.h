// The description of the structs of facts/cgroups.h.
#pragma once

#include "facts/cgroups.h"
#include "facts/describe.h"

namespace ihc {

template <>
struct Describe<CgroupThrottling> {
  static constexpr std::string_view kName = "cgroup_cpu_stat";
  static constexpr auto kFields = std::tuple{
      field("periods", &CgroupThrottling::periods, "nr_periods: quota periods in which the group ran"),
      field("throttled_periods", &CgroupThrottling::throttled_periods, "nr_throttled: periods that used up the quota"),
      field("throttled_us", &CgroupThrottling::throttled_us,
            "throttled_usec of v2; throttled_time of v1, which counts nanoseconds, divided by 1000"),
      field("burst_us", &CgroupThrottling::burst_us, "burst_usec; burst_time of v1 divided by 1000"),
      field("usage_us", &CgroupThrottling::usage_us, "usage_usec; cpuacct.usage of v1 divided by 1000")};
};

template <>
struct Describe<CgroupStall> {
  static constexpr std::string_view kName = "cgroup_stall";
  static constexpr auto kFields =
      std::tuple{field("avg10_pct", &CgroupStall::avg10_pct, "share of the last 10 s"),
                 field("avg60_pct", &CgroupStall::avg60_pct, "share of the last 60 s"),
                 field("avg300_pct", &CgroupStall::avg300_pct, "share of the last 300 s"),
                 field("total_us", &CgroupStall::total_us, "stall time since the group was made"),
                 field("delta_us", &CgroupStall::delta_us, "stall time within the window")};
};

template <>
struct Describe<CgroupPressure> {
  static constexpr std::string_view kName = "cgroup_pressure";
  static constexpr auto kFields =
      std::tuple{field("some", &CgroupPressure::some, "at least one task of the group waited"),
                 field("full", &CgroupPressure::full, "all its tasks that were not idle waited")};
};

template <>
struct Describe<Cgroup> {
  static constexpr std::string_view kName = "cgroup";
  static constexpr auto kFields = std::tuple{
      field("path", &Cgroup::path, "path below the root of its hierarchy; \"/\" is the root"),
      field("version", &Cgroup::version, "v1, v2, or hybrid: which cgroup files it was read from"),
      field("unit", &Cgroup::unit, "systemd unit of that name"),
      field("parent", &Cgroup::parent, "path of the group above it; the root has none"),
      field("holds_worker", &Cgroup::holds_worker, "whether a worker is in it or below it"),
      field("cpuset_cpus", &Cgroup::cpuset_cpus, "cpuset.cpus as asked for; the empty set asks for its parent's"),
      field("cpuset_cpus_effective", &Cgroup::cpuset_cpus_effective,
            "cpuset.cpus.effective (v1: cpuset.effective_cpus): what its parents leave of it"),
      field("cpuset_mems", &Cgroup::cpuset_mems, "cpuset.mems as asked for"),
      field("cpuset_mems_effective", &Cgroup::cpuset_mems_effective, "cpuset.mems.effective: node list"),
      field("cpuset_partition", &Cgroup::cpuset_partition, "cpuset.cpus.partition: member, root, isolated, or invalid"),
      field("cpuset_cpus_exclusive_effective", &Cgroup::cpuset_cpus_exclusive_effective,
            "cpuset.cpus.exclusive.effective"),
      field("cpuset_cpu_exclusive", &Cgroup::cpuset_cpu_exclusive, "cpuset.cpu_exclusive of v1"),
      field("cpu_quota_us", &Cgroup::cpu_quota_us,
            "first number of cpu.max; cpu.cfs_quota_us of v1, where -1 is unlimited"),
      field("cpu_period_us", &Cgroup::cpu_period_us, "second number of cpu.max; cpu.cfs_period_us"),
      field("cpu_limit_cpus", &Cgroup::cpu_limit_cpus, "quota / period: CPUs' worth of time; absent when unlimited"),
      field("cpu_burst_us", &Cgroup::cpu_burst_us, "cpu.max.burst; cpu.cfs_burst_us"),
      field("cpu_weight", &Cgroup::cpu_weight, "cpu.weight, 100 is the default"),
      field("cpu_shares", &Cgroup::cpu_shares, "cpu.shares of v1, 1024 is the default"),
      field("cpu_idle", &Cgroup::cpu_idle, "cpu.idle"),
      field("cpu_stat", &Cgroup::cpu_stat, "cpu.stat since the group was made"),
      field("cpu_stat_delta", &Cgroup::cpu_stat_delta, "its growth within the window"),
      field("window_seconds", &Cgroup::window_seconds, "time between the two readings of cpu.stat"),
      field("max_throttled_us_per_second", &Cgroup::max_throttled_us_per_second,
            "largest growth of throttled_us between two readings, as a rate; readings are a second apart"),
      field("memory_current_bytes", &Cgroup::memory_current_bytes, "memory.current; memory.usage_in_bytes"),
      field("memory_peak_bytes", &Cgroup::memory_peak_bytes, "memory.peak; memory.max_usage_in_bytes"),
      field("memory_min_bytes", &Cgroup::memory_min_bytes, "memory.min"),
      field("memory_low_bytes", &Cgroup::memory_low_bytes, "memory.low"),
      field("memory_high_bytes", &Cgroup::memory_high_bytes, "memory.high; memory.soft_limit_in_bytes of v1"),
      field("memory_max_bytes", &Cgroup::memory_max_bytes, "memory.max; memory.limit_in_bytes"),
      field("memory_swap_current_bytes", &Cgroup::memory_swap_current_bytes, "memory.swap.current"),
      field("memory_swap_max_bytes", &Cgroup::memory_swap_max_bytes, "memory.swap.max"),
      field("memory_events", &Cgroup::memory_events,
            "memory.events since the group was made: low, high, max, oom, oom_kill; of v1 oom_kill and failcnt"),
      field("memory_events_delta", &Cgroup::memory_events_delta, "its growth within the window"),
      field("memory_bytes_by_node", &Cgroup::memory_bytes_by_node, "memory.numa_stat of v2: kind of memory, then node"),
      field("memory_bytes_by_node_delta", &Cgroup::memory_bytes_by_node_delta,
            "change of it within the window, either way"),
      field("memory_pages_by_node", &Cgroup::memory_pages_by_node, "memory.numa_stat of v1, which counts pages"),
      field("memory_stat_bytes", &Cgroup::memory_stat_bytes,
            "of memory.stat: anon, file, shmem, inactive_file, unevictable and their like"),
      field("hugetlb_bytes", &Cgroup::hugetlb_bytes, "hugetlb.SIZE.current by page size"),
      field("hugetlb_bytes_by_node", &Cgroup::hugetlb_bytes_by_node, "hugetlb.SIZE.numa_stat: page size, then node"),
      field("io_weight", &Cgroup::io_weight, "default of io.weight (or io.bfq.weight); blkio.weight of v1"),
      field("pids_current", &Cgroup::pids_current, "pids.current: tasks"),
      field("pids_max", &Cgroup::pids_max, "pids.max"),
      field("pressure", &Cgroup::pressure, "cpu, memory and io pressure of the group: {cpu|memory|io}.pressure")};
};

}  // namespace ihc
