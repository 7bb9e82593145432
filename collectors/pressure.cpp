// What the node's CPUs, memory and disks were asked for beyond what they had, and who else runs on it.
//
//   /proc/pressure/memory    some avg10=70.24 avg60=68.52 avg300=69.91 total=3559632828
//   /proc/stat               cpu3 47054 102 15683 1113230 533 0 60 0 0 0
//   /proc/loadavg            0.20 0.18 0.12 1/80 11206
//   /proc/PID/stat           of every process, at the start and at the end of the window
//
// Source: Documentation/accounting/psi.rst, proc_stat(5), proc_pid_stat(5). The
// averages of PSI look further back than most windows: the growth of its total is what belongs to this one.

#include <algorithm>

#include "collect/collector.h"
#include "collectors/pressure/cpu_times.h"
#include "collectors/pressure/likeness.h"
#include "collectors/pressure/neighbours.h"
#include "collectors/pressure/psi.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/reading/window_texts.h"

namespace ihc {

namespace {

constexpr Capture kCaptures[] = {
    Sampled{.family = "pressure", .path = "/proc/pressure/cpu"},
    Sampled{.family = "pressure", .path = "/proc/pressure/memory"},
    Sampled{.family = "pressure", .path = "/proc/pressure/io"},
    Sampled{.family = "pressure", .path = "/proc/pressure/irq"},
    Sampled{.family = "stat", .path = "/proc/stat"},
    File{.path = "/proc/loadavg"},
    Sampled{.family = "processes", .path = "/proc/*/stat", .ends_only = true},
    Files{.family = "process-groups", .path = "/proc/*/cgroup"},
};

constexpr ForeignText kTexts[] = {
    {.kind = "pressure",
     .about = "grep . /proc/pressure/*: stalls of cpu, memory and io, or one of these files",
     .member = "commands/pressure/stdout",
     .likeness = pressure_likeness},
    {.kind = "pressure-cpu",
     .about = "/proc/pressure/cpu, when you know that it is this one",
     .member = "root/proc/pressure/cpu",
     .likeness = never_recognised},
    {.kind = "pressure-memory",
     .about = "/proc/pressure/memory, when you know that it is this one",
     .member = "root/proc/pressure/memory",
     .likeness = never_recognised},
    {.kind = "pressure-io",
     .about = "/proc/pressure/io, when you know that it is this one",
     .member = "root/proc/pressure/io",
     .likeness = never_recognised},
    {.kind = "proc-stat",
     .about = "/proc/stat: CPU time by CPU",
     .member = "root/proc/stat",
     .likeness = proc_stat_likeness},
    {.kind = "proc-vmstat",
     .about = "/proc/vmstat: counters of memory management",
     .member = "root/proc/vmstat",
     .likeness = proc_vmstat_likeness},
    {.kind = "loadavg", .about = "/proc/loadavg", .member = "root/proc/loadavg", .likeness = load_average_likeness},
};

// ---- stalls --------------------------------------------------------------------------------------------------------

void add_growth(const std::optional<PsiLine>& first, std::optional<PsiLine>& last, double seconds) {
  constexpr double kMicrosecondsPerPercent = 1e4;  // of one second
  if (!first || !last || !first->total_us || !last->total_us || *last->total_us < *first->total_us) return;
  last->delta_us = *last->total_us - *first->total_us;
  last->window_pct = static_cast<double>(*last->delta_us) / seconds / kMicrosecondsPerPercent;
}

// The kernel prints a full line for the CPU of the whole system since 5.13, and it is always zero: all tasks of a
// system cannot wait for the CPU while one runs.
void drop_cpu_full(const EvidenceReader& reader, const std::string& pointer, Psi& psi) {
  psi.full.reset();
  reader.missing(pointer + "/full", "structural", "undefined for a whole system: look at the units' cpu.pressure");
}

struct Resource {
  const char* name;
  std::optional<Psi> Pressure::*member;
};
constexpr Resource kResources[] = {
    {"cpu", &Pressure::cpu}, {"memory", &Pressure::memory}, {"io", &Pressure::io}, {"irq", &Pressure::irq}};

void read_resource(const EvidenceReader& reader, const Resource& resource, Pressure& pressure) {
  const std::string path = std::string("root/proc/pressure/") + resource.name;
  const std::string pointer = std::string("/pressure/") + resource.name;
  const auto texts = window_texts(reader.bundle(), path);
  if (!texts) return;
  Parsed<Psi> last = parse_psi(texts->last);
  reader.facts().source(pointer, path);
  if (last.unparsed.any()) reader.unparsed(pointer, "partial: " + path, last.unparsed);
  if (!last.value.some && !last.value.full) return;
  if (texts->first) {
    const Psi first = parse_psi(*texts->first).value;
    add_growth(first.some, last.value.some, *texts->seconds);
    add_growth(first.full, last.value.full, *texts->seconds);
    pressure.window_seconds = texts->seconds;
  }
  const bool has_growth =
      (last.value.some && last.value.some->delta_us) || (last.value.full && last.value.full->delta_us);
  if (!has_growth) explain_growth(reader, pointer + "/some", texts);
  pressure.*resource.member = std::move(last.value);
}

void read_listing(const EvidenceReader& reader, const std::string& path, Pressure& pressure) {
  auto parsed = parse_psi_listing(*reader.bundle().text(path));
  if (parsed.unparsed.any() || parsed.value.empty()) reader.unparsed("/pressure", "partial: " + path, parsed.unparsed);
  for (const Resource& resource : kResources) {
    const auto found = parsed.value.find(resource.name);
    if (found == parsed.value.end() || pressure.*resource.member) continue;
    reader.facts().source(std::string("/pressure/") + resource.name, path);
    pressure.*resource.member = std::move(found->second);
  }
  const auto unnamed = parsed.value.find("");
  if (unnamed == parsed.value.end()) return;
  reader.facts().source("/pressure/unnamed", path);
  pressure.unnamed = std::move(unnamed->second);
  reader.missing("/pressure/cpu", "parse_error",
                 path +
                     " does not say of which resource it is; import it as pressure-cpu:FILE, pressure-memory:FILE or "
                     "pressure-io:FILE");
}

void read_stalls(const EvidenceReader& reader, Pressure& pressure) {
  for (const Resource& resource : kResources) read_resource(reader, resource, pressure);
  for (const std::string& path : reader.bundle().glob("commands/pressure*/stdout"))
    read_listing(reader, path, pressure);
  for (const Resource& resource : kResources) {
    const std::string pointer = std::string("/pressure/") + resource.name;
    if (!(pressure.*resource.member)) reader.explain(std::string("root/proc/pressure/") + resource.name, pointer);
  }
  if (pressure.cpu) drop_cpu_full(reader, "/pressure/cpu", *pressure.cpu);
}

// ---- CPU time ------------------------------------------------------------------------------------------------------

void read_counters(const ProcStat& last, const ProcStat* first, Pressure& pressure) {
  std::map<std::string, std::int64_t> counters;
  std::map<std::string, std::int64_t> deltas;
  for (const char* name : {"ctxt", "processes", "procs_running", "procs_blocked"}) {
    const auto value = last.counters.find(name);
    if (value == last.counters.end()) continue;
    counters[name] = value->second;
    const bool is_level = std::string_view(name).starts_with("procs_");
    if (first == nullptr || is_level || !first->counters.contains(name)) continue;
    const std::int64_t before = first->counters.at(name);
    if (value->second >= before) deltas[name] = value->second - before;
  }
  if (!counters.empty()) pressure.counters = std::move(counters);
  if (!deltas.empty()) pressure.counters_delta = std::move(deltas);
}

const Ticks* ticks_of(const ProcStat* stat, const std::string& cpu) {
  if (stat == nullptr) return nullptr;
  const auto found = stat->cpus.find(cpu);
  return found == stat->cpus.end() ? nullptr : &found->second;
}

void read_cpu_times(const EvidenceReader& reader, Pressure& pressure) {
  const std::string path = "root/proc/stat";
  const auto texts = window_texts(reader.bundle(), path);
  if (!texts) {
    for (const char* pointer : {"/pressure/cpus", "/pressure/all_cpus", "/pressure/counters"}) {
      reader.explain(path, pointer);
    }
    return;
  }
  const Parsed<ProcStat> last = parse_proc_stat(texts->last);
  if (last.unparsed.any()) reader.unparsed("/pressure/cpus", "partial: " + path, last.unparsed);
  std::optional<ProcStat> first;
  if (texts->first) first = parse_proc_stat(*texts->first).value;
  const ProcStat* before = first ? &*first : nullptr;
  for (const char* pointer : {"/pressure/cpus", "/pressure/all_cpus", "/pressure/counters"}) {
    reader.facts().source(pointer, path);
  }
  std::vector<CpuTime> cpus;
  for (const auto& [cpu, ticks] : last.value.cpus) {
    CpuTime time = cpu_time(cpu, ticks, ticks_of(before, cpu));
    if (cpu == "all") {
      if (!time.busy_pct) explain_growth(reader, "/pressure/all_cpus", texts);
      pressure.all_cpus = std::move(time);
    } else {
      cpus.push_back(std::move(time));
    }
  }
  std::sort(cpus.begin(), cpus.end(), [](const CpuTime& a, const CpuTime& b) { return natural_less(a.cpu, b.cpu); });
  for (std::size_t index = 0; index < cpus.size(); ++index) {
    if (!cpus[index].busy_pct) explain_growth(reader, "/pressure/cpus/" + std::to_string(index), texts);
  }
  if (!cpus.empty()) pressure.cpus = std::move(cpus);
  if (!pressure.window_seconds) pressure.window_seconds = texts->seconds;
  read_counters(last.value, before, pressure);
  if (!pressure.counters_delta) explain_growth(reader, "/pressure/counters_delta", texts);
}

void read_load(const EvidenceReader& reader, Pressure& pressure) {
  const auto text = reader.text("root/proc/loadavg", "/pressure/load");
  if (!text) return;
  pressure.load = parse_load_average(*text);
  if (!pressure.load) reader.missing("/pressure/load", "parse_error", "root/proc/loadavg was not understood");
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "pressure");
  Pressure pressure;
  read_stalls(reader, pressure);
  read_cpu_times(reader, pressure);
  read_load(reader, pressure);
  if (!pressure.window_seconds) {
    reader.missing("/pressure/window_seconds", "interval_too_short", "a delta needs two readings");
  }
  builder.facts.pressure = std::move(pressure);
}

/// Whom the workers shared with needs their places, which other families read.
void read_after(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "pressure");
  Facts& facts = builder.facts;
  if (facts.pressure) read_neighbours(reader, facts.workers, facts.topology, *facts.pressure);
}

}  // namespace

extern const Collector k_pressure_collector{
    .name = "pressure",
    .about = "stalls (PSI), load, CPU time and steal per CPU within the window, neighbours",
    .captures = kCaptures,
    .read = read,
    .texts = kTexts,
    .read_after = read_after,
};

}  // namespace ihc
