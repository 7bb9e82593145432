// A spike laid beside what happened in its second.
#include "compare/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ihc::compare {
namespace {

constexpr TimelineDemands kDemands{.tail_quantile = 0.99, .high_share = 0.9, .most_listed = 3, .fewest_seconds = 5};

// Ten seconds; something happens in the seventh.
Json series() {
  return parse_json(R"({"rows": [
      {"name": "quiet", "unit": "/s", "subject": "node", "at_s": [1,2,3,4,5,6,7,8,9,10], "values": [5,5,5,5,5,5,5,5,5,5]},
      {"name": "run_delay", "unit": "ms/s", "subject": "worker", "subject_key": "vllm.service", "at_s": [1,2,3,4,5,6,7,8,9,10], "values": [1,2,1,2,1,2,90,2,1,2]},
      {"name": "broken", "unit": "", "subject": "node", "at_s": [1,2], "values": [1]},
      {"name": "words", "unit": "", "subject": "node", "at_s": [1], "values": ["x"]}]})",
                    "series")
      .value();
}

std::vector<TimedRequest> requests() {
  std::vector<TimedRequest> made;
  for (int i = 0; i < 100; ++i) {
    const double due = 0.05 + 0.1 * i;
    made.push_back({.due_s = due, .took_ms = due > 6 && due < 7 ? 500.0 + i : 100.0 + (i % 7)});
  }
  return made;
}

TEST(Timeline, TheSpikeStandsBesideWhatWasHigh) {
  const Timeline timeline = lay_beside(series(), requests(), kDemands);
  ASSERT_EQ(timeline.series.size(), 2U) << "what is no series of numbers is none";
  EXPECT_EQ(timeline.series[0].name, "run_delay");
  EXPECT_EQ(timeline.series[0].seconds, 10U);
  EXPECT_GT(*timeline.series[0].correlation, 0.3);
  EXPECT_EQ(timeline.series[0].mean_in_tail, 90);
  EXPECT_NEAR(*timeline.series[0].mean_elsewhere, 14.0 / 9, 1e-12);
  EXPECT_FALSE(timeline.series[1].correlation) << "what never changes explains nothing";
  ASSERT_EQ(timeline.tail.size(), 2U) << "the two slowest of a hundred: from the 99th rank on";
  EXPECT_EQ(timeline.tail[0].took_ms, 569);
  EXPECT_THAT(timeline.tail[0].high, testing::ElementsAre("run_delay (vllm.service)"));
}

TEST(Timeline, TooFewSecondsHaveNoCorrelation) {
  const Timeline timeline =
      lay_beside(series(), {{.due_s = 1.5, .took_ms = 3}, {.due_s = 6.5, .took_ms = 9}}, kDemands);
  EXPECT_EQ(timeline.series[0].seconds, 2U);
  EXPECT_FALSE(timeline.series[0].correlation);
}

TEST(Timeline, WhatLiesOutsideTheWindowIsBesideNothing) {
  const Timeline timeline = lay_beside(series(), {{.due_s = -1, .took_ms = 3}, {.due_s = 11, .took_ms = 9}}, kDemands);
  EXPECT_EQ(timeline.series[0].seconds, 0U);
  EXPECT_TRUE(timeline.tail[0].high.empty());
  EXPECT_TRUE(lay_beside(Json(), {}, kDemands).tail.empty());
}

}  // namespace
}  // namespace ihc::compare
