// What was not read is not none: facts are absent with their reason where evidence is missing, and so is what is
// counted from them; only what a kernel or a machine truly lacks is structural.

#include <set>

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
const std::string kCpu = "root/sys/devices/system/cpu/";
const std::string kNode = "root/sys/devices/system/node/";

// ---- topology, frequency -------------------------------------------------------------------------------------------

TEST(NotRead, FoldersOfSomeCpusAreNoListOfThoseOnline) {
  const FactsBuilder builder = read_facts(*bundle_of({{kCpu + "present", "0-3\n"},
                                                      {kCpu + "cpu0/topology/physical_package_id", "0\n"},
                                                      {kNode + "online", "0-1\n"},
                                                      {kNode + "node0/cpulist", "0-1\n"},
                                                      {kNode + "node1/cpulist", "2-3\n"}}));
  EXPECT_EQ(builder.facts.topology->cpus_online, std::nullopt);
  EXPECT_EQ(builder.missing().at("/topology/cpus_online").reason, "file_absent");
  EXPECT_EQ(builder.facts.topology->cpu_node_count, 2) << "a node is not empty because its CPUs' folders are not there";
}

TEST(NotRead, APolicyThatLostItsFilesIsMissed) {
  const std::string policies = kCpu + "cpufreq/";
  Files files{{kCpu + "online", "0-1\n"},
              {policies + "policy0/affected_cpus", "0\n"},
              {policies + "policy0/scaling_governor", "performance\n"},
              {policies + "policy1/affected_cpus", "1\n"},
              {policies + "policy1/scaling_governor", "powersave\n"}};
  EXPECT_EQ(read_facts(*bundle_of(files)).facts.frequency->policies->size(), 2U);
  files.erase(policies + "policy1/scaling_governor");
  const FactsBuilder builder = read_facts(*bundle_of(files));
  EXPECT_EQ(builder.facts.frequency->has_cpufreq, true);
  EXPECT_EQ(builder.facts.frequency->policies, std::nullopt);
  EXPECT_EQ(builder.facts.frequency->governors, std::nullopt);
  EXPECT_EQ(builder.missing().at("/frequency/policies").reason, "file_absent");
  const FactsBuilder none = read_facts(*bundle_of({{kCpu + "online", "0-1\n"}, {policies + "boost", "1\n"}}));
  EXPECT_EQ(none.facts.frequency->has_cpufreq, std::nullopt) << "a driver, and none of its policies";
  EXPECT_EQ(none.missing().at("/frequency/policies").reason, "file_absent");
}

TEST(NotRead, AnIdleStateThatLostItsFilesIsNotDisabled) {
  Files files{{kCpu + "online", "0-1\n"}};
  for (const char* cpu : {"cpu0", "cpu1"}) {
    for (const char* state : {"state0", "state1"}) {
      const std::string dir = kCpu + cpu + "/cpuidle/" + state + "/";
      files[dir + "name"] = std::string(state) == "state0" ? "POLL\n" : "C6\n";
      files[dir + "latency"] = std::string(state) == "state0" ? "0\n" : "133\n";
      files[dir + "disable"] = "0\n";
    }
  }
  EXPECT_EQ(read_facts(*bundle_of(files)).facts.frequency->idle_states->back().cpus_enabled->to_list(), "0-1");
  files.erase(kCpu + "cpu1/cpuidle/state1/disable");
  const FactsBuilder builder = read_facts(*bundle_of(files));
  EXPECT_EQ(builder.facts.frequency->idle_states->front().cpus_enabled->to_list(), "0-1");
  EXPECT_EQ(builder.facts.frequency->idle_states->back().cpus_enabled, std::nullopt);
  EXPECT_EQ(builder.missing().at("/frequency/idle_states/1/cpus_enabled").reason, "file_absent");
}

// ---- devices -------------------------------------------------------------------------------------------------------

TEST(NotRead, ADeviceThatNobodyClassifiedMayBeAGpu) {
  const std::string gpu = "root/sys/bus/pci/devices/0000:3b:00.0/";
  const std::string other = "root/sys/bus/pci/devices/0000:b7:00.0/";
  Files files{{gpu + "class", "0x030200\n"}, {gpu + "vendor", "0x10de\n"},   {gpu + "device", "0x2330\n"},
              {gpu + "numa_node", "-1\n"},   {other + "vendor", "0x10de\n"}, {other + "device", "0x2330\n"},
              {other + "numa_node", "1\n"}};
  const FactsBuilder unclassified = read_facts(*bundle_of(files));
  EXPECT_EQ(unclassified.facts.gpus, std::nullopt);
  EXPECT_EQ(unclassified.facts.topology->pci_devices, std::nullopt);
  EXPECT_FALSE(unclassified.facts.gpu_stack && unclassified.facts.gpu_stack->pci_count);
  for (const char* pointer : {"/gpus", "/topology/pci_devices", "/gpu_stack/pci_count", "/gpu_stack/nvswitch_count"}) {
    EXPECT_EQ(unclassified.missing().at(pointer).reason, "file_absent") << pointer;
  }
  files["root/proc/driver/nvidia/gpus/0000:b7:00.0/information"] = "Model: \t\t H100\nDevice Minor: \t 1\n";
  const FactsBuilder told = read_facts(*bundle_of(files));
  ASSERT_EQ(told.facts.gpus->size(), 2U) << "its driver says what it is";
  EXPECT_EQ(told.facts.gpus->back().numa_node, 1);
  EXPECT_EQ(told.facts.gpus->back().firmware_names_node, true);
  EXPECT_EQ(told.facts.gpus->front().firmware_names_node, false);
}

TEST(NotRead, ANodeThatWasNotReadIsNotTheFirmwaresSilence) {
  const std::string gpu = "root/sys/bus/pci/devices/0000:3b:00.0/";
  const FactsBuilder builder = read_facts(
      *bundle_of({{gpu + "class", "0x030200\n"}, {gpu + "vendor", "0x10de\n"}, {gpu + "device", "0x2330\n"}}));
  EXPECT_EQ(builder.facts.gpus->front().firmware_names_node, std::nullopt);
  EXPECT_EQ(builder.missing().at("/gpus/0/numa_node").reason, "file_absent");
  EXPECT_EQ(builder.missing().at("/gpus/0/firmware_names_node").reason, "file_absent");
}

TEST(NotRead, AnInterfaceWithoutItsLinkMayBeACard) {
  const std::string net = "root/sys/class/net/";
  Files files{{net + "lo", "../../devices/virtual/net/lo"}, {net + "eth0/operstate", "up\n"}};
  const FactsBuilder builder = read_facts(*bundle_of(files));
  EXPECT_EQ(builder.facts.nics, std::nullopt);
  EXPECT_EQ(builder.missing().at("/nics").reason, "file_absent");
  files["probes/ethtool.json"] = R"({"interfaces": {}})";
  EXPECT_TRUE(read_facts(*bundle_of(files)).facts.nics->empty()) << "the probe found no device behind it";
}

TEST(NotRead, WhyASpeedIsNotKnown) {
  const std::string net = "root/sys/class/net/";
  const FactsBuilder builder =
      read_facts(*bundle_of({{net + "eth0", "../../devices/pci0000:00/0000:00:03.0/virtio2/net/eth0"},
                             {net + "eth0/speed", "-1\n"},
                             {net + "eth1", "../../devices/pci0000:00/0000:00:04.0/net/eth1"},
                             {net + "eth1/speed", "-1\n"},
                             {net + "eth1/operstate", "down\n"},
                             {net + "eth2", "../../devices/pci0000:00/0000:00:05.0/virtio3/net/eth2"}}));
  EXPECT_EQ(builder.missing().at("/nics/0/speed_mbps").reason, "structural");
  EXPECT_EQ(builder.missing().at("/nics/1/speed_mbps").reason, "file_absent") << "a card that is down has one";
  EXPECT_EQ(builder.missing().at("/nics/2/speed_mbps").reason, "file_absent") << "nobody read it";
}

TEST(NotRead, WhyTheDriversCountersDidNotGrow) {
  const Files files{{"root/sys/class/net/eth0", "../../devices/pci0000:00/0000:00:03.0/net/eth0"}};
  const std::string path = "/nics/0/driver_statistics_delta";
  EXPECT_EQ(read_facts(*bundle_of(files)).missing().at(path).reason, "file_absent") << "no probe at all";
  Files once = files;
  once["probes/ethtool.json"] = R"({"interfaces": {"eth0": {"driver": "mlx5_core", "statistics": {"rx_drops": 3}}}})";
  EXPECT_EQ(read_facts(*bundle_of(once)).missing().at(path).reason, "interval_too_short");
  Manifest manifest;
  manifest.not_read.push_back({.path = "probes/ethtool-after.json",
                               .collector = "network",
                               .status = EvidenceStatus::timed_out,
                               .reason = "timed_out"});
  EXPECT_EQ(read_facts(*bundle_with_manifest(manifest, once)).missing().at(path).reason, "timed_out");
}

// ---- workers -------------------------------------------------------------------------------------------------------

std::string stat_line(int pid, int ticks, int cpu) {
  return std::to_string(pid) + " (python3) S 1 1 1 0 -1 0 0 0 0 0 " + std::to_string(ticks) +
         " 0 0 0 20 0 2 0 77 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 " + std::to_string(cpu) + " 0 0\n";
}

std::string status_text(const char* cpus, int voluntary) {
  return std::string("Name:\tpython3\nThreads:\t2\nCpus_allowed_list:\t") + cpus +
         "\nMems_allowed_list:\t0-1\nvoluntary_ctxt_switches:\t" + std::to_string(voluntary) +
         "\nnonvoluntary_ctxt_switches:\t1\n";
}

// Two threads through a window of ten seconds, of which the second lacks what `without` says.
std::vector<SampledFile> two_threads(const std::set<std::string>& without) {
  const std::string dir = "root/proc/42/";
  std::vector<SampledFile> samples;
  for (const std::int64_t at : {std::int64_t{0}, 10 * kSecond}) {
    const int ticks = at == 0 ? 10 : 20;
    samples.push_back({dir + "stat", at, stat_line(42, ticks, 0)});
    for (const int tid : {42, 43}) {
      const std::string task = dir + "task/" + std::to_string(tid) + "/";
      const auto add = [&](const std::string& file, std::string text) {
        if (tid == 42 || !without.contains(file)) samples.push_back({task + file, at, std::move(text)});
      };
      add("stat", stat_line(tid, ticks, tid - 40));
      add("status", status_text(tid == 42 ? "0" : "0-3", ticks));
      add("schedstat", at == 0 ? "1000000 500000 7\n" : "4001000000 1000500000 9\n");
    }
  }
  return samples;
}

const Files kOneWorker{
    {"probes/discovery.json", R"({"workers": [{"pid": 42, "comm": "x", "start_time_ticks": 77, "found_by": "pid"}]})"}};

TEST(NotRead, SumsOverSomeThreadsAreNoSums) {
  const Worker whole = read_facts(*bundle_of(kOneWorker, two_threads({}))).facts.workers->front();
  EXPECT_EQ(whole.run_delay_ms, 2000);
  EXPECT_EQ(whole.cpus_allowed->to_list(), "0-3");

  const FactsBuilder delay = read_facts(*bundle_of(kOneWorker, two_threads({"schedstat"})));
  EXPECT_EQ(delay.facts.workers->front().run_delay_ms, std::nullopt);
  EXPECT_EQ(delay.facts.workers->front().run_delay_share, std::nullopt);
  EXPECT_EQ(delay.facts.workers->front().cpu_ms, 4100) << "stat has the time too, in ticks";
  EXPECT_EQ(delay.missing().at("/workers/0/run_delay_ms").reason, "file_absent");

  const FactsBuilder masks = read_facts(*bundle_of(kOneWorker, two_threads({"status"})));
  EXPECT_EQ(masks.facts.workers->front().cpus_allowed, std::nullopt);
  EXPECT_EQ(masks.facts.workers->front().voluntary_switches, std::nullopt);
  EXPECT_EQ(masks.missing().at("/workers/0/cpus_allowed").reason, "file_absent");

  const FactsBuilder thread = read_facts(*bundle_of(kOneWorker, two_threads({"stat", "status", "schedstat"})));
  EXPECT_EQ(thread.facts.workers->front().threads, std::nullopt) << "the process counts two";
  EXPECT_EQ(thread.facts.workers->front().cpu_ms, std::nullopt);
  EXPECT_EQ(thread.missing().at("/workers/0/threads").reason, "file_absent");
}

TEST(NotRead, AKernelThatDoesNotCountWaitingIsSeen) {
  std::vector<SampledFile> samples = two_threads({"schedstat"});
  std::erase_if(samples, [](const SampledFile& sample) { return sample.path.ends_with("schedstat"); });
  const char* const pointer = "/workers/0/run_delay_ms";
  EXPECT_EQ(read_facts(*bundle_of(kOneWorker, samples)).missing().at(pointer).reason, "file_absent");
  for (SampledFile sample : {SampledFile{"root/proc/42/schedstat", 0, "", EvidenceStatus::absent},
                             SampledFile{"root/proc/42/task/42/schedstat", 10 * kSecond, "0 0 0\n"}}) {
    auto more = samples;
    more.push_back(sample);
    EXPECT_EQ(read_facts(*bundle_of(kOneWorker, more)).missing().at(pointer).reason, "structural") << sample.path;
  }
  samples.push_back({"root/proc/42/task/42/schedstat", 10 * kSecond, "", EvidenceStatus::permission});
  EXPECT_EQ(read_facts(*bundle_of(kOneWorker, samples)).missing().at(pointer).reason, "file_absent");
}

TEST(NotRead, AGpuThatNobodyNamesIsNotNone) {
  Files files = kOneWorker;
  files["root/proc/42/fd/3"] = "/dev/nvidia1";
  files["root/proc/42/fd/4"] = "/dev/nvidiactl";
  const FactsBuilder unknown = read_facts(*bundle_of(files));
  for (const char* fact : {"gpus", "gpu_nodes", "gpu_local_cpus"}) {
    EXPECT_EQ(unknown.missing().at("/workers/0/" + std::string(fact)).reason, "file_absent") << fact;
  }
  EXPECT_EQ(unknown.facts.workers->front().gpus, std::nullopt);
  files["root/proc/driver/nvidia/gpus/0000:3b:00.0/information"] = "Device Minor: \t 1\n";
  const FactsBuilder named = read_facts(*bundle_of(files));
  EXPECT_EQ(*named.facts.workers->front().gpus, std::vector<std::string>{"0000:3b:00.0"});
  EXPECT_EQ(named.missing().at("/workers/0/gpu_nodes").reason, "file_absent") << "its numa_node was not read";
  files["root/sys/bus/pci/devices/0000:3b:00.0/numa_node"] = "-1\n";
  EXPECT_EQ(read_facts(*bundle_of(files)).missing().at("/workers/0/gpu_nodes").reason, "structural");
  files["root/proc/42/fd/3"] = "/dev/null";
  EXPECT_TRUE(read_facts(*bundle_of(files)).facts.workers->front().gpus->empty());
}

}  // namespace
}  // namespace ihc::test
