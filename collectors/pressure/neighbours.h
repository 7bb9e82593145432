// The processes with the most CPU time within the window, from /proc/PID/stat of all of them at both its ends.
#pragma once

#include <optional>
#include <vector>

#include "collectors/reading/evidence_reader.h"
#include "facts/pressure.h"

namespace ihc {

/// At most 40, most CPU time first. A process that began or ended within the window has no two readings, and is not
/// among them.
std::optional<std::vector<Neighbour>> read_neighbours(const EvidenceReader& reader);

}  // namespace ihc
