// What people state: read with every mistake reported, and waivers laid over failures without changing them.
#include "engine/statements.h"

#include <gtest/gtest.h>

#include "facts/described/document.h"

namespace ihc {
namespace {

RulePack pack_of(const std::vector<std::string>& ids) {
  RulePack pack;
  for (const std::string& id : ids) {
    Rule rule;
    rule.id = id;
    pack.rules.push_back(std::move(rule));
  }
  return pack;
}

std::string codes(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    text += diagnostic.code + ":" + std::to_string(diagnostic.line) + " ";
  }
  return text;
}

Resource file(const std::string& text) { return {"f.yaml", "f.yaml", text}; }

TEST(Engagement, WhatIsStatedIsReadAndTheRestIsAbsent) {
  std::vector<Diagnostic> diagnostics;
  const Engagement engagement = read_engagement(
      file("engagement: {client: Example AG, slo: {ttft_ms_p95: 500}, prices: {gpu_hour: 2.5}, currency: EUR}\n"
           "decisions:\n  - {item: C3, statement: \"measured\", who: J. Doe, date: 2026-10-30}\n"),
      diagnostics);
  EXPECT_EQ(codes(diagnostics), "");
  EXPECT_EQ(
      to_compact_text(facts_to_json(engagement)),
      R"({"attestations":[],"client":"Example AG","currency":"EUR","decisions":[{"date":"2026-10-30","item":"C3",)"
      R"("statement":"measured","who":"J. Doe"}],"prices":{"gpu_hour":2.5},"slo":{"ttft_ms_p95":500.0}})");
}

TEST(Engagement, MistakesAreNamedWhereTheyStand) {
  struct Row {
    const char* text;
    const char* codes;
  };
  for (const Row& row :
       {Row{"", "yaml-empty:1 "}, Row{"decisions: []\n", "missing-key:1 "},
        Row{"engagement: {slo: {ttft: fast}}\n", "wrong-kind:1 "}, Row{"engagement: {cleint: x}\n", "unknown-key:1 "},
        Row{"engagement: {}\ndecisions:\n  - {item: C3, statement: s, who: w, date: 30.10.2026}\n", "bad-date:3 "},
        Row{"engagement: {}\ndecisions:\n  - {item: C3, who: w, date: 2026-10-30}\n", "missing-key:3 "}}) {
    std::vector<Diagnostic> diagnostics;
    read_engagement(file(row.text), diagnostics);
    EXPECT_EQ(codes(diagnostics), row.codes) << row.text;
  }
}

constexpr const char* kWaivers = R"(waivers:
  - {rule: slow-clock, subject: node, reason: lab, owner: ops, expires: 2026-05-31}
  - {rule: unpinned, subject: "*", reason: planned, owner: ops, expires: 2027-01-01}
)";

std::vector<StatedWaiver> waivers_on(const std::string& as_of) {
  std::vector<Diagnostic> diagnostics;
  auto waivers = read_waivers(file(kWaivers), pack_of({"slow-clock", "unpinned"}), as_of, diagnostics);
  EXPECT_EQ(codes(diagnostics), "");
  return waivers;
}

TEST(Waivers, TheLastDayStillHolds) {
  EXPECT_FALSE(waivers_on("2026-05-31T23:59:00Z").front().expired);
  EXPECT_TRUE(waivers_on("2026-06-01").front().expired);
}

TEST(Waivers, AMistypedRuleIsRefused) {
  std::vector<Diagnostic> diagnostics;
  read_waivers(file(kWaivers), pack_of({"slow-clocks", "unpinned"}), "2026-01-01", diagnostics);
  EXPECT_EQ(codes(diagnostics), "unknown-rule:2 ");
  EXPECT_EQ(diagnostics.front().hint, "did you mean \"slow-clocks\"?");
}

Finding finding_of(const std::string& rule, const std::string& subject, FindingResult result) {
  Finding finding;
  finding.rule = rule;
  finding.subject_key = subject;
  finding.result = result;
  finding.severity = Severity::high;
  return finding;
}

TEST(Waivers, LieOverTheFailuresTheyNameAndOverNothingElse) {
  std::vector<Finding> findings{
      finding_of("slow-clock", "", FindingResult::fail), finding_of("slow-clock", "w", FindingResult::fail),
      finding_of("unpinned", "w", FindingResult::fail), finding_of("unpinned", "v", FindingResult::pass),
      finding_of("other", "", FindingResult::fail)};
  apply_waivers(waivers_on("2026-01-01"), findings);
  std::string waived;
  for (const Finding& finding : findings) waived += finding.waiver ? 'w' : '-';
  EXPECT_EQ(waived, "w-w--");
  EXPECT_EQ(findings.front().result, FindingResult::fail);
  EXPECT_EQ(findings.front().severity, Severity::high);
}

TEST(Waivers, AnExpiredOneLiesOverNothing) {
  std::vector<Finding> findings{finding_of("slow-clock", "", FindingResult::fail)};
  apply_waivers(waivers_on("2026-07-01"), findings);
  EXPECT_FALSE(findings.front().waiver);
}

}  // namespace
}  // namespace ihc
