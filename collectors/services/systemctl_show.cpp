#include "collectors/services/systemctl_show.h"

#include <algorithm>
#include <cmath>

#include "collectors/services/launch_wrapper.h"
#include "collectors/workers/process_files.h"

namespace ihc {

namespace {

constexpr std::string_view kUnsetNumber = "18446744073709551615";

bool is_property_line(std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == 0 || equals == std::string_view::npos) return false;
  return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void close(ShownUnit& unit, Parsed<std::vector<ShownUnit>>& parsed) {
  if (unit.properties.empty()) return;
  for (const char* name : {"Id", "Names"}) {
    if (!unit.unit.empty()) break;
    const auto value = shown_value(unit, name);
    if (value) unit.unit = std::string(split_words(*value).front());
  }
  if (unit.unit.empty()) {
    parsed.unparsed.add("(a unit without its Id)");
  } else {
    parsed.value.push_back(std::move(unit));
  }
  unit = {};
}

std::optional<std::int64_t> number_of(const ShownUnit& unit, const std::string& name) {
  const auto value = shown_value(unit, name);
  if (!value || *value == kUnsetNumber) return std::nullopt;
  return parse_number<std::int64_t>(*value);
}

std::optional<bool> yes_or_no(const ShownUnit& unit, const std::string& name) {
  const auto value = shown_value(unit, name);
  if (!value || (*value != "yes" && *value != "no")) return std::nullopt;
  return *value == "yes";
}

std::optional<Limit> limit_of(const ShownUnit& unit, const std::string& name) {
  const auto value = shown_value(unit, name);
  if (!value) return std::nullopt;
  if (*value == "infinity" || *value == kUnsetNumber) return Limit{.unlimited = true};
  const auto number = parse_number<std::int64_t>(*value);
  return number && *number >= 0 ? std::optional(Limit{.value = *number}) : std::nullopt;
}

// An empty set is one: printed, and nothing in it.
std::optional<CpuSet> set_of(const ShownUnit& unit, const std::string& name) {
  const auto found = unit.properties.find(name);
  if (found == unit.properties.end() || found->second.empty()) return std::nullopt;
  return parse_systemd_set(found->second.back());
}

// Old versions print the kernel's number; sched(7), ioprio_set(2).
std::optional<std::string> scheduling_policy(const std::optional<std::string>& value) {
  const auto number = value ? parse_number<std::int64_t>(*value) : std::nullopt;
  return number ? scheduling_policy_name(*number) : value;
}

std::optional<std::string> io_class(const std::optional<std::string>& value) {
  constexpr std::string_view kNames[] = {"none", "realtime", "best-effort", "idle"};
  const auto number = value ? parse_number<std::size_t>(*value) : std::nullopt;
  if (!number) return value;
  return *number < std::size(kNames) ? std::optional(std::string(kNames[*number])) : std::nullopt;
}

std::optional<std::vector<std::string>> words_of(const ShownUnit& unit, std::initializer_list<const char*> names) {
  std::optional<std::vector<std::string>> words;
  for (const char* name : names) {
    const auto value = shown_value(unit, name);
    if (!value) continue;
    if (!words) words.emplace();
    for (const std::string_view word : split_words(*value)) words->emplace_back(word);
  }
  return words;
}

std::map<std::string, LimitPair> limits_of(const ShownUnit& unit) {
  std::map<std::string, LimitPair> limits;
  for (const std::string name : {"MEMLOCK", "NICE", "NOFILE", "NPROC", "RTPRIO"}) {
    const LimitPair limit{.soft = limit_of(unit, "Limit" + name + "Soft"), .hard = limit_of(unit, "Limit" + name)};
    if (limit.soft || limit.hard) limits[name] = limit;
  }
  return limits;
}

// "{ path=/usr/bin/x ; argv[]=/usr/bin/x -a ; ignore_errors=no ; … }" → "/usr/bin/x -a". The arguments may hold " ; "
// themselves, so the next known key ends them; in a text that was cut they may be the last thing.
std::optional<std::string> arguments_of(std::string_view entry) {
  constexpr std::string_view kStart = "argv[]=";
  const std::size_t start = entry.find(kStart);
  if (start == std::string_view::npos) return std::nullopt;
  std::string_view rest = entry.substr(start + kStart.size());
  for (const std::string_view next : {" ; ignore_errors=", " ; flags="}) {
    if (const std::size_t end = rest.find(next); end != std::string_view::npos) return std::string(rest.substr(0, end));
  }
  return std::nullopt;
}

void set_launch(const ShownUnit& unit, ServiceSettings& settings) {
  const auto found = unit.properties.find("ExecStart");
  if (found == unit.properties.end()) return;
  settings.exec_start.emplace();
  settings.wrappers.emplace();
  for (const std::string& entry : found->second) {
    const auto arguments = arguments_of(entry);
    if (!arguments) continue;
    settings.exec_start->push_back(*arguments);
    for (LaunchWrapper& wrapper : launch_wrappers(split_command_line(*arguments))) {
      settings.wrappers->push_back(std::move(wrapper));
    }
  }
}

void set_resources(const ShownUnit& unit, ServiceSettings& settings) {
  if (const auto per_second_us = parse_time_span_us(shown_value(unit, "CPUQuotaPerSecUSec").value_or(""))) {
    constexpr double kUsPerSecond = 1e6;
    settings.cpu_quota_cpus = static_cast<double>(*per_second_us) / kUsPerSecond;
  }
  settings.cpu_quota_period_us = parse_time_span_us(shown_value(unit, "CPUQuotaPeriodUSec").value_or(""));
  settings.cpu_weight = number_of(unit, "CPUWeight");
  settings.cpu_shares = number_of(unit, "CPUShares");
  settings.io_weight = number_of(unit, "IOWeight");
  settings.memory_min_bytes = limit_of(unit, "MemoryMin");
  settings.memory_low_bytes = limit_of(unit, "MemoryLow");
  settings.memory_high_bytes = limit_of(unit, "MemoryHigh");
  settings.memory_max_bytes = limit_of(unit, "MemoryMax");
  if (!settings.memory_max_bytes) settings.memory_max_bytes = limit_of(unit, "MemoryLimit");
  settings.memory_swap_max_bytes = limit_of(unit, "MemorySwapMax");
  settings.tasks_max = limit_of(unit, "TasksMax");
  auto limits = limits_of(unit);
  if (!limits.empty()) settings.limits = std::move(limits);
}

}  // namespace

Parsed<std::vector<ShownUnit>> parse_systemctl_show(std::string_view text) {
  Parsed<std::vector<ShownUnit>> parsed;
  ShownUnit unit;
  for (std::string_view line : split_lines(text)) {
    line = trim(line);  // a mailer indents; no property begins with a blank
    if (line.empty()) {
      close(unit, parsed);
    } else if (is_property_line(line)) {
      const std::size_t equals = line.find('=');
      unit.properties[std::string(line.substr(0, equals))].push_back(to_valid_utf8(line.substr(equals + 1)));
    } else {
      parsed.unparsed.add(line);
    }
  }
  close(unit, parsed);
  return parsed;
}

std::optional<std::string> shown_value(const ShownUnit& unit, const std::string& name) {
  const auto found = unit.properties.find(name);
  if (found == unit.properties.end() || found->second.empty()) return std::nullopt;
  const std::string_view value = trim(found->second.back());
  const bool is_nothing = value.empty() || value == "[not set]" || value == "[no data]" || value == "n/a";
  return is_nothing ? std::nullopt : std::optional(std::string(value));
}

ServiceSettings settings_of(const ShownUnit& unit) {
  ServiceSettings settings;
  settings.cpu_affinity = set_of(unit, "CPUAffinity");
  settings.cpu_affinity_from_numa = yes_or_no(unit, "CPUAffinityFromNUMA");
  settings.numa_policy = shown_value(unit, "NUMAPolicy");
  settings.numa_mask = set_of(unit, "NUMAMask");
  settings.allowed_cpus = set_of(unit, "AllowedCPUs");
  settings.allowed_memory_nodes = set_of(unit, "AllowedMemoryNodes");
  settings.effective_cpus = set_of(unit, "EffectiveCPUs");
  settings.effective_memory_nodes = set_of(unit, "EffectiveMemoryNodes");
  set_resources(unit, settings);
  settings.nice = number_of(unit, "Nice");
  settings.cpu_scheduling_policy = scheduling_policy(shown_value(unit, "CPUSchedulingPolicy"));
  settings.cpu_scheduling_priority = number_of(unit, "CPUSchedulingPriority");
  settings.io_scheduling_class = io_class(shown_value(unit, "IOSchedulingClass"));
  settings.oom_score_adjust = number_of(unit, "OOMScoreAdjust");
  settings.restart = shown_value(unit, "Restart");
  settings.slice = shown_value(unit, "Slice");
  settings.delegate = yes_or_no(unit, "Delegate");
  settings.after = words_of(unit, {"After"});
  settings.wants = words_of(unit, {"Wants", "Requires"});
  set_launch(unit, settings);
  return settings;
}

std::optional<std::int64_t> parse_time_span_us(std::string_view text) {
  struct Unit {
    std::string_view name;
    double us;
  };
  constexpr Unit kUnits[] = {{"us", 1},         {"usec", 1},       {"ms", 1e3},      {"msec", 1e3},    {"s", 1e6},
                             {"sec", 1e6},      {"second", 1e6},   {"seconds", 1e6}, {"m", 60e6},      {"min", 60e6},
                             {"minute", 60e6},  {"minutes", 60e6}, {"h", 3600e6},    {"hr", 3600e6},   {"hour", 3600e6},
                             {"hours", 3600e6}, {"d", 86400e6},    {"day", 86400e6}, {"days", 86400e6}};
  const auto words = split_words(trim(text));
  if (words.empty()) return std::nullopt;
  double sum = 0;
  for (const std::string_view word : words) {
    const std::size_t end = std::min(word.find_first_not_of("0123456789."), word.size());
    const auto amount = parse_decimal(word.substr(0, end));
    const std::string_view name = end == word.size() ? std::string_view("s") : word.substr(end);
    const auto* unit =
        std::find_if(std::begin(kUnits), std::end(kUnits), [&](const Unit& u) { return u.name == name; });
    if (!amount || unit == std::end(kUnits)) return std::nullopt;
    sum += *amount * unit->us;
  }
  constexpr double kTooLong = 9e18;
  return sum < kTooLong ? std::optional(static_cast<std::int64_t>(std::llround(sum))) : std::nullopt;
}

std::optional<CpuSet> parse_systemd_set(std::string_view text) {
  CpuSet all;
  for (const std::string_view word : split_words(trim(text))) {
    for (const std::string_view part : split(word, ',')) {
      if (part.empty()) continue;
      const auto set = CpuSet::parse_list(part);
      if (!set) return std::nullopt;
      all = all | *set;
    }
  }
  return all;
}

}  // namespace ihc
