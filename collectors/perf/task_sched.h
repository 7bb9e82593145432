// The threads of the workers by what /proc/PID/task/TID/sched said at the start and at the end of the window.
#pragma once

#include <cstdint>
#include <vector>

#include "bundle/bundle.h"
#include "facts/perf.h"

namespace ihc {

struct SampledTask {
  std::int64_t worker = 0;  ///< PID
  TaskSched task;
};

/// Those that were switched to within the window, by PID and TID; all values are those of the last reading. A counter
/// that went backwards has no delta: the thread's id was given to another.
std::vector<SampledTask> sampled_task_sched(const Bundle& bundle);

}  // namespace ihc
