#include "collectors/frequency/idle.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/json.h"

namespace ihc {

namespace {

const std::string kCpuDir = "root/sys/devices/system/cpu/";
constexpr double kNsPerSecond = 1e9;

std::optional<std::int64_t> cpu_of(const std::string& path) {
  return number_after(components_after({path}, kCpuDir).front(), "cpu");
}

struct Growth {
  std::optional<std::int64_t> last;
  std::optional<std::int64_t> delta;  ///< absent with one reading, and when the counter went backwards
  std::int64_t elapsed_ns = 0;
};

// The counter of a sampled file; a bundle made from someone's files has the one file instead.
Growth growth_at(const Bundle& bundle, const std::string& path) {
  Growth growth;
  std::optional<std::int64_t> first;
  std::int64_t first_ns = 0;
  bool backwards = false;
  for (const Reading& reading : bundle.samples(path)) {
    const auto value = reading.status == EvidenceStatus::ok ? parse_number<std::int64_t>(reading.bytes) : std::nullopt;
    if (!value || *value < 0) continue;
    if (!first) first_ns = reading.taken_ns;
    if (!first) first = value;
    backwards = backwards || (growth.last && *value < *growth.last);
    growth.last = value;
    growth.elapsed_ns = reading.taken_ns - first_ns;
  }
  if (first && growth.elapsed_ns > 0 && !backwards) growth.delta = *growth.last - *first;
  if (!growth.last) growth.last = integer_at(bundle, path);
  return growth;
}

// ---- idle states ---------------------------------------------------------------------------------------------------

// CPUs of one kind share a state; hybrid CPUs have states of one name and different latency.
struct Entry {
  IdleState state;
  std::vector<std::uint32_t> enabled;
  bool disable_known = false;
  std::set<std::string> numbers;  ///< "state2": under which it was found
};

// State number ("state2") → the CPUs of which `disable` of it was read: the kernel numbers every CPU's states alike.
using Readings = std::map<std::string, CpuSet>;

// The CPUs of which a state of the number was not read, although other CPUs have it.
CpuSet unread_cpus(const Bundle& bundle, const Readings& read, const Entry& entry) {
  CpuSet all = cpu_set_at(bundle, kCpuDir + "online").value_or(CpuSet{});
  if (all.empty()) {
    for (const auto& [number, cpus] : read) all = all | cpus;
  }
  CpuSet unread;
  for (const std::string& number : entry.numbers) unread = unread | (all - read.at(number));
  return unread;
}

void add_growth(const Bundle& bundle, const std::string& dir, const std::string& cpu, Entry& entry,
                Frequency& frequency) {
  const Growth time = growth_at(bundle, dir + "time");
  const Growth usage = growth_at(bundle, dir + "usage");
  const auto put = [&cpu](std::optional<std::map<std::string, std::int64_t>>& map, const Growth& growth) {
    if (!growth.delta) return;
    if (!map) map.emplace();
    (*map)[cpu] = *growth.delta;
  };
  put(entry.state.time_delta_us, time);
  put(entry.state.usage_delta, usage);
  if (time.delta) frequency.idle_window_seconds = static_cast<double>(time.elapsed_ns) / kNsPerSecond;
}

std::optional<std::int64_t> parse_limit(std::string_view text) {
  if (trim(text) == "n/a") return 0;
  const auto limit = parse_number<std::int64_t>(text);
  return limit && *limit > 0 ? limit : std::nullopt;
}

}  // namespace

void read_idle(const EvidenceReader& reader, Frequency& frequency) {
  const Bundle& bundle = reader.bundle();
  std::map<std::pair<std::int64_t, std::string>, Entry> states;
  Readings read;
  const auto names = bundle.glob(kCpuDir + "cpu*/cpuidle/state*/name");
  for (const std::string& path : names) {
    const std::string dir = path.substr(0, path.size() - std::string_view("name").size());
    const auto cpu = cpu_of(path);
    const auto name = word_at(bundle, path);
    if (!cpu || !name) continue;
    const auto latency = integer_at(bundle, dir + "latency");
    Entry& entry = states[{latency.value_or(-1), *name}];
    entry.state.name = *name;
    entry.state.latency_us = latency;
    if (!entry.state.target_residency_us) entry.state.target_residency_us = integer_at(bundle, dir + "residency");
    const auto disable = integer_at(bundle, dir + "disable");
    const std::string number = components_after({dir}, path.substr(0, dir.rfind('/', dir.size() - 2) + 1)).front();
    entry.numbers.insert(number);
    CpuSet& cpus = read[number];
    if (disable) cpus.insert(static_cast<std::uint32_t>(*cpu));
    if (disable) entry.disable_known = true;
    if (disable && *disable == 0) entry.enabled.push_back(static_cast<std::uint32_t>(*cpu));
    add_growth(bundle, dir, std::to_string(*cpu), entry, frequency);
  }
  if (states.empty()) {
    reader.explain(kCpuDir + "cpu*/cpuidle/state*/name", "/frequency/idle_states");
    return reader.explain(kCpuDir + "cpu*/cpuidle/state*/name", "/frequency/idle_window_seconds");
  }
  frequency.idle_states.emplace();
  reader.facts().source("/frequency/idle_states", names.front());
  for (auto& [key, entry] : states) {
    const CpuSet unread = unread_cpus(bundle, read, entry);
    if (entry.disable_known && unread.empty()) entry.state.cpus_enabled = CpuSet(entry.enabled);
    if (!unread.empty()) {
      const std::string pointer = "/frequency/idle_states/" + std::to_string(frequency.idle_states->size());
      reader.missing(pointer + "/cpus_enabled", "file_absent", "it was not read of CPUs " + unread.to_list());
    }
    frequency.idle_states->push_back(std::move(entry.state));
  }
  const auto sampled = bundle.sampled(kCpuDir + "cpu*/cpuidle/state*/time");
  if (frequency.idle_window_seconds) {
    reader.facts().source("/frequency/idle_states", sampled.front());
    reader.facts().source("/frequency/idle_window_seconds", sampled.front());
  } else {
    reader.missing("/frequency/idle_window_seconds", "interval_too_short",
                   "a delta needs two readings; collect with a window");
  }
}

void read_latency_limits(const EvidenceReader& reader, Frequency& frequency) {
  const std::string pointer = "/frequency/latency_limits";
  const auto paths = reader.bundle().glob(kCpuDir + "cpu*/power/pm_qos_resume_latency_us");
  if (paths.empty()) return reader.explain(kCpuDir + "cpu*/power/pm_qos_resume_latency_us", pointer);
  std::map<std::int64_t, CpuSet> limits;
  for (const std::string& path : paths) {
    const auto cpu = cpu_of(path);
    const auto limit = parse_limit(reader.bundle().text(path).value_or(std::string_view{}));
    if (cpu && limit) limits[*limit].insert(static_cast<std::uint32_t>(*cpu));
  }
  frequency.latency_limits.emplace();
  for (auto& [limit, cpus] : limits) frequency.latency_limits->push_back({.limit_us = limit, .cpus = std::move(cpus)});
  reader.facts().source(pointer, paths.front());
}

void read_thermal_throttles(const EvidenceReader& reader, Frequency& frequency) {
  const Bundle& bundle = reader.bundle();
  const std::string pointer = "/frequency/thermal_throttles";
  const std::string pattern = kCpuDir + "cpu*/thermal_throttle/*_throttle_count";
  auto paths = bundle.sampled(pattern);
  if (paths.empty()) paths = bundle.glob(pattern);
  if (paths.empty()) return reader.explain(kCpuDir + "cpu*/thermal_throttle/core_throttle_count", pointer);
  frequency.thermal_throttles.emplace();
  std::set<std::int64_t> seen;
  for (const std::string& path : paths) {
    const auto cpu = cpu_of(path);
    if (!cpu || !seen.insert(*cpu).second) continue;
    const std::string dir = kCpuDir + "cpu" + std::to_string(*cpu) + "/thermal_throttle/";
    const Growth core = growth_at(bundle, dir + "core_throttle_count");
    const Growth package = growth_at(bundle, dir + "package_throttle_count");
    frequency.thermal_throttles->push_back({.cpu = *cpu,
                                            .core_count = core.last,
                                            .package_count = package.last,
                                            .core_count_delta = core.delta,
                                            .package_count_delta = package.delta});
  }
  reader.facts().source(pointer, paths.front());
}

}  // namespace ihc
