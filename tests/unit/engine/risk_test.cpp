// The risk model: the worked example, and what must hold whatever the findings are.
#include "engine/risk.h"

#include <random>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "engine/pack_reader.h"

namespace ihc {
namespace {

// The shipped table: these are the numbers that clients see.
const RiskTable& table() {
  static const RiskTable loaded = [] {
    const auto bytes = read_file(std::string(IHC_SOURCE_DIR) + "/rules/risk.yaml", limits::kMaxYamlBytes);
    RiskTable read;
    std::vector<Diagnostic> diagnostics;
    read_risk_table({"risk.yaml", "risk.yaml", bytes.value_or("")}, read, diagnostics);
    EXPECT_TRUE(diagnostics.empty());
    return read;
  }();
  return loaded;
}

Finding finding(const std::string& rule, FindingResult result, Severity severity, Confidence confidence,
                const std::string& group = "") {
  Finding made;
  made.rule = rule;
  made.domain = "domain";
  made.group = group.empty() ? rule : group;
  made.result = result;
  made.severity = made.severity_max = severity;
  made.confidence = made.confidence_max = confidence;
  if (result == FindingResult::not_assessed) made.reason = "file_absent";
  if (result == FindingResult::not_applicable) made.reason = "structural";
  return made;
}

Finding failed(const std::string& rule, Severity severity, Confidence confidence, const std::string& group = "") {
  return finding(rule, FindingResult::fail, severity, confidence, group);
}

std::vector<Finding> healthy() {
  std::vector<Finding> findings;
  for (const char* item : {"C1", "C2", "C3", "C4", "C5"}) {
    Finding made = finding(std::string("rule-") + item, FindingResult::pass, Severity::high, Confidence::confirmed);
    made.checklist = {item};
    made.tags = {"decision"};
    findings.push_back(made);
  }
  return findings;
}

TEST(Risk, AMissedObjectiveRaisesTheLevelByOneStep) {
  auto findings = healthy();
  EXPECT_EQ(assess_risk(findings, table()).node.level, RiskLevel::low);
  findings.push_back(failed("slo-missed", Severity::medium, Confidence::confirmed));
  const Risk missed = assess_risk(findings, table());
  EXPECT_EQ(missed.node.level, RiskLevel::medium);
  EXPECT_EQ(missed.node.level_reasons, (std::vector<std::string>{"slo_missed"}));
  findings.push_back(failed("b", Severity::high, Confidence::confirmed));
  EXPECT_EQ(assess_risk(findings, table()).node.level, RiskLevel::high) << "from medium";
  findings.push_back(failed("slo-missed", Severity::medium, Confidence::confirmed));
  EXPECT_EQ(assess_risk(findings, table()).node.level, RiskLevel::high);
}

TEST(Risk, AnObjectiveMissedOnlyPerhapsDoesNotRaiseIt) {
  auto findings = healthy();
  findings.push_back(failed("slo-missed", Severity::medium, Confidence::suspected));
  EXPECT_EQ(assess_risk(findings, table()).node.level, RiskLevel::low);
  findings.back() = finding("slo-missed", FindingResult::not_assessed, Severity::medium, Confidence::confirmed);
  const Risk open = assess_risk(findings, table());
  EXPECT_EQ(open.node.level, RiskLevel::medium) << "taking the benchmark away does not make it low";
  EXPECT_EQ(open.node.level_reasons.front(), "insufficient_evidence");
}

TEST(Risk, WorkedExample) {
  const std::vector<Finding> findings{
      failed("a", Severity::high, Confidence::confirmed),   failed("b", Severity::high, Confidence::probable),
      failed("c", Severity::medium, Confidence::confirmed), failed("d", Severity::medium, Confidence::confirmed),
      failed("e", Severity::medium, Confidence::probable),  failed("f", Severity::low, Confidence::confirmed),
      failed("g", Severity::low, Confidence::confirmed)};
  const Risk risk = assess_risk(findings, table());
  EXPECT_NEAR(risk.node.index, 64.5, 0.05);
  EXPECT_EQ(risk.node.index_upper, risk.node.index);
  EXPECT_EQ(risk.node.level, RiskLevel::high);
  EXPECT_EQ(risk.node.level_reasons, (std::vector<std::string>{"high_findings", "index"}));
  double product = 1;
  for (const RiskTerm& term : risk.node.terms) product *= 1 - term.weight * term.confidence_value * term.share;
  EXPECT_NEAR(100 * (1 - product), risk.node.index, 1e-9) << "the terms are the arithmetic";
}

TEST(Risk, OneRootCauseCountsOnce) {
  const std::vector<Finding> findings{failed("a", Severity::high, Confidence::probable, "g"),
                                      failed("b", Severity::high, Confidence::confirmed, "g")};
  const Risk risk = assess_risk(findings, table());
  ASSERT_EQ(risk.node.terms.size(), 2U);
  EXPECT_EQ(risk.node.terms[0].rule, "b");
  EXPECT_DOUBLE_EQ(risk.node.terms[0].counted, 0.35);
  EXPECT_DOUBLE_EQ(risk.node.terms[1].counted, 0.35 * 0.7 / 4);
  EXPECT_EQ(risk.node.level, RiskLevel::medium) << "two high findings of one cause are one reason";
}

TEST(Risk, Levels) {
  const auto level_with = [](Finding added) {
    std::vector<Finding> findings = healthy();
    findings.push_back(std::move(added));
    return assess_risk(findings, table()).node.level;
  };
  EXPECT_EQ(assess_risk(healthy(), table()).node.level, RiskLevel::low);
  EXPECT_EQ(level_with(failed("x", Severity::critical, Confidence::probable)), RiskLevel::high);
  EXPECT_EQ(level_with(failed("x", Severity::critical, Confidence::suspected)), RiskLevel::medium);
  EXPECT_EQ(level_with(failed("x", Severity::high, Confidence::suspected)), RiskLevel::medium);
  EXPECT_EQ(level_with(failed("x", Severity::medium, Confidence::confirmed)), RiskLevel::low);
  EXPECT_EQ(level_with(finding("x", FindingResult::not_applicable, Severity::high, Confidence::confirmed)),
            RiskLevel::low);
  EXPECT_EQ(level_with(finding("x", FindingResult::not_assessed, Severity::high, Confidence::confirmed)),
            RiskLevel::medium);
  EXPECT_EQ(level_with(finding("x", FindingResult::error, Severity::high, Confidence::confirmed)), RiskLevel::medium);
  EXPECT_EQ(assess_risk({}, table()).node.level, RiskLevel::medium) << "nothing looked at is nothing known";
  EXPECT_TRUE(assess_risk({}, table()).node.provisional);
}

TEST(Risk, CoverageCountsRulesByTheirWeightAndSubjectsByTheirShare) {
  std::vector<Finding> findings{finding("a", FindingResult::pass, Severity::critical, Confidence::confirmed),
                                finding("b", FindingResult::not_assessed, Severity::high, Confidence::confirmed),
                                finding("c", FindingResult::not_applicable, Severity::critical, Confidence::confirmed),
                                finding("d", FindingResult::pass, Severity::info, Confidence::confirmed)};
  for (int i = 0; i < 4; ++i) {
    findings.push_back(
        finding("e", i == 0 ? FindingResult::fail : FindingResult::error, Severity::medium, Confidence::probable));
  }
  const Risk risk = assess_risk(findings, table());
  EXPECT_DOUBLE_EQ(risk.node.coverage_applicable, 8 + 4 + 2);
  EXPECT_DOUBLE_EQ(risk.node.coverage_assessed, 8 + 0.5);
  EXPECT_DOUBLE_EQ(risk.node.coverage_pct, 100 * 8.5 / 14);
}

TEST(Risk, ChecklistItems) {
  const auto item = [](std::vector<Finding> findings, const std::string& id) {
    for (Finding& one : findings) one.checklist = {id};
    const Risk risk = assess_risk(findings, table());
    for (const ChecklistItem& candidate : risk.checklist) {
      if (candidate.id == id) return std::string(to_string(candidate.state)) + " " + candidate.reason;
    }
    return std::string();
  };
  const Finding pass = finding("p", FindingResult::pass, Severity::high, Confidence::confirmed);
  const Finding fail = failed("f", Severity::low, Confidence::suspected);
  const Finding unknown = finding("u", FindingResult::not_assessed, Severity::high, Confidence::confirmed);
  const Finding outside = finding("o", FindingResult::not_applicable, Severity::high, Confidence::confirmed);
  EXPECT_EQ(item({pass, outside}, "C1"), "checked ");
  EXPECT_EQ(item({pass, unknown}, "C1"), "not_assessed file_absent");
  EXPECT_EQ(item({pass, unknown, fail}, "C1"), "unchecked ");
  EXPECT_EQ(item({outside}, "C1"), "not_assessed structural");
  EXPECT_EQ(item({}, "C4"), "not_assessed needs_load");
  EXPECT_EQ(item({pass}, "C3"), "not_assessed needs_before_after") << "a good governor is not yet a chosen one";
  Finding decided = pass;
  decided.tags = {"decision"};
  EXPECT_EQ(item({pass, decided}, "C3"), "checked ");
}

TEST(Risk, SaysWhatWouldMakeItLow) {
  std::vector<Finding> findings = healthy();
  findings[1].result = FindingResult::not_assessed;
  findings[1].reason = "permission";
  findings[1].missing = MissingEvidence{"/workers", "workers", "run as root"};
  findings.push_back(failed("x", Severity::high, Confidence::confirmed));
  std::string steps;
  for (const ToLow& step : assess_risk(findings, table()).to_low) {
    steps += step.action + " " + step.rule + " " + step.reason + " " + step.hint + "\n";
  }
  EXPECT_EQ(steps, "fix x  \ncollect rule-C2 permission run as root\nchecklist C2 permission \n");
  EXPECT_TRUE(assess_risk(healthy(), table()).to_low.empty());
}

std::vector<Finding> random_findings(std::mt19937& random) {
  std::vector<Finding> findings = healthy();
  const auto pick = [&random](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
  const int count = pick(12);
  for (int i = 0; i < count; ++i) {
    // Mostly passes, so that low levels occur.
    const int roll = pick(10);
    const auto result = roll < 6   ? FindingResult::pass
                        : roll < 8 ? FindingResult::fail
                        : roll < 9 ? FindingResult::not_assessed
                                   : FindingResult::not_applicable;
    Finding made = finding("rule-" + std::to_string(pick(8)), result, static_cast<Severity>(pick(5)),
                           static_cast<Confidence>(pick(3)), "group-" + std::to_string(pick(4)));
    made.subject_key = std::to_string(i);
    made.severity_max = static_cast<Severity>(std::max(static_cast<int>(made.severity), pick(5)));
    made.confidence_max = made.severity_max == made.severity
                              ? std::max(made.confidence, static_cast<Confidence>(pick(3)))
                              : Confidence::confirmed;
    findings.push_back(std::move(made));
  }
  return findings;
}

constexpr double kRounding = 1e-9;

TEST(Risk, AddingAFailureNeverLowersTheIndex) {
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::vector<Finding> findings = random_findings(random);
    const Risk before = assess_risk(findings, table());
    findings.push_back(failed("added", static_cast<Severity>(random() % 5), static_cast<Confidence>(random() % 3),
                              "group-" + std::to_string(random() % 5)));
    const Risk after = assess_risk(findings, table());
    EXPECT_GE(after.node.index, before.node.index - kRounding);
    EXPECT_GE(after.node.level, before.node.level);
    EXPECT_LE(after.node.index, after.node.index_upper);
  }
}

TEST(Risk, TakingEvidenceAwayNeverLowersTheUpperEndNorMakesTheLevelLow) {
  std::mt19937 random(2);
  int low_before = 0;
  for (int round = 0; round < 6000; ++round) {
    std::vector<Finding> findings = random_findings(random);
    const Risk before = assess_risk(findings, table());
    low_before += before.node.level == RiskLevel::low ? 1 : 0;
    Finding& lost = findings[random() % findings.size()];
    if (lost.result == FindingResult::not_applicable) continue;
    lost.result = FindingResult::not_assessed;
    lost.reason = "file_absent";
    const Risk after = assess_risk(findings, table());
    EXPECT_GE(after.node.index_upper, before.node.index_upper - kRounding);
    EXPECT_LE(after.node.coverage_pct, before.node.coverage_pct + kRounding);
    EXPECT_TRUE(before.node.level == RiskLevel::low || after.node.level != RiskLevel::low);
  }
  EXPECT_GT(low_before, 50) << "the property is empty unless some start low";
}

TEST(Risk, LosingTheListOfSubjectsNeverLowersTheUpperEnd) {
  for (int count = 1; count <= table().unknown_subjects; ++count) {
    std::vector<Finding> known;
    for (int i = 0; i < count; ++i) known.push_back(failed("each", Severity::high, Confidence::confirmed));
    Finding unknown = finding("each", FindingResult::not_assessed, Severity::high, Confidence::confirmed);
    unknown.subjects_unknown = true;
    EXPECT_GE(assess_risk({unknown}, table()).node.index_upper,
              assess_risk(known, table()).node.index_upper - kRounding);
  }
}

}  // namespace
}  // namespace ihc
