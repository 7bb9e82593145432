// facts.numa_memory: what the page allocator did per node, since boot and within the window.
// Source: Documentation/admin-guide/numastat.rst. The counters tick once per allocated page, never per access.
#pragma once

#include "facts/describe.h"
#include "facts/topology.h"

namespace ihc {

struct NumaCounters {
  std::optional<std::int64_t> numa_hit;
  std::optional<std::int64_t> numa_miss;
  std::optional<std::int64_t> numa_foreign;
  std::optional<std::int64_t> interleave_hit;
  std::optional<std::int64_t> local_node;
  std::optional<std::int64_t> other_node;
};

struct NumaMegabytes {
  std::optional<double> numa_hit_mb;
  std::optional<double> numa_miss_mb;
  std::optional<double> numa_foreign_mb;
  std::optional<double> interleave_hit_mb;
  std::optional<double> local_node_mb;
  std::optional<double> other_node_mb;
};

struct MemoryZone {
  std::string name;
  std::optional<std::int64_t> free_pages;
  std::optional<std::int64_t> min_pages;
  std::optional<std::int64_t> low_pages;
  std::optional<std::int64_t> high_pages;
  std::optional<std::int64_t> present_pages;
  std::optional<std::int64_t> managed_pages;
};

struct MemoryTier {
  std::int64_t id = 0;
  CpuSet nodes;
};

struct BalancingScan {
  std::optional<std::int64_t> scan_delay_ms;
  std::optional<std::int64_t> scan_period_min_ms;
  std::optional<std::int64_t> scan_period_max_ms;
  std::optional<std::int64_t> scan_size_mb;
  std::optional<std::int64_t> hot_threshold_ms;
};

struct KernelMemoryThread {
  std::string name;
  std::optional<std::int64_t> cpu_ms;
  std::optional<std::int64_t> cpu_ms_delta;
};

struct ShellPolicy {
  std::optional<std::string> policy;
  std::optional<std::string> preferred_node;
  std::optional<CpuSet> cpus;
  std::optional<CpuSet> cpu_nodes;
  std::optional<CpuSet> memory_nodes;
  std::optional<CpuSet> interleave_nodes;
};

struct NumaMemoryNode {
  std::int64_t id = 0;
  std::optional<std::int64_t> numa_hit;
  std::optional<std::int64_t> numa_miss;
  std::optional<std::int64_t> numa_foreign;
  std::optional<std::int64_t> interleave_hit;
  std::optional<std::int64_t> local_node;
  std::optional<std::int64_t> other_node;
  std::optional<NumaCounters> delta;
  std::optional<NumaMegabytes> since_boot_mb;
  std::optional<std::map<std::string, std::int64_t>> memory_bytes;
  std::optional<std::vector<MemoryZone>> zones;
};

struct NumaMemory {
  std::optional<std::vector<NumaMemoryNode>> nodes;
  std::optional<double> window_seconds;
  std::optional<std::map<std::string, std::int64_t>> vmstat;
  std::optional<std::map<std::string, std::int64_t>> vmstat_delta;
  std::optional<std::int64_t> max_pages_migrated_per_second;
  std::optional<std::int64_t> max_pgmigrate_success_per_second;
  std::optional<std::int64_t> page_bytes;
  std::optional<std::vector<HugePages>> huge_pages;
  std::optional<BalancingScan> balancing_scan;
  std::optional<bool> demotion_enabled;
  std::optional<std::vector<MemoryTier>> memory_tiers;
  std::optional<std::map<std::string, std::int64_t>> khugepaged_delta;
  std::optional<std::vector<KernelMemoryThread>> kernel_threads;
  std::optional<ShellPolicy> shell_policy;
};

}  // namespace ihc
