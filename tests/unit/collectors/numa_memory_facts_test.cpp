// Memory facts out of small trees and pasted texts, and the traps of the family by their numbers in the catalogue.

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "collectors/numa_memory/numastat_text.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

const std::string kNode = "root/sys/devices/system/node/";
constexpr std::int64_t kSecond = 1'000'000'000;

FactsBuilder facts_of(Files files, const std::vector<SampledFile>& samples = {}) {
  return read_facts(*bundle_of(std::move(files), samples));
}
NumaMemory memory_of(Files files, const std::vector<SampledFile>& samples = {}) {
  return *facts_of(std::move(files), samples).facts.numa_memory;
}

// A worker on node 1 whose pages come from node 0: foreign grows on 1, miss on 0.
TEST(NumaMemoryTraps, T01MissAndForeignStayWhereTheKernelCountsThem) {
  const NumaMemory memory =
      memory_of({}, {{kNode + "node0/numastat", 0, "numa_hit 1\nnuma_miss 0\nnuma_foreign 0\n"},
                     {kNode + "node0/numastat", kSecond, "numa_hit 1\nnuma_miss 9\nnuma_foreign 0\n"},
                     {kNode + "node1/numastat", 0, "numa_hit 1\nnuma_miss 0\nnuma_foreign 0\n"},
                     {kNode + "node1/numastat", kSecond, "numa_hit 1\nnuma_miss 0\nnuma_foreign 9\n"}});
  EXPECT_EQ((*memory.nodes)[0].delta->numa_miss, 9);
  EXPECT_EQ((*memory.nodes)[0].delta->numa_foreign, 0);
  EXPECT_EQ((*memory.nodes)[1].delta->numa_foreign, 9);
  EXPECT_EQ((*memory.nodes)[1].delta->numa_miss, 0);
}

TEST(NumaMemoryTraps, T02LocalAndOtherAreKeptBesideHits) {
  const NumaMemory memory = memory_of(
      {{kNode + "node0/numastat", "numa_hit 100\nnuma_miss 0\nnuma_foreign 0\nlocal_node 10\nother_node 90\n"}});
  EXPECT_EQ(memory.nodes->front().numa_hit, 100);
  EXPECT_EQ(memory.nodes->front().local_node, 10);
  EXPECT_EQ(memory.nodes->front().other_node, 90);
}

TEST(NumaMemoryTraps, T03ResidencyOfAProcessIsNotTheSystemsCounters) {
  const std::string process =
      "\nPer-node process memory usage (in MBs) for PID 17959 (numa_bench)\n"
      "                           Node 0          Node 1           Total\n"
      "                  --------------- --------------- ---------------\n"
      "Huge                         0.00            0.00            0.00\n"
      "Private                      0.51           15.20           15.71\n";
  EXPECT_NE(like_numastat_system(process), Likeness::sure);
  EXPECT_NE(like_numastat_memory(process), Likeness::sure);
  const FactsBuilder builder = facts_of({{"commands/numastat-system/stdout", process}});
  EXPECT_EQ(builder.facts.numa_memory->nodes, std::nullopt);
  EXPECT_EQ(builder.missing().at("/numa_memory/nodes").reason, "parse_error");
}

TEST(NumaMemoryTraps, T04CountersThatAreSwitchedOffAreAbsentBesideMemory) {
  const FactsBuilder builder =
      facts_of({{kNode + "node0/numastat", "numa_hit 0\n"},
                {kNode + "node0/meminfo", "Node 0 MemTotal: 8 kB\nNode 0 HugePages_Total: 3\n"},
                {"root/proc/sys/vm/numa_stat", "0\n"}});
  ASSERT_EQ(builder.facts.numa_memory->nodes->size(), 1U);
  EXPECT_EQ(builder.facts.numa_memory->nodes->front().numa_hit, std::nullopt);
  EXPECT_EQ(builder.facts.numa_memory->nodes->front().memory_bytes,
            (std::map<std::string, std::int64_t>{{"MemTotal", 8192}}))
      << "a count of pages is no size";
  EXPECT_EQ(builder.missing().at("/numa_memory/nodes").reason, "structural");
}

TEST(NumaMemoryTraps, T06MemoryOfNodesWithoutCountersIsThere) {
  const NumaMemory memory =
      memory_of({{kNode + "node0/numastat", "numa_hit 5\n"},
                 {kNode + "node0/meminfo", "Node 0 MemFree: 4 kB\n"},
                 {kNode + "node2/meminfo", "Node 2 MemFree: 8 kB\n"},
                 {"root/proc/zoneinfo",
                  "Node 2, zone  Movable\n  pages free     9\n        min      1\n        low      2\n"
                  "        high     3\n        managed  4\n  pagesets\n    cpu: 0\n        high: 77\n"}});
  ASSERT_EQ(memory.nodes->size(), 2U);
  EXPECT_EQ((*memory.nodes)[1].id, 2);
  EXPECT_EQ((*memory.nodes)[1].memory_bytes->at("MemFree"), 8192);
  const MemoryZone& zone = (*memory.nodes)[1].zones->front();
  EXPECT_EQ(zone.name, "Movable");
  EXPECT_EQ(zone.free_pages, 9);
  EXPECT_EQ(zone.high_pages, 3) << "high of a pageset is another thing";
  EXPECT_EQ(zone.present_pages, std::nullopt);
}

TEST(NumaMemoryTraps, T35BalancingIsBitsAndItsScanIsShown) {
  const std::string debugfs = "root/sys/kernel/debug/sched/numa_balancing/";
  const FactsBuilder builder = facts_of({{"root/proc/sys/kernel/numa_balancing", "3\n"},
                                         {debugfs + "scan_period_min_ms", "1000\n"},
                                         {debugfs + "scan_size_mb", "256\n"},
                                         {"root/proc/sys/kernel/numa_balancing_scan_size_mb", "64\n"},
                                         {"root/sys/kernel/mm/numa/demotion_enabled", "true\n"},
                                         {"root/sys/devices/virtual/memory_tiering/memory_tier22/nodelist", "2\n"},
                                         {"root/sys/devices/virtual/memory_tiering/memory_tier4/nodelist", "0-1\n"}});
  EXPECT_EQ(builder.facts.kernel->numa_balancing, 3);
  const NumaMemory& memory = *builder.facts.numa_memory;
  EXPECT_EQ(memory.balancing_scan->scan_period_min_ms, 1000);
  EXPECT_EQ(memory.balancing_scan->scan_size_mb, 256) << "debugfs is where the kernel of today has it";
  EXPECT_EQ(memory.balancing_scan->scan_delay_ms, std::nullopt);
  EXPECT_EQ(memory.demotion_enabled, true);
  ASSERT_EQ(memory.memory_tiers->size(), 2U);
  EXPECT_EQ((*memory.memory_tiers)[0].id, 4);
  EXPECT_EQ((*memory.memory_tiers)[1].nodes.to_list(), "2");
}

TEST(NumaMemoryTraps, T49HugePageModesAreReadAsTheyAre) {
  const FactsBuilder builder =
      facts_of({{"root/sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n"},
                {"root/sys/kernel/mm/transparent_hugepage/defrag", "always defer defer+madvise [madvise] never\n"}});
  EXPECT_EQ(builder.facts.kernel->thp_enabled, "never");
  EXPECT_EQ(builder.facts.kernel->thp_defrag, "madvise");
}

TEST(NumaMemoryFacts, RatesThreadsAndPools) {
  const std::string khugepaged = "root/sys/kernel/mm/transparent_hugepage/khugepaged/";
  const NumaMemory memory = memory_of(
      {{"probes/page-size.json", R"({"page_bytes": 65536})"},
       {"probes/memory-threads-start.json",
        R"({"ticks_per_second": 100, "threads": [{"name": "kcompactd0", "ticks": 5}, {"name": "khugepaged", "ticks": 10}]})"},
       {"probes/memory-threads-end.json",
        R"({"ticks_per_second": 100, "threads": [{"name": "kcompactd0", "ticks": 4}, {"name": "khugepaged", "ticks": 12}]})"},
       {"root/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "8\n"},
       {"root/sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages", "2\n"}},
      {{"root/proc/vmstat", 0, "pgmigrate_success 0\npgdemote_kswapd 1\n"},
       {"root/proc/vmstat", kSecond, "pgmigrate_success 700\npgdemote_kswapd 4\n"},
       {khugepaged + "pages_collapsed", 0, "3\n"},
       {khugepaged + "pages_collapsed", kSecond, "8\n"},
       {khugepaged + "full_scans", 0, "9\n"},
       {khugepaged + "full_scans", kSecond, "1\n"}});
  EXPECT_EQ(memory.max_pgmigrate_success_per_second, 700);
  EXPECT_EQ(memory.vmstat_delta->at("pgdemote_kswapd"), 3);
  EXPECT_EQ(memory.khugepaged_delta, (std::map<std::string, std::int64_t>{{"pages_collapsed", 5}}))
      << "full_scans went backwards";
  ASSERT_EQ(memory.kernel_threads->size(), 2U);
  EXPECT_EQ((*memory.kernel_threads)[0].cpu_ms_delta, std::nullopt);
  EXPECT_EQ((*memory.kernel_threads)[1].cpu_ms_delta, 20);
  EXPECT_EQ(memory.page_bytes, 65536);
  EXPECT_EQ(memory.huge_pages->front().reserved, 2);
}

// ---- texts ---------------------------------------------------------------------------------------------------------

TEST(NumastatText, AFoldedTableIsOneTable) {
  const auto parsed = parse_numastat_system(
      "                           node0           node1\nnuma_hit                       1               2\n"
      "numa_miss                      0               0\nnuma_foreign                   0               0\n"
      "interleave_hit                 0               0\nlocal_node                     1               2\n"
      "other_node                     0               0\n\n                           node2\nnuma_hit                  "
      "     3\n"
      "numa_miss                      0\nnuma_foreign                   0\ninterleave_hit                 0\n"
      "local_node                     3\nother_node                     0\n");
  ASSERT_EQ(parsed.value.nodes.size(), 3U);
  EXPECT_EQ(parsed.value.nodes.at(2).at("numa_hit"), 3);
  EXPECT_FALSE(parsed.value.cut);
  EXPECT_FALSE(parsed.unparsed.any());
}

TEST(NumastatText, ACutTableIsPartialAndNeverZero) {
  const std::string text =
      "                           node0           node1\nnuma_hit                     100             200\n"
      "numa_miss                      0               0\nnuma_foreign                   0               0\n"
      "interleave_hit                 0               0\nlocal_node                    10              20\n"
      "other_node                    90             180\n";
  for (const std::size_t lines : {1U, 2U, 3U, 5U, 6U}) {
    std::size_t end = 0;
    for (std::size_t line = 0; line < lines; ++line) end = text.find('\n', end) + 1;
    for (const std::string& part : {text.substr(0, end), text.substr(0, end - 8)}) {
      const FactsBuilder builder = facts_of({{"commands/numastat-system/stdout", part}});
      EXPECT_EQ(builder.missing().at("/numa_memory/nodes").reason, "parse_error") << part;
      for (const NumaMemoryNode& node : builder.facts.numa_memory->nodes.value_or(std::vector<NumaMemoryNode>{})) {
        EXPECT_NE(node.numa_hit, 0) << part;
        EXPECT_NE(node.other_node, 0) << part;
      }
    }
  }
}

TEST(NumastatText, NamesTellTheUnitWhenTheTitleIsLost) {
  const NumaMemory memory =
      memory_of({{"commands/numastat-system/stdout",
                  "                  Node 0    Total\nNuma_Hit        21760944 21760944\nNuma_Miss 1 1\n"
                  "Numa_Foreign 0 0\nInterleave_Hit 0 0\nLocal_Node 1 1\nOther_Node 0 0\n"}});
  EXPECT_EQ(memory.nodes->front().numa_hit, std::nullopt);
  EXPECT_EQ(memory.nodes->front().since_boot_mb->numa_hit_mb, 21760944);
}

TEST(NumastatText, SysfsWins) {
  const NumaMemory memory =
      memory_of({{kNode + "node0/numastat", "numa_hit 7\n"},
                 {"commands/numastat-system/stdout",
                  "   node0\nnuma_hit 5\nnuma_miss 0\nnuma_foreign 0\ninterleave_hit 0\nlocal_node 5\n"
                  "other_node 0\n"}});
  EXPECT_EQ(memory.nodes->front().numa_hit, 7);
  EXPECT_EQ(memory.nodes->front().local_node, std::nullopt);
}

// T16: numactl --show is of the shell, whatever PID was typed after it.
TEST(NumactlShowText, T16IsThePolicyOfTheShell) {
  const NumaMemory memory =
      memory_of({{"commands/numactl-show/stdout",
                  "policy: interleave\npreferred node: 0 (interleave next)\ninterleavemask: 0 1 \n"
                  "interleavenode: 0\nphyscpubind: 0 1 2 3 \ncpubind: 0 1 \nnodebind: 0 1 \n"
                  "membind: 0 1 \npreferred: \n"}});
  ASSERT_TRUE(memory.shell_policy);
  EXPECT_EQ(memory.shell_policy->policy, "interleave");
  EXPECT_EQ(memory.shell_policy->preferred_node, "0");
  EXPECT_EQ(memory.shell_policy->interleave_nodes->to_list(), "0-1");
  EXPECT_EQ(memory.nodes, std::nullopt);
}

}  // namespace
}  // namespace ihc::test
