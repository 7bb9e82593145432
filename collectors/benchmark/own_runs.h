// Runs of `ihc bench`, as a bundle keeps them: bench/<run>/{summary.json,requests.ndjson,chunks.bin} →
// facts.benchmarks.
#pragma once

#include <string>
#include <vector>

#include "collectors/reading/evidence_reader.h"
#include "facts/benchmark.h"

namespace ihc {

/// Appends the bundle's runs, in the order of their names. Every figure is computed from the records of the requests; a
/// summary without them has conditions and no metrics, and says so in facts.missing.
void read_own_runs(const EvidenceReader& reader, std::vector<Benchmark>& benchmarks);

}  // namespace ihc
