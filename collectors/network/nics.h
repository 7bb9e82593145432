// The network interfaces that have a device: their place, link, queues, losses.
#pragma once

#include "collectors/reading/evidence_reader.h"

namespace ihc {

/// Fills facts.nics.
void read_nics(const EvidenceReader& reader);

}  // namespace ihc
