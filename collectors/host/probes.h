// The probes of a machine's health, and their answers.
//
//   {"call": "…", "tasks": [{"pid": 4242, "tid": 4243, "name": "nvidia-smi", "start_time_ticks": 81234}], "cut": false}
//   {"call": "statvfs(3)", "path": "/dev/shm", "size_bytes": 67108864, "available_bytes": 67108864}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/host.h"

namespace ihc {

/// Threads whose state in /proc/PID/task/TID/stat is D.
Result<std::string> probe_blocked_tasks(int pid);
/// Size of /dev/shm as the process sees it; 0: as this one does.
Result<std::string> probe_shared_memory(int pid);

struct ProbedTask {
  std::int64_t pid = 0;
  std::int64_t tid = 0;
  std::int64_t start_time_ticks = 0;
  std::string name;
};

std::optional<std::vector<ProbedTask>> parse_blocked_tasks(std::string_view text);
std::optional<SharedMemory> parse_shared_memory(std::string_view text);

}  // namespace ihc
