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

/// The file of a PCI device whose class was not read and that is none of these GPUs: it may be a further one. Nothing
/// when all others are known to be something else.
std::optional<std::string> unclassified_file(const Bundle& bundle, const std::vector<GatheredGpu>& gathered);

/// Notes why the devices of GPU vendors can't be counted, when the class of one of them was not read; whether it did.
bool note_uncounted(const EvidenceReader& pci);

/// Node and local CPUs out of sysfs, also of a GPU that only its driver's tools name.
void place_on_pci(const EvidenceReader& pci, Gpu& gpu, const std::string& pointer);

}  // namespace ihc
