#include "collectors/workers/cpu_moves.h"

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "collectors/workers/process_files.h"

namespace ihc {

namespace {

// Of a thread that is not followed: at both ends, and when those that are were chosen.
constexpr std::int64_t kReadingsOfAny = 3;

void place(std::vector<std::int64_t>& places, const CpuSet& cpus, std::int64_t number) {
  for (const std::uint32_t cpu : cpus.numbers()) {
    if (places.size() <= cpu) places.resize(cpu + 1, -1);
    places[cpu] = number;
  }
}

std::vector<Reading> good_readings(const Bundle& bundle, const std::string& path) {
  std::vector<Reading> readings = bundle.samples(path);
  std::erase_if(readings, [](const Reading& reading) { return reading.status != EvidenceStatus::ok; });
  return readings;
}

bool counts(const std::vector<Reading>& schedstat) {
  if (schedstat.size() < 2) return false;
  const auto last = parse_schedstat(schedstat.back().bytes);
  return last && (last->cpu_ns != 0 || last->slices != 0);
}

// What schedstat said when stat was read: the sampler reads it just before.
std::optional<std::string_view> text_at(const std::vector<Reading>& schedstat, std::int64_t taken_ns) {
  const auto after =
      std::upper_bound(schedstat.begin(), schedstat.end(), taken_ns,
                       [](std::int64_t time, const Reading& reading) { return time < reading.taken_ns; });
  return after == schedstat.begin() ? std::nullopt : std::optional(std::prev(after)->bytes);
}

double share_of(std::int64_t part, std::int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

// What all threads together used.
struct Used {
  CrossCounts counts;
  std::map<std::string, std::int64_t> by_cpu;
  CpuSet cpus;
};

void set_thread(const ThreadSamples& found, const CpuPlaces& places, WorkerThread& thread, Used& all) {
  CrossCounts counts;
  CpuSet used;
  for (const CpuSample& sample : found.samples) {
    counts.add(sample, places);
    ++all.by_cpu[std::to_string(sample.cpu)];
    if (sample.cpu >= 0) used.insert(static_cast<std::uint32_t>(sample.cpu));
  }
  all.counts += counts;
  all.cpus = all.cpus | used;
  thread.cpu_samples = counts.samples;
  if (counts.samples == 0) return;
  thread.cpus_used = std::move(used);
  if (counts.samples < limits::kMinCpuSamples) return;
  if (places.knows_nodes()) thread.cross_node_sample_share = share_of(counts.node, counts.samples);
  if (places.knows_caches()) thread.cross_l3_sample_share = share_of(counts.cache, counts.samples);
}

void set_shares(const EvidenceReader& reader, const CpuPlaces& places, const CrossCounts& counts, std::int64_t readings,
                const std::string& stat, Worker& worker) {
  const std::string of_node = "/cross_node_sample_share";
  const std::string of_cache = "/cross_l3_sample_share";
  const auto neither = [&](std::string_view reason, const std::string& hint) {
    for (const std::string& pointer : {of_node, of_cache}) reader.missing(pointer, reason, hint);
  };
  if (readings < limits::kMinCpuSamples) {
    return neither("interval_too_short",
                   "its threads were read " + std::to_string(readings) + " times; collect with a longer window");
  }
  if (counts.samples < limits::kMinCpuSamples) {
    return neither("needs_load", "its threads had run in only " + std::to_string(counts.samples) + " readings");
  }
  const auto set = [&](const std::string& pointer, bool is_known, std::int64_t part, std::optional<double>& slot) {
    if (!is_known) return reader.missing(pointer, "file_absent", "which CPUs belong together was not collected");
    slot = share_of(part, counts.samples);
    reader.facts().source(pointer, stat);
  };
  set(of_node, places.knows_nodes(), counts.node, worker.cross_node_sample_share);
  set(of_cache, places.knows_caches(), counts.cache, worker.cross_l3_sample_share);
}

}  // namespace

CpuPlaces::CpuPlaces(const std::optional<Topology>& topology) {
  if (!topology) return;
  if (topology->numa_nodes) {
    for (const NumaNode& node : *topology->numa_nodes) {
      if (node.cpus) place(nodes_, *node.cpus, node.id);
    }
  }
  if (!topology->caches) return;
  std::int64_t number = 0;
  for (const Cache& cache : *topology->caches) {
    if (cache.level == 3) place(caches_, cache.cpus, number++);
  }
}

std::optional<std::int64_t> CpuPlaces::at(const std::vector<std::int64_t>& places, std::int64_t cpu) {
  if (cpu < 0 || static_cast<std::size_t>(cpu) >= places.size()) return std::nullopt;
  const std::int64_t place = places[static_cast<std::size_t>(cpu)];
  return place < 0 ? std::nullopt : std::optional(place);
}

CpuSet CpuPlaces::nodes_of(const CpuSet& cpus) const {
  CpuSet nodes;
  for (const std::uint32_t cpu : cpus.numbers()) {
    if (const auto node = node_of(cpu)) nodes.insert(static_cast<std::uint32_t>(*node));
  }
  return nodes;
}

ThreadSamples thread_samples(const Bundle& bundle, const std::string& directory) {
  const std::vector<Reading> schedstat = good_readings(bundle, directory + "schedstat");
  const std::vector<Reading> stat = good_readings(bundle, directory + "stat");
  // Bundles of older versions have schedstat at both ends only.
  const bool has_counts = counts(schedstat) && schedstat.size() >= stat.size();
  ThreadSamples found;
  std::optional<TaskStat> before;
  std::optional<std::string_view> text_before;
  std::int64_t stat_readings = 0;
  for (const Reading& reading : stat) {
    auto now = parse_task_stat(reading.bytes);
    if (!now) continue;
    ++stat_readings;
    const auto text = has_counts ? text_at(schedstat, reading.taken_ns) : std::nullopt;
    const bool has_run = before && (text && text_before ? *text != *text_before : now->cpu_ticks > before->cpu_ticks);
    if (has_run) {
      found.samples.push_back({.taken_ns = reading.taken_ns, .cpu = now->last_cpu, .cpu_before = before->last_cpu});
    }
    before = std::move(now);
    text_before = text;
  }
  const auto looked = static_cast<std::int64_t>(has_counts ? schedstat.size() : 0);
  found.readings = std::max(stat_readings, looked);
  return found;
}

void CrossCounts::add(const CpuSample& sample, const CpuPlaces& places) {
  ++samples;
  const auto differ = [](const std::optional<std::int64_t>& now, const std::optional<std::int64_t>& before) {
    return now && before && *now != *before;
  };
  if (differ(places.node_of(sample.cpu), places.node_of(sample.cpu_before))) ++node;
  if (differ(places.cache_of(sample.cpu), places.cache_of(sample.cpu_before))) ++cache;
}

CrossCounts& CrossCounts::operator+=(const CrossCounts& other) {
  samples += other.samples;
  node += other.node;
  cache += other.cache;
  return *this;
}

bool is_followed(std::int64_t readings, std::int64_t most) { return most > kReadingsOfAny && readings * 2 >= most; }

void read_cpu_moves(const EvidenceReader& reader, const std::string& dir, const CpuPlaces& places,
                    std::vector<WorkerThread>& threads, Worker& worker) {
  if (threads.empty()) return;
  std::vector<ThreadSamples> of_threads;
  std::int64_t most = 0;
  for (const WorkerThread& thread : threads) {
    of_threads.push_back(thread_samples(reader.bundle(), dir + "task/" + std::to_string(thread.tid) + "/"));
    most = std::max(most, of_threads.back().readings);
  }
  Used all;
  std::int64_t followed = 0;
  double followed_ms = 0;
  for (std::size_t index = 0; index < threads.size(); ++index) {
    if (is_followed(of_threads[index].readings, most)) {
      ++followed;
      followed_ms += threads[index].cpu_ms.value_or(0);
    }
    set_thread(of_threads[index], places, threads[index], all);
  }
  worker.busy_samples_by_cpu = std::move(all.by_cpu);
  worker.cpus_used = std::move(all.cpus);
  worker.cpu_samples = all.counts.samples;
  const std::string stat = dir + "task/" + std::to_string(threads.front().tid) + "/stat";
  for (const char* pointer : {"/cpus_used", "/cpu_samples", "/busy_samples_by_cpu"}) {
    reader.facts().source(pointer, stat);
  }
  if (most > kReadingsOfAny) {
    worker.followed_thread_count = followed;
    if (worker.cpu_ms.value_or(0) > 0) worker.followed_cpu_share = std::min(1.0, followed_ms / *worker.cpu_ms);
    reader.facts().source("/followed_thread_count", stat);
  } else {
    reader.missing("/followed_thread_count", "interval_too_short", "its threads were read at both ends only");
  }
  set_shares(reader, places, all.counts, most, stat, worker);
}

void set_nodes(const CpuPlaces& places, Worker& worker) {
  if (!places.knows_nodes()) return;
  if (worker.cpus_used && !worker.cpus_used->empty()) worker.nodes_used = places.nodes_of(*worker.cpus_used);
  if (worker.cpus_allowed) worker.nodes_allowed = places.nodes_of(*worker.cpus_allowed);
}

}  // namespace ihc
