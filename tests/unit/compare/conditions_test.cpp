// Conditions of two arms, on facts written by hand: what is the same, what is the change under test, what is in its
// way.
#include "compare/conditions.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/resources.h"
#include "compare/comparison.h"
#include "compare/findings.h"
#include "compare/runs.h"
#include "facts/described/comparison.h"

namespace ihc::compare {
namespace {

const ComparisonSpec& spec() {
  static const ComparisonSpec kSpec = [] {
    std::vector<Diagnostic> diagnostics;
    auto read = read_comparison_spec(*load_resources("rules", std::string{IHC_SOURCE_DIR} + "/rules"), {}, diagnostics);
    for (const Diagnostic& diagnostic : diagnostics) ADD_FAILURE() << to_text(diagnostic);
    return read;
  }();
  return kSpec;
}

Json facts_of(const std::string& more = "{}") {
  Json facts =
      parse_json(
          R"({"schema_version": 1, "missing": {}, "node": {"label": "n", "os_name": "Debian", "collected_from": "2026-01-01T00:00:00Z",
      "collected_to": "2026-01-01T00:01:00Z"},
      "kernel": {"release": "6.1.0", "version": "v", "numa_balancing": 1, "thp_enabled": "madvise", "thp_defrag": "madvise", "nmi_watchdog": 0,
                 "command_line": "ro", "memory_total_bytes": 1000000000000},
      "topology": {"cpu_model": "CPU", "cpus_online": "0-7", "cpu_node_count": 2, "package_count": 2, "threads_per_core": 1},
      "frequency": {"has_cpufreq": true, "governors": ["powersave"], "policies": []}})",
          "facts")
          .value();
  facts.merge_patch(parse_json(more, "more").value());
  return facts;
}

Json findings_of(const std::string& list) { return Json{{"findings", parse_json(list, "findings").value()}}; }

Arm arm(std::string label, std::vector<Json> facts, const Json& findings = findings_of("[]")) {
  Arm made{.label = std::move(label)};
  for (Json& document : facts)
    made.bundles.push_back({.name = made.label, .facts = std::move(document), .findings = findings});
  return made;
}

Condition row(const Arm& before, const Arm& after, const std::string& key, const std::set<std::string>& expected = {}) {
  for (Condition& condition : compare_conditions(spec(), before, after, expected)) {
    if (condition.spec->key == key) return condition;
  }
  ADD_FAILURE() << "no condition " << key;
  return {};
}

const std::string kOtherGovernor = R"({"frequency": {"governors": ["performance"]}})";

TEST(Conditions, ADifferenceIsAConfounderUntilItIsExpected) {
  const Arm before = arm("before", {facts_of()});
  const Arm after = arm("after", {facts_of(kOtherGovernor)});
  EXPECT_EQ(row(before, after, "governor").role, ConditionRole::confounder);
  const Condition expected = row(before, after, "governor", {"governor"});
  EXPECT_EQ(expected.role, ConditionRole::treatment);
  EXPECT_EQ(expected.state, ConditionState::differs);
  EXPECT_EQ(row(before, after, "thp").role, ConditionRole::none);
  EXPECT_EQ(row(before, arm("after", {facts_of(R"({"kernel": {"thp_enabled": "always"}})")}), "thp").role,
            ConditionRole::confounder);
}

TEST(Conditions, WhatTheBeforeReportAskedForIsTheTreatment) {
  const Arm before = arm("before", {facts_of()}, findings_of(R"([{"rule": "gov-not-performance", "result": "fail"}])"));
  const Json done = findings_of(R"([{"rule": "gov-not-performance", "result": "pass"}])");
  const Condition recognised = row(before, arm("after", {facts_of(kOtherGovernor)}, done), "governor");
  EXPECT_EQ(recognised.role, ConditionRole::treatment);
  EXPECT_THAT(recognised.recognised_by, testing::ElementsAre("gov-not-performance"));
  const Json unseen = findings_of(R"([{"rule": "gov-not-performance", "result": "not_assessed"}])");
  EXPECT_EQ(row(before, arm("after", {facts_of(kOtherGovernor)}, unseen), "governor").role, ConditionRole::confounder)
      << "not assessed is not done";
}

TEST(Conditions, WhatIsNotKnownIsUnknownAndSaysWhy) {
  Json blind = facts_of();
  blind["kernel"].erase("numa_balancing");
  blind["missing"]["/kernel/numa_balancing"] = {{"reason", "permission"}, {"collector", "kernel"}, {"hint", ""}};
  const Condition unknown =
      row(arm("before", {facts_of()}), arm("after", {blind}), "numa_balancing", {"numa_balancing"});
  EXPECT_EQ(unknown.state, ConditionState::unknown);
  EXPECT_EQ(unknown.role, ConditionRole::unknown) << "expected or not";
  EXPECT_EQ(unknown.missing, "/kernel/numa_balancing");
  EXPECT_EQ(unknown.reason, "permission");
  EXPECT_TRUE(unknown.before);
}

TEST(Conditions, AnArmThatDiffersInItselfIsNobodysTreatment) {
  const Arm before = arm("before", {facts_of(), facts_of(kOtherGovernor)});
  const Condition mixed = row(before, arm("after", {facts_of(kOtherGovernor)}), "governor", {"governor"});
  EXPECT_TRUE(mixed.varies_within_arm);
  EXPECT_EQ(mixed.role, ConditionRole::confounder);
}

TEST(Conditions, ATenthOfAPerCentOfMemoryIsTheSameMemory) {
  const auto with = [](std::int64_t bytes) {
    return arm("after", {facts_of(R"({"kernel": {"memory_total_bytes": )" + std::to_string(bytes) + "}}")});
  };
  EXPECT_EQ(row(arm("before", {facts_of()}), with(1'001'000'000'000), "memory").state, ConditionState::same);
  EXPECT_EQ(row(arm("before", {facts_of()}), with(1'100'000'000'000), "memory").state, ConditionState::differs);
}

TEST(Conditions, TheLadderEndsAtTheFirstRungThatIsNotClimbed) {
  const auto score = [](const std::string& more, const std::set<std::string>& expected = {}) {
    return ladder_score(
        compare_conditions(spec(), arm("before", {facts_of()}), arm("after", {facts_of(more)}), expected));
  };
  EXPECT_EQ(score(R"({"kernel": {"release": "6.2"}})"), 0);
  EXPECT_EQ(score("{}"), 2) << "isolation is not known here: the third rung";
  const std::string isolated = R"({"topology": {"cpus_isolated": "", "cpus_nohz_full": ""}})";
  const auto both = [&](const std::string& more, const std::set<std::string>& expected) {
    return ladder_score(compare_conditions(spec(), arm("before", {facts_of(isolated)}),
                                           arm("after", {[&] {
                                                 Json facts = facts_of(isolated);
                                                 facts.merge_patch(parse_json(more, "more").value());
                                                 return facts;
                                               }()}),
                                           expected));
  };
  EXPECT_EQ(both("{}", {}), 6) << "no workers: the seventh is not known";
  EXPECT_EQ(both(kOtherGovernor, {}), 3);
  EXPECT_EQ(both(kOtherGovernor, {"governor"}), 6);
}

TEST(Conditions, ThoseThatCanMoveTheNumberMostComeFirst) {
  const Json other = facts_of(
      R"({"node": {"os_name": "Ubuntu"}, "frequency": {"governors": ["performance"]}, "kernel": {"thp_enabled": "never"}})");
  const auto rows = compare_conditions(spec(), arm("before", {facts_of()}), arm("after", {other}), {});
  ASSERT_GE(rows.size(), 3U);
  EXPECT_EQ(rows[0].spec->key, "governor");
  EXPECT_EQ(rows[1].spec->key, "thp");
  EXPECT_EQ(rows[2].spec->key, "operating_system");
}

TEST(Conditions, AKeyThatIsNoneIsNamed) {
  EXPECT_THAT(unknown_keys(spec(), {"governor", "goveror"}), testing::ElementsAre("goveror"));
}

TEST(FindingsOverTime, EachChangeHasItsWord) {
  const Json before = findings_of(
      R"([{"rule": "a", "result": "fail", "severity": "high"}, {"rule": "b", "result": "fail", "severity": "low"},
      {"rule": "c", "result": "fail", "severity": "high"}, {"rule": "d", "result": "fail", "severity": "low"}, {"rule": "e", "result": "fail", "severity": "low"},
      {"rule": "f", "result": "pass"}, {"rule": "g", "result": "pass"}, {"rule": "h", "result": "not_assessed"}, {"rule": "i", "subject_key": "x", "result": "fail", "severity": "low"}])");
  const Json after =
      findings_of(R"([{"rule": "a", "result": "pass"}, {"rule": "b", "result": "fail", "severity": "high"},
      {"rule": "c", "result": "fail", "severity": "medium"}, {"rule": "d", "result": "fail", "severity": "low"}, {"rule": "e", "result": "not_assessed"},
      {"rule": "f", "result": "not_assessed"}, {"rule": "g", "result": "pass"}, {"rule": "h", "result": "fail", "severity": "low"}])");
  std::vector<std::string> told;
  for (const ComparedFinding& row : compare_findings(before, after)) told.push_back(row.rule + " " + row.change);
  EXPECT_THAT(told, testing::ElementsAre("a fixed", "b worse", "c better", "d unchanged", "e lost_sight",
                                         "f lost_sight", "h new", "i lost_sight"));
}

Json with_runs(Json facts, const std::string& when, std::vector<double> p95) {
  facts["node"]["collected_from"] = when;
  facts["node"]["collected_to"] = when;
  facts["benchmarks"] = Json::array();
  for (const double value : p95) {
    facts["benchmarks"].push_back({{"tool", "ihc bench"},
                                   {"definition", "ihc-bench-1"},
                                   {"conditions",
                                    {{"load", {{"loop", "open"}, {"rate_rps", 10.0}}},
                                     {"work", {{"output_tokens", 5000}}},
                                     {"server", {{"model", "m"}}}}},
                                   {"outcomes", {{"ok", 100}, {"failed", 0}}},
                                   {"metrics",
                                    {{"ttft_ms", {{"n", 100}, {"p50", value / 2}, {"p95", value}}},
                                     {"request_throughput_rps", {{"mean", 9.9}}}}}});
  }
  return facts;
}

TEST(ComparisonOfArms, TurnsAreSeenAndTheClaimNeedsItsConditions) {
  const Arm before = arm("before", {with_runs(facts_of(), "2026-01-01T00:00:00Z", {100, 101, 99}),
                                    with_runs(facts_of(), "2026-01-01T03:00:00Z", {100, 102, 98})});
  const Arm after = arm("after", {with_runs(facts_of(), "2026-01-01T01:00:00Z", {80, 81, 79}),
                                  with_runs(facts_of(), "2026-01-01T02:00:00Z", {80, 82, 78})});
  const Comparison comparison = build_comparison(spec(), before, after, {});
  EXPECT_EQ(comparison.order.sequence, "ABBA");
  EXPECT_TRUE(comparison.order.in_turns);
  EXPECT_EQ(comparison.before.runs, 6);
  EXPECT_NEAR(*comparison.before.achieved_share, 0.99, 1e-9);
  EXPECT_EQ(comparison.before.output_tokens_per_request, 50);
  ASSERT_TRUE(comparison.claim);
  EXPECT_EQ(comparison.claim->metric, "ttft_ms");
  EXPECT_THAT(comparison.claim->missing, testing::Contains("gpus")) << "so no claim is printed";
  const auto p95 = std::find_if(comparison.metrics.begin(), comparison.metrics.end(),
                                [](const ComparedMetric& row) { return row.statistic == "p95"; });
  EXPECT_EQ(p95->verdict, "improved");
  EXPECT_NEAR(*p95->change_pct, -20, 1e-9);
  EXPECT_EQ(facts_to_json(comparison).dump(), facts_to_json(build_comparison(spec(), before, after, {})).dump());
}

TEST(ComparisonOfArms, OneAfterTheOtherIsNoTurns) {
  const Arm before = arm("before", {with_runs(facts_of(), "2026-01-01T00:00:00Z", {100}),
                                    with_runs(facts_of(), "2026-01-01T01:00:00Z", {100})});
  const Arm after = arm("after", {with_runs(facts_of(), "2026-01-02T00:00:00Z", {100})});
  EXPECT_EQ(build_comparison(spec(), before, after, {}).order.sequence, "AAB");
  EXPECT_FALSE(build_comparison(spec(), before, after, {}).order.in_turns);
}

// One bundle an entry, an hour apart: the arm by its letter, its level.
Comparison in_order(const std::vector<std::pair<char, double>>& taken) {
  Arm before{.label = "before"};
  Arm after{.label = "after"};
  for (std::size_t at = 0; at < taken.size(); ++at) {
    const std::string when = "2026-01-01T" + std::string(at < 10 ? "0" : "") + std::to_string(at) + ":00:00Z";
    (taken[at].first == 'A' ? before : after)
        .bundles.push_back({.name = when, .facts = with_runs(facts_of(), when, {taken[at].second})});
  }
  return build_comparison(spec(), before, after, {});
}

TEST(ComparisonOfArms, DriftIsThatWithinTheArms) {
  const auto step = [](char arm, int place) {
    const double noise = place % 2 == 0 ? 1.001 : 0.999;
    return std::pair(arm, (arm == 'A' ? 100 : 50) * std::pow(1.02, place) * noise);
  };
  for (const std::string sequence : {"AAABBB", "ABBAAB", "AAAAAB"}) {
    std::vector<std::pair<char, double>> taken;
    for (std::size_t at = 0; at < sequence.size(); ++at) taken.push_back(step(sequence[at], static_cast<int>(at)));
    const auto order = in_order(taken).order;
    EXPECT_EQ(order.sequence, sequence);
    ASSERT_TRUE(order.drift_pct_per_run) << sequence;
    EXPECT_NEAR(*order.drift_pct_per_run, 2, 0.2) << sequence << ": the arms' own levels are no drift";
    EXPECT_GT(*order.drift_lower_pct, 0) << sequence;
    EXPECT_LT(*order.drift_upper_pct, 4) << sequence;
  }
}

TEST(ComparisonOfArms, FourBundlesHaveAWideIntervalAndThreeHaveNone) {
  const auto four = in_order({{'A', 100}, {'B', 83}, {'B', 80}, {'A', 104}}).order;
  ASSERT_TRUE(four.drift_lower_pct);
  EXPECT_GT(*four.drift_upper_pct - *four.drift_lower_pct, 20) << "one degree of freedom";
  EXPECT_FALSE(in_order({{'A', 100}, {'B', 83}, {'A', 104}}).order.drift_lower_pct);
  EXPECT_FALSE(in_order({{'A', 100}, {'B', 83}}).order.drift_pct_per_run);
}

TEST(ComparisonOfArms, AnOrderThatIsNotKnownIsNoOrder) {
  Json undated = with_runs(facts_of(), "", {100});
  undated["node"].erase("collected_from");
  const Arm before = arm("before", {with_runs(facts_of(), "2026-01-01T00:00:00Z", {100}), undated});
  const Arm after = arm("after", {with_runs(facts_of(), "2026-01-01T01:00:00Z", {100})});
  const auto order = build_comparison(spec(), before, after, {}).order;
  EXPECT_EQ(order.sequence, "");
  EXPECT_FALSE(order.in_turns);
  EXPECT_FALSE(order.drift_pct_per_run);
  EXPECT_TRUE(labels_in_order({before, after}).empty());
  EXPECT_THAT(labels_in_order({after, arm("first", {with_runs(facts_of(), "2026-01-01T00:30:00Z", {1})})}),
              testing::ElementsAre("first", "after"));
}

TEST(ComparisonOfArms, AFactsFileOfAnotherShapeIsNoCrash) {
  const Json strange =
      parse_json(R"({"benchmarks": [1, {"metrics": []}, {"metrics": {"ttft_ms": 3}}], "node": 7, "missing": []})",
                 "strange")
          .value();
  const Comparison comparison = build_comparison(spec(), arm("before", {strange}), arm("after", {strange}), {});
  EXPECT_TRUE(comparison.metrics.empty());
  EXPECT_FALSE(comparison.claim);
  EXPECT_EQ(comparison.ladder.score, 0);
  EXPECT_TRUE(build_comparison(spec(), {}, {}, {}).conditions.size() > 10);
}

}  // namespace
}  // namespace ihc::compare
