// The description of the structs of facts/frequency.h.
#pragma once

#include "facts/describe.h"
#include "facts/frequency.h"

namespace ihc {

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
      field("current_mhz", &FrequencyPolicy::current_mhz, "scaling_cur_freq: requested or sampled, not proof of speed"),
      field("firmware_limit_mhz", &FrequencyPolicy::firmware_limit_mhz, "bios_limit: what the firmware allows"),
      field("boost_enabled", &FrequencyPolicy::boost_enabled,
            "policy*/boost, where the driver has one for each policy")};
};

template <>
struct Describe<IdleState> {
  static constexpr std::string_view kName = "idle_state";
  static constexpr auto kFields =
      std::tuple{field("name", &IdleState::name, "cpuidle/state*/name"),
                 field("latency_us", &IdleState::latency_us, "exit latency in microseconds (cpuidle/state*/latency)"),
                 field("target_residency_us", &IdleState::target_residency_us,
                       "shortest stay that is worth the change (cpuidle/state*/residency)"),
                 field("cpus_enabled", &IdleState::cpus_enabled, "CPUs whose cpuidle/state*/disable is 0"),
                 field("time_delta_us", &IdleState::time_delta_us,
                       "by CPU: microseconds spent in it within the window (cpuidle/state*/time)"),
                 field("usage_delta", &IdleState::usage_delta,
                       "by CPU: times it was entered within the window (cpuidle/state*/usage)")};
};

template <>
struct Describe<EnergyBias> {
  static constexpr std::string_view kName = "energy_bias";
  static constexpr auto kFields = std::tuple{
      field("value", &EnergyBias::value, "cpu*/power/energy_perf_bias: 0 performance … 15 power, pm/intel_epb.rst"),
      field("cpus", &EnergyBias::cpus, "the CPUs that have it")};
};

template <>
struct Describe<LatencyLimit> {
  static constexpr std::string_view kName = "latency_limit";
  static constexpr auto kFields = std::tuple{
      field("limit_us", &LatencyLimit::limit_us,
            "cpu*/power/pm_qos_resume_latency_us: the longest wake-up allowed; 0 forbids every idle state but polling"),
      field("cpus", &LatencyLimit::cpus, "the CPUs that have this limit")};
};

template <>
struct Describe<ThermalThrottle> {
  static constexpr std::string_view kName = "thermal_throttle";
  static constexpr auto kFields = std::tuple{
      field("cpu", &ThermalThrottle::cpu, "CPU number"),
      field("core_count", &ThermalThrottle::core_count, "thermal_throttle/core_throttle_count since boot"),
      field("package_count", &ThermalThrottle::package_count, "thermal_throttle/package_throttle_count since boot"),
      field("core_count_delta", &ThermalThrottle::core_count_delta, "its growth within the window"),
      field("package_count_delta", &ThermalThrottle::package_count_delta, "its growth within the window")};
};

template <>
struct Describe<PowerManager> {
  static constexpr std::string_view kName = "power_manager";
  static constexpr auto kFields = std::tuple{
      field("unit", &PowerManager::unit, "systemd unit that sets power policy: tuned, power-profiles-daemon, tlp, …"),
      field("load_state", &PowerManager::load_state, "LoadState of systemctl show: not-found when it is not installed"),
      field("active_state", &PowerManager::active_state, "ActiveState"),
      field("unit_file_state", &PowerManager::unit_file_state, "UnitFileState: whether it comes with the next boot")};
};

template <>
struct Describe<Tuned> {
  static constexpr std::string_view kName = "tuned";
  static constexpr auto kFields = std::tuple{
      field("active_profile", &Tuned::active_profile, "tuned-adm active, else /etc/tuned/active_profile; tuned-adm(8)"),
      field("profile_mode", &Tuned::profile_mode, "/etc/tuned/profile_mode: manual or auto"),
      field("recommended_profile", &Tuned::recommended_profile, "tuned-adm recommend"),
      field("profiles", &Tuned::profiles, "tuned-adm list, or the profiles that a Tuned resource defines")};
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
      field("min_perf_pct", &Frequency::min_perf_pct, "intel_pstate/min_perf_pct"),
      field("energy_biases", &Frequency::energy_biases, "Intel's energy and performance bias, by value"),
      field("idle_driver", &Frequency::idle_driver, "/sys/devices/system/cpu/cpuidle/current_driver"),
      field("idle_governor", &Frequency::idle_governor, "/sys/devices/system/cpu/cpuidle/current_governor"),
      field("idle_states", &Frequency::idle_states, "idle states by name, shallow first"),
      field("idle_window_seconds", &Frequency::idle_window_seconds, "time between the two readings of the idle states"),
      field("latency_limits", &Frequency::latency_limits,
            "CPUs with a limit on wake-up latency of their own, by limit; empty when no CPU has one"),
      field("cpu_dma_latency_us", &Frequency::cpu_dma_latency_us,
            "read of /dev/cpu_dma_latency: the limit in force for all CPUs; absent when nobody set one"),
      field("cpu_dma_latency_holders", &Frequency::cpu_dma_latency_holders,
            "names of the processes that keep /dev/cpu_dma_latency open"),
      field("thermal_throttles", &Frequency::thermal_throttles, "thermal throttling, by CPU (x86 Intel only)"),
      field("platform_profile", &Frequency::platform_profile, "/sys/firmware/acpi/platform_profile"),
      field("power_profile", &Frequency::power_profile, "powerprofilesctl get"),
      field("power_managers", &Frequency::power_managers, "services that set power policy, by unit"),
      field("tuned", &Frequency::tuned, "the tuned daemon's profile")};
};

}  // namespace ihc
