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
      {"name": "run_delay", "unit": "ms/s", "subject": "worker", "subject_key": "vllm.service", "covers": "interval",
       "at_s": [1,2,3,4,5,6,7,8,9,10], "values": [1,2,1,2,1,2,90,2,1,2]},
      {"name": "broken", "unit": "", "subject": "node", "at_s": [1,2], "values": [1]},
      {"name": "backwards", "unit": "", "subject": "node", "at_s": [2,1], "values": [1,2]},
      {"name": "words", "unit": "", "subject": "node", "at_s": [1], "values": ["x"]}]})",
                    "series")
      .value();
}

// The same ten seconds of one series that was read as these words say.
Json read_as(const std::string& covers, const std::string& part) {
  return {{"step_seconds", 1},
          {"window_seconds", 10},
          {"rows",
           {{{"name", "event_reason"},
             {"subject", "gpu"},
             {"subject_key", "0000:18:00.0"},
             {"part", part},
             {"covers", covers},
             {"at_s", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
             {"values", {0, 0, 0, 0, 0, 0, 1, 0, 0, 0}}}}}};
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
  const ComparisonTimeline timeline = lay_beside(series(), requests(), kDemands);
  ASSERT_EQ(timeline.series.size(), 2U) << "what is no series of numbers is none";
  EXPECT_EQ(timeline.requests, 100);
  EXPECT_EQ(timeline.series[0].name, "run_delay");
  EXPECT_EQ(timeline.series[0].seconds, 10);
  EXPECT_GT(*timeline.series[0].correlation, 0.3);
  EXPECT_EQ(timeline.series[0].mean_in_tail, 90);
  EXPECT_NEAR(*timeline.series[0].mean_elsewhere, 14.0 / 9, 1e-12);
  EXPECT_FALSE(timeline.series[1].correlation) << "what never changes explains nothing";
  EXPECT_FALSE(timeline.series[1].subject_key) << "the node";
  ASSERT_EQ(timeline.tail.size(), 2U) << "the two slowest of a hundred: from the 99th rank on";
  EXPECT_EQ(timeline.tail[0].took_ms, 569);
  EXPECT_THAT(timeline.tail[0].high, testing::ElementsAre("run_delay (vllm.service)"));
}

TEST(Timeline, TooFewSecondsHaveNoCorrelation) {
  const ComparisonTimeline timeline =
      lay_beside(series(), {{.due_s = 1.5, .took_ms = 3}, {.due_s = 6.5, .took_ms = 9}}, kDemands);
  EXPECT_EQ(timeline.series[0].seconds, 2);
  EXPECT_FALSE(timeline.series[0].correlation);
}

TEST(Timeline, WhatLiesOutsideTheWindowIsBesideNothing) {
  const std::vector<TimedRequest> outside{{.due_s = -1, .took_ms = 3}, {.due_s = 11, .took_ms = 9}};
  const ComparisonTimeline timeline = lay_beside(series(), outside, kDemands);
  EXPECT_EQ(timeline.requests, 0);
  EXPECT_EQ(timeline.series[0].seconds, 0);
  EXPECT_FALSE(timeline.series[0].mean_in_tail);
  EXPECT_TRUE(timeline.tail.empty());
  std::vector<TimedRequest> also_outside = requests();
  also_outside.push_back({.due_s = 12, .took_ms = 1e6});
  EXPECT_EQ(lay_beside(series(), also_outside, kDemands).tail[0].took_ms, 569) << "nor is it the tail";
  EXPECT_TRUE(lay_beside(Json(), {}, kDemands).tail.empty());
}

TEST(Timeline, AnIntervalHoldsUntilItsTimeAndAMomentAroundIt) {
  const auto high_at = [](const std::string& covers, double due_s) {
    const auto timeline = lay_beside(read_as(covers, ""), {{.due_s = due_s, .took_ms = 9}}, kDemands);
    return timeline.tail.size() == 1 && !timeline.tail[0].high.empty();
  };
  EXPECT_TRUE(high_at("interval", 6.1));
  EXPECT_TRUE(high_at("interval", 7));
  EXPECT_FALSE(high_at("interval", 7.1));
  EXPECT_FALSE(high_at("moment", 6.1)) << "the reading of the sixth second is nearer";
  EXPECT_TRUE(high_at("moment", 6.6));
  EXPECT_TRUE(high_at("moment", 7.4));
  EXPECT_FALSE(high_at("moment", 7.6));
}

TEST(Timeline, AMomentTellsNothingOfAGap) {
  Json gappy = read_as("moment", "");
  gappy["rows"][0]["at_s"] = {1, 7, 8};
  gappy["rows"][0]["values"] = {0, 1, 0};
  const auto readings = [&](double due_s) {
    return lay_beside(gappy, {{.due_s = due_s, .took_ms = 9}}, kDemands).series.at(0).seconds;
  };
  EXPECT_EQ(readings(1.9), 1);
  EXPECT_EQ(readings(4), 0) << "more than a step from either";
  EXPECT_EQ(readings(6.1), 1);
}

TEST(Timeline, ThePartIsNamed) {
  const auto timeline = lay_beside(read_as("interval", "sw_power_cap"), requests(), kDemands);
  EXPECT_EQ(timeline.series.at(0).name, "event_reason sw_power_cap");
  EXPECT_THAT(timeline.tail.at(0).high, testing::ElementsAre("event_reason sw_power_cap (0000:18:00.0)"));
}

TEST(Timeline, OnlyBundlesThatHaveBothSidesHaveOne) {
  const Json with_series{{"series", series()}};
  Arm arm{.label = "before", .bundles = {}};
  arm.bundles.push_back({.name = "both", .facts = with_series, .timed = requests()});
  arm.bundles.push_back({.name = "no-requests", .facts = with_series});
  arm.bundles.push_back({.name = "no-series", .facts = Json::object(), .timed = requests()});
  arm.bundles.push_back({.name = "strange", .facts = Json{{"series", 7}}, .timed = requests()});
  arm.bundles.push_back({.name = "another-time", .facts = with_series, .timed = {{.due_s = 99, .took_ms = 1}}});
  const auto timelines = timelines_of(arm, kDemands);
  ASSERT_EQ(timelines.size(), 1U);
  EXPECT_EQ(timelines[0].bundle, "both");
  EXPECT_EQ(timelines[0].arm, "before");
  EXPECT_EQ(timelines[0].metric, "e2e_response_ms");
}

}  // namespace
}  // namespace ihc::compare
