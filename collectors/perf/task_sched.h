// The threads of the workers by what /proc/PID/task/TID/sched said at the start and at the end of the window.
#pragma once

#include <cstdint>
#include <vector>

#include "bundle/bundle.h"
#include "collectors/reading/task_sched_text.h"
#include "facts/perf.h"

namespace ihc {

struct SampledTask {
  std::int64_t worker = 0;  ///< PID
  TaskSched task;
};

/// The same numbers under the names of the facts.
TaskSched to_task_sched(const TaskSchedText& text);

/// Those that were switched to within the window, by PID and TID; all values are those of the last reading. A counter
/// that went backwards has no delta: the thread's id was given to another.
std::vector<SampledTask> sampled_task_sched(const Bundle& bundle);

}  // namespace ihc
