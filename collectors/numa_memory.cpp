// What the page allocator did on each node, and the kernel's NUMA, migration, compaction and reclaim counters, since
// boot and within the window.
//
//   /sys/devices/system/node/node0/numastat      numa_hit 4054622700
//                                                numa_miss 0
//   /proc/vmstat                                 numa_pages_migrated 18446
//
// Source: Documentation/admin-guide/numastat.rst, mm/vmstat.c. With vm.numa_stat=0 the kernel clears the NUMA counters
// and stops counting, so their zeros say nothing.

#include <algorithm>
#include <cmath>

#include "collect/collector.h"
#include "collectors/numa_memory/deltas.h"
#include "collectors/numa_memory/levels.h"
#include "collectors/numa_memory/memory_threads.h"
#include "collectors/numa_memory/numastat_text.h"
#include "collectors/numa_memory/texts.h"
#include "collectors/numa_memory/zoneinfo.h"
#include "collectors/reading/counters.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/topology/numactl.h"

namespace ihc {

namespace {

constexpr std::size_t kZoneinfoBytes = 8 * limits::kMiB;  // a line for each CPU in each zone

constexpr Capture kCaptures[] = {
    Sampled{.family = "numastat", .path = "/sys/devices/system/node/node*/numastat"},
    Sampled{.family = "vmstat", .path = "/proc/vmstat"},
    Sampled{
        .family = "khugepaged", .path = "/sys/kernel/mm/transparent_hugepage/khugepaged/full_scans", .ends_only = true},
    Sampled{.family = "khugepaged-collapsed",
            .path = "/sys/kernel/mm/transparent_hugepage/khugepaged/pages_collapsed",
            .ends_only = true},
    File{.path = "/proc/zoneinfo", .max_bytes = kZoneinfoBytes},
    Files{.family = "hugepages", .path = "/sys/kernel/mm/hugepages/*/nr_hugepages"},
    Files{.family = "hugepages", .path = "/sys/kernel/mm/hugepages/*/free_hugepages"},
    Files{.family = "hugepages", .path = "/sys/kernel/mm/hugepages/*/resv_hugepages"},
    Files{.family = "hugepages", .path = "/sys/kernel/mm/hugepages/*/surplus_hugepages"},
    Files{.family = "hugepages", .path = "/sys/kernel/mm/hugepages/*/nr_overcommit_hugepages"},
    File{.path = "/sys/kernel/debug/sched/numa_balancing/scan_delay_ms", .needs = Needs::root},
    File{.path = "/sys/kernel/debug/sched/numa_balancing/scan_period_min_ms", .needs = Needs::root},
    File{.path = "/sys/kernel/debug/sched/numa_balancing/scan_period_max_ms", .needs = Needs::root},
    File{.path = "/sys/kernel/debug/sched/numa_balancing/scan_size_mb", .needs = Needs::root},
    File{.path = "/sys/kernel/debug/sched/numa_balancing/hot_threshold_ms", .needs = Needs::root},
    File{.path = "/proc/sys/kernel/numa_balancing_scan_delay_ms"},
    File{.path = "/proc/sys/kernel/numa_balancing_scan_period_min_ms"},
    File{.path = "/proc/sys/kernel/numa_balancing_scan_period_max_ms"},
    File{.path = "/proc/sys/kernel/numa_balancing_scan_size_mb"},
    File{.path = "/sys/kernel/mm/numa/demotion_enabled"},
    Files{.family = "memory-tiers", .path = "/sys/devices/virtual/memory_tiering/memory_tier*/nodelist"},
    Probe{.name = "page-size", .call = "sysconf(_SC_PAGESIZE)", .read = probe_page_size},
    Probe{.name = "memory-threads-start",
          .call = "/proc/PID/{comm,stat} of kernel threads",
          .read = probe_memory_threads},
    Probe{.name = "memory-threads-end",
          .call = "/proc/PID/{comm,stat} of kernel threads",
          .read = probe_memory_threads,
          .moment = Moment::after},
};

constexpr ForeignText kTexts[] = {
    {.kind = "numactl-show",
     .about = "numactl --show: the policy of the shell it was typed in",
     .member = "commands/numactl-show/stdout",
     .likeness = like_numactl_show},
    {.kind = "numastat-m",
     .about = "numastat -m: memory of each node",
     .member = "commands/numastat-m/stdout",
     .likeness = like_numastat_memory},
    {.kind = "numastat-sysfs",
     .about = "/sys/devices/system/node/node0/numastat: the counters of one node, kept as node 0's",
     .member = "root/sys/devices/system/node/node0/numastat",
     .likeness = like_numastat_sysfs},
    {.kind = "numastat-system",
     .about = "numastat, with or without -c and -n: the counters of each node",
     .member = "commands/numastat-system/stdout",
     .likeness = like_numastat_system},
    {.kind = "zoneinfo",
     .about = "/proc/zoneinfo: zones and watermarks of each node",
     .member = "root/proc/zoneinfo",
     .likeness = like_zoneinfo},
};

const std::string kNodeDir = "root/sys/devices/system/node/";
constexpr double kNsPerSecond = 1e9;

// The counters of vmstat that tell of placement, migration, huge pages, compaction, reclaim and swapping. Its nr_*
// lines are levels, not counters.
bool is_wanted(std::string_view name) {
  constexpr std::string_view kPrefixes[] = {
      "numa_",          "pgmigrate_", "thp_",    "compact_",   "pswp",          "allocstall",         "pgscan_direct",
      "pgsteal_direct", "oom_kill",   "pgfault", "pgmajfault", "zone_reclaim_", "workingset_refault", "pgpromote",
      "pgdemote"};
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [name](std::string_view prefix) { return name.starts_with(prefix); });
}

Counters wanted(Counters counters) {
  std::erase_if(counters, [](const auto& entry) { return !is_wanted(entry.first); });
  return counters;
}

NumaCounters to_numa_counters(const Counters& counters) {
  return {.numa_hit = counter(counters, "numa_hit"),
          .numa_miss = counter(counters, "numa_miss"),
          .numa_foreign = counter(counters, "numa_foreign"),
          .interleave_hit = counter(counters, "interleave_hit"),
          .local_node = counter(counters, "local_node"),
          .other_node = counter(counters, "other_node")};
}

// Readings of a sampled path; a bundle made from someone's files has the one file instead.
std::vector<TimedCounters> readings_of(const Bundle& bundle, const std::string& path) {
  std::vector<TimedCounters> readings = counter_readings(bundle.samples(path));
  if (!readings.empty()) return readings;
  if (const auto text = bundle.text(path)) {
    Parsed<Counters> parsed = parse_counters(*text);
    if (!parsed.unparsed.any() && !parsed.value.empty()) readings.push_back({0, std::move(parsed.value)});
  }
  return readings;
}

void explain_delta(const EvidenceReader& reader, const std::string& pointer,
                   const std::vector<TimedCounters>& readings) {
  if (readings.size() < 2) {
    return reader.missing(pointer, "interval_too_short", "a delta needs two readings; collect with a window");
  }
  reader.missing(pointer, "conflicting_evidence", "a counter went backwards within the window");
}

// ---- nodes ---------------------------------------------------------------------------------------------------------

std::vector<std::string> numastat_paths(const Bundle& bundle) {
  std::vector<std::string> paths = bundle.sampled(kNodeDir + "node*/numastat");
  return paths.empty() ? bundle.glob(kNodeDir + "node*/numastat") : paths;
}

NumaMemoryNode read_node(const EvidenceReader& reader, std::int64_t id, const std::string& path,
                         const std::string& pointer, NumaMemory& memory) {
  NumaMemoryNode node{.id = id};
  const auto readings = readings_of(reader.bundle(), path);
  if (readings.empty()) {
    reader.missing(pointer, "parse_error", path + " was not understood");
    return node;
  }
  reader.facts().source(pointer, path);
  const NumaCounters last = to_numa_counters(readings.back().counters);
  node.numa_hit = last.numa_hit;
  node.numa_miss = last.numa_miss;
  node.numa_foreign = last.numa_foreign;
  node.interleave_hit = last.interleave_hit;
  node.local_node = last.local_node;
  node.other_node = last.other_node;
  const auto growth = growth_of(readings);
  if (!growth) {
    explain_delta(reader, pointer + "/delta", readings);
    return node;
  }
  node.delta = to_numa_counters(*growth);
  memory.window_seconds = static_cast<double>(readings.back().taken_ns - readings.front().taken_ns) / kNsPerSecond;
  return node;
}

void read_nodes(const EvidenceReader& reader, NumaMemory& memory) {
  const Bundle& bundle = reader.bundle();
  if (integer_at(bundle, "root/proc/sys/vm/numa_stat") == 0) {
    return reader.missing("/numa_memory/nodes", "structural", "set vm.numa_stat to 1 and collect again");
  }
  const auto paths = numastat_paths(bundle);
  if (paths.empty()) return reader.explain(kNodeDir + "node*/numastat", "/numa_memory/nodes");
  memory.nodes.emplace();
  for (const std::string& path : paths) {
    const std::string name = components_after({path}, kNodeDir).front();
    const auto id = number_after(name, "node");
    const std::string pointer = "/numa_memory/nodes/" + std::to_string(memory.nodes->size());
    if (id) memory.nodes->push_back(read_node(reader, *id, path, pointer, memory));
  }
}

// ---- vmstat --------------------------------------------------------------------------------------------------------

std::optional<std::int64_t> fastest_growth(const std::vector<TimedCounters>& readings, std::string_view name) {
  std::optional<std::int64_t> fastest;
  for (std::size_t index = 1; index < readings.size(); ++index) {
    const auto before = counter(readings[index - 1].counters, name);
    const auto after = counter(readings[index].counters, name);
    const double seconds = static_cast<double>(readings[index].taken_ns - readings[index - 1].taken_ns) / kNsPerSecond;
    if (!before || !after || *after < *before || seconds <= 0) continue;
    const double rate = std::min(std::round(static_cast<double>(*after - *before) / seconds), 9e18);
    fastest = std::max(fastest.value_or(0), static_cast<std::int64_t>(rate));
  }
  return fastest;
}

enum class Rate { known, unknown };

Rate known_if(const std::optional<std::int64_t>& rate) { return rate ? Rate::known : Rate::unknown; }

void note_rate(const EvidenceReader& reader, const std::string& pointer, const std::string& path,
               const std::vector<TimedCounters>& readings, Rate rate) {
  if (rate == Rate::known) return reader.facts().source(pointer, path);
  if (readings.size() < 2) return explain_delta(reader, pointer, readings);
  reader.missing(pointer, "structural", "this kernel does not count it");
}

void read_vmstat(const EvidenceReader& reader, NumaMemory& memory) {
  const std::string path = "root/proc/vmstat";
  std::vector<TimedCounters> readings = readings_of(reader.bundle(), path);
  const char* const pointers[] = {"/numa_memory/vmstat", "/numa_memory/vmstat_delta",
                                  "/numa_memory/max_pages_migrated_per_second",
                                  "/numa_memory/max_pgmigrate_success_per_second"};
  if (readings.empty()) {
    for (const char* pointer : pointers) reader.explain(path, pointer);
    return;
  }
  for (TimedCounters& reading : readings) reading.counters = wanted(std::move(reading.counters));
  memory.vmstat = readings.back().counters;
  reader.facts().source(pointers[0], path);
  if (auto growth = growth_of(readings)) {
    memory.vmstat_delta = std::move(*growth);
    reader.facts().source(pointers[1], path);
  } else {
    explain_delta(reader, pointers[1], readings);
  }
  memory.max_pages_migrated_per_second = fastest_growth(readings, "numa_pages_migrated");
  memory.max_pgmigrate_success_per_second = fastest_growth(readings, "pgmigrate_success");
  note_rate(reader, pointers[2], path, readings, known_if(memory.max_pages_migrated_per_second));
  note_rate(reader, pointers[3], path, readings, known_if(memory.max_pgmigrate_success_per_second));
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "numa_memory");
  NumaMemory memory;
  read_nodes(reader, memory);
  read_vmstat(reader, memory);
  read_memory_levels(reader, memory);
  read_memory_texts(reader, memory);
  if (!memory.window_seconds) {
    reader.missing("/numa_memory/window_seconds", "interval_too_short", "a delta needs two readings");
  }
  builder.facts.numa_memory = std::move(memory);
}

}  // namespace

extern const Collector k_numa_memory_collector{
    .name = "numa_memory",
    .about = "page allocation counters per node and vmstat with their growth, memory, zones, huge pages, tiers",
    .captures = kCaptures,
    .read = read,
    .texts = kTexts,
};

}  // namespace ihc
