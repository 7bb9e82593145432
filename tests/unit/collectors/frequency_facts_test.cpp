// Frequency facts out of small trees and pasted texts, and the traps of the family by their numbers in the catalogue.

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

const std::string kCpu = "root/sys/devices/system/cpu/";
constexpr std::int64_t kSecond = 1'000'000'000;

FactsBuilder facts_of(Files files, const std::vector<SampledFile>& samples = {}) {
  return read_facts(*bundle_of(std::move(files), samples));
}
Frequency frequency_of(Files files, const std::vector<SampledFile>& samples = {}) {
  return *facts_of(std::move(files), samples).facts.frequency;
}

TEST(FrequencyTraps, T09OfflineCpusAreNoMixedGovernor) {
  const std::string policies = kCpu + "cpufreq/";
  const Frequency frequency = frequency_of({{policies + "policy0/affected_cpus", "0\n"},
                                            {policies + "policy0/scaling_governor", "performance\n"},
                                            {policies + "policy1/affected_cpus", "\n"},
                                            {policies + "policy1/scaling_governor", "powersave\n"}});
  EXPECT_EQ(frequency.governors, std::vector<std::string>{"performance"});
}

TEST(FrequencyTraps, T21PowersaveIsReadWithItsDriverAndMode) {
  const std::string policy = kCpu + "cpufreq/policy0/";
  const Frequency frequency = frequency_of({{policy + "scaling_driver", "intel_pstate\n"},
                                            {policy + "affected_cpus", "0\n"},
                                            {policy + "scaling_governor", "powersave\n"},
                                            {kCpu + "intel_pstate/status", "active\n"}});
  EXPECT_EQ(frequency.policies->front().driver, "intel_pstate");
  EXPECT_EQ(frequency.policies->front().governor, "powersave");
  EXPECT_EQ(frequency.intel_pstate_status, "active");
}

TEST(FrequencyTraps, T22GovernorsThatAreOffered) {
  const std::string policy = kCpu + "cpufreq/policy0/";
  const Frequency frequency = frequency_of(
      {{policy + "scaling_available_governors", "performance powersave\n"}, {policy + "affected_cpus", "0\n"}});
  EXPECT_EQ(frequency.policies->front().available_governors, (std::vector<std::string>{"performance", "powersave"}));
}

TEST(FrequencyTraps, T23NoCpufreqIsNoFault) {
  const FactsBuilder sysfs = facts_of({{kCpu + "online", "0\n"}});
  EXPECT_EQ(sysfs.facts.frequency->has_cpufreq, false);
  EXPECT_EQ(sysfs.missing().at("/frequency/policies").reason, "structural");
  const FactsBuilder text =
      facts_of({{"commands/cpufreq/stdout",
                 "analyzing CPU 0:\n  no or unknown cpufreq driver is active on this CPU\n"
                 "  CPUs which run at the same hardware frequency: Not Available\n"
                 "  available cpufreq governors: Not Available\n  Unable to determine current policy\n"}});
  EXPECT_EQ(text.facts.frequency->has_cpufreq, false);
  EXPECT_EQ(text.missing().at("/frequency/policies").reason, "structural");
}

TEST(FrequencyTraps, T24PreferenceUnderThePerformanceGovernorIsAsRead) {
  const std::string policy = kCpu + "cpufreq/policy0/";
  const Frequency with = frequency_of({{policy + "affected_cpus", "0\n"},
                                       {policy + "scaling_governor", "performance\n"},
                                       {policy + "energy_performance_preference", "performance\n"}});
  EXPECT_EQ(with.policies->front().epp, "performance");
  const Frequency without =
      frequency_of({{policy + "affected_cpus", "0\n"}, {policy + "scaling_governor", "ondemand\n"}});
  EXPECT_EQ(without.policies->front().epp, std::nullopt);
}

TEST(FrequencyTraps, T25CurrentFrequencyIsNotALimit) {
  const std::string policy = kCpu + "cpufreq/policy0/";
  const FrequencyPolicy read = frequency_of({{policy + "affected_cpus", "0\n"},
                                             {policy + "scaling_cur_freq", "800000\n"},
                                             {policy + "scaling_max_freq", "3800000\n"},
                                             {policy + "bios_limit", "3500000\n"},
                                             {policy + "boost", "0\n"}})
                                   .policies->front();
  EXPECT_EQ(read.current_mhz, 800);
  EXPECT_EQ(read.max_mhz, 3800);
  EXPECT_EQ(read.firmware_limit_mhz, 3500);
  EXPECT_EQ(read.boost_enabled, false);
  EXPECT_EQ(read.base_mhz, std::nullopt);
}

TEST(FrequencyTraps, T48PoliciesOfTwoKindsKeepTheirOwnLimits) {
  const std::string policies = kCpu + "cpufreq/";
  const Frequency frequency = frequency_of({{policies + "policy0/affected_cpus", "0\n"},
                                            {policies + "policy0/scaling_governor", "performance\n"},
                                            {policies + "policy0/cpuinfo_max_freq", "5200000\n"},
                                            {policies + "policy8/affected_cpus", "8\n"},
                                            {policies + "policy8/scaling_governor", "performance\n"},
                                            {policies + "policy8/cpuinfo_max_freq", "3900000\n"}});
  EXPECT_EQ((*frequency.policies)[0].hardware_max_mhz, 5200);
  EXPECT_EQ((*frequency.policies)[1].hardware_max_mhz, 3900);
}

TEST(FrequencyTraps, T50AProfilesNameIsNotItsSettings) {
  const FactsBuilder builder = facts_of({{"root/etc/tuned/active_profile", "latency-performance\n"},
                                         {"root/etc/tuned/profile_mode", "manual\n"},
                                         {kCpu + "cpufreq/policy0/affected_cpus", "0\n"},
                                         {kCpu + "cpufreq/policy0/scaling_governor", "powersave\n"},
                                         {"commands/tuned-adm-recommend/stdout", "virtual-guest\n"},
                                         {"commands/tuned/stdout", "Current active profile: balanced\n"}});
  const Tuned& tuned = *builder.facts.frequency->tuned;
  EXPECT_EQ(tuned.active_profile, "latency-performance");
  EXPECT_EQ(tuned.recommended_profile, "virtual-guest");
  EXPECT_EQ(tuned.profile_mode, "manual");
  EXPECT_EQ(builder.facts.frequency->governors, std::vector<std::string>{"powersave"})
      << "values are read, not inferred";
  ASSERT_EQ(builder.conflicts().size(), 1U);
  EXPECT_EQ(builder.conflicts()[0].detail, "latency-performance against balanced");
}

TEST(FrequencyFacts, IdleTimeOfEachCpuWithinTheWindow) {
  const std::string c6 = kCpu + "cpu0/cpuidle/state1/";
  const std::string other = kCpu + "cpu1/cpuidle/state1/";
  const Frequency frequency = frequency_of({{c6 + "name", "C6\n"},
                                            {c6 + "latency", "290\n"},
                                            {c6 + "residency", "800\n"},
                                            {other + "name", "C6\n"},
                                            {other + "latency", "290\n"}},
                                           {{c6 + "time", 0, "1000\n"},
                                            {c6 + "time", 10 * kSecond, "9001000\n"},
                                            {c6 + "usage", 0, "5\n"},
                                            {c6 + "usage", 10 * kSecond, "25\n"},
                                            {other + "time", 0, "500\n"},
                                            {other + "time", 10 * kSecond, "400\n"}});
  ASSERT_EQ(frequency.idle_states->size(), 1U);
  const IdleState& state = frequency.idle_states->front();
  using PerCpu = std::map<std::string, std::int64_t>;
  EXPECT_EQ(state.time_delta_us, (PerCpu{{"0", 9000000}})) << "CPU 1 went backwards: no delta";
  EXPECT_EQ(state.usage_delta, (PerCpu{{"0", 20}}));
  EXPECT_EQ(state.target_residency_us, 800);
  EXPECT_EQ(frequency.idle_window_seconds, 10);
}

TEST(FrequencyFacts, ThrottlingAndLimits) {
  const std::string thermal = kCpu + "cpu3/thermal_throttle/";
  const FactsBuilder builder =
      facts_of({{kCpu + "cpu0/power/pm_qos_resume_latency_us", "0\n"},
                {kCpu + "cpu1/power/pm_qos_resume_latency_us", "n/a\n"},
                {kCpu + "cpu2/power/pm_qos_resume_latency_us", "20\n"},
                {kCpu + "cpu0/power/energy_perf_bias", "6\n"},
                {kCpu + "cpu1/power/energy_perf_bias", "0\n"},
                {"probes/cpu-dma-latency.json", R"({"holders": ["tuned"], "limit_us": 10})"}},
               {{thermal + "core_throttle_count", 0, "7\n"}, {thermal + "core_throttle_count", kSecond, "9\n"}});
  const Frequency& frequency = *builder.facts.frequency;
  ASSERT_EQ(frequency.thermal_throttles->size(), 1U);
  EXPECT_EQ(frequency.thermal_throttles->front().cpu, 3);
  EXPECT_EQ(frequency.thermal_throttles->front().core_count, 9);
  EXPECT_EQ(frequency.thermal_throttles->front().core_count_delta, 2);
  EXPECT_EQ(frequency.thermal_throttles->front().package_count, std::nullopt);
  ASSERT_EQ(frequency.latency_limits->size(), 2U);
  EXPECT_EQ((*frequency.latency_limits)[0].limit_us, 0);
  EXPECT_EQ((*frequency.latency_limits)[0].cpus.to_list(), "1");
  EXPECT_EQ((*frequency.latency_limits)[1].limit_us, 20);
  EXPECT_EQ(frequency.energy_biases->front().value, 0);
  EXPECT_EQ(frequency.cpu_dma_latency_us, 10);
  EXPECT_EQ(frequency.cpu_dma_latency_holders, std::vector<std::string>{"tuned"});
  EXPECT_EQ(facts_of({{"probes/cpu-dma-latency.json", R"({"holders": []})"}})
                .missing()
                .at("/frequency/cpu_dma_latency_us")
                .reason,
            "structural");
}

TEST(FrequencyFacts, WhoSetsPower) {
  const Frequency frequency =
      frequency_of({{"commands/power-managers/stdout",
                     "Id=tuned.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\n"
                     "Id=tlp.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n"},
                    {"root/var/lib/power-profiles-daemon/state.ini", "[State]\nProfile=power-saver\n"},
                    {"root/sys/firmware/acpi/platform_profile", "balanced\n"}});
  ASSERT_EQ(frequency.power_managers->size(), 2U);
  EXPECT_EQ((*frequency.power_managers)[0].active_state, "active");
  EXPECT_EQ((*frequency.power_managers)[1].load_state, "not-found");
  EXPECT_EQ((*frequency.power_managers)[1].unit_file_state, std::nullopt);
  EXPECT_EQ(frequency.power_profile, "power-saver");
  EXPECT_EQ(frequency.platform_profile, "balanced");
}

const std::string kCpupower =
    "analyzing CPU 0:\n  driver: acpi-cpufreq\n  CPUs which run at the same hardware frequency: 0 1\n"
    "  CPUs which need to have their frequency coordinated by software: 0 1\n"
    "  hardware limits: 1.50 GHz - 2.45 GHz\n  available cpufreq governors: ondemand, performance\n"
    "  current policy: frequency should be within 1.50 GHz and 2.00 GHz.\n"
    "                  The governor \"ondemand\" may decide which speed to use\n                  within this range.\n"
    "  boost state support:\n    Supported: yes\n    Active: no\n";

TEST(CpupowerText, CpusOfOnePolicyAreOne) {
  std::string second = kCpupower;
  second.replace(second.find("CPU 0"), 5, "CPU 1");
  const FactsBuilder builder = facts_of({{"commands/cpufreq/stdout", kCpupower + second}});
  const Frequency& frequency = *builder.facts.frequency;
  ASSERT_EQ(frequency.policies->size(), 1U);
  EXPECT_EQ(frequency.policies->front().cpus.to_list(), "0-1");
  EXPECT_EQ(frequency.policies->front().max_mhz, 2000);
  EXPECT_EQ(frequency.policies->front().hardware_max_mhz, 2450);
  EXPECT_EQ(frequency.boost_enabled, false);
  EXPECT_EQ(frequency.drivers, std::vector<std::string>{"acpi-cpufreq"});
  EXPECT_EQ(builder.missing().count("/frequency/policies"), 0U);
}

TEST(CpupowerText, ABlockThatIsCutIsLeftOutAndSaidSo) {
  const FactsBuilder builder =
      facts_of({{"commands/cpufreq/stdout",
                 kCpupower + "analyzing CPU 2:\n  driver: acpi-cpufreq\n  hardware limits: 1.50 GHz - 2."}});
  EXPECT_EQ(builder.facts.frequency->policies->size(), 1U);
  EXPECT_EQ(builder.missing().at("/frequency/policies").reason, "parse_error");
}

TEST(CpupowerText, SysfsWins) {
  const std::string policy = kCpu + "cpufreq/policy0/";
  const FactsBuilder builder = facts_of({{policy + "affected_cpus", "0 1\n"},
                                         {policy + "scaling_governor", "performance\n"},
                                         {policy + "scaling_max_freq", "2001000\n"},
                                         {"commands/cpufreq/stdout", kCpupower}});
  EXPECT_EQ(builder.facts.frequency->governors, std::vector<std::string>{"performance"});
  ASSERT_EQ(builder.conflicts().size(), 1U);
  EXPECT_EQ(builder.conflicts()[0].detail, "performance against ondemand");
}

}  // namespace
}  // namespace ihc::test
