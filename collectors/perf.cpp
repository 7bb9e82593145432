// Performance counters of the workers within the window: perf stat where it is there and allowed, else /proc; and what
// people measured with perf themselves.
//
//   perf stat -x , --log-fd 1 -e task-clock,…,cycles,instructions -p 4242,4243       the whole window
//   perf stat … -a --per-socket -e cycles,…      perf stat … -e cache-misses,… -p …      a quarter of it each
//   perf stat … -e {memory_events} -p …          perf stat … -a --per-node -e {memory_events}
//   perf_event_open(2)                           software counters, where the first of these came to nothing
//
// Each is ended by SIGINT. A CPU has four to eight counters for all that is counted at once, the kernel's own watchdog
// takes one: so what is counted beside the workers' cycles and instructions is counted in turns, of at most three
// events. Counters of the whole machine need more privilege than those of a user's own process.
//
// Tried with perf 6.1. Events are not grouped: where one event of a group is not supported (any VM without a virtual
// PMU) perf refuses the whole run, while ungrouped it says <not supported> and counts the others; running_pct tells
// whether two counts cover the same time. No "-- sleep" is given: SIGINT to perf does not end its child. duration_time
// is not asked for: with -p it adds up over the threads. Without CAP_PERFMON perf falls back to user-space counting
// ("context-switches:u"), and a switch, a migration or a kernel-side fault then always reads 0: such a zero is no
// count.
//
//   perf sched record -N -o FILE --max-size=64M -- sleep 10       --deep perf-sched; c2c and perf-mem likewise
//   perf sched latency -i FILE
//
// Recordings are asked for one by one and end by time and by size. -N keeps perf from copying every program it sees
// into
// ~/.debug. At its size perf ends its workload by SIGTERM and then itself, with what it has in the file.

#include <algorithm>

#include "collect/collector.h"
#include "collectors/perf/c2c_report.h"
#include "collectors/perf/likeness.h"
#include "collectors/perf/live_runs.h"
#include "collectors/perf/mem_report.h"
#include "collectors/perf/perf_stat_csv.h"
#include "collectors/perf/perf_stat_json.h"
#include "collectors/perf/perf_stat_text.h"
#include "collectors/perf/runs.h"
#include "collectors/perf/sched_latency.h"
#include "collectors/perf/task_sched.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

constexpr std::string_view kPerfHint = "install perf for the running kernel (Debian: linux-perf, Ubuntu: linux-tools)";
// 64 MiB of scheduler events are some seconds' work for perf.
constexpr std::chrono::milliseconds kReportTimeout{60000};

constexpr Capture kCaptures[] = {
    CommandOutput{
        .slug = "perf-stat",
        .argv = {"perf", "stat", "-x", ",", "--log-fd", "1", "-e",
                 "task-clock,context-switches,cpu-migrations,page-faults,cycles,instructions", "-p", "{workers}"},
        .moment = Moment::during,
        .needs = Needs::perf,
        .hint = kPerfHint},
    CommandOutput{.slug = "perf-stat-sockets",
                  .argv = {"perf", "stat", "-x", ",", "--log-fd", "1", "-a", "--per-socket", "-e",
                           "cpu-clock,cycles,instructions,cache-misses"},
                  .moment = Moment::during,
                  .needs = Needs::perf,
                  .hint = kPerfHint,
                  .pass = {1, 4}},
    CommandOutput{.slug = "perf-stat-caches",
                  .argv = {"perf", "stat", "-x", ",", "--log-fd", "1", "-e",
                           "task-clock,instructions,cache-references,cache-misses", "-p", "{workers}"},
                  .moment = Moment::during,
                  .needs = Needs::perf,
                  .hint = kPerfHint,
                  .pass = {2, 4}},
    CommandOutput{
        .slug = "perf-stat-memory",
        .argv = {"perf", "stat", "-x", ",", "--log-fd", "1", "-e", "task-clock,{memory_events}", "-p", "{workers}"},
        .moment = Moment::during,
        .needs = Needs::perf,
        .hint = kPerfHint,
        .pass = {3, 4}},
    CommandOutput{
        .slug = "perf-stat-nodes",
        .argv = {"perf", "stat", "-x", ",", "--log-fd", "1", "-a", "--per-node", "-e", "cpu-clock,{memory_events}"},
        .moment = Moment::during,
        .needs = Needs::perf,
        .hint = kPerfHint,
        .pass = {4, 4}},
    Counted{.name = "software-counters", .call = "perf_event_open(2)", .instead_of = "perf-stat"},
    Sampled{.family = "worker-sched", .path = "/proc/{worker}/task/*/sched", .ends_only = true},
    CommandOutput{.slug = "record-perf-sched-latency",
                  .argv = {"perf", "sched", "record", "-N", "-o", "{recording}", "--max-size=64M", "--", "sleep",
                           "{recording_seconds}"},
                  .moment = Moment::during,
                  .needs = Needs::perf,
                  .hint = kPerfHint,
                  .deep = "perf-sched",
                  .cost = "every switch and wake-up of every CPU, for at most 10 s and 64 MiB of disk",
                  .recording = "perf-sched.data"},
    CommandOutput{.slug = "perf-sched-latency",
                  .argv = {"perf", "sched", "latency", "-i", "{recording}"},
                  .timeout = kReportTimeout,
                  .moment = Moment::after,
                  .needs = Needs::perf,
                  .hint = kPerfHint,
                  .deep = "perf-sched",
                  .recording = "perf-sched.data"},
    CommandOutput{.slug = "record-perf-c2c",
                  .argv = {"perf", "c2c", "record", "--", "-N", "-a", "-o", "{recording}", "--max-size=64M", "sleep",
                           "{recording_seconds}"},
                  .moment = Moment::during,
                  .needs = Needs::perf,
                  .hint = kPerfHint,
                  .deep = "c2c",
                  .cost = "samples of loads and stores of every CPU, for at most 10 s and 64 MiB of disk",
                  .recording = "perf-c2c.data"},
    CommandOutput{.slug = "perf-c2c",
                  .argv = {"perf", "c2c", "report", "--stdio", "-i", "{recording}"},
                  .timeout = kReportTimeout,
                  .moment = Moment::after,
                  .needs = Needs::perf,
                  .hint = kPerfHint,
                  .deep = "c2c",
                  .recording = "perf-c2c.data"},
    CommandOutput{.slug = "record-perf-mem-report",
                  .argv = {"perf", "mem", "record", "-N", "-a", "-o", "{recording}", "--max-size=64M", "sleep",
                           "{recording_seconds}"},
                  .moment = Moment::during,
                  .needs = Needs::perf,
                  .hint = kPerfHint,
                  .deep = "perf-mem",
                  .cost = "samples of loads and stores of every CPU, for at most 10 s and 64 MiB of disk",
                  .recording = "perf-mem.data"},
    CommandOutput{.slug = "perf-mem-report",
                  .argv = {"perf", "mem", "report", "--stdio", "--sort=mem", "-i", "{recording}"},
                  .timeout = kReportTimeout,
                  .moment = Moment::after,
                  .needs = Needs::perf,
                  .hint = kPerfHint,
                  .deep = "perf-mem",
                  .recording = "perf-mem.data"},
};

constexpr ForeignText kTexts[] = {
    {.kind = "perf-stat-text",
     .about = "perf stat: counts as people read them",
     .member = "commands/perf-stat-text/stdout",
     .likeness = like_perf_stat_text},
    {.kind = "perf-stat-csv",
     .about = "perf stat -x,: counts separated by commas",
     .member = "commands/perf-stat-csv/stdout",
     .likeness = like_perf_stat_csv},
    {.kind = "perf-stat-json",
     .about = "perf stat -j: counts as JSON lines",
     .member = "commands/perf-stat-json/stdout",
     .likeness = like_perf_stat_json},
    {.kind = "perf-sched-latency",
     .about = "perf sched latency: how long tasks waited for a CPU",
     .member = "commands/perf-sched-latency/stdout",
     .likeness = like_sched_latency},
    {.kind = "perf-c2c",
     .about = "perf c2c report --stdio: cache lines that several CPUs write",
     .member = "commands/perf-c2c/stdout",
     .likeness = like_c2c_report},
    {.kind = "perf-mem-report",
     .about = "perf mem report --stdio: where loads were served from",
     .member = "commands/perf-mem-report/stdout",
     .likeness = like_mem_report},
};

using ReportsParser = Parsed<std::vector<PerfStatReport>> (*)(std::string_view);

// "commands/perf-stat-text-2/stdout" → "perf-stat-text-2"
std::string slug_of(const std::string& path) {
  const std::size_t begin = path.find('/') + 1;
  return path.substr(begin, path.find('/', begin) - begin);
}

std::string run_pointer(std::size_t index) { return "/perf/runs/" + std::to_string(index); }

// What was read is sure; that there was more is said of the text's first run.
void note_partial(const EvidenceReader& reader, const std::string& pointer, const std::string& path,
                  const Unparsed& unparsed, std::string_view also) {
  std::string hint = "partial: " + path;
  if (unparsed.any()) {
    hint += ": " + std::to_string(unparsed.lines) + " line(s) not understood, the first is \"" + unparsed.first + "\"";
  }
  if (!also.empty()) hint += (unparsed.any() ? "; " : ": ") + std::string(also);
  reader.missing(pointer, "parse_error", hint);
}

bool lacks_end(const PerfStatReport& report) {
  const bool has_intervals = std::any_of(report.rows.begin(), report.rows.end(),
                                         [](const PerfStatRow& row) { return row.at_seconds.has_value(); });
  return !report.has_end && !has_intervals;
}

void read_reports(const EvidenceReader& reader, const std::string& kind, ReportsParser parse,
                  std::vector<PerfRun>& runs) {
  for (const std::string& path : reader.bundle().glob("commands/" + kind + "*/stdout")) {
    const auto parsed = parse(*reader.bundle().text(path));
    const std::size_t first = runs.size();
    bool is_cut = false;
    for (std::size_t number = 0; number < parsed.value.size(); ++number) {
      const std::string label = slug_of(path) + (number == 0 ? "" : "#" + std::to_string(number + 1));
      for (PerfRun& run : perf_runs(parsed.value[number], label)) {
        reader.facts().source(run_pointer(runs.size()), path);
        runs.push_back(std::move(run));
      }
      is_cut = is_cut || (kind == "perf-stat-text" && lacks_end(parsed.value[number]));
    }
    if (runs.size() == first) {
      note_partial(reader, "/perf/runs", path, parsed.unparsed, "it holds no counts");
    } else if (parsed.unparsed.any() || is_cut) {
      note_partial(reader, run_pointer(first), path, parsed.unparsed, is_cut ? "its last line is not there" : "");
    }
  }
}

// ---- all runs ------------------------------------------------------------------------------------------------------

std::vector<PerfRun> read_runs(const EvidenceReader& reader) {
  std::vector<PerfRun> runs;
  read_live_runs(reader, runs);
  const std::size_t saved = runs.size();
  read_reports(reader, "perf-stat-text", parse_perf_stat_text, runs);
  read_reports(reader, "perf-stat-csv", parse_perf_stat_csv, runs);
  read_reports(reader, "perf-stat-json", parse_perf_stat_json, runs);
  for (std::size_t index = saved; index < runs.size(); ++index)
    note_run_gaps(reader, runs[index], run_pointer(index), kAllGaps);
  const bool has_perf =
      std::any_of(runs.begin(), runs.end(), [](const PerfRun& run) { return run.source == "perf_stat"; });
  if (!has_perf) explain_no_perf(reader);
  return runs;
}

// ---- other tools ---------------------------------------------------------------------------------------------------

/// Why a recording that nobody handed in gives nothing: it was not asked for, or what became of it.
void explain_recording(const EvidenceReader& reader, const std::string& pointer, const std::string& slug,
                       std::string_view deep) {
  const CommandRecord* report = reader.bundle().manifest().command(slug);
  if (report == nullptr)
    return reader.missing(pointer, "not_asked", "collect as root with --deep " + std::string(deep));
  reader.missing(pointer, report->reason.empty() ? "parse_error" : report->reason,
                 "read commands/record-" + slug + "/stderr in the bundle");
}

void read_sched_latency(const EvidenceReader& reader, Perf& perf) {
  for (const std::string& path : reader.bundle().glob("commands/perf-sched-latency*/stdout")) {
    auto parsed = parse_sched_latency(*reader.bundle().text(path));
    if (parsed.unparsed.any() || parsed.value.tasks.empty()) {
      note_partial(reader, "/perf/sched_latency", path, parsed.unparsed, "");
    }
    if (parsed.value.tasks.empty()) continue;
    reader.facts().source("/perf/sched_latency", path);
    if (!perf.sched_latency) perf.sched_latency.emplace();
    auto& rows = *perf.sched_latency;
    rows.insert(rows.end(), parsed.value.tasks.begin(), parsed.value.tasks.end());
    if (parsed.value.total) {
      perf.sched_latency_total = parsed.value.total;
    } else {
      reader.missing("/perf/sched_latency_total", "parse_error", path + " has no TOTAL line");
    }
    perf.sched_lost_events_pct = parsed.value.lost_events_pct;
  }
}

void read_task_sched(const EvidenceReader& reader, Perf& perf) {
  auto tasks = sampled_task_sched(reader.bundle());
  if (!tasks.empty())
    reader.facts().source("/perf/task_sched", "root/proc/" + std::to_string(tasks.front().worker) + "/task/" +
                                                  std::to_string(tasks.front().task.pid) + "/sched");
  std::vector<TaskSched> all;
  for (auto& task : tasks) all.push_back(std::move(task.task));
  for (const std::string& path : reader.bundle().glob("commands/pid-sched*/stdout")) {
    const auto parsed = parse_task_sched(*reader.bundle().text(path));
    if (parsed.unparsed.any() || parsed.value.empty()) {
      note_partial(reader, "/perf/task_sched", path, parsed.unparsed, "");
    }
    if (!parsed.value.empty()) reader.facts().source("/perf/task_sched", path);
    for (const TaskSchedText& account : parsed.value) all.push_back(to_task_sched(account));
  }
  if (!all.empty()) perf.task_sched = std::move(all);
}

void read_c2c(const EvidenceReader& reader, Perf& perf) {
  for (const std::string& path : reader.bundle().glob("commands/perf-c2c*/stdout")) {
    auto parsed = parse_c2c_report(*reader.bundle().text(path));
    if (!perf.c2c) perf.c2c.emplace();
    const std::string pointer = "/perf/c2c/" + std::to_string(perf.c2c->size());
    if (parsed.unparsed.any()) note_partial(reader, pointer, path, parsed.unparsed, "");
    parsed.value.label = slug_of(path);
    reader.facts().source(pointer, path);
    perf.c2c->push_back(std::move(parsed.value));
  }
}

void read_memory_accesses(const EvidenceReader& reader, Perf& perf) {
  for (const std::string& path : reader.bundle().glob("commands/perf-mem-report*/stdout")) {
    auto parsed = parse_mem_report(*reader.bundle().text(path));
    if (parsed.unparsed.any() || parsed.value.empty()) {
      note_partial(reader, "/perf/memory_accesses", path, parsed.unparsed, "");
    }
    for (MemoryAccesses& report : parsed.value) {
      if (!perf.memory_accesses) perf.memory_accesses.emplace();
      report.label = slug_of(path);
      reader.facts().source("/perf/memory_accesses/" + std::to_string(perf.memory_accesses->size()), path);
      perf.memory_accesses->push_back(std::move(report));
    }
  }
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "perf");
  Perf perf;
  auto runs = read_runs(reader);
  if (!runs.empty()) perf.runs = std::move(runs);
  auto passes = read_passes(bundle);
  if (!passes.empty()) perf.passes = std::move(passes);
  read_sched_latency(reader, perf);
  read_task_sched(reader, perf);
  read_c2c(reader, perf);
  read_memory_accesses(reader, perf);
  if (!perf.sched_latency) explain_recording(reader, "/perf/sched_latency", "perf-sched-latency", "perf-sched");
  if (!perf.c2c) explain_recording(reader, "/perf/c2c", "perf-c2c", "c2c");
  if (!perf.memory_accesses) explain_recording(reader, "/perf/memory_accesses", "perf-mem-report", "perf-mem");
  builder.facts.perf = std::move(perf);
}

}  // namespace

extern const Collector k_perf_collector{
    .name = "perf",
    .about =
        "perf stat on the workers, sockets and nodes within the window; software counters and /proc where perf may not",
    .captures = kCaptures,
    .read = read,
    .texts = kTexts,
};

}  // namespace ihc
