// How often the files of a worker's threads are read through a window, and of how many threads.

#include <atomic>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "bundle/bundle.h"
#include "collect/runner.h"
#include "support/temporary_tree.h"

namespace ihc {
namespace {

constexpr Capture kThreads[] = {
    Sampled{.family = "threads", .path = "/proc/{worker}/task/*/status", .ends_only = true},
    Sampled{.family = "threads", .path = "/proc/{worker}/task/*/stat", .follow = Follow::threads_that_ran},
    Sampled{.family = "threads", .path = "/proc/{worker}/task/*/schedstat", .follow = Follow::threads},
    Sampled{.family = "second", .path = "/proc/uptime"},
};
constexpr Collector kThreadsCollector{"threads", "threads of a worker", kThreads, nullptr};

class Sleepers {
 public:
  explicit Sleepers(int count) {
    for (int number = 0; number < count; ++number) {
      threads_.emplace_back([this] { ended_.wait(false); });
    }
  }
  ~Sleepers() {
    ended_ = true;
    ended_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Sleepers(const Sleepers&) = delete;
  Sleepers& operator=(const Sleepers&) = delete;

 private:
  std::atomic<bool> ended_ = false;
  std::vector<std::thread> threads_;
};

/// A thread that runs all the time.
class Busy {
 public:
  Busy() {
    thread_ = std::thread([this] {
      id_ = ::gettid();
      while (!ended_) continue;
    });
    while (id_ == 0) std::this_thread::yield();
  }
  ~Busy() {
    ended_ = true;
    thread_.join();
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;
  std::string id() const { return std::to_string(id_); }

 private:
  std::atomic<pid_t> id_ = 0;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

std::unique_ptr<Bundle> collect_self(const TemporaryTree& tree, int window_ms) {
  static const Collector* const kCollectors[] = {&kThreadsCollector};
  CollectOptions options;
  options.output = tree / "b.ihc.tar.zst";
  options.window = std::chrono::milliseconds(window_ms);
  options.pid = ::getpid();
  const std::atomic<int> interrupts{0};
  const auto outcome = collect(options, kCollectors, interrupts, [](const CollectProgress&) {});
  if (!outcome) {
    ADD_FAILURE() << to_string(outcome.error());
    return nullptr;
  }
  auto bundle = open_bundle(outcome->path);
  return bundle ? std::move(*bundle) : nullptr;
}

const std::string kTasks = "root/proc/" + std::to_string(::getpid()) + "/task/";

// Of the 24 that a short window is given; a machine that is busy with other things loses some.
constexpr std::size_t kManyReadings = 6;

TEST(Sampler, AShortWindowHasManyReadingsOfAThreadThatRuns) {
  const TemporaryTree tree;
  const Sleepers sleepers(2);
  const Busy busy;
  const auto bundle = collect_self(tree, 1900);
  ASSERT_NE(bundle, nullptr);
  const std::string self = kTasks + busy.id() + "/";
  EXPECT_GE(bundle->samples(self + "schedstat").size(), kManyReadings);
  EXPECT_GE(bundle->samples(self + "stat").size(), kManyReadings);
  EXPECT_EQ(bundle->samples(self + "status").size(), 2U);
  EXPECT_LE(bundle->samples("root/proc/uptime").size(), 3U) << "what is read every second is read no more often";
  for (const std::string& path : bundle->sampled(kTasks + "*/stat")) {
    if (path == self + "stat" || path == kTasks + std::to_string(::getpid()) + "/stat") continue;
    EXPECT_LE(bundle->samples(path).size(), 3U) << "a thread that sleeps is where it was";
    EXPECT_GE(bundle->samples(path.substr(0, path.size() - 4) + "schedstat").size(), kManyReadings);
  }
  EXPECT_TRUE(bundle->manifest().window_started_ns.has_value());
  EXPECT_TRUE(bundle->manifest().window_started_utc_ms.has_value());
  EXPECT_TRUE(bundle->manifest().sampling_cpu_seconds.has_value());
}

TEST(Sampler, OfVeryManyThreadsThoseThatRunAreFollowedAndTheRestReadAtBothEnds) {
  const TemporaryTree tree;
  constexpr std::size_t kLimit = limits::kFollowedThreads / limits::kCpuSampleRounds;  // in a window of one second
  const Sleepers sleepers(kLimit + 5);
  const Busy busy;
  const auto bundle = collect_self(tree, 1000);
  ASSERT_NE(bundle, nullptr);
  std::size_t followed = 0;
  for (const std::string& path : bundle->sampled(kTasks + "*/schedstat")) {
    const std::size_t readings = bundle->samples(path).size();
    followed += readings > 3 ? 1 : 0;
    EXPECT_GE(readings, 2U) << path;
  }
  EXPECT_EQ(followed, kLimit);
  EXPECT_GE(bundle->samples(kTasks + busy.id() + "/schedstat").size(), kManyReadings);
}

}  // namespace
}  // namespace ihc
