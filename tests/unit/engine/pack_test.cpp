// Rule packs: what is read, what is refused, and where the caret stands.
#include "engine/pack.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "engine/pack_reader.h"
#include "engine/rule_tests.h"
#include "engine/words.h"

namespace ihc {
namespace {

constexpr const char* kRiskTable = R"(risk:
  version: "t"
  severity_weights: {critical: 0.75, high: 0.35, medium: 0.10, low: 0.02, info: 0}
  confidence_values: {confirmed: 1.0, probable: 0.7, suspected: 0.4}
  coverage_weights: {critical: 8, high: 4, medium: 2, low: 1, info: 0}
  group_repeat_share: 0.25
  high_index: 60
  decisive_confidence: 0.7
  high_groups: 2
  medium_index: 25
  low_coverage_pct: 80
  provisional_coverage_pct: 60
  unknown_subjects: 32
  checklist: [{item: C1, otherwise: file_absent}]
)";

constexpr const char* kRule = R"(pack: {name: kernel, version: "1", domain: kernel}
rules:
  - id: zone-reclaim
    version: 1
    title: The node reclaims before it borrows
    params: {allowed: {default: 0, unit: mode, about: "T:def."}}
    let:
      mode: facts.kernel.zone_reclaim_mode
    fails_when: mode != params.allowed
    severity: medium
    confidence: confirmed
    words: {engineer: "vm.zone_reclaim_mode is {{mode}} (`=0` is off), p95 and N+1 are names.", business: "It stops to clean."}
    recommendation: {do: "`sysctl -w vm.zone_reclaim_mode=0`", verify: read it, undo: "set {{mode}}", effort: minutes}
    impact: {provenance: qualitative, text: "Fewer stalls at p99."}
)";

std::vector<Resource> resources(const std::string& pack, const std::string& profile = "") {
  std::vector<Resource> list{{"packs/kernel.yaml", "kernel.yaml", pack}};
  if (!profile.empty()) list.push_back({"params/lab.yaml", "lab.yaml", profile});
  list.push_back({"risk.yaml", "risk.yaml", kRiskTable});
  return list;
}

std::string lint(const std::string& pack, const std::string& profile = "") {
  std::string text;
  for (const Diagnostic& diagnostic : load_rule_pack(resources(pack, profile)).diagnostics) text += to_text(diagnostic);
  return text;
}

std::string with(std::string text, const std::string& old_part, const std::string& new_part) {
  const std::size_t at = text.find(old_part);
  EXPECT_NE(at, std::string::npos) << old_part;
  return at == std::string::npos ? text : text.replace(at, old_part.size(), new_part);
}

TEST(Pack, ReadsARule) {
  const LoadedPack loaded = load_rule_pack(resources(kRule));
  ASSERT_EQ(lint(kRule), "");
  ASSERT_EQ(loaded.pack.rules.size(), 1U);
  const Rule& rule = loaded.pack.rules.front();
  EXPECT_EQ(rule.id, "zone-reclaim");
  EXPECT_EQ(rule.domain, "kernel");
  EXPECT_EQ(rule.group, "zone-reclaim");
  EXPECT_EQ(rule.levels.size(), 1U);
  EXPECT_EQ(rule.severity_max(), Severity::medium);
  EXPECT_EQ(loaded.pack.risk.checklist.size(), 1U);
}

TEST(Pack, DiagnosticsHaveACaretAndASuggestion) {
  EXPECT_EQ(lint(with(kRule, "zone_reclaim_mode\n", "zone_reclame_mode\n")),
            "kernel.yaml:8:26: error: no fact \"zone_reclame_mode\" in kernel [unknown-fact]\n"
            "        mode: facts.kernel.zone_reclame_mode\n"
            "                           ^~~~~~~~~~~~~~~~~\n"
            "  hint: did you mean zone_reclaim_mode?\n");
  EXPECT_EQ(lint(with(kRule, "fails_when: mode !=", "fails_when: mode = ")),
            "kernel.yaml:9:22: error: '=' is no operator [expression-syntax]\n"
            "      fails_when: mode =  params.allowed\n"
            "                       ^\n"
            "  hint: write == to compare\n");
  EXPECT_EQ(lint(with(kRule, "    title:", "    titel:")),
            "kernel.yaml:3:5: error: a rule needs `title` [missing-key]\n"
            "    - id: zone-reclaim\n"
            "      ^\n"
            "kernel.yaml:5:5: error: a rule has no key \"titel\" [unknown-key]\n"
            "      titel: The node reclaims before it borrows\n"
            "      ^~~~~\n"
            "  hint: did you mean \"title\"?\n");
}

struct Refusal {
  const char* old_part;
  const char* new_part;
  const char* code;
};

TEST(Pack, Refuses) {
  const Refusal cases[] = {
      {"mode != params.allowed", "sise(mode) != 1", "unknown-function"},
      {"mode != params.allowed", "mod != 1", "unknown-name"},
      {"mode != params.allowed", "mode != params.alowed", "unknown-name"},
      {"mode != params.allowed", "mode + 1", "wrong-type"},
      {"mode != params.allowed", "mode == 'a'", "wrong-type"},
      {"mode != params.allowed", "mode * 1.5 > 2.0", "wrong-type"},
      {"mode != params.allowed", "cpus_count(mode) > 1", "wrong-type"},
      {"severity: medium", "severity: mediun", "unknown-word"},
      {"    severity: medium\n", "", "missing-key"},
      {"{{mode}} (", "{{moode}} (", "unknown-name"},
      {"{{mode}} (", "{{mode (", "bad-tag"},
      {"{{mode}} (", "{{#mode}} (", "bad-tag"},
      {"{{mode}} (", "{{facts.kernel}} (", "bad-tag"},
      {"It stops to clean.", "It stops 3 times.", "literal-number"},
      {"is {{mode}}", "is 1", "literal-number"},
      {"Fewer stalls at p99.", "10 % fewer stalls.", "impact-number"},
      {"provenance: qualitative", "provenance: published", "impact-source"},
      {"version: 1", "version: one", "wrong-kind"},
      {"      mode: facts", "      facts: facts", "bad-name"},
      {"    severity: medium", "    severity: medium\n    severity: low", "duplicate-key"},
      {"version: \"1\"", "version: &v \"1\"", "yaml-alias"},
      {"version: \"1\"", "version: *v", "yaml-syntax"},
      {"pack: {", "pack: {{", "yaml-syntax"},
  };
  for (const Refusal& row : cases) {
    const LoadedPack loaded = load_rule_pack(resources(with(kRule, row.old_part, row.new_part)));
    ASSERT_FALSE(loaded.diagnostics.empty()) << row.new_part;
    EXPECT_EQ(loaded.diagnostics.front().code, row.code) << row.new_part << "\n" << to_text(loaded.diagnostics.front());
  }
}

TEST(Pack, RefusesWhatIsNoPack) {
  EXPECT_NE(lint(""), "");
  EXPECT_NE(lint("rules: 3"), "");
  EXPECT_NE(lint("[]"), "");
  EXPECT_NE(lint(std::string(kRule) + "\n---\nb: 2\n"), "");
  EXPECT_NE(lint(std::string(limits::kMaxYamlBytes + 1, ' ')).find("[yaml-size]"), std::string::npos);
  EXPECT_EQ(lint(std::string(limits::kMaxYamlBytes, ' ')).find("[yaml-size]"), std::string::npos);
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  EXPECT_EQ(lint(nested(limits::kMaxYamlDepth)).find("[yaml-depth]"), std::string::npos);
  EXPECT_NE(lint(nested(limits::kMaxYamlDepth + 1)).find("[yaml-depth]"), std::string::npos);
  EXPECT_NE(lint("pack: \xff\n").find("not UTF-8"), std::string::npos);
  const std::string two_of_a_name = std::string(kRule) + std::string(kRule).substr(std::string(kRule).find("  - id"));
  EXPECT_NE(lint(two_of_a_name).find("[duplicate-rule]"), std::string::npos);
}

TEST(Pack, ProfilesOverrideParamsAndTurnRulesOff) {
  const std::string profile =
      "profile: {name: lab}\nparams:\n  zone-reclaim: {allowed: 1}\noff:\n  - {rule: zone-reclaim, reason: on "
      "purpose}\n";
  const LoadedPack chosen = load_rule_pack(resources(kRule, profile), "lab");
  EXPECT_TRUE(chosen.diagnostics.empty());
  EXPECT_EQ(chosen.pack.rules.front().params.front().value, Json(1));
  EXPECT_EQ(chosen.pack.off.size(), 1U);
  EXPECT_EQ(load_rule_pack(resources(kRule, profile)).pack.rules.front().params.front().value, Json(0));
  EXPECT_NE(lint(kRule, with(profile, "{allowed: 1}", "{alowed: 1}")).find("did you mean \"allowed\"?"),
            std::string::npos);
  EXPECT_NE(lint(kRule, with(profile, "  zone-reclaim: {", "  zone-reclam: {")).find("[unknown-rule]"),
            std::string::npos);
  EXPECT_NE(lint(kRule, with(profile, "{allowed: 1}", "{allowed: often}")).find("[wrong-kind]"), std::string::npos);
  EXPECT_EQ(load_rule_pack(resources(kRule), "none").diagnostics.front().code, "no-profile");
}

TEST(RuleTests, AskForThreeDirections) {
  const std::string tests = R"(rule: zone-reclaim
cases:
  - {name: off, facts: {kernel: {zone_reclaim_mode: 0}}, expect: {result: pass}}
  - {name: on, facts: {kernel: {zone_reclaim_mode: 1}}, expect: {result: fail, severity: medium}}
  - {name: unread, facts: {kernel: {}}, expect: {result: not_assessed, reason: file_absent}}
)";
  const auto report_of = [](const std::string& text) {
    std::vector<Resource> list = resources(kRule);
    list.push_back({"tests/zone-reclaim.yaml", "zone-reclaim.yaml", text});
    return run_rule_tests(load_rule_pack(list).pack, list);
  };
  EXPECT_TRUE(report_of(tests).passed());
  EXPECT_EQ(report_of(tests).outcomes.size(), 3U);
  EXPECT_FALSE(report_of(with(tests, "{result: pass}", "{result: fail}")).passed());
  EXPECT_EQ(report_of(with(tests, "{result: pass}", "{result: fail}")).outcomes.front().problem, "gives pass");
  EXPECT_EQ(report_of(tests.substr(0, tests.find("  - {name: unread"))).diagnostics.front().code, "untested-rule");
  EXPECT_EQ(report_of(with(tests, "zone_reclaim_mode: 0", "zone_reclaim: 0")).diagnostics.front().code, "unknown-fact");
  EXPECT_FALSE(report_of("rule: other\ncases: []\n").passed());
}

TEST(Words, FindNumbersThatAreWrittenOut) {
  const struct {
    const char* text;
    CodeSpans code_spans;
    std::size_t count;
  } cases[] = {{"p95, L3, N+1, x86_64, C1, cgroup2", CodeSpans::counted, 0},
               {"3 of 4", CodeSpans::counted, 2},
               {"1.5 times", CodeSpans::counted, 2},
               {"{{a1}} {{ b.c }} 7", CodeSpans::counted, 1},
               {"`x=0`", CodeSpans::skipped, 0},
               {"`x=0`", CodeSpans::counted, 1},
               {"-5 and 2nd", CodeSpans::counted, 2}};
  for (const auto& row : cases) EXPECT_EQ(literal_numbers(row.text, row.code_spans).size(), row.count) << row.text;
}

TEST(Words, AreFilled) {
  std::vector<std::string> gaps;
  const auto lookup = [](const std::string& name) -> std::optional<std::string> {
    return name == "a.b" ? std::optional<std::string>("<&>") : std::nullopt;
  };
  EXPECT_EQ(fill_words("x {{a.b}} {{ a.b }} {{c}} {{open", lookup, gaps), "x <&> <&> [c: not known] [: not known]");
  EXPECT_EQ(gaps, (std::vector<std::string>{"c", ""}));
}

}  // namespace
}  // namespace ihc
