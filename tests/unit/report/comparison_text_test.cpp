// What a terminal says of the order of the measurements, of a control group, and of several pairs.
#include "report/comparison_text.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/comparison_design_text.h"
#include "tests/unit/report/handmade.h"

namespace ihc::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Json ordered(const std::string& sequence, bool in_turns) { return {{"sequence", sequence}, {"in_turns", in_turns}}; }

std::string text_of(const Json& comparison, bool comparable = true) {
  return comparison_text(comparison, Json::object(), comparable, shipped_templates().words, {.columns = 120});
}

TEST(ComparisonText, AnOrderHasItsWord) {
  EXPECT_EQ(order_word(ordered("ABBA", true)), "balanced");
  EXPECT_EQ(order_word(ordered("ABBABAAB", true)), "balanced");
  EXPECT_EQ(order_word(ordered("ABAB", true)), "in_turns") << "each B comes after its A";
  EXPECT_EQ(order_word(ordered("AABB", false)), "one_after_the_other");
  EXPECT_EQ(order_word(ordered("BA", false)), "one_after_the_other");
  EXPECT_EQ(order_word(ordered("", false)), "unknown");
  EXPECT_EQ(order_word(Json()), "unknown");
}

TEST(ComparisonText, DriftIsToldWithItsIntervalOrNotAtAll) {
  Json order = ordered("ABBAAB", true);
  EXPECT_THAT(text_of({{"order", order}}), HasSubstr("can't be told from so few bundles"));
  order["drift_pct_per_run"] = 2.04;
  order["drift_lower_pct"] = 1.5;
  order["drift_upper_pct"] = 2.6;
  EXPECT_THAT(text_of({{"order", order}}), AllOf(HasSubstr("+1.5 % … +2.6 %"), HasSubstr("the latency drifts")));
  order["drift_lower_pct"] = -0.5;
  EXPECT_THAT(text_of({{"order", order}}), HasSubstr("no drift is shown"));
}

TEST(ComparisonText, AnArmBeforeTheOtherIsSaid) {
  EXPECT_THAT(text_of({{"order", ordered("AABB", false)}}), HasSubstr("can't be told apart"));
  EXPECT_THAT(text_of({{"order", ordered("ABBA", true)}}), Not(HasSubstr("can't be told apart")));
}

TEST(ComparisonText, AControlGroupHasRowsOfItsOwn) {
  const Json row{{"metric", "ttft_ms"},   {"statistic", "p95"},         {"headline", true},
                 {"change_pct", 20.0},    {"control_change_pct", 25.0}, {"net_change_pct", -4.0},
                 {"net_lower_pct", -9.0}, {"net_upper_pct", 1.0},       {"verdict", "inconclusive"}};
  const Json comparison{{"control", {{"metrics", {row}}}}};
  EXPECT_THAT(text_of(comparison), HasSubstr("ttft_ms p95 *"));
  EXPECT_THAT(text_of(comparison), HasSubstr("-9 % … +1 %"));
  EXPECT_THAT(text_of(comparison), HasSubstr("inconclusive"));
  EXPECT_THAT(text_of(comparison, false), Not(HasSubstr("inconclusive")));
  EXPECT_THAT(text_of({{"control", Json::object()}}), HasSubstr("No metric was measured in all of them."));
  EXPECT_THAT(text_of(Json::object()), Not(HasSubstr("that was not changed")));
}

TEST(ComparisonText, SeveralPairsStandUnderTheirLabels) {
  const Json metric{
      {"metric", "ttft_ms"}, {"statistic", "p95"}, {"before", 1.0}, {"after", 2.0}, {"verdict", "inconclusive"}};
  const Json comparison{
      {"before", {{"label", "base"}}}, {"after", {{"label", "pinned\x1b[2J"}}}, {"metrics", {metric}}};
  const ComparedPair pair{
      .label = "base → pinned\x1b[2J", .comparison = comparison, .findings = {}, .comparable = true};
  const auto& words = shipped_templates().words;
  const std::string two = comparisons_text({pair, pair}, words, {.columns = 120});
  EXPECT_THAT(two, HasSubstr("base → pinned"));
  EXPECT_EQ(two.find('\x1b'), std::string::npos) << "a label moves no cursor";
  const std::string one = comparisons_text({pair}, words, {.columns = 120});
  EXPECT_THAT(one, Not(HasSubstr("→")));
  EXPECT_THAT(one, HasSubstr("base"));
  EXPECT_THAT(text_of({{"metrics", {metric}}, {"before", {{"label", "before"}}}}), HasSubstr("before"));
}

}  // namespace
}  // namespace ihc::report
