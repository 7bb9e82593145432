#include "collectors/series/counter_series.h"

#include <algorithm>
#include <set>

#include "collectors/cgroup/cgroup_files.h"
#include "collectors/cgroup/cgroup_tree.h"
#include "collectors/pressure/cpu_times.h"
#include "collectors/pressure/psi.h"
#include "collectors/reading/counters.h"

namespace ihc {

namespace {

// ---- what a text says of a name -------------------------------------------------------------------------------------

std::optional<double> stall_us(std::string_view text, std::string_view kind) {
  const Psi psi = parse_psi(text).value;
  const auto& line = kind == "full" ? psi.full : psi.some;
  return line && line->total_us ? std::optional(static_cast<double>(*line->total_us)) : std::nullopt;
}

std::optional<double> vmstat_count(std::string_view text, std::string_view name) {
  const auto value = counter(parse_counters(text).value, name);
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

// Clock ticks of all CPUs together, of one kind ("steal") or of all that is work.
std::optional<double> cpu_ticks(std::string_view text, std::string_view kind) {
  const ProcStat stat = parse_proc_stat(text.substr(0, text.find('\n'))).value;  // the first line is all CPUs
  const auto all = stat.cpus.find("all");
  if (all == stat.cpus.end()) return std::nullopt;
  constexpr std::string_view kWork[] = {"user", "nice", "system", "irq", "softirq"};
  double sum = 0;
  bool has_any = false;
  for (const auto& [name, ticks] : all->second) {
    const bool is_wanted =
        kind == "work" ? std::find(std::begin(kWork), std::end(kWork), name) != std::end(kWork) : name == kind;
    if (is_wanted) sum += static_cast<double>(ticks);
    has_any = has_any || is_wanted;
  }
  return has_any ? std::optional(sum) : std::nullopt;
}

std::optional<double> throttled_us(std::string_view text, std::string_view) {
  const CgroupThrottling throttling = parse_cpu_stat(text).value;
  return throttling.throttled_us ? std::optional(static_cast<double>(*throttling.throttled_us)) : std::nullopt;
}

// ---- the tables: a series is a row ----------------------------------------------------------------------------------

struct CounterRow {
  const char* name;
  const char* unit;
  const char* file;  // of the node: its path; of a group: its file
  std::optional<double> (*value)(std::string_view text, std::string_view key);
  const char* key;
  double scale;
};

constexpr double kPctOfUs = 1e-4;      // µs a second → %
constexpr double kMsOfUs = 1e-3;       // µs a second → ms/s
constexpr double kCpusOfTicks = 0.01;  // clock ticks a second → CPUs

constexpr CounterRow kNodeRows[] = {
    {"cpu_some", "%", "root/proc/pressure/cpu", stall_us, "some", kPctOfUs},
    {"memory_some", "%", "root/proc/pressure/memory", stall_us, "some", kPctOfUs},
    {"memory_full", "%", "root/proc/pressure/memory", stall_us, "full", kPctOfUs},
    {"io_some", "%", "root/proc/pressure/io", stall_us, "some", kPctOfUs},
    {"io_full", "%", "root/proc/pressure/io", stall_us, "full", kPctOfUs},
    {"irq_full", "%", "root/proc/pressure/irq", stall_us, "full", kPctOfUs},
    {"cpus_busy", "CPUs", "root/proc/stat", cpu_ticks, "work", kCpusOfTicks},
    {"steal", "CPUs", "root/proc/stat", cpu_ticks, "steal", kCpusOfTicks},
    {"numa_pages_migrated", "/s", "root/proc/vmstat", vmstat_count, "numa_pages_migrated", 1},
    {"numa_hint_faults", "/s", "root/proc/vmstat", vmstat_count, "numa_hint_faults", 1},
    {"numa_hint_faults_local", "/s", "root/proc/vmstat", vmstat_count, "numa_hint_faults_local", 1},
    {"pgmigrate_success", "/s", "root/proc/vmstat", vmstat_count, "pgmigrate_success", 1},
    {"pgmigrate_fail", "/s", "root/proc/vmstat", vmstat_count, "pgmigrate_fail", 1},
};

constexpr CounterRow kCgroupRows[] = {
    {"cpu_some", "%", "cpu.pressure", stall_us, "some", kPctOfUs},
    {"cpu_full", "%", "cpu.pressure", stall_us, "full", kPctOfUs},
    {"memory_some", "%", "memory.pressure", stall_us, "some", kPctOfUs},
    {"memory_full", "%", "memory.pressure", stall_us, "full", kPctOfUs},
    {"io_some", "%", "io.pressure", stall_us, "some", kPctOfUs},
    {"io_full", "%", "io.pressure", stall_us, "full", kPctOfUs},
    {"throttled", "ms/s", "cpu.stat", throttled_us, "", kMsOfUs},
};

ValueOf value_of(const CounterRow& row) {
  return [&row](std::string_view text) { return row.value(text, row.key); };
}

// The sampled path of a group's file.
std::optional<std::string> path_in(const Bundle& bundle, const CgroupPlace& place, std::string_view file) {
  for (const std::string& directory : place.directories) {
    std::string path = directory + "/" + std::string(file);
    if (bundle.samples(path).size() > 1) return path;
  }
  return std::nullopt;
}

// Where a group's memory lies. Version 1 counts pages and says so by its sums.
void add_placement(const Bundle& bundle, const TimeAxis& axis, const std::string& group, const std::string& path,
                   SeriesShelf& shelf) {
  std::map<std::string, Steps, std::less<>> by_node;
  bool is_v1 = false;
  for (const Reading& reading : bundle.samples(path)) {
    if (reading.status != EvidenceStatus::ok) continue;
    const ByKindAndNode kinds = parse_cgroup_numa_stat(reading.bytes).value;
    is_v1 = is_v1 || kinds.contains("total");
    const auto anon = kinds.find("anon");
    if (anon == kinds.end()) continue;
    for (const auto& [node, amount] : anon->second) {
      by_node.try_emplace(node, axis, 0).first->second.add(reading.taken_ns, static_cast<double>(amount), 1);
    }
  }
  for (const auto& [node, steps] : by_node) {
    shelf.put({.name = "anon_memory",
               .unit = is_v1 ? "pages" : "bytes",
               .subject = "cgroup",
               .subject_key = group,
               .part = "node" + node,
               .covers = "moment",
               .at_s = {},
               .values = {}},
              steps, path);
  }
}

}  // namespace

void add_node_series(const Bundle& bundle, const TimeAxis& axis, SeriesShelf& shelf) {
  for (const CounterRow& row : kNodeRows) {
    TimeSeries series{.name = row.name,
                      .unit = row.unit,
                      .subject = "node",
                      .subject_key = {},
                      .part = {},
                      .covers = "interval",
                      .at_s = {},
                      .values = {}};
    shelf.put(std::move(series), growth_of(bundle.samples(row.file), axis, value_of(row)), row.file, row.scale);
  }
}

void add_cgroup_series(const Bundle& bundle, const TimeAxis& axis, const std::vector<Worker>& workers,
                       SeriesShelf& shelf) {
  std::set<std::string> groups;
  for (const Worker& worker : workers) {
    if (!worker.cgroup_paths) continue;
    for (const auto& [controllers, path] : *worker.cgroup_paths) groups.insert(path);
  }
  const CgroupPlaces places = find_cgroups(bundle);
  for (const std::string& group : groups) {
    const auto place = places.find(group);
    if (place == places.end()) continue;
    for (const CounterRow& row : kCgroupRows) {
      const auto path = path_in(bundle, place->second, row.file);
      if (!path) continue;
      TimeSeries series{.name = row.name,
                        .unit = row.unit,
                        .subject = "cgroup",
                        .subject_key = group,
                        .part = {},
                        .covers = "interval",
                        .at_s = {},
                        .values = {}};
      shelf.put(std::move(series), growth_of(bundle.samples(*path), axis, value_of(row)), *path, row.scale);
    }
    if (const auto path = path_in(bundle, place->second, "memory.numa_stat")) {
      add_placement(bundle, axis, group, *path, shelf);
    }
  }
}

}  // namespace ihc
