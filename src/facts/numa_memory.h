// facts.numa_memory: what the page allocator did per node, since boot and within the window.
// Source: Documentation/admin-guide/numastat.rst. The counters tick once per allocated page, never per access.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct NumaCounters {
  std::optional<std::int64_t> numa_hit;
  std::optional<std::int64_t> numa_miss;
  std::optional<std::int64_t> numa_foreign;
  std::optional<std::int64_t> interleave_hit;
  std::optional<std::int64_t> local_node;
  std::optional<std::int64_t> other_node;
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
};

struct NumaMemory {
  std::optional<std::vector<NumaMemoryNode>> nodes;
  std::optional<double> window_seconds;
  std::optional<std::map<std::string, std::int64_t>> vmstat;
  std::optional<std::map<std::string, std::int64_t>> vmstat_delta;
  std::optional<std::int64_t> max_pages_migrated_per_second;
};

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
      field("delta", &NumaMemoryNode::delta, "growth within the window; absent when a counter went backwards")};
};

template <>
struct Describe<NumaMemory> {
  static constexpr std::string_view kName = "numa_memory";
  static constexpr auto kFields =
      std::tuple{field("nodes", &NumaMemory::nodes, "per node, by id (/sys/devices/system/node/node*/numastat)"),
                 field("window_seconds", &NumaMemory::window_seconds, "time between the two readings of the deltas"),
                 field("vmstat", &NumaMemory::vmstat,
                       "/proc/vmstat at the end: numa_*, pgmigrate_*, thp_*, compact_*, swap, oom_kill, …"),
                 field("vmstat_delta", &NumaMemory::vmstat_delta, "growth of the same counters within the window"),
                 field("max_pages_migrated_per_second", &NumaMemory::max_pages_migrated_per_second,
                       "largest growth of numa_pages_migrated between two samples, scaled to one second")};
};

}  // namespace ihc
