// What is not known of the GPUs, and why: values that a tool prints as none, texts that disagree, and a tool that says
// something else instead of a report.
#pragma once

#include <optional>
#include <string>

#include "collectors/gpu/gather.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

/// Notes for the GPU at `pointer` what is missing and what is in conflict. `pci` reads under the name of the pci
/// collector, which captured the device's own files.
void note_gpu_gaps(const EvidenceReader& reader, const EvidenceReader& pci, const GatheredGpu& gpu,
                   const std::string& pointer);

/// What the vendor's tool said instead of a report, on either stream; else why its state is not known.
void read_tool_state(const EvidenceReader& reader, std::optional<GpuStack>& stack);

}  // namespace ihc
