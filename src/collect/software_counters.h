// Software counters of processes, opened by this program where perf is not there to do it.
//
// perf_event_open(2): PERF_COUNT_SW_* of each thread, inherited by the threads that it starts. They need no hardware
// and no perf, only the right to look at the process: the same user and kernel.perf_event_paranoid up to 1, or
// CAP_PERFMON; at 2 an ordinary user may count user space only, which sees no switch and no migration.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/json.h"
#include "collect/reasons.h"

namespace ihc {

class SoftwareCounters {
 public:
  /// Opens and starts the counters of these threads. Not ok: none is open, and why.
  StatusAndReason open(const std::vector<int>& threads);
  /// Reads, closes, and tells: {"call", "started_ns", "ended_ns", "threads", "threads_gone", "user_only", "events":
  /// {"context-switches": 4711, "task-clock": 998846852 (ns), …}}. Without the kernel's side an event that happens only
  /// there is left out.
  Json take();
  bool is_open() const { return !counters_.empty(); }

 private:
  struct Counter {
    std::size_t event = 0;
    FileDescriptor file;
  };
  StatusAndReason open_thread(int thread);

  std::vector<Counter> counters_;
  bool user_only_ = false;
  std::int64_t started_ns_ = 0;
  std::int64_t threads_ = 0;
  std::int64_t threads_gone_ = 0;
};

}  // namespace ihc
