// Who else was busy where the workers ran: two readings of /proc/PID/stat and of /proc/stat, and the places of CPUs.

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "collectors/pressure/worker_places.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

CpuSet cpus(const char* list) { return *CpuSet::parse_list(list); }

Topology two_nodes() {
  Topology topology;
  topology.caches = {{.level = 3, .type = "Unified", .size_bytes = {}, .cpus = cpus("0-1")},
                     {.level = 3, .type = "Unified", .size_bytes = {}, .cpus = cpus("2-3")},
                     {.level = 2, .type = "Unified", .size_bytes = {}, .cpus = cpus("0-7")}};
  topology.numa_nodes = {{.id = 0, .cpus = cpus("0-3")}, {.id = 1, .cpus = cpus("4-7")}};
  return topology;
}

Worker worker_on(const char* list, double busy) {
  Worker worker;
  worker.cpus_used = cpus(list);
  worker.busy_cpus = busy;
  return worker;
}

std::vector<CpuTime> busy(std::initializer_list<double> shares, double steal = 0) {
  std::vector<CpuTime> times;
  for (const double share : shares) {
    CpuTime time;
    time.cpu = std::to_string(times.size());
    time.busy_pct = share;
    time.steal_pct = times.empty() ? steal : 0;
    times.push_back(std::move(time));
  }
  return times;
}

TEST(WorkerPlaces, TheNearestThatIsShared) {
  const WorkerPlaces places(std::vector{worker_on("0", 1)}, two_nodes());
  EXPECT_EQ(places.shared_with(cpus("0,7")), "cpu");
  EXPECT_EQ(places.shared_with(cpus("1")), "l3");
  EXPECT_EQ(places.shared_with(cpus("3")), "node");
  EXPECT_EQ(places.shared_with(cpus("5")), "none");
  EXPECT_EQ(places.shared_with(CpuSet()), std::nullopt);
  const WorkerPlaces unknown(std::vector{Worker{}}, two_nodes());
  EXPECT_EQ(unknown.shared_with(cpus("0")), std::nullopt);
  const WorkerPlaces without_topology(std::vector{worker_on("0", 1)}, std::nullopt);
  EXPECT_EQ(without_topology.shared_with(cpus("0")), "cpu");
  EXPECT_EQ(without_topology.shared_with(cpus("1")), std::nullopt) << "not known is not none";
}

TEST(WorkerPlaces, WhatOthersUsed) {
  const std::vector workers{worker_on("0", 0.75)};
  const WorkerPlaces places(workers, two_nodes());
  const auto use = places.use(busy({100, 50, 25, 0, 100, 100, 0, 0}, 8), workers);
  ASSERT_TRUE(use);
  ASSERT_EQ(use->size(), 3U);
  EXPECT_EQ((*use)[0].place, "cpu");
  EXPECT_DOUBLE_EQ((*use)[0].others_cpus, 0.25);
  EXPECT_EQ((*use)[0].steal_pct, 8.0);
  EXPECT_EQ((*use)[1].place, "l3");
  EXPECT_EQ((*use)[1].cpus, cpus("0-1"));
  EXPECT_DOUBLE_EQ((*use)[1].others_cpus, 0.75);
  EXPECT_EQ((*use)[1].max_steal_pct, 8.0);
  EXPECT_DOUBLE_EQ((*use)[2].others_cpus, 1.0);
  EXPECT_EQ((*use)[2].steal_pct, 2.0);
  EXPECT_FALSE(places.use(std::nullopt, workers));
  EXPECT_FALSE(places.use(busy({}), workers)) << "a CPU that was not measured";
  EXPECT_FALSE(places.use(busy({100}), std::vector{Worker{}})) << "workers whose time is not known";
}

std::string process_stat(const char* pid, const char* name, const char* parent, const char* ticks, const char* cpu) {
  return std::string(pid) + " (" + name + ") S " + parent + " 0 0 0 -1 69238880 0 0 0 0 " + ticks +
         " 0 0 0 20 0 1 0 31 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 " + cpu + " 0 0 0 0 0\n";
}

TEST(Neighbours, ByControlGroupAndKernelThreadsApart) {
  const FactsBuilder builder = read_facts(
      *bundle_of({{"probes/discovery.json", R"({"workers": [{"pid": 900, "comm": "vllm", "found_by": "pid"}]})"},
                  {"root/proc/900/cgroup", "0::/system.slice/vllm.service\n"},
                  {"root/proc/901/cgroup", "0::/system.slice/backup.service\n"},
                  {"root/proc/902/cgroup", "0::/system.slice/backup.service\n"},
                  {"root/proc/903/cgroup",
                   "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podab.slice/cri-containerd-"
                   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope\n"}},
                 {{"root/proc/40/stat", 0, process_stat("40", "ksoftirqd/3", "2", "10", "3")},
                  {"root/proc/40/stat", 10 * kSecond, process_stat("40", "ksoftirqd/3", "2", "60", "3")},
                  {"root/proc/900/stat", 0, process_stat("900", "vllm", "1", "10", "0")},
                  {"root/proc/900/stat", 10 * kSecond, process_stat("900", "vllm", "1", "1010", "0")},
                  {"root/proc/901/stat", 0, process_stat("901", "tar", "1", "0", "1")},
                  {"root/proc/901/stat", 10 * kSecond, process_stat("901", "tar", "1", "200", "2")},
                  {"root/proc/902/stat", 0, process_stat("902", "gzip", "1", "0", "1")},
                  {"root/proc/902/stat", 10 * kSecond, process_stat("902", "gzip", "1", "100", "1")},
                  {"root/proc/903/stat", 0, process_stat("903", "train", "1", "0", "5")},
                  {"root/proc/903/stat", 10 * kSecond, process_stat("903", "train", "1", "50", "5")}}));
  const Pressure& pressure = *builder.facts.pressure;
  ASSERT_EQ(pressure.neighbour_groups->size(), 3U);
  const auto& groups = *pressure.neighbour_groups;
  EXPECT_TRUE(groups[0].holds_worker);
  EXPECT_EQ(groups[1].unit, "backup.service");
  EXPECT_EQ(groups[1].processes, 2);
  EXPECT_EQ(groups[1].cpu_pct, 30.0);
  EXPECT_EQ(groups[2].in_container, true);
  EXPECT_EQ(pressure.kernel_threads_cpus, 0.05);
  EXPECT_EQ((*pressure.neighbours)[1].cpus_seen, cpus("1-2"));
}

}  // namespace
}  // namespace ihc::test
