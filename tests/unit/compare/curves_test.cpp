// The distributions of two arms, and what rules/comparison.yaml may say of them.
#include "compare/curves.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/resources.h"

namespace ihc::compare {
namespace {

ComparisonSpec spec() {
  ComparisonSpec made;
  made.metrics = {{.metric = "ttft_ms", .statistics = {"p50", "mean"}, .headline = {}},
                  {.metric = "mean_only_ms", .statistics = {"mean"}, .headline = {}},
                  {.metric = "rate_rps", .lower_is_better = false, .statistics = {"p50"}, .headline = {}}};
  made.curve_ladder = {0.5, 0.9, 0.99, 0.999};
  made.curve_points = 100;
  return made;
}

// 1 … count, dealt out over so many runs.
Arm arm(std::size_t count, std::size_t runs) {
  ArmBundle bundle{.name = "b"};
  bundle.samples.resize(runs);
  for (std::size_t at = 0; at < count; ++at) {
    for (const char* metric : {"ttft_ms", "mean_only_ms", "rate_rps"})
      bundle.samples[at % runs][metric].push_back(static_cast<double>(at + 1));
  }
  return {.label = "arm", .bundles = {bundle}};
}

TEST(Curves, AllRunsOfAnArmAreTakenTogether) {
  const auto curves = curves_of(spec(), arm(1000, 10), arm(10, 1));
  ASSERT_EQ(curves.size(), 1U) << "a latency with percentiles";
  const ComparedCurve& curve = curves[0];
  EXPECT_EQ(curve.metric, "ttft_ms");
  EXPECT_EQ(curve.requests_before, 1000);
  EXPECT_EQ(curve.requests_after, 10);
  ASSERT_EQ(curve.ladder.size(), 4U);
  EXPECT_EQ(curve.ladder[0].before, 500);
  EXPECT_EQ(curve.ladder[0].after, 5);
  EXPECT_EQ(curve.ladder[1].after, 9) << "one of ten lies past it";
  EXPECT_EQ(curve.ladder[2].before, 990);
  EXPECT_FALSE(curve.ladder[2].after) << "none of ten lies past it";
  EXPECT_EQ(curve.ladder[3].before, 999);
}

TEST(Curves, ThePointsAreEvenAndThenFiner) {
  const auto points = curves_of(spec(), arm(10000, 3), arm(100, 1)).at(0).points;
  EXPECT_EQ(points.size(), 105U) << "99 of a hundredth, and 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999";
  EXPECT_EQ(points.front().probability, 0.01);
  EXPECT_EQ(points.back().probability, 0.9999);
  EXPECT_EQ(points.back().before, 9999);
  EXPECT_EQ(points[98].after, 99);
  EXPECT_FALSE(points[99].after);
  EXPECT_TRUE(std::is_sorted(points.begin(), points.end(), [](const CurvePoint& left, const CurvePoint& right) {
    return left.probability < right.probability;
  }));
  EXPECT_TRUE(std::is_sorted(points.begin(), points.end(), [](const CurvePoint& left, const CurvePoint& right) {
    return left.before < right.before;
  })) << "and none is met twice";
}

TEST(Curves, AnArmWithoutSamplesHasNone) {
  EXPECT_TRUE(curves_of(spec(), arm(100, 2), {.label = "facts files", .bundles = {{.name = "f"}}}).empty());
  EXPECT_TRUE(curves_of(spec(), {}, {}).empty());
  ArmBundle hollow{.name = "h"};
  hollow.samples = {{{"ttft_ms", {}}}};
  EXPECT_TRUE(curves_of(spec(), {.label = "hollow", .bundles = {hollow}}, arm(10, 1)).empty());
}

// The shipped file with one thing put in place of another.
std::vector<std::string> said_of(const std::string& what, const std::string& instead) {
  auto resources = *load_resources("rules", std::string{IHC_SOURCE_DIR} + "/rules");
  for (Resource& resource : resources) {
    if (resource.path != "comparison.yaml") continue;
    const auto at = resource.bytes.find(what);
    if (at == std::string::npos) return {"the file has no " + what};
    resource.bytes.replace(at, what.size(), instead);
  }
  std::vector<Diagnostic> diagnostics;
  read_comparison_spec(resources, {}, diagnostics);
  std::vector<std::string> said;
  for (const Diagnostic& diagnostic : diagnostics) said.push_back(diagnostic.message);
  return said;
}

TEST(Curves, WhatTheRulesSayWronglyIsNamed) {
  using testing::Contains;
  using testing::HasSubstr;
  EXPECT_TRUE(said_of("points: 100", "points: 50").empty());
  EXPECT_THAT(said_of("points: 100", "points: 1"), Contains(HasSubstr("\"points\" is a whole number from 2")));
  EXPECT_THAT(said_of("points: 100", "points: 10.5"), Contains(HasSubstr("\"points\" is a whole number")));
  EXPECT_THAT(said_of("p75, p90", "p90, p75"), Contains(HasSubstr("goes up")));
  EXPECT_THAT(said_of("p75, p90", "p75, q90"), Contains(HasSubstr("\"q90\" is no percentile")));
  EXPECT_THAT(said_of("  curves: {", "  curve: {"), Contains(HasSubstr("needs `curves`")));
  EXPECT_THAT(said_of("tail: p99,", "tail: mean,"), Contains(HasSubstr("\"mean\" is no percentile")));
  EXPECT_THAT(said_of("high_share: 0.9", "high_share: 90"), Contains(HasSubstr("at most 1")));
  EXPECT_THAT(said_of("fewest_seconds: 10", "fewest_seconds: 2"), Contains(HasSubstr("whole number from 3")));
  EXPECT_THAT(said_of("most_listed: 10, ", ""), Contains(HasSubstr("needs `most_listed`")));
}

}  // namespace
}  // namespace ihc::compare
