// What read functions make of evidence: topology with gaps, deltas, workers, perf, and why a fact is missing.

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

const std::string kCpu = "root/sys/devices/system/cpu/";
const std::string kNode = "root/sys/devices/system/node/";

// ---- topology ------------------------------------------------------------------------------------------------------

TEST(ReadTopology, NodesWithGapsWithoutCpusAndWithoutMemory) {
  const auto bundle = bundle_of({{kCpu + "online", "0-3\n"},
                                 {kCpu + "present", "0-5\n"},
                                 {kCpu + "nohz_full", "  (null)\n"},
                                 {kCpu + "isolated", "\n"},
                                 {kNode + "online", "0,2,7\n"},
                                 {kNode + "node0/cpulist", "0-1\n"},
                                 {kNode + "node0/distance", "10 20 40\n"},
                                 {kNode + "node0/meminfo", "Node 0 MemTotal:       1024 kB\n"},
                                 {kNode + "node2/cpulist", "2-3\n"},
                                 {kNode + "node2/distance", "20 10 40\n"},
                                 {kNode + "node2/meminfo", "Node 2 MemTotal:       0 kB\n"},
                                 {kNode + "node7/cpulist", "\n"},
                                 {kNode + "node7/distance", "40 40\n"},
                                 {kNode + "node7/meminfo", "Node 7 MemTotal:       2048 kB\n"}});
  const FactsBuilder builder = read_facts(*bundle);
  const Topology& topology = *builder.facts.topology;
  EXPECT_EQ(topology.cpus_offline->to_list(), "4-5");
  EXPECT_TRUE(topology.cpus_nohz_full->empty());
  EXPECT_TRUE(topology.cpus_isolated->empty());
  EXPECT_EQ(topology.cpu_node_count, 2);
  ASSERT_EQ(topology.numa_nodes->size(), 3U);
  const auto& nodes = *topology.numa_nodes;
  EXPECT_EQ(nodes[0].kind, "cpu_memory");
  EXPECT_EQ(nodes[1].kind, "cpu_only");
  EXPECT_EQ(nodes[2].kind, "memory_only");
  const std::map<std::string, std::int64_t> columns{{"0", 20}, {"2", 10}, {"7", 40}};
  EXPECT_EQ(nodes[1].distances, columns) << "columns are the online nodes, not 0..n-1";
  EXPECT_TRUE(nodes[2].distances.empty()) << "a row of two numbers for three nodes belongs to nothing";
  EXPECT_EQ(builder.missing().at("/topology/numa_nodes/2/distances").reason, "parse_error");
  EXPECT_EQ(builder.missing().at("/topology/packages").reason, "file_absent");
  EXPECT_EQ(builder.sources().at("/topology/numa_nodes/1"), std::vector<std::string>{kNode + "node2/cpulist"});
}

TEST(ReadTopology, OfflineCpusHaveNoTopologyDirectory) {
  Files files{{kCpu + "online", "0-2\n"}, {kCpu + "present", "0-3\n"}};
  for (const char* cpu : {"0", "1", "2"}) {
    const std::string dir = kCpu + "cpu" + cpu + "/topology/";
    files[dir + "physical_package_id"] = cpu[0] == '2' ? "1\n" : "0\n";
    files[dir + "thread_siblings_list"] = cpu[0] == '2' ? "2-3\n" : "0-1\n";
    files[dir + "die_id"] = "-1\n";
  }
  const Topology topology = *read_facts(*bundle_of(files)).facts.topology;
  EXPECT_EQ(topology.cores, 2);
  EXPECT_EQ(topology.threads_per_core, 2);
  ASSERT_EQ(topology.packages->size(), 2U);
  EXPECT_EQ((*topology.packages)[1].cpus.to_list(), "2");
  EXPECT_EQ((*topology.packages)[1].cores, 1);
  EXPECT_EQ((*topology.packages)[0].dies, std::nullopt);
  EXPECT_EQ((*topology.core_siblings)[1].to_list(), "2") << "the offline sibling is left out";
}

TEST(ReadTopology, DistinctCachesByLevelTypeAndCpus) {
  Files files{{kCpu + "online", "0-3\n"}};
  for (int cpu = 0; cpu < 4; ++cpu) {
    const std::string dir = kCpu + "cpu" + std::to_string(cpu) + "/cache/";
    files[dir + "index0/level"] = "1\n";
    files[dir + "index0/type"] = "Data\n";
    files[dir + "index0/size"] = "48K\n";
    files[dir + "index0/shared_cpu_list"] = std::to_string(cpu) + "\n";
    files[dir + "index3/level"] = "3\n";
    files[dir + "index3/type"] = "Unified\n";
    files[dir + "index3/size"] = "32768K\n";
    files[dir + "index3/shared_cpu_list"] = cpu < 2 ? "0-1\n" : "2-3\n";
  }
  const Topology topology = *read_facts(*bundle_of(files)).facts.topology;
  ASSERT_EQ(topology.caches->size(), 6U);
  EXPECT_EQ(topology.l3_domains, 2);
  EXPECT_EQ(topology.caches->front().size_bytes, 48 * 1024);
  EXPECT_EQ(topology.caches->back().cpus.to_list(), "2-3");
}

TEST(ReadTopology, LibnumaThatDisagreesIsAConflict) {
  const FactsBuilder builder = read_facts(*bundle_of(
      {{kNode + "online", "0\n"},
       {kNode + "node0/cpulist", "0\n"},
       {kNode + "node0/distance", "10\n"},
       {kNode + "node0/meminfo", "Node 0 MemTotal: 8 kB\n"},
       {"probes/numa.json",
        R"({"available": true, "nodes": [{"id": 0, "memory_total_bytes": 4096, "distances": {"0": 10}}]})"}}));
  ASSERT_EQ(builder.conflicts().size(), 1U);
  EXPECT_EQ(builder.conflicts()[0].pointer, "/topology/numa_nodes/0/memory_total_bytes");
  EXPECT_EQ(builder.conflicts()[0].detail, "8192 against 4096 bytes");
}

// ---- devices -------------------------------------------------------------------------------------------------------

TEST(ReadPci, DevicesWithTheirPlace) {
  const std::string gpu = "root/sys/bus/pci/devices/0000:3b:00.0/";
  const std::string nic = "root/sys/bus/pci/devices/0000:00:03.0/";
  const std::string vga = "root/sys/bus/pci/devices/0000:02:00.0/";
  const FactsBuilder builder = read_facts(*bundle_of({
      {gpu + "class", "0x030200\n"},
      {gpu + "vendor", "0x10de\n"},
      {gpu + "device", "0x2330\n"},
      {gpu + "numa_node", "1\n"},
      {gpu + "local_cpulist", "32-63\n"},
      {gpu + "driver", "../../../../bus/pci/drivers/nvidia"},
      {gpu + "current_link_speed", "2.5 GT/s PCIe\n"},
      {gpu + "max_link_speed", "32.0 GT/s PCIe\n"},
      {gpu + "current_link_width", "16\n"},
      {gpu + "max_link_width", "255\n"},
      {nic + "class", "0x020000\n"},
      {nic + "vendor", "0x1af4\n"},
      {nic + "device", "0x1041\n"},
      {nic + "numa_node", "-1\n"},
      {vga + "class", "0x030000\n"},
      {vga + "vendor", "0x1a03\n"},
      {vga + "device", "0x2000\n"},
      {"root/sys/class/net/eth0", "../../devices/pci0000:00/0000:00:03.0/virtio2/net/eth0"},
      {"root/sys/class/net/eth0/operstate", "up\n"},
      {"root/sys/class/net/eth0/speed", "-1\n"},
      {"root/sys/class/net/lo", "../../devices/virtual/net/lo"},
  }));
  const Facts& facts = builder.facts;
  ASSERT_EQ(facts.gpus->size(), 1U) << "the management controller's VGA is no GPU";
  EXPECT_EQ(facts.gpus->front().address, "0000:3b:00.0");
  EXPECT_EQ(facts.gpus->front().driver, "nvidia");
  EXPECT_EQ(facts.gpus->front().numa_node, 1);
  EXPECT_EQ(facts.gpus->front().local_cpus->to_list(), "32-63");
  ASSERT_EQ(facts.topology->pci_devices->size(), 3U);
  const PciDevice& device = facts.topology->pci_devices->back();
  EXPECT_EQ(device.link_speed_gts, 2.5);
  EXPECT_EQ(device.link_speed_max_gts, 32.0);
  EXPECT_EQ(device.link_width, 16);
  EXPECT_EQ(device.link_width_max, std::nullopt) << "255 is what a register without a link holds";
  ASSERT_EQ(facts.nics->size(), 1U);
  EXPECT_EQ(facts.nics->front().address, "0000:00:03.0");
  EXPECT_EQ(facts.nics->front().is_up, true);
  EXPECT_EQ(facts.nics->front().speed_mbps, std::nullopt);
  EXPECT_EQ(facts.nics->front().numa_node, std::nullopt);
  EXPECT_EQ(builder.missing().at("/nics/0/numa_node").reason, "structural");
}

// ---- frequency, kernel ---------------------------------------------------------------------------------------------

TEST(ReadFrequency, VirtualMachineHasNone) {
  const FactsBuilder builder = read_facts(*bundle_of({{kCpu + "online", "0-1\n"}}));
  EXPECT_EQ(builder.facts.frequency->has_cpufreq, false);
  EXPECT_EQ(builder.facts.frequency->policies, std::nullopt);
  EXPECT_EQ(builder.missing().at("/frequency/policies").reason, "structural");
  EXPECT_EQ(read_facts(*bundle_of({{"root/proc/version", "Linux\n"}})).facts.frequency->has_cpufreq, std::nullopt)
      << "nothing is known where nobody looked";
}

TEST(ReadFrequency, PoliciesBoostAndIdleStates) {
  const std::string policy = kCpu + "cpufreq/policy0/";
  const std::string offline = kCpu + "cpufreq/policy9/";
  const auto frequency = read_facts(*bundle_of({{policy + "affected_cpus", "0 64\n"},
                                                {policy + "scaling_governor", "performance\n"},
                                                {policy + "scaling_driver", "intel_pstate\n"},
                                                {policy + "scaling_max_freq", "3800000\n"},
                                                {policy + "energy_performance_preference", "performance\n"},
                                                {offline + "affected_cpus", "\n"},
                                                {offline + "scaling_governor", "powersave\n"},
                                                {kCpu + "intel_pstate/no_turbo", "1\n"},
                                                {kCpu + "cpu0/cpuidle/state0/name", "POLL\n"},
                                                {kCpu + "cpu0/cpuidle/state0/latency", "0\n"},
                                                {kCpu + "cpu0/cpuidle/state0/disable", "0\n"},
                                                {kCpu + "cpu0/cpuidle/state1/name", "C6\n"},
                                                {kCpu + "cpu0/cpuidle/state1/latency", "290\n"},
                                                {kCpu + "cpu0/cpuidle/state1/disable", "1\n"},
                                                {kCpu + "cpu64/cpuidle/state1/name", "C6\n"},
                                                {kCpu + "cpu64/cpuidle/state1/latency", "290\n"},
                                                {kCpu + "cpu64/cpuidle/state1/disable", "0\n"}}))
                             .facts.frequency;
  ASSERT_EQ(frequency->policies->size(), 1U);
  EXPECT_EQ(frequency->policies->front().cpus.to_list(), "0,64");
  EXPECT_EQ(frequency->policies->front().max_mhz, 3800);
  EXPECT_EQ(frequency->governors, std::vector<std::string>{"performance"})
      << "a policy without online CPUs says nothing";
  EXPECT_EQ(frequency->boost_enabled, false);
  ASSERT_EQ(frequency->idle_states->size(), 2U);
  EXPECT_EQ(frequency->idle_states->back().name, "C6");
  EXPECT_EQ(frequency->idle_states->back().cpus_enabled->to_list(), "64");
}

TEST(ReadKernel, SettingsAndWhyNot) {
  Manifest manifest;
  manifest.collectors.push_back(
      {.name = "kernel", .state = CollectorState::skipped, .reason = "not_asked", .hint = "leave out --skip kernel"});
  const FactsBuilder skipped = read_facts(*bundle_with_manifest(manifest, {}));
  EXPECT_EQ(skipped.missing().at("/kernel/swappiness").reason, "not_asked");
  EXPECT_EQ(skipped.missing().at("/kernel/swappiness").hint, "leave out --skip kernel");
  const FactsBuilder builder =
      read_facts(*bundle_of({{"root/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n"},
                             {"root/proc/sys/vm/swappiness", "sixty\n"},
                             {"root/proc/meminfo", "MemTotal: 1000 kB\nSwapTotal: 0 kB\n"}}));
  EXPECT_EQ(builder.facts.kernel->thp_enabled, "madvise");
  EXPECT_EQ(builder.facts.kernel->memory_total_bytes, 1024000);
  EXPECT_EQ(builder.facts.kernel->swap_total_bytes, 0);
  EXPECT_EQ(builder.facts.kernel->swappiness, std::nullopt);
  EXPECT_EQ(builder.missing().at("/kernel/swappiness").reason, "parse_error");
  EXPECT_EQ(builder.missing().at("/kernel/tuned_profile").reason, "file_absent");
}

// ---- NUMA counters -------------------------------------------------------------------------------------------------

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(ReadNumaMemory, GrowthAndBackwards) {
  const std::string node0 = kNode + "node0/numastat";
  const std::string node1 = kNode + "node1/numastat";
  const FactsBuilder builder =
      read_facts(*bundle_of({}, {{node0, 0, "numa_hit 100\nnuma_miss 5\n"},
                                 {node0, 2 * kSecond, "numa_hit 150\nnuma_miss 5\n"},
                                 {node1, 0, "numa_hit 100\n"},
                                 {node1, 2 * kSecond, "numa_hit 90\n"},
                                 {"root/proc/vmstat", 0, "numa_pages_migrated 0\nnr_free_pages 7\n"},
                                 {"root/proc/vmstat", kSecond / 2, "numa_pages_migrated 400\nnr_free_pages 5\n"},
                                 {"root/proc/vmstat", 2 * kSecond, "numa_pages_migrated 500\nnr_free_pages 1\n"}}));
  const NumaMemory& memory = *builder.facts.numa_memory;
  ASSERT_EQ(memory.nodes->size(), 2U);
  EXPECT_EQ((*memory.nodes)[0].numa_hit, 150);
  EXPECT_EQ((*memory.nodes)[0].delta->numa_hit, 50);
  EXPECT_EQ((*memory.nodes)[0].delta->numa_miss, 0);
  EXPECT_EQ((*memory.nodes)[0].delta->numa_foreign, std::nullopt);
  EXPECT_FALSE((*memory.nodes)[1].delta);
  EXPECT_EQ(builder.missing().at("/numa_memory/nodes/1/delta").reason, "conflicting_evidence");
  EXPECT_EQ(memory.window_seconds, 2);
  EXPECT_EQ(*memory.vmstat, (std::map<std::string, std::int64_t>{{"numa_pages_migrated", 500}}));
  EXPECT_EQ(memory.vmstat_delta->at("numa_pages_migrated"), 500);
  EXPECT_EQ(memory.max_pages_migrated_per_second, 800) << "400 in half a second";
}

TEST(ReadNumaMemory, OneReadingHasNoGrowth) {
  const FactsBuilder builder = read_facts(*bundle_of({{kNode + "node0/numastat", "numa_hit 100\n"}}));
  EXPECT_EQ(builder.facts.numa_memory->nodes->front().numa_hit, 100);
  EXPECT_EQ(builder.missing().at("/numa_memory/nodes/0/delta").reason, "interval_too_short");
}

TEST(ReadNumaMemory, CountersThatAreSwitchedOffAreNoCounters) {
  const FactsBuilder builder =
      read_facts(*bundle_of({{kNode + "node0/numastat", "numa_hit 0\n"}, {"root/proc/sys/vm/numa_stat", "0\n"}}));
  EXPECT_FALSE(builder.facts.numa_memory->nodes);
  EXPECT_EQ(builder.missing().at("/numa_memory/nodes").reason, "structural");
}

// ---- workers -------------------------------------------------------------------------------------------------------

std::string stat_line(int pid, int ticks, int start, int cpu) {
  return std::to_string(pid) + " (python3) S 1 1 1 0 -1 0 0 0 0 0 " + std::to_string(ticks) + " 0 0 0 20 0 2 0 " +
         std::to_string(start) + " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 " + std::to_string(cpu) + " 0 0\n";
}

std::string status_text(const char* name, const char* cpus, int voluntary) {
  return std::string("Name:\t") + name + "\nPPid:\t1\nThreads:\t2\nVmRSS:\t    100 kB\nCpus_allowed_list:\t" + cpus +
         "\nMems_allowed_list:\t0-1\nvoluntary_ctxt_switches:\t" + std::to_string(voluntary) +
         "\nnonvoluntary_ctxt_switches:\t1\n";
}

TEST(ReadWorkers, ThreadsPlacementAndKey) {
  const std::string dir = "root/proc/42/";
  const std::int64_t end = 10 * kSecond;
  const FactsBuilder builder = read_facts(*bundle_of(
      {{"probes/discovery.json",
        R"({"method": "pid", "workers": [{"pid": 42, "ppid": 1, "start_time_ticks": 77, "comm": "python3", "framework": "vllm", "role": "server", "found_by": "pid"}]})"},
       {kCpu + "online", "0-7\n"},
       {dir + "cmdline", std::string("vllm\0serve\0m/x\0--port\0"
                                     "8000\0",
                                     26)},
       {dir + "cgroup", "0::/system.slice/vllm.service\n"},
       {dir + "environ", std::string("OMP_NUM_THREADS=8\0TOKEN=[scrubbed:environment]\0", 48)},
       {dir + "numa_maps", "7f00 bind:0 anon=3 N0=1 N1=2 kernelpagesize_kB=4\n"},
       {dir + "fd/3", "/dev/nvidia1"},
       {"root/proc/driver/nvidia/gpus/0000:3B:00.0/information", "Model: \t\t H100\nDevice Minor: \t 1\n"}},
      {{dir + "stat", 0, stat_line(42, 10, 77, 0)},
       {dir + "stat", end, stat_line(42, 20, 77, 0)},
       {dir + "status", 0, status_text("python3", "0-3", 5)},
       {dir + "status", end, status_text("python3", "0-3", 6)},
       {dir + "task/42/stat", 0, stat_line(42, 10, 77, 1)},
       {dir + "task/42/stat", end, stat_line(42, 20, 77, 2)},
       {dir + "task/42/status", 0, status_text("python3", "0-3", 5)},
       {dir + "task/42/status", end, status_text("python3", "0-3", 25)},
       {dir + "task/42/schedstat", 0, "1000000 500000 7\n"},
       {dir + "task/42/schedstat", end, "4001000000 1000500000 9\n"},
       {dir + "task/50/stat", end, stat_line(50, 0, 900, 5)},
       {dir + "task/50/status", end, status_text("born-late", "4-15", 3)},
       {dir + "task/50/schedstat", end, "0 0 0\n"},
       {dir + "task/60/stat", 0, stat_line(60, 0, 78, 5)},
       {dir + "task/60/status", 0, status_text("gone", "0-3", 3)}}));
  ASSERT_EQ(builder.facts.workers->size(), 1U);
  const Worker& worker = builder.facts.workers->front();
  EXPECT_EQ(worker.key, "vllm.service");
  EXPECT_EQ(worker.unit_kind, "service");
  EXPECT_EQ(worker.command_line, "vllm serve m/x --port 8000");
  EXPECT_EQ(*worker.environment, (std::map<std::string, std::string>{{"OMP_NUM_THREADS", "8"}}));
  EXPECT_EQ(*worker.bytes_by_node, (std::map<std::string, std::int64_t>{{"0", 4096}, {"1", 8192}}));
  EXPECT_EQ(*worker.gpus, std::vector<std::string>{"0000:3b:00.0"});
  EXPECT_EQ(worker.alive_at_end, true);
  ASSERT_EQ(worker.threads->size(), 2U) << "the thread that ended is left out";
  EXPECT_EQ(worker.threads->front().cpu_ms, 4000);
  EXPECT_EQ(worker.threads->front().run_delay_ms, 1000);
  EXPECT_EQ(worker.threads->front().voluntary_switches, 20);
  EXPECT_EQ(worker.threads->back().voluntary_switches, 3) << "born within the window: all of it is growth";
  EXPECT_EQ(worker.cpus_allowed->to_list(), "0-7") << "restricted to online CPUs";
  EXPECT_EQ(worker.distinct_thread_cpus_allowed->size(), 2U);
  EXPECT_EQ(worker.cpu_ms, 4000);
  EXPECT_EQ(worker.run_delay_share, 0.2);
  EXPECT_EQ(worker.busy_cpus, 0.4);
  EXPECT_EQ(worker.last_cpus->to_list(), "2");
  EXPECT_EQ(builder.sources().at("/workers/0/bytes_by_node"), std::vector<std::string>{dir + "numa_maps"});
  ASSERT_EQ(builder.facts.perf->runs->size(), 1U) << "/proc stands in for perf";
  EXPECT_EQ(builder.facts.perf->runs->front().source, "proc");
  EXPECT_EQ(builder.facts.perf->runs->front().context_switches_per_second, 2.4) << "20 and 3 voluntary, 1 preemption";
}

TEST(ReadWorkers, WhatWasNotAllowedSaysSo) {
  Manifest manifest;
  manifest.not_read.push_back({.path = "/proc/42/numa_maps",
                               .collector = "workers",
                               .status = EvidenceStatus::permission,
                               .reason = "permission"});
  const FactsBuilder builder = read_facts(*bundle_with_manifest(
      manifest, {{"probes/discovery.json", R"({"workers": [{"pid": 42, "comm": "x", "found_by": "pid"}]})"}}));
  ASSERT_EQ(builder.facts.workers->size(), 1U);
  EXPECT_FALSE(builder.facts.workers->front().bytes_by_node);
  EXPECT_EQ(builder.missing().at("/workers/0/bytes_by_node").reason, "permission");
  EXPECT_EQ(builder.missing().at("/workers/0/threads").reason, "interval_too_short");
}

TEST(ReadWorkers, PartOfNumaMapsIsNoPlacement) {
  const FactsBuilder builder = read_facts(*bundle_of(
      {{"probes/discovery.json", R"({"workers": [{"pid": 42, "comm": "x", "found_by": "pid"}]})"},
       {"root/proc/42/numa_maps", "7f00 default anon=3 N0=3 kernelpagesize_kB=4\n7f10 default anon=3 N0=3 kerne"}}));
  EXPECT_FALSE(builder.facts.workers->front().bytes_by_node);
  EXPECT_EQ(builder.missing().at("/workers/0/bytes_by_node").reason, "parse_error");
}

// ---- perf ----------------------------------------------------------------------------------------------------------

FactsBuilder perf_facts(const std::string& csv) {
  Manifest manifest;
  manifest.commands.push_back({.slug = "perf-stat", .argv = {"perf"}, .exit_code = 0, .duration_ms = 2000});
  return read_facts(*bundle_with_manifest(manifest, {{"commands/perf-stat/stdout", csv}}));
}

TEST(ReadPerf, RatesAndRatiosAreRecomputed) {
  const FactsBuilder builder = perf_facts(
      "1000,,context-switches,100,100.00,9.9,K/sec\n20,,cpu-migrations,100,100.00,,\n"
      "4000,,cycles,100,62.50,,\n6000,,instructions,100,75.00,0.10,insn per cycle\n<not "
      "supported>,,LLC-loads,0,100.00,,\n");
  const PerfRun& run = builder.facts.perf->runs->front();
  EXPECT_EQ(run.context_switches_per_second, 500);
  EXPECT_EQ(run.cpu_migrations_per_second, 10);
  EXPECT_EQ(run.ipc, 1.5);
  EXPECT_EQ(run.min_running_pct, 62.5);
  EXPECT_EQ(run.events.at("LLC-loads").status, "not_supported");
  EXPECT_EQ(run.events.at("LLC-loads").value, std::nullopt);
  EXPECT_EQ(builder.facts.perf->runs->size(), 1U);
}

TEST(ReadPerf, WhyNotIsWhatPerfSaid) {
  const std::pair<const char*, const char*> rows[] = {
      {"Problems finding threads of monitor\n", "file_absent"},
      {"Error:\nAccess to performance monitoring is limited; see perf_event_paranoid\n", "permission"},
      {"", "tool_missing"}};
  for (const auto& [said, reason] : rows) {
    Manifest manifest;
    manifest.commands.push_back(
        {.slug = "perf-stat", .argv = {"perf"}, .status = EvidenceStatus::failed, .reason = "tool_missing"});
    const FactsBuilder builder = read_facts(*bundle_with_manifest(
        manifest, {{"commands/perf-stat/stderr", said},
                   {"probes/discovery.json", R"({"workers": [{"pid": 42, "comm": "x", "found_by": "pid"}]})"}}));
    EXPECT_EQ(builder.missing().at("/perf").reason, reason) << said;
  }
}

TEST(ReadPerf, UserSpaceCountingSeesNoSwitches) {
  const FactsBuilder builder = perf_facts("17.8,msec,task-clock:u,100,100.00,,\n0,,context-switches:u,100,100.00,,\n");
  const PerfRun& run = builder.facts.perf->runs->front();
  EXPECT_EQ(run.events.at("context-switches:u").status, "not_counted");
  EXPECT_EQ(run.context_switches_per_second, std::nullopt);
  EXPECT_EQ(builder.missing().at("/perf/runs/0/context_switches_per_second").reason, "permission");
}

// ---- node ----------------------------------------------------------------------------------------------------------

TEST(ReadNode, OrderOfCollectorsDoesNotMatter) {
  const auto bundle = bundle_of({{kCpu + "online", "0\n"},
                                 {"root/proc/sys/kernel/hostname", "node-a\n"},
                                 {"root/etc/os-release", "NAME=\"X \\\"Y\\\"\"\n"}});
  const Json once = to_json(read_facts(*bundle));
  EXPECT_EQ(once, to_json(read_facts(*bundle)));
  EXPECT_EQ(once["node"]["hostname"], "node-a");
  EXPECT_EQ(once["node"]["os_name"], "X \"Y\"");
}

}  // namespace
}  // namespace ihc::test
