#include "cli/inspect_summary.h"

#include <gtest/gtest.h>

namespace ihc::test {
namespace {

TEST(InspectSummary, OneScreen) {
  Manifest manifest{.tool_version = "0.1.0",
                    .node = "node-a",
                    .started_utc = "2026-11-21T08:40:00Z",
                    .ended_utc = "2026-11-21T08:40:31Z"};
  manifest.window_observed_s = 30;
  manifest.effective_uid = 0;
  manifest.labels = {{"phase", "before"}};
  manifest.collectors = {
      {.name = "perf", .state = CollectorState::skipped, .reason = "tool_missing", .hint = "install perf"},
      {.name = "topology"}};
  Facts facts;
  facts.node = Node{.os_name = "Debian GNU/Linux 12", .is_virtual_machine = true, .hypervisor = "kvm"};
  facts.topology = Topology{.cpus_online = CpuSet({0, 1}), .cpu_model = "AMD EPYC", .cores = 2};
  facts.topology->numa_nodes = {
      NumaNode{.id = 0, .kind = "cpu_memory", .cpus = CpuSet({0, 1}), .memory_total_bytes = 4523556864},
      NumaNode{.id = 2, .kind = "memory_only", .cpus = CpuSet(), .memory_total_bytes = 512}};
  facts.gpus.emplace();
  facts.workers = {Worker{.key = "vllm.service",
                          .pid = 42,
                          .name = "vllm",
                          .found_by = "pid",
                          .thread_count = 1,
                          .cpus_allowed = CpuSet({0})}};
  facts.workers->front().bytes_by_node = {{"0", 1572864}};
  facts.collection = Collection{.cpu_seconds = 0.5, .bytes_read = 2048};
  EXPECT_EQ(inspect_summary(manifest, facts),
            "node         node-a, Debian GNU/Linux 12, virtual machine (kvm)\n"
            "collected    2026-11-21T08:40:00Z to 2026-11-21T08:40:31Z, window 30.0 s\n"
            "by           ihc 0.1.0 as root\n"
            "labels       phase=before\n"
            "collectors\n"
            "  perf       skipped (tool_missing): install perf\n"
            "  topology   collected\n"
            "CPUs         AMD EPYC, 2 CPUs online, 2 cores\n"
            "NUMA nodes   0: CPUs 0-1, 4.2 GiB; 2: no CPUs, 512 B\n"
            "devices      0 GPUs\n"
            "workers      1\n"
            "  vllm.service: pid 42, 1 thread, CPUs 0, 1.5 MiB on node 0\n"
            "cost         0.50 s CPU, 2.0 KiB read\n");
}

TEST(InspectSummary, WhatIsNotKnownIsLeftOut) {
  const Manifest manifest{
      .tool_version = "0.1.0", .node = "n", .started_utc = "a", .ended_utc = "b", .effective_uid = 1000};
  EXPECT_EQ(inspect_summary(manifest, Facts{}),
            "node         n\ncollected    a to b, window 0.0 s\nby           ihc 0.1.0 as user 1000\nworkers      not "
            "looked for\n");
}

TEST(InspectSummary, AnImportNamesItsOriginsAndNoTimeOfItsOwn) {
  const Manifest manifest{.tool_version = "0.1.0",
                          .node = "n",
                          .imported = {{"commands/numastat-p/stdout", "saved.txt", "numastat-p"},
                                       {"root/", "sos.tar.xz", "tree"},
                                       {"root/proc/sys/vm/swappiness", "sysctl.txt", "value"}}};
  EXPECT_EQ(inspect_summary(manifest, Facts{}),
            "node         n\nimported     by ihc 0.1.0, gathered at a time not known\n"
            "  from       saved.txt (numastat-p)\n  from       sos.tar.xz (tree)\nworkers      not looked for\n");
}

}  // namespace
}  // namespace ihc::test
