#include "collectors/services/unit_file.h"

#include <algorithm>
#include <span>

#include "bundle/secret_names.h"
#include "collectors/services/launch_wrapper.h"
#include "collectors/services/systemctl_show.h"

namespace ihc {

namespace {

// systemctl cat writes "# /path/of/the.file" before each; other comments do not name a file of that kind.
std::optional<std::string> header_path(std::string_view line) {
  if (!line.starts_with("# /")) return std::nullopt;
  const std::string_view path = trim(line.substr(2));
  constexpr std::string_view kEndings[] = {".service", ".slice",  ".scope", ".conf",
                                           ".socket",  ".target", ".timer", ".mount"};
  const bool is_unit = path.find(' ') == std::string_view::npos &&
                       std::any_of(std::begin(kEndings), std::end(kEndings),
                                   [path](std::string_view ending) { return path.ends_with(ending); });
  return is_unit ? std::optional(to_valid_utf8(path)) : std::nullopt;
}

bool is_comment(std::string_view line) { return line.starts_with('#') || line.starts_with(';'); }

// Which assignments add up, of those that are read here; systemd.exec(5), systemd.service(5), systemd.unit(5),
// systemd.resource-control(5).
bool is_list(std::string_view name) {
  constexpr std::string_view kLists[] = {"After",       "AllowedCPUs",   "AllowedMemoryNodes", "Before",
                                         "CPUAffinity", "Conflicts",     "Environment",        "EnvironmentFile",
                                         "ExecStart",   "ExecStartPost", "ExecStartPre",       "ExecStop",
                                         "NUMAMask",    "Requires",      "WantedBy",           "Wants"};
  return std::find(std::begin(kLists), std::end(kLists), name) != std::end(kLists);
}

class Reader {
 public:
  Parsed<std::vector<UnitFile>> read(std::string_view text) {
    for (const std::string_view line : split_lines(text)) read_line(line);
    if (is_open_) finish(pending_);
    return std::move(parsed_);
  }

 private:
  void read_line(std::string_view raw) {
    const std::string_view line = trim(raw);
    if (const auto path = header_path(line); path && !is_open_) {
      parsed_.value.push_back({.path = *path, .assignments = {}});
      section_.clear();
      return;
    }
    // Comments within a continued line are left out, and the line goes on behind them.
    if (is_comment(line)) return;
    if (line.ends_with('\\')) {
      pending_ += line.substr(0, line.size() - 1);
      pending_ += ' ';
      is_open_ = true;
      return;
    }
    pending_ += line;
    finish(pending_);
  }

  void finish(std::string_view whole) {
    const std::string line(trim(whole));
    pending_.clear();
    is_open_ = false;
    if (line.empty()) return;
    if (line.front() == '[' && line.back() == ']') {
      section_ = to_valid_utf8(std::string_view(line).substr(1, line.size() - 2));
      return;
    }
    const auto pair = split_key_value(line, '=');
    if (!pair || pair->first.empty() || pair->first.find(' ') != std::string_view::npos || section_.empty()) {
      parsed_.unparsed.add(line);
      return;
    }
    if (parsed_.value.empty()) parsed_.value.emplace_back();
    parsed_.value.back().assignments.push_back(
        {.section = section_, .name = to_valid_utf8(pair->first), .value = to_valid_utf8(pair->second)});
  }

  Parsed<std::vector<UnitFile>> parsed_;
  std::string section_;
  std::string pending_;
  bool is_open_ = false;
};

bool is_drop_in(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash != std::string::npos && path.substr(0, slash).ends_with(".d");
}

using Assignments = std::map<std::string, std::vector<std::string>>;

const std::vector<std::string>* values_of(const Assignments& assignments, const std::string& name) {
  const auto found = assignments.find(name);
  return found == assignments.end() || found->second.empty() ? nullptr : &found->second;
}

std::optional<std::string> last_of(const Assignments& assignments, const std::string& name) {
  const auto* values = values_of(assignments, name);
  return values == nullptr ? std::nullopt : std::optional(values->back());
}

std::optional<std::int64_t> number_of(const Assignments& assignments, const std::string& name) {
  const auto value = last_of(assignments, name);
  return value ? parse_number<std::int64_t>(*value) : std::nullopt;
}

// The union of all assignments; nothing when one is not a set ("numa", a specifier).
std::optional<CpuSet> set_of(const Assignments& assignments, const std::string& name) {
  const auto* values = values_of(assignments, name);
  if (values == nullptr) return std::nullopt;
  CpuSet all;
  for (const std::string& value : *values) {
    const auto set = parse_systemd_set(value);
    if (!set) return std::nullopt;
    all = all | *set;
  }
  return all;
}

// "8G", "infinity", "1048576"; a percentage is of the machine's memory, which the unit does not know.
std::optional<Limit> amount_of(const std::string& value) {
  if (value == "infinity") return Limit{.unlimited = true};
  const auto bytes = parse_size_bytes(value);
  return bytes && *bytes >= 0 ? std::optional(Limit{.value = *bytes}) : std::nullopt;
}

std::optional<Limit> limit_of(const Assignments& assignments, const std::string& name) {
  const auto value = last_of(assignments, name);
  return value ? amount_of(*value) : std::nullopt;
}

// "65536:infinity" is soft and hard; one value is both.
std::map<std::string, LimitPair> limits_of(const Assignments& assignments) {
  std::map<std::string, LimitPair> limits;
  for (const std::string name : {"MEMLOCK", "NICE", "NOFILE", "NPROC", "RTPRIO"}) {
    const auto value = last_of(assignments, "Service.Limit" + name);
    if (!value) continue;
    const std::size_t colon = value->find(':');
    const LimitPair limit{.soft = amount_of(value->substr(0, colon)),
                          .hard = amount_of(colon == std::string::npos ? *value : value->substr(colon + 1))};
    if (limit.soft || limit.hard) limits[name] = limit;
  }
  return limits;
}

std::optional<double> quota_of(const Assignments& assignments) {
  const auto value = last_of(assignments, "Service.CPUQuota");
  if (!value || !value->ends_with('%')) return std::nullopt;
  constexpr double kPercent = 100;
  const auto percent = parse_decimal(trim(std::string_view(*value).substr(0, value->size() - 1)));
  return percent && *percent >= 0 ? std::optional(*percent / kPercent) : std::nullopt;
}

std::optional<std::vector<std::string>> words_of(const Assignments& assignments,
                                                 std::initializer_list<const char*> names) {
  std::optional<std::vector<std::string>> words;
  for (const char* name : names) {
    const auto* values = values_of(assignments, name);
    if (values == nullptr) continue;
    if (!words) words.emplace();
    for (const std::string& value : *values) {
      for (const std::string_view word : split_words(value)) words->emplace_back(word);
    }
  }
  return words;
}

void set_launch(const Assignments& assignments, ServiceSettings& settings) {
  const auto* commands = values_of(assignments, "Service.ExecStart");
  if (commands != nullptr) {
    settings.exec_start = *commands;
    settings.wrappers.emplace();
    for (const std::string& command : *commands) {
      for (LaunchWrapper& wrapper : launch_wrappers(split_command_line(command))) {
        settings.wrappers->push_back(std::move(wrapper));
      }
    }
  }
  const auto* environment = values_of(assignments, "Service.Environment");
  if (environment == nullptr) return;
  settings.environment.emplace();
  for (const std::string& line : *environment) {
    for (const std::string& setting : split_command_line(line)) {
      const std::size_t equals = setting.find('=');
      if (equals == std::string::npos || !is_harmless_variable(setting.substr(0, equals))) continue;
      (*settings.environment)[setting.substr(0, equals)] = setting.substr(equals + 1);
    }
  }
}

void set_resources(const Assignments& assignments, ServiceSettings& settings) {
  settings.cpu_quota_cpus = quota_of(assignments);
  settings.cpu_quota_period_us = parse_time_span_us(last_of(assignments, "Service.CPUQuotaPeriodSec").value_or(""));
  settings.cpu_weight = number_of(assignments, "Service.CPUWeight");
  settings.cpu_shares = number_of(assignments, "Service.CPUShares");
  settings.io_weight = number_of(assignments, "Service.IOWeight");
  settings.memory_min_bytes = limit_of(assignments, "Service.MemoryMin");
  settings.memory_low_bytes = limit_of(assignments, "Service.MemoryLow");
  settings.memory_high_bytes = limit_of(assignments, "Service.MemoryHigh");
  settings.memory_max_bytes = limit_of(assignments, "Service.MemoryMax");
  if (!settings.memory_max_bytes) settings.memory_max_bytes = limit_of(assignments, "Service.MemoryLimit");
  settings.memory_swap_max_bytes = limit_of(assignments, "Service.MemorySwapMax");
  settings.tasks_max = limit_of(assignments, "Service.TasksMax");
  auto limits = limits_of(assignments);
  if (!limits.empty()) settings.limits = std::move(limits);
}

// The same option may stand in [Service], [Slice] or [Scope]: they are read as one.
Assignments with_one_section(const Assignments& assignments) {
  Assignments result = assignments;
  for (const auto& [name, values] : assignments) {
    for (const std::string_view section : {"Slice.", "Scope."}) {
      if (name.starts_with(section)) result.try_emplace("Service." + name.substr(section.size()), values);
    }
  }
  return result;
}

}  // namespace

Parsed<std::vector<UnitFile>> parse_unit_files(std::string_view text) { return Reader().read(text); }

Assignments applied_assignments(const std::vector<UnitFile>& files) {
  Assignments applied;
  for (const UnitFile& file : files) {
    for (const UnitAssignment& assignment : file.assignments) {
      std::vector<std::string>& values = applied[assignment.section + "." + assignment.name];
      if (assignment.value.empty() || !is_list(assignment.name)) values.clear();
      if (!assignment.value.empty()) values.push_back(assignment.value);
    }
  }
  return applied;
}

std::vector<std::vector<UnitFile>> split_units(std::vector<UnitFile> files) {
  std::vector<std::vector<UnitFile>> units;
  for (UnitFile& file : files) {
    if (units.empty() || !is_drop_in(file.path)) units.emplace_back();
    units.back().push_back(std::move(file));
  }
  return units;
}

ServiceSettings settings_of(const Assignments& given) {
  const Assignments assignments = with_one_section(given);
  ServiceSettings settings;
  if (last_of(assignments, "Service.CPUAffinity") == "numa") {
    settings.cpu_affinity_from_numa = true;
  } else {
    settings.cpu_affinity = set_of(assignments, "Service.CPUAffinity");
  }
  settings.numa_policy = last_of(assignments, "Service.NUMAPolicy");
  settings.numa_mask = set_of(assignments, "Service.NUMAMask");
  settings.allowed_cpus = set_of(assignments, "Service.AllowedCPUs");
  settings.allowed_memory_nodes = set_of(assignments, "Service.AllowedMemoryNodes");
  set_resources(assignments, settings);
  settings.nice = number_of(assignments, "Service.Nice");
  settings.cpu_scheduling_policy = last_of(assignments, "Service.CPUSchedulingPolicy");
  settings.cpu_scheduling_priority = number_of(assignments, "Service.CPUSchedulingPriority");
  settings.io_scheduling_class = last_of(assignments, "Service.IOSchedulingClass");
  settings.oom_score_adjust = number_of(assignments, "Service.OOMScoreAdjust");
  settings.restart = last_of(assignments, "Service.Restart");
  settings.slice = last_of(assignments, "Service.Slice");
  if (const auto delegate = last_of(assignments, "Service.Delegate")) {
    settings.delegate = *delegate != "no" && *delegate != "false" && *delegate != "0";
  }
  settings.after = words_of(assignments, {"Unit.After"});
  settings.wants = words_of(assignments, {"Unit.Wants", "Unit.Requires"});
  set_launch(assignments, settings);
  return settings;
}

}  // namespace ihc
