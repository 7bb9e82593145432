// probes/discovery.json: which processes the collection took for workers, and how it found them.
//
//   {"method": "command_line", "selector": "", "workers": [{"pid": 4242, "ppid": 1, "start_time_ticks": 81234,
//    "comm": "VLLM::EngineCor", "framework": "vllm", "role": "engine", "found_by": "command_line"}]}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ihc {

struct DiscoveredWorker {
  std::int64_t pid = 0;
  std::optional<std::int64_t> parent_pid;
  std::optional<std::int64_t> start_time_ticks;
  std::string comm;
  std::optional<std::string> framework;
  std::optional<std::string> role;
  std::string found_by;
};

/// Fails (malformed) when the text is not such a document; entries without a positive PID are left out. Sorted by PID.
Result<std::vector<DiscoveredWorker>> parse_discovery(std::string_view text);

}  // namespace ihc
