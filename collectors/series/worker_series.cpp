#include "collectors/series/worker_series.h"

#include <algorithm>

#include "collectors/workers/cpu_moves.h"
#include "collectors/workers/process_files.h"

namespace ihc {

namespace {

// A thread that was not read for so many steps was not followed in them.
constexpr int kLongestPause = 3;

struct SchedRow {
  const char* name;
  const char* unit;
  std::int64_t SchedStat::*member;
  double scale;
};

constexpr SchedRow kSchedRows[] = {
    {"run_delay", "ms/s", &SchedStat::run_delay_ns, 1e-6},
    {"context_switches", "/s", &SchedStat::slices, 1},
    {"cpus_used", "CPUs", &SchedStat::cpu_ns, 1e-9},
};

struct Thread {
  std::string directory;  // with a slash at its end
  ThreadSamples samples;
};

// Those that were read as often as the others, and those that were born on the way and followed from then on.
std::vector<Thread> followed_threads(const Bundle& bundle, const TimeAxis& axis, const std::string& tasks) {
  std::vector<Thread> threads;
  std::int64_t most = 0;
  for (const std::string& directory : components_after(bundle.sampled(tasks + "*/stat"), tasks)) {
    threads.push_back({.directory = tasks + directory + "/", .samples = {}});
    threads.back().samples = thread_samples(bundle, threads.back().directory);
    most = std::max(most, threads.back().samples.readings);
  }
  std::erase_if(threads, [&](const Thread& thread) {
    if (is_followed(thread.samples.readings, most)) return false;
    const std::vector<Reading> readings = bundle.samples(thread.directory + "schedstat");
    return readings.empty() || axis.step_of(readings.front().taken_ns) < 2;
  });
  return threads;
}

TimeSeries series_of(const std::string& name, const std::string& unit, const std::string& key) {
  return {.name = name,
          .unit = unit,
          .subject = "worker",
          .subject_key = key,
          .part = {},
          .covers = "interval",
          .at_s = {},
          .values = {}};
}

void add_times(const Bundle& bundle, const TimeAxis& axis, const std::vector<Thread>& threads, const std::string& key,
               SeriesShelf& shelf) {
  for (const SchedRow& row : kSchedRows) {
    Steps all(axis);
    const auto value = [&row](std::string_view text) -> std::optional<double> {
      const auto stat = parse_schedstat(text);
      const bool counts = stat && (stat->cpu_ns != 0 || stat->slices != 0);
      return counts ? std::optional(static_cast<double>(*stat.*row.member)) : std::nullopt;
    };
    for (const Thread& thread : threads) {
      all.add_values(growth_of(bundle.samples(thread.directory + "schedstat"), axis, value, kLongestPause));
    }
    shelf.put(series_of(row.name, row.unit, key), all, threads.front().directory + "schedstat", row.scale);
  }
}

void add_crossings(const TimeAxis& axis, const CpuPlaces& places, const std::vector<Thread>& threads,
                   const std::string& key, SeriesShelf& shelf) {
  Steps nodes(axis);
  Steps caches(axis);
  for (const Thread& thread : threads) {
    for (const CpuSample& sample : thread.samples.samples) {
      CrossCounts one;
      one.add(sample, places);
      nodes.add(sample.taken_ns, static_cast<double>(one.node), 1);
      caches.add(sample.taken_ns, static_cast<double>(one.cache), 1);
    }
  }
  const std::string path = threads.front().directory + "stat";
  if (places.knows_nodes()) shelf.put(series_of("cross_node_share", "share", key), nodes, path);
  if (places.knows_caches()) shelf.put(series_of("cross_l3_share", "share", key), caches, path);
}

}  // namespace

void add_worker_series(const Bundle& bundle, const TimeAxis& axis, const std::optional<Topology>& topology,
                       const std::vector<Worker>& workers, SeriesShelf& shelf) {
  const CpuPlaces places(topology);
  for (const Worker& worker : workers) {
    if (!worker.pid) continue;
    const auto threads = followed_threads(bundle, axis, "root/proc/" + std::to_string(*worker.pid) + "/task/");
    if (threads.empty()) continue;
    add_times(bundle, axis, threads, worker.key, shelf);
    add_crossings(axis, places, threads, worker.key, shelf);
  }
}

}  // namespace ihc
