#include "engine/rule_tests.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/evaluate.h"
#include "engine/pack_reader.h"
#include "facts/document.h"

namespace ihc {

namespace {

struct Expectation {
  FindingResult result = FindingResult::pass;
  std::string reason;
  std::string severity;
  std::string confidence;
  std::string subject_key;
};

// The worst comes first: what a reader would be shown of several subjects.
int rank_of(FindingResult result) {
  switch (result) {
    case FindingResult::error:
      return 0;
    case FindingResult::fail:
      return 1;
    case FindingResult::not_assessed:
      return 2;
    case FindingResult::pass:
      return 3;
    case FindingResult::not_applicable:
      return 4;
  }
  return 5;
}

const Finding* chosen(const std::vector<Finding>& findings, const std::string& subject_key) {
  const Finding* best = nullptr;
  for (const Finding& finding : findings) {
    if (!subject_key.empty() && finding.subject_key != subject_key) continue;
    const bool worse = best == nullptr || rank_of(finding.result) < rank_of(best->result) ||
                       (finding.result == best->result && finding.severity > best->severity);
    if (worse) best = &finding;
  }
  return best;
}

std::string describe(const Finding& finding) {
  std::string text(to_string(finding.result));
  if (finding.result == FindingResult::fail) {
    text += " " + std::string(to_string(finding.severity)) + " " + std::string(to_string(finding.confidence));
  }
  if (!finding.reason.empty()) text += " (" + finding.reason + ")";
  if (finding.missing && !finding.missing->fact.empty()) text += " missing " + finding.missing->fact;
  if (!finding.error.empty()) text += ": " + finding.error;
  return text;
}

std::string problem_of(const Finding& finding, const Expectation& expected) {
  const bool is_fail = finding.result == FindingResult::fail;
  const bool same = finding.result == expected.result &&
                    (expected.reason.empty() || expected.reason == finding.reason) &&
                    (expected.severity.empty() || (is_fail && expected.severity == to_string(finding.severity))) &&
                    (expected.confidence.empty() || (is_fail && expected.confidence == to_string(finding.confidence)));
  if (!same) return "gives " + describe(finding);
  if (!finding.text_gaps.empty()) return "the words have no value for {{" + finding.text_gaps.front() + "}}";
  return "";
}

// A fact that no collector can give would make a test prove nothing.
void report_unknown_facts(const YamlNode& node, const TypeInfo& type, const YamlSource& source,
                          std::vector<Diagnostic>& diagnostics) {
  if (type.kind == TypeInfo::Kind::list && node.kind == YamlNode::Kind::sequence) {
    for (const YamlNode& child : node.children) report_unknown_facts(child, *type.element, source, diagnostics);
  }
  if (node.kind != YamlNode::Kind::mapping) return;
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const YamlNode& key = node.children[i];
    if (type.kind == TypeInfo::Kind::map)
      report_unknown_facts(node.children[i + 1], *type.element, source, diagnostics);
    if (type.kind != TypeInfo::Kind::object) continue;
    if (type.name == "facts" && (key.text == "missing" || key.text == "sources")) continue;
    if (const TypeInfo::Member* member = type.member(key.text)) {
      report_unknown_facts(node.children[i + 1], *member->type, source, diagnostics);
      continue;
    }
    std::vector<std::string> names;
    for (const TypeInfo::Member& member : type.members) names.emplace_back(member.name);
    const std::string close = closest_word(key.text, names);
    diagnostics.push_back(source.error("unknown-fact", "no fact \"" + key.text + "\" in " + std::string(type.name), key,
                                       close.empty() ? "" : "did you mean \"" + close + "\"?"));
  }
}

class TestFile {
 public:
  TestFile(const Resource& resource, const RulePack& pack, RuleTestReport& report)
      : source_(resource.origin, resource.bytes), pack_(pack), report_(report) {}

  void run(std::map<std::string, std::set<FindingResult>>& seen) {
    YamlNode root;
    if (!source_.parse(root, report_.diagnostics)) return;
    MappingReader reader(source_, root, "a test file", report_.diagnostics);
    const std::string id = reader.required_text("rule");
    const YamlNode* cases = reader.sequence("cases");
    reader.finish();
    const Rule* rule = pack_.find(id);
    if (rule == nullptr) {
      return reader.error(root, "unknown-rule", "there is no rule \"" + id + "\"", "the file is named after its rule");
    }
    RulePack alone;
    alone.rules.push_back(*rule);
    if (cases == nullptr) return;
    for (const YamlNode& node : cases->children) run_case(node, alone, seen[id]);
  }

 private:
  void run_case(const YamlNode& node, const RulePack& alone, std::set<FindingResult>& seen) {
    const std::size_t before = report_.diagnostics.size();
    MappingReader reader(source_, node, "a case", report_.diagnostics);
    RuleTestOutcome outcome;
    outcome.rule = alone.rules.front().id;
    outcome.name = reader.required_text("name");
    const YamlNode* facts_node = reader.required("facts");
    const Expectation expected = expectation(reader);
    reader.finish();
    if (facts_node == nullptr) return;
    report_unknown_facts(*facts_node, type_of<Facts>(), source_, report_.diagnostics);
    if (report_.diagnostics.size() > before) return;
    Json facts = to_json(*facts_node);
    if (!facts.is_object()) facts = Json::object();
    normalise_facts(facts);
    const std::vector<Finding> findings = evaluate_rule(alone.rules.front(), facts);
    const Finding* finding = chosen(findings, expected.subject_key);
    outcome.problem =
        finding == nullptr ? "no finding on the subject " + expected.subject_key : problem_of(*finding, expected);
    outcome.passed = outcome.problem.empty();
    if (outcome.passed) seen.insert(expected.result);
    report_.outcomes.push_back(std::move(outcome));
  }

  Expectation expectation(MappingReader& reader) {
    Expectation expected;
    const YamlNode* node = reader.required("expect");
    if (node == nullptr) return expected;
    MappingReader fields(source_, *node, "expect", report_.diagnostics);
    const std::string word = fields.required_text("result");
    const auto result = result_from(word);
    if (!result && !word.empty()) fields.error(*node, "unknown-word", "\"" + word + "\" is no result");
    expected.result = result.value_or(FindingResult::pass);
    expected.reason = fields.optional_text("reason");
    expected.severity = fields.optional_text("severity");
    expected.confidence = fields.optional_text("confidence");
    expected.subject_key = fields.optional_text("subject_key");
    if (expected.subject_key.empty()) expected.subject_key = fields.optional_text("subject");
    fields.finish();
    return expected;
  }

  YamlSource source_;
  const RulePack& pack_;
  RuleTestReport& report_;
};

std::string missing_directions(const std::set<FindingResult>& seen) {
  std::string missing;
  const auto add = [&missing](const char* word) { missing += (missing.empty() ? "" : ", ") + std::string(word); };
  if (seen.count(FindingResult::pass) == 0) add("pass");
  if (seen.count(FindingResult::fail) == 0) add("fail");
  if (seen.count(FindingResult::not_assessed) == 0 && seen.count(FindingResult::not_applicable) == 0) {
    add("not_assessed or not_applicable");
  }
  return missing;
}

}  // namespace

bool RuleTestReport::passed() const {
  return !has_errors(diagnostics) &&
         std::all_of(outcomes.begin(), outcomes.end(), [](const RuleTestOutcome& outcome) { return outcome.passed; });
}

RuleTestReport run_rule_tests(const RulePack& pack, const std::vector<Resource>& resources) {
  RuleTestReport report;
  std::map<std::string, std::set<FindingResult>> seen;
  for (const Resource& resource : resources) {
    if (!resource.path.starts_with("tests/") || !resource.path.ends_with(".yaml")) continue;
    TestFile(resource, pack, report).run(seen);
  }
  for (const Rule& rule : pack.rules) {
    const std::string missing = missing_directions(seen[rule.id]);
    if (missing.empty()) continue;
    Diagnostic diagnostic;
    diagnostic.code = "untested-rule";
    diagnostic.file = rule.file;
    diagnostic.line = rule.line;
    diagnostic.message = rule.id + " has no passing case that gives: " + missing;
    diagnostic.hint = "add it to tests/" + rule.id + ".yaml";
    report.diagnostics.push_back(std::move(diagnostic));
  }
  std::stable_sort(report.outcomes.begin(), report.outcomes.end(),
                   [](const RuleTestOutcome& left, const RuleTestOutcome& right) { return left.rule < right.rule; });
  return report;
}

}  // namespace ihc
