// Frequency and idle control, as cpufreq and cpuidle show it.
//
//   /sys/devices/system/cpu/cpufreq/policy0/affected_cpus                 0 64        (blanks, not a list)
//   /sys/devices/system/cpu/cpufreq/policy0/scaling_max_freq              3800000     (kHz)
//   /sys/devices/system/cpu/cpufreq/policy0/energy_performance_preference balance_performance
//   /sys/devices/system/cpu/cpu0/cpuidle/state3/{name,latency,disable}    C6, 290, 0  (microseconds)
//
// Source: Documentation/admin-guide/pm/{cpufreq,intel_pstate,amd-pstate,cpuidle}.rst. scaling_cur_freq is read once
// before the window: on some drivers reading it interrupts the CPU it asks about.

#include <algorithm>
#include <map>
#include <set>

#include "collect/collector.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

constexpr Capture kCaptures[] = {
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/affected_cpus"},
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/scaling_driver"},
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/scaling_governor"},
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/scaling_available_governors"},
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/energy_performance_preference"},
    Files{.family = "cpufreq",
          .path = "/sys/devices/system/cpu/cpufreq/policy*/energy_performance_available_preferences"},
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/scaling_min_freq"},
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/scaling_max_freq"},
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/scaling_cur_freq"},
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/cpuinfo_min_freq"},
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/cpuinfo_max_freq"},
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/base_frequency"},
    File{.path = "/sys/devices/system/cpu/cpufreq/boost"},
    File{.path = "/sys/devices/system/cpu/intel_pstate/status"},
    File{.path = "/sys/devices/system/cpu/intel_pstate/no_turbo"},
    File{.path = "/sys/devices/system/cpu/intel_pstate/max_perf_pct"},
    File{.path = "/sys/devices/system/cpu/intel_pstate/min_perf_pct"},
    File{.path = "/sys/devices/system/cpu/amd_pstate/status"},
    File{.path = "/sys/devices/system/cpu/cpuidle/current_driver"},
    File{.path = "/sys/devices/system/cpu/cpuidle/current_governor"},
    Files{.family = "cpuidle", .path = "/sys/devices/system/cpu/cpu*/cpuidle/state*/name"},
    Files{.family = "cpuidle", .path = "/sys/devices/system/cpu/cpu*/cpuidle/state*/latency"},
    Files{.family = "cpuidle", .path = "/sys/devices/system/cpu/cpu*/cpuidle/state*/disable"},
};

const std::string kCpuDir = "root/sys/devices/system/cpu/";

// ---- policies ------------------------------------------------------------------------------------------------------

// affected_cpus separates by blanks; a hand-made tree may use a list.
std::optional<CpuSet> parse_affected_cpus(std::string_view text) {
  CpuSet cpus;
  for (const std::string_view word : split_words(trim(text))) {
    const auto part = CpuSet::parse_list(word);
    if (!part) return std::nullopt;
    cpus = cpus | *part;
  }
  return cpus;
}

std::optional<double> mhz_at(const Bundle& bundle, const std::string& path) {
  constexpr double kKhzPerMhz = 1000;
  const auto khz = integer_at(bundle, path);
  return khz && *khz > 0 ? std::optional(static_cast<double>(*khz) / kKhzPerMhz) : std::nullopt;
}

std::optional<std::vector<std::string>> words_at(const Bundle& bundle, const std::string& path) {
  const auto text = bundle.text(path);
  if (!text) return std::nullopt;
  std::vector<std::string> words;
  for (const std::string_view word : split_words(trim(*text))) words.push_back(to_valid_utf8(word));
  return words;
}

std::optional<FrequencyPolicy> read_policy(const Bundle& bundle, const std::string& dir, std::int64_t id,
                                           const CpuSet& fallback) {
  const auto affected = bundle.text(dir + "affected_cpus");
  FrequencyPolicy policy{.id = id, .cpus = fallback};
  if (affected) {
    const auto cpus = parse_affected_cpus(*affected);
    if (!cpus) return std::nullopt;
    policy.cpus = *cpus;
  }
  if (policy.cpus.empty()) return std::nullopt;  // all its CPUs are offline
  policy.driver = word_at(bundle, dir + "scaling_driver");
  policy.governor = word_at(bundle, dir + "scaling_governor");
  policy.available_governors = words_at(bundle, dir + "scaling_available_governors");
  policy.epp = word_at(bundle, dir + "energy_performance_preference");
  policy.min_mhz = mhz_at(bundle, dir + "scaling_min_freq");
  policy.max_mhz = mhz_at(bundle, dir + "scaling_max_freq");
  policy.hardware_min_mhz = mhz_at(bundle, dir + "cpuinfo_min_freq");
  policy.hardware_max_mhz = mhz_at(bundle, dir + "cpuinfo_max_freq");
  policy.base_mhz = mhz_at(bundle, dir + "base_frequency");
  policy.current_mhz = mhz_at(bundle, dir + "scaling_cur_freq");
  return policy;
}

struct PolicyDir {
  std::int64_t id = 0;
  std::string path;
  CpuSet cpus;  ///< when the directory itself does not say
};

// Before Linux 4.3 each CPU had a cpufreq directory of its own and there was no policy directory.
std::vector<PolicyDir> policy_dirs(const Bundle& bundle) {
  std::vector<PolicyDir> dirs;
  const std::string policies = kCpuDir + "cpufreq/";
  for (const std::string& name : components_after(bundle.glob(policies + "policy*/scaling_*"), policies)) {
    if (const auto id = number_after(name, "policy")) dirs.push_back({*id, policies + name + "/", {}});
  }
  if (!dirs.empty()) return dirs;
  for (const std::string& name : components_after(bundle.glob(kCpuDir + "cpu*/cpufreq/scaling_*"), kCpuDir)) {
    const auto id = number_after(name, "cpu");
    if (id) dirs.push_back({*id, kCpuDir + name + "/cpufreq/", CpuSet({static_cast<std::uint32_t>(*id)})});
  }
  return dirs;
}

std::vector<std::string> sorted(const std::set<std::string>& words) { return {words.begin(), words.end()}; }

void read_policies(const EvidenceReader& reader, Frequency& frequency) {
  std::vector<FrequencyPolicy> policies;
  std::set<std::string> drivers;
  std::set<std::string> governors;
  CpuSet covered;
  for (const PolicyDir& dir : policy_dirs(reader.bundle())) {
    auto policy = read_policy(reader.bundle(), dir.path, dir.id, dir.cpus);
    if (!policy || policy->cpus.is_subset_of(covered)) continue;
    covered = covered | policy->cpus;
    if (policy->driver) drivers.insert(*policy->driver);
    if (policy->governor) governors.insert(*policy->governor);
    reader.facts().source("/frequency/policies/" + std::to_string(policies.size()), dir.path + "scaling_governor");
    policies.push_back(std::move(*policy));
  }
  // A kernel whose CPUs were seen, without one policy, has no frequency driver: normal in a VM. Without any evidence of
  // its CPUs nothing is known.
  const auto online = reader.bundle().find(kCpuDir + "online");
  const bool looked = !policies.empty() || (online && online->status == EvidenceStatus::ok);
  if (!looked) {
    for (const char* pointer : {"/frequency/has_cpufreq", "/frequency/policies"}) {
      reader.explain(kCpuDir + "cpufreq/policy*/scaling_driver", pointer);
    }
    return;
  }
  frequency.has_cpufreq = !policies.empty();
  reader.facts().source("/frequency/has_cpufreq", policies.empty()
                                                      ? kCpuDir + "online"
                                                      : policy_dirs(reader.bundle()).front().path + "scaling_governor");
  if (policies.empty()) {
    for (const char* pointer : {"/frequency/policies", "/frequency/drivers", "/frequency/governors"}) {
      reader.missing(pointer, "structural", "this kernel controls no frequency");
    }
    return;
  }
  frequency.policies = std::move(policies);
  frequency.drivers = sorted(drivers);
  frequency.governors = sorted(governors);
}

// ---- boost, drivers ------------------------------------------------------------------------------------------------

void read_boost(const EvidenceReader& reader, Frequency& frequency) {
  const std::string pointer = "/frequency/boost_enabled";
  if (reader.bundle().text(kCpuDir + "cpufreq/boost")) {
    if (const auto boost = reader.integer(kCpuDir + "cpufreq/boost", pointer)) frequency.boost_enabled = *boost != 0;
  } else if (reader.bundle().text(kCpuDir + "intel_pstate/no_turbo")) {
    if (const auto no_turbo = reader.integer(kCpuDir + "intel_pstate/no_turbo", pointer)) {
      frequency.boost_enabled = *no_turbo == 0;
    }
  } else {
    reader.explain(kCpuDir + "cpufreq/boost", pointer);
  }
}

// ---- idle states ---------------------------------------------------------------------------------------------------

// CPUs of one kind share a state; hybrid CPUs have states of one name and different latency.
void read_idle_states(const EvidenceReader& reader, Frequency& frequency) {
  const Bundle& bundle = reader.bundle();
  struct Entry {
    IdleState state;
    std::vector<std::uint32_t> enabled;
    bool disable_known = false;
  };
  std::map<std::pair<std::int64_t, std::string>, Entry> states;
  const auto names = bundle.glob(kCpuDir + "cpu*/cpuidle/state*/name");
  for (const std::string& path : names) {
    const std::string dir = path.substr(0, path.size() - std::string_view("name").size());
    const std::string_view cpu_name = std::string_view(path).substr(kCpuDir.size());
    const auto cpu = number_after(cpu_name.substr(0, cpu_name.find('/')), "cpu");
    const auto name = word_at(bundle, path);
    if (!cpu || !name) continue;
    const auto latency = integer_at(bundle, dir + "latency");
    Entry& entry = states[{latency.value_or(-1), *name}];
    entry.state.name = *name;
    entry.state.latency_us = latency;
    const auto disable = integer_at(bundle, dir + "disable");
    if (disable) entry.disable_known = true;
    if (disable && *disable == 0) entry.enabled.push_back(static_cast<std::uint32_t>(*cpu));
  }
  if (states.empty()) {
    return reader.explain(kCpuDir + "cpu*/cpuidle/state*/name", "/frequency/idle_states");
  }
  frequency.idle_states.emplace();
  reader.facts().source("/frequency/idle_states", names.front());
  for (auto& [key, entry] : states) {
    if (entry.disable_known) entry.state.cpus_enabled = CpuSet(entry.enabled);
    frequency.idle_states->push_back(std::move(entry.state));
  }
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "frequency");
  Frequency frequency;
  read_policies(reader, frequency);
  read_boost(reader, frequency);
  frequency.intel_pstate_status = reader.word(kCpuDir + "intel_pstate/status", "/frequency/intel_pstate_status");
  frequency.amd_pstate_status = reader.word(kCpuDir + "amd_pstate/status", "/frequency/amd_pstate_status");
  frequency.max_perf_pct = reader.integer(kCpuDir + "intel_pstate/max_perf_pct", "/frequency/max_perf_pct");
  frequency.idle_driver = reader.word(kCpuDir + "cpuidle/current_driver", "/frequency/idle_driver");
  read_idle_states(reader, frequency);
  builder.facts.frequency = std::move(frequency);
}

}  // namespace

extern const Collector k_frequency_collector{
    .name = "frequency",
    .about = "frequency driver, governor, energy preference, limits, boost, idle states",
    .captures = kCaptures,
    .read = read,
};

}  // namespace ihc
