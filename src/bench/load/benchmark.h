// A whole benchmark: looks at the server, measures the client's own floor if asked, does the runs, and gives the files
// of each.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/load/engine.h"
#include "bench/load/settings.h"
#include "bench/run.h"

namespace ihc::bench {

/// A run with all that was kept of it.
struct RunRecord {
  RunSummary summary;
  std::vector<RequestRecord> records;
  std::vector<RequestChunks> chunks;
};

struct BenchmarkHooks {
  std::function<void(const LiveState&)> on_progress;  ///< empty: nobody watches
  std::function<bool()> is_interrupted;
};

/// Does the runs. Fails (not_found, timed_out, io, permission) when the server can't be reached at all or refuses the
/// key; requests that fail later are outcomes. `floor` is kept with each run.
Result<std::vector<RunRecord>> run_benchmark(LoadSettings settings, const std::map<std::string, Floor>& floor,
                                             const BenchmarkHooks& hooks);

/// What this client adds on this machine: the same load against the stand-in server in a process of its own, for some
/// seconds; by metric, what was measured above what is scripted. An upper bound: the stand-in's own delay is in it.
Result<std::map<std::string, Floor>> measure_floor(const LoadSettings& settings, const BenchmarkHooks& hooks);

/// The members of a bundle: "bench/<run>/summary.json", "…/requests.ndjson", "…/chunks.bin".
std::map<std::string, std::string> members_of(const RunRecord& run);
/// And back, by run; what can't be read is left out.
std::vector<RunRecord> runs_of(const std::map<std::string, std::string>& members);

}  // namespace ihc::bench
