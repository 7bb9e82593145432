// lscpu and numactl texts of machines that this project never saw, with the values of their index; and that each text
// is known for what it is. Skipped where the shared captures are absent.

#include <algorithm>
#include <filesystem>
#include <iostream>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "cli/read_facts.h"
#include "collect/collector.h"
#include "support/recorded_tree.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

class SharedTopologyTexts : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(shared_dir() / "corpus")) GTEST_SKIP() << (shared_dir() / "corpus") << " is absent";
  }
  static std::string text(const std::string& path) {
    const auto bytes = read_file(shared_dir() / "corpus" / path, limits::kMaxFileBytes);
    EXPECT_TRUE(bytes) << path;
    return bytes ? *bytes : std::string();
  }
  static Topology topology_of(const std::string& member, const std::string& path) {
    return *read_facts(*MemoryBundle::of_files({{member, text(path)}})).facts.topology;
  }
};

struct LscpuRow {
  const char* file;
  const char* cpus;
  std::int64_t packages;
  std::int64_t threads_per_core;
  std::int64_t cores;
  const char* model;
  std::optional<std::int64_t> l3;
};

TEST_F(SharedTopologyTexts, Lscpu) {
  const LscpuRow rows[] = {
      {"hotsos-2socket-vm.txt", "0-1", 2, 1, 2, "Intel Core Processor (Skylake, IBRS)", std::nullopt},
      {"insights-1.txt", "0-1", 1, 2, 1, "Intel Core Processor (Haswell, no TSX)", std::nullopt},
      {"insights-3-rhel9-nested.txt", "0-1", 2, 1, 2, "Intel Core Processor (Haswell, no TSX, IBRS)", 2}};
  for (const LscpuRow& row : rows) {
    SCOPED_TRACE(row.file);
    const Topology topology = topology_of("commands/lscpu/stdout", std::string("lscpu/") + row.file);
    ASSERT_TRUE(topology.cpus_online && topology.numa_nodes);
    EXPECT_EQ(topology.cpus_online->to_list(), row.cpus);
    EXPECT_EQ(topology.package_count, row.packages);
    EXPECT_EQ(topology.threads_per_core, row.threads_per_core);
    EXPECT_EQ(topology.cores, row.cores);
    EXPECT_EQ(topology.cpu_vendor, "GenuineIntel");
    EXPECT_EQ(topology.cpu_model, row.model);
    EXPECT_EQ(topology.l3_domains, row.l3) << "a sum of sizes is no count of caches";
    ASSERT_EQ(topology.numa_nodes->size(), 1U);
    EXPECT_EQ(topology.numa_nodes->front().cpus->to_list(), "0-1");
    EXPECT_EQ(topology.numa_nodes->front().kind, std::nullopt) << "lscpu says nothing of memory";
    EXPECT_EQ(topology.packages, std::nullopt);
  }
  std::cout << "lscpu: 3 of 3 agree\n";
}

TEST_F(SharedTopologyTexts, NumactlHardware) {
  const Topology one = topology_of("commands/numactl-hardware/stdout", "numactl-hardware/1node-openstack.txt");
  ASSERT_TRUE(one.numa_nodes);
  ASSERT_EQ(one.numa_nodes->size(), 1U);
  EXPECT_EQ(one.numa_nodes->front().memory_total_bytes, 16008LL << 20);
  EXPECT_EQ(one.numa_nodes->front().memory_free_bytes, 165LL << 20);
  EXPECT_EQ(one.cpus_online->to_list(), "0-1");

  const Topology two = topology_of("commands/numactl-hardware/stdout", "numactl-hardware/2node-128cpu-free.txt");
  ASSERT_TRUE(two.numa_nodes);
  ASSERT_EQ(two.numa_nodes->size(), 2U);
  const auto& nodes = *two.numa_nodes;
  EXPECT_EQ(nodes[0].cpus->to_list(), "0-31,64-95");
  EXPECT_EQ(nodes[1].cpus->to_list(), "32-63,96-127");
  EXPECT_EQ(nodes[0].kind, "cpu_memory");
  EXPECT_EQ(nodes[1].memory_total_bytes, 516035LL << 20);
  EXPECT_EQ(nodes[1].distances, (std::map<std::string, std::int64_t>{{"0", 21}, {"1", 10}}));
  EXPECT_EQ(two.cpu_node_count, 2);
  std::cout << "numactl-hardware: 2 of 2 agree\n";
}

TEST_F(SharedTopologyTexts, OneNodesList) {
  const Topology topology =
      topology_of("root/sys/devices/system/node/node0/cpulist", "topology-sysfs/node0-cpulist-insights.txt");
  ASSERT_TRUE(topology.numa_nodes);
  ASSERT_EQ(topology.numa_nodes->size(), 1U);
  const CpuSet& cpus = *topology.numa_nodes->front().cpus;
  EXPECT_EQ(cpus.size(), 24U) << "the index: even CPUs 0-46";
  EXPECT_TRUE(cpus.contains(46) && !cpus.contains(45));
}

// ---- what a text is ------------------------------------------------------------------------------------------------

// Folders of the corpus whose texts are of a kind of these families, and the kind's name.
const std::map<std::string, std::string> kOwnKinds{{"lscpu", "lscpu"},
                                                   {"numactl-hardware", "numactl-hardware"},
                                                   {"numactl-show", "numactl-show"},
                                                   {"numastat-m", "numastat-m"},
                                                   {"numastat-system", "numastat-system"},
                                                   {"numastat-sysfs", "numastat-sysfs"},
                                                   {"zoneinfo", "zoneinfo"},
                                                   {"tuned", "tuned"},
                                                   {"cpufreq", "cpufreq"}};

bool is_text(const std::string& bytes) { return bytes.substr(0, 512).find('\0') == std::string::npos; }

TEST_F(SharedTopologyTexts, EachKindKnowsItsOwnAndNoOther) {
  std::size_t own = 0;
  std::size_t others = 0;
  for (const auto& entry : fs::recursive_directory_iterator(shared_dir() / "corpus")) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file() || name.find(".expected.") != std::string::npos || name == "INDEX.md") continue;
    auto bytes = read_file(entry.path(), limits::kMaxFileBytes);
    if (!bytes || !is_text(*bytes)) continue;
    const std::string head = bytes->substr(0, 64 * limits::kKiB);
    const std::string folder = entry.path().parent_path().filename().string();
    const auto kind = kOwnKinds.find(folder);
    SCOPED_TRACE(folder + "/" + name);
    for (const Collector* collector : all_collectors()) {
      if (collector->name != "topology" && collector->name != "frequency" && collector->name != "numa_memory") continue;
      for (const ForeignText& text : collector->texts) {
        const bool is_own = kind != kOwnKinds.end() && kind->second == text.kind;
        if (is_own) {
          EXPECT_EQ(text.likeness(head), Likeness::sure) << text.kind;
          ++own;
        } else {
          EXPECT_NE(text.likeness(head), Likeness::sure) << text.kind;
          ++others;
        }
      }
    }
  }
  std::cout << "likeness: " << own << " texts known for what they are, " << others
            << " questions answered no or maybe\n";
  EXPECT_GE(own, 14U);
}

}  // namespace
}  // namespace ihc::test
