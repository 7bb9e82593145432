// facts.kernel: settings that decide how the kernel treats an inference server.
// Sources: Documentation/admin-guide/sysctl/{kernel,vm}.rst, transhuge.rst, kernel-parameters.rst.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct SwapDevice {
  std::string path;
  std::string kind;
  std::int64_t size_bytes = 0;
  std::int64_t used_bytes = 0;
};

struct Kernel {
  std::optional<std::string> release;
  std::optional<std::string> version;
  std::optional<std::string> command_line;
  std::optional<std::string> thp_enabled;
  std::optional<std::string> thp_defrag;
  std::optional<std::int64_t> numa_balancing;
  std::optional<std::int64_t> zone_reclaim_mode;
  std::optional<std::int64_t> swappiness;
  std::optional<std::int64_t> numa_stat;
  std::optional<std::int64_t> min_free_kbytes;
  std::optional<std::int64_t> max_map_count;
  std::optional<std::int64_t> sched_rt_runtime_us;
  std::optional<std::int64_t> sched_rt_period_us;
  std::optional<std::int64_t> sched_schedstats;
  std::optional<std::int64_t> nmi_watchdog;
  std::optional<std::int64_t> perf_event_paranoid;
  std::optional<std::string> clocksource;
  std::optional<std::vector<std::string>> available_clocksources;
  std::optional<std::string> tuned_profile;
  std::optional<std::int64_t> memory_total_bytes;
  std::optional<std::int64_t> memory_available_bytes;
  std::optional<std::int64_t> swap_total_bytes;
  std::optional<std::int64_t> swap_free_bytes;
  std::optional<std::int64_t> swap_cached_bytes;
  std::optional<std::vector<SwapDevice>> swap_devices;
  std::optional<bool> zswap_enabled;
  std::optional<std::map<std::string, std::string>> parameters;
  std::optional<std::string> isolcpus_flags;
  std::optional<CpuSet> isolcpus;
  std::optional<CpuSet> nohz_full;
  std::optional<CpuSet> rcu_nocbs;
  std::optional<CpuSet> irqaffinity;
  std::optional<CpuSet> workqueue_cpus;
  std::optional<std::map<std::string, std::string>> vulnerabilities;
};

}  // namespace ihc
