// The GPUs whose device files a worker holds open, and where they are.
#pragma once

#include <string>

#include "collectors/reading/evidence_reader.h"
#include "facts/workers.h"

namespace ihc {

/// Reads the links of `dir`fd ("root/proc/4242/fd/31" → "/dev/nvidia0") into `gpus`, `gpu_nodes` and `gpu_local_cpus`.
/// A device file of a GPU of which nothing says which it is, leaves all three unknown: the others are not all.
void read_held_gpus(const EvidenceReader& reader, const std::string& dir, Worker& worker);

}  // namespace ihc
