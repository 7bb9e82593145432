#include "collect/importing/find_workers.h"

#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "collect/discovery.h"
#include "collect/reasons.h"

namespace ihc {

namespace {

constexpr const char* kDiscovery = "probes/discovery.json";

ProcessTable table_of(const Gathering& gathering) {
  ProcessTable table;
  for (const std::string& path : gathering.paths_matching("root/proc/*/stat")) {
    auto stat = parse_process_identity(*gathering.bytes_at(path));
    const std::string folder = path.substr(0, path.rfind('/'));
    // "proc/self/stat" is the process that copied the tree.
    if (!stat || folder != "root/proc/" + std::to_string(stat->pid)) continue;
    Process process{.stat = std::move(*stat), .command_line = {}};
    if (const std::string* command_line = gathering.bytes_at(folder + "/cmdline")) process.command_line = *command_line;
    table.children.emplace(process.stat.parent_pid, process.stat.pid);
    table.by_pid.emplace(process.stat.pid, std::move(process));
  }
  return table;
}

}  // namespace

Result<void> find_imported_workers(const ImportOptions& options, Gathering& gathering) {
  if (!options.pid && !options.match) return {};
  const ProcessTable table = table_of(gathering);
  const CollectOptions chosen{.pid = options.pid, .match = options.match};
  if (table.by_pid.empty()) {
    return fail(ErrorCode::usage, "no processes are in what was imported", options.pid ? "--pid" : "--match",
                "give a tree with /proc/PID/stat in it");
  }
  auto workers = select_workers({.table = table, .cgroups = {}, .gpu_users = {}}, chosen);
  if (!workers) return fail(std::move(workers.error()));
  Discovery discovery{.method = options.pid ? "pid" : "match"};
  if (options.pid) discovery.selector = std::to_string(*options.pid);
  if (options.match) discovery.selector = options.match;
  discovery.processes = static_cast<std::int64_t>(table.by_pid.size());
  if (workers->size() > limits::kMaxWorkers) {
    const auto beyond = static_cast<std::int64_t>(workers->size() - limits::kMaxWorkers);
    discovery.not_seen.push_back({"workers", beyond, reason::kOverBudget});
    workers->resize(limits::kMaxWorkers);
  }
  discovery.workers = std::move(*workers);
  gathering.add_probe(kDiscovery, to_pretty_text(to_json(discovery)));
  return {};
}

}  // namespace ihc
