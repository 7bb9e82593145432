// facts.series: readings of counters, threads and GPUs on one time axis, and the shares of a worker's CPU samples that
// crossed a node or a cache.

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "collectors/series/axis.h"
#include "collectors/series/gpu_series.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kStartNs = 50 * kSecondNs;

std::int64_t at(double seconds) {
  return kStartNs + static_cast<std::int64_t>(seconds * static_cast<double>(kSecondNs));
}

Manifest manifest_of_window(double seconds) {
  Manifest manifest;
  manifest.started_ns = kStartNs - kSecondNs;
  manifest.ended_ns = at(seconds) + kSecondNs;
  manifest.window_started_ns = kStartNs;
  manifest.window_started_utc_ms = 1'772'842'836'500;  // 2026-03-07T00:20:36.500Z
  manifest.window_s = manifest.window_observed_s = seconds;
  return manifest;
}

FactsBuilder read_samples(double seconds, const std::vector<SampledFile>& samples, Files files = {}) {
  std::string member = packed_preamble();
  for (const SampledFile& sample : samples) {
    member +=
        packed_text({.path = sample.path, .status = sample.status, .taken_ns = sample.taken_ns, .bytes = sample.bytes});
  }
  files["samples/test"] = member;
  return read_facts(*bundle_with_manifest(manifest_of_window(seconds), std::move(files)));
}

const TimeSeries* find(const FactsBuilder& builder, const std::string& name, const std::string& key = {},
                       const std::string& part = {}) {
  if (!builder.facts.series) return nullptr;
  for (const TimeSeries& series : builder.facts.series->rows) {
    if (series.name == name && series.subject_key.value_or("") == key && series.part.value_or("") == part) {
      return &series;
    }
  }
  return nullptr;
}

std::string psi(std::int64_t total) {
  return "some avg10=0.00 avg60=0.00 avg300=0.00 total=" + std::to_string(total) +
         "\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";
}

// ---- counters ------------------------------------------------------------------------------------------------------

TEST(Series, StallsAreThePercentageOfEachSecond) {
  const std::string path = "root/proc/pressure/memory";
  const FactsBuilder builder = read_samples(3, {{path, at(0.001), psi(100)},
                                                {path, at(1.001), psi(100)},
                                                {path, at(2.001), psi(500'100)},
                                                {path, at(3), psi(500'200)}});
  const TimeSeries* some = find(builder, "memory_some");
  ASSERT_NE(some, nullptr);
  EXPECT_EQ(some->unit, "%");
  EXPECT_EQ(some->subject, "node");
  EXPECT_EQ(some->covers, "interval");
  EXPECT_EQ(some->at_s, (std::vector<double>{1.001, 2.001, 3}));
  EXPECT_EQ(some->values, (std::vector<double>{0, 50, 0.01}));
  EXPECT_EQ(builder.facts.series->started_utc, "2026-03-07T00:20:36.500Z");
  EXPECT_EQ(builder.facts.series->started_ns, kStartNs);
  EXPECT_EQ(builder.facts.series->step_seconds, 1.0);
  EXPECT_EQ(builder.sources().at("/series/rows/0"), std::vector<std::string>{path});
}

TEST(Series, ACounterThatWentBackwardsAndAFailedReadingLeaveAGap) {
  const std::string path = "root/proc/vmstat";
  const auto text = [](int value) { return "numa_pages_migrated " + std::to_string(value) + "\n"; };
  const FactsBuilder builder = read_samples(5, {{path, at(0), text(10)},
                                                {path, at(1), text(5)},
                                                {path, at(2), text(7)},
                                                {path, at(3), "", EvidenceStatus::failed},
                                                {path, at(4), text(17)},
                                                {path, at(5), "nonsense\n"}});
  const TimeSeries* migrated = find(builder, "numa_pages_migrated");
  ASSERT_NE(migrated, nullptr);
  EXPECT_EQ(migrated->at_s, (std::vector<double>{2, 4}));
  EXPECT_EQ(migrated->values, (std::vector<double>{2, 5})) << "the growth of the two seconds to 4 is theirs together";
  EXPECT_EQ(find(builder, "numa_hint_faults"), nullptr) << "a kernel without the counter has no series of zeros";
}

TEST(Series, StealAndWorkInCpus) {
  const std::string path = "root/proc/stat";
  const FactsBuilder builder =
      read_samples(1, {{path, at(0), "cpu  100 0 0 500 0 0 0 20 0 0\ncpu0 100 0 0 500 0 0 0 20 0 0\n"},
                       {path, at(1), "cpu  250 0 10 500 0 0 0 70 0 0\ncpu0 250 0 10 500 0 0 0 70 0 0\n"}});
  ASSERT_NE(find(builder, "steal"), nullptr);
  EXPECT_EQ(find(builder, "steal")->values, std::vector<double>{0.5});
  EXPECT_EQ(find(builder, "cpus_busy")->values, std::vector<double>{1.6});
}

TEST(Series, ALongWindowHasLongerSteps) {
  const std::string path = "root/proc/pressure/cpu";
  std::vector<SampledFile> samples;
  for (int second = 0; second <= 600; ++second) samples.push_back({path, at(second), psi(second * 10'000)});
  const FactsBuilder builder = read_samples(600, samples);
  const TimeSeries* some = find(builder, "cpu_some");
  ASSERT_NE(some, nullptr);
  EXPECT_EQ(builder.facts.series->step_seconds, 5.0);
  EXPECT_LE(some->values.size(), 121U);
  for (const double value : some->values) EXPECT_EQ(value, 1.0);
}

TEST(Series, NothingReadTwiceIsMissingWithItsReason) {
  const FactsBuilder builder = read_facts(*bundle_of({{"root/proc/pressure/cpu", psi(1)}}));
  EXPECT_EQ(builder.facts.series, std::nullopt);
  EXPECT_EQ(builder.missing().at("/series").reason, "interval_too_short");
}

TEST(Series, ABundleThatDoesNotSayWhenItsWindowBeganCountsFromItsFirstReading) {
  const std::string path = "root/proc/pressure/cpu";
  const FactsBuilder builder = read_facts(*bundle_of({}, {{path, at(0), psi(0)}, {path, at(1), psi(250'000)}}));
  ASSERT_NE(find(builder, "cpu_some"), nullptr);
  EXPECT_EQ(find(builder, "cpu_some")->at_s, std::vector<double>{1});
  EXPECT_EQ(find(builder, "cpu_some")->values, std::vector<double>{25});
  EXPECT_EQ(builder.missing().at("/series/started_utc").reason, "structural");
}

// ---- workers -------------------------------------------------------------------------------------------------------

std::string stat_of(int tid, int ticks, int cpu) {
  // proc_pid_stat(5): utime is field 14, the number of threads 20, the start 22, the last CPU 39.
  std::string text =
      std::to_string(tid) + " (serve) S 1 1 1 0 -1 0 0 0 0 0 " + std::to_string(ticks) + " 0 0 0 20 0 2 0 100";
  for (int field = 23; field < 39; ++field) text += " 0";
  return text + " " + std::to_string(cpu) + " 0 0\n";
}

Files node_files() {
  Files files{
      {"probes/discovery.json",
       R"({"workers": [{"pid": 42, "comm": "serve", "found_by": "pid", "parent_pid": 1, "start_time_ticks": 100}]})"},
      {"root/sys/devices/system/cpu/online", "0-3\n"},
      {"root/sys/devices/system/node/online", "0-1\n"},
      {"root/sys/devices/system/node/node0/cpulist", "0-1\n"},
      {"root/sys/devices/system/node/node1/cpulist", "2-3\n"}};
  for (int cpu = 0; cpu < 4; ++cpu) {
    const std::string dir = "root/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cache/index3/";
    files[dir + "level"] = "3\n";
    files[dir + "type"] = "Unified\n";
    files[dir + "shared_cpu_list"] = std::to_string(cpu) + "\n";
  }
  return files;
}

// Thread 42 runs every second: 100 ms on a CPU, 50 ms waiting, 10 slices, from CPU to CPU of `cpus`. Thread 43 sleeps.
std::vector<SampledFile> thread_samples(int seconds, const std::vector<int>& cpus) {
  std::vector<SampledFile> samples;
  const std::string dir = "root/proc/42/";
  for (const int second : {0, seconds}) samples.push_back({dir + "stat", at(second), stat_of(42, second * 10, 0)});
  for (int second = 0; second <= seconds; ++second) {
    const std::string text = std::to_string(1000 + second * 100'000'000LL) + " " +
                             std::to_string(second * 50'000'000LL) + " " + std::to_string(1 + second * 10) + "\n";
    samples.push_back({dir + "task/42/schedstat", at(second), text});
    samples.push_back({dir + "task/43/schedstat", at(second), "5000 0 1\n"});
    const int cpu = cpus[static_cast<std::size_t>(second) % cpus.size()];
    samples.push_back({dir + "task/42/stat", at(second + 0.01), stat_of(42, second * 10, cpu)});
    // The sampler leaves a thread's stat alone while its schedstat stays the same.
    if (second == 0 || second == seconds)
      samples.push_back({dir + "task/43/stat", at(second + 0.01), stat_of(43, 0, 3)});
  }
  return samples;
}

TEST(Series, AWorkersWaitingAndSwitchesASecondAreSumsOverItsThreads) {
  const FactsBuilder builder = read_samples(25, thread_samples(25, {0, 1, 2}), node_files());
  ASSERT_EQ(builder.facts.workers->size(), 1U);
  const std::string key = builder.facts.workers->front().key;
  ASSERT_NE(find(builder, "run_delay", key), nullptr);
  EXPECT_EQ(find(builder, "run_delay", key)->values, std::vector<double>(25, 50));
  EXPECT_EQ(find(builder, "context_switches", key)->values, std::vector<double>(25, 10));
  EXPECT_EQ(find(builder, "cpus_used", key)->values, std::vector<double>(25, 0.1));
  const TimeSeries* crossing = find(builder, "cross_node_share", key);
  ASSERT_NE(crossing, nullptr);
  EXPECT_EQ(crossing->values[0], 0) << "0 to 1 stays on node 0";
  EXPECT_EQ(crossing->values[1], 1) << "1 to 2 does not";
  EXPECT_EQ(crossing->values[2], 1) << "nor does 2 to 0";
}

TEST(WorkerMoves, SharesOfSamplesOnAnotherNodeOrCacheThanBefore) {
  const FactsBuilder builder = read_samples(24, thread_samples(24, {0, 1, 2}), node_files());
  const Worker& worker = builder.facts.workers->front();
  EXPECT_EQ(worker.cpu_samples, 24);
  EXPECT_NEAR(worker.cross_node_sample_share.value_or(-1), 16.0 / 24, 1e-9);
  EXPECT_EQ(worker.cross_l3_sample_share, 1.0) << "every CPU has a cache of its own";
  EXPECT_EQ(worker.cpus_used->to_list(), "0-2");
  EXPECT_EQ(worker.nodes_used->to_list(), "0-1");
  EXPECT_EQ(worker.followed_thread_count, 2);
  ASSERT_EQ(worker.threads->size(), 2U);
  EXPECT_EQ(worker.threads->front().cross_l3_sample_share, 1.0);
  EXPECT_EQ(worker.threads->back().cpu_samples, 0) << "it slept";
  EXPECT_EQ(worker.threads->back().cross_node_sample_share, std::nullopt);
}

TEST(WorkerMoves, TwentyReadingsAreEnoughAndNineteenAreNot) {
  const FactsBuilder enough = read_samples(20, thread_samples(20, {0, 2}), node_files());
  EXPECT_EQ(enough.facts.workers->front().cross_node_sample_share, 1.0);
  const FactsBuilder few = read_samples(18, thread_samples(18, {0, 2}), node_files());  // 19 readings
  EXPECT_EQ(few.facts.workers->front().cross_node_sample_share, std::nullopt);
  EXPECT_EQ(few.missing().at("/workers/0/cross_node_sample_share").reason, "interval_too_short");
  EXPECT_EQ(few.missing().at("/workers/0/cross_l3_sample_share").reason, "interval_too_short");
  const FactsBuilder asleep = read_samples(19, thread_samples(19, {0, 2}), node_files());  // 20 readings, 19 with work
  EXPECT_EQ(asleep.missing().at("/workers/0/cross_node_sample_share").reason, "needs_load");
}

TEST(WorkerMoves, WithoutTopologyTheShareIsAbsentAndNotNone) {
  Files files = node_files();
  std::erase_if(files, [](const auto& file) { return file.first.starts_with("root/sys/"); });
  const FactsBuilder builder = read_samples(25, thread_samples(25, {0, 2}), std::move(files));
  EXPECT_EQ(builder.facts.workers->front().cross_node_sample_share, std::nullopt);
  EXPECT_EQ(builder.missing().at("/workers/0/cross_node_sample_share").reason, "file_absent");
  EXPECT_EQ(builder.facts.workers->front().cpu_samples, 25);
}

TEST(WorkerMoves, AKernelThatCountsNoWaitingTellsByClockTicks) {
  std::vector<SampledFile> samples = thread_samples(25, {0, 2});
  for (SampledFile& sample : samples) {
    if (sample.path.ends_with("schedstat")) sample.bytes = "0 0 0\n";
  }
  const FactsBuilder builder = read_samples(25, samples, node_files());
  EXPECT_EQ(builder.facts.workers->front().cross_node_sample_share, 1.0);
  EXPECT_EQ(find(builder, "run_delay", builder.facts.workers->front().key), nullptr);
}

// ---- GPUs ----------------------------------------------------------------------------------------------------------

// The form that nvidia-smi of driver 570 has, with the values of two public recordings: two GPUs at rest, and one of
// 700 W at its limit.
constexpr const char* kReplayed =
    "timestamp, index, pci.bus_id, power.draw [W], temperature.gpu, clocks.current.sm [MHz], clocks.current.memory "
    "[MHz], utilization.gpu [%], clocks_event_reasons.active\n"
    "2026/03/07 00:20:37.071, 0, 00000000:18:00.0, 76.78 W, 30, 345 MHz, 3201 MHz, 0 %, 0x0000000000000001\n"
    "2026/03/07 00:20:37.071, 1, 00000000:2A:00.0, 76.08 W, 29, 345 MHz, 3201 MHz, 0 %, 0x0000000000000001\n"
    "2026/03/07 00:20:38.074, 0, 00000000:18:00.0, 699.80 W, 61, 1590 MHz, 3201 MHz, 98 %, 0x0000000000000004\n"
    "2026/03/07 00:20:38.074, 1, 00000000:2A:00.0, [N/A], 62, 1965 MHz, 3201 MHz, 97 %, 0x0000000000000000\n";

const std::string kIdlePath = "root/proc/pressure/cpu";

TEST(SeriesReplayed, GpuReadingsComeOntoTheAxisByTheWallClock) {
  const FactsBuilder builder =
      read_samples(3, {{kIdlePath, at(0), psi(0)}, {kIdlePath, at(3), psi(0)}}, {{kSmiLoopPath, kReplayed}});
  const TimeSeries* clock = find(builder, "sm_clock", "0000:18:00.0");
  ASSERT_NE(clock, nullptr);
  EXPECT_EQ(clock->covers, "moment");
  EXPECT_EQ(clock->at_s, (std::vector<double>{0.571, 1.574}));
  EXPECT_EQ(clock->values, (std::vector<double>{345, 1590}));
  EXPECT_EQ(find(builder, "power", "0000:18:00.0")->values, (std::vector<double>{76.78, 699.8}));
  EXPECT_EQ(find(builder, "power", "0000:2a:00.0")->values, std::vector<double>{76.08}) << "[N/A] is no reading";
  const TimeSeries* capped = find(builder, "event_reason", "0000:18:00.0", "sw_power_cap");
  ASSERT_NE(capped, nullptr);
  EXPECT_EQ(capped->values, (std::vector<double>{0, 1}));
  EXPECT_EQ(find(builder, "event_reason", "0000:2a:00.0", "sw_power_cap"), nullptr) << "it never held there";
  EXPECT_EQ(builder.facts.series->gpu_clock, "wall_clock");
}

TEST(SeriesReplayed, ANodeInAnotherTimeZoneIsOnTheSameAxis) {
  std::string text = kReplayed;
  for (std::size_t found = text.find(" 00:20:"); found != std::string::npos; found = text.find(" 00:20:")) {
    text.replace(found, 7, " 05:50:");  // UTC+05:30
  }
  const FactsBuilder builder =
      read_samples(3, {{kIdlePath, at(0), psi(0)}, {kIdlePath, at(3), psi(0)}}, {{kSmiLoopPath, text}});
  ASSERT_NE(find(builder, "sm_clock", "0000:18:00.0"), nullptr);
  EXPECT_EQ(find(builder, "sm_clock", "0000:18:00.0")->at_s, (std::vector<double>{0.571, 1.574}));
}

TEST(SeriesReplayed, WithoutTheStartOnBothClocksReadingsAreInTheirOrder) {
  const FactsBuilder builder =
      read_facts(*bundle_of({{kSmiLoopPath, kReplayed}}, {{kIdlePath, at(0), psi(0)}, {kIdlePath, at(3), psi(0)}}));
  ASSERT_NE(find(builder, "sm_clock", "0000:2a:00.0"), nullptr);
  EXPECT_EQ(find(builder, "sm_clock", "0000:2a:00.0")->at_s, (std::vector<double>{0, 1}));
  EXPECT_EQ(builder.facts.series->gpu_clock, "order");
}

TEST(SeriesReplayed, WhatIsNoTableGivesNoSeries) {
  for (const char* text : {"", "No devices were found\n", "Field \"power\" is not a valid field to query.\n",
                           "timestamp, index\n2026/03/07 00:20:37.071\n", "NVIDIA-SMI has failed, because\n"}) {
    const FactsBuilder builder =
        read_samples(3, {{kIdlePath, at(0), psi(0)}, {kIdlePath, at(3), psi(0)}}, {{kSmiLoopPath, text}});
    ASSERT_TRUE(builder.facts.series.has_value());
    for (const TimeSeries& series : builder.facts.series->rows) EXPECT_NE(series.subject, "gpu") << text;
    EXPECT_TRUE(builder.missing().contains("/series/gpu_clock")) << text;
  }
}

TEST(Series, TimeStampsOfNvidiaSmi) {
  EXPECT_EQ(smi_time_ms("2026/03/07 00:20:37.071"), 1'772'842'837'071);
  EXPECT_EQ(smi_time_ms(" 1970/01/01 00:00:00.001 "), 1);
  for (const char* text : {"", "2026/03/07", "2026-03-07 00:20:37.071", "2026/13/07 00:20:37.071",
                           "2026/03/07 00:20:37.0x1", "2026/03/07 00:20:37.071Z", "[N/A]"}) {
    EXPECT_EQ(smi_time_ms(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ihc::test
