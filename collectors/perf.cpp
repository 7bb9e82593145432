// Performance counters of the workers within the window: perf stat where it is there and allowed, else /proc.
//
//   perf stat -x , --log-fd 1 -e task-clock,…,cycles,… -p 4242,4243       ended by SIGINT when the window ends
//
// Tried with perf 6.1. Events are not grouped: where one event of a group is not supported (any VM without a virtual
// PMU) perf refuses the whole run, while ungrouped it says <not supported> and counts the others; running_pct tells
// whether two counts cover the same time. No "-- sleep" is given: SIGINT to perf does not end its child. duration_time
// is not asked for: with -p it adds up over the threads. Without CAP_PERFMON perf falls back to user-space counting
// ("context-switches:u"), and a switch, a migration or a kernel-side fault then always reads 0: such a zero is no
// count.

#include <algorithm>
#include <set>

#include "collect/collector.h"
#include "collectors/perf/perf_stat_csv.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/workers/activity.h"
#include "collectors/workers/discovery.h"

namespace ihc {

namespace {

constexpr Capture kCaptures[] = {
    CommandOutput{
        .slug = "perf-stat",
        .argv = {"perf", "stat", "-x", ",", "--log-fd", "1", "-e",
                 "task-clock,context-switches,cpu-migrations,page-faults,cycles,instructions,cache-references,"
                 "cache-misses,LLC-loads,LLC-load-misses",
                 "-p", "{workers}"},
        .moment = Moment::during,
        .needs = Needs::perf,
        .hint = "install perf for the running kernel (Debian: linux-perf, Ubuntu: linux-tools)"},
};

const std::string kSlug = "perf-stat";
const std::string kOutput = "commands/perf-stat/stdout";

// ---- perf stat -----------------------------------------------------------------------------------------------------

// "context-switches:u" → "context-switches", user space only.
bool counts_in_kernel_only(std::string_view event) {
  if (!event.ends_with(":u")) return false;
  event.remove_suffix(2);
  return event == "context-switches" || event == "cpu-migrations";
}

const PerfEvent* find_event(const PerfRun& run, const std::string& name) {
  for (const std::string& spelled : {name, name + ":u"}) {
    const auto found = run.events.find(spelled);
    if (found != run.events.end() && found->second.status == "counted" && found->second.value) return &found->second;
  }
  return nullptr;
}

std::optional<double> rate(const PerfRun& run, const std::string& name) {
  const PerfEvent* event = find_event(run, name);
  if (event == nullptr || !run.seconds || *run.seconds <= 0) return std::nullopt;
  return *event->value / *run.seconds;
}

void derive(PerfRun& run) {
  const PerfEvent* cycles = find_event(run, "cycles");
  const PerfEvent* instructions = find_event(run, "instructions");
  if (cycles != nullptr && instructions != nullptr && *cycles->value > 0) {
    run.ipc = *instructions->value / *cycles->value;
  }
  run.context_switches_per_second = rate(run, "context-switches");
  run.cpu_migrations_per_second = rate(run, "cpu-migrations");
  for (const auto& [name, event] : run.events) {
    if (event.status != "counted" || !event.running_pct) continue;
    run.min_running_pct = std::min(run.min_running_pct.value_or(*event.running_pct), *event.running_pct);
  }
}

std::optional<PerfRun> read_perf_stat(const EvidenceReader& reader) {
  const auto text = reader.bundle().text(kOutput);
  if (!text) return std::nullopt;
  const Parsed<std::vector<PerfStatRow>> parsed = parse_perf_stat_csv(*text);
  if (parsed.value.empty()) return std::nullopt;
  PerfRun run{.label = kSlug, .scope = "workers", .source = "perf_stat"};
  const CommandRecord* command = reader.bundle().manifest().command(kSlug);
  if (command != nullptr && command->duration_ms > 0) run.seconds = static_cast<double>(command->duration_ms) / 1000;
  for (const PerfStatRow& row : parsed.value) {
    if (!row.aggregate.empty()) continue;
    PerfEvent event = row.result;
    if (counts_in_kernel_only(row.event)) event = {.unit = event.unit, .status = "not_counted"};
    run.events[row.event] = std::move(event);
  }
  derive(run);
  return run;
}

// ---- /proc ---------------------------------------------------------------------------------------------------------

std::vector<DiscoveredWorker> discovered(const Bundle& bundle) {
  const auto text = bundle.text("probes/discovery.json");
  if (!text) return {};
  auto found = parse_discovery(*text);
  return found ? std::move(*found) : std::vector<DiscoveredWorker>{};
}

std::optional<PerfRun> read_proc(const EvidenceReader& reader, const std::string& pointer) {
  PerfRun run{.label = "proc", .scope = "workers", .source = "proc"};
  std::optional<std::int64_t> switches;
  std::optional<double> cpu_ms;
  for (const DiscoveredWorker& worker : discovered(reader.bundle())) {
    const WorkerActivity activity = read_activity(reader.bundle(), worker.pid);
    if (activity.threads.empty()) continue;
    if (activity.window_seconds) run.seconds = std::max(run.seconds.value_or(0), *activity.window_seconds);
    if (activity.cpu_ms) cpu_ms = cpu_ms.value_or(0) + *activity.cpu_ms;
    if (activity.voluntary_switches && activity.involuntary_switches) {
      switches = switches.value_or(0) + *activity.voluntary_switches + *activity.involuntary_switches;
    }
    reader.facts().source(pointer, "root/proc/" + std::to_string(worker.pid) + "/task/" +
                                       std::to_string(activity.threads.front().tid) + "/status");
  }
  if (!switches && !cpu_ms) return std::nullopt;
  if (cpu_ms) run.events["task-clock"] = {.value = *cpu_ms, .unit = "msec", .status = "counted"};
  if (switches) {
    run.events["context-switches"] = {.value = static_cast<double>(*switches), .status = "counted"};
  }
  derive(run);
  return run;
}

// ---- why not -------------------------------------------------------------------------------------------------------

struct Why {
  std::string reason;
  std::string hint;
};

Why why_no_perf(const EvidenceReader& reader) {
  const Manifest& manifest = reader.bundle().manifest();
  if (discovered(reader.bundle()).empty()) return {"structural", "no worker was found to measure"};
  const CommandRecord* command = manifest.command(kSlug);
  const CollectorRecord* record = manifest.collector("perf");
  const std::string hint = record != nullptr ? record->hint : std::string();
  if (command == nullptr) return {record != nullptr && !record->reason.empty() ? record->reason : "file_absent", hint};
  // perf says in words that it may not; its exit status is the same for every failure.
  const auto evidence = reader.bundle().find("commands/perf-stat/stderr");
  const std::string_view said = evidence ? evidence->bytes : std::string_view{};
  if (said.find("perf_event_paranoid") != std::string_view::npos || said.find("permission") != std::string_view::npos) {
    return {"permission", "collect as root, or lower kernel.perf_event_paranoid"};
  }
  // One PID of the list that no longer runs makes perf refuse them all.
  if (said.find("Problems finding threads") != std::string_view::npos) {
    return {"file_absent", "a worker ended before perf could watch it; collect again"};
  }
  if (!command->reason.empty()) return {command->reason, hint};
  return {command->status == EvidenceStatus::timed_out ? "timed_out" : "parse_error", hint};
}

void note_gaps(const EvidenceReader& reader, const PerfRun& run, const Why& why_no_perf, const std::string& pointer) {
  if (run.source == "proc") {
    for (const char* member : {"/ipc", "/cpu_migrations_per_second"}) {
      reader.missing(pointer + member, why_no_perf.reason, why_no_perf.hint);
    }
    return;
  }
  if (!run.ipc) {
    reader.missing(pointer + "/ipc", "event_unsupported",
                   "cycles or instructions were not counted here: normal in a VM without a virtual PMU");
  }
  const bool user_only = run.events.contains("context-switches:u");
  if (!run.context_switches_per_second && user_only) {
    reader.missing(pointer + "/context_switches_per_second", "permission",
                   "collect as root: user-space counting sees no context switch");
  }
  if (run.cpu_migrations_per_second) return;
  reader.missing(pointer + "/cpu_migrations_per_second", user_only ? "permission" : "event_unsupported",
                 user_only ? "collect as root: user-space counting sees no migration" : "perf counted no migrations");
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "perf");
  Perf perf;
  std::vector<PerfRun> runs;
  if (auto run = read_perf_stat(reader)) {
    builder.source("/perf/runs/0", kOutput);
    runs.push_back(std::move(*run));
  }
  // /proc stands in for what perf did not count, and only then: two runs that say the same would be judged twice.
  if (runs.empty() || !runs.front().context_switches_per_second) {
    if (auto run = read_proc(reader, "/perf/runs/" + std::to_string(runs.size()))) runs.push_back(std::move(*run));
  }
  const bool has_perf = !runs.empty() && runs.front().source == "perf_stat";
  const Why why = has_perf ? Why{"permission", "collect as root"} : why_no_perf(reader);
  for (std::size_t index = 0; index < runs.size(); ++index) {
    note_gaps(reader, runs[index], why, "/perf/runs/" + std::to_string(index));
  }
  if (!has_perf) reader.missing("/perf", why.reason, why.hint);
  if (!runs.empty()) perf.runs = std::move(runs);
  builder.facts.perf = std::move(perf);
}

}  // namespace

extern const Collector k_perf_collector{
    .name = "perf",
    .about = "perf stat on the workers within the window; what /proc counts where perf may not",
    .captures = kCaptures,
    .read = read,
};

}  // namespace ihc
