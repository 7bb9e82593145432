// What src/stats computes, against data/reference.json: the same by another road (data/reference.py).
#include <cmath>
#include <filesystem>
#include <limits>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"
#include "stats/moments.h"
#include "stats/quantile_interval.h"
#include "stats/quantiles.h"
#include "stats/trend.h"

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

TEST(Quantiles, EveryRuleGivesWhatItsDefinitionSays) {
  for (const Json& point : reference().at("quantiles")) {
    const auto ascending = numbers(point.at("samples"));
    const double p = point.at("p");
    for (const QuantileRule rule :
         {QuantileRule::linear, QuantileRule::nearest_rank, QuantileRule::floor_index, QuantileRule::ceiling_index}) {
      const auto value = quantile_of_sorted(ascending, p, rule);
      ASSERT_TRUE(value.has_value());
      EXPECT_NEAR(*value, point.at(std::string{rule_name(rule)}).get<double>(), 1e-9 * *value)
          << rule_name(rule) << " p=" << p << " n=" << ascending.size();
    }
  }
}

TEST(Quantiles, ARankThatIsWholeIsNotOneOffByRounding) {
  // 100 · 0.55 is 55.00000000000001 and 100 · 0.29 is 28.999999999999996 in doubles.
  EXPECT_EQ(nearest_rank(100, 0.55), 55U);
  EXPECT_EQ(nearest_rank(100, 0.29), 29U);
  EXPECT_EQ(nearest_rank(1000000, 0.95), 950000U);
  EXPECT_EQ(nearest_rank(20, 0.951), 20U);
  EXPECT_EQ(nearest_rank(5, 0), 1U);
  EXPECT_EQ(nearest_rank(0, 0.5), 0U);
}

TEST(Quantiles, NoSampleAndNoSuchProbabilityGiveNothing) {
  const std::vector<double> one{1};
  EXPECT_FALSE(quantile_of_sorted({}, 0.5, QuantileRule::linear));
  EXPECT_FALSE(quantile_of_sorted(one, 1.01, QuantileRule::nearest_rank));
  EXPECT_FALSE(quantile_of_sorted(one, -0.01, QuantileRule::nearest_rank));
  EXPECT_FALSE(quantile_of_sorted(one, std::nan(""), QuantileRule::linear));
}

TEST(Quantiles, NaNHasNoRankAndAnUnansweredRequestHasTheLast) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  const std::vector<double> samples{3, std::nan(""), kNever, 1, 2};
  EXPECT_THAT(sorted_samples(samples), testing::ElementsAre(1, 2, 3, kNever));
  EXPECT_EQ(quantile_of_sorted(sorted_samples(samples), 1.0 / 3, QuantileRule::linear), 2.0);
  EXPECT_EQ(quantile_of_sorted(sorted_samples(samples), 0.95, QuantileRule::linear), kNever);
}

TEST(Quantiles, PlacedSamplesHaveAtTheRanksWhatSortingPutsThere) {
  const std::vector<double> probabilities{0.5, 0.9, 0.95, 0.99};
  std::mt19937_64 generator(7);
  for (const std::size_t count : {1U, 2U, 3U, 10U, 101U, 5000U}) {
    std::vector<double> samples(count);
    for (double& sample : samples) sample = static_cast<double>(generator() % (count + 1));  // many are equal
    samples.push_back(std::nan(""));
    const auto ascending = sorted_samples(samples);
    const auto placed = samples_placed_at(samples, probabilities);
    ASSERT_EQ(placed.size(), count);
    EXPECT_THAT(placed, testing::UnorderedElementsAreArray(ascending));
    EXPECT_EQ(placed.front(), ascending.front());
    EXPECT_EQ(placed.back(), ascending.back());
    for (const double probability : probabilities) {
      EXPECT_EQ(quantile_of_sorted(placed, probability, QuantileRule::nearest_rank),
                quantile_of_sorted(ascending, probability, QuantileRule::nearest_rank))
          << count << " " << probability;
    }
  }
  EXPECT_TRUE(samples_placed_at({}, probabilities).empty());
}

TEST(QuantileInterval, RanksAreThoseOfTheExactBinomial) {
  for (const Json& point : reference().at("intervals")) {
    const auto ranks = quantile_rank_interval(point.at("n"), point.at("p"), point.at("confidence"));
    const auto expected = [&](const char* end) {
      return point.at(end).is_null() ? std::nullopt : std::optional<std::size_t>{point.at(end)};
    };
    EXPECT_EQ(ranks.lower, expected("lower")) << point.dump();
    EXPECT_EQ(ranks.upper, expected("upper")) << point.dump();
  }
}

TEST(QuantileInterval, LargeCountsKeepTheirPrecision) {
  // Ranks from exact integers; see "ranks" in reference.py with n = 5000.
  const auto p95 = quantile_rank_interval(5000, 0.95);
  EXPECT_EQ(p95.lower, 4719U);
  EXPECT_EQ(p95.upper, 4781U);
  const auto p99 = quantile_rank_interval(5000, 0.99);
  EXPECT_EQ(p99.lower, 4936U);
  EXPECT_EQ(p99.upper, 4964U);
  // By the normal approximation n·p ± 1.96·√(n·p·(1 − p)), good to a rank or two here.
  const auto million = quantile_rank_interval(1000000, 0.5);
  EXPECT_NEAR(static_cast<double>(million.lower.value()), 499020.0, 2.0);
  EXPECT_NEAR(static_cast<double>(million.upper.value()), 500981.0, 2.0);
}

TEST(QuantileInterval, NeededCountsAreWhereTheUpperEndAppears) {
  for (const Json& point : reference().at("needed")) {
    const double p = point.at("p");
    const std::size_t needed = samples_needed(p);
    EXPECT_EQ(needed, point.at("n").get<std::size_t>()) << p;
    EXPECT_TRUE(quantile_rank_interval(needed, p).upper);
    EXPECT_FALSE(quantile_rank_interval(needed - 1, p).upper);
  }
  EXPECT_EQ(samples_needed(0.95, 0.90), 59U);  // one-sided 95 %
  EXPECT_EQ(samples_needed(1), 0U);
}

TEST(QuantileInterval, FiftyRequestsLeaveP95Unbounded) {
  std::vector<double> fifty;
  for (int i = 1; i <= 50; ++i) fifty.push_back(i);
  const auto interval = quantile_interval(fifty, 0.95);
  EXPECT_EQ(interval.lower, 44.0);
  EXPECT_FALSE(interval.upper);
  EXPECT_FALSE(quantile_interval({}, 0.95).lower);
}

TEST(Moments, MeanAndSpread) {
  for (const Json& point : reference().at("moments")) {
    const auto samples = numbers(point.at("samples"));
    EXPECT_NEAR(mean(samples).value(), point.at("mean").get<double>(), 1e-9);
    EXPECT_NEAR(standard_deviation(samples).value(), point.at("sample").get<double>(), 1e-9);
    EXPECT_NEAR(standard_deviation(samples, Spread::population).value(), point.at("population").get<double>(), 1e-9);
    EXPECT_NEAR(median_absolute_deviation(samples).value(), point.at("mad").get<double>(), 1e-9);
  }
}

TEST(Moments, SmallSpreadOfLargeNumbersIsKept) {
  const std::vector<double> times{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
  EXPECT_DOUBLE_EQ(standard_deviation(times).value(), std::sqrt(30.0));
}

TEST(Moments, TooFewSamplesHaveNone) {
  const std::vector<double> one{5};
  EXPECT_FALSE(mean({}));
  EXPECT_FALSE(standard_deviation(one));
  EXPECT_EQ(standard_deviation(one, Spread::population), 0.0);
  EXPECT_FALSE(median_absolute_deviation({}));
}

TEST(Trend, StudentsTAndBack) {
  for (const Json& point : reference().at("students")) {
    const double probability = student_t_distribution(point.at("t"), point.at("df"));
    EXPECT_NEAR(probability, point.at("p").get<double>(), 1e-10) << point.dump();
    EXPECT_NEAR(student_t_quantile(probability, point.at("df")).value(), point.at("t").get<double>(), 1e-8);
  }
  EXPECT_NEAR(student_t_quantile(0.025, 10).value(), -2.228138852, 1e-8);  // any printed table
  EXPECT_FALSE(student_t_quantile(1, 10));
}

TEST(Trend, SlopeAndItsInterval) {
  for (const Json& point : reference().at("trends")) {
    const auto trend = linear_trend(numbers(point.at("x")), numbers(point.at("y")));
    ASSERT_TRUE(trend.has_value());
    EXPECT_NEAR(trend->slope, point.at("slope").get<double>(), 1e-9);
    EXPECT_NEAR(trend->lower, point.at("lower").get<double>(), 1e-6);
    EXPECT_NEAR(trend->upper, point.at("upper").get<double>(), 1e-6);
  }
  const std::vector<double> still{1, 1, 1};
  EXPECT_FALSE(linear_trend(still, still));
  EXPECT_FALSE(linear_trend({}, {}));
}

}  // namespace
}  // namespace ihc::stats
