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
  std::optional<double> firmware_limit_mhz;
  std::optional<bool> boost_enabled;
};

struct IdleState {
  std::string name;
  std::optional<std::int64_t> latency_us;
  std::optional<std::int64_t> target_residency_us;
  std::optional<CpuSet> cpus_enabled;
  std::optional<std::map<std::string, std::int64_t>> time_delta_us;
  std::optional<std::map<std::string, std::int64_t>> usage_delta;
};

struct EnergyBias {
  std::int64_t value = 0;
  CpuSet cpus;
};

struct LatencyLimit {
  std::int64_t limit_us = 0;
  CpuSet cpus;
};

struct ThermalThrottle {
  std::int64_t cpu = 0;
  std::optional<std::int64_t> core_count;
  std::optional<std::int64_t> package_count;
  std::optional<std::int64_t> core_count_delta;
  std::optional<std::int64_t> package_count_delta;
};

struct PowerManager {
  std::string unit;
  std::optional<std::string> load_state;
  std::optional<std::string> active_state;
  std::optional<std::string> unit_file_state;
};

struct Tuned {
  std::optional<std::string> active_profile;
  std::optional<std::string> profile_mode;
  std::optional<std::string> recommended_profile;
  std::optional<std::vector<std::string>> profiles;
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
  std::optional<std::int64_t> min_perf_pct;
  std::optional<std::vector<EnergyBias>> energy_biases;
  std::optional<std::string> idle_driver;
  std::optional<std::string> idle_governor;
  std::optional<std::vector<IdleState>> idle_states;
  std::optional<double> idle_window_seconds;
  std::optional<std::vector<LatencyLimit>> latency_limits;
  std::optional<std::int64_t> cpu_dma_latency_us;
  std::optional<std::vector<std::string>> cpu_dma_latency_holders;
  std::optional<std::vector<ThermalThrottle>> thermal_throttles;
  std::optional<std::string> platform_profile;
  std::optional<std::string> power_profile;
  std::optional<std::vector<PowerManager>> power_managers;
  std::optional<Tuned> tuned;
};

}  // namespace ihc
