// The processes that a GPU's own tool lists on it, matched to workers whose open device files could not be looked at.
#pragma once

#include <optional>
#include <vector>

#include "collectors/reading/evidence_reader.h"
#include "facts/gpu.h"
#include "facts/workers.h"

namespace ihc {

/// Fills in `gpus` and `gpu_nodes` of workers that have none: /proc/PID/fd of another user's process needs privileges,
/// the driver's list of processes does not. Where the list names none of a worker's processes nothing is concluded: in
/// a container the tool shows none.
void match_listed_gpus(const EvidenceReader& reader, const std::optional<std::vector<Gpu>>& gpus,
                       std::vector<Worker>& workers);

}  // namespace ihc
