// How a rule came to its answer: the parts of its expressions with their values, in the order of the findings.
#include "engine/explain.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "engine/evaluate.h"

namespace ihc {
namespace {

constexpr const char* kPack = R"(pack: {name: kernel, version: "1", domain: kernel}
rules:
  - id: swappy
    version: 1
    title: Too eager to swap
    checklist: [CH]
    params: {limit: {default: 10, unit: value, about: "T:def."}}
    applies_when: facts.kernel.swap_total_bytes > 0
    let: {eager: facts.kernel.swappiness > params.limit}
    levels: [{when: "eager && size(facts.workers.filter(w, w.swap_bytes > 0)) > 1", severity: low, confidence: probable}]
    words: {engineer: "swappiness is {{facts.kernel.swappiness}}", business: "It swaps."}
    recommendation: {do: "lower it", verify: "sysctl", undo: "raise it", effort: minutes}
    impact: {provenance: qualitative, text: "Fewer stalls."}
    references: [{title: "kernel documentation", url: "https://docs.kernel.org/"}]
  - id: each-worker
    version: 1
    title: A worker swapped
    checklist: [CH]
    for_each: {in: facts.workers, as: worker, key: worker.key}
    fails_when: worker.swap_bytes > 0
    severity: high
    confidence: confirmed
    words: {engineer: "{{worker.key}} swapped", business: "It swapped."}
    recommendation: {do: "add memory", verify: "VmSwap", undo: "none", effort: minutes}
    impact: {provenance: qualitative, text: "Fewer stalls."}
    references: [{title: "kernel documentation", url: "https://docs.kernel.org/"}]
)";

RulePack pack() {
  const auto risk = read_file(std::string(IHC_SOURCE_DIR) + "/rules/risk.yaml", limits::kMaxYamlBytes);
  LoadedPack loaded =
      load_rule_pack({{"packs/p.yaml", "p.yaml", kPack}, {"risk.yaml", "risk.yaml", risk.value_or("")}});
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << to_text(diagnostic);
  return loaded.pack;
}

Json facts() {
  return Json::parse(R"({"kernel": {"swap_total_bytes": 4096, "swappiness": 60},
    "workers": [{"key": "b", "swap_bytes": 0}, {"key": "a", "swap_bytes": 8}]})");
}

std::string shown(const ExplainedSubject& subject) {
  std::string text = subject.finding.subject_key + ": " + std::string(to_string(subject.finding.result)) + "\n";
  for (const ExplainedExpression& expression : subject.expressions) {
    text += expression.role + "\n";
    for (const ExplainedPart& part : expression.parts) {
      text += std::string(2 * part.depth + 2, ' ') + part.source + " -> " +
              (part.error.empty() ? part.value.dump() : "no value") + "\n";
    }
  }
  return text;
}

std::string explained(const std::string& id, const Json& facts) {
  const RulePack rules = pack();
  const Rule* rule = rules.find(id);
  if (rule == nullptr) return "no rule";
  std::string text;
  for (const ExplainedSubject& subject : explain(*rule, facts)) text += shown(subject);
  return text;
}

TEST(Explain, EveryPartHasItsValue) {
  EXPECT_EQ(explained("swappy", facts()), R"(: pass
applies_when
  facts.kernel.swap_total_bytes > 0 -> true
    facts.kernel.swap_total_bytes -> 4096
let eager
  facts.kernel.swappiness > params.limit -> true
    facts.kernel.swappiness -> 60
    params.limit -> 10
fails, low and probable
  eager && size(facts.workers.filter(w, w.swap_bytes > 0)) > 1 -> false
    eager -> true
    size(facts.workers.filter(w, w.swap_bytes > 0)) > 1 -> false
      size(facts.workers.filter(w, w.swap_bytes > 0)) -> 1
        facts.workers.filter(w, w.swap_bytes > 0) -> [{"key":"a","swap_bytes":8}]
          facts.workers -> [{"key":"b","swap_bytes":0},{"key":"a","swap_bytes":8}]
)");
}

TEST(Explain, WhatIsMissingHasNoValue) {
  const std::string text = explained("swappy", Json::parse(R"({"kernel": {"swap_total_bytes": 1},
    "workers": [{"key": "a", "swap_bytes": 8}, {"key": "b", "swap_bytes": 8}]})"));
  EXPECT_NE(text.find(": not_assessed\n"), std::string::npos) << text;
  EXPECT_NE(text.find("    facts.kernel.swappiness -> no value\n"), std::string::npos) << text;
}

TEST(Explain, SubjectsStandInTheOrderOfTheFindings) {
  EXPECT_EQ(explained("each-worker", facts()), R"(a: fail
fails, high and confirmed
  worker.swap_bytes > 0 -> true
    worker.swap_bytes -> 8
b: pass
fails, high and confirmed
  worker.swap_bytes > 0 -> false
    worker.swap_bytes -> 0
)");
}

TEST(Explain, WithoutSubjectsTheRangeIsShown) {
  EXPECT_EQ(explained("each-worker", Json::parse(R"({"workers": []})")), R"(: not_applicable
for_each
  facts.workers -> []
)");
}

}  // namespace
}  // namespace ihc
