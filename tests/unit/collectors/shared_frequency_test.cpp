// Frequency texts and trees of machines that this project never saw, with the values of their index and of upstream.
// Skipped where the shared captures are absent.

#include <filesystem>
#include <iostream>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/read_facts.h"
#include "collect/collector.h"
#include "support/recorded_tree.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

class SharedFrequency : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(shared_dir() / "corpus")) GTEST_SKIP() << (shared_dir() / "corpus") << " is absent";
  }
  static std::string text(const std::string& path) {
    const auto bytes = read_file(shared_dir() / "corpus" / path, limits::kMaxFileBytes);
    EXPECT_TRUE(bytes) << path;
    return bytes ? *bytes : std::string();
  }
  static FactsBuilder facts_of(const std::string& member, const std::string& path) {
    return read_facts(*MemoryBundle::of_files({{member, text(path)}}));
  }
};

TEST_F(SharedFrequency, CpupowerOfFourCpus) {
  const FactsBuilder builder =
      facts_of("commands/cpufreq/stdout", "cpufreq/cpupower-frequency-info-multi-insights.txt");
  const Frequency& frequency = *builder.facts.frequency;
  EXPECT_EQ(frequency.has_cpufreq, true);
  ASSERT_TRUE(frequency.policies);
  ASSERT_EQ(frequency.policies->size(), 4U);
  const double current[] = {1220, 1220, 871, 868};
  for (std::size_t index = 0; index < 4; ++index) {
    const FrequencyPolicy& policy = (*frequency.policies)[index];
    EXPECT_EQ(policy.cpus.to_list(), std::to_string(index));
    EXPECT_EQ(policy.driver, "intel_pstate");
    EXPECT_EQ(policy.governor, "performance");
    EXPECT_EQ(policy.available_governors, (std::vector<std::string>{"performance", "powersave"}));
    EXPECT_EQ(policy.hardware_min_mhz, 800);
    EXPECT_EQ(policy.hardware_max_mhz, 3000);
    EXPECT_EQ(policy.max_mhz, 3000);
    EXPECT_EQ(policy.current_mhz, current[index]);
  }
  EXPECT_EQ(frequency.boost_enabled, true);
  EXPECT_EQ(builder.missing().count("/frequency/policies"), 0U) << "nothing of the text was left out";
  std::cout << "cpufreq (texts): 1 of 1 agree\n";
}

// pcp's own reading of the same tree names eight CPUs, all online, on one node.
TEST_F(SharedFrequency, TreeWithThrottleCountsAndBiases) {
  const auto bundle = bundle_of_tree(shared_dir() / "corpus/cpufreq/sysdev-root-002-pcp.tgz");
  ASSERT_NE(bundle, nullptr);
  const Frequency frequency = *read_facts(*bundle).facts.frequency;
  ASSERT_TRUE(frequency.policies && frequency.thermal_throttles && frequency.latency_limits && frequency.energy_biases);
  EXPECT_EQ(frequency.policies->size(), 8U);
  EXPECT_EQ(frequency.drivers, std::vector<std::string>{"intel_cpufreq"});
  ASSERT_EQ(frequency.thermal_throttles->size(), 8U);
  for (const ThermalThrottle& throttle : *frequency.thermal_throttles) {
    const std::string dir = "root/sys/devices/system/cpu/cpu" + std::to_string(throttle.cpu) + "/thermal_throttle/";
    EXPECT_EQ(throttle.core_count, parse_number<std::int64_t>(*bundle->text(dir + "core_throttle_count")));
    EXPECT_EQ(throttle.package_count, parse_number<std::int64_t>(*bundle->text(dir + "package_throttle_count")));
    EXPECT_EQ(throttle.core_count_delta, std::nullopt) << "one reading has no growth";
  }
  CpuSet biased;
  for (const EnergyBias& bias : *frequency.energy_biases) biased = biased | bias.cpus;
  EXPECT_EQ(biased.to_list(), "0-7");
  EXPECT_TRUE(frequency.latency_limits->empty()) << "0 is no limit";
  std::cout << "cpufreq (trees): 1 of 1 agree\n";
}

TEST_F(SharedFrequency, TunedListAndResource) {
  const Tuned list =
      facts_of("commands/tuned/stdout", "tuned/tuned-adm-list-insights.txt").facts.frequency->tuned.value_or(Tuned{});
  EXPECT_EQ(list.active_profile, "virtual-guest-vmware");
  ASSERT_TRUE(list.profiles);
  EXPECT_EQ(list.profiles->size(), 12U);
  EXPECT_EQ(list.profiles->front(), "balanced");
  EXPECT_EQ(list.profiles->back(), "virtual-host");
  const Tuned resource = facts_of("commands/tuned/stdout", "tuned/tuned-openshift-node-performance.yaml")
                             .facts.frequency->tuned.value_or(Tuned{});
  EXPECT_EQ(resource.active_profile, std::nullopt) << "a resource is not what runs";
  EXPECT_EQ(resource.recommended_profile, "openshift-node-performance-manual");
  EXPECT_EQ(resource.profiles,
            (std::vector<std::string>{"openshift-node-performance-manual", "openshift-node-performance-rt-manual",
                                      "openshift-node-performance-amd-x86-manual",
                                      "openshift-node-performance-arm-aarch64-manual",
                                      "openshift-node-performance-intel-x86-manual"}));
  std::cout << "tuned: 2 of 2 agree\n";
}

}  // namespace
}  // namespace ihc::test
