// Processes that only a text speaks of: a saved numastat -p, numa_maps, status, sched or cgroup file. What is not in
// the text is not known; a text that does not name its process makes a worker without a PID.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "collect/foreign_text.h"
#include "collectors/reading/evidence_reader.h"
#include "facts/workers.h"

namespace ihc {

std::span<const ForeignText> worker_texts();

/// A worker that a text told of. Pointers are below the worker.
struct ToldWorker {
  Worker worker;
  std::vector<std::pair<std::string, std::string>> sources;  ///< pointer, path
  std::vector<std::pair<std::string, MissingFact>> missing;
};

/// Texts about the same PID are put together. In the order of PIDs; those without one come last.
std::vector<ToldWorker> read_worker_texts(const Bundle& bundle);

/// What a numa_maps text says of placement, or why it can't be used.
void apply_numa_maps(const EvidenceReader& reader, const std::string& path, std::string_view text, bool is_cut,
                     Worker& worker);

}  // namespace ihc
