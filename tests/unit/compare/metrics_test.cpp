// The words of DESIGN §7 on studies whose truth is known. Each test names the trap it is about; what scripts/test
// --full asks for, on 2,000 studies of each kind, is tests/bench/compare_power.cpp's.
#include "compare/metrics.h"

#include <gtest/gtest.h>

#include "support/simulated_study.h"

namespace ihc::compare {
namespace {

using test::SimulatedStudy;
using test::tally;

// The slice that every change must pass; 2,000 studies of each number of runs are compare_power's.
TEST(Verdicts, TwoEqualArmsAreSeldomCalledDifferent) {
  for (const std::size_t runs : {5, 8}) {
    const auto told = tally({.runs = runs}, 200, 1, 500);
    EXPECT_LE(told.changed, 18U) << runs << " runs an arm";
    EXPECT_GE(told.covered, 188U) << runs << " runs an arm";
  }
}

TEST(Verdicts, AChangeOfTenPerCentIsFoundAndItsDirectionIsRight) {
  const auto told = tally({.runs = 8, .change = 0.9}, 60, 1, 500);
  EXPECT_GE(told.improved_p95, 45U);
  EXPECT_EQ(told.regressed_p95, 0U);
  const auto worse = tally({.runs = 8, .change = 1.1}, 60, 1, 500);
  EXPECT_GE(worse.regressed_p95, 40U);
  EXPECT_EQ(worse.improved_p95, 0U);
}

TEST(Verdicts, ThreeRunsNeverSaySo) { EXPECT_EQ(tally({.runs = 3, .change = 0.5}, 20, 1, 500).changed, 0U); }

// The traps. Each is one: the careless reading that the test names falls into it, on the same studies.
TEST(Verdicts, AHeavyTailIsNoChange) {
  const auto told = tally({.runs = 6, .heavy_share = 0.05}, 100, 1, 500);
  EXPECT_LE(told.changed, 11U);
  EXPECT_GE(told.by_means, 33U) << "a few answers that never seem to end move the numbers by more than the margin";
}

TEST(Verdicts, TwoModesAreNoChange) {
  const auto told = tally({.runs = 6, .second_mode = 0.05}, 100, 1, 500);
  EXPECT_LE(told.changed, 11U);
  EXPECT_GE(told.by_means, 90U) << "the p95 lies now in the one mode and now in the other";
}

TEST(Verdicts, NeighbouringRequestsThatAreAlikeAreNoChange) {
  const auto told = tally({.runs = 6, .correlation = 0.9}, 100, 1, 500);
  EXPECT_LE(told.changed, 11U);
  EXPECT_GE(told.by_heaps, 50U) << "1,200 requests are worth a tenth of that";
}

TEST(Verdicts, RunsThatDifferAmongThemselvesAreNoChange) {
  const auto told = tally({.runs = 6, .requests = 1000, .between = 0.1}, 100, 1, 500);
  EXPECT_LE(told.changed, 11U);
  EXPECT_GE(told.by_heaps, 50U) << "the requests of a run share its placement";
}

TEST(Verdicts, OneBadRunIsNoChange) {
  const auto told = tally({.runs = 6, .bad_run = 1.5}, 100, 1, 500);
  EXPECT_LE(told.changed, 11U);
  EXPECT_GE(told.by_means, 90U) << "one run in six moves their mean by a twelfth";
  EXPECT_GE(told.by_heaps, 50U);
}

TEST(Verdicts, DriftIsNoChangeWhereTheArmsTookTurns) {
  EXPECT_LE(tally({.runs = 6, .drift = 0.02}, 100, 1, 500).changed, 11U);
}

// Which is why conditions name a fixed order: no statistic of the values alone can know.
TEST(Verdicts, DriftLooksLikeAChangeWhereTheyDidNot) {
  EXPECT_GE(tally({.runs = 6, .drift = 0.02, .in_turns = false}, 40, 1, 500).changed, 20U);
}

MetricArms arms_of(const std::vector<double>& before, const std::vector<double>& after, std::size_t requests = 1000) {
  MetricArms arms{.metric = "e2e_response_ms", .statistic = "p95", .quantile = 0.95, .is_headline = true};
  for (const double value : before) arms.before.push_back({.value = value, .count = requests});
  for (const double value : after) arms.after.push_back({.value = value, .count = requests});
  return arms;
}

MetricVerdict verdict_of(const MetricArms& arms) { return compare_metrics({arms}, test::usual_demands(1)).at(0); }

TEST(Verdicts, EvidenceOfNoChangeIsAnotherWordThanNoEvidence) {
  const auto same = verdict_of(arms_of({100, 100.5, 99.5, 100.2, 99.8, 100.1}, {100.1, 100.4, 99.6, 100, 99.9, 100.2}));
  EXPECT_EQ(same.verdict, Verdict::equivalent);
  EXPECT_FALSE(same.runs_needed);
  const auto unknown = verdict_of(arms_of({100, 130, 80, 110, 90, 105}, {101, 128, 82, 112, 88, 104}));
  EXPECT_EQ(unknown.verdict, Verdict::inconclusive);
  ASSERT_TRUE(unknown.runs_needed);
  EXPECT_GT(*unknown.runs_needed, 6U);
}

TEST(Verdicts, ASureChangeThatNobodyWouldActOnIsNoImprovement) {
  const auto row = verdict_of(arms_of({100, 100.1, 100.2, 99.9, 100.05, 99.95}, {98, 98.1, 98.2, 97.9, 98.05, 97.95}));
  EXPECT_LT(*row.p, 0.05);
  EXPECT_EQ(row.verdict, Verdict::equivalent) << "two per cent lie within the margin of five";
}

TEST(Verdicts, MoreOfARateIsBetter) {
  MetricArms rate = arms_of({100, 101, 99, 100.5, 99.5, 100}, {120, 121, 119, 120.5, 119.5, 120});
  EXPECT_EQ(verdict_of(rate).verdict, Verdict::regressed);
  rate.quantile.reset();
  rate.statistic = "mean";
  rate.lower_is_better = false;
  EXPECT_EQ(verdict_of(rate).verdict, Verdict::improved);
}

TEST(Verdicts, TooFewRequestsHaveNoTail) {
  const auto row = verdict_of(arms_of({100, 101, 99, 100.5, 99.5, 100}, {50, 51, 49, 50.5, 49.5, 50}, 11));
  EXPECT_EQ(row.requests_before, 66U);
  EXPECT_EQ(row.verdict, Verdict::inconclusive);
  EXPECT_EQ(row.requests_needed, 72U);
  EXPECT_EQ(verdict_of(arms_of({100, 101, 99, 100.5, 99.5, 100}, {50, 51, 49, 50.5, 49.5, 50}, 12)).verdict,
            Verdict::improved);
}

TEST(Verdicts, APNinetyNineWaitsForItsOwnCount) {
  MetricArms tail = arms_of({100, 101, 99, 100.5, 99.5, 100}, {50, 51, 49, 50.5, 49.5, 50}, 80);
  tail.statistic = "p99";
  tail.quantile = 0.99;
  tail.fewest_requests = 500;
  EXPECT_EQ(verdict_of(tail).requests_needed, 500U);
}

TEST(Verdicts, ManyHeadlinesAskForMore) {
  const MetricArms four = arms_of({100, 101, 99, 100.5}, {50, 51, 49, 50.5});
  EXPECT_EQ(compare_metrics({four}, test::usual_demands(1)).at(0).verdict, Verdict::improved);
  const auto rows = compare_metrics({four, four, four, four, four}, test::usual_demands(1));
  EXPECT_EQ(rows.at(0).verdict, Verdict::inconclusive) << "p " << *rows.at(0).p_adjusted;
  EXPECT_EQ(rows.at(0).runs_needed, 5U);
}

TEST(Verdicts, OneRunAnArmHasNumbersAndNoVerdict) {
  const auto row = verdict_of(arms_of({100}, {50}));
  EXPECT_EQ(row.before, 100);
  EXPECT_EQ(row.after, 50);
  EXPECT_FALSE(row.estimate);
  EXPECT_EQ(row.verdict, Verdict::inconclusive);
  EXPECT_TRUE(compare_metrics({}, test::usual_demands(1)).empty());
  EXPECT_FALSE(verdict_of(arms_of({}, {1, 2})).before);
}

TEST(Verdicts, TheSameInputGivesTheSameBits) {
  const auto arms = arms_of({100, 101, 99, 100.5}, {50, 51, 49, 50.5});
  EXPECT_EQ(verdict_of(arms).estimate->interval95.lower, verdict_of(arms).estimate->interval95.lower);
}

}  // namespace
}  // namespace ihc::compare
