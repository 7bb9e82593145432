#include "collectors/cgroup/group_reader.h"

#include <algorithm>

#include "collectors/cgroup/cgroup_files.h"
#include "collectors/reading/counters.h"

namespace ihc {

namespace {

class GroupReader {
 public:
  GroupReader(const EvidenceReader& reader, const CgroupPlace& place, std::string pointer)
      : reader_(reader), place_(place), pointer_(std::move(pointer)) {}

  Cgroup read();

 private:
  using Names = std::initializer_list<std::string_view>;

  /// The first of these files that the group has, noted as a source of `member`.
  std::optional<CgroupText> text(Names files, std::string_view member) const;
  template <class T>
  std::optional<T> parsed(Names files, std::string_view member, std::optional<T> (*parse)(std::string_view)) const;
  std::optional<std::int64_t> number(Names files, std::string_view member) const;
  std::optional<bool> flag(Names files, std::string_view member) const;
  void read_cpuset();
  void read_quota();
  void read_cpu_stat();
  void read_memory();
  void read_memory_events();
  void read_placement();
  void read_hugetlb();
  void read_pressure();
  std::string at(std::string_view member) const { return pointer_ + "/" + std::string(member); }
  void not_understood(std::string_view member, const std::string& path, std::string_view content) const;

  const EvidenceReader& reader_;
  const CgroupPlace& place_;
  std::string pointer_;
  Cgroup group_;
};

std::optional<std::int64_t> whole_number(std::string_view text) {
  const auto value = parse_number<std::int64_t>(text);
  return value && *value >= 0 ? value : std::nullopt;
}

std::optional<std::string> one_word(std::string_view text) {
  const std::string_view word = trim(text);
  return word.empty() ? std::nullopt : std::optional(to_valid_utf8(word));
}

std::optional<CgroupText> GroupReader::text(Names files, std::string_view member) const {
  for (const std::string_view file : files) {
    auto found = cgroup_text(reader_.bundle(), place_, file);
    if (!found) continue;
    reader_.facts().source(at(member), found->path);
    return found;
  }
  return std::nullopt;
}

void GroupReader::not_understood(std::string_view member, const std::string& path, std::string_view content) const {
  Unparsed what;
  what.add(trim(content));
  reader_.unparsed(at(member), path, what);
}

template <class T>
std::optional<T> GroupReader::parsed(Names files, std::string_view member,
                                     std::optional<T> (*parse)(std::string_view)) const {
  const auto found = text(files, member);
  if (!found) return std::nullopt;
  auto value = parse(found->text);
  if (!value) not_understood(member, found->path, found->text);
  return value;
}

std::optional<std::int64_t> GroupReader::number(Names files, std::string_view member) const {
  return parsed<std::int64_t>(files, member, whole_number);
}

std::optional<bool> GroupReader::flag(Names files, std::string_view member) const {
  const auto value = number(files, member);
  return value ? std::optional(*value != 0) : std::nullopt;
}

void GroupReader::read_cpuset() {
  group_.cpuset_cpus = parsed<CpuSet>({"cpuset.cpus"}, "cpuset_cpus", parse_sysfs_cpu_list);
  group_.cpuset_cpus_effective =
      parsed<CpuSet>({"cpuset.cpus.effective", "cpuset.effective_cpus"}, "cpuset_cpus_effective", parse_sysfs_cpu_list);
  group_.cpuset_mems = parsed<CpuSet>({"cpuset.mems"}, "cpuset_mems", parse_sysfs_cpu_list);
  group_.cpuset_mems_effective =
      parsed<CpuSet>({"cpuset.mems.effective", "cpuset.effective_mems"}, "cpuset_mems_effective", parse_sysfs_cpu_list);
  group_.cpuset_partition = parsed<std::string>({"cpuset.cpus.partition"}, "cpuset_partition", one_word);
  group_.cpuset_cpus_exclusive_effective =
      parsed<CpuSet>({"cpuset.cpus.exclusive.effective"}, "cpuset_cpus_exclusive_effective", parse_sysfs_cpu_list);
  group_.cpuset_cpu_exclusive = flag({"cpuset.cpu_exclusive"}, "cpuset_cpu_exclusive");
}

void GroupReader::read_quota() {
  if (const auto max = parsed<CpuMax>({"cpu.max"}, "cpu_quota_us", parse_cpu_max)) {
    group_.cpu_quota_us = max->quota_us;
    group_.cpu_period_us = max->period_us;
  } else {
    group_.cpu_quota_us = parsed<Limit>({"cpu.cfs_quota_us"}, "cpu_quota_us", parse_limit);
    group_.cpu_period_us = number({"cpu.cfs_period_us"}, "cpu_period_us");
  }
  if (group_.cpu_quota_us && group_.cpu_quota_us->value && group_.cpu_period_us.value_or(0) > 0) {
    group_.cpu_limit_cpus =
        static_cast<double>(*group_.cpu_quota_us->value) / static_cast<double>(*group_.cpu_period_us);
  }
  group_.cpu_burst_us = number({"cpu.max.burst", "cpu.cfs_burst_us"}, "cpu_burst_us");
  group_.cpu_weight = number({"cpu.weight"}, "cpu_weight");
  group_.cpu_shares = number({"cpu.shares"}, "cpu_shares");
  group_.cpu_idle = flag({"cpu.idle"}, "cpu_idle");
}

using Number = std::optional<std::int64_t>;

Number growth(const Number& first, const Number& last) {
  return first && last && *last >= *first ? Number(*last - *first) : std::nullopt;
}

CgroupThrottling growth(const CgroupThrottling& first, const CgroupThrottling& last) {
  return {.periods = growth(first.periods, last.periods),
          .throttled_periods = growth(first.throttled_periods, last.throttled_periods),
          .throttled_us = growth(first.throttled_us, last.throttled_us),
          .burst_us = growth(first.burst_us, last.burst_us),
          .usage_us = growth(first.usage_us, last.usage_us)};
}

constexpr double kNsPerSecond = 1e9;

double seconds_between(const Reading& first, const Reading& last) {
  return static_cast<double>(last.taken_ns - first.taken_ns) / kNsPerSecond;
}

// The worst second: the largest growth between neighbouring readings, as a rate.
Number worst_rate(const std::vector<Reading>& readings) {
  Number worst;
  for (std::size_t index = 1; index < readings.size(); ++index) {
    const double seconds = seconds_between(readings[index - 1], readings[index]);
    const Number grown = growth(parse_cpu_stat(readings[index - 1].bytes).value.throttled_us,
                                parse_cpu_stat(readings[index].bytes).value.throttled_us);
    if (!grown || seconds <= 0) continue;
    worst = std::max(worst.value_or(0), static_cast<std::int64_t>(static_cast<double>(*grown) / seconds));
  }
  return worst;
}

void GroupReader::read_cpu_stat() {
  const auto found = text({"cpu.stat"}, "cpu_stat");
  if (!found) return;
  const auto stat = parse_cpu_stat(found->text);
  if (stat.unparsed.any()) reader_.unparsed(at("cpu_stat"), found->path, stat.unparsed);
  group_.cpu_stat = stat.value;
  constexpr std::int64_t kNsPerUs = 1000;
  const auto usage_ns = group_.cpu_stat->usage_us ? std::nullopt : number({"cpuacct.usage"}, "cpu_stat/usage_us");
  if (usage_ns) group_.cpu_stat->usage_us = *usage_ns / kNsPerUs;
  const auto readings = cgroup_readings(reader_.bundle(), place_, "cpu.stat");
  if (readings.size() < 2) return reader_.missing(at("cpu_stat_delta"), "interval_too_short", "it was not read twice");
  reader_.facts().source(at("cpu_stat_delta"), found->path);
  group_.window_seconds = seconds_between(readings.front(), readings.back());
  group_.cpu_stat_delta =
      growth(parse_cpu_stat(readings.front().bytes).value, parse_cpu_stat(readings.back().bytes).value);
  const auto usage = cgroup_readings(reader_.bundle(), place_, "cpuacct.usage");
  if (!group_.cpu_stat_delta->usage_us && usage.size() > 1) {
    const Number grown = growth(whole_number(usage.front().bytes), whole_number(usage.back().bytes));
    if (grown) group_.cpu_stat_delta->usage_us = *grown / kNsPerUs;
  }
  group_.max_throttled_us_per_second = worst_rate(readings);
}

void GroupReader::read_memory() {
  group_.memory_current_bytes = number({"memory.current", "memory.usage_in_bytes"}, "memory_current_bytes");
  group_.memory_peak_bytes = number({"memory.peak", "memory.max_usage_in_bytes"}, "memory_peak_bytes");
  group_.memory_min_bytes = number({"memory.min"}, "memory_min_bytes");
  group_.memory_low_bytes = number({"memory.low"}, "memory_low_bytes");
  group_.memory_high_bytes =
      parsed<Limit>({"memory.high", "memory.soft_limit_in_bytes"}, "memory_high_bytes", parse_limit);
  group_.memory_max_bytes = parsed<Limit>({"memory.max", "memory.limit_in_bytes"}, "memory_max_bytes", parse_limit);
  group_.memory_swap_current_bytes = number({"memory.swap.current"}, "memory_swap_current_bytes");
  group_.memory_swap_max_bytes = parsed<Limit>({"memory.swap.max"}, "memory_swap_max_bytes", parse_limit);
  const auto found = text({"memory.stat"}, "memory_stat_bytes");
  if (!found) return;
  constexpr std::string_view kNames[] = {"anon",
                                         "file",
                                         "kernel",
                                         "shmem",
                                         "file_mapped",
                                         "anon_thp",
                                         "slab",
                                         "inactive_file",
                                         "active_file",
                                         "unevictable",
                                         "cache",
                                         "rss",
                                         "rss_huge",
                                         "mapped_file",
                                         "swap",
                                         "total_cache",
                                         "total_rss",
                                         "total_inactive_file",
                                         "total_unevictable",
                                         "hierarchical_memory_limit"};
  const Counters all = parse_counters(found->text).value;
  group_.memory_stat_bytes.emplace();
  for (const std::string_view name : kNames) {
    if (const auto value = counter(all, name); value && *value >= 0) {
      (*group_.memory_stat_bytes)[std::string(name)] = *value;
    }
  }
}

// v2's memory.events, or what v1 has of it: how often the limit was hit, and kills.
Counters events_of(std::string_view events, std::string_view failures, std::string_view oom_control) {
  Counters counters = parse_counters(events).value;
  if (const auto failed = whole_number(failures)) counters["failcnt"] = *failed;
  if (const auto killed = counter(parse_counters(oom_control).value, "oom_kill")) counters["oom_kill"] = *killed;
  std::erase_if(counters, [](const auto& entry) { return entry.second < 0; });
  return counters;
}

void GroupReader::read_memory_events() {
  std::string_view first[3];
  std::string_view last[3];
  constexpr std::string_view kFiles[] = {"memory.events", "memory.failcnt", "memory.oom_control"};
  bool has_growth = false;
  for (std::size_t index = 0; index < std::size(kFiles); ++index) {
    if (const auto found = text({kFiles[index]}, "memory_events")) last[index] = found->text;
    const auto readings = cgroup_readings(reader_.bundle(), place_, kFiles[index]);
    if (readings.size() < 2) continue;
    first[index] = readings.front().bytes;
    has_growth = true;
  }
  const Counters now = events_of(last[0], last[1], last[2]);
  if (now.empty()) return;
  group_.memory_events = now;
  if (!has_growth) {
    return reader_.missing(at("memory_events_delta"), "interval_too_short", "it was not read twice");
  }
  const Counters before = events_of(first[0], first[1], first[2]);
  group_.memory_events_delta.emplace();
  for (const auto& [name, value] : now) {
    if (const Number grown = growth(counter(before, name), value)) (*group_.memory_events_delta)[name] = *grown;
  }
}

void GroupReader::read_placement() {
  const auto found = text({"memory.numa_stat"}, "memory_bytes_by_node");
  if (!found) return;
  auto stat = parse_cgroup_numa_stat(found->text);
  if (stat.unparsed.any()) reader_.unparsed(at("memory_bytes_by_node"), found->path, stat.unparsed);
  // v1 sums up in a first line of its own.
  const bool is_pages = stat.value.contains("total");
  if (is_pages) {
    reader_.facts().source(at("memory_pages_by_node"), found->path);
    group_.memory_pages_by_node = std::move(stat.value);
    return;
  }
  const auto readings = cgroup_readings(reader_.bundle(), place_, "memory.numa_stat");
  if (readings.size() < 2) {
    reader_.missing(at("memory_bytes_by_node_delta"), "interval_too_short", "it was not read twice");
  } else {
    reader_.facts().source(at("memory_bytes_by_node_delta"), found->path);
    const ByKindAndNode before = parse_cgroup_numa_stat(readings.front().bytes).value;
    ByKindAndNode change;
    for (const auto& [kind, nodes] : stat.value) {
      const auto old = before.find(kind);
      if (old == before.end()) continue;
      for (const auto& [node, bytes] : nodes) {
        if (const auto was = old->second.find(node); was != old->second.end()) change[kind][node] = bytes - was->second;
      }
    }
    group_.memory_bytes_by_node_delta = std::move(change);
  }
  group_.memory_bytes_by_node = std::move(stat.value);
}

// "hugetlb.2MB.current" → "2MB"; "hugetlb.2MB.rsvd.current" counts reservations and is another thing.
std::optional<std::string> page_size_of(std::string_view path, std::string_view ending) {
  constexpr std::string_view kPrefix = "hugetlb.";
  std::string_view file = path.substr(path.rfind('/') + 1);
  if (!file.starts_with(kPrefix) || !file.ends_with(ending)) return std::nullopt;
  file = file.substr(kPrefix.size(), file.size() - kPrefix.size() - ending.size());
  return file.empty() || file.find('.') != std::string_view::npos ? std::nullopt : std::optional(to_valid_utf8(file));
}

void GroupReader::read_hugetlb() {
  for (const std::string& directory : place_.directories) {
    for (const std::string& path : reader_.bundle().glob(directory + "/hugetlb.*")) {
      const std::string_view content = reader_.bundle().text(path).value_or(std::string_view{});
      auto size = page_size_of(path, ".current");
      if (!size) size = page_size_of(path, ".usage_in_bytes");
      if (const auto value = whole_number(content); size && value) {
        if (!group_.hugetlb_bytes) group_.hugetlb_bytes.emplace();
        (*group_.hugetlb_bytes)[*size] = *value;
        reader_.facts().source(at("hugetlb_bytes"), path);
      }
      size = page_size_of(path, ".numa_stat");
      if (const auto nodes = size ? parse_hugetlb_numa_stat(content) : std::nullopt) {
        if (!group_.hugetlb_bytes_by_node) group_.hugetlb_bytes_by_node.emplace();
        (*group_.hugetlb_bytes_by_node)[*size] = *nodes;
        reader_.facts().source(at("hugetlb_bytes_by_node"), path);
      }
    }
  }
}

void set_delta(std::optional<CgroupStall>& stall, const std::optional<CgroupStall>& before) {
  if (stall && before) stall->delta_us = growth(before->total_us, stall->total_us);
}

void GroupReader::read_pressure() {
  for (const std::string resource : {"cpu", "io", "memory"}) {
    const std::string file = resource + ".pressure";
    const auto found = text({file}, "pressure/" + resource);
    if (!found) continue;
    auto now = parse_cgroup_pressure(found->text);
    if (now.unparsed.any()) reader_.unparsed(at("pressure/" + resource), found->path, now.unparsed);
    const auto readings = cgroup_readings(reader_.bundle(), place_, file);
    if (readings.size() > 1) {
      const CgroupPressure before = parse_cgroup_pressure(readings.front().bytes).value;
      set_delta(now.value.some, before.some);
      set_delta(now.value.full, before.full);
    } else {
      for (const char* kind : {"/some/delta_us", "/full/delta_us"}) {
        reader_.missing(at("pressure/" + resource + kind), "interval_too_short", "it was not read twice");
      }
    }
    if (!now.value.some && !now.value.full) continue;
    if (!group_.pressure) group_.pressure.emplace();
    (*group_.pressure)[resource] = now.value;
  }
}

Cgroup GroupReader::read() {
  group_.version = !place_.has_v1 ? "v2" : place_.has_v2 ? "hybrid" : "v1";
  read_cpuset();
  read_quota();
  read_cpu_stat();
  read_memory();
  read_memory_events();
  read_placement();
  read_hugetlb();
  read_pressure();
  group_.io_weight = parsed<std::int64_t>({"io.weight", "io.bfq.weight", "blkio.weight"}, "io_weight", parse_io_weight);
  group_.pids_current = number({"pids.current"}, "pids_current");
  group_.pids_max = parsed<Limit>({"pids.max"}, "pids_max", parse_limit);
  return std::move(group_);
}

}  // namespace

Cgroup read_cgroup(const EvidenceReader& reader, const CgroupPlace& place, std::string pointer) {
  return GroupReader(reader, place, std::move(pointer)).read();
}

}  // namespace ihc
