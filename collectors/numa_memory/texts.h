// Memory facts from what people paste: numastat, numastat -m, numactl --show.
#pragma once

#include "collectors/reading/evidence_reader.h"

namespace ihc {

/// Fills what the files of /sys and /proc did not give.
void read_memory_texts(const EvidenceReader& reader, NumaMemory& memory);

}  // namespace ihc
