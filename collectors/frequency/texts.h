// The tuned profile, and frequency policy from what people paste: cpupower frequency-info.
#pragma once

#include "collectors/reading/evidence_reader.h"

namespace ihc {

/// Fills `frequency.tuned`, and from commands/cpufreq* what sysfs did not give.
void read_frequency_texts(const EvidenceReader& reader, Frequency& frequency);

}  // namespace ihc
