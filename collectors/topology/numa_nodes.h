// NUMA nodes from /sys/devices/system/node, and what libnuma says of the same nodes.
// Source: Documentation/ABI/stable/sysfs-devices-node; numa(3).
#pragma once

#include "base/result.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

/// One row of node*/distance: the distance to each online node, in ascending order of node number, gaps left out.
/// Nothing when a word is no number.
std::optional<std::vector<std::int64_t>> parse_distances(std::string_view text);

/// The nodes of `facts.topology`, cross-checked with the libnuma probe.
void read_numa_nodes(const EvidenceReader& reader, Topology& topology);

/// What libnuma answers on this machine, as JSON text; runs in the collection's helper process.
Result<std::string> probe_numa(int pid);

/// One node of that JSON text.
struct ProbedNode {
  std::int64_t id = 0;
  std::optional<std::int64_t> memory_total_bytes;
  std::map<std::string, std::int64_t> distances;
};

/// Nothing when the text is not what probe_numa writes, or says that libnuma is not available here.
std::optional<std::vector<ProbedNode>> parse_numa_probe(std::string_view text);

}  // namespace ihc
