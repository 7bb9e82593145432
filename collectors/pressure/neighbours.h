// Who used the CPUs within the window, from /proc/PID/stat of all processes at both its ends, and what they shared with
// the workers.
#pragma once

#include <vector>

#include "collectors/reading/evidence_reader.h"
#include "facts/pressure.h"
#include "facts/topology.h"
#include "facts/workers.h"

namespace ihc {

/// Fills in the neighbours (at most 40, most CPU time first), their control groups (at most 20), the CPU time of kernel
/// threads, and what others used of the workers' CPUs, caches and nodes. A process that began or ended within the
/// window has no two readings and is not among the first three; the last is from /proc/stat and misses nobody.
void read_neighbours(const EvidenceReader& reader, const std::optional<std::vector<Worker>>& workers,
                     const std::optional<Topology>& topology, Pressure& pressure);

}  // namespace ihc
