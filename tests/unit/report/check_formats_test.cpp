// Findings for other programs: each format read back by an independent reader, and what it must not claim.
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <pugixml.hpp>

#include "base/text.h"
#include "report/check/formats.h"
#include "tests/unit/report/handmade.h"

namespace ihc::report {
namespace {

const Words& words() { return shipped_templates().words; }

std::map<std::string, int> results_of(const Json& findings) {
  std::map<std::string, int> counts;
  for (const Json& finding : findings["findings"]) ++counts[finding["result"].get<std::string>()];
  return counts;
}

TEST(Sarif, EachResultHasItsKindAndOnlyFailuresHaveALevel) {
  const Json findings = two_socket().findings;
  const Json log = Json::parse(findings_sarif(findings, "node-7", words()));
  EXPECT_EQ(log["version"], "2.1.0");
  const Json& run = log["runs"][0];
  std::map<std::string, int> kinds;
  for (const Json& result : run["results"]) {
    const std::string kind = result["kind"];
    ++kinds[kind];
    EXPECT_EQ(result["level"] == "none", kind != "fail") << result.dump();
    EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<std::size_t>()]["id"], result["ruleId"]);
    EXPECT_FALSE(result["message"]["text"].get<std::string>().empty());
    EXPECT_FALSE(result["locations"].empty());
  }
  auto expected = results_of(findings);
  EXPECT_GT(expected["fail"], 0);
  EXPECT_EQ(kinds["fail"], expected["fail"]);
  EXPECT_EQ(kinds["open"], expected["not_assessed"]);
  EXPECT_EQ(kinds["notApplicable"], expected["not_applicable"]);
  EXPECT_EQ(kinds["pass"], expected["pass"]);
  const Json& invocation = run["invocations"][0];
  EXPECT_EQ(invocation["executionSuccessful"].get<bool>(), expected["error"] == 0);
  EXPECT_EQ(invocation["toolExecutionNotifications"].size(), static_cast<std::size_t>(expected["error"]));
}

TEST(Sarif, PathsOfEvidenceAreUris) {
  Json findings = Json::parse(R"({"findings": [{"rule": "r", "result": "fail", "severity": "high", "title": "t",
    "evidence": [{"fact": "/a", "value": 1, "files": [{"path": "root/sys/a b%c/ü"}]}]}]})");
  const Json log = Json::parse(findings_sarif(findings, "n", words()));
  EXPECT_EQ(log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "root/sys/a%20b%25c/%C3%BC");
}

TEST(Sarif, AWaivedFailureIsSuppressedNotGone) {
  const Json findings = Json::parse(R"({"findings": [{"rule": "r", "result": "fail", "severity": "medium", "title": "t",
    "waiver": {"reason": "planned", "owner": "ops", "expires": "2027-01-01"}}]})");
  const Json result = Json::parse(findings_sarif(findings, "n", words()))["runs"][0]["results"][0];
  EXPECT_EQ(result["kind"], "fail");
  EXPECT_EQ(result["level"], "warning");
  EXPECT_EQ(result["suppressions"][0]["justification"], "planned");
}

TEST(Junit, CountsAgreeAndWhatWasNotAssessedIsSkipped) {
  const Json findings = two_socket().findings;
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(findings_junit(findings, "node-7", words()).c_str()));
  const pugi::xml_node root = document.child("testsuites");
  unsigned tests = 0;
  unsigned failures = 0;
  unsigned skipped = 0;
  std::set<std::string> names;
  for (const pugi::xml_node suite : root.children("testsuite")) {
    for (const pugi::xml_node test : suite.children("testcase")) {
      ++tests;
      if (test.child("failure")) ++failures;
      if (test.child("skipped")) ++skipped;
      names.insert(std::string(test.attribute("classname").value()) + "|" + test.attribute("name").value());
    }
  }
  auto expected = results_of(findings);
  unsigned waived = 0;
  for (const Json& finding : findings["findings"]) {
    if (finding["result"] == "fail" && finding.contains("waiver") && finding["waiver"].is_object()) ++waived;
  }
  EXPECT_EQ(tests, findings["findings"].size());
  EXPECT_EQ(failures, static_cast<unsigned>(expected["fail"]) - waived);
  EXPECT_EQ(skipped, static_cast<unsigned>(expected["not_assessed"] + expected["not_applicable"]) + waived);
  EXPECT_EQ(root.attribute("tests").as_uint(), tests);
  EXPECT_EQ(root.attribute("failures").as_uint(), failures);
  EXPECT_EQ(root.attribute("skipped").as_uint(), skipped);
  EXPECT_EQ(names.size(), tests) << "two cases share a name";
}

TEST(Junit, ControlCharactersNeverReachTheFile) {
  const Json findings{{"findings", Json::array({{{"rule", "r"},
                                                 {"domain", "d"},
                                                 {"result", "fail"},
                                                 {"title", "bell \a and \x1b[31m"},
                                                 {"subject_key", "a\x01<b>&\"c"},
                                                 {"text", {{"engineer", "x\x02y"}}}}})}};
  const std::string text = findings_junit(findings, "n\x03", words());
  for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20U);
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string(text.c_str()));
}

TEST(Prometheus, EveryFamilyHasHelpAndEverySampleItsFamily) {
  const Json findings = two_socket().findings;
  std::string family;
  std::map<std::string, int> samples;
  const std::string text = findings_prometheus(findings, "node \"7\"\\", words());
  for (const std::string_view line : split_lines(text)) {
    if (line.starts_with("# HELP ")) {
      const auto name_and_help = split_key_value(line.substr(7), ' ');
      ASSERT_TRUE(name_and_help);
      EXPECT_NE(name_and_help->first, name_and_help->second) << "no help text for " << line;
    } else if (line.starts_with("# TYPE ")) {
      family = std::string(split_key_value(line.substr(7), ' ')->first);
    } else {
      EXPECT_TRUE(line.starts_with(family + "{node=\"node \\\"7\\\"\\\\\"")) << line;
      ++samples[family];
    }
  }
  EXPECT_EQ(samples["ihc_risk_level"], 3);
  EXPECT_EQ(samples["ihc_findings"], 5);
  EXPECT_EQ(samples["ihc_finding_failed"], results_of(findings)["fail"]);
}

TEST(Prometheus, WhatIsNotKnownHasNoSample) {
  const std::string text = findings_prometheus(Json::object(), "n", words());
  EXPECT_EQ(text.find("ihc_risk_index{"), std::string::npos);
  EXPECT_EQ(text.find("ihc_coverage_ratio{"), std::string::npos);
}

TEST(RiskArithmetic, TheProductGivesTheIndex) {
  const Json findings =
      Json::parse(R"({"risk": {"level": "medium", "index": 29.1, "index_upper": 29.1, "coverage_pct": 50,
    "coverage_assessed": 1, "coverage_applicable": 2, "level_reasons": ["index"],
    "terms": [
      {"rule": "a", "group": "g", "severity": "high", "confidence": "probable", "weight": 0.35, "confidence_value": 0.7,
       "share": 1, "counted": 0.245},
      {"rule": "b", "group": "g", "severity": "high", "confidence": "probable", "weight": 0.35, "confidence_value": 0.7,
       "share": 0.25, "counted": 0.06125, "subject_key": "w"}],
    "upper_terms": []}})");
  const std::string text = risk_arithmetic(findings, words());
  EXPECT_NE(text.find("0.35 × 0.7 × 0.25 = 0.0612  b on w"), std::string::npos) << text;
  // 1 − 0.755 × 0.93875 = 0.29124…
  EXPECT_NE(text.find("100 × (1 − 0.7088) = 29.1"), std::string::npos) << text;
}

}  // namespace
}  // namespace ihc::report
