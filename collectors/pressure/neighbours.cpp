#include "collectors/pressure/neighbours.h"

#include <algorithm>
#include <map>
#include <set>

#include "collectors/pressure/worker_places.h"
#include "collectors/reading/window_texts.h"
#include "collectors/workers/cgroup_path.h"
#include "collectors/workers/discovery.h"
#include "collectors/workers/process_files.h"

namespace ihc {

namespace {

constexpr std::size_t kShown = 40;
constexpr std::size_t kGroupsShown = 20;
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

CpuSet cpus_of(std::initializer_list<std::int64_t> numbers) {
  CpuSet cpus;
  for (const std::int64_t number : numbers) {
    if (number >= 0) cpus.insert(static_cast<std::uint32_t>(number));
  }
  return cpus;
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
  neighbour.cpus_seen = cpus_of({first->last_cpu, last->last_cpu});
  if (texts->seconds && *texts->seconds > 0) neighbour.cpu_pct = neighbour.cpu_ms / *texts->seconds / 10;
  if (const auto cgroup = bundle.text("root/proc/" + std::to_string(pid) + "/cgroup")) {
    CgroupPath path_of = parse_cgroup(*cgroup).value;
    neighbour.unit = std::move(path_of.unit);
    neighbour.in_container = path_of.in_container;
    neighbour.cgroup = std::move(path_of.path);
  }
  return neighbour;
}

/// All that used time, most first.
std::vector<Neighbour> read_all(const EvidenceReader& reader, const std::vector<std::string>& paths) {
  const std::set<std::int64_t> workers = worker_pids(reader.bundle());
  std::vector<Neighbour> neighbours;
  for (const std::string& path : paths) {
    const auto pid = parse_number<std::uint32_t>(components_after({path}, "root/proc/").front());
    auto neighbour = pid ? read_process(reader.bundle(), path, *pid) : std::nullopt;
    if (!neighbour) continue;
    neighbour->is_worker = workers.contains(neighbour->pid);
    if (neighbours.empty()) reader.facts().source("/pressure/neighbours", path);
    if (neighbour->cpu_ms > 0) neighbours.push_back(std::move(*neighbour));
  }
  std::sort(neighbours.begin(), neighbours.end(), [](const Neighbour& a, const Neighbour& b) {
    return a.cpu_ms != b.cpu_ms ? a.cpu_ms > b.cpu_ms : a.pid < b.pid;
  });
  return neighbours;
}

template <class Row>
void add(std::optional<Row>& sum, const std::optional<Row>& more) {
  if (more) sum = sum.value_or(0) + *more;
}

std::vector<NeighbourGroup> group(const std::vector<Neighbour>& neighbours) {
  std::map<std::string, NeighbourGroup> groups;
  for (const Neighbour& neighbour : neighbours) {
    if (neighbour.is_kernel_thread || !neighbour.cgroup) continue;
    NeighbourGroup& one = groups[*neighbour.cgroup];
    one.cgroup = *neighbour.cgroup;
    one.unit = neighbour.unit;
    one.in_container = neighbour.in_container;
    one.holds_worker = one.holds_worker || neighbour.is_worker;
    ++one.processes;
    one.cpu_ms += neighbour.cpu_ms;
    add(one.cpu_pct, neighbour.cpu_pct);
    if (neighbour.shares) one.shares = nearer(one.shares, *neighbour.shares);
  }
  std::vector<NeighbourGroup> sorted;
  for (auto& [path, one] : groups) {
    if (one.holds_worker) one.shares.reset();
    sorted.push_back(std::move(one));
  }
  std::sort(sorted.begin(), sorted.end(), [](const NeighbourGroup& a, const NeighbourGroup& b) {
    return a.cpu_ms != b.cpu_ms ? a.cpu_ms > b.cpu_ms : a.cgroup < b.cgroup;
  });
  if (sorted.size() > kGroupsShown) sorted.resize(kGroupsShown);
  return sorted;
}

std::optional<double> kernel_threads_cpus(const std::vector<Neighbour>& neighbours) {
  std::optional<double> pct;
  for (const Neighbour& neighbour : neighbours) {
    if (neighbour.is_kernel_thread) add(pct, neighbour.cpu_pct);
  }
  if (pct) *pct /= 100;
  return pct;
}

void note_no_places(const EvidenceReader& reader, const std::optional<std::vector<Worker>>& workers) {
  const bool has_workers = workers && !workers->empty();
  reader.missing("/pressure/shared_places", has_workers ? "interval_too_short" : "structural",
                 has_workers ? "where the workers' threads ran and how busy each CPU was need a window"
                             : "no worker was found to share with");
}

}  // namespace

void read_neighbours(const EvidenceReader& reader, const std::optional<std::vector<Worker>>& workers,
                     const std::optional<Topology>& topology, Pressure& pressure) {
  const WorkerPlaces places(workers, topology);
  pressure.shared_places = places.use(pressure.cpus, workers);
  if (!pressure.shared_places) note_no_places(reader, workers);
  const std::vector<std::string> paths = reader.bundle().sampled("root/proc/*/stat");
  if (paths.empty()) {
    reader.missing("/pressure/neighbours", "interval_too_short",
                   "shares of CPU time need two readings; collect with a window");
    return;
  }
  std::vector<Neighbour> neighbours = read_all(reader, paths);
  for (Neighbour& neighbour : neighbours) {
    if (!neighbour.is_worker) neighbour.shares = places.shared_with(*neighbour.cpus_seen);
  }
  pressure.kernel_threads_cpus = kernel_threads_cpus(neighbours);
  pressure.neighbour_groups = group(neighbours);
  if (neighbours.size() > kShown) neighbours.resize(kShown);
  pressure.neighbours = std::move(neighbours);
}

}  // namespace ihc
