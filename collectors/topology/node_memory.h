// What kind of memory a NUMA node has, how fast the firmware says it is, and its pools of huge pages.
//
//   /sys/devices/system/node/node2/access0/initiators/{read_latency,read_bandwidth}   130 (ns), 182000 (MB/s)
//   /sys/devices/system/node/node2/access0/initiators/node0                           (a link: nearest initiator)
//   /sys/bus/cxl/devices/region0/dax_region0/dax0.0/target_node                       2
//   /proc/driver/nvidia/gpus/0004:04:00.0/numa_status                                 Node: 255 …
//
// Source: Documentation/admin-guide/mm/numaperf.rst, Documentation/ABI/stable/sysfs-devices-node.
#pragma once

#include <optional>

#include "collectors/reading/evidence_reader.h"

namespace ihc {

/// The node in the first lines of a numa_status file ("Node: 255"); nothing when the driver names none.
std::optional<std::int64_t> parse_numa_status(std::string_view text);

/// Adds the kinds, speeds and huge pages to `topology.numa_nodes`.
void read_node_memory(const EvidenceReader& reader, Topology& topology);

}  // namespace ihc
