// What a worker's threads did within the window: growth of their counters between its start and its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bundle/bundle.h"
#include "facts/workers.h"

namespace ihc {

struct WorkerActivity {
  std::vector<WorkerThread> threads;  ///< those that lived at the end, by tid
  std::optional<double> window_seconds;
  std::optional<bool> alive_at_end;
  /// Sums over the threads that lived at the end; absent when no thread has the number.
  std::optional<double> cpu_ms;
  std::optional<double> run_delay_ms;
  std::optional<std::int64_t> voluntary_switches;
  std::optional<std::int64_t> involuntary_switches;
  std::optional<std::int64_t> cpu_migrations;
  bool has_samples = false;  ///< whether the process was read more than once at all
};

/// Reads the samples of /proc/<pid>/task/*/{stat,status,schedstat,sched}. A thread that was not there at the start was
/// born within the window, so its whole count is growth.
WorkerActivity read_activity(const Bundle& bundle, std::int64_t pid);

}  // namespace ihc
