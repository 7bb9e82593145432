// What src/stats/replicates.h computes, against data/replicates.json: the same by another road (data/replicates.py).
#include "stats/replicates.h"

#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"
#include "stats/quantiles.h"
#include "stats/trend.h"

namespace ihc::stats {
namespace {

const Json& reference() {
  static const Json document =
      parse_json(*read_file(std::string{IHC_SOURCE_DIR} + "/tests/unit/stats/data/replicates.json", 1 << 20),
                 "replicates")
          .value();
  return document;
}

std::vector<double> numbers(const Json& list) { return list.get<std::vector<double>>(); }

/// Runs of one arm with the samples they stand on.
struct Arm {
  std::vector<std::vector<double>> samples;
  std::vector<Replicate> runs;
  std::vector<double> values;

  void add(std::vector<double> of_run, double probability) {
    samples.push_back(sorted_samples(of_run));
    values.push_back(quantile_of_sorted(samples.back(), probability, QuantileRule::nearest_rank).value_or(0));
  }
  std::span<const Replicate> replicates() {
    runs.clear();
    for (std::size_t i = 0; i < samples.size(); ++i) runs.push_back({.value = values[i], .ascending = samples[i]});
    return runs;
  }
};

Arm arm_of(const Json& list, double probability) {
  Arm arm;
  for (const Json& run : list) arm.add(numbers(run), probability);
  return arm;
}

// Both sides draw by chance: 6,000 rounds there, 20,000 here, so that an end lies within a twentieth of the width.
TEST(Replicates, AnIntervalIsThatOfRequestsReallyDrawn) {
  for (const Json& point : reference().at("ratios")) {
    const double probability = point.at("probability");
    Arm before = arm_of(point.at("before"), probability);
    Arm after = arm_of(point.at("after"), probability);
    const auto estimate = ratio_of_medians(before.replicates(), after.replicates(),
                                           {.probability = probability, .rounds = 20000, .seed = 3});
    ASSERT_TRUE(estimate);
    EXPECT_NEAR(estimate->ratio, point.at("ratio").get<double>(), 1e-12);
    const auto wanted = numbers(point.at("interval95"));
    const double width = wanted[1] - wanted[0];
    EXPECT_NEAR(estimate->interval95.lower, wanted[0], 0.06 * width);
    EXPECT_NEAR(estimate->interval95.upper, wanted[1], 0.06 * width);
    const auto narrower = numbers(point.at("interval90"));
    EXPECT_NEAR(estimate->interval90.lower, narrower[0], 0.06 * width);
    EXPECT_NEAR(estimate->interval90.upper, narrower[1], 0.06 * width);
  }
}

TEST(Replicates, TheSameSeedGivesTheSameBits) {
  const Json& point = reference().at("ratios").at(0);
  Arm before = arm_of(point.at("before"), 0.95);
  Arm after = arm_of(point.at("after"), 0.95);
  const Resampling how{.probability = 0.95, .rounds = 500, .seed = 9};
  const auto first = ratio_of_medians(before.replicates(), after.replicates(), how);
  const auto second = ratio_of_medians(before.replicates(), after.replicates(), how);
  EXPECT_EQ(first->interval95.lower, second->interval95.lower);
  EXPECT_EQ(first->interval95.upper, second->interval95.upper);
}

TEST(Replicates, OneRunAndAValueOfZeroHaveNoRatio) {
  const std::vector<Replicate> two{{.value = 1}, {.value = 2}};
  const std::vector<Replicate> one{{.value = 1}};
  const std::vector<Replicate> zero{{.value = 0}, {.value = 2}};
  const std::vector<Replicate> unknown{{.value = std::nan("")}, {.value = 2}};
  EXPECT_FALSE(ratio_of_medians(one, two, {}));
  EXPECT_FALSE(ratio_of_medians(two, one, {}));
  EXPECT_FALSE(ratio_of_medians(zero, two, {}));
  EXPECT_FALSE(ratio_of_medians(two, unknown, {}));
  EXPECT_TRUE(ratio_of_medians(two, two, {.rounds = 100}));
}

const Json& with_control() {
  static const Json document =
      parse_json(*read_file(std::string{IHC_SOURCE_DIR} + "/tests/unit/stats/data/control.json", 1 << 20), "control")
          .value();
  return document;
}

// data/control.py, likewise.
TEST(RatioOfRatios, IsWhatTheControlGroupLeavesOfTheChange) {
  for (const Json& point : with_control().at("nets")) {
    const double probability = point.at("probability");
    std::vector<Arm> arms;
    for (const Json& arm : point.at("arms")) arms.push_back(arm_of(arm, probability));
    const auto estimate = ratio_of_ratios({.before = arms[0].replicates(), .after = arms[1].replicates()},
                                          {.before = arms[2].replicates(), .after = arms[3].replicates()},
                                          {.probability = probability, .rounds = 20000, .seed = 3});
    ASSERT_TRUE(estimate);
    EXPECT_NEAR(estimate->ratio, point.at("ratio").get<double>(), 1e-12);
    const auto wide = numbers(point.at("interval95"));
    const auto narrow = numbers(point.at("interval90"));
    const double near = 0.06 * (wide[1] - wide[0]);
    EXPECT_NEAR(estimate->interval95.lower, wide[0], near);
    EXPECT_NEAR(estimate->interval95.upper, wide[1], near);
    EXPECT_NEAR(estimate->interval90.lower, narrow[0], near);
    EXPECT_NEAR(estimate->interval90.upper, narrow[1], near);
  }
}

TEST(RatioOfRatios, IsAbsentWhereOneGroupHasNoRatioAndTheSameForTheSameSeed) {
  const std::vector<Replicate> two{{.value = 1}, {.value = 2}};
  const std::vector<Replicate> one{{.value = 1}};
  const std::vector<Replicate> zero{{.value = 0}, {.value = 2}};
  const ArmPair good{.before = two, .after = two};
  EXPECT_FALSE(ratio_of_ratios(good, {.before = one, .after = two}, {}));
  EXPECT_FALSE(ratio_of_ratios(good, {.before = two, .after = zero}, {}));
  EXPECT_FALSE(ratio_of_ratios({.before = two, .after = {}}, good, {}));
  const auto first = ratio_of_ratios(good, good, {.rounds = 300, .seed = 4});
  const auto second = ratio_of_ratios(good, good, {.rounds = 300, .seed = 4});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->ratio, 1);
  EXPECT_EQ(first->interval95.lower, second->interval95.lower);
  EXPECT_EQ(first->interval95.upper, second->interval95.upper);
}

TEST(CommonTrend, IsTheSlopeWithinTheGroups) {
  for (const Json& point : with_control().at("trends")) {
    const auto trend =
        common_trend(numbers(point.at("x")), numbers(point.at("y")), point.at("group").get<std::vector<std::size_t>>());
    ASSERT_TRUE(trend);
    const auto interval = numbers(point.at("interval"));
    EXPECT_NEAR(trend->slope, point.at("slope").get<double>(), 1e-12);
    EXPECT_NEAR(trend->lower, interval[0], 1e-8 * (1 + std::abs(interval[0])));
    EXPECT_NEAR(trend->upper, interval[1], 1e-8 * (1 + std::abs(interval[1])));
  }
}

TEST(CommonTrend, NeedsAPointMoreThanItHasUnknowns) {
  const std::vector<double> x{0, 1, 2};
  const std::vector<double> y{1, 2, 4};
  EXPECT_TRUE(common_trend(x, y, std::vector<std::size_t>{0, 0, 0}));
  EXPECT_FALSE(common_trend(x, y, std::vector<std::size_t>{0, 0, 1})) << "two levels and a slope take all three";
  EXPECT_FALSE(common_trend(x, y, std::vector<std::size_t>{0, 0}));
  const std::vector<double> apart{0, 0, 1, 1};
  EXPECT_FALSE(common_trend(apart, apart, std::vector<std::size_t>{0, 0, 1, 1})) << "x changes within no group";
  EXPECT_FALSE(common_trend({}, {}, {}));
}

TEST(Replicates, EveryArrangementIsCounted) {
  for (const Json& point : reference().at("permutation")) {
    const auto test = rank_permutation_test(numbers(point.at("before")), numbers(point.at("after")));
    EXPECT_TRUE(test.is_exact);
    EXPECT_EQ(test.arrangements, point.at("arrangements").get<std::size_t>());
    EXPECT_NEAR(test.p, point.at("p").get<double>(), 1e-12) << point.dump();
  }
}

TEST(Replicates, ManyRunsAreDealtByChanceAndAgreeWithTheCount) {
  std::vector<double> before(8);
  std::vector<double> after(8);
  std::iota(before.begin(), before.end(), 0);
  std::iota(after.begin(), after.end(), 3.5);
  const auto counted = rank_permutation_test(before, after);
  const auto dealt = rank_permutation_test(before, after, 5, 10000);
  EXPECT_TRUE(counted.is_exact);
  EXPECT_EQ(counted.arrangements, 12870U);
  EXPECT_FALSE(dealt.is_exact);
  EXPECT_NEAR(dealt.p, counted.p, 4 * std::sqrt(counted.p / 10000));
  EXPECT_GT(rank_permutation_test(std::vector<double>(40, 1), std::vector<double>(40, 2), 1, 1000).p, 0)
      << "chance never says never";
}

TEST(Replicates, ThreeRunsCanNeverReachFivePerCent) {
  const std::vector<double> low{1, 2, 3};
  const std::vector<double> high{4, 5, 6};
  EXPECT_DOUBLE_EQ(rank_permutation_test(low, high).p, 0.1);
  EXPECT_DOUBLE_EQ(rank_permutation_test({}, high).p, 1);
}

TEST(Replicates, HolmStepsDown) {
  for (const Json& point : reference().at("holm")) {
    EXPECT_THAT(holm_adjusted(numbers(point.at("p"))),
                testing::Pointwise(testing::DoubleNear(1e-12), numbers(point.at("adjusted"))));
  }
}

TEST(Replicates, TheRunsThatAnArmNeeds) {
  // 2 · ((1.959964 + 0.841621) · 0.1 / ln 1.1)² = 17.28, and two more.
  EXPECT_EQ(runs_needed(0.1, 1.1, 0.05), 20U);
  EXPECT_EQ(runs_needed(0.1, 1 / 1.1, 0.05), 20U) << "faster and slower are the same distance";
  EXPECT_EQ(runs_needed(0.001, 2, 0.05), 4U) << "fewer could not reach the level by ranks";
  EXPECT_EQ(runs_needed(0.001, 2, 0.01), 5U);
  EXPECT_FALSE(runs_needed(0.1, 1, 0.05));
  EXPECT_FALSE(runs_needed(0, 1.1, 0.05));
  EXPECT_FALSE(runs_needed(0.1, 1.1, 0));
}

TEST(Replicates, SpreadIsThatOfBothArms) {
  const std::vector<double> before{1, std::exp(0.2)};
  const std::vector<double> after{5, 5 * std::exp(0.2)};
  EXPECT_NEAR(pooled_log_deviation(before, after).value(), std::sqrt(0.02), 1e-12);
  EXPECT_FALSE(pooled_log_deviation(before, std::vector<double>{1}));
  EXPECT_FALSE(pooled_log_deviation(before, std::vector<double>{0, 1}));
}

}  // namespace
}  // namespace ihc::stats
