// Captures of perf on machines that this project never saw: the facts that come out of a bundle with the text in it,
// against the values that the index of the captures, or the capture itself, gives.

#include <filesystem>
#include <iostream>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "cli/read_facts.h"
#include "collect/collector.h"
#include "support/recorded_tree.h"
#include "support/timed_bundle.h"

namespace ihc {
extern const Collector k_kernel_log_collector;
extern const Collector k_perf_collector;
}  // namespace ihc

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

class SharedPerf : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(shared_dir() / "corpus")) GTEST_SKIP() << (shared_dir() / "corpus") << " is absent";
  }

  static FactsBuilder facts(const std::string& kind, const std::string& file) {
    const auto bytes = read_file(shared_dir() / "corpus" / kind / file, limits::kMaxFileBytes);
    EXPECT_TRUE(bytes) << file;
    return read_facts(*bundle_of({{"commands/" + kind + "/stdout", bytes ? *bytes : std::string()}}));
  }

  static std::vector<PerfRun> runs(const std::string& kind, const std::string& file) {
    const FactsBuilder builder = facts(kind, file);
    EXPECT_FALSE(builder.missing().contains("/perf/runs/0")) << builder.missing().at("/perf/runs/0").hint;
    return builder.facts.perf->runs.value_or(std::vector<PerfRun>{});
  }
};

TEST_F(SharedPerf, ProcessOfABrowser) {
  const auto all = runs("perf-stat-text", "chromeos-pid-cycles.txt");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].scope, "process");
  EXPECT_EQ(all[0].target, "8113");
  EXPECT_EQ(all[0].started, "Tue Aug 11 17:50:16 2020");
  // Upstream expects this many cycles a second.
  EXPECT_DOUBLE_EQ(*all[0].events.at("cycles").value / *all[0].seconds, 23804772.932539094);
}

TEST_F(SharedPerf, HybridIpcIsThatOfEachKindOfCore) {
  const auto all = runs("perf-stat-text", "hybrid-default-topdown.txt");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].scope, "system");
  EXPECT_EQ(all[0].ipc, std::nullopt);
  EXPECT_DOUBLE_EQ(all[0].ipc_by_pmu->at("cpu_core"), 4477162.0 / 6313960);
  EXPECT_DOUBLE_EQ(all[0].ipc_by_pmu->at("cpu_atom"), 37721481.0 / 257711907);
  EXPECT_DOUBLE_EQ(all[0].ratios.at("cpu_atom/branch_miss_ratio").value, 1032146.0 / 6621226);
  EXPECT_EQ(all[0].events.at("cpu_atom/cycles/").running_pct, 54.18);
  EXPECT_EQ(all[0].events.at("cpu_core/branch-misses/").running_pct, 100);
  EXPECT_EQ(all[0].topdown_pct->at("cpu_core/tma_bad_speculation"), 0);
  EXPECT_FALSE(all[0].topdown_pct->contains("cpu_core/tma_retiring")) << "nan is no value";
  EXPECT_EQ(all[0].topdown_pct->at("cpu_atom/tma_retiring"), 5.4);
}

TEST_F(SharedPerf, LaptopWithTwentyEvents) {
  const auto all = runs("perf-stat-text", "intel-laptop-ddd.txt");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].scope, "command");
  EXPECT_EQ(all[0].target, "./mm -1");
  EXPECT_EQ(all[0].events.size(), 20U);
  const auto unsupported = std::count_if(all[0].events.begin(), all[0].events.end(),
                                         [](const auto& event) { return event.second.status == "not_supported"; });
  EXPECT_EQ(unsupported, 3);
  EXPECT_NEAR(all[0].ratios.at("llc_load_miss_ratio").value, 0.4813, 0.00005);
  EXPECT_NEAR(*all[0].ipc, 2.50, 0.005);
  EXPECT_EQ(all[0].min_running_pct, 30.74);
  EXPECT_EQ(all[0].user_seconds, 11.579212);
  EXPECT_EQ(all[0].system_seconds, 0.011999);
}

TEST_F(SharedPerf, ProcessesOfServers) {
  const auto tbb = runs("perf-stat-text", "pid-8460.txt");
  ASSERT_EQ(tbb.size(), 1U);
  EXPECT_NEAR(*tbb[0].ipc, 0.23, 0.005);
  EXPECT_NEAR(*tbb[0].events.at("task-clock").value / 1000 / *tbb[0].seconds, 7.974, 0.0005);
  const auto worker = runs("perf-stat-text", "sglang-pid-tp0-multiplexed.txt");
  ASSERT_EQ(worker.size(), 1U);
  EXPECT_EQ(worker[0].target, "1884396");
  EXPECT_EQ(worker[0].events.at("cpu-migrations").value, 1850);
  EXPECT_NEAR(*worker[0].ipc, 1.25, 0.005);
  EXPECT_EQ(worker[0].min_running_pct, 53.42);
  EXPECT_EQ(worker[0].ratios.at("ipc").min_running_pct, 56.74);
}

TEST_F(SharedPerf, TwoSocketsApart) {
  const auto all = runs("perf-stat-text", "sglang-node-per-socket-224cpu.txt");
  ASSERT_EQ(all.size(), 2U);
  for (std::size_t socket = 0; socket < 2; ++socket) {
    EXPECT_EQ(all[socket].scope, "socket:" + std::to_string(socket));
    EXPECT_EQ(all[socket].cpus, 112);
    EXPECT_EQ(all[socket].events.size(), 12U);
    EXPECT_EQ(all[socket].seconds, 400.018603371);
  }
  EXPECT_NEAR(*all[0].ipc, 1.19, 0.005);
  EXPECT_NEAR(*all[1].ipc, 1.18, 0.005);
  EXPECT_EQ(all[1].events.at("context-switches").value, 50412443);
}

TEST_F(SharedPerf, MachineWithoutCounters) {
  const FactsBuilder builder = facts("perf-stat-text", "vm-not-supported.txt");
  const PerfRun& run = builder.facts.perf->runs->at(0);
  const auto unsupported = std::count_if(run.events.begin(), run.events.end(),
                                         [](const auto& event) { return event.second.status == "not_supported"; });
  EXPECT_EQ(unsupported, 4);
  EXPECT_EQ(run.ipc, std::nullopt);
  EXPECT_EQ(builder.missing().at("/perf/runs/0/ipc").reason, "event_unsupported");
}

TEST_F(SharedPerf, CommasAndJsonOfSapphireRapids) {
  const auto csv = runs("perf-stat-csv", "spr-224cpu.csv");
  ASSERT_EQ(csv.size(), 1U);
  EXPECT_EQ(csv[0].scope, "system");
  EXPECT_EQ(csv[0].events.size(), 8U);
  EXPECT_EQ(csv[0].events.at("cpu-clock").value, 225851.20);
  EXPECT_EQ(csv[0].events.at("branch-misses").value, 51102);
  EXPECT_EQ(csv[0].topdown_pct->size(), 12U);
  EXPECT_EQ(csv[0].topdown_pct->at("tma_backend_bound"), 70.1);
  const auto json = runs("perf-stat-json", "spr-224cpu.jsonl");
  ASSERT_EQ(json.size(), 1U);
  EXPECT_EQ(json[0].scope, "system");
  EXPECT_EQ(json[0].events.size(), 8U);
  EXPECT_NEAR(*json[0].ipc, 0.797391, 0.0000005);
  EXPECT_EQ(json[0].topdown_pct->at("tma_memory_bound"), 50.220860);
}

TEST_F(SharedPerf, SchedLatencyOfBothLayouts) {
  const FactsBuilder old = facts("perf-sched-latency", "cloud-vm-centos-sort-max.txt");
  EXPECT_FALSE(old.missing().contains("/perf/sched_latency")) << old.missing().at("/perf/sched_latency").hint;
  const auto& rows = *old.facts.perf->sched_latency;
  ASSERT_EQ(rows.size(), 27U);
  EXPECT_EQ(rows.front().task, "ps");
  EXPECT_EQ(rows.front().max_delay_ms, 2.774);
  const auto named = [&rows](const std::string& task) {
    return *std::find_if(rows.begin(), rows.end(), [&task](const SchedLatency& row) { return row.task == task; });
  };
  EXPECT_EQ(named("kworker/0:2").pid, 20627);
  EXPECT_EQ(named("in:imjournal").pid, 18795);
  EXPECT_EQ(named("YDService").merged_tasks, 13);
  EXPECT_EQ(old.facts.perf->sched_latency_total->runtime_ms, 113.368);
  EXPECT_EQ(old.facts.perf->sched_latency_total->switches, 1607);
  double runtime_ms = 0;
  for (const SchedLatency& row : rows) runtime_ms += row.runtime_ms;
  EXPECT_NEAR(runtime_ms, 113.368, 0.02) << "no row is lost";

  const FactsBuilder recent = facts("perf-sched-latency", "new-format-max-start-end.txt");
  const auto& spans = *recent.facts.perf->sched_latency;
  EXPECT_FALSE(recent.missing().contains("/perf/sched_latency")) << recent.missing().at("/perf/sched_latency").hint;
  EXPECT_FALSE(recent.facts.perf->sched_latency_total);
  for (const SchedLatency& row : spans) {
    EXPECT_NEAR((*row.max_delay_end_seconds - *row.max_delay_start_seconds) * 1000, row.max_delay_ms, 0.0015)
        << row.task;
  }
}

TEST_F(SharedPerf, SchedOfAShell) {
  const FactsBuilder builder = facts("pid-sched", "bash-2node-kernel4.txt");
  EXPECT_FALSE(builder.missing().contains("/perf/task_sched"));
  const TaskSched& task = builder.facts.perf->task_sched->at(0);
  EXPECT_EQ(task.task, "bash");
  EXPECT_EQ(task.pid, 4927);
  EXPECT_EQ(task.switches, 1026);
  EXPECT_EQ(task.voluntary_switches, 1025);
  EXPECT_EQ(task.involuntary_switches, 1);
  EXPECT_EQ(task.runtime_ms, 109.640759);
  EXPECT_EQ(task.numa_migrations, 0);
}

// Every text of the corpus that is no archive: its own kind is sure, no other kind of ours is.
TEST_F(SharedPerf, KindsAreToldApart) {
  std::map<std::string, std::pair<int, int>> agree;
  for (const auto& entry : fs::recursive_directory_iterator(shared_dir() / "corpus")) {
    const std::string name = entry.path().filename();
    if (!entry.is_regular_file() || name.find(".tar") != std::string::npos || name.ends_with(".tgz") ||
        name.ends_with(".ttar"))
      continue;
    const auto bytes = read_file(entry.path(), limits::kMaxFileBytes);
    if (!bytes || name.find(".expected.") != std::string::npos) continue;
    const std::string kind = entry.path().parent_path().filename();
    const std::string_view begin = std::string_view(*bytes).substr(0, 64 * limits::kKiB);
    EXPECT_NE(k_kernel_log_collector.texts[0].likeness(begin), Likeness::sure) << entry.path();
    for (const ForeignText& text : k_perf_collector.texts) {
      const bool is_sure = text.likeness(begin) == Likeness::sure;
      EXPECT_EQ(is_sure, text.kind == kind) << text.kind << " of " << entry.path();
      if (text.kind != kind) continue;
      ++agree[kind].second;
      if (is_sure) ++agree[kind].first;
    }
  }
  for (const auto& [kind, counts] : agree) {
    std::cout << kind << ": " << counts.first << " of " << counts.second << " recognised\n";
  }
  EXPECT_EQ(agree.size(), 4U);
}

}  // namespace
}  // namespace ihc::test
