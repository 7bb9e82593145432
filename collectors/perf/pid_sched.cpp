#include "collectors/perf/pid_sched.h"

#include <array>
#include <cmath>

#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

// "python3 (4242, #threads: 31)"; a name may hold anything, also parentheses.
std::optional<TaskSched> read_heading(std::string_view line) {
  constexpr std::string_view kThreads = ", #threads:";
  const std::size_t threads = line.rfind(kThreads);
  if (threads == std::string_view::npos || !line.ends_with(')')) return std::nullopt;
  const std::size_t open = line.rfind('(', threads);
  if (open == std::string_view::npos) return std::nullopt;
  const auto pid = parse_number<std::int64_t>(line.substr(open + 1, threads - open - 1));
  const std::size_t begin = threads + kThreads.size();
  const auto count = parse_number<std::int64_t>(line.substr(begin, line.size() - begin - 1));
  if (!pid || *pid < 0 || !count || *count < 0) return std::nullopt;
  return TaskSched{.task = to_valid_utf8(trim(line.substr(0, open))), .pid = *pid, .threads = count};
}

struct Row {
  std::string_view name;
  std::optional<std::int64_t> TaskSched::*member;
};

constexpr auto kRows = std::to_array<Row>({{"nr_switches", &TaskSched::switches},
                                           {"nr_voluntary_switches", &TaskSched::voluntary_switches},
                                           {"nr_involuntary_switches", &TaskSched::involuntary_switches},
                                           {"se.nr_migrations", &TaskSched::migrations},
                                           {"policy", &TaskSched::policy},
                                           {"prio", &TaskSched::priority},
                                           {"numa_pages_migrated", &TaskSched::numa_pages_migrated},
                                           {"numa_preferred_nid", &TaskSched::numa_preferred_node},
                                           {"total_numa_faults", &TaskSched::numa_faults},
                                           {"numa_migrations", &TaskSched::numa_migrations}});

// A value below zero is a node that there is not, or the priority of a deadline task: no value.
void read_value(std::string_view name, std::string_view value, TaskSched& task) {
  if (name == "se.sum_exec_runtime") {
    task.runtime_ms = parse_decimal(trim(value));
    return;
  }
  for (const Row& row : kRows) {
    if (row.name != name) continue;
    const auto number = parse_number<std::int64_t>(value);
    if (number && *number >= 0) task.*row.member = number;
  }
}

// "name : value", "name, value[, value…]", "name=value, name=value" and "numa_faults node=0 …" are all of its lines.
bool read_line(std::string_view line, TaskSched& task) {
  if (const auto pair = split_key_value(line, ':')) {
    if (pair->first.empty() || pair->first.find(' ') != std::string_view::npos || pair->second.empty()) return false;
    read_value(pair->first, pair->second, task);
    return true;
  }
  const auto columns = split(line, ',');
  if (columns.size() == 2) read_value(trim(columns[0]), columns[1], task);
  return columns.size() > 1 || line.find('=') != std::string_view::npos;
}

}  // namespace

Parsed<std::vector<TaskSched>> parse_pid_sched(std::string_view text) {
  Parsed<std::vector<TaskSched>> parsed;
  const auto lines = plain_lines(text);
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::string_view line = trim(lines[at]);
    if (line.empty() || line.find_first_not_of('-') == std::string_view::npos) continue;
    if (auto heading = read_heading(line)) {
      parsed.value.push_back(std::move(*heading));
      continue;
    }
    TaskSched discarded;
    // A number at the end of a text that ends within its line may have more digits.
    const bool may_be_cut = at + 1 == lines.size() && ends_unfinished(text);
    TaskSched& task = parsed.value.empty() || may_be_cut ? discarded : parsed.value.back();
    if (!read_line(line, task) || &task == &discarded) parsed.unparsed.add(line);
  }
  return parsed;
}

}  // namespace ihc
