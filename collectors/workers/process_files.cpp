#include "collectors/workers/process_files.h"

#include <limits>

namespace ihc {

namespace {

// The two spellings of one set: "Cpus_allowed_list" is what people read, "Cpus_allowed" the mask of older kernels.
std::optional<CpuSet> parse_set(std::string_view key, std::string_view value) {
  return key.ends_with("_list") ? CpuSet::parse_list(value) : CpuSet::parse_mask(value);
}

// False when a known key has a value that is not what it should be.
bool read_field(ProcessStatus& status, std::string_view key, std::string_view value) {
  const auto number = [value](std::optional<std::int64_t>& slot) {
    slot = parse_number<std::int64_t>(value);
    return slot && *slot >= 0;
  };
  const auto bytes = [value](std::optional<std::int64_t>& slot) {
    // These lines always name their unit; one that lost it was cut.
    if (value.ends_with("kB")) slot = parse_size_bytes(value);
    return slot.has_value();
  };
  const auto set = [key, value](std::optional<CpuSet>& slot) {
    auto parsed = parse_set(key, value);
    if (parsed && (!slot || key.ends_with("_list"))) slot = std::move(parsed);
    return slot.has_value();
  };
  if (key == "Name") {
    status.name = to_valid_utf8(value);
    return true;
  }
  const auto kept = [value](std::optional<std::string>& slot) {
    slot = std::string(value);
    return parse_number<std::uint64_t>(value, 16).has_value();
  };
  if (key == "Pid") return number(status.pid);
  if (key == "PPid") return number(status.parent_pid);
  if (key == "VmHWM") return bytes(status.peak_resident_bytes);
  if (key == "RssAnon") return bytes(status.anonymous_bytes);
  if (key == "RssFile") return bytes(status.file_bytes);
  if (key == "RssShmem") return bytes(status.shared_bytes);
  if (key == "VmLck") return bytes(status.locked_bytes);
  if (key == "VmPin") return bytes(status.pinned_bytes);
  if (key == "HugetlbPages") return bytes(status.hugetlb_bytes);
  if (key == "VmData") return bytes(status.data_bytes);
  if (key == "VmStk") return bytes(status.stack_bytes);
  if (key == "CapEff") return kept(status.effective_capabilities);
  if (key == "Seccomp") return number(status.seccomp_mode);
  if (key == "NoNewPrivs") return number(status.no_new_privileges);
  if (key == "Threads") return number(status.threads);
  if (key == "VmRSS") return bytes(status.resident_bytes);
  if (key == "VmSwap") return bytes(status.swap_bytes);
  if (key == "Cpus_allowed_list" || key == "Cpus_allowed") return set(status.cpus_allowed);
  if (key == "Mems_allowed_list" || key == "Mems_allowed") return set(status.mems_allowed);
  if (key == "voluntary_ctxt_switches") return number(status.voluntary_switches);
  if (key == "nonvoluntary_ctxt_switches") return number(status.involuntary_switches);
  return true;
}

}  // namespace

Parsed<ProcessStatus> parse_process_status(std::string_view text) {
  Parsed<ProcessStatus> parsed;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty()) continue;
    const auto pair = split_key_value(line, ':');
    if (!pair || !read_field(parsed.value, pair->first, pair->second)) parsed.unparsed.add(line);
  }
  return parsed;
}

std::optional<TaskStat> parse_task_stat(std::string_view text) {
  // proc(5): "(2) comm" may hold anything; the last parenthesis ends it, and field 3 follows.
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  const auto fields = split_words(trim(text.substr(close + 1)));
  constexpr std::size_t kFirst = 3;
  const auto number = [&fields](std::size_t field) -> std::optional<std::int64_t> {
    const std::size_t index = field - kFirst;
    const auto value = index < fields.size() ? parse_number<std::int64_t>(fields[index]) : std::nullopt;
    return value && *value >= 0 ? value : std::nullopt;
  };
  const auto parent = number(4);
  const auto user = number(14);
  const auto system = number(15);
  const auto threads = number(20);
  const auto start = number(22);
  const auto cpu = number(39);
  if (!parent || !user || !system || !threads || !start || !cpu || fields[0].size() != 1) return std::nullopt;
  if (*user > std::numeric_limits<std::int64_t>::max() - *system) return std::nullopt;
  constexpr std::size_t kNice = 19;
  const auto nice = parse_number<std::int64_t>(fields[kNice - kFirst]);
  return TaskStat{.name = to_valid_utf8(text.substr(open + 1, close - open - 1)),
                  .state = fields[0].front(),
                  .parent_pid = *parent,
                  .cpu_ticks = *user + *system,
                  .thread_count = *threads,
                  .start_time_ticks = *start,
                  .last_cpu = *cpu,
                  .nice = nice,
                  .realtime_priority = number(40),
                  .policy = number(41)};
}

std::optional<SchedStat> parse_schedstat(std::string_view text) {
  const auto words = split_words(trim(text));
  if (words.size() < 3) return std::nullopt;
  const auto cpu = parse_number<std::int64_t>(words[0]);
  const auto delay = parse_number<std::int64_t>(words[1]);
  const auto slices = parse_number<std::int64_t>(words[2]);
  if (!cpu || !delay || !slices || *cpu < 0 || *delay < 0 || *slices < 0) return std::nullopt;
  return SchedStat{.cpu_ns = *cpu, .run_delay_ns = *delay, .slices = *slices};
}

std::optional<std::string> scheduling_policy_name(std::int64_t number) {
  constexpr const char* kNames[] = {"other", "fifo", "rr", "batch", nullptr, "idle", "deadline", "ext"};
  if (number < 0 || number >= static_cast<std::int64_t>(std::size(kNames))) return std::nullopt;
  const char* name = kNames[number];
  return name == nullptr ? std::nullopt : std::optional<std::string>(name);
}

}  // namespace ihc
