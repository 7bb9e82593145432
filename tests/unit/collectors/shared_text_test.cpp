// Texts recorded on machines that this project never saw, with the values their index or upstream's own tools give.
// Skipped where the shared captures are absent.

#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "cli/read_facts.h"
#include "collectors/reading/counters.h"
#include "collectors/workers/cgroup_path.h"
#include "collectors/workers/numa_maps.h"
#include "collectors/workers/process_files.h"
#include "support/recorded_tree.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

class SharedText : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(shared_dir() / "corpus")) GTEST_SKIP() << (shared_dir() / "corpus") << " is absent";
  }
  static std::string text(const std::string& path) {
    const auto bytes = read_file(shared_dir() / "corpus" / path, limits::kMaxFileBytes);
    EXPECT_TRUE(bytes) << path;
    return bytes ? *bytes : std::string();
  }
};

using NodeBytes = std::map<std::string, std::int64_t>;

TEST_F(SharedText, NumaMapsOfFourNodes) {
  const auto maps = parse_numa_maps(text("numa_maps/kernel-doc-4node-hugepage.txt"));
  EXPECT_FALSE(maps.unparsed.any()) << maps.unparsed.first;
  NodeBytes all = maps.value.bytes_by_node;
  for (const auto& [node, bytes] : maps.value.file_bytes_by_node) all[node] += bytes;
  // The index: 65 pages of 4 KiB on node 0; 40 pages of 4 KiB and one of 2 MiB on node 3.
  EXPECT_EQ(all, (NodeBytes{{"0", 65 * 4096}, {"3", 40 * 4096 + 2097152}}));
  EXPECT_EQ(maps.value.policies, std::vector<std::string>{"default"});
}

TEST_F(SharedText, NumaMapsOfOneNode) {
  const auto maps = parse_numa_maps(text("numa_maps/pid-jc.txt"));
  EXPECT_FALSE(maps.unparsed.any()) << maps.unparsed.first;
  // Summed over upstream's own JSON of the same capture.
  EXPECT_EQ(maps.value.bytes_by_node.at("0") + maps.value.file_bytes_by_node.at("0"), (1079 + 2233) * 4096);
}

TEST_F(SharedText, NumastatOfGraviton) {
  const auto counters = parse_counters(text("numastat-sysfs/aperf-test_run_1-node0-t0.txt"));
  EXPECT_FALSE(counters.unparsed.any());
  EXPECT_EQ(counters.value, (Counters{{"numa_hit", 4054622700},
                                      {"numa_miss", 0},
                                      {"numa_foreign", 0},
                                      {"interleave_hit", 9077},
                                      {"local_node", 4054622700},
                                      {"other_node", 0}}));
}

TEST_F(SharedText, VmstatPairHasItsGrowth) {
  const auto bundle = bundle_of({}, {{"root/proc/vmstat", 0, text("proc-vmstat/aperf-test_run_1-t0.txt")},
                                     {"root/proc/vmstat", 5'000'000'000, text("proc-vmstat/aperf-test_run_1-t5.txt")}});
  ASSERT_NE(bundle, nullptr);
  const auto memory = read_facts(*bundle).facts.numa_memory;
  ASSERT_TRUE(memory && memory->vmstat_delta);
  EXPECT_EQ(memory->vmstat_delta->at("numa_hit"), 4054628772 - 4054622545);
  EXPECT_EQ(memory->vmstat_delta->at("pgfault"), 5417810232 - 5417801930);
}

TEST_F(SharedText, StatusOfSystemd) {
  const auto status = parse_process_status(text("pid-status/pid-jc.txt"));
  EXPECT_FALSE(status.unparsed.any()) << status.unparsed.first;
  EXPECT_EQ(status.value.name, "systemd");
  EXPECT_EQ(status.value.threads, 1);
  EXPECT_EQ(status.value.resident_bytes, 13252 * 1024);
  EXPECT_EQ(status.value.swap_bytes, 0);
  EXPECT_EQ(status.value.cpus_allowed->to_list(), "0-127");
  EXPECT_EQ(status.value.mems_allowed->to_list(), "0");
  EXPECT_EQ(status.value.voluntary_switches, 1856);
  EXPECT_EQ(status.value.involuntary_switches, 6620);
}

TEST_F(SharedText, EveryProcessOfTwoKernelsIsRead) {
  for (const auto& [file, atleast] : {std::pair("pid-status/procpid-4.2.3-root-004-pcp.tgz", 50U),
                                      std::pair("pid-status/procpid-5.5.7-root-007-pcp.tgz", 3U)}) {
    const auto bundle = bundle_of_tree(shared_dir() / "corpus" / file);
    ASSERT_NE(bundle, nullptr) << file;
    std::size_t processes = 0;
    for (const std::string& path : bundle->glob("root/proc/*/stat")) {
      const std::string dir = path.substr(0, path.size() - 4);
      const auto stat = parse_task_stat(*bundle->text(path));
      ASSERT_TRUE(stat) << file << " " << path;
      if (const auto status_text = bundle->text(dir + "status")) {
        const auto status = parse_process_status(*status_text);
        EXPECT_FALSE(status.unparsed.any()) << path << ": " << status.unparsed.first;
        EXPECT_EQ(status.value.name, stat->name) << path;
        EXPECT_EQ(status.value.parent_pid, stat->parent_pid) << path;
      }
      if (const auto cgroup = bundle->text(dir + "cgroup")) {
        EXPECT_FALSE(parse_cgroup(*cgroup).unparsed.any()) << path;
      }
      ++processes;
    }
    EXPECT_GE(processes, atleast) << file;
  }
}

TEST_F(SharedText, CgroupOfHost) {
  const auto cgroup = parse_cgroup(text("cgroup/proc1-cgroup-host-insights.txt"));
  EXPECT_FALSE(cgroup.unparsed.any());
  EXPECT_EQ(cgroup.value.path, "/");
  EXPECT_EQ(cgroup.value.unit, std::nullopt);
  EXPECT_EQ(cgroup.value.in_container, std::nullopt);
}

TEST_F(SharedText, CpufreqTrees) {
  const auto policies = bundle_of_tree(shared_dir() / "corpus/cpufreq/sysdev-root-002-pcp.tgz");
  ASSERT_NE(policies, nullptr);
  const auto frequency = read_facts(*policies).facts.frequency;
  ASSERT_TRUE(frequency && frequency->policies);
  EXPECT_EQ(frequency->policies->size(), 8U);
  EXPECT_EQ(frequency->drivers, std::vector<std::string>{"intel_cpufreq"});
  for (const FrequencyPolicy& policy : *frequency->policies) {
    EXPECT_EQ(policy.cpus.to_list(), std::to_string(policy.id));
    EXPECT_TRUE(policy.governor && policy.min_mhz && policy.max_mhz && policy.hardware_max_mhz);
  }
  const auto old = bundle_of_tree(shared_dir() / "corpus/cpufreq/sysfs-cpufreq-scaling-001-pcp.tgz");
  ASSERT_NE(old, nullptr);
  const auto scaling = read_facts(*old).facts.frequency;
  ASSERT_TRUE(scaling && scaling->policies);
  EXPECT_EQ(scaling->policies->size(), 8U);
  EXPECT_TRUE(scaling->policies->front().current_mhz);
}

}  // namespace
}  // namespace ihc::test
