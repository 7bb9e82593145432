// Frequency and idle control, as cpufreq and cpuidle show it.
//
//   /sys/devices/system/cpu/cpufreq/policy0/affected_cpus                 0 64        (blanks, not a list)
//   /sys/devices/system/cpu/cpufreq/policy0/scaling_max_freq              3800000     (kHz)
//   /sys/devices/system/cpu/cpufreq/policy0/energy_performance_preference balance_performance
//   /sys/devices/system/cpu/cpu0/power/energy_perf_bias                   6           (0 performance … 15 power)
//
// Source: Documentation/admin-guide/pm/{cpufreq,intel_pstate,amd-pstate,cpuidle}.rst. scaling_cur_freq is read once
// before the window: on some drivers reading it interrupts the CPU it asks about.

#include <map>
#include <set>

#include "base/json.h"
#include "collect/collector.h"
#include "collectors/frequency/cpupower.h"
#include "collectors/frequency/idle.h"
#include "collectors/frequency/power_managers.h"
#include "collectors/frequency/texts.h"
#include "collectors/frequency/tuned.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

constexpr std::size_t kCounterBytes = 64;  // one number

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
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/bios_limit"},
    Files{.family = "cpufreq", .path = "/sys/devices/system/cpu/cpufreq/policy*/boost"},
    Files{.family = "cpu-power", .path = "/sys/devices/system/cpu/cpu*/power/energy_perf_bias"},
    Files{.family = "cpu-power", .path = "/sys/devices/system/cpu/cpu*/power/pm_qos_resume_latency_us"},
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
    Files{.family = "cpuidle", .path = "/sys/devices/system/cpu/cpu*/cpuidle/state*/residency"},
    Files{.family = "cpuidle", .path = "/sys/devices/system/cpu/cpu*/cpuidle/state*/disable"},
    Sampled{.family = "cpuidle-time",
            .path = "/sys/devices/system/cpu/cpu*/cpuidle/state*/time",
            .ends_only = true,
            .max_bytes = kCounterBytes},
    Sampled{.family = "cpuidle-usage",
            .path = "/sys/devices/system/cpu/cpu*/cpuidle/state*/usage",
            .ends_only = true,
            .max_bytes = kCounterBytes},
    Sampled{.family = "thermal-throttle",
            .path = "/sys/devices/system/cpu/cpu*/thermal_throttle/core_throttle_count",
            .ends_only = true,
            .max_bytes = kCounterBytes},
    Sampled{.family = "thermal-throttle-package",
            .path = "/sys/devices/system/cpu/cpu*/thermal_throttle/package_throttle_count",
            .ends_only = true,
            .max_bytes = kCounterBytes},
    Probe{.name = "cpu-dma-latency",
          .call = "open(2), read(2) of /dev/cpu_dma_latency; readlink(2) of /proc/PID/fd",
          .read = probe_cpu_dma_latency},
    File{.path = "/sys/firmware/acpi/platform_profile"},
    File{.path = "/var/lib/power-profiles-daemon/state.ini"},
    CommandOutput{.slug = "power-managers",
                  .argv = {"systemctl", "show", "--property=Id,LoadState,ActiveState,UnitFileState", "tuned.service",
                           "power-profiles-daemon.service", "tlp.service", "cpupower.service", "cpufrequtils.service",
                           "auto-cpufreq.service", "laptop-mode.service", "thermald.service"}},
    CommandOutput{.slug = "tuned-adm-recommend", .argv = {"tuned-adm", "recommend"}, .is_optional = true},
};

constexpr ForeignText kTexts[] = {
    {.kind = "cpufreq",
     .about = "cpupower frequency-info (or cpufreq-info), best with -c all: drivers, governors, limits",
     .member = "commands/cpufreq/stdout",
     .likeness = like_cpupower},
    {.kind = "tuned",
     .about = "tuned-adm list or active, or a Tuned resource of OpenShift (YAML)",
     .member = "commands/tuned/stdout",
     .likeness = like_tuned},
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
  policy.firmware_limit_mhz = mhz_at(bundle, dir + "bios_limit");
  if (const auto boost = integer_at(bundle, dir + "boost")) policy.boost_enabled = *boost != 0;
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

// A kernel without a frequency driver has no policy: normal in a VM. A collection says that it found none. A tree whose
// CPUs were saved shows it, where nothing else in it is such a driver's; without its CPUs nothing is known.
bool has_no_policy(const EvidenceReader& reader) {
  if (reader.saw_none(kCpuDir + "cpufreq/policy*/scaling_driver")) return true;
  const Manifest& manifest = reader.bundle().manifest();
  if (manifest.imported.empty() && manifest.collector("frequency") != nullptr) return false;
  for (const char* file : {"cpufreq/boost", "intel_pstate/status", "amd_pstate/status"}) {
    const auto said = word_at(reader.bundle(), kCpuDir + file);
    if (said && *said != "off" && *said != "disable") return false;
  }
  return reader.bundle().text(kCpuDir + "online").has_value();
}

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
  if (policies.empty() && !has_no_policy(reader)) {
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
  const auto online = cpu_set_at(reader.bundle(), kCpuDir + "online");
  if (online && !online->is_subset_of(covered)) {
    for (const char* pointer : {"/frequency/policies", "/frequency/drivers", "/frequency/governors"}) {
      reader.missing(pointer, "file_absent", "no policy of CPUs " + (*online - covered).to_list() + " was read");
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

// ---- who else decides ----------------------------------------------------------------------------------------------

void read_energy_biases(const EvidenceReader& reader, Frequency& frequency) {
  const std::string pattern = kCpuDir + "cpu*/power/energy_perf_bias";
  std::map<std::int64_t, CpuSet> biases;
  const auto paths = reader.bundle().glob(pattern);
  for (const std::string& path : paths) {
    const auto cpu = number_after(components_after({path}, kCpuDir).front(), "cpu");
    const auto bias = integer_at(reader.bundle(), path);
    if (cpu && bias && *bias >= 0) biases[*bias].insert(static_cast<std::uint32_t>(*cpu));
  }
  if (biases.empty()) return reader.explain(pattern, "/frequency/energy_biases");
  frequency.energy_biases.emplace();
  for (auto& [value, cpus] : biases) frequency.energy_biases->push_back({.value = value, .cpus = std::move(cpus)});
  reader.facts().source("/frequency/energy_biases", paths.front());
}

void read_dma_latency(const EvidenceReader& reader, Frequency& frequency) {
  const std::string path = "probes/cpu-dma-latency.json";
  const char* const pointers[] = {"/frequency/cpu_dma_latency_us", "/frequency/cpu_dma_latency_holders"};
  const auto text = reader.text(path, pointers[0]);
  const auto json = text ? parse_json(*text, path) : fail(ErrorCode::not_found, "not probed", path);
  if (!text) return reader.explain(path, pointers[1]);
  if (!json || !json->is_object()) {
    for (const char* pointer : pointers) reader.missing(pointer, "parse_error", path + " is not what the probe writes");
    return;
  }
  if (const auto limit = json->find("limit_us"); limit != json->end() && limit->is_number_unsigned()) {
    frequency.cpu_dma_latency_us = limit->get<std::int64_t>();
  } else {
    reader.missing(pointers[0], "structural", "nobody set a limit on wake-up latency");
  }
  const auto holders = json->find("holders");
  if (holders == json->end() || !holders->is_array()) return;
  frequency.cpu_dma_latency_holders.emplace();
  reader.facts().source(pointers[1], path);
  for (const Json& holder : *holders) {
    if (holder.is_string()) frequency.cpu_dma_latency_holders->push_back(holder.get<std::string>());
  }
}

void read_power_managers(const EvidenceReader& reader, Frequency& frequency) {
  const std::string path = "commands/power-managers/stdout";
  if (const auto text = reader.text(path, "/frequency/power_managers")) {
    auto units = parse_unit_states(*text);
    if (!units.value.empty()) frequency.power_managers = std::move(units.value);
    if (!frequency.power_managers) reader.unparsed("/frequency/power_managers", path, units.unparsed);
  }
  const std::string state = "root/var/lib/power-profiles-daemon/state.ini";
  if (const auto text = reader.text(state, "/frequency/power_profile")) {
    frequency.power_profile = parse_power_profile(*text);
    if (!frequency.power_profile)
      reader.missing("/frequency/power_profile", "parse_error", state + " names no profile");
  }
  frequency.platform_profile = reader.word("root/sys/firmware/acpi/platform_profile", "/frequency/platform_profile");
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "frequency");
  Frequency frequency;
  read_policies(reader, frequency);
  read_boost(reader, frequency);
  frequency.intel_pstate_status = reader.word(kCpuDir + "intel_pstate/status", "/frequency/intel_pstate_status");
  frequency.amd_pstate_status = reader.word(kCpuDir + "amd_pstate/status", "/frequency/amd_pstate_status");
  frequency.max_perf_pct = reader.integer(kCpuDir + "intel_pstate/max_perf_pct", "/frequency/max_perf_pct");
  frequency.min_perf_pct = reader.integer(kCpuDir + "intel_pstate/min_perf_pct", "/frequency/min_perf_pct");
  frequency.idle_driver = reader.word(kCpuDir + "cpuidle/current_driver", "/frequency/idle_driver");
  frequency.idle_governor = reader.word(kCpuDir + "cpuidle/current_governor", "/frequency/idle_governor");
  read_idle(reader, frequency);
  read_energy_biases(reader, frequency);
  read_latency_limits(reader, frequency);
  read_dma_latency(reader, frequency);
  read_thermal_throttles(reader, frequency);
  read_power_managers(reader, frequency);
  read_frequency_texts(reader, frequency);
  builder.facts.frequency = std::move(frequency);
}

}  // namespace

extern const Collector k_frequency_collector{
    .name = "frequency",
    .about = "frequency driver, governor, energy preference, limits, boost, idle states, throttling, power services",
    .captures = kCaptures,
    .read = read,
    .texts = kTexts,
};

}  // namespace ihc
