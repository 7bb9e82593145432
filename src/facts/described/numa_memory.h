// The description of the structs of facts/numa_memory.h.
#pragma once

#include "facts/describe.h"
#include "facts/numa_memory.h"

namespace ihc {

template <>
struct Describe<NumaCounters> {
  static constexpr std::string_view kName = "numa_counters";
  static constexpr auto kFields = std::tuple{
      field("numa_hit", &NumaCounters::numa_hit,
            "pages allocated on this node as intended: policy success, not locality"),
      field("numa_miss", &NumaCounters::numa_miss, "pages taken here although another node was preferred"),
      field("numa_foreign", &NumaCounters::numa_foreign, "pages intended for this node that another node supplied"),
      field("interleave_hit", &NumaCounters::interleave_hit, "interleaved pages placed here as intended"),
      field("local_node", &NumaCounters::local_node, "pages allocated here by a process running here"),
      field("other_node", &NumaCounters::other_node, "pages allocated here by a process running on another node")};
};

template <>
struct Describe<NumaMegabytes> {
  static constexpr std::string_view kName = "numa_megabytes";
  static constexpr auto kFields = std::tuple{
      field("numa_hit_mb", &NumaMegabytes::numa_hit_mb, "Numa_Hit of numastat -n or -c, mebibytes since boot"),
      field("numa_miss_mb", &NumaMegabytes::numa_miss_mb, "Numa_Miss, mebibytes since boot"),
      field("numa_foreign_mb", &NumaMegabytes::numa_foreign_mb, "Numa_Foreign, mebibytes since boot"),
      field("interleave_hit_mb", &NumaMegabytes::interleave_hit_mb, "Interleave_Hit, mebibytes since boot"),
      field("local_node_mb", &NumaMegabytes::local_node_mb, "Local_Node, mebibytes since boot"),
      field("other_node_mb", &NumaMegabytes::other_node_mb, "Other_Node, mebibytes since boot")};
};

template <>
struct Describe<MemoryZone> {
  static constexpr std::string_view kName = "memory_zone";
  static constexpr auto kFields =
      std::tuple{field("name", &MemoryZone::name, "DMA, DMA32, Normal, Movable, … of /proc/zoneinfo"),
                 field("free_pages", &MemoryZone::free_pages, "pages free"),
                 field("min_pages", &MemoryZone::min_pages,
                       "watermark min: below it only the kernel's urgent allocations are served"),
                 field("low_pages", &MemoryZone::low_pages, "watermark low: below it kswapd is woken"),
                 field("high_pages", &MemoryZone::high_pages, "watermark high: at it kswapd stops"),
                 field("present_pages", &MemoryZone::present_pages, "physical pages of the zone"),
                 field("managed_pages", &MemoryZone::managed_pages, "pages that the page allocator has")};
};

template <>
struct Describe<MemoryTier> {
  static constexpr std::string_view kName = "memory_tier";
  static constexpr auto kFields =
      std::tuple{field("id", &MemoryTier::id, "number of memory_tier*: the smaller, the faster"),
                 field("nodes", &MemoryTier::nodes, "nodelist: the nodes of this tier")};
};

template <>
struct Describe<BalancingScan> {
  static constexpr std::string_view kName = "balancing_scan";
  static constexpr auto kFields = std::tuple{
      field("scan_delay_ms", &BalancingScan::scan_delay_ms, "a task is first scanned after this"),
      field("scan_period_min_ms", &BalancingScan::scan_period_min_ms, "shortest time between two scans of a task"),
      field("scan_period_max_ms", &BalancingScan::scan_period_max_ms, "longest time between two scans of a task"),
      field("scan_size_mb", &BalancingScan::scan_size_mb, "mebibytes that one scan unmaps"),
      field("hot_threshold_ms", &BalancingScan::hot_threshold_ms, "a page touched within this is hot, for tiering")};
};

template <>
struct Describe<KernelMemoryThread> {
  static constexpr std::string_view kName = "kernel_memory_thread";
  static constexpr auto kFields = std::tuple{
      field("name", &KernelMemoryThread::name, "khugepaged, kcompactd<node>, kswapd<node>, ksmd"),
      field("cpu_ms", &KernelMemoryThread::cpu_ms, "CPU time since boot, utime + stime of /proc/PID/stat, proc(5)"),
      field("cpu_ms_delta", &KernelMemoryThread::cpu_ms_delta, "CPU time from the start to the end of the collection")};
};

template <>
struct Describe<ShellPolicy> {
  static constexpr std::string_view kName = "shell_policy";
  static constexpr auto kFields =
      std::tuple{field("policy", &ShellPolicy::policy, "policy: default, bind, interleave, preferred, …"),
                 field("preferred_node", &ShellPolicy::preferred_node, "preferred node: a number, or current"),
                 field("cpus", &ShellPolicy::cpus, "physcpubind: CPUs that the shell could use"),
                 field("cpu_nodes", &ShellPolicy::cpu_nodes, "nodebind: nodes whose CPUs the shell could use"),
                 field("memory_nodes", &ShellPolicy::memory_nodes, "membind: nodes whose memory the shell could use"),
                 field("interleave_nodes", &ShellPolicy::interleave_nodes, "interleavemask")};
};

template <>
struct Describe<NumaMemoryNode> {
  static constexpr std::string_view kName = "numa_memory_node";
  static constexpr auto kFields = std::tuple{
      field("id", &NumaMemoryNode::id, "kernel node number"),
      field("numa_hit", &NumaMemoryNode::numa_hit, "since boot: context only"),
      field("numa_miss", &NumaMemoryNode::numa_miss, "since boot: context only"),
      field("numa_foreign", &NumaMemoryNode::numa_foreign, "since boot: context only"),
      field("interleave_hit", &NumaMemoryNode::interleave_hit, "since boot: context only"),
      field("local_node", &NumaMemoryNode::local_node, "since boot: context only"),
      field("other_node", &NumaMemoryNode::other_node, "since boot: context only"),
      field("delta", &NumaMemoryNode::delta, "growth within the window; absent when a counter went backwards"),
      field("since_boot_mb", &NumaMemoryNode::since_boot_mb,
            "the counters as numastat prints them in mebibytes: pages times page size, rounded"),
      field("memory_bytes", &NumaMemoryNode::memory_bytes,
            "node*/meminfo in bytes, by the kernel's names; without the counts of huge pages"),
      field("zones", &NumaMemoryNode::zones, "/proc/zoneinfo at the start: what is free, and the watermarks")};
};

template <>
struct Describe<NumaMemory> {
  static constexpr std::string_view kName = "numa_memory";
  static constexpr auto kFields = std::tuple{
      field("nodes", &NumaMemory::nodes, "per node, by id (/sys/devices/system/node/node*/numastat)"),
      field("window_seconds", &NumaMemory::window_seconds, "time between the two readings of the deltas"),
      field("vmstat", &NumaMemory::vmstat,
            "/proc/vmstat at the end: numa_*, pgmigrate_*, thp_*, compact_*, swap, oom_kill, …"),
      field("vmstat_delta", &NumaMemory::vmstat_delta, "growth of the same counters within the window"),
      field("max_pages_migrated_per_second", &NumaMemory::max_pages_migrated_per_second,
            "largest growth of numa_pages_migrated between two samples, scaled to one second"),
      field("max_pgmigrate_success_per_second", &NumaMemory::max_pgmigrate_success_per_second,
            "the same of pgmigrate_success: migrations of every cause"),
      field("page_bytes", &NumaMemory::page_bytes, "size of a page, sysconf(_SC_PAGESIZE)"),
      field("huge_pages", &NumaMemory::huge_pages,
            "/sys/kernel/mm/hugepages of the whole system, by page size; per node in topology"),
      field("balancing_scan", &NumaMemory::balancing_scan,
            "/sys/kernel/debug/sched/numa_balancing (root), before Linux 5.13 kernel.numa_balancing_scan_*"),
      field("demotion_enabled", &NumaMemory::demotion_enabled,
            "/sys/kernel/mm/numa/demotion_enabled: reclaim moves cold pages to a slower tier"),
      field("memory_tiers", &NumaMemory::memory_tiers, "/sys/devices/virtual/memory_tiering, fastest first"),
      field("khugepaged_delta", &NumaMemory::khugepaged_delta,
            "growth of pages_collapsed and full_scans of transparent_hugepage/khugepaged"),
      field("kernel_threads", &NumaMemory::kernel_threads, "CPU time of the kernel's own memory threads, by name"),
      field("shell_policy", &NumaMemory::shell_policy,
            "numactl --show: of the shell it was typed in, not of a worker")};
};

}  // namespace ihc
