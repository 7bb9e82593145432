#include "stats/correlation.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"

namespace ihc::stats {
namespace {

TEST(Correlation, EqualValuesShareTheMiddleOfTheirRanks) {
  EXPECT_THAT(middle_ranks(std::vector<double>{10, 30, 20, 20}), testing::ElementsAre(1, 4, 2.5, 2.5));
  EXPECT_TRUE(middle_ranks({}).empty());
}

// data/correlation.json is the same by another road (data/correlation.py).
TEST(Correlation, IsThatOfCountedRanks) {
  const auto text = read_file(std::string{IHC_SOURCE_DIR} + "/tests/unit/stats/data/correlation.json", 1 << 20);
  const auto points = parse_json(text.value(), "correlation").value();
  ASSERT_EQ(points.size(), 7U);
  for (const Json& point : points) {
    const auto x = point.at("x").get<std::vector<double>>();
    const auto y = point.at("y").get<std::vector<double>>();
    EXPECT_EQ(middle_ranks(x), point.at("ranks_of_x").get<std::vector<double>>());
    EXPECT_EQ(middle_ranks(y), point.at("ranks_of_y").get<std::vector<double>>());
    EXPECT_NEAR(rank_correlation(x, y).value(), point.at("correlation").get<double>(), 1e-12);
  }
}

// 106, 100, 86, … against 7, 27, 2, …: the pairs of the usual worked example (IQ and hours before a television), whose
// coefficient is 1 − 6 · 194 / (10 · 99) = −0.17576.
TEST(Correlation, OfTheWorkedExample) {
  const std::vector<double> x{106, 100, 86, 101, 99, 103, 97, 113, 112, 110};
  const std::vector<double> y{7, 27, 2, 50, 28, 29, 20, 12, 6, 17};
  EXPECT_NEAR(rank_correlation(x, y).value(), 1 - 6.0 * 194 / 990, 1e-12);
}

TEST(Correlation, OrderAloneCounts) {
  const std::vector<double> x{1, 2, 3, 4};
  const std::vector<double> steep{1, 10, 1000, 1e9};
  const std::vector<double> falling{4, 3, 2, -1e9};
  EXPECT_DOUBLE_EQ(rank_correlation(x, steep).value(), 1);
  EXPECT_DOUBLE_EQ(rank_correlation(x, falling).value(), -1);
}

TEST(Correlation, NothingThatNeverChangesAndNothingTooShort) {
  const std::vector<double> x{1, 2, 3};
  const std::vector<double> same{5, 5, 5};
  EXPECT_FALSE(rank_correlation(x, same));
  EXPECT_FALSE(rank_correlation(std::vector<double>{1, 2}, std::vector<double>{1, 2}));
  EXPECT_FALSE(rank_correlation(x, std::vector<double>{1, 2}));
}

}  // namespace
}  // namespace ihc::stats
