// Finding the subjects: the processes that serve inference. What was found, how, and what could not be seen goes into
// the bundle as probes/discovery.json, so that everything after it is a function of the bundle:
//
//   {"method": "command_line", "selector": null, "taken_ns": 81234567890, "processes": 312, "gpu_devices":
//   ["/dev/nvidia0"],
//    "patterns": ["vllm: program vllm serve", …],
//    "workers": [{"pid": 4242, "start_time_ticks": 1234567, "ppid": 4200, "comm": "VLLM::EngineCor", "framework":
//    "vllm",
//                 "role": "engine", "found_by": "command_line"}],
//    "units": ["system.slice", "vllm.service"],
//    "cgroups": ["/sys/fs/cgroup", "/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/system.slice/vllm.service"],
//    "not_seen": [{"what": "/proc/PID/fd", "count": 12, "reason": "permission"}]}
//
// and, from the end of the window, probes/discovery-after.json:
//
//   {"taken_ns": 111234567890, "workers": [{"pid": 4242, "start_time_ticks": 1234567, "state": "present"}]}
//
// A state is present, exited, replaced (the PID is another process's now) or unknown (it could not be read).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "collect/process_table.h"
#include "collect/runner.h"

namespace ihc {

struct Subject {
  int pid = 0;
  std::int64_t start_time_ticks = 0;
  int parent_pid = 0;
  std::string comm;
  std::optional<std::string> framework;
  std::string
      role;  ///< as frameworks.h; "child" below a matched process; "process" when only the caller's word is known
  std::string found_by;  ///< command_line, gpu, pid, unit, match, child
};

struct NotSeen {
  std::string what;
  std::int64_t count = 0;
  std::string reason;
};

struct Discovery {
  std::string method;  ///< command_line, pid, unit, match
  std::optional<std::string> selector;
  std::int64_t taken_ns = 0;
  std::int64_t processes = 0;
  std::vector<std::string> gpu_devices;
  std::vector<Subject> workers;      ///< by PID, at most limits::kMaxWorkers
  std::vector<std::string> units;    ///< of the workers, as the system's service manager knows them, sorted
  std::vector<std::string> cgroups;  ///< directories of the workers' control groups and their ancestors, sorted
  std::string memory_events;         ///< of this CPU, as perf stat -e takes them; see cpu_events.h
  std::vector<NotSeen> not_seen;
};

/// Fails (usage) when --pid or --unit names nothing, or --match is not a regular expression. None found is a result.
Result<Discovery> discover(ReadHelper& helper, const CollectOptions& options, const ReadBudget& budget);

/// The pure part: who of `table` is a worker. `units` has the cgroup file of each process when --unit is given,
/// `gpu_users` the processes that hold a GPU open.
struct DiscoveryInput {
  const ProcessTable& table;
  std::map<int, std::string> cgroups;
  std::vector<int> gpu_users;
};
Result<std::vector<Subject>> select_workers(const DiscoveryInput& input, const CollectOptions& options);

/// Whether a /proc/PID/cgroup text places the process in `unit` or below it; cgroups(7): "0::/path" of version 2,
/// "1:name=systemd:/path" of version 1 and hybrid.
bool cgroup_names_unit(std::string_view cgroup_text, std::string_view unit);

/// Fails (usage) as discover() does, without looking at anything.
Result<void> check_match(const std::string& pattern);

Json to_json(const Discovery& discovery);

/// The text of probes/discovery-after.json.
Json look_again(ReadHelper& helper, const Discovery& discovery, const ReadBudget& budget);

}  // namespace ihc
