#include "collectors/workers/process_limits.h"

#include <algorithm>

#include "base/text.h"

namespace ihc {

namespace {

std::optional<Limit> limit_of(std::string_view word) {
  if (word == "unlimited") return Limit{.unlimited = true};
  const auto value = parse_number<std::int64_t>(word);
  return value && *value >= 0 ? std::optional(Limit{.value = *value}) : std::nullopt;
}

bool is_unit(std::string_view word) {
  constexpr std::string_view kUnits[] = {"bytes", "files", "locks", "processes", "seconds", "signals", "us"};
  return std::find(std::begin(kUnits), std::end(kUnits), word) != std::end(kUnits);
}

// "Max locked memory", "bytes" → "locked_memory_bytes"; "files" and the like are in the name already.
std::string limit_name(const std::vector<std::string_view>& words, std::string_view unit) {
  std::string name;
  for (const std::string_view word : words) {
    if (name.empty() && word == "Max") continue;
    name += (name.empty() ? "" : "_") + to_lower(to_valid_utf8(word));
  }
  const bool says_unit = unit == "bytes" || unit == "seconds" || unit == "us";
  return says_unit && !name.ends_with(unit) ? name + "_" + std::string(unit) : name;
}

std::string_view without_owner(std::string_view name) {
  for (const std::string_view owner : {"se.statistics.", "se.", "mm->"}) {
    if (name.starts_with(owner)) return name.substr(owner.size());
  }
  return name;
}

// "python3 (4242, #threads: 12)"; the name may hold parentheses itself.
bool read_heading(ProcessSched& sched, std::string_view line) {
  constexpr std::string_view kThreads = ", #threads: ";
  const std::size_t threads = line.rfind(kThreads);
  const std::size_t open = threads == std::string_view::npos ? threads : line.rfind(" (", threads);
  if (open == std::string_view::npos || !line.ends_with(')')) return false;
  const auto pid = parse_number<std::int64_t>(line.substr(open + 2, threads - open - 2));
  const std::size_t count = threads + kThreads.size();
  const auto number = parse_number<std::int64_t>(line.substr(count, line.size() - count - 1));
  if (!pid || *pid <= 0 || !number || *number < 0) return false;
  sched.name = to_valid_utf8(trim(line.substr(0, open)));
  sched.pid = pid;
  sched.threads = number;
  return true;
}

// "numa_faults node=1 task_private=3 task_shared=4 group_private=0 group_shared=0"
bool read_faults(ProcessSched& sched, std::string_view line) {
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

void keep(ProcessSched& sched, std::string_view name, std::string_view value) {
  const auto number = parse_number<std::int64_t>(value);
  if (number && *number >= 0) sched.counters[to_valid_utf8(without_owner(name))] = *number;
}

bool read_sched_line(ProcessSched& sched, std::string_view line) {
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

Parsed<std::map<std::string, LimitPair>> parse_process_limits(std::string_view text) {
  Parsed<std::map<std::string, LimitPair>> parsed;
  for (const std::string_view line : split_lines(text)) {
    auto words = split_words(trim(line));
    if (words.empty() || (words[0] == "Limit" && words.size() > 1 && words[1] == "Soft")) continue;
    std::string_view unit;
    if (is_unit(words.back())) {
      unit = words.back();
      words.pop_back();
    }
    constexpr std::size_t kLeast = 3;
    const auto hard = words.size() < kLeast ? std::nullopt : limit_of(words.back());
    const auto soft = words.size() < kLeast ? std::nullopt : limit_of(words[words.size() - 2]);
    if (!hard || !soft) {
      parsed.unparsed.add(line);
      continue;
    }
    words.resize(words.size() - 2);
    parsed.value[limit_name(words, unit)] = {.soft = soft, .hard = hard};
  }
  return parsed;
}

Parsed<ProcessSched> parse_process_sched(std::string_view text) {
  Parsed<ProcessSched> parsed;
  for (const std::string_view raw : split_lines(text)) {
    const std::string_view line = trim(raw);
    if (line.empty() || line.find_first_not_of('-') == std::string_view::npos) continue;
    if (!parsed.value.pid && read_heading(parsed.value, line)) continue;
    if (!read_sched_line(parsed.value, line)) parsed.unparsed.add(raw);
  }
  return parsed;
}

Parsed<std::map<std::string, std::int64_t>> parse_smaps_rollup(std::string_view text) {
  Parsed<std::map<std::string, std::int64_t>> parsed;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty() || trim(line).ends_with("[rollup]")) continue;
    const auto pair = split_key_value(line, ':');
    const auto bytes = pair && pair->second.ends_with("kB") ? parse_size_bytes(pair->second) : std::nullopt;
    if (bytes && *bytes >= 0) {
      parsed.value[to_lower(to_valid_utf8(pair->first))] = *bytes;
    } else {
      parsed.unparsed.add(line);
    }
  }
  return parsed;
}

}  // namespace ihc
