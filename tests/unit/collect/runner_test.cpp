#include "collect/runner.h"

#include <csignal>
#include <functional>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "bundle/bundle.h"
#include "support/temporary_tree.h"

namespace ihc {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

Result<std::string> answer(int pid) { return "{\"answer\": " + std::to_string(pid > 0 ? 1 : 0) + "}\n"; }
Result<std::string> refuse(int) { return fail(ErrorCode::permission, "no"); }

constexpr Capture kFiles[] = {
    File{.path = "/proc/version"},
    File{.path = "/no/such/file"},
    File{.path = "/proc/cpuinfo", .max_bytes = 10},
    Files{.family = "irq", .path = "/sys/class/net/lo/statistics/*"},
    Files{.family = "none", .path = "/no/such/*/file"},
    Probe{.name = "answer", .call = "answer(2)", .read = answer},
    Probe{.name = "refused", .call = "refuse(2)", .read = refuse},
};
constexpr Capture kWorkers[] = {
    Files{.family = "cmdline", .path = "/proc/{worker}/cmdline", .scrub = ScrubKind::nul_vector},
    Files{.family = "exe", .path = "/proc/{worker}/exe", .needs = Needs::ptrace, .links = true},
    Sampled{.family = "threads", .path = "/proc/{worker}/task/*/stat"},
    Sampled{.family = "ends", .path = "/proc/{worker}/status", .ends_only = true},
    Probe{.name = "each", .call = "answer(2)", .read = answer, .per_worker = true},
    CommandOutput{.slug = "list", .argv = {"echo", "{workers}", "{window}"}, .moment = Moment::after},
    CommandOutput{.slug = "one", .argv = {"echo", "{worker}"}},
};
constexpr Capture kCommands[] = {
    CommandOutput{.slug = "hello", .argv = {"echo", "--api-key", "hf_abcdefghijklmnopqrstuvwxyzABCDEF01"}},
    CommandOutput{.slug = "absent", .argv = {"no-such-tool"}, .hint = "install the package no-such-tool"},
    CommandOutput{.slug = "watch",
                  .argv = {"sh", "-c", "trap 'echo counts; exit 0' INT; while :; do sleep 0.02; done"},
                  .moment = Moment::during},
    CommandOutput{.slug = "killed", .argv = {"sleep", "600"}, .moment = Moment::during},
};
constexpr Capture kForgiving[] = {
    CommandOutput{.slug = "search", .argv = {"ls", "/proc/self/stat", "/no/such/folder"}, .counts_when_failed = true},
    CommandOutput{.slug = "tool", .argv = {"no-such-tool"}, .is_optional = true},
};
constexpr Capture kHung[] = {
    CommandOutput{.slug = "hang", .argv = {"sh", "-c", "trap '' INT TERM; sleep 321"}, .timeout = milliseconds(200)},
    CommandOutput{.slug = "hang-again", .argv = {"sh", "-c", "echo x"}},
};
constexpr Capture kFailing[] = {
    CommandOutput{.slug = "broken", .argv = {"ls", "--no-such-option"}},
    CommandOutput{.slug = "refused", .argv = {"cat", "/proc/1/mem-operation-not-permitted"}},
};
constexpr Capture kStat[] = {Sampled{.family = "stat", .path = "/proc/stat"},
                             Sampled{.family = "ends", .path = "/proc/uptime", .ends_only = true},
                             File{.path = "/proc/loadavg", .moment = Moment::during}};

constexpr Collector kFilesCollector{"files", "single files", kFiles, nullptr};
constexpr Collector kWorkersCollector{"workers", "what is below a worker", kWorkers, nullptr};
constexpr Collector kCommandsCollector{"commands", "programs", kCommands, nullptr};
constexpr Collector kForgivingCollector{"forgiving", "what need not be there", kForgiving, nullptr};
constexpr Collector kHungCollector{"hung", "programs that hang", kHung, nullptr};
constexpr Collector kFailingCollector{"failing", "programs that fail", kFailing, nullptr};
constexpr Collector kStatCollector{"stat", "counters", kStat, nullptr};

class CollectTest : public testing::Test {
 protected:
  CollectOptions options(int window_ms = 100) {
    CollectOptions made;
    made.output = tree_ / "b.ihc.tar.zst";
    made.window = milliseconds(window_ms);
    made.match = "^nothing matches this$";
    return made;
  }

  Result<CollectOutcome> run(const CollectOptions& with, std::vector<const Collector*> collectors) {
    return collect(with, collectors, interrupts_, [&](const CollectProgress& progress) {
      if (progress.collector != nullptr) done_ += progress.collector->name + " ";
      if (progress.stage != CollectProgress::Stage::window) return;
      if (const auto act = std::exchange(in_window_, nullptr)) act();
    });
  }

  /// Collects and opens the bundle.
  std::unique_ptr<Bundle> bundle_of(const CollectOptions& with, std::vector<const Collector*> collectors) {
    auto outcome = run(with, std::move(collectors));
    if (!outcome) {
      ADD_FAILURE() << to_string(outcome.error());
      return nullptr;
    }
    outcome_ = std::move(*outcome);
    auto bundle = open_bundle(outcome_.path);
    if (!bundle) {
      ADD_FAILURE() << to_string(bundle.error());
      return nullptr;
    }
    EXPECT_EQ(verify(**bundle).size(), 0U);
    return std::move(*bundle);
  }

  static std::string state_of(const Bundle& bundle, const char* name) {
    const CollectorRecord* record = bundle.manifest().collector(name);
    return record == nullptr ? "nothing" : std::string(to_word(record->state)) + " " + record->reason;
  }

  std::vector<std::string> left_behind() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(tree_.path()))
      names.push_back(entry.path().filename().string());
    return names;
  }

  TemporaryTree tree_;
  std::atomic<int> interrupts_{0};
  std::string done_;
  std::function<void()> in_window_;  ///< done once, when the window has begun
  CollectOutcome outcome_;
};

TEST_F(CollectTest, StoresFilesFamiliesAndProbes) {
  const auto bundle = bundle_of(options(), {&kFilesCollector});
  ASSERT_NE(bundle, nullptr);
  EXPECT_THAT(std::string(bundle->text("root/proc/version").value_or("")), HasSubstr("Linux version"));
  EXPECT_EQ(bundle->text("probes/answer.json"), "{\"answer\": 0}\n");
  EXPECT_GT(bundle->glob("root/sys/class/net/lo/statistics/*").size(), 10U);
  EXPECT_TRUE(bundle->find("root/proc/cpuinfo")->cut);
  EXPECT_EQ(bundle->find("root/proc/cpuinfo")->bytes.size(), 10U);
  std::string not_read;
  for (const NotReadRecord& record : bundle->manifest().not_read) {
    not_read +=
        record.path + " " + record.collector + " " + std::string(to_word(record.status)) + " " + record.reason + "\n";
  }
  EXPECT_EQ(not_read,
            "/no/such/file files absent file_absent\n/no/such/*/file files absent file_absent\n"
            "probes/refused.json files permission permission\n");
  EXPECT_EQ(state_of(*bundle, "files"), "partial over_budget");
  EXPECT_TRUE(outcome_.in_part) << "a file was cut";
  EXPECT_EQ(done_, "files ");
}

TEST_F(CollectTest, WhatNeedNotBeThereMakesNoCollectorPartial) {
  const auto bundle = bundle_of(options(), {&kForgivingCollector});
  ASSERT_NE(bundle, nullptr);
  EXPECT_EQ(state_of(*bundle, "forgiving"), "collected ");
  EXPECT_EQ(bundle->text("commands/search/stdout"), "/proc/self/stat\n");
  EXPECT_THAT(std::string(bundle->text("commands/search/stderr").value_or("")), HasSubstr("/no/such/folder"));
  std::string told;
  for (const CommandRecord& record : bundle->manifest().commands)
    told += record.slug + " " + std::string(to_word(record.status)) + " " + record.reason + "\n";
  EXPECT_EQ(told, "search ok \ntool absent structural\n");
}

TEST_F(CollectTest, WhatItsOwnProcessStartedIsNoWorker) {
  Subprocess worker = Subprocess::start({.argv = {"sleep", "617"}});
  worker.poll(milliseconds(300));
  CollectOptions with = options(300);
  with.match = "^sleep 617$";
  const auto bundle = bundle_of(with, {&kWorkersCollector});
  ASSERT_NE(bundle, nullptr);
  ASSERT_EQ(outcome_.worker_count, 0U);
  EXPECT_EQ(state_of(*bundle, "workers"), "skipped structural");
  EXPECT_FALSE(outcome_.in_part);
}

TEST_F(CollectTest, ReadsWhatIsBelowANamedWorker) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::execlp("sleep", "sleep", "600", nullptr);
    ::_exit(1);
  }
  std::this_thread::sleep_for(milliseconds(100));
  CollectOptions with = options(300);
  with.match.reset();
  with.pid = child;
  const auto bundle = bundle_of(with, {&kWorkersCollector});
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ASSERT_NE(bundle, nullptr);
  const std::string pid = std::to_string(child);
  EXPECT_EQ(outcome_.worker_count, 1U);
  EXPECT_EQ(state_of(*bundle, "workers"), "collected ");
  EXPECT_EQ(bundle->text("root/proc/" + pid + "/cmdline"), std::string_view("sleep\000600\0", 10));
  EXPECT_THAT(std::string(bundle->text("root/proc/" + pid + "/exe").value_or("")), HasSubstr("sleep"));
  EXPECT_EQ(bundle->samples("root/proc/" + pid + "/task/" + pid + "/stat").size(), 2U);
  EXPECT_EQ(bundle->samples("root/proc/" + pid + "/status").size(), 2U);
  EXPECT_EQ(bundle->text("probes/each-" + pid + ".json"), "{\"answer\": 1}\n");
  EXPECT_EQ(bundle->text("commands/list/stdout"), pid + " 1\n");
  EXPECT_EQ(bundle->text("commands/one-" + pid + "/stdout"), pid + "\n");
  const auto discovery = parse_json(bundle->text("probes/discovery.json").value_or(""), "discovery");
  ASSERT_TRUE(discovery);
  EXPECT_EQ(discovery->at("method"), "pid");
  EXPECT_EQ(discovery->at("workers").at(0).at("comm"), "sleep");
  const auto after = parse_json(bundle->text("probes/discovery-after.json").value_or(""), "after");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->at("workers").at(0).at("state"), "present");
}

TEST_F(CollectTest, NotesAWorkerThatEndsInTheWindow) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::execlp("sleep", "sleep", "30", nullptr);
    ::_exit(1);
  }
  in_window_ = [&] {
    if (::kill(child, SIGKILL) == 0) ::waitpid(child, nullptr, 0);
  };
  CollectOptions with = options(1200);
  with.match.reset();
  with.pid = child;
  const auto bundle = bundle_of(with, {&kWorkersCollector});
  ASSERT_NE(bundle, nullptr);
  const auto after = parse_json(bundle->text("probes/discovery-after.json").value_or(""), "after");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->at("workers").at(0).at("state"), "exited");
  EXPECT_FALSE(outcome_.in_part) << "a process that ends is no failure";
}

TEST_F(CollectTest, RunsCommandsAndInterruptsThoseOfTheWindow) {
  const auto bundle = bundle_of(options(2000), {&kCommandsCollector});
  ASSERT_NE(bundle, nullptr);
  EXPECT_EQ(bundle->text("commands/watch/stdout"), "counts\n");
  EXPECT_EQ(bundle->manifest().command("watch")->exit_code, 0);
  EXPECT_EQ(bundle->manifest().command("killed")->reason, "interval_too_short") << "it ended without a word";
  EXPECT_FALSE(bundle->manifest().command("killed")->exit_code.has_value());
  EXPECT_EQ(bundle->manifest().command("absent")->reason, "tool_missing");
  EXPECT_FALSE(bundle->members().contains("commands/absent/stdout"));
  EXPECT_EQ(state_of(*bundle, "commands"), "partial tool_missing");
  EXPECT_EQ(bundle->manifest().collector("commands")->hint, "install the package no-such-tool");
  EXPECT_FALSE(outcome_.in_part);
}

TEST_F(CollectTest, StoresNoSecret) {
  CollectOptions with = options();
  with.arguments = {"collect", "--match", "--api-key=hf_abcdefghijklmnopqrstuvwxyzABCDEF01"};
  with.output = tree_ / "folder";
  const auto bundle = bundle_of(with, {&kCommandsCollector});
  ASSERT_NE(bundle, nullptr);
  const SubprocessOutcome found = run_subprocess({.argv = {"grep", "-rl", "abcdefghijklmnop", tree_ / "folder"}});
  EXPECT_EQ(found.stdout_bytes, "");
  EXPECT_EQ(found.exit_code, 1);
  std::int64_t scrubbed = 0;
  for (const auto& [kind, count] : bundle->manifest().scrubbed) scrubbed += count;
  EXPECT_GE(scrubbed, 3) << "the command's output, its arguments, and our own";
}

TEST_F(CollectTest, EndsAHungToolAndGivesItNoSecondChance) {
  const auto bundle = bundle_of(options(), {&kHungCollector});
  ASSERT_NE(bundle, nullptr);
  EXPECT_EQ(bundle->manifest().command("hang")->status, EvidenceStatus::timed_out);
  EXPECT_EQ(bundle->manifest().command("hang-again")->status, EvidenceStatus::skipped);
  EXPECT_EQ(state_of(*bundle, "hung"), "timed_out timed_out");
  EXPECT_TRUE(outcome_.in_part);
}

TEST_F(CollectTest, SaysWhatFailed) {
  const auto bundle = bundle_of(options(), {&kFailingCollector});
  ASSERT_NE(bundle, nullptr);
  EXPECT_EQ(bundle->manifest().command("broken")->exit_code, 2);
  EXPECT_THAT(bundle->members().at("commands/broken/stderr"), HasSubstr("no-such-option"));
  EXPECT_EQ(state_of(*bundle, "failing"), "failed failed");
  EXPECT_EQ(bundle->manifest().collector("failing")->hint, "read commands/broken/stderr in the bundle");
  EXPECT_TRUE(outcome_.in_part);
}

TEST_F(CollectTest, SamplesOnAMonotonicSchedule) {
  const auto bundle = bundle_of(options(2500), {&kStatCollector});
  ASSERT_NE(bundle, nullptr);
  const std::vector<Reading> readings = bundle->samples("root/proc/stat");
  ASSERT_EQ(readings.size(), 4U) << "0 s, 1 s, 2 s and the end";
  for (std::size_t index = 1; index < readings.size(); ++index) {
    const double seconds = static_cast<double>(readings[index].taken_ns - readings[index - 1].taken_ns) / 1e9;
    EXPECT_NEAR(seconds, index == 3 ? 0.5 : 1.0, 0.4);
  }
  EXPECT_EQ(bundle->samples("root/proc/uptime").size(), 2U);
  EXPECT_TRUE(bundle->text("root/proc/loadavg").has_value());
  EXPECT_NEAR(bundle->manifest().window_observed_s, 2.5, 0.3);
  EXPECT_EQ(bundle->manifest().window_s, 2.5);
}

TEST_F(CollectTest, AWindowOfOneSecondHasTwoReadings) {
  const auto bundle = bundle_of(options(1000), {&kStatCollector});
  ASSERT_NE(bundle, nullptr);
  EXPECT_EQ(bundle->samples("root/proc/stat").size(), 2U);
}

TEST_F(CollectTest, AnInterruptEndsTheWindowAndTheBundleIsWhole) {
  std::thread person([&] {
    std::this_thread::sleep_for(milliseconds(2000));
    interrupts_ = 1;
  });
  const auto bundle = bundle_of(options(60000), {&kCommandsCollector, &kStatCollector});
  person.join();
  ASSERT_NE(bundle, nullptr);
  EXPECT_TRUE(bundle->manifest().interrupted);
  EXPECT_TRUE(outcome_.in_part);
  EXPECT_LT(bundle->manifest().window_observed_s, 30);
  EXPECT_EQ(bundle->manifest().window_s, 60);
  EXPECT_EQ(bundle->text("commands/watch/stdout"), "counts\n");
  EXPECT_GE(bundle->samples("root/proc/stat").size(), 2U);
}

TEST_F(CollectTest, AnInterruptBeforeTheWindowLeavesItOut) {
  interrupts_ = 1;
  const auto bundle = bundle_of(options(60000), {&kCommandsCollector, &kStatCollector});
  ASSERT_NE(bundle, nullptr);
  EXPECT_EQ(bundle->manifest().window_observed_s, 0);
  EXPECT_EQ(bundle->manifest().command("watch")->reason, "interval_too_short");
  EXPECT_EQ(bundle->samples("root/proc/stat").size(), 1U);
}

TEST_F(CollectTest, ASecondInterruptLeavesNothingBehind) {
  std::thread person([&] {
    std::this_thread::sleep_for(milliseconds(300));
    interrupts_ = 2;
  });
  const auto outcome = run(options(60000), {&kCommandsCollector, &kStatCollector});
  person.join();
  ASSERT_FALSE(outcome);
  EXPECT_THAT(to_string(outcome.error()), HasSubstr("nothing was written"));
  EXPECT_EQ(left_behind(), std::vector<std::string>{});
}

TEST_F(CollectTest, ReadsBelowARootThatLinksCannotLeave) {
  const TemporaryTree host;
  host.write("proc/version", "Linux version of the host\n");
  host.write("etc/hostname", "the-host\n");
  host.link("proc/cpuinfo", "../../../../../../../../etc/passwd");
  ASSERT_EQ(::mkfifo((host / "proc/stat").c_str(), 0600), 0);
  CollectOptions with = options();
  with.root_dir = host.path();
  with.match.reset();
  const auto bundle = bundle_of(with, {&kCommandsCollector, &kFilesCollector, &kStatCollector});
  ASSERT_NE(bundle, nullptr);
  EXPECT_EQ(bundle->text("root/proc/version"), "Linux version of the host\n");
  EXPECT_EQ(bundle->manifest().node, "the-host");
  EXPECT_EQ(bundle->manifest().root_dir, host.path().string());
  EXPECT_EQ(bundle->manifest().boot_id, "");
  EXPECT_FALSE(bundle->text("root/proc/cpuinfo").has_value());
  const CommandRecord* hello = bundle->manifest().command("hello");
  ASSERT_NE(hello, nullptr);
  EXPECT_EQ(hello->reason, ::geteuid() == 0 ? "tool_missing" : "permission");
  EXPECT_FALSE(outcome_.in_part);
}

TEST_F(CollectTest, OneFileForTwoCollectors) {
  const Collector again{"again", "the same files", kFiles, nullptr};
  const auto bundle = bundle_of(options(), {&again, &kFilesCollector});
  ASSERT_NE(bundle, nullptr);
  EXPECT_EQ(state_of(*bundle, "again"), "partial over_budget");
  EXPECT_EQ(state_of(*bundle, "files"), "partial permission") << "it was cut once";
}

TEST_F(CollectTest, RunsOnlyWhatWasAsked) {
  CollectOptions with = options();
  with.only = {"files"};
  const auto bundle = bundle_of(with, {&kCommandsCollector, &kFilesCollector});
  ASSERT_NE(bundle, nullptr);
  EXPECT_EQ(state_of(*bundle, "commands"), "skipped not_asked");
  EXPECT_TRUE(bundle->manifest().commands.empty());
}

TEST_F(CollectTest, AccountsForItself) {
  const auto bundle = bundle_of(options(), {&kFilesCollector, &kStatCollector});
  ASSERT_NE(bundle, nullptr);
  const CollectionCost& cost = bundle->manifest().cost;
  EXPECT_GT(cost.cpu_seconds, 0);
  EXPECT_GT(cost.peak_memory_bytes, 1'000'000);
  EXPECT_GT(cost.bytes_read, 100);
  EXPECT_GT(cost.reads, 10);
  EXPECT_LE(cost.slowest.size(), 10U);
  EXPECT_GE(bundle->manifest().ended_ns, bundle->manifest().started_ns);
  EXPECT_EQ(bundle->manifest().effective_uid, static_cast<int>(::geteuid()));
  EXPECT_EQ(bundle->manifest().boot_id.size(), 36U);
}

struct UsageCase {
  const char* name;
  void (*change)(CollectOptions&);
  const char* expected;
};

class CollectUsage : public CollectTest, public testing::WithParamInterface<UsageCase> {};

TEST_P(CollectUsage, IsRefusedInOneSentence) {
  CollectOptions with = options();
  with.match.reset();
  GetParam().change(with);
  const auto outcome = run(with, {&kFilesCollector, &kStatCollector});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::usage);
  EXPECT_EQ(to_string(outcome.error()), GetParam().expected);
  EXPECT_EQ(left_behind(), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(
    Options, CollectUsage,
    testing::Values(UsageCase{"only", [](CollectOptions& with) { with.only = {"file"}; },
                              "--only file: no such collector; did you mean files? the collectors are files, stat"},
                    UsageCase{"skip", [](CollectOptions& with) { with.skip = {"nonsense"}; },
                              "--skip nonsense: no such collector; the collectors are files, stat"},
                    UsageCase{"match", [](CollectOptions& with) { with.match = "("; },
                              "--match (: missing ): (; write an RE2 regular expression"},
                    UsageCase{"pid", [](CollectOptions& with) { with.pid = 99999999; },
                              "--pid 99999999: no such process; name a process that runs, see ps -e"},
                    UsageCase{"unit", [](CollectOptions& with) { with.unit = "no-such"; },
                              "--unit no-such: no process runs in this unit; see systemctl status, or use --pid"}),
    [](const auto& row) { return row.param.name; });

TEST_F(CollectTest, ATargetThatCannotBeIsRefusedByItsPath) {
  CollectOptions with = options();
  with.output = tree_ / "no/such/dir/b.ihc.tar.zst";
  const auto outcome = run(with, {&kFilesCollector});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::not_found);
  EXPECT_THAT(to_string(outcome.error()), HasSubstr(tree_ / "no/such/dir"));
}

TEST_F(CollectTest, ARootThatIsNoneIsRefusedByItsPath) {
  CollectOptions with = options();
  with.root_dir = tree_ / "none";
  const auto outcome = run(with, {&kFilesCollector});
  ASSERT_FALSE(outcome);
  EXPECT_THAT(to_string(outcome.error()), HasSubstr(tree_ / "none"));
  EXPECT_EQ(left_behind(), std::vector<std::string>{});
}

TEST(DryRun, NamesEveryRow) {
  const std::vector<const Collector*> collectors{&kCommandsCollector, &kWorkersCollector};
  CollectOptions options;
  options.skip = {"commands"};
  options.window = milliseconds(1500);
  std::string text;
  for (const std::string& line : describe_captures(options, collectors)) text += line + "\n";
  EXPECT_EQ(text,
            "discovery     files   /proc/*/stat  (before the window)\n"
            "discovery     files   /proc/*/cmdline  (before the window)\n"
            "discovery     names   /dev/dri/renderD*, /dev/kfd, /dev/nvidia*  (before the window)\n"
            "discovery     links   /proc/*/fd/*  (before the window, where there is a GPU)\n"
            "discovery     files   /proc/{worker}/cgroup  (before the window)\n"
            "discovery     file    /proc/self/mountinfo  (before the window)\n"
            "discovery     files   /proc/{worker}/stat  (after the window)\n"
            "discovery     file    /proc/sys/kernel/random/boot_id  (before the window)\n"
            "discovery     names   /sys/bus/event_source/devices/cpu, /sys/bus/event_source/devices/armv8_pmuv3*  "
            "(before the window)\n"
            "discovery     file    /proc/cpuinfo  (before the window)\n"
            "workers       files   /proc/{worker}/cmdline  (before the window)\n"
            "workers       links   /proc/{worker}/exe  (before the window, needs cap_sys_ptrace)\n"
            "workers       sample  /proc/{worker}/task/*/stat  (every second of the window)\n"
            "workers       sample  /proc/{worker}/status  (at both ends of the window)\n"
            "workers       probe   each: answer(2)  (before the window, for each worker)\n"
            "workers       command echo {workers} 2  (after the window)\n"
            "workers       command echo {worker}  (before the window)\n");
}

}  // namespace
}  // namespace ihc
