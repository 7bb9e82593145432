// Memory texts and trees of machines that this project never saw, with the values of their index and of upstream.
// Skipped where the shared captures are absent.

#include <filesystem>
#include <iostream>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/read_facts.h"
#include "support/recorded_tree.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

class SharedNumaMemory : public testing::Test {
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
  static std::vector<NumaMemoryNode> nodes_of(const std::string& member, const std::string& path) {
    const FactsBuilder builder = facts_of(member, path);
    const auto missing = builder.missing().find("/numa_memory/nodes");
    EXPECT_TRUE(missing == builder.missing().end() || missing->second.reason != "parse_error") << path;
    return builder.facts.numa_memory->nodes.value_or(std::vector<NumaMemoryNode>{});
  }
};

TEST_F(SharedNumaMemory, NumastatInPages) {
  const auto nodes = nodes_of("commands/numastat-system/stdout", "numastat-system/default-1node-openstack.txt");
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_EQ(nodes[0].numa_hit, 386594585);
  EXPECT_EQ(nodes[0].interleave_hit, 63717);
  EXPECT_EQ(nodes[0].other_node, 0);
  EXPECT_FALSE(nodes[0].since_boot_mb);
}

TEST_F(SharedNumaMemory, NumastatInMebibytesIsNeverPages) {
  const auto fine = nodes_of("commands/numastat-system/stdout", "numastat-system/n-1node-openstack.txt");
  ASSERT_EQ(fine.size(), 1U);
  EXPECT_EQ(fine[0].numa_hit, std::nullopt);
  EXPECT_EQ(fine[0].since_boot_mb->numa_hit_mb, 1510153.25);
  EXPECT_EQ(fine[0].since_boot_mb->interleave_hit_mb, 248.89);

  const auto two = nodes_of("commands/numastat-system/stdout", "numastat-system/compact-2node-nova.txt");
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[1].since_boot_mb->numa_hit_mb, 39901432);
  EXPECT_EQ(two[1].since_boot_mb->other_node_mb, 312);

  const auto four = nodes_of("commands/numastat-system/stdout", "numastat-system/compact-4node-cxl-clickhouse.txt");
  ASSERT_EQ(four.size(), 4U);
  double misses = 0;
  for (const NumaMemoryNode& node : four) misses += *node.since_boot_mb->numa_miss_mb;
  EXPECT_EQ(misses, 3007) << "the index: Numa_Miss total 3007";
  EXPECT_EQ(four[2].since_boot_mb->local_node_mb, 0);
  EXPECT_EQ(four[3].since_boot_mb->local_node_mb, 0);
  std::cout << "numastat-system: 4 of 4 agree\n";
}

TEST_F(SharedNumaMemory, NumastatOfMemory) {
  const auto nodes = nodes_of("commands/numastat-m/stdout", "numastat-m/1node-openstack.txt");
  ASSERT_EQ(nodes.size(), 1U);
  ASSERT_TRUE(nodes[0].memory_bytes);
  EXPECT_EQ(nodes[0].memory_bytes->at("MemTotal"), 16786600755);
  EXPECT_EQ(nodes[0].memory_bytes->at("Inactive(file)"), 4462687027);
  EXPECT_EQ(nodes[0].memory_bytes->count("HugePages_Total"), 0U);
  std::cout << "numastat-m: 1 of 1 agree\n";
}

TEST_F(SharedNumaMemory, NumastatFileOfOneNode) {
  const auto nodes =
      nodes_of("root/sys/devices/system/node/node0/numastat", "numastat-sysfs/aperf-test_run_1-node0-t0.txt");
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_EQ(nodes[0].numa_hit, 4054622700);
  EXPECT_EQ(nodes[0].interleave_hit, 9077);
  EXPECT_EQ(nodes[0].local_node, 4054622700);
  std::cout << "numastat-sysfs: 1 of 1 agree\n";
}

TEST_F(SharedNumaMemory, NumactlShow) {
  const auto policy =
      facts_of("commands/numactl-show/stdout", "numactl-show/1node-openstack.txt").facts.numa_memory->shell_policy;
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->policy, "default");
  EXPECT_EQ(policy->preferred_node, "current");
  EXPECT_EQ(policy->cpus->to_list(), "0-1");
  EXPECT_EQ(policy->memory_nodes->to_list(), "0");
  std::cout << "numactl-show: 1 of 1 agree\n";
}

// Upstream's own JSON of the same file: [{"node": 0, "DMA": {"pages": {"free": 3832, …}}}, …]
TEST_F(SharedNumaMemory, ZoneinfoAsUpstreamReadsIt) {
  const auto nodes = nodes_of("root/proc/zoneinfo", "zoneinfo/zoneinfo-jc.txt");
  const auto expected = parse_json(text("zoneinfo/zoneinfo-jc.expected.json"), "expected");
  ASSERT_TRUE(expected);
  std::size_t compared = 0;
  for (const Json& node : *expected) {
    const std::int64_t id = node.at("node").get<std::int64_t>();
    ASSERT_LT(static_cast<std::size_t>(id), nodes.size());
    ASSERT_TRUE(nodes[static_cast<std::size_t>(id)].zones);
    for (const MemoryZone& zone : *nodes[static_cast<std::size_t>(id)].zones) {
      ASSERT_TRUE(node.contains(zone.name)) << zone.name;
      const Json& pages = node.at(zone.name).at("pages");
      EXPECT_EQ(zone.free_pages, pages.at("free").get<std::int64_t>()) << zone.name;
      EXPECT_EQ(zone.min_pages, pages.at("min").get<std::int64_t>()) << zone.name;
      EXPECT_EQ(zone.low_pages, pages.at("low").get<std::int64_t>()) << zone.name;
      EXPECT_EQ(zone.high_pages, pages.at("high").get<std::int64_t>()) << zone.name;
      EXPECT_EQ(zone.managed_pages, pages.at("managed").get<std::int64_t>()) << zone.name;
      ++compared;
    }
  }
  EXPECT_GE(compared, 2U);
  std::cout << "zoneinfo: 1 of 1 agree (" << compared << " zones)\n";
}

TEST_F(SharedNumaMemory, HugePagesOfFourSizes) {
  const auto bundle = bundle_of_tree(shared_dir() / "corpus/hugepages/sysfs-hugepages-001-pcp.tgz");
  ASSERT_NE(bundle, nullptr);
  const auto pools = read_facts(*bundle).facts.numa_memory->huge_pages;
  ASSERT_TRUE(pools);
  const std::int64_t sizes[] = {65536, 2097152, 33554432, 1073741824};
  ASSERT_EQ(pools->size(), 4U);
  for (std::size_t index = 0; index < 4; ++index) {
    const HugePages& pool = (*pools)[index];
    EXPECT_EQ(pool.size_bytes, sizes[index]);
    const std::string dir = "root/sys/kernel/mm/hugepages/hugepages-" + std::to_string(sizes[index] / 1024) + "kB/";
    EXPECT_EQ(pool.total, parse_number<std::int64_t>(*bundle->text(dir + "nr_hugepages")));
    EXPECT_EQ(pool.free, parse_number<std::int64_t>(*bundle->text(dir + "free_hugepages")));
    EXPECT_EQ(pool.reserved, parse_number<std::int64_t>(*bundle->text(dir + "resv_hugepages")));
  }
  std::cout << "hugepages: 1 of 1 agree\n";
}

}  // namespace
}  // namespace ihc::test
