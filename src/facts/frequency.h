// facts.frequency: who decides how fast the CPUs run. Sources:
// Documentation/admin-guide/pm/{cpufreq,intel_pstate,amd-pstate,cpuidle}.rst.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct FrequencyPolicy {
  std::int64_t id = 0;
  CpuSet cpus;
  std::optional<std::string> driver;
  std::optional<std::string> governor;
  std::optional<std::vector<std::string>> available_governors;
  std::optional<std::string> epp;
  std::optional<double> min_mhz;
  std::optional<double> max_mhz;
  std::optional<double> hardware_min_mhz;
  std::optional<double> hardware_max_mhz;
  std::optional<double> base_mhz;
  std::optional<double> current_mhz;
};

struct IdleState {
  std::string name;
  std::optional<std::int64_t> latency_us;
  std::optional<CpuSet> cpus_enabled;
};

struct Frequency {
  std::optional<bool> has_cpufreq;
  std::optional<std::vector<FrequencyPolicy>> policies;
  std::optional<std::vector<std::string>> drivers;
  std::optional<std::vector<std::string>> governors;
  std::optional<bool> boost_enabled;
  std::optional<std::string> intel_pstate_status;
  std::optional<std::string> amd_pstate_status;
  std::optional<std::int64_t> max_perf_pct;
  std::optional<std::string> idle_driver;
  std::optional<std::vector<IdleState>> idle_states;
};

template <>
struct Describe<FrequencyPolicy> {
  static constexpr std::string_view kName = "frequency_policy";
  static constexpr auto kFields = std::tuple{
      field("id", &FrequencyPolicy::id, "number of cpufreq/policy*"),
      field("cpus", &FrequencyPolicy::cpus, "affected_cpus: the online CPUs under it"),
      field("driver", &FrequencyPolicy::driver, "scaling_driver"),
      field("governor", &FrequencyPolicy::governor, "scaling_governor; what the word means depends on the driver"),
      field("available_governors", &FrequencyPolicy::available_governors, "scaling_available_governors"),
      field("epp", &FrequencyPolicy::epp, "energy_performance_preference"),
      field("min_mhz", &FrequencyPolicy::min_mhz, "scaling_min_freq"),
      field("max_mhz", &FrequencyPolicy::max_mhz, "scaling_max_freq: the upper limit that software set"),
      field("hardware_min_mhz", &FrequencyPolicy::hardware_min_mhz, "cpuinfo_min_freq"),
      field("hardware_max_mhz", &FrequencyPolicy::hardware_max_mhz, "cpuinfo_max_freq"),
      field("base_mhz", &FrequencyPolicy::base_mhz, "base_frequency, where the driver gives it"),
      field("current_mhz", &FrequencyPolicy::current_mhz,
            "scaling_cur_freq: requested or sampled, not proof of speed")};
};

template <>
struct Describe<IdleState> {
  static constexpr std::string_view kName = "idle_state";
  static constexpr auto kFields =
      std::tuple{field("name", &IdleState::name, "cpuidle/state*/name"),
                 field("latency_us", &IdleState::latency_us, "exit latency in microseconds (cpuidle/state*/latency)"),
                 field("cpus_enabled", &IdleState::cpus_enabled, "CPUs whose cpuidle/state*/disable is 0")};
};

template <>
struct Describe<Frequency> {
  static constexpr std::string_view kName = "frequency";
  static constexpr auto kFields = std::tuple{
      field("has_cpufreq", &Frequency::has_cpufreq,
            "whether the kernel controls frequency here; false is normal in a VM"),
      field("policies", &Frequency::policies, "cpufreq policies with an online CPU, by id"),
      field("drivers", &Frequency::drivers, "distinct drivers, sorted"),
      field("governors", &Frequency::governors, "distinct governors, sorted"),
      field("boost_enabled", &Frequency::boost_enabled, "cpufreq/boost, or the inverse of intel_pstate/no_turbo"),
      field("intel_pstate_status", &Frequency::intel_pstate_status, "intel_pstate/status: active, passive or off"),
      field("amd_pstate_status", &Frequency::amd_pstate_status, "amd_pstate/status"),
      field("max_perf_pct", &Frequency::max_perf_pct, "intel_pstate/max_perf_pct"),
      field("idle_driver", &Frequency::idle_driver, "/sys/devices/system/cpu/cpuidle/current_driver"),
      field("idle_states", &Frequency::idle_states, "idle states by name, shallow first")};
};

}  // namespace ihc
