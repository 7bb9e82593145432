#include "collectors/pressure/neighbours.h"

#include <algorithm>
#include <set>

#include "collectors/reading/window_texts.h"
#include "collectors/workers/cgroup_path.h"
#include "collectors/workers/discovery.h"
#include "collectors/workers/process_files.h"

namespace ihc {

namespace {

constexpr std::size_t kShown = 40;
constexpr double kMsPerTick = 10;     // USER_HZ is 100 on all architectures that serve inference
constexpr std::int64_t kThreadd = 2;  // kthreadd, the parent of all kernel threads

std::set<std::int64_t> worker_pids(const Bundle& bundle) {
  std::set<std::int64_t> pids;
  const auto text = bundle.text("probes/discovery.json");
  if (!text) return pids;
  if (const auto found = parse_discovery(*text)) {
    for (const DiscoveredWorker& worker : *found) pids.insert(worker.pid);
  }
  return pids;
}

std::optional<Neighbour> read_process(const Bundle& bundle, const std::string& path, std::int64_t pid) {
  const auto texts = window_texts(bundle, path);
  if (!texts || !texts->first) return std::nullopt;
  const auto first = parse_task_stat(*texts->first);
  const auto last = parse_task_stat(texts->last);
  // Another process under the same number has another start time.
  if (!first || !last || first->start_time_ticks != last->start_time_ticks || last->cpu_ticks < first->cpu_ticks) {
    return std::nullopt;
  }
  Neighbour neighbour{.pid = pid, .name = last->name, .unit = {}, .cpu_pct = {}, .last_cpu = last->last_cpu};
  neighbour.is_kernel_thread = pid == kThreadd || last->parent_pid == kThreadd;
  neighbour.cpu_ms = static_cast<double>(last->cpu_ticks - first->cpu_ticks) * kMsPerTick;
  if (texts->seconds && *texts->seconds > 0) neighbour.cpu_pct = neighbour.cpu_ms / *texts->seconds / 10;
  if (const auto cgroup = bundle.text("root/proc/" + std::to_string(pid) + "/cgroup")) {
    neighbour.unit = parse_cgroup(*cgroup).value.unit;
  }
  return neighbour;
}

}  // namespace

std::optional<std::vector<Neighbour>> read_neighbours(const EvidenceReader& reader) {
  const std::string pointer = "/pressure/neighbours";
  const Bundle& bundle = reader.bundle();
  const std::set<std::int64_t> workers = worker_pids(bundle);
  std::vector<Neighbour> neighbours;
  for (const std::string& path : bundle.sampled("root/proc/*/stat")) {
    const auto pid = parse_number<std::uint32_t>(components_after({path}, "root/proc/").front());
    auto neighbour = pid ? read_process(bundle, path, *pid) : std::nullopt;
    if (!neighbour) continue;
    neighbour->is_worker = workers.contains(neighbour->pid);
    if (neighbours.empty()) reader.facts().source(pointer, path);
    if (neighbour->cpu_ms > 0) neighbours.push_back(std::move(*neighbour));
  }
  if (bundle.sampled("root/proc/*/stat").empty()) {
    reader.missing(pointer, "interval_too_short", "shares of CPU time need two readings; collect with a window");
    return std::nullopt;
  }
  std::sort(neighbours.begin(), neighbours.end(), [](const Neighbour& a, const Neighbour& b) {
    return a.cpu_ms != b.cpu_ms ? a.cpu_ms > b.cpu_ms : a.pid < b.pid;
  });
  if (neighbours.size() > kShown) neighbours.resize(kShown);
  return neighbours;
}

}  // namespace ihc
