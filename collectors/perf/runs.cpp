#include "collectors/perf/runs.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "collectors/perf/ratios.h"

namespace ihc {

namespace {

constexpr double kNsPerSecond = 1e9;

// "S0" → "socket:0"; "S0-D0-C1" → "core:S0-D0-C1"; "bash-4242" → "thread:bash-4242".
std::string scope_of_aggregate(const std::string& aggregate) {
  if (!is_perf_aggregate(aggregate)) return "thread:" + aggregate;
  if (aggregate.starts_with("CPU")) return "cpu:" + aggregate.substr(3);
  if (aggregate.front() == 'N') return "node:" + aggregate.substr(1);
  const auto parts = split(aggregate, '-');
  if (parts.size() == 1) return "socket:" + aggregate.substr(1);
  const std::string_view last = parts.back();
  if (last.starts_with("CLS")) return "cluster:" + aggregate;
  if (last.starts_with("ID") || last.starts_with("L")) return "cache:" + aggregate;
  return (last.front() == 'C' ? "core:" : "die:") + aggregate;
}

// Without a heading, only cpu-clock tells: perf chooses it by itself, in place of task-clock, when it counts CPUs.
std::string scope_without_heading(const PerfStatReport& report) {
  const bool counts_cpus = std::any_of(report.rows.begin(), report.rows.end(),
                                       [](const PerfStatRow& row) { return row.event == "cpu-clock"; });
  return counts_cpus ? "system" : "not_stated";
}

std::string scope_of(const PerfStatReport& report, const PerfStatRow& row) {
  std::string scope;
  if (!row.aggregate.empty()) scope = scope_of_aggregate(row.aggregate);
  if (!row.cgroup.empty()) scope += (scope.empty() ? "" : " ") + std::string("cgroup:") + row.cgroup;
  if (!scope.empty()) return scope;
  if (report.target_kind.empty()) return scope_without_heading(report);
  return report.target_kind == "cpus" ? "cpus:" + report.target : report.target_kind;
}

// A second count of the same event in one run is another count: it may have been in another group.
std::string free_name(const std::map<std::string, PerfEvent>& events, const std::string& event) {
  std::string name = event;
  for (int number = 2; events.contains(name); ++number) name = event + "#" + std::to_string(number);
  return name;
}

// Counts of intervals add up; the share of time on a counter is the lowest of them.
void add_interval(PerfEvent& total, const PerfEvent& next) {
  if (next.status != "counted") return;
  if (total.status != "counted") {
    total = next;
    return;
  }
  *total.value += *next.value;
  if (next.running_pct) total.running_pct = std::min(total.running_pct.value_or(*next.running_pct), *next.running_pct);
}

// Counting user space only sees no switch and no migration: its zero is no count.
PerfEvent believable(const PerfStatRow& row) {
  const PerfEventName parts = perf_event_name(row.event);
  const bool is_kernel_only = parts.name == "context-switches" || parts.name == "cs" ||
                              parts.name == "cpu-migrations" || parts.name == "migrations";
  if (parts.modifiers != "u" || !is_kernel_only) return row.result;
  return {.unit = row.result.unit, .status = "not_counted"};
}

struct Draft {
  PerfRun run;
  std::set<double> interval_ends;
};

// From 6.19 on perf names all its metrics; only those of the top-down tree cannot be had from counts.
bool is_topdown(std::string_view name) {
  constexpr auto kSlots =
      std::to_array<std::string_view>({"retiring", "bad_speculation", "frontend_bound", "backend_bound"});
  return name.find("tma_") != std::string_view::npos || std::find(kSlots.begin(), kSlots.end(), name) != kSlots.end();
}

class RunsBuilder {
 public:
  explicit RunsBuilder(const PerfStatReport& report) : report_(report) {
    has_summary_ = std::any_of(report.rows.begin(), report.rows.end(), [](const auto& row) { return row.is_summary; });
  }

  std::vector<PerfRun> build(const std::string& label) {
    for (const PerfStatRow& row : report_.rows) {
      if (row.is_summary || !has_summary_) add(row);
      if (row.at_seconds) last_end_ = std::max(last_end_.value_or(0), *row.at_seconds);
    }
    add_metrics();
    std::vector<PerfRun> runs;
    for (Draft& draft : drafts_) {
      PerfRun& run = draft.run;
      run.label = drafts_.size() == 1 ? label : label + "/" + run.scope;
      if (!draft.interval_ends.empty()) run.intervals = static_cast<std::int64_t>(draft.interval_ends.size());
      derive_perf_run(run);
      runs.push_back(std::move(run));
    }
    return runs;
  }

 private:
  Draft& draft_of(const std::string& scope) {
    const auto found =
        std::find_if(drafts_.begin(), drafts_.end(), [&scope](const Draft& draft) { return draft.run.scope == scope; });
    if (found != drafts_.end()) return *found;
    Draft draft;
    draft.run.scope = scope;
    draft.run.source = "perf_stat";
    if (!report_.target.empty()) draft.run.target = report_.target;
    if (!report_.started.empty()) draft.run.started = report_.started;
    draft.run.repeats = report_.repeats;
    draft.run.seconds = report_.seconds;
    draft.run.seconds_variance_pct = report_.seconds_variance_pct;
    draft.run.user_seconds = report_.user_seconds;
    draft.run.system_seconds = report_.system_seconds;
    drafts_.push_back(std::move(draft));
    return drafts_.back();
  }

  void add(const PerfStatRow& row) {
    Draft& draft = draft_of(scope_of(report_, row));
    if (row.cpus) draft.run.cpus = row.cpus;
    auto& events = draft.run.events;
    if (!row.at_seconds) {
      events[free_name(events, row.event)] = believable(row);
      return;
    }
    draft.interval_ends.insert(*row.at_seconds);
    const auto [found, is_new] = events.try_emplace(row.event, believable(row));
    if (!is_new) add_interval(found->second, believable(row));
  }

  void add_metrics() {
    for (const PerfStatMetric& metric : report_.metrics) {
      if (!is_topdown(metric.name)) continue;
      PerfStatRow row;
      row.aggregate = metric.aggregate;
      auto& shares = draft_of(scope_of(report_, row)).run.topdown_pct;
      if (!shares) shares.emplace();
      shares->emplace(metric.name, metric.value);
    }
    for (Draft& draft : drafts_) {
      if (!draft.run.seconds) draft.run.seconds = last_end_;
      // Of a process, duration_time adds up over its threads.
      const auto wall = draft.run.events.find("duration_time");
      if (draft.run.seconds || draft.run.scope != "system") continue;
      if (wall == draft.run.events.end() || !wall->second.value) continue;
      draft.run.seconds = *wall->second.value / kNsPerSecond;
    }
  }

  const PerfStatReport& report_;
  bool has_summary_ = false;
  std::optional<double> last_end_;
  std::vector<Draft> drafts_;
};

std::optional<double> rate(const PerfRun& run, std::initializer_list<std::string_view> names) {
  if (!run.seconds || *run.seconds <= 0) return std::nullopt;
  for (const auto& [spelled, event] : run.events) {
    if (event.status != "counted" || !event.value) continue;
    const std::string name = perf_event_name(spelled).name;
    if (std::find(names.begin(), names.end(), name) != names.end()) return *event.value / *run.seconds;
  }
  return std::nullopt;
}

std::optional<double> ratio_value(const PerfRun& run, const std::string& name) {
  for (const auto& [key, ratio] : run.ratios) {
    if (key == name || key.starts_with(name + ":")) return ratio.value;
  }
  return std::nullopt;
}

void derive_ipc(PerfRun& run) {
  constexpr std::string_view kName = "/ipc";
  run.ipc = ratio_value(run, "ipc");
  for (const auto& [key, ratio] : run.ratios) {
    if (!key.ends_with(kName)) continue;
    if (!run.ipc_by_pmu) run.ipc_by_pmu.emplace();
    run.ipc_by_pmu->emplace(key.substr(0, key.size() - kName.size()), ratio.value);
  }
}

}  // namespace

std::vector<PerfRun> perf_runs(const PerfStatReport& report, const std::string& label) {
  return RunsBuilder(report).build(label);
}

void derive_perf_run(PerfRun& run) {
  run.ratios = perf_ratios(run.events);
  derive_ipc(run);
  run.remote_load_ratio = ratio_value(run, "remote_load_ratio");
  run.remote_dram_ratio = ratio_value(run, "remote_dram_ratio");
  run.context_switches_per_second = rate(run, {"context-switches", "cs"});
  run.cpu_migrations_per_second = rate(run, {"cpu-migrations", "migrations"});
  for (const auto& [name, event] : run.events) {
    if (event.status != "counted" || !event.running_pct) continue;
    run.min_running_pct = std::min(run.min_running_pct.value_or(*event.running_pct), *event.running_pct);
  }
}

}  // namespace ihc
