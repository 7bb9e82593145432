#include "collectors/perf/live_runs.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/json.h"
#include "collectors/perf/perf_stat_csv.h"
#include "collectors/perf/runs.h"
#include "collectors/workers/activity.h"
#include "collectors/workers/discovery.h"

namespace ihc {

namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kNsPerMs = 1e6;
const std::string kOwnSlug = "software-counters";
const std::string kOwnCounters = "probes/software-counters.json";

struct LivePass {
  const char* slug;
  const char* scope;  ///< of what has no aggregate of its own: one process list is one scope
  unsigned gaps;
};
constexpr auto kPasses = std::to_array<LivePass>({{"perf-stat", "workers", kGapIpc | kGapSwitches},
                                                  {"perf-stat-sockets", "system", kGapIpc},
                                                  {"perf-stat-caches", "workers", 0},
                                                  {"perf-stat-memory", "workers", kGapRemoteDram},
                                                  {"perf-stat-nodes", "system", kGapRemoteDram}});

std::string run_pointer(std::size_t index) { return "/perf/runs/" + std::to_string(index); }

std::vector<DiscoveredWorker> discovered(const Bundle& bundle) {
  const auto text = bundle.text("probes/discovery.json");
  if (!text) return {};
  auto found = parse_discovery(*text);
  return found ? std::move(*found) : std::vector<DiscoveredWorker>{};
}

// ---- perf ----------------------------------------------------------------------------------------------------------

/// One run of a process list; one for each socket or node of a machine.
std::vector<PerfRun> read_pass(const EvidenceReader& reader, const LivePass& pass) {
  const auto text = reader.bundle().text(std::string("commands/") + pass.slug + "/stdout");
  if (!text) return {};
  auto parsed = parse_perf_stat_csv(*text);
  if (parsed.value.empty()) return {};
  PerfStatReport report = std::move(parsed.value.front());
  const bool is_of_workers = std::string_view(pass.scope) == "workers";
  std::erase_if(report.rows, [&](const PerfStatRow& row) { return row.aggregate.empty() != is_of_workers; });
  const CommandRecord* command = reader.bundle().manifest().command(pass.slug);
  if (command != nullptr && command->duration_ms > 0) report.seconds = static_cast<double>(command->duration_ms) / 1000;
  std::vector<PerfRun> runs = perf_runs(report, pass.slug);
  for (PerfRun& run : runs) {
    if (is_of_workers) run.scope = pass.scope;
  }
  return runs;
}

// ---- this program's own counters -----------------------------------------------------------------------------------

std::optional<double> number_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number() || found->get<double>() < 0) return std::nullopt;
  return found->get<double>();
}

std::optional<PerfRun> read_own_counters(const EvidenceReader& reader) {
  const auto text = reader.bundle().text(kOwnCounters);
  const auto json = text ? parse_json(*text, kOwnCounters) : Result<Json>(Json());
  if (!json || !json->is_object() || !json->contains("events") || !json->at("events").is_object()) return std::nullopt;
  PerfRun run{.label = kOwnSlug, .scope = "workers", .source = "perf_event_open"};
  const auto started = number_of(*json, "started_ns");
  const auto ended = number_of(*json, "ended_ns");
  if (started && ended && *ended > *started) run.seconds = (*ended - *started) / kNsPerSecond;
  const bool user_only = json->contains("user_only") && json->at("user_only") == true;
  for (const auto& [name, value] : json->at("events").items()) {
    const auto count = number_of(json->at("events"), name.c_str());
    if (!count) continue;
    const bool is_time = name == "task-clock";
    PerfEvent event{.value = is_time ? *count / kNsPerMs : *count, .running_pct = {}, .status = "counted"};
    if (is_time) event.unit = "msec";
    run.events[user_only ? name + ":u" : name] = std::move(event);
  }
  if (run.events.empty()) return std::nullopt;
  derive_perf_run(run);
  return run;
}

// ---- /proc ---------------------------------------------------------------------------------------------------------

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
  derive_perf_run(run);
  return run;
}

// ---- why not -------------------------------------------------------------------------------------------------------

struct Why {
  std::string reason;
  std::string hint;
};

Why why_no_perf(const EvidenceReader& reader) {
  const Manifest& manifest = reader.bundle().manifest();
  if (!reader.bundle().find("probes/discovery.json"))
    return {"file_absent", "no perf stat was saved with this evidence"};
  if (discovered(reader.bundle()).empty()) return {"structural", "no worker was found to measure"};
  const CommandRecord* command = manifest.command("perf-stat");
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

Why why_no_ipc(const PerfRun& run) {
  if (run.ipc_by_pmu) return {"structural", "cores of several kinds have no common IPC: see ipc_by_pmu"};
  const bool was_asked = std::any_of(run.events.begin(), run.events.end(),
                                     [](const auto& event) { return event.second.status != "counted"; });
  if (was_asked) {
    return {"event_unsupported", "cycles or instructions were not counted here: normal in a VM without a virtual PMU"};
  }
  return {"event_unsupported", "measure cycles and instructions together"};
}

void note_switch_gaps(const EvidenceReader& reader, const PerfRun& run, const std::string& pointer) {
  const bool user_only =
      std::any_of(run.events.begin(), run.events.end(), [](const auto& event) { return event.first.ends_with(":u"); });
  const char* reason = user_only ? "permission" : "event_unsupported";
  if (!run.context_switches_per_second) {
    reader.missing(pointer + "/context_switches_per_second", reason,
                   user_only ? "collect as root: user-space counting sees no context switch"
                             : "no context switches or no measured time in it");
  }
  if (run.cpu_migrations_per_second) return;
  reader.missing(pointer + "/cpu_migrations_per_second", reason,
                 user_only ? "collect as root: user-space counting sees no migration" : "perf counted no migrations");
}

/// Of what counted in perf's place: software events have no cycles.
void note_stand_in_gaps(const EvidenceReader& reader, const PerfRun& run, const Why& why, const std::string& pointer) {
  reader.missing(pointer + "/ipc", why.reason, why.hint);
  if (run.source == "perf_event_open") return note_switch_gaps(reader, run, pointer);
  reader.missing(pointer + "/cpu_migrations_per_second", why.reason, why.hint);
}

bool has_switches(const std::vector<PerfRun>& runs) {
  return std::any_of(runs.begin(), runs.end(), [](const PerfRun& run) {
    return run.scope == "workers" && run.context_switches_per_second.has_value();
  });
}

std::optional<double> seconds_into_window(const Manifest& manifest, std::int64_t ns) {
  if (!manifest.window_started_ns || ns < *manifest.window_started_ns) return std::nullopt;
  return static_cast<double>(ns - *manifest.window_started_ns) / kNsPerSecond;
}

}  // namespace

void note_run_gaps(const EvidenceReader& reader, const PerfRun& run, const std::string& pointer, unsigned gaps) {
  if ((gaps & kGapIpc) != 0 && !run.ipc) {
    const Why why = why_no_ipc(run);
    reader.missing(pointer + "/ipc", why.reason, why.hint);
  }
  if ((gaps & kGapRemoteDram) != 0 && !run.remote_dram_ratio) {
    reader.missing(pointer + "/remote_dram_ratio", "event_unsupported",
                   "no pair of local and remote DRAM events was counted, such as "
                   "mem_load_l3_miss_retired.{local,remote}_dram or ls_any_fills_from_sys.dram_io_{near,far}");
  }
  if ((gaps & kGapSwitches) != 0) note_switch_gaps(reader, run, pointer);
}

void explain_no_perf(const EvidenceReader& reader) {
  const Why why = why_no_perf(reader);
  reader.missing("/perf", why.reason, why.hint);
}

void read_live_runs(const EvidenceReader& reader, std::vector<PerfRun>& runs) {
  bool has_workers = false;
  for (const LivePass& pass : kPasses) {
    for (PerfRun& run : read_pass(reader, pass)) {
      const std::string pointer = run_pointer(runs.size());
      reader.facts().source(pointer, std::string("commands/") + pass.slug + "/stdout");
      note_run_gaps(reader, run, pointer, pass.gaps);
      has_workers = has_workers || run.scope == "workers";
      runs.push_back(std::move(run));
    }
  }
  const Why why = has_workers ? Why{"permission", "collect as root"} : why_no_perf(reader);
  if (!has_switches(runs)) {
    if (auto own = read_own_counters(reader)) {
      const std::string pointer = run_pointer(runs.size());
      reader.facts().source(pointer, kOwnCounters);
      note_stand_in_gaps(reader, *own, why, pointer);
      runs.push_back(std::move(*own));
    }
  }
  if (has_switches(runs)) return;
  const std::string pointer = run_pointer(runs.size());
  if (auto proc = read_proc(reader, pointer)) {
    note_stand_in_gaps(reader, *proc, why, pointer);
    runs.push_back(std::move(*proc));
  }
}

std::vector<PerfPass> read_passes(const Bundle& bundle) {
  const Manifest& manifest = bundle.manifest();
  std::vector<PerfPass> passes;
  for (const LivePass& pass : kPasses) {
    const CommandRecord* command = manifest.command(pass.slug);
    if (command == nullptr) continue;
    PerfPass made{.name = pass.slug, .way = "perf_stat", .status = std::string(to_word(command->status)), .reason = {}};
    if (!command->reason.empty()) made.reason = command->reason;
    if (command->duration_ms > 0) {
      made.began_seconds = seconds_into_window(manifest, command->started_ns);
      made.seconds = static_cast<double>(command->duration_ms) / 1000;
    }
    passes.push_back(std::move(made));
  }
  const auto text = bundle.text(kOwnCounters);
  const auto json = text ? parse_json(*text, kOwnCounters) : Result<Json>(Json());
  if (json && json->is_object()) {
    PerfPass own{.name = kOwnSlug, .way = "perf_event_open", .status = "ok", .reason = {}};
    const auto started = number_of(*json, "started_ns");
    const auto ended = number_of(*json, "ended_ns");
    if (started && ended && *ended > *started) {
      own.began_seconds = seconds_into_window(manifest, static_cast<std::int64_t>(*started));
      own.seconds = (*ended - *started) / kNsPerSecond;
    }
    passes.push_back(std::move(own));
  }
  return passes;
}

}  // namespace ihc
