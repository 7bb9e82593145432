// Topology facts out of small trees and pasted texts, and the traps of the family by their numbers in the catalogue.

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "collectors/topology/lscpu_text.h"
#include "collectors/topology/numactl.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

const std::string kCpu = "root/sys/devices/system/cpu/";
const std::string kNode = "root/sys/devices/system/node/";

FactsBuilder facts_of(Files files) { return read_facts(*bundle_of(std::move(files))); }
Topology topology_of(Files files) { return *facts_of(std::move(files)).facts.topology; }

void add_cpu(Files& files, int cpu, int package, const std::string& siblings) {
  const std::string dir = kCpu + "cpu" + std::to_string(cpu) + "/topology/";
  files[dir + "physical_package_id"] = std::to_string(package) + "\n";
  files[dir + "thread_siblings_list"] = siblings + "\n";
}

// ---- trees ---------------------------------------------------------------------------------------------------------

TEST(TopologyTraps, T05NodeNumbersHaveGaps) {
  const Topology topology = topology_of({{kNode + "online", "1,4,255\n"},
                                         {kNode + "node1/cpulist", "0\n"},
                                         {kNode + "node4/cpulist", "1\n"},
                                         {kNode + "node255/cpulist", "\n"},
                                         {kNode + "node255/distance", "40 80 10\n"}});
  ASSERT_EQ(topology.numa_nodes->size(), 3U);
  EXPECT_EQ((*topology.numa_nodes)[2].id, 255);
  EXPECT_EQ((*topology.numa_nodes)[2].distances,
            (std::map<std::string, std::int64_t>{{"1", 40}, {"4", 80}, {"255", 10}}));
}

TEST(TopologyTraps, T06NotEveryNodeHasCpusOrOrdinaryMemory) {
  const Topology topology = topology_of({{kCpu + "online", "0-1\n"},
                                         {kNode + "online", "0-4\n"},
                                         {kNode + "node0/cpulist", "0-1\n"},
                                         {kNode + "node0/meminfo", "Node 0 MemTotal: 1024 kB\n"},
                                         {kNode + "node1/cpulist", "\n"},
                                         {kNode + "node1/meminfo", "Node 1 MemTotal: 2048 kB\n"},
                                         {kNode + "node2/cpulist", "\n"},
                                         {kNode + "node2/meminfo", "Node 2 MemTotal: 2048 kB\n"},
                                         {kNode + "node3/cpulist", "\n"},
                                         {kNode + "node3/meminfo", "Node 3 MemTotal: 0 kB\n"},
                                         {kNode + "node4/cpulist", "\n"},
                                         {kNode + "node4/meminfo", "Node 4 MemTotal: 64 kB\n"},
                                         {"root/sys/bus/cxl/devices/region0/dax_region0/dax0.0/target_node", "1\n"},
                                         {"root/sys/bus/nd/devices/dax2.0/dax2.0/target_node", "0\n"},
                                         {"root/sys/bus/platform/devices/hmem.0/dax1.0/target_node", "4\n"},
                                         {"root/proc/driver/nvidia/gpus/0009:01:00.0/numa_status", "Node:\t\t2\n"}});
  const auto& nodes = *topology.numa_nodes;
  EXPECT_EQ(nodes[0].kind, "cpu_memory");
  EXPECT_EQ(nodes[0].memory_kind, std::nullopt) << "a node with CPUs keeps its ordinary memory";
  EXPECT_EQ(nodes[1].kind, "memory_only");
  EXPECT_EQ(nodes[1].memory_kind, "cxl");
  EXPECT_EQ(nodes[2].memory_kind, "gpu");
  EXPECT_EQ(nodes[3].kind, "empty");
  EXPECT_EQ(nodes[4].memory_kind, "reserved");
}

TEST(TopologyFacts, ANodeWhoseCpusWereNotReadIsNotOneWithout) {
  Files files{{kCpu + "online", "0-3\n"},
              {kNode + "online", "0-1\n"},
              {kNode + "node0/cpulist", "0-1\n"},
              {kNode + "node0/meminfo", "Node 0 MemTotal: 1024 kB\n"},
              {kNode + "node1/meminfo", "Node 1 MemTotal: 1024 kB\n"}};
  for (int cpu = 0; cpu < 4; ++cpu) add_cpu(files, cpu, cpu / 2, std::to_string(cpu));
  const FactsBuilder builder = facts_of(files);
  const Topology& topology = *builder.facts.topology;
  ASSERT_EQ(topology.numa_nodes->size(), 2U);
  EXPECT_EQ((*topology.numa_nodes)[0].kind, "cpu_memory");
  EXPECT_EQ((*topology.numa_nodes)[1].cpus, std::nullopt);
  EXPECT_EQ((*topology.numa_nodes)[1].kind, std::nullopt);
  EXPECT_EQ((*topology.numa_nodes)[1].memory_total_bytes, 1 << 20);
  EXPECT_EQ(topology.cpu_node_count, std::nullopt);
  EXPECT_EQ((*topology.packages)[1].numa_nodes, std::nullopt);
  for (const char* pointer : {"/topology/numa_nodes/1/cpus", "/topology/numa_nodes/1/kind", "/topology/cpu_node_count",
                              "/topology/packages/1/numa_nodes"}) {
    ASSERT_TRUE(builder.missing().contains(pointer)) << pointer;
    EXPECT_EQ(builder.missing().at(pointer).reason, "file_absent") << pointer;
  }

  files["commands/lscpu/stdout"] = "NUMA node0 CPU(s): 0,1\nNUMA node1 CPU(s): 2,3\n";
  const FactsBuilder told = facts_of(files);
  EXPECT_EQ((*told.facts.topology->numa_nodes)[1].cpus->to_list(), "2-3") << "another source had them";
  EXPECT_EQ((*told.facts.topology->numa_nodes)[1].kind, "cpu_memory");
  EXPECT_EQ(told.facts.topology->cpu_node_count, 2);
  EXPECT_FALSE(told.missing().contains("/topology/numa_nodes/1/cpus"));
}

TEST(TopologyFacts, ANodeWhoseMemoryWasNotReadIsNotOneWithout) {
  const FactsBuilder builder =
      facts_of({{kCpu + "online", "0\n"}, {kNode + "online", "0\n"}, {kNode + "node0/cpulist", "0\n"}});
  EXPECT_EQ(builder.facts.topology->numa_nodes->front().kind, std::nullopt);
  EXPECT_EQ(builder.missing().at("/topology/numa_nodes/0/kind").reason, "file_absent");
  EXPECT_EQ(builder.facts.topology->cpu_node_count, 1);
}

TEST(TopologyTraps, T07DistancesAreNotNanoseconds) {
  const std::string access = kNode + "node0/access0/initiators/";
  const Topology topology = topology_of({{kNode + "online", "0\n"},
                                         {kNode + "node0/cpulist", "0\n"},
                                         {kNode + "node0/distance", "10\n"},
                                         {access + "read_latency", "76\n"},
                                         {access + "write_latency", "0\n"},
                                         {access + "read_bandwidth", "131072\n"},
                                         {access + "node0", "../../../node0"}});
  const NumaNode& node = topology.numa_nodes->front();
  EXPECT_EQ(node.distances.at("0"), 10);
  ASSERT_TRUE(node.access);
  EXPECT_EQ(node.access->initiators.to_list(), "0");
  EXPECT_EQ(node.access->read_latency_ns, 76);
  EXPECT_EQ(node.access->write_latency_ns, std::nullopt) << "0 is firmware that does not know";
  EXPECT_EQ(node.access->read_bandwidth_mbps, 131072);
}

TEST(TopologyTraps, T08ASocketIsNotANode) {
  Files files{{kCpu + "online", "0-3\n"},       {kNode + "online", "0-3\n"},      {kNode + "node0/cpulist", "0\n"},
              {kNode + "node1/cpulist", "1\n"}, {kNode + "node2/cpulist", "2\n"}, {kNode + "node3/cpulist", "3\n"}};
  for (int cpu = 0; cpu < 4; ++cpu) add_cpu(files, cpu, cpu / 2, std::to_string(cpu));
  const Topology split = topology_of(files);
  EXPECT_EQ(split.package_count, 2);
  EXPECT_EQ((*split.packages)[1].numa_nodes->to_list(), "2-3");
  EXPECT_EQ((*split.numa_nodes)[3].packages->to_list(), "1");

  files[kNode + "online"] = "0\n";
  files[kNode + "node0/cpulist"] = "0-3\n";
  const Topology hidden = topology_of(files);
  EXPECT_EQ((*hidden.numa_nodes)[0].packages->to_list(), "0-1") << "two sockets shown as one node";
}

TEST(TopologyTraps, T09OfflineCpusAreNotUsable) {
  const Topology topology = topology_of({{kCpu + "online", "0-1\n"},
                                         {kCpu + "present", "0-3\n"},
                                         {kNode + "online", "0\n"},
                                         {kNode + "node0/cpulist", "0-3\n"},
                                         {kCpu + "cpu2/cpu_capacity", "1024\n"},
                                         {kCpu + "cpu1/cpu_capacity", "1024\n"}});
  EXPECT_EQ(topology.cpus_offline->to_list(), "2-3");
  EXPECT_EQ(topology.numa_nodes->front().cpus->to_list(), "0-1");
  EXPECT_EQ(topology.cpu_capacities->front().cpus.to_list(), "1");
}

TEST(TopologyTraps, T48KindsOfCoresAreNamed) {
  const Topology topology = topology_of({{kCpu + "online", "0-5\n"},
                                         {"root/sys/devices/cpu_core/cpus", "0-3\n"},
                                         {"root/sys/devices/cpu_atom/cpus", "4-5\n"},
                                         {kCpu + "cpu0/cpu_capacity", "1024\n"},
                                         {kCpu + "cpu4/cpu_capacity", "446\n"}});
  ASSERT_EQ(topology.cpu_kinds->size(), 2U);
  EXPECT_EQ((*topology.cpu_kinds)[0].name, "atom");
  EXPECT_EQ((*topology.cpu_kinds)[0].cpus.to_list(), "4-5");
  EXPECT_EQ((*topology.cpu_capacities)[1].capacity, 446);
  const FactsBuilder alike = facts_of({{kCpu + "online", "0\n"}});
  EXPECT_EQ(alike.missing().at("/topology/cpu_kinds").reason, "structural");
}

TEST(TopologyFacts, CommandLineMicrocodeFirmwareHugePages) {
  const FactsBuilder builder =
      facts_of({{kCpu + "online", "0-7\n"},
                {kCpu + "possible", "0-7\n"},
                {"root/proc/cmdline", "quiet rcu_nocbs=2-N isolcpus=2-7\n"},
                {"root/proc/cpuinfo", "processor : 0\nmicrocode : 0x1\n\nprocessor : 1\nmicrocode : 0x2\n"},
                {"root/sys/class/dmi/id/bios_version", "2.5.91\n"},
                {kNode + "online", "0\n"},
                {kNode + "node0/cpulist", "0-7\n"},
                {kNode + "node0/hugepages/hugepages-1048576kB/nr_hugepages", "4\n"},
                {kNode + "node0/hugepages/hugepages-2048kB/nr_hugepages", "512\n"},
                {kNode + "node0/hugepages/hugepages-2048kB/free_hugepages", "500\n"}});
  const Topology& topology = *builder.facts.topology;
  EXPECT_EQ(topology.cpus_rcu_nocbs->to_list(), "2-7");
  EXPECT_EQ(topology.microcode_versions, (std::vector<std::string>{"0x1", "0x2"})) << "CPUs that differ are shown";
  EXPECT_EQ(topology.firmware->bios_version, "2.5.91");
  EXPECT_EQ(builder.missing().at("/topology/firmware/board_name").reason, "file_absent");
  const auto& pools = *topology.numa_nodes->front().huge_pages;
  ASSERT_EQ(pools.size(), 2U);
  EXPECT_EQ(pools[0].size_bytes, 2 << 20);
  EXPECT_EQ(pools[0].free, 500);
  EXPECT_EQ(pools[1].total, 4);
  EXPECT_EQ(pools[1].free, std::nullopt);
  EXPECT_EQ(facts_of({{"root/proc/cmdline", "rcu_nocbs=x\n"}}).missing().at("/topology/cpus_rcu_nocbs").reason,
            "parse_error");
  EXPECT_TRUE(topology_of({{"root/proc/cmdline", "quiet rcu_nocbs\n"}}).cpus_rcu_nocbs->empty());
}

// ---- texts ---------------------------------------------------------------------------------------------------------

const std::string kHardware =
    "available: 2 nodes (0,2)\nnode 0 cpus: 0 1 2 3\nnode 0 size: 1024 MB\nnode 0 free: 24 MB\n"
    "node 2 cpus:\nnode 2 size: 2048 MB\nnode 2 free: <not available>\nnode distances:\nnode   0   2 \n"
    "  0:  10  40 \n  2:  40  10 \n";

TEST(NumactlText, SizesKindsAndGaps) {
  const FactsBuilder builder = facts_of({{"commands/numactl-hardware/stdout", kHardware}});
  const auto& nodes = *builder.facts.topology->numa_nodes;
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[0].kind, "cpu_memory");
  EXPECT_EQ(nodes[1].id, 2);
  EXPECT_EQ(nodes[1].kind, "memory_only");
  EXPECT_EQ(nodes[1].memory_free_bytes, std::nullopt);
  EXPECT_EQ(nodes[1].distances, (std::map<std::string, std::int64_t>{{"0", 40}, {"2", 10}}));
  EXPECT_EQ(builder.missing().count("/topology/numa_nodes"), 0U);
  EXPECT_EQ(builder.sources().at("/topology/numa_nodes"), std::vector<std::string>{"commands/numactl-hardware/stdout"});
}

TEST(NumactlText, PastedIntoAMail) {
  const std::string pasted =
      "> [root@gpu7 ~]# numactl --hardware\r\n> available: 1 nodes (0)\r\n>   node 0 cpus: 0 1 2\r\n>   3 4 5\r\n"
      ">   node 0 size: 1024 MB\r\n>   node 0 free: 24 MB\r\n>   node distances:\r\n>   node   0\r\n>     0:  10\r\n> "
      "```\r\n";
  const FactsBuilder builder = facts_of({{"commands/numactl-hardware/stdout", pasted}});
  ASSERT_TRUE(builder.facts.topology->numa_nodes);
  EXPECT_EQ(builder.facts.topology->numa_nodes->front().cpus->to_list(), "0-5") << "a wrapped list goes on";
  EXPECT_EQ(builder.missing().count("/topology/numa_nodes"), 0U);
}

TEST(NumactlText, RangesWithTheirCount) {
  const auto parsed = parse_numactl_hardware(
      "available: 1 nodes (0)\nnode 0 cpus: 0-15, 32-47 (32)\nnode 0 size: 1 MB\nnode 0 free: 1 MB\n"
      "No distance information available.\n");
  EXPECT_EQ(parsed.value.nodes.front().cpus->to_list(), "0-15,32-47");
  EXPECT_TRUE(parsed.value.lacking.empty());
}

TEST(NumactlText, ACutIsPartialAndNeverZero) {
  for (std::size_t size = 30; size + 1 < kHardware.size(); ++size) {
    SCOPED_TRACE(size);
    const FactsBuilder builder = facts_of({{"commands/numactl-hardware/stdout", kHardware.substr(0, size)}});
    const auto missing = builder.missing().find("/topology/numa_nodes");
    const auto& nodes = builder.facts.topology->numa_nodes;
    const bool whole = size + 2 >= kHardware.size();  // the last line but its blank
    if (!whole) {
      ASSERT_NE(missing, builder.missing().end());
      EXPECT_EQ(missing->second.reason, "parse_error");
      EXPECT_NE(missing->second.hint.find("commands/numactl-hardware/stdout is partial"), std::string::npos);
    }
    for (const NumaNode& node : nodes.value_or(std::vector<NumaNode>{})) {
      EXPECT_EQ(node.cpus->to_list(), node.id == 0 ? "0-3" : "");
      if (node.memory_total_bytes) {
        EXPECT_EQ(node.memory_total_bytes, (node.id == 0 ? 1024LL : 2048LL) << 20);
      }
    }
  }
}

TEST(NumactlText, SysfsWinsAndADifferenceIsAConflict) {
  const FactsBuilder builder = facts_of({{kNode + "online", "0\n"},
                                         {kNode + "node0/cpulist", "0-3\n"},
                                         {kNode + "node0/distance", "10\n"},
                                         {kNode + "node0/meminfo", "Node 0 MemTotal: 1048600 kB\n"},
                                         {"commands/numactl-hardware/stdout",
                                          "available: 1 nodes (0)\nnode 0 cpus: 0 1\nnode 0 size: 1024 MB\n"
                                          "node 0 free: 24 MB\nnode distances:\nnode   0 \n  0:  10 \n"}});
  EXPECT_EQ(builder.facts.topology->numa_nodes->front().cpus->to_list(), "0-3");
  ASSERT_EQ(builder.conflicts().size(), 1U) << "sizes agree within the mebibyte that numactl prints";
  EXPECT_EQ(builder.conflicts()[0].pointer, "/topology/numa_nodes/0/cpus");
  EXPECT_EQ(builder.conflicts()[0].detail, "0-3 against 0-1");
}

TEST(NumactlText, AKernelWithoutNuma) {
  const FactsBuilder builder = facts_of({{"commands/numactl-hardware/stdout", "No NUMA available on this system\n"}});
  EXPECT_EQ(builder.facts.topology->numa_nodes, std::nullopt);
}

TEST(LscpuText, TableOfCpus) {
  const FactsBuilder builder = facts_of({{"commands/lscpu/stdout",
                                          "CPU NODE SOCKET CORE L1d:L1i:L2:L3 ONLINE    MAXMHZ   MINMHZ\n  0    0      "
                                          "0    0 0:0:0:0          yes 3500.0000 800.0000\n"
                                          "  1    1      1    1 1:1:1:1          yes 3500.0000 800.0000\n  2    0      "
                                          "0    0 0:0:0:0          yes 3500.0000 800.0000\n"
                                          "  3    -      -    - -                 no         -        -\n"}});
  const Topology& topology = *builder.facts.topology;
  EXPECT_EQ(topology.cpus_online->to_list(), "0-2");
  EXPECT_EQ(topology.cpus_offline->to_list(), "3");
  ASSERT_EQ(topology.packages->size(), 2U);
  EXPECT_EQ((*topology.packages)[0].cpus.to_list(), "0,2");
  EXPECT_EQ((*topology.packages)[0].cores, 1);
  EXPECT_EQ(topology.threads_per_core, 2);
  EXPECT_EQ(topology.cores, 2);
  EXPECT_EQ((*topology.numa_nodes)[1].cpus->to_list(), "1");
}

TEST(LscpuText, CommasAndJson) {
  const auto commas = parse_lscpu(
      "# The following is the parsable format\n# "
      "CPU,Core,Socket,Node,,L1d,L1i,L2,L3\n0,0,0,0,,0,0,0,0\n1,1,1,1,,1,1,1,1\n");
  EXPECT_EQ(commas.value.online->to_list(), "0-1");
  EXPECT_EQ(commas.value.sockets, 2);
  EXPECT_EQ(commas.value.node_cpus.at(1).to_list(), "1");
  const auto json = parse_lscpu(
      R"({"lscpu": [{"field": "CPU(s):", "data": "8", "children": [{"field": "On-line CPU(s) list:", "data": "0-7"}]},
          {"field": "NUMA:", "data": null, "children": [{"field": "NUMA node(s):", "data": "1"},
           {"field": "NUMA node0 CPU(s):", "data": "0-7"}]}]})");
  EXPECT_EQ(json.value.online->to_list(), "0-7");
  EXPECT_EQ(json.value.node_cpus.at(0).to_list(), "0-7");
  EXPECT_FALSE(json.value.cut);
}

TEST(LscpuText, ACutTextIsPartial) {
  const FactsBuilder builder =
      facts_of({{"commands/lscpu/stdout",
                 "Architecture: x86_64\nOn-line CPU(s) list: 0-7\nSocket(s): 1\nNUMA node(s): 2\n"
                 "NUMA node0 CPU(s): 0-3\nNUMA node1 CPU(s): 4-"}});
  EXPECT_EQ(builder.facts.topology->numa_nodes->size(), 1U);
  EXPECT_EQ(builder.missing().at("/topology/cpus_online").reason, "parse_error");
}

TEST(DmidecodeText, SlotsAndWhatIsInThem) {
  const FactsBuilder builder = facts_of(
      {{"commands/dmidecode-memory/stdout",
        "# dmidecode 3.3\nGetting SMBIOS data from sysfs.\nSMBIOS 3.2.0 present.\n\nHandle 0x0022, DMI type 17, 84 "
        "bytes\n"
        "Memory Device\n\tSize: 16384 MB\n\tLocator: A1\n\tBank Locator: NODE 0 CHANNEL 0 DIMM 0\n\tType: DDR4\n"
        "\tSpeed: 3200 MT/s\n\tManufacturer: Samsung\n\tPart Number: M393 \n\tRank: 2\n\tConfigured Clock Speed: 2933 "
        "MHz\n\n"
        "Handle 0x0023, DMI type 17, 84 bytes\nMemory Device\n\tSize: No Module Installed\n\tLocator: A2\n\tType: "
        "DDR4\n"
        "\tSpeed: Unknown\n\nHandle 0x0024, DMI type 17, 84 bytes\nMemory Device\n\tSize: 16"}});
  const auto& slots = *builder.facts.topology->memory_slots;
  ASSERT_EQ(slots.size(), 2U) << "the slot that is cut is left out";
  EXPECT_EQ(slots[0].size_bytes, 16LL << 30);
  EXPECT_EQ(slots[0].speed_mts, 3200);
  EXPECT_EQ(slots[0].configured_speed_mts, 2933);
  EXPECT_EQ(slots[0].part_number, "M393");
  EXPECT_TRUE(slots[0].populated);
  EXPECT_FALSE(slots[1].populated);
  EXPECT_EQ(slots[1].type, std::nullopt) << "an empty slot has no type";
  EXPECT_EQ(builder.missing().at("/topology/memory_slots").reason, "parse_error");
}

}  // namespace
}  // namespace ihc::test
