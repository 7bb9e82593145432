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
  /// schedstat was read, and is zeros for a thread that ran: this kernel does not count waiting.
  bool counts_no_delay = false;
  std::optional<std::int64_t> thread_count;  ///< by the process's own stat, at the end
  /// Files ("schedstat") that were read of some threads and not of others, with the path of one that was not; "" is all
  /// files of a thread. What comes from them is no fact of the whole worker: a sum would be too low, a union too
  /// narrow.
  std::map<std::string, std::string> read_in_part;
  bool has_samples = false;  ///< whether the process was read more than once at all
};

/// Reads the samples of /proc/<pid>/task/*/{stat,status,schedstat,sched}. A thread that was not there at the start was
/// born within the window, so its whole count is growth.
WorkerActivity read_activity(const Bundle& bundle, std::int64_t pid);

}  // namespace ihc
