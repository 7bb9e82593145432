// This program's own software counters, on itself: the kernel's, where it lets us.

#include "collect/software_counters.h"

#include <chrono>

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/limits.h"

namespace ihc::test {
namespace {

void work(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

TEST(SoftwareCounters, CountTheTimeOfAThread) {
  SoftwareCounters counters;
  const StatusAndReason what = counters.open({static_cast<int>(::gettid())});
  if (what.status != EvidenceStatus::ok) GTEST_SKIP() << "counters are refused here: " << what.reason;
  EXPECT_TRUE(counters.is_open());
  work(std::chrono::milliseconds(50));
  ::usleep(1000);
  const Json told = counters.take();
  EXPECT_FALSE(counters.is_open());
  EXPECT_EQ(told.at("threads"), 1);
  EXPECT_EQ(told.at("threads_gone"), 0);
  const double ran_ms = told.at("events").at("task-clock").get<double>() / 1e6;
  const double lasted_ms = (told.at("ended_ns").get<double>() - told.at("started_ns").get<double>()) / 1e6;
  EXPECT_GT(ran_ms, 1);
  EXPECT_LT(ran_ms, lasted_ms + 1);
  if (told.at("user_only").get<bool>()) return;
  EXPECT_GE(told.at("events").at("context-switches").get<int>(), 1);
}

TEST(SoftwareCounters, WhoIsGoneIsCountedAndTooManyAreRefused) {
  SoftwareCounters counters;
  const StatusAndReason gone = counters.open({4194305});  // past the largest PID of Linux
  EXPECT_NE(gone.status, EvidenceStatus::ok);
  EXPECT_FALSE(counters.is_open());
  const StatusAndReason many = counters.open(std::vector<int>(limits::kMaxCountedThreads + 1, 1));
  EXPECT_STREQ(many.reason, reason::kOverBudget);
}

}  // namespace
}  // namespace ihc::test
