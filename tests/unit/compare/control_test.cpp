// A control group beside the changed one, on studies whose truth is known: what happened to both is nobody's gain.
#include "compare/control.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/resources.h"
#include "compare/comparison.h"
#include "facts/described/comparison.h"

namespace ihc::compare {
namespace {

const ComparisonSpec& spec() {
  static const ComparisonSpec kSpec = [] {
    std::vector<Diagnostic> diagnostics;
    auto read = read_comparison_spec(*load_resources("rules", std::string{IHC_SOURCE_DIR} + "/rules"), {}, diagnostics);
    for (const Diagnostic& diagnostic : diagnostics) ADD_FAILURE() << to_text(diagnostic);
    read.bootstrap_rounds = 500;
    return read;
  }();
  return kSpec;
}

// One bundle whose runs have these p95 of ttft_ms.
Arm arm_of(const std::string& label, const std::vector<double>& p95) {
  Json runs = Json::array();
  for (const double value : p95)
    runs.push_back({{"metrics", {{"ttft_ms", {{"n", 500}, {"p95", value}}}}}, {"outcomes", {{"ok", 500}}}});
  return {.label = label, .bundles = {{.name = label, .facts = {{"benchmarks", runs}}, .findings = {}, .samples = {}}}};
}

struct Groups {
  std::vector<double> before;
  std::vector<double> after;
  std::vector<double> control_before;
  std::vector<double> control_after;
};

ComparisonControl compared(const Groups& groups) {
  return compare_control(spec(), arm_of("before", groups.before), arm_of("after", groups.after),
                         {.before = arm_of("control before", groups.control_before),
                          .after = arm_of("control after", groups.control_after)},
                         {});
}

ControlMetric tail_of(const Groups& groups) {
  const auto control = compared(groups);
  EXPECT_EQ(control.metrics.size(), 1U);
  return control.metrics.empty() ? ControlMetric{} : control.metrics.front();
}

const std::vector<double> kLevel{100, 101, 99, 100.5, 99.5, 100.2};

std::vector<double> times(double factor, std::vector<double> values = kLevel) {
  for (double& value : values) value *= factor;
  return values;
}

TEST(ControlGroup, WhatHappenedToBothIsTakenOff) {
  const auto row = tail_of({kLevel, times(1.2), kLevel, times(1.2)});
  EXPECT_NEAR(*row.change_pct, 20, 1e-9);
  EXPECT_NEAR(*row.control_change_pct, 20, 1e-9);
  EXPECT_NEAR(*row.net_change_pct, 0, 1e-9);
  EXPECT_EQ(row.verdict, "equivalent");
  EXPECT_TRUE(row.headline);
}

TEST(ControlGroup, AGainThatTheHourHidIsFound) {
  const auto row = tail_of({kLevel, kLevel, kLevel, times(1.25)});
  EXPECT_NEAR(*row.change_pct, 0, 1e-9);
  EXPECT_NEAR(*row.net_change_pct, -20, 1e-9);
  EXPECT_LT(*row.net_upper_pct, -5);
  EXPECT_EQ(row.verdict, "improved");
}

TEST(ControlGroup, ALossIsALoss) { EXPECT_EQ(tail_of({kLevel, times(1.2), kLevel, kLevel}).verdict, "regressed"); }

TEST(ControlGroup, EitherGroupMayBeTooShortOfRuns) {
  const std::vector<double> three{100, 101, 99};
  const auto few_controls = tail_of({kLevel, times(0.5), three, three});
  EXPECT_EQ(few_controls.verdict, "inconclusive") << "three runs never say so";
  EXPECT_NEAR(*few_controls.net_change_pct, -50, 1);
  EXPECT_EQ(tail_of({three, times(0.5, three), kLevel, kLevel}).verdict, "inconclusive");
  const auto one = tail_of({{100}, {50}, kLevel, kLevel});
  EXPECT_NEAR(*one.net_change_pct, -50, 1);
  EXPECT_FALSE(one.net_lower_pct);
  EXPECT_EQ(one.verdict, "inconclusive");
}

TEST(ControlGroup, WhatOneArmLacksHasNoRow) {
  EXPECT_TRUE(compared({kLevel, kLevel, {}, kLevel}).metrics.empty());
  EXPECT_TRUE(compared({{}, {}, {}, {}}).metrics.empty());
  const auto none = tail_of({{0, 0}, {0, 0}, kLevel, kLevel});
  EXPECT_FALSE(none.net_change_pct) << "a value of 0 has no ratio";
  EXPECT_EQ(none.verdict, "inconclusive");
}

TEST(ControlGroup, TakenBackItSaysNothing) {
  auto control = compared({kLevel, times(0.5), kLevel, kLevel});
  take_back(control);
  EXPECT_EQ(control.metrics.front().verdict, "not_comparable");
  EXPECT_EQ(control.before.label, "control before");
}

TEST(ControlGroup, TheSameInputGivesTheSameBytes) {
  const Groups groups{kLevel, times(0.9), kLevel, times(1.01)};
  EXPECT_EQ(facts_to_json(compared(groups)).dump(), facts_to_json(compared(groups)).dump());
}

// As Verdicts.TwoEqualArmsAreSeldomCalledDifferent, with something that happens to both groups.
TEST(ControlGroup, NoEffectIsSeldomCalledOneAndTheIntervalCovers) {
  for (const std::size_t controls : {5, 12}) {
    std::size_t changed = 0;
    std::size_t covered = 0;
    constexpr std::size_t kStudies = 200;
    for (std::size_t study = 0; study < kStudies; ++study) {
      std::mt19937_64 generator(study + 1);
      std::normal_distribution<double> normal(0, 0.03);
      const auto draw = [&](std::size_t runs, double level) {
        std::vector<double> values(runs);
        for (double& value : values) value = level * std::exp(normal(generator));
        return values;
      };
      const auto row = tail_of({draw(5, 100), draw(5, 120), draw(controls, 100), draw(controls, 120)});
      changed += row.verdict == "improved" || row.verdict == "regressed";
      covered += *row.net_lower_pct <= 0 && *row.net_upper_pct >= 0;
    }
    EXPECT_LE(changed, 18U) << controls << " control runs an arm";
    EXPECT_GE(covered, 188U) << controls << " control runs an arm";
  }
}

TEST(ComparisonVerdicts, OfArmsThatAreNotComparableNothingIsClaimedOrExplained) {
  Comparison comparison;
  comparison.metrics.push_back({.metric = "ttft_ms", .statistic = "p95", .before = 1.0, .verdict = "regressed"});
  comparison.evidence.push_back({.key = "steal", .before = 1.0, .reading = "consistent"});
  comparison.explanation = ComparisonExplanation{.metric = "ttft_ms", .verdict = "regressed"};
  comparison.claim = ComparisonClaim{.metric = "ttft_ms"};
  comparison.control = ComparisonControl{};
  comparison.control->metrics.push_back({.metric = "ttft_ms", .verdict = "improved"});
  compare::take_back_verdicts(comparison);
  EXPECT_EQ(comparison.metrics[0].verdict, "not_comparable");
  EXPECT_EQ(comparison.metrics[0].before, 1.0) << "the figures stay";
  EXPECT_EQ(comparison.evidence[0].reading, "");
  EXPECT_EQ(comparison.control->metrics[0].verdict, "not_comparable");
  EXPECT_FALSE(comparison.explanation.has_value());
  EXPECT_FALSE(comparison.claim.has_value());
}

}  // namespace
}  // namespace ihc::compare
