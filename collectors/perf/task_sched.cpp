#include "collectors/perf/task_sched.h"

#include <array>

#include "base/text.h"

namespace ihc {

namespace {

constexpr double kNsPerSecond = 1e9;

struct Row {
  const char* name;
  std::optional<std::int64_t> TaskSched::*member;
};

constexpr auto kRows = std::to_array<Row>({{"nr_switches", &TaskSched::switches},
                                           {"nr_voluntary_switches", &TaskSched::voluntary_switches},
                                           {"nr_involuntary_switches", &TaskSched::involuntary_switches},
                                           {"nr_migrations", &TaskSched::migrations},
                                           {"policy", &TaskSched::policy},
                                           {"prio", &TaskSched::priority},
                                           {"numa_pages_migrated", &TaskSched::numa_pages_migrated},
                                           {"numa_preferred_nid", &TaskSched::numa_preferred_node},
                                           {"total_numa_faults", &TaskSched::numa_faults},
                                           {"numa_migrations", &TaskSched::numa_migrations}});

std::optional<TaskSched> read_one(const Reading& reading) {
  if (reading.status != EvidenceStatus::ok) return std::nullopt;
  const auto parsed = parse_task_sched(reading.bytes);
  return parsed.value.size() == 1 ? std::optional(to_task_sched(parsed.value.front())) : std::nullopt;
}

std::optional<std::int64_t> growth(std::optional<std::int64_t> first, std::optional<std::int64_t> last) {
  if (!first || !last || *last < *first) return std::nullopt;
  return *last - *first;
}

}  // namespace

TaskSched to_task_sched(const TaskSchedText& text) {
  TaskSched task{.task = text.name, .pid = text.pid, .threads = text.threads, .runtime_ms = text.runtime_ms};
  for (const Row& row : kRows) {
    if (const auto found = text.counters.find(row.name); found != text.counters.end()) task.*row.member = found->second;
  }
  return task;
}

std::vector<SampledTask> sampled_task_sched(const Bundle& bundle) {
  std::vector<SampledTask> tasks;
  for (const std::string& path : bundle.sampled("root/proc/*/task/*/sched")) {
    const auto readings = bundle.samples(path);
    if (readings.size() < 2) continue;
    const auto first = read_one(readings.front());
    auto last = read_one(readings.back());
    const auto worker = parse_number<std::int64_t>(split(path, '/')[2]);
    if (!first || !last || !worker) continue;
    last->window_seconds = static_cast<double>(readings.back().taken_ns - readings.front().taken_ns) / kNsPerSecond;
    last->delta_switches = growth(first->switches, last->switches);
    last->delta_migrations = growth(first->migrations, last->migrations);
    last->delta_numa_pages_migrated = growth(first->numa_pages_migrated, last->numa_pages_migrated);
    if (last->delta_switches && *last->delta_switches > 0) tasks.push_back({*worker, std::move(*last)});
  }
  return tasks;
}

}  // namespace ihc
