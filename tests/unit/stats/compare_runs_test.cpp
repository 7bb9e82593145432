// Comparing arms of runs: against data/reference.json where there is an exact answer, and by simulation with a fixed
// seed where a promise is about many studies.
#include "stats/compare_runs.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"
#include "stats/moments.h"
#include "stats/random.h"

namespace ihc::stats {
namespace {

const Json& reference() {
  static const Json document =
      parse_json(*read_file(std::string{IHC_SOURCE_DIR} + "/tests/unit/stats/data/reference.json", 1 << 20),
                 "reference")
          .value();
  return document;
}

std::vector<double> numbers(const Json& list) { return list.get<std::vector<double>>(); }

TEST(Random, IsTheSameForASeedAndUniform) {
  Random first(7);
  Random second(7);
  Random third(8);
  EXPECT_EQ(first.below(1000000), second.below(1000000));
  EXPECT_NE(first.uniform(), third.uniform());
  std::vector<int> counts(5, 0);
  for (int i = 0; i < 50000; ++i) ++counts[first.below(5)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 400);  // four standard deviations
}

TEST(Random, BetaHasItsMeanAndSpread) {
  Random random(3);
  std::vector<double> drawn;
  for (int i = 0; i < 40000; ++i) drawn.push_back(random.beta(19, 2));
  EXPECT_NEAR(mean(drawn).value(), 19.0 / 21, 0.001);
  EXPECT_NEAR(standard_deviation(drawn).value(), std::sqrt(19.0 * 2 / (21.0 * 21 * 22)), 0.001);
}

TEST(Permutation, CountsEveryDivision) {
  for (const Json& point : reference().at("permutations")) {
    const auto test = permutation_test(numbers(point.at("before")), numbers(point.at("after")), 1);
    ASSERT_TRUE(test.has_value());
    EXPECT_TRUE(test->is_exact);
    EXPECT_EQ(test->divisions, point.at("divisions").get<std::int64_t>());
    EXPECT_DOUBLE_EQ(test->p, point.at("p").get<double>()) << point.dump();
  }
}

TEST(Permutation, ThreeRunsASideNeverReachFivePercent) {
  const std::vector<double> before{1, 2, 3};
  const std::vector<double> after{100, 101, 102};
  EXPECT_DOUBLE_EQ(permutation_test(before, after, 1)->p, 0.1);
  const std::vector<double> fourth{1, 2, 3, 4};
  const std::vector<double> far{100, 101, 102, 103};
  EXPECT_NEAR(permutation_test(fourth, far, 1)->p, 2.0 / 70, 1e-12);
}

TEST(Permutation, DrawnDivisionsAgreeWithAllOfThem) {
  for (const Json& point : reference().at("permutations")) {
    const auto before = numbers(point.at("before"));
    const auto after = numbers(point.at("after"));
    if (point.at("divisions") < 50) continue;
    const auto drawn = permutation_test(before, after, 5, 49);
    ASSERT_TRUE(drawn.has_value());
    EXPECT_FALSE(drawn->is_exact);
    EXPECT_GE(drawn->p, 1.0 / 50) << "never 0";
  }
  std::vector<double> before;
  std::vector<double> after;
  for (int i = 0; i < 12; ++i) {
    before.push_back(100 + i % 5);
    after.push_back(101 + i % 5);
  }
  const double exact = permutation_test(before, after, 1, 3000000)->p;  // 2,704,156 divisions
  EXPECT_NEAR(permutation_test(before, after, 1, 20000)->p, exact, 4 * std::sqrt(exact * (1 - exact) / 20000));
}

TEST(Permutation, EqualArmsAreCertainlyEqualAndNoneIsNothing) {
  const std::vector<double> same{5, 5, 5, 5};
  EXPECT_EQ(permutation_test(same, same, 1)->p, 1.0) << "every division is as far apart: not at all";
  EXPECT_FALSE(permutation_test({}, same, 1));
}

TEST(Holm, StepsDown) {
  for (const Json& point : reference().at("holms")) {
    const auto adjusted = holm(numbers(point.at("p")));
    ASSERT_EQ(adjusted.size(), point.at("adjusted").size());
    for (std::size_t i = 0; i < adjusted.size(); ++i) {
      EXPECT_NEAR(adjusted[i], point.at("adjusted").at(i).get<double>(), 1e-12);
    }
  }
}

// An arm of two equal runs of whole numbers: the bootstrap's quantile of one arm is then that of one run's resample.
TEST(Bootstrap, AResampledQuantileHasTheChancesOfTheBinomial) {
  for (const Json& point : reference().at("resampled")) {
    const std::size_t count = point.at("n");
    const double p = point.at("p");
    const auto rank = static_cast<double>(std::ceil(static_cast<double>(count) * p));
    Random random(11);
    std::vector<int> seen(count, 0);
    constexpr int kDraws = 100000;
    for (int i = 0; i < kDraws; ++i) {
      const double place = random.beta(rank, static_cast<double>(count) - rank + 1);
      ++seen[static_cast<std::size_t>(place * static_cast<double>(count))];
    }
    for (std::size_t i = 0; i < count; ++i) {
      const double chance = point.at("chances").at(i);
      EXPECT_NEAR(seen[i] / static_cast<double>(kDraws), chance, 5 * std::sqrt(chance / kDraws) + 1e-4);
    }
  }
}

// A study: runs that differ by `between` percent, requests that scatter widely within each.
Runs study(Random& random, std::size_t runs, std::size_t requests, double level, double between) {
  Runs arm;
  for (std::size_t r = 0; r < runs; ++r) {
    const double of_run = level * std::exp(between * random.normal());
    std::vector<double> samples;
    for (std::size_t i = 0; i < requests; ++i) samples.push_back(of_run * std::exp(0.3 * random.normal()));
    std::sort(samples.begin(), samples.end());
    arm.push_back(std::move(samples));
  }
  return arm;
}

TEST(Bootstrap, TheSameSeedGivesTheSameInterval) {
  Random random(1);
  const Runs before = study(random, 5, 100, 100, 0.03);
  const Runs after = study(random, 5, 100, 110, 0.03);
  const auto first = bootstrap_ratio(before, after, 0.5, {.seed = 42});
  const auto again = bootstrap_ratio(before, after, 0.5, {.seed = 42});
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->lower, again->lower);
  EXPECT_EQ(first->upper, again->upper);
  EXPECT_LT(first->lower, first->point);
  EXPECT_GT(first->upper, first->point);
}

// How often the interval holds the true ratio, 1.1: with few runs too, and for the tail.
TEST(Bootstrap, CoversTheTrueRatioAsOftenAsItSays) {
  for (const std::size_t runs : {5U, 8U}) {
    for (const double probability : {0.5, 0.95}) {
      Random random(100 + runs);
      constexpr int kStudies = 400;
      int covered = 0;
      for (int i = 0; i < kStudies; ++i) {
        const Runs before = study(random, runs, 60, 100, 0.05);
        const Runs after = study(random, runs, 60, 110, 0.05);
        const auto interval =
            bootstrap_ratio(before, after, probability, {.resamples = 400, .seed = static_cast<std::uint64_t>(i)});
        covered += interval && interval->lower <= 1.1 && 1.1 <= interval->upper ? 1 : 0;
      }
      EXPECT_GE(covered, kStudies * 93 / 100) << runs << " runs, p" << 100 * probability;
    }
  }
}

TEST(Bootstrap, TooLittleGivesNothing) {
  const Runs one{{1, 2, 3}};
  const Runs two{{1, 2, 3}, {1, 2, 4}};
  const Runs empty_run{{1, 2}, {}};
  EXPECT_FALSE(bootstrap_ratio(one, two, 0.5, {}));
  EXPECT_FALSE(bootstrap_ratio(two, empty_run, 0.5, {}));
  const Runs zeros{{0}, {0}};
  EXPECT_FALSE(bootstrap_ratio(zeros, two, 0.5, {}));
  EXPECT_TRUE(bootstrap_ratio(two, two, 0.5, {}));
}

TEST(Bootstrap, AFigureOfTheRunIsARunOfOneSample) {
  const Runs before{{100}, {101}, {99}, {100}, {102}};
  const Runs after{{120}, {121}, {119}, {122}, {120}};
  const auto interval = bootstrap_ratio(before, after, 0.5, {});
  ASSERT_TRUE(interval);
  EXPECT_DOUBLE_EQ(interval->point, 1.2);
  EXPECT_GT(interval->lower, 1.1);
}

TEST(Equivalence, TheIntervalLiesInsideTheMargin) {
  EXPECT_TRUE(is_equivalent({.point = 1, .lower = 0.97, .upper = 1.04}, 0.05));
  EXPECT_FALSE(is_equivalent({.point = 1, .lower = 0.94, .upper = 1.04}, 0.05));
  EXPECT_FALSE(is_equivalent({.point = 1, .lower = 0.97, .upper = 1.05}, 0.05)) << "at the margin is not inside";
}

}  // namespace
}  // namespace ihc::stats
