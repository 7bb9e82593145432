// What memory there is and who moves it: per node memory, zones and watermarks, pools of huge pages, tiers, the scan of
// automatic NUMA balancing, khugepaged and its kin.
//
//   /sys/devices/system/node/node0/meminfo                             Node 0 Inactive(file):  4358092 kB
//   /sys/kernel/debug/sched/numa_balancing/scan_period_min_ms          1000        (root)
//   /sys/devices/virtual/memory_tiering/memory_tier4/nodelist          0-1
//   /sys/kernel/mm/transparent_hugepage/khugepaged/pages_collapsed     8211
//
// Source: Documentation/admin-guide/mm/{numa_memory_policy,transhuge}.rst, Documentation/scheduler/sched-debug.rst,
// Documentation/ABI/testing/{sysfs-kernel-mm-memory-tiers,sysfs-kernel-mm-numa}.
#pragma once

#include "base/result.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

/// The entry of a node in `memory.nodes`, made when it is not there; ascending ids stay ascending.
NumaMemoryNode& memory_node(NumaMemory& memory, std::int64_t id);

void read_memory_levels(const EvidenceReader& reader, NumaMemory& memory);

/// sysconf(_SC_PAGESIZE) as JSON text; runs in the collection's helper process.
Result<std::string> probe_page_size(int pid);

}  // namespace ihc
