// What the collection itself counted within the window: perf's passes, this program's own software counters, /proc.
#pragma once

#include <string>
#include <vector>

#include "collectors/reading/evidence_reader.h"
#include "facts/perf.h"

namespace ihc {

/// Appends the runs of a live bundle, with their sources and gaps. /proc and software counters stand in only for what
/// perf did not count: two runs that say the same would be judged twice.
void read_live_runs(const EvidenceReader& reader, std::vector<PerfRun>& runs);

/// Which measurement counted when, and what became of it, in the order of their beginning.
std::vector<PerfPass> read_passes(const Bundle& bundle);

/// What a run was asked for, and so can lack.
enum RunGap : unsigned { kGapIpc = 1, kGapRemoteDram = 2, kGapSwitches = 4, kAllGaps = 7 };

/// Says of a run of perf why a number of it is absent.
void note_run_gaps(const EvidenceReader& reader, const PerfRun& run, const std::string& pointer, unsigned gaps);

/// Says why perf counted nothing at all.
void explain_no_perf(const EvidenceReader& reader);

}  // namespace ihc
