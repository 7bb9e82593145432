// Topology from what people paste: the output of lscpu and numactl fills what sysfs does not say, and is compared with
// what it says.
#pragma once

#include "collect/foreign_text.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

/// One line that may be the CPU list of a node.
Likeness like_node_cpulist(std::string_view text);

/// Fills what is still absent from commands/lscpu*, commands/numactl-hardware* and commands/dmidecode-memory*.
void read_topology_texts(const EvidenceReader& reader, Topology& topology);

}  // namespace ihc
