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

/// A benchmark that `ihc collect --bench-url` began and that gave no run leaves bench/error.json: notes in
/// facts.missing that it failed and why. False when there is none.
bool note_failure(const EvidenceReader& reader);

}  // namespace ihc
