// One process and its threads: every file of it as facts.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "collectors/cgroup/cgroup_tree.h"
#include "collectors/workers/cpu_moves.h"
#include "collectors/workers/discovery.h"
#include "collectors/workers/worker_key.h"
#include "facts/document.h"

namespace ihc {

inline constexpr const char* kDiscoveryPath = "probes/discovery.json";

/// One worker on its way to the facts, whose pointers are only known when all are sorted.
struct WorkerDraft {
  Worker worker;
  WorkerIdentity identity;
  std::vector<std::pair<std::string, std::string>> sources;  ///< pointer below the worker, path
  std::vector<std::pair<std::string, MissingFact>> missing;

  void source(std::string pointer, std::string path) { sources.emplace_back(std::move(pointer), std::move(path)); }
};

WorkerDraft read_worker(const Bundle& bundle, const DiscoveredWorker& found, const CgroupPlaces& groups,
                        const CpuPlaces& places);

}  // namespace ihc
