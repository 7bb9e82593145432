// Units, wrappers and control groups: the grammars as tables, the live path from files to facts, and the traps that a
// naive reader of placement falls into.

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "collect/cgroups.h"
#include "collect/collector.h"
#include "collectors/cgroup/cgroup_files.h"
#include "collectors/container/container_path.h"
#include "collectors/container/kubelet.h"
#include "collectors/services/launch_wrapper.h"
#include "collectors/services/systemctl_show.h"
#include "collectors/services/unit_file.h"
#include "collectors/workers/confinement.h"
#include "collectors/workers/framework_flags.h"
#include "collectors/workers/numastat_p.h"
#include "collectors/workers/process_limits.h"
#include "facts/described/document.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// ---- wrappers ------------------------------------------------------------------------------------------------------

TEST(LaunchWrappers, Spellings) {
  struct Row {
    const char* command;
    const char* expected;
  };
  const Row rows[] = {
      {"numactl -N 0 -m 0 vllm serve m",
       R"([{"command_line":"numactl -N 0 -m 0","cpu_nodes":"0","memory_nodes":"0","memory_policy":"bind","program":"numactl"}])"},
      {"/usr/bin/numactl --cpunodebind=0,1 --preferred=1 -- vllm",
       R"([{"command_line":"/usr/bin/numactl --cpunodebind=0,1 --preferred=1 --","cpu_nodes":"0-1","memory_nodes":"1","memory_policy":"preferred","program":"numactl"}])"},
      {"numactl -C0-15 --localalloc x",
       R"([{"command_line":"numactl -C0-15 --localalloc","cpus":"0-15","memory_policy":"local","program":"numactl"}])"},
      {"numactl --interleave=all x",
       R"([{"command_line":"numactl --interleave=all","memory_policy":"interleave","program":"numactl"}])"},
      {"numactl --cpunode=1 x", R"([{"command_line":"numactl --cpunode=1","cpu_nodes":"1","program":"numactl"}])"},
      {"taskset -c 0-3,8 x", R"([{"command_line":"taskset -c 0-3,8","cpus":"0-3,8","program":"taskset"}])"},
      {"taskset -ac 0 x", R"([{"command_line":"taskset -ac 0","cpus":"0","program":"taskset"}])"},
      {"taskset 0xf0 x", R"([{"command_line":"taskset 0xf0","cpus":"4-7","program":"taskset"}])"},
      {"chrt -f 50 x",
       R"([{"command_line":"chrt -f 50","program":"chrt","scheduling_policy":"fifo","scheduling_priority":50}])"},
      {"chrt --idle 0 x",
       R"([{"command_line":"chrt --idle 0","program":"chrt","scheduling_policy":"idle","scheduling_priority":0}])"},
      {"nice -n -5 x", R"([{"command_line":"nice -n -5","nice":-5,"program":"nice"}])"},
      {"nice -5 x", R"([{"command_line":"nice -5","nice":5,"program":"nice"}])"},
      {"nice x", R"([{"command_line":"nice","nice":10,"program":"nice"}])"},
      {"ionice -c 3 x", R"([{"command_line":"ionice -c 3","io_class":"idle","program":"ionice"}])"},
      {"-/usr/bin/env OMP_NUM_THREADS=4 taskset -c 1 x",
       R"([{"command_line":"taskset -c 1","cpus":"1","program":"taskset"}])"},
      {"/bin/bash -lc 'exec numactl -N1 vllm serve m'",
       R"([{"command_line":"numactl -N1","cpu_nodes":"1","program":"numactl"}])"},
      {"vllm serve numactl -N 0", "[]"},
      {"", "[]"},
      {"numactl", R"([{"command_line":"numactl","program":"numactl"}])"},
      {"taskset -c", R"([{"command_line":"taskset -c","program":"taskset"}])"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(to_compact_text(facts_to_json(launch_wrappers(split_command_line(row.command)))), row.expected)
        << row.command;
  }
  const auto both = launch_wrappers(split_command_line("numactl -N0 taskset -c 0-3 chrt -b 0 vllm"));
  ASSERT_EQ(both.size(), 3U);
  EXPECT_EQ(both[1].cpus->to_list(), "0-3");
  EXPECT_EQ(both[2].scheduling_policy, "batch");
}

// ---- systemd's grammars --------------------------------------------------------------------------------------------

TEST(UnitFiles, ContinuationListsAndResets) {
  const auto parsed = parse_unit_files(
      "# /etc/systemd/system/vllm@.service\n"
      "; a comment\n"
      "[Unit]\n"
      "After = network-online.target\n"
      "After=nvidia-persistenced.service\n"
      "[Service]\n"
      "ExecStart=/usr/bin/vllm serve \\\n"
      "# a comment within\n"
      "  %i --port 8000\n"
      "CPUAffinity=0-3\n"
      "CPUAffinity=8\n"
      "Nice=5\n"
      "Environment=OMP_NUM_THREADS=8 \"HF_TOKEN=x y\"\n"
      "LimitMEMLOCK=8M:infinity\n"
      "CPUQuota=150%\n"
      "MemoryMax=8G\n"
      "\n"
      "# /etc/systemd/system/vllm@.service.d/10-placement.conf\n"
      "[Service]\n"
      "ExecStart=\n"
      "ExecStart=numactl -N0 /usr/bin/vllm serve %i\n"
      "CPUAffinity=\n"
      "CPUAffinity=4 5,6\n"
      "AllowedCPUs=0-7\n"
      "Nice=-3\n");
  EXPECT_FALSE(parsed.unparsed.any()) << parsed.unparsed.first;
  const auto units = split_units(parsed.value);
  ASSERT_EQ(units.size(), 1U) << "a drop-in belongs to the file before it";
  const auto applied = applied_assignments(units.front());
  EXPECT_EQ(applied.at("Unit.After").size(), 2U);
  const ServiceSettings settings = settings_of(applied);
  EXPECT_EQ(settings.exec_start, std::vector<std::string>{"numactl -N0 /usr/bin/vllm serve %i"});
  EXPECT_EQ(settings.wrappers->front().cpu_nodes->to_list(), "0");
  EXPECT_EQ(settings.cpu_affinity->to_list(), "4-6");
  EXPECT_EQ(settings.allowed_cpus->to_list(), "0-7");
  EXPECT_EQ(settings.nice, -3);
  EXPECT_EQ(settings.cpu_quota_cpus, 1.5);
  EXPECT_EQ(settings.memory_max_bytes, (Limit{.value = 8LL << 30}));
  EXPECT_EQ(settings.limits->at("MEMLOCK"),
            (LimitPair{.soft = Limit{.value = 8 << 20}, .hard = Limit{.unlimited = true}}));
  EXPECT_EQ(*settings.environment, (std::map<std::string, std::string>{{"OMP_NUM_THREADS", "8"}}));
  EXPECT_EQ(applied_assignments({units.front().front()}).at("Service.ExecStart"),
            std::vector<std::string>{"/usr/bin/vllm serve  %i --port 8000"});
}

TEST(UnitFiles, WhatIsNoAssignmentIsCounted) {
  const auto parsed = parse_unit_files("before any section\n[Service]\nExecStart\nA=1\n");
  EXPECT_EQ(parsed.unparsed.lines, 2U);
  ASSERT_EQ(parsed.value.size(), 1U);
  EXPECT_EQ(parsed.value.front().assignments.size(), 1U);
}

TEST(SystemdValues, TimeSpansAndSets) {
  EXPECT_EQ(parse_time_span_us("1min 30s"), 90'000'000);
  EXPECT_EQ(parse_time_span_us("100ms"), 100'000);
  EXPECT_EQ(parse_time_span_us("1.500000s"), 1'500'000);
  EXPECT_EQ(parse_time_span_us("90"), 90'000'000);
  for (const char* text : {"", "infinity", "s", "1 fortnight", "1.2.3s"})
    EXPECT_FALSE(parse_time_span_us(text)) << text;
  EXPECT_EQ(parse_systemd_set("0-3 8")->to_list(), "0-3,8");
  EXPECT_EQ(parse_systemd_set("0,1 2-3")->to_list(), "0-3");
  EXPECT_EQ(parse_systemd_set(""), CpuSet{});
  EXPECT_FALSE(parse_systemd_set("numa"));
}

TEST(ContainerPlace, Runtimes) {
  const std::string id(64, 'a');
  struct Row {
    std::string path;
    std::optional<std::string> runtime, container, pod, qos;
  };
  const Row rows[] = {
      {"/system.slice/docker-" + id + ".scope", "docker", id, {}, {}},
      {"/docker/" + id, "docker", id, {}, {}},
      {"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1a_2b.slice/cri-containerd-" + id + ".scope",
       "containerd", id, "1a-2b", "Burstable"},
      {"/kubepods.slice/kubepods-pod1a_2b.slice/crio-" + id + ".scope", "cri-o", id, "1a-2b", "Guaranteed"},
      {"/kubepods/besteffort/pod1a-2b/" + id, {}, id, "1a-2b", "BestEffort"},
      {"/machine.slice/libpod-" + id + ".scope/container", "podman", id, {}, {}},
      {"/lxc.payload.web/x", "lxc", "web", {}, {}},
      {"/kubepods.slice", {}, {}, {}, {}},
      {"/system.slice/vllm.service", {}, {}, {}, {}},
      {"/", {}, {}, {}, {}},
  };
  for (const Row& row : rows) {
    const ContainerPlace place = container_of_path(row.path);
    EXPECT_EQ(place.runtime, row.runtime) << row.path;
    EXPECT_EQ(place.id, row.container) << row.path;
    EXPECT_EQ(place.pod_uid, row.pod) << row.path;
    EXPECT_EQ(place.qos_class, row.qos) << row.path;
  }
}

TEST(FrameworkFlags, OnlyKnownNames) {
  const std::vector<std::string> arguments{"vllm",
                                           "serve",
                                           "m",
                                           "-tp",
                                           "2",
                                           "--api-server-count=4",
                                           "--numa-bind",
                                           "--numa-bind-nodes",
                                           "0",
                                           "1",
                                           "--port",
                                           "8000",
                                           "--api-key",
                                           "secret",
                                           "--gpu-memory-utilization",
                                           "0.9",
                                           "--enforce-eager"};
  EXPECT_EQ(framework_flags(arguments), (std::map<std::string, std::string>{{"api_server_count", "4"},
                                                                            {"enforce_eager", "true"},
                                                                            {"gpu_memory_utilization", "0.9"},
                                                                            {"numa_bind", "true"},
                                                                            {"numa_bind_nodes", "0 1"},
                                                                            {"port", "8000"},
                                                                            {"tensor_parallel_size", "2"}}));
}

TEST(KubeletFlags, OnlyOfAKubelet) {
  EXPECT_EQ(kubelet_flags({"/usr/bin/kubelet", "--cpu-manager-policy=static", "--reserved-cpus", "0-1", "--v=2"}),
            (std::map<std::string, std::string>{{"cpu-manager-policy", "static"}, {"reserved-cpus", "0-1"}}));
  EXPECT_FALSE(kubelet_flags({"grep", "-r", "x", "kubelet"}));
  EXPECT_FALSE(kubelet_flags({}));
}

TEST(Numastat, TablesThatContinueBelow) {
  const auto parsed = parse_numastat_p(
      "Per-node process memory usage (in MBs)\n"
      "PID              Node 0 Node 1\n---------------- ------ ------\n42 (a b)              1      2\nTotal 1 2\n"
      "PID              Node 2  Total\n---------------- ------ ------\n42 (a b)              3      6\nTotal 3 6\n");
  EXPECT_FALSE(parsed.unparsed.any()) << parsed.unparsed.first;
  ASSERT_EQ(parsed.value.size(), 1U);
  EXPECT_EQ(parsed.value.front().bytes_by_node,
            (std::map<std::string, std::int64_t>{{"0", 1 << 20}, {"1", 2 << 20}, {"2", 3 << 20}}));
  EXPECT_EQ(parsed.value.front().total_bytes, 6 << 20);
}

TEST(ProcessLimits, NamesAndUnits) {
  const auto parsed = parse_process_limits(
      "Limit                     Soft Limit           Hard Limit           Units     \n"
      "Max cpu time              unlimited            unlimited            seconds   \n"
      "Max locked memory         65536                unlimited            bytes     \n"
      "Max processes             7580                 7580                 processes \n"
      "Max nice priority         0                    0                    \n"
      "Max realtime timeout      unlimited            unlimited            us        \n");
  EXPECT_FALSE(parsed.unparsed.any());
  EXPECT_EQ(parsed.value.size(), 5U);
  EXPECT_EQ(parsed.value.at("locked_memory_bytes"),
            (LimitPair{.soft = Limit{.value = 65536}, .hard = Limit{.unlimited = true}}));
  EXPECT_TRUE(parsed.value.contains("cpu_time_seconds"));
  EXPECT_TRUE(parsed.value.contains("nice_priority"));
  EXPECT_TRUE(parsed.value.contains("realtime_timeout_us"));
}

TEST(SharedMemory, SizeOfTheMountInForce) {
  EXPECT_EQ(shm_size_of("1 0 0:5 / /dev/shm rw - tmpfs tmpfs rw,inode64\n"), std::nullopt);
  EXPECT_EQ(shm_size_of("1 0 0:5 / /dev/shm rw - tmpfs tmpfs rw\n2 1 0:6 / /dev/shm rw - tmpfs shm rw,size=65536k\n"),
            65536 * 1024);
  EXPECT_EQ(shm_size_of("1 0 0:5 / /dev/shm/x rw - tmpfs tmpfs rw,size=1k\n"), std::nullopt);
}

// ---- discovery of groups -------------------------------------------------------------------------------------------

TEST(CgroupDirectories, EveryAncestorInEveryHierarchy) {
  const auto mounts = parse_cgroup_mounts(
      "1 0 0:1 / / rw - ext4 /dev/sda rw\n"
      "34 25 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:15 - cgroup cgroup rw,cpu,cpuacct\n"
      "35 25 0:30 / /sys/fs/cgroup/devices rw - cgroup cgroup rw,devices\n"
      "36 25 0:31 /docker/x /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
      "37 25 0:32 / /sys/fs/cgroup/uni\\040fied rw - cgroup2 cgroup2 rw\n");
  EXPECT_EQ(mounts.size(), 3U) << "devices limits nothing";
  EXPECT_EQ(
      cgroup_directories(mounts, "4:cpu,cpuacct:/a/b\n3:devices:/a\n2:memory:/docker/x/y\n0::/s.slice\n"),
      (std::vector<std::string>{"/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct/a",
                                "/sys/fs/cgroup/cpu,cpuacct/a/b", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/y",
                                "/sys/fs/cgroup/uni fied", "/sys/fs/cgroup/uni fied/s.slice"}));
  EXPECT_TRUE(cgroup_directories(mounts, "2:memory:/elsewhere\n0::/../outside\n").empty());
  EXPECT_EQ(units_of_cgroup("1:name=systemd:/user.slice/user-1000.slice/user@1000.service/app.slice/x.service\n"),
            (std::vector<std::string>{"user-1000.slice", "user.slice", "user@1000.service"}))
      << "what is below is another manager's";
  EXPECT_EQ(units_of_cgroup("0::/system.slice/_memory.service\n"),
            (std::vector<std::string>{"memory.service", "system.slice"}));
}

// ---- the live path, and the traps ----------------------------------------------------------------------------------

const std::string kGroup = "root/sys/fs/cgroup";
const std::string kUnit = kGroup + "/system.slice/vllm.service/";
constexpr const char* kDiscovery =
    R"({"workers": [{"pid": 42, "start_time_ticks": 7, "comm": "vllm", "framework": "vllm", "role": "server", "found_by": "pid"}]})";

std::string stat_line(int tid, int ticks, int cpu) {
  return std::to_string(tid) + " (vllm) S 1 1 1 0 -1 0 0 0 0 0 " + std::to_string(ticks) +
         " 0 0 0 20 0 2 0 7 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 " + std::to_string(cpu) + " 50 1 0 0 0\n";
}

Files worker_files() {
  return {{"probes/discovery.json", kDiscovery},
          {"root/sys/devices/system/cpu/online", "0-15\n"},
          {"root/proc/42/cgroup", "0::/system.slice/vllm.service\n"},
          {"root/proc/42/status", "Name:\tvllm\nPid:\t42\nCpus_allowed_list:\t0-7\nMems_allowed_list:\t0-1\n"}};
}

const Cgroup& group_at(const FactsBuilder& builder, const std::string& path) {
  for (const Cgroup& group : *builder.facts.cgroups) {
    if (group.path == path) return group;
  }
  ADD_FAILURE() << path;
  return builder.facts.cgroups->front();
}

TEST(Traps, T10OneThreadIsNotTheProcess) {
  Files files = worker_files();
  const FactsBuilder builder = read_facts(
      *bundle_of(files, {{"root/proc/42/stat", 0, stat_line(42, 1, 0)},
                         {"root/proc/42/stat", kSecond, stat_line(42, 2, 0)},
                         {"root/proc/42/task/42/stat", 0, stat_line(42, 1, 0)},
                         {"root/proc/42/task/42/stat", kSecond, stat_line(42, 5, 3)},
                         {"root/proc/42/task/42/status", kSecond, "Name:\tvllm\nCpus_allowed_list:\t0-3\n"},
                         {"root/proc/42/task/43/stat", 0, stat_line(43, 1, 9)},
                         {"root/proc/42/task/43/stat", kSecond, stat_line(43, 1, 9)},
                         {"root/proc/42/task/43/status", kSecond, "Name:\tomp\nCpus_allowed_list:\t0-15\n"}}));
  const Worker& worker = builder.facts.workers->front();
  ASSERT_EQ(worker.distinct_thread_cpus_allowed->size(), 2U);
  EXPECT_EQ(worker.cpus_allowed->to_list(), "0-15") << "one helper escaped";
  EXPECT_EQ(*worker.busy_samples_by_cpu, (std::map<std::string, std::int64_t>{{"3", 1}})) << "43 did not run";
  EXPECT_EQ(worker.scheduling_policies, std::vector<std::string>{"fifo"});
  EXPECT_EQ(worker.max_realtime_priority, 50);
  EXPECT_EQ(worker.nproc, 8);
}

TEST(Traps, T11EffectiveIsWhatTheCpusetLeaves) {
  Files files = worker_files();
  files[kUnit + "cpuset.cpus.effective"] = "4-11\n";
  EXPECT_EQ(read_facts(*bundle_of(files)).facts.workers->front().cpus_effective->to_list(), "4-7");
  files[kUnit + "cpuset.cpus.effective"] = "8-11\n";
  EXPECT_EQ(read_facts(*bundle_of(files)).facts.workers->front().cpus_effective->to_list(), "8-11")
      << "nothing in common: the whole cpuset";
}

TEST(ReadWorkers, ACpusetThatWasNotReadIsNotNone) {
  const std::string group = "/sys/fs/cgroup/system.slice/vllm.service/";
  Files files = worker_files();
  files[kUnit + "cpuset.mems.effective"] = "0\n";
  const char* const pointer = "/workers/0/cpuset_cpus_effective";
  EXPECT_EQ(read_facts(*bundle_of(files)).missing().at(pointer).reason, "file_absent");
  Manifest manifest;
  const auto looked_for = [&](const char* file, EvidenceStatus status, const char* reason) {
    manifest.not_read.push_back({.path = group + file, .collector = "cgroup", .status = status, .reason = reason});
  };
  looked_for("cpuset.effective_cpus", EvidenceStatus::absent, "file_absent");
  EXPECT_EQ(read_facts(*bundle_with_manifest(manifest, files)).missing().at(pointer).reason, "file_absent")
      << "version 2 has no file of version 1's name";
  looked_for("cpuset.cpus.effective", EvidenceStatus::timed_out, "timed_out");
  EXPECT_EQ(read_facts(*bundle_with_manifest(manifest, files)).missing().at(pointer).reason, "timed_out");
  manifest.not_read.pop_back();
  looked_for("cpuset.cpus.effective", EvidenceStatus::absent, "file_absent");
  EXPECT_EQ(read_facts(*bundle_with_manifest(manifest, files)).missing().at(pointer).reason, "structural");
  files[kGroup + "/cgroup.controllers"] = "cpu memory\n";
  EXPECT_EQ(read_facts(*bundle_of(files)).missing().at(pointer).reason, "structural") << "the kernel has none";
}

TEST(ReadCgroups, OneReadingHasNoGrowth) {
  Files files = worker_files();
  files[kUnit + "memory.events"] = "high 4\noom_kill 0\n";
  files[kUnit + "memory.pressure"] = "some avg10=0.00 avg60=0.00 avg300=0.00 total=5\n";
  const FactsBuilder builder = read_facts(*bundle_of(files));
  EXPECT_EQ(group_at(builder, "/system.slice/vllm.service").memory_events->at("high"), 4);
  EXPECT_EQ(builder.missing().at("/cgroups/0/memory_events_delta").reason, "interval_too_short");
  EXPECT_EQ(builder.missing().at("/cgroups/0/pressure/memory/some/delta_us").reason, "interval_too_short");
}

TEST(ReadServices, WhatOtherFamiliesAskSystemctlIsNotTheirs) {
  const FactsBuilder builder =
      read_facts(*bundle_of({{"commands/systemctl-irqbalance/stdout", "LoadState=loaded\nActiveState=active\n"}}));
  EXPECT_EQ(builder.missing().at("/services").reason, "file_absent");
  EXPECT_EQ(builder.facts.services, std::nullopt);
}

TEST(Traps, T12AskedIsNotEffective) {
  Files files = worker_files();
  files["commands/systemctl-show/stdout"] =
      "Id=vllm.service\nAllowedCPUs=0-31\nEffectiveCPUs=0-7\nFragmentPath=/etc/systemd/system/vllm.service\n"
      "LoadState=loaded\nNeedDaemonReload=no\n";
  files[kUnit + "cpuset.cpus"] = "0-31\n";
  files[kUnit + "cpuset.cpus.effective"] = "0-7\n";
  const FactsBuilder builder = read_facts(*bundle_of(files));
  EXPECT_EQ(builder.facts.services->front().effective->allowed_cpus->to_list(), "0-31");
  EXPECT_EQ(builder.facts.services->front().effective->effective_cpus->to_list(), "0-7");
  EXPECT_EQ(builder.facts.services->front().holds_worker, true);
  const Cgroup& group = group_at(builder, "/system.slice/vllm.service");
  EXPECT_EQ(group.cpuset_cpus->to_list(), "0-31");
  EXPECT_EQ(group.cpuset_cpus_effective->to_list(), "0-7");
  EXPECT_EQ(builder.facts.workers->front().cpuset_cpus_effective->to_list(), "0-7");
}

TEST(Traps, T13AffinityIsNoCpuset) {
  const FactsBuilder builder = read_facts(
      *bundle_of({{"commands/systemd-unit/stdout",
                   "# /etc/systemd/system/vllm.service\n[Service]\nExecStart=vllm serve m\nCPUAffinity=0-3\n"}}));
  const ServiceSettings& declared = *builder.facts.services->front().declared;
  EXPECT_EQ(declared.cpu_affinity->to_list(), "0-3");
  EXPECT_FALSE(declared.allowed_cpus) << "the wall is another setting, and it is not set";
}

TEST(Traps, T14ACpusetIsNotExclusive) {
  Files files = worker_files();
  files[kUnit + "cpuset.cpus.effective"] = "0-7\n";
  files[kUnit + "cpuset.cpus.partition"] = "member\n";
  files[kGroup + "/user.slice/cpuset.cpus.effective"] = "0-15\n";
  const FactsBuilder builder = read_facts(*bundle_of(files));
  EXPECT_EQ(group_at(builder, "/system.slice/vllm.service").cpuset_partition, "member");
  const Cgroup& others = group_at(builder, "/user.slice");
  EXPECT_EQ(others.cpuset_cpus_effective->to_list(), "0-15") << "others may run there";
  EXPECT_EQ(others.holds_worker, false);
}

TEST(Traps, T15AllowedNodesAreNoPreference) {
  const FactsBuilder builder = read_facts(
      *bundle_of({{"commands/systemd-unit/stdout",
                   "# /etc/systemd/system/vllm.service\n[Service]\nExecStart=vllm\nAllowedMemoryNodes=0\n"}}));
  const ServiceSettings& declared = *builder.facts.services->front().declared;
  EXPECT_EQ(declared.allowed_memory_nodes->to_list(), "0");
  EXPECT_FALSE(declared.numa_policy) << "no policy was asked for: the set itself binds";
}

TEST(Traps, T16NoCommandAsksNumactlAboutAProcess) {
  for (const Collector* collector : all_collectors()) {
    for (const Capture& capture : collector->captures) {
      const auto* command = std::get_if<CommandOutput>(&capture);
      if (command == nullptr || command->argv[0] != "numactl") continue;
      for (const std::string_view argument : command->argv) {
        EXPECT_FALSE(argument == "-p" || argument == "-s" || argument.starts_with("{worker")) << command->slug;
      }
    }
  }
}

TEST(Traps, T34ThrottlingInOneUnitAndOfAncestorsToo) {
  EXPECT_EQ(parse_cpu_stat("nr_periods 10\nnr_throttled 2\nthrottled_time 5000000\n").value.throttled_us, 5000);
  EXPECT_EQ(parse_cpu_stat("nr_periods 10\nnr_throttled 2\nthrottled_usec 5000\n").value.throttled_us, 5000);
  Files files = worker_files();
  files[kUnit + "cpu.max"] = "max 100000\n";
  files[kGroup + "/system.slice/cpu.max"] = "400000 100000\n";
  const auto slice = kGroup + "/system.slice/cpu.stat";
  const FactsBuilder builder = read_facts(*bundle_of(
      files, {{kUnit + "cpu.stat", 0, "usage_usec 0\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n"},
              {kUnit + "cpu.stat", 2 * kSecond, "usage_usec 10\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n"},
              {slice, 0, "usage_usec 0\nnr_periods 100\nnr_throttled 10\nthrottled_usec 1000\n"},
              {slice, kSecond, "usage_usec 0\nnr_periods 110\nnr_throttled 19\nthrottled_usec 601000\n"},
              {slice, 2 * kSecond, "usage_usec 5\nnr_periods 120\nnr_throttled 20\nthrottled_usec 701000\n"}}));
  const Cgroup& own = group_at(builder, "/system.slice/vllm.service");
  EXPECT_EQ(own.cpu_quota_us, (Limit{.unlimited = true}));
  EXPECT_EQ(own.cpu_stat_delta->throttled_us, 0);
  const Cgroup& parent = group_at(builder, "/system.slice");
  EXPECT_EQ(parent.holds_worker, true) << "its quota holds for the worker as well";
  EXPECT_EQ(parent.cpu_limit_cpus, 4.0);
  EXPECT_EQ(parent.cpu_stat_delta->periods, 20);
  EXPECT_EQ(parent.cpu_stat_delta->throttled_periods, 10);
  EXPECT_EQ(parent.cpu_stat_delta->throttled_us, 700000);
  EXPECT_EQ(parent.max_throttled_us_per_second, 600000) << "the worst second, not the mean of 350000";
  EXPECT_EQ(parent.window_seconds, 2.0);
}

TEST(Traps, T44WrapperAndEngineBindingAreBothSeen) {
  Files files = worker_files();
  files["root/proc/42/cmdline"] = std::string("vllm\0serve\0m\0--numa-bind\0", 25);
  files["commands/systemctl-cat/stdout"] =
      "# /etc/systemd/system/vllm.service\n[Service]\nExecStart=numactl -N0 -m0 vllm serve m --numa-bind\n";
  const FactsBuilder builder = read_facts(*bundle_of(files));
  EXPECT_EQ(builder.facts.workers->front().framework_flags->at("numa_bind"), "true");
  ASSERT_EQ(builder.facts.services->front().declared->wrappers->size(), 1U);
  EXPECT_EQ(builder.facts.services->front().declared->wrappers->front().memory_policy, "bind");
}

TEST(ReadCgroups, CountersThatWentBackwardsHaveNoGrowth) {
  Files files = worker_files();
  const FactsBuilder builder =
      read_facts(*bundle_of(files, {{kUnit + "cpu.stat", 0, "nr_periods 5\nnr_throttled 5\n"},
                                    {kUnit + "cpu.stat", kSecond, "nr_periods 9\nnr_throttled 2\n"},
                                    {kUnit + "memory.events", 0, "high 4\noom_kill 3\n"},
                                    {kUnit + "memory.events", kSecond, "high 7\noom_kill 0\n"}}));
  const Cgroup& group = group_at(builder, "/system.slice/vllm.service");
  EXPECT_EQ(group.cpu_stat_delta->periods, 4);
  EXPECT_EQ(group.cpu_stat_delta->throttled_periods, std::nullopt);
  EXPECT_EQ(*group.memory_events_delta, (std::map<std::string, std::int64_t>{{"high", 3}}));
}

TEST(ReadWorkers, CgroupStandsInForNumaMaps) {
  Files files = worker_files();
  const FactsBuilder builder = read_facts(*bundle_of(
      files, {{kUnit + "memory.numa_stat", 0, "anon N0=100 N1=50\nfile N0=30 N1=0\nshmem N0=10 N1=0\n"},
              {kUnit + "memory.numa_stat", kSecond, "anon N0=60 N1=90\nfile N0=30 N1=0\nshmem N0=10 N1=0\n"}}));
  const Worker& worker = builder.facts.workers->front();
  EXPECT_EQ(worker.placement_source, "cgroup_numa_stat");
  EXPECT_EQ(worker.placement_scope, "cgroup");
  EXPECT_EQ(*worker.bytes_by_node, (std::map<std::string, std::int64_t>{{"0", 70}, {"1", 90}}));
  EXPECT_EQ(*worker.file_bytes_by_node, (std::map<std::string, std::int64_t>{{"0", 20}, {"1", 0}}));
  EXPECT_EQ(*worker.placement_drift_bytes, (std::map<std::string, std::int64_t>{{"0", -40}, {"1", 40}}));
}

TEST(ReadServices, DriftOfFilesAndWhatAFailedCommandStillPrinted) {
  Files files = worker_files();
  files["root/proc/stat"] = "cpu 1 2 3\nbtime 1700000000\n";
  files["commands/systemctl-show/stdout"] =
      "Id=vllm.service\nLoadState=loaded\nFragmentPath=/etc/systemd/system/vllm.service\nNeedDaemonReload=yes\n"
      "ExecMainStartTimestampMonotonic=60000000\nMainPID=42\nDropInPaths=/a.d/1.conf /a.d/2.conf\n";
  files["commands/systemctl-cat/stdout"] = "# /etc/systemd/system/vllm.service\n[Service]\nExecStart=vllm\n";
  files["commands/unit-file-times/stdout"] = "1700000100.5000000000 /etc/systemd/system/vllm.service\n";
  const FactsBuilder builder = read_facts(*bundle_of(files));
  const Service& service = builder.facts.services->front();
  EXPECT_EQ(service.main_started_epoch_s, 1700000060);
  EXPECT_EQ(service.files->front().modified_epoch_s, 1700000100) << "changed after the start";
  EXPECT_EQ(service.need_daemon_reload, true);
  EXPECT_EQ(service.drop_in_paths->size(), 2U);
  EXPECT_EQ(builder.sources().at("/services/0/declared"), std::vector<std::string>{"commands/systemctl-cat/stdout"});
}

TEST(ReadServices, ManagerAffinityIsInherited) {
  const FactsBuilder builder =
      read_facts(*bundle_of({{"root/etc/systemd/system.conf", "[Manager]\n#LogLevel=info\nCPUAffinity=0-1\n"}}));
  ASSERT_EQ(builder.facts.services->size(), 1U);
  EXPECT_EQ(builder.facts.services->front().unit, "init.scope");
  EXPECT_EQ(builder.facts.services->front().declared->cpu_affinity->to_list(), "0-1");
}

TEST(ReadContainer, OptionsGoBeforeTheFile) {
  Files files;
  files["root/var/lib/kubelet/config.yaml"] = "kind: KubeletConfiguration\ncpuManagerPolicy: none\n";
  files["root/var/lib/kubelet/cpu_manager_state"] =
      R"({"policyName":"static","defaultCpuSet":"0-1","entries":{"3f1a":{"vllm":"2-9"}},"checksum":1})";
  files["commands/ps-kubelet/stdout"] =
      "/sbin/init\n/usr/bin/kubelet --cpu-manager-policy=static --reserved-cpus=0-1\n";
  const FactsBuilder builder = read_facts(*bundle_of(files));
  const Kubelet& kubelet = *builder.facts.container->kubelet;
  EXPECT_EQ(kubelet.cpu_manager_policy, "static");
  EXPECT_EQ(kubelet.reserved_system_cpus->to_list(), "0-1");
  EXPECT_EQ(kubelet.cpu_manager_state->assigned_cpus.at("3f1a/vllm").to_list(), "2-9");
  EXPECT_EQ(builder.missing().at("/container/kubelet/memory_manager_state").reason, "file_absent");
}

TEST(ReadContainer, ConfigurationThatIsNoneIsSaid) {
  const FactsBuilder builder = read_facts(*bundle_of({{"commands/kubelet-config/stdout", "kind: [unclosed\n"}}));
  EXPECT_FALSE(builder.facts.container);
  EXPECT_EQ(builder.missing().at("/container/kubelet").reason, "parse_error");
}

}  // namespace
}  // namespace ihc::test
