// Where this program runs.
#pragma once

#include "base/cpu_set.h"
#include "base/result.h"

namespace ihc::bench {

/// sched_setaffinity(2) of the calling thread. Fails (usage) when none of the CPUs can be had.
Result<void> pin_to(const CpuSet& cpus);

/// sched_getaffinity(2) of a process or thread, 0 for the caller; empty when it can't be read.
CpuSet affinity_of(int pid);

/// Raises the limit of open files to what may be had (setrlimit(2)), for as many connections; the limit afterwards.
std::size_t raise_descriptor_limit();

}  // namespace ihc::bench
