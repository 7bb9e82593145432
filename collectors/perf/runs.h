// perf stat reports as facts: one run for each scope, and what follows from its counts.
#pragma once

#include <string>
#include <vector>

#include "collectors/perf/perf_stat.h"
#include "facts/perf.h"

namespace ihc {

/// One run for each aggregate and cgroup of a report, in the order of the text; the counts of intervals are added up.
/// `label` gets the scope behind '/' where there are several.
std::vector<PerfRun> perf_runs(const PerfStatReport& report, const std::string& label);

/// Fills in what is recomputed from the events: ratios, rates, the lowest share of time on a counter.
void derive_perf_run(PerfRun& run);

}  // namespace ihc
