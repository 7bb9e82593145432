#include "collectors/pressure/worker_places.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ihc {

namespace {

constexpr std::int64_t kThirdLevel = 3;
constexpr auto kNearestFirst = std::to_array<std::string_view>({"cpu", "l3", "node", "none"});

CpuSet where_seen(const std::optional<std::vector<Worker>>& workers) {
  CpuSet cpus;
  for (const Worker& worker : workers.value_or(std::vector<Worker>{})) {
    if (worker.cpus_used) {
      cpus = cpus | *worker.cpus_used;
    } else if (worker.last_cpus) {
      cpus = cpus | *worker.last_cpus;
    }
  }
  return cpus;
}

void widen(CpuSet& wide, const CpuSet& place, const CpuSet& seen) {
  if (place.intersects(seen)) wide = wide | place;
}

/// How busy these CPUs were. A CPU without a share (it came or went) leaves the whole unknown.
std::optional<SharedPlace> busy_on(const CpuSet& cpus, const std::vector<CpuTime>& times) {
  SharedPlace place{.cpus = cpus};
  std::size_t found = 0;
  double steal = 0;
  bool knows_steal = true;
  for (const CpuTime& time : times) {
    const auto number = parse_number<std::uint32_t>(time.cpu);
    if (!number || !cpus.contains(*number)) continue;
    if (!time.busy_pct) return std::nullopt;
    ++found;
    place.busy_cpus += *time.busy_pct / 100;
    knows_steal = knows_steal && time.steal_pct.has_value();
    if (!time.steal_pct) continue;
    steal += *time.steal_pct;
    place.max_steal_pct = std::max(place.max_steal_pct.value_or(0), *time.steal_pct);
  }
  if (found == 0 || found != cpus.size()) return std::nullopt;
  if (knows_steal) {
    place.steal_pct = steal / static_cast<double>(found);
  } else {
    place.max_steal_pct.reset();
  }
  return place;
}

std::optional<double> used_by(const std::optional<std::vector<Worker>>& workers) {
  std::optional<double> cpus;
  for (const Worker& worker : workers.value_or(std::vector<Worker>{})) {
    if (!worker.busy_cpus) return std::nullopt;
    cpus = cpus.value_or(0) + *worker.busy_cpus;
  }
  return cpus;
}

}  // namespace

WorkerPlaces::WorkerPlaces(const std::optional<std::vector<Worker>>& workers, const std::optional<Topology>& topology) {
  const CpuSet seen = where_seen(workers);
  if (seen.empty()) return;
  places_.push_back({.name = "cpu", .cpus = seen});
  if (!topology) return;
  CpuSet caches;
  for (const Cache& cache : topology->caches.value_or(std::vector<Cache>{})) {
    if (cache.level == kThirdLevel) widen(caches, cache.cpus, seen);
  }
  if (!caches.empty()) places_.push_back({.name = "l3", .cpus = caches | seen});
  CpuSet nodes;
  for (const NumaNode& node : topology->numa_nodes.value_or(std::vector<NumaNode>{})) {
    if (node.cpus) widen(nodes, *node.cpus, seen);
  }
  if (!nodes.empty()) places_.push_back({.name = "node", .cpus = nodes | seen});
}

std::optional<std::string> WorkerPlaces::shared_with(const CpuSet& cpus) const {
  if (places_.empty() || cpus.empty()) return std::nullopt;
  for (const Place& place : places_) {
    if (place.cpus.intersects(cpus)) return place.name;
  }
  return std::string(places_.back().name) == "node" ? std::optional<std::string>("none") : std::nullopt;
}

std::optional<std::vector<SharedPlace>> WorkerPlaces::use(const std::optional<std::vector<CpuTime>>& times,
                                                          const std::optional<std::vector<Worker>>& workers) const {
  const auto workers_cpus = used_by(workers);
  if (!times || !workers_cpus) return std::nullopt;
  std::vector<SharedPlace> found;
  for (const Place& place : places_) {
    auto busy = busy_on(place.cpus, *times);
    if (!busy) continue;
    busy->place = place.name;
    busy->workers_cpus = *workers_cpus;
    // Two clocks: threads are accounted in nanoseconds, CPUs in ticks of 10 ms.
    busy->others_cpus = std::max(0.0, busy->busy_cpus - *workers_cpus);
    found.push_back(std::move(*busy));
  }
  if (found.empty()) return std::nullopt;
  return found;
}

std::string nearer(const std::optional<std::string>& left, const std::string& right) {
  if (!left) return right;
  const auto rank = [](const std::string& word) {
    return std::find(kNearestFirst.begin(), kNearestFirst.end(), word) - kNearestFirst.begin();
  };
  return rank(*left) <= rank(right) ? *left : right;
}

}  // namespace ihc
