// The kernel's log, the machine's health, and the kernel's command line: texts and trees → facts.

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "collect/collector.h"
#include "collectors/host/probes.h"
#include "collectors/kernel/command_line.h"
#include "collectors/kernel_log/events.h"
#include "collectors/kernel_log/log_lines.h"
#include "facts/described/document.h"
#include "support/timed_bundle.h"

namespace ihc {
extern const Collector k_kernel_log_collector;
}

namespace ihc::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// ---- forms of the log ----------------------------------------------------------------------------------------------

TEST(KernelLogLines, EveryForm) {
  struct Row {
    const char* line;
    std::optional<double> seconds;
    const char* time;
    const char* message;
  };
  const Row rows[] = {
      {"[12209.824774] hello: x", 12209.824774, "", "hello: x"},
      {"[    0.000000][    T0] Linux version 6", 0.0, "", "Linux version 6"},
      {"[   12.5][  C12] hello", 12.5, "", "hello"},
      {"[Tue Sep 15 19:52:49 2026] hello", std::nullopt, "Tue Sep 15 19:52:49 2026", "hello"},
      {"2026-09-15T19:52:49,123456+00:00 hello", std::nullopt, "2026-09-15T19:52:49,123456+00:00", "hello"},
      {"<6>[   12.5] hello", 12.5, "", "hello"},
      {"kern  :info  : [   12.5] hello", 12.5, "", "hello"},
      {"[   12.5] node7 kernel: hello", 12.5, "", "hello"},
      {"2026-09-15T19:52:49+0000 node7 kernel: hello", std::nullopt, "2026-09-15T19:52:49+0000", "hello"},
      {"Tue 2026-09-15 19:52:49 UTC node7 kernel: hello", std::nullopt, "Tue 2026-09-15 19:52:49 UTC", "hello"},
      {"Sep 15 19:52:49 node7 kernel: [   12.5] hello", 12.5, "Sep 15 19:52:49", "hello"},
      {"Sep  5 19:52:49 node7 kernel: hello", std::nullopt, "Sep  5 19:52:49", "hello"},
      {"Sep 15 19:52:49 node7 sshd[42]: hello", std::nullopt, "Sep 15 19:52:49", ""},
  };
  for (const Row& row : rows) {
    const auto line = parse_log_line(row.line);
    ASSERT_TRUE(line) << row.line;
    EXPECT_EQ(line->seconds, row.seconds) << row.line;
    EXPECT_EQ(line->time, row.time) << row.line;
    EXPECT_EQ(line->message, row.message) << row.line;
  }
  for (const char* line : {"hello", "", "[x] hello", "Sep", "2026-09-15 hello"}) {
    EXPECT_FALSE(parse_log_line(line)) << line;
  }
}

// ---- what lines tell of --------------------------------------------------------------------------------------------

TEST(KernelEvents, KindsAndSubjects) {
  struct Row {
    const char* message;
    const char* kind;
    std::optional<std::string> subject;
    std::optional<std::string> process;
    std::optional<std::int64_t> number;  // code of an Xid, else the PID
    std::optional<std::string> severity;
  };
  const auto none = std::nullopt;
  const Row rows[] = {
      {"NVRM: Xid (PCI:0000:3b:00): 79, pid=1234, name=python3, GPU has fallen off the bus.", "xid", "0000:3b:00.0",
       "python3", 79, none},
      {"NVRM: Xid (0000:03:00): 13, 0003 00000000 0000a1c0", "xid", "0000:03:00.0", none, 13, none},
      {"NVRM: Xid (PCI:0000:C1:00): 119, pid='<unknown>', name=<unknown>, Timeout", "xid", "0000:c1:00.0", none, 119,
       none},
      {"nvidia-nvswitch3: SXid (PCI:0000:05:00.0): 12028, Non-fatal, Link 32 egress", "sxid", "0000:05:00.0", none,
       12028, "nonfatal"},
      {"NVRM: API mismatch: the client has the version 550.54, but", "nvidia_version_mismatch", none, none, none, none},
      {"NVRM: GPU 0000:3b:00.0: RmInitAdapter failed! (0x26:0xffff:1290)", "nvidia_init_failed", "0000:3b:00.0", none,
       none, none},
      {"amdgpu 0000:43:00.0: amdgpu: GPU reset begin!", "gpu_reset", "0000:43:00.0", none, none, none},
      {"pcieport 0000:00:01.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)", "aer",
       "0000:00:01.0", none, none, "corrected"},
      {"pcieport 0000:00:01.0: PCIe Bus Error: severity=Correctable, type=Data Link Layer", "aer", "0000:00:01.0", none,
       none, "corrected"},
      {"0000:50:00.0: PCIe Bus Error: severity=Uncorrected (Non-Fatal), type=Transaction Layer", "aer", "0000:50:00.0",
       none, none, "nonfatal"},
      {"0000:50:00.0: PCIe Bus Error: severity=Uncorrected (Fatal), type=Transaction Layer", "aer", "0000:50:00.0",
       none, none, "fatal"},
      {"Out of memory: Killed process 4242 (python3) total-vm:1kB", "oom_kill", none, "python3", 4242, none},
      {"Memory cgroup out of memory: Killed process 4242 (a (b) c) total-vm:1kB", "oom_kill", none, "a (b) c", 4242,
       none},
      {"EDAC MC0: 3 CE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0 (channel:1 slot:0)", "edac",
       "CPU_SrcID#0_MC#0_Chan#1_DIMM#0", none, none, "corrected"},
      {"EDAC MC1: 1 UE on unknown label (page:0x0)", "edac", "unknown label", none, none, "uncorrected"},
      {"mce: [Hardware Error]: CPU 12: Machine Check: 0 Bank 7: 8c00004000010092", "mce", "cpu:12", none, none, none},
      {"mce: [Hardware Error]: Machine check events logged", "mce", none, none, none, none},
      {"{1}[Hardware Error]: event severity: corrected", "hardware_error", none, none, none, "corrected"},
      {"watchdog: BUG: soft lockup - CPU#12 stuck for 22s! [pt:main:4242]", "soft_lockup", "cpu:12", "pt:main", 4242,
       none},
      {"NMI watchdog: Watchdog detected hard LOCKUP on cpu 3", "hard_lockup", "cpu:3", none, none, none},
      {"INFO: task nvidia-smi:4242 blocked for more than 120 seconds.", "hung_task", none, "nvidia-smi", 4242, none},
      {"rcu: INFO: rcu_preempt self-detected stall on CPU", "rcu_stall", none, none, none, none},
      {"BUG: unable to handle page fault for address: 0", "kernel_bug", none, none, none, none},
      {"clocksource: timekeeping watchdog on CPU3: Marking clocksource 'tsc' as unstable because the skew is too "
       "large:",
       "clocksource_unstable", "tsc", none, none, none},
      {"tsc: Marking TSC unstable due to clocksource watchdog", "clocksource_unstable", "tsc", none, none, none},
      {"CPU3: Core temperature above threshold, cpu clock throttled (total events = 12)", "cpu_thermal", "cpu:3", none,
       none, none},
      {"pci 0000:3b:00.0: 63.008 Gb/s available PCIe bandwidth, limited by 8.0 GT/s PCIe x8 link at 0000:3a:00.0",
       "pcie_bandwidth_limited", "0000:3b:00.0", none, none, none},
      {"mlx5_core 0000:17:00.0 ens1f0: Link down", "nic_link_down", "0000:17:00.0", none, none, none},
      {"blk_update_request: I/O error, dev nvme0n1, sector 12", "io_error", "nvme0n1", none, none, none},
      {"python3: page allocation failure: order:4, mode:0x1", "page_allocation_failure", none, "python3", none, none},
      {"python3[4242]: segfault at 8 ip 0", "segfault", none, "python3", none, none},
      {"perf: interrupt took too long (2506 > 2500), lowering", "perf_rate_lowered", none, none, none, none},
  };
  for (const Row& row : rows) {
    const auto event = kernel_event(row.message);
    ASSERT_TRUE(event) << row.message;
    EXPECT_EQ(event->kind, row.kind) << row.message;
    EXPECT_EQ(event->subject, row.subject) << row.message;
    EXPECT_EQ(event->process, row.process) << row.message;
    EXPECT_EQ(event->code ? event->code : event->pid, row.number) << row.message;
    EXPECT_EQ(event->severity, row.severity) << row.message;
  }
  EXPECT_EQ(kernel_event("EDAC MC0: 3 CE memory read error on A (channel:1)")->count, 3);
  for (const char* quiet : {"pci 0000:00:1f.0: [8086:a1c1] type 00", "eth0: Link is Up", "Linux version 6.1", "",
                            "NVRM: loading NVIDIA UNIX x86_64 Kernel Module", "EDAC MC: Ver: 3.0.0"}) {
    EXPECT_FALSE(kernel_event(quiet)) << quiet;
  }
}

TEST(KernelLog, OomConstraintsStandOnTheirOwnLine) {
  const auto log = parse_kernel_log(
      "[10.0] oom-kill:constraint=CONSTRAINT_MEMORY_POLICY,nodemask=1,cpuset=/,mems_allowed=0-1,task_memcg=/vllm.slice,"
      "task=python3,pid=42,uid=0\n[10.1] Out of memory: Killed process 42 (python3) total-vm:1kB\n"
      "[20.0] Out of memory: Killed process 43 (other) total-vm:1kB\n");
  ASSERT_EQ(log.value.events.size(), 2U);
  EXPECT_EQ(log.value.events[0].constraint, "memory_policy");
  EXPECT_EQ(log.value.events[0].subject, "/vllm.slice");
  EXPECT_EQ(log.value.events[1].constraint, std::nullopt) << "the other process had a line of its own, or none";
}

TEST(KernelLog, EqualLinesAreCountedAndTheLastIsNotTrustedWhenCut) {
  const auto log = parse_kernel_log(
      "[    0.0] Linux version 6\n[   10.0] NVRM: Xid (PCI:0000:3b:00): 63, pid=1, x\n"
      "[   20.0] NVRM: Xid (PCI:0000:3b:00): 63, pid=1, x\n[   30.0] NVRM: Xid (PCI:0000:3b:00): 7");
  EXPECT_EQ(log.value.begins_at_boot, true);
  ASSERT_EQ(log.value.events.size(), 1U) << facts_to_json(log.value).dump();
  EXPECT_EQ(log.value.events[0].count, 2);
  EXPECT_EQ(log.value.events[0].first_seconds, 10);
  EXPECT_EQ(log.value.events[0].last_seconds, 20);
  EXPECT_EQ(log.value.counts, (std::map<std::string, std::int64_t>{{"xid", 2}}));
  EXPECT_EQ(log.unparsed.lines, 1U);
}

TEST(KernelLog, FurtherLinesOfAMessageHaveNoTime) {
  const auto log =
      parse_kernel_log("[    1.0] amd_pstate: the _CPC object is not present\nPlease enable it\n[    2.0] x\n");
  EXPECT_FALSE(log.unparsed.any());
  EXPECT_EQ(log.value.lines, 2);
  EXPECT_EQ(parse_kernel_log("no log\n[    2.0] x\n").unparsed.lines, 1U);
}

TEST(KernelLogTraps, T40_AnXidIsACodeAndNoVerdict) {
  for (const int code : {13, 31, 43, 45, 79}) {
    const auto event = kernel_event("NVRM: Xid (PCI:0000:3b:00): " + std::to_string(code) + ", pid=1, name=x");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->code, code);
    EXPECT_EQ(event->severity, std::nullopt) << "what a code means is the catalogue's";
  }
}

TEST(KernelLog, TheJournalIsReadBeforeTheRingBuffer) {
  const std::string xid = "NVRM: Xid (PCI:0000:3b:00): 79, pid=1, x\n";
  const FactsBuilder both =
      read_facts(*bundle_of({{"commands/dmesg/stdout", "[   10.0] " + xid},
                             {"commands/journal-kernel/stdout", "2026-09-15T19:52:49+0000 n kernel: " + xid},
                             {"root/proc/uptime", "812.25 1600.00\n"}}));
  EXPECT_EQ(both.facts.kernel_log->source, "journal-kernel");
  EXPECT_EQ(both.facts.kernel_log->events.at(0).first_time, "2026-09-15T19:52:49+0000");
  EXPECT_EQ(both.facts.kernel_log->uptime_seconds, 812.25);
  EXPECT_EQ(both.facts.kernel_log->counts.at("xid"), 1) << "one fault, though two sources tell of it";
  const FactsBuilder ring = read_facts(*bundle_of(
      {{"commands/dmesg/stdout", "[   10.0] " + xid}, {"commands/journal-kernel/stdout", "-- No entries --\n"}}));
  EXPECT_EQ(ring.facts.kernel_log->source, "dmesg");
  EXPECT_EQ(ring.facts.kernel_log->begins_at_boot, false);
  EXPECT_FALSE(read_facts(*bundle_of({})).facts.kernel_log);
  EXPECT_EQ(read_facts(*bundle_of({})).missing().at("/kernel_log").reason, "file_absent");
}

TEST(KernelLog, IsRecognised) {
  const auto likeness = k_kernel_log_collector.texts[0].likeness;
  EXPECT_EQ(likeness("[    0.000000] Linux version 6.1\n[    0.1] x\n"), Likeness::sure);
  EXPECT_EQ(likeness("Sep 15 19:52:49 node7 kernel: [   12.5] hello\n"), Likeness::sure);
  EXPECT_EQ(likeness("Sep 15 19:52:49 node7 sshd[42]: hello\n"), Likeness::no);
  EXPECT_EQ(likeness(" Performance counter stats for 'x':\n"), Likeness::no);
  EXPECT_EQ(likeness(""), Likeness::no);
}

// ---- host ----------------------------------------------------------------------------------------------------------

TEST(ReadHost, MemoryErrorsByModule) {
  const std::string mc = "root/sys/devices/system/edac/mc/mc0/";
  const FactsBuilder builder = read_facts(*bundle_of({{mc + "mc_name", "Skylake Socket#0 IMC#0\n"},
                                                      {mc + "ce_count", "12\n"},
                                                      {mc + "ue_count", "0\n"},
                                                      {mc + "seconds_since_reset", "86400\n"},
                                                      {mc + "dimm3/dimm_label", "CPU_SrcID#0_MC#0_Chan#1_DIMM#0\n"},
                                                      {mc + "dimm3/dimm_ce_count", "12\n"},
                                                      {mc + "dimm3/dimm_ue_count", "0\n"},
                                                      {mc + "rank0/dimm_ce_count", "soon\n"}}));
  ASSERT_EQ(builder.facts.host->memory_controllers->size(), 1U);
  const MemoryController& controller = builder.facts.host->memory_controllers->front();
  EXPECT_EQ(controller.corrected, 12);
  EXPECT_EQ(controller.corrected_without_module, std::nullopt);
  ASSERT_EQ(controller.modules.size(), 2U);
  EXPECT_EQ(controller.modules[0].label, "CPU_SrcID#0_MC#0_Chan#1_DIMM#0");
  EXPECT_EQ(controller.modules[0].corrected, 12);
  EXPECT_EQ(controller.modules[1].corrected, std::nullopt);
  const char* const pointer = "/host/memory_controllers";
  EXPECT_EQ(read_facts(*bundle_of({})).missing().at(pointer).reason, "file_absent") << "nobody looked";
  EXPECT_EQ(read_facts(*bundle_of({{"root/sys/devices/system/edac/mc/uevent", "\n"}})).missing().at(pointer).reason,
            "structural");
  Manifest manifest;
  manifest.not_read.push_back({.path = "/sys/devices/system/edac/mc/mc*/ce_count",
                               .collector = "host",
                               .status = EvidenceStatus::absent,
                               .reason = "file_absent"});
  EXPECT_EQ(read_facts(*bundle_with_manifest(manifest, {})).missing().at(pointer).reason, "structural");
}

TEST(ReadHost, TasksBlockedAtBothEnds) {
  const auto tasks = [](const char* list) { return std::string("{\"tasks\": [") + list + "]}"; };
  const FactsBuilder builder = read_facts(*bundle_of(
      {{"probes/blocked-tasks-start.json", tasks(R"({"pid": 4, "tid": 5, "name": "nvidia-smi", "start_time_ticks": 7},
                 {"pid": 8, "tid": 8, "name": "cp", "start_time_ticks": 9})")},
       {"probes/blocked-tasks-end.json", tasks(R"({"pid": 4, "tid": 5, "name": "nvidia-smi", "start_time_ticks": 7},
                 {"pid": 8, "tid": 8, "name": "dd", "start_time_ticks": 99})")}}));
  ASSERT_EQ(builder.facts.host->blocked_tasks->size(), 3U);
  const auto& stuck = builder.facts.host->blocked_tasks->at(0);
  EXPECT_EQ(stuck.name, "nvidia-smi");
  EXPECT_TRUE(stuck.at_start && stuck.at_end);
  EXPECT_FALSE(builder.facts.host->blocked_tasks->at(1).at_end) << "the same id, another thread";
}

TEST(ReadHost, CacheControlAndWhatItMeasured) {
  const std::string dir = "root/sys/fs/resctrl/";
  const std::string mon = dir + "mon_data/mon_L3_00/";
  const FactsBuilder builder = read_facts(*bundle_of({{dir + "schemata", "    MB:0=100;1=50\n    L3:0=fffff;1=00fff\n"},
                                                      {dir + "cpus_list", "0-7\n"},
                                                      {dir + "noisy/schemata", "    L3:0=3;1=3\n"},
                                                      {dir + "noisy/cpus_list", "\n"},
                                                      {dir + "noisy/mode", "shareable\n"}},
                                                     {{mon + "llc_occupancy", 0, "100\n"},
                                                      {mon + "llc_occupancy", 2 * kSecond, "300\n"},
                                                      {mon + "mbm_total_bytes", 0, "1000\n"},
                                                      {mon + "mbm_total_bytes", 2 * kSecond, "5000\n"},
                                                      {mon + "mbm_local_bytes", 0, "Unavailable\n"},
                                                      {mon + "mbm_local_bytes", 2 * kSecond, "Unavailable\n"}}));
  const auto& groups = *builder.facts.host->resctrl_groups;
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].name, "/");
  EXPECT_EQ(groups[0].schemata.at("MB:1"), "50");
  EXPECT_EQ(groups[0].schemata.at("L3:1"), "00fff");
  ASSERT_EQ(groups[0].monitors.size(), 1U);
  EXPECT_EQ(groups[0].monitors[0].domain, "00");
  EXPECT_EQ(groups[0].monitors[0].llc_occupancy_bytes, 300);
  EXPECT_EQ(groups[0].monitors[0].memory_total_bytes_per_second, 2000);
  EXPECT_EQ(groups[0].monitors[0].memory_local_bytes_per_second, std::nullopt);
  EXPECT_EQ(groups[1].name, "noisy");
  EXPECT_TRUE(groups[1].cpus->empty());
}

TEST(ReadHost, SharedMemoryOfTheNodeAndOfAWorker) {
  const FactsBuilder builder = read_facts(*bundle_of(
      {{"probes/shared-memory.json", R"({"path": "/dev/shm", "size_bytes": 1000, "available_bytes": 900})"},
       {"probes/worker-shared-memory-42.json",
        R"({"path": "/dev/shm", "pid": 42, "size_bytes": 64, "available_bytes": 0})"},
       {"root/proc/mounts", "tmpfs /dev/shm tmpfs rw,nosuid,size=1k 0 0\n"},
       {"commands/systemctl-list-timers/stdout",
        "NEXT LEFT LAST PASSED UNIT ACTIVATES\nn/a n/a n/a n/a fstrim.timer fstrim.service\n"
        "Tue 2026-09-15 20:00:00 UTC 7min left Tue 2026-09-15 19:00:00 UTC 52min ago a.timer a.service\n\n2 timers "
        "listed.\n"}}));
  const auto& memory = *builder.facts.host->shared_memory;
  ASSERT_EQ(memory.size(), 2U);
  EXPECT_EQ(memory[0].size_bytes, 1000);
  EXPECT_EQ(memory[0].mount_options, (std::vector<std::string>{"rw", "nosuid", "size=1k"}));
  EXPECT_EQ(memory[1].pid, 42);
  EXPECT_EQ(memory[1].available_bytes, 0);
  EXPECT_EQ(builder.facts.host->timers->at(0).activates, "fstrim.service");
  EXPECT_EQ(builder.facts.host->timers->at(0).next, std::nullopt);
  EXPECT_EQ(builder.facts.host->timers->at(1).next, "Tue 2026-09-15 20:00:00 UTC");
}

TEST(HostProbes, AnswerAboutThisMachine) {
  const auto memory = probe_shared_memory(0);
  if (memory) {
    EXPECT_GT(parse_shared_memory(*memory)->size_bytes, 0);
  }
  EXPECT_FALSE(probe_shared_memory(2147483647));
  const auto tasks = probe_blocked_tasks(0);
  ASSERT_TRUE(tasks);
  EXPECT_TRUE(parse_blocked_tasks(*tasks));
}

// ---- kernel --------------------------------------------------------------------------------------------------------

TEST(KernelCommandLine, ParametersAndIsolatedCpus) {
  const auto parameters = parse_command_line("root=/dev/vda1 ro a=\"b c\" isolcpus=1 isolcpus=2-3 -- single\n");
  EXPECT_EQ(parameters,
            (std::map<std::string, std::string>{{"a", "b c"}, {"isolcpus", "2-3"}, {"ro", ""}, {"root", "/dev/vda1"}}));
  EXPECT_EQ(parse_isolcpus("managed_irq,domain,2-15,18").flags, "managed_irq,domain");
  EXPECT_EQ(parse_isolcpus("managed_irq,domain,2-15,18").cpus->to_list(), "2-15,18");
  EXPECT_EQ(parse_isolcpus("2-15").flags, "");
  EXPECT_FALSE(parse_isolcpus("domain,all").cpus);
}

TEST(ReadKernel, IsolationSwapAndGuards) {
  const std::string cpu = "root/sys/devices/system/cpu/vulnerabilities/";
  const FactsBuilder builder = read_facts(*bundle_of(
      {{"root/proc/cmdline", "password=x isolcpus=2-3 nohz_full=2-N rcu_nocbs=2-3 mitigations=off irqaffinity=0-1\n"},
       {"root/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/dev/zram0 partition 1024 16 100\n"},
       {"root/sys/module/zswap/parameters/enabled", "N\n"},
       {"root/sys/devices/virtual/workqueue/cpumask", "3\n"},
       {cpu + "meltdown", "Not affected\n"},
       {cpu + "spectre_v2", "Vulnerable\n"}}));
  const Kernel& kernel = *builder.facts.kernel;
  EXPECT_EQ(kernel.isolcpus->to_list(), "2-3");
  EXPECT_EQ(kernel.isolcpus_flags, std::nullopt);
  EXPECT_FALSE(kernel.nohz_full) << "N is the last CPU, which the command line does not say";
  EXPECT_EQ(builder.missing().at("/kernel/nohz_full").reason, "parse_error");
  EXPECT_EQ(kernel.rcu_nocbs->to_list(), "2-3");
  EXPECT_EQ(kernel.irqaffinity->to_list(), "0-1");
  EXPECT_EQ(kernel.parameters->at("mitigations"), "off");
  EXPECT_FALSE(kernel.parameters->contains("password"));
  EXPECT_EQ(kernel.swap_devices->at(0).path, "/dev/zram0");
  EXPECT_EQ(kernel.swap_devices->at(0).used_bytes, 16384);
  EXPECT_EQ(kernel.zswap_enabled, false);
  EXPECT_EQ(kernel.workqueue_cpus->to_list(), "0-1");
  EXPECT_EQ(*kernel.vulnerabilities,
            (std::map<std::string, std::string>{{"meltdown", "Not affected"}, {"spectre_v2", "Vulnerable"}}));
}

}  // namespace
}  // namespace ihc::test
