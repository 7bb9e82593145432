#include "collectors/reading/task_sched_text.h"

#include "base/text.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

std::string_view without_owner(std::string_view name) {
  for (const std::string_view owner : {"se.statistics.", "se.", "mm->"}) {
    if (name.starts_with(owner)) return name.substr(owner.size());
  }
  return name;
}

// "python3 (4242, #threads: 12)"; the name may hold parentheses itself.
std::optional<TaskSchedText> read_heading(std::string_view line) {
  constexpr std::string_view kThreads = ", #threads:";
  const std::size_t threads = line.rfind(kThreads);
  const std::size_t open = threads == std::string_view::npos ? threads : line.rfind('(', threads);
  if (open == std::string_view::npos || !line.ends_with(')')) return std::nullopt;
  const auto pid = parse_number<std::int64_t>(line.substr(open + 1, threads - open - 1));
  const std::size_t begin = threads + kThreads.size();
  const auto count = parse_number<std::int64_t>(line.substr(begin, line.size() - begin - 1));
  if (!pid || *pid <= 0 || !count || *count < 0) return std::nullopt;
  return TaskSchedText{.name = to_valid_utf8(trim(line.substr(0, open))), .pid = *pid, .threads = *count};
}

// "numa_faults node=1 task_private=3 task_shared=4 group_private=0 group_shared=0"
bool read_faults(TaskSchedText& sched, std::string_view line) {
  std::optional<std::string> node;
  std::int64_t faults = 0;
  for (const std::string_view word : split_words(line)) {
    const auto pair = split_key_value(word, '=');
    if (!pair) continue;
    const auto value = parse_number<std::uint32_t>(pair->second);
    if (!value) return false;
    if (pair->first == "node") node = std::to_string(*value);
    if (pair->first == "task_private" || pair->first == "task_shared") faults += *value;
  }
  if (!node) return false;
  sched.faults_by_node[*node] = faults;
  return true;
}

void keep(TaskSchedText& sched, std::string_view name, std::string_view value) {
  if (name == "se.sum_exec_runtime") {
    sched.runtime_ms = parse_decimal(value);
    return;
  }
  const auto number = parse_number<std::int64_t>(value);
  if (number && *number >= 0) sched.counters[to_valid_utf8(without_owner(name))] = *number;
}

bool read_sched_line(TaskSchedText& sched, std::string_view line) {
  if (line.starts_with("numa_faults node=")) return read_faults(sched, line);
  // The kernels of 2014 print a matrix of guesses here; its numbers say nothing of where memory is.
  if (line.starts_with("numa_faults") || line.starts_with("numa_group")) return true;
  if (line.starts_with("current_node=")) {
    for (const std::string_view part : split(line, ',')) {
      if (const auto pair = split_key_value(part, '=')) keep(sched, pair->first, pair->second);
    }
    return true;
  }
  // "numa_migrations, 0" of old kernels stands beside "nr_switches : 3".
  auto pair = split_key_value(line, ':');
  if (!pair && line.starts_with("numa_")) pair = split_key_value(line, ',');
  if (!pair || pair->first.empty() || pair->first.find(' ') != std::string_view::npos) return false;
  if (!parse_decimal(pair->second)) return false;
  keep(sched, pair->first, pair->second);
  return true;
}

}  // namespace

Parsed<std::vector<TaskSchedText>> parse_task_sched(std::string_view text) {
  Parsed<std::vector<TaskSchedText>> parsed;
  const auto lines = plain_lines(text);
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::string_view line = trim(lines[at]);
    if (line.empty() || line.find_first_not_of('-') == std::string_view::npos) continue;
    if (auto heading = read_heading(line)) {
      parsed.value.push_back(std::move(*heading));
      continue;
    }
    // A number at the end of a text that ends within its line may have more digits.
    const bool may_be_cut = at + 1 == lines.size() && ends_unfinished(text);
    const bool is_kept = !parsed.value.empty() && !may_be_cut && read_sched_line(parsed.value.back(), line);
    if (!is_kept) parsed.unparsed.add(line);
  }
  return parsed;
}

}  // namespace ihc
