#include "cli/rules_reading.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/text.h"
#include "bundle/bundle.h"
#include "cli/command.h"
#include "cli/read_facts.h"
#include "engine/explain.h"
#include "report/escape.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxValueBytes = 160;  // of a value in text; JSON has all of it

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

// A captured text may hold anything; what goes to a terminal holds no control character.
std::string shown(const Json& value) {
  std::string text = printable(value.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (text.size() <= kMaxValueBytes) return text;
  text.resize(kMaxValueBytes);
  return to_valid_utf8(text) + " …";
}

Result<const Rule*> find_rule(const RulePack& pack, const std::string& id) {
  if (const Rule* rule = pack.find(id)) return rule;
  std::vector<std::string> ids;
  for (const Rule& rule : pack.rules) ids.push_back(rule.id);
  const std::string close = closest_word(id, ids);
  return fail(ErrorCode::usage, "there is no rule of this name", id,
              close.empty() ? "ihc rules list shows them all" : "did you mean " + close + "?");
}

// ---- list --------------------------------------------------------------------------------------------------------

Json list_entry(const Rule& rule) {
  return {{"id", rule.id},
          {"title", rule.title},
          {"domain", rule.domain},
          {"group", rule.group},
          {"severity_max", to_string(rule.severity_max())},
          {"checklist", rule.checklist},
          {"tags", rule.tags},
          {"version", rule.version}};
}

// ---- show --------------------------------------------------------------------------------------------------------

Json expression_json(const RuleExpression& expression) { return one_line(expression.expression.source); }

Json params_json(const Rule& rule) {
  Json params = Json::array();
  for (const Param& param : rule.params) {
    params.push_back({{"name", param.name},
                      {"value", param.value},
                      {"default", param.default_value},
                      {"unit", param.unit},
                      {"about", one_line(param.about)}});
  }
  return params;
}

Json conditions_json(const Rule& rule) {
  Json conditions = Json::array();
  const auto add = [&conditions](const std::string& role, const RuleExpression& expression) {
    conditions.push_back({{"role", role}, {"expression", expression_json(expression)}});
  };
  if (rule.applies_when) add("applies when", *rule.applies_when);
  for (const Guard& guard : rule.requires_all) add("requires, else " + guard.reason, guard.when);
  if (rule.for_each) {
    add("for each " + rule.for_each->as + " in", rule.for_each->in);
    add("named", rule.for_each->key);
  }
  for (const LetBinding& let : rule.let) add("let " + let.name, let.value);
  for (const RuleLevel& level : rule.levels) {
    add("fails, " + std::string(to_string(level.severity)) + " and " + std::string(to_string(level.confidence)),
        level.when);
  }
  return conditions;
}

Json rule_json(const Rule& rule) {
  Json references = Json::array();
  for (const Reference& reference : rule.references) {
    references.push_back({{"title", reference.title}, {"url", reference.url}});
  }
  Json json = list_entry(rule);
  json["pack"] = rule.pack;
  json["pack_version"] = rule.pack_version;
  json["file"] = rule.file;
  json["line"] = rule.line;
  json["params"] = params_json(rule);
  json["conditions"] = conditions_json(rule);
  json["words"] = {{"engineer", one_line(rule.words.engineer)}, {"business", one_line(rule.words.business)}};
  json["recommendation"] = {{"do", one_line(rule.recommendation.what_to_do)},
                            {"verify", one_line(rule.recommendation.verify)},
                            {"undo", one_line(rule.recommendation.undo)},
                            {"effort", one_line(rule.recommendation.effort)}};
  json["impact"] = {{"provenance", rule.impact.provenance},
                    {"text", one_line(rule.impact.text)},
                    {"source", rule.impact.source},
                    {"hardware", rule.impact.hardware}};
  json["references"] = std::move(references);
  return json;
}

void print_pair(std::string_view name, const std::string& value) {
  if (!value.empty()) std::cout << "  " << padded(std::string(name), 12) << value << "\n";
}

void print_rule(const Rule& rule) {
  std::cout << rule.id << "  " << rule.title << "\n\n";
  print_pair("pack", rule.pack + " " + rule.pack_version + ", rule version " + std::to_string(rule.version));
  print_pair("file", rule.file + ":" + std::to_string(rule.line));
  print_pair("domain", rule.domain);
  print_pair("group", rule.group);
  print_pair("checklist", joined(rule.checklist));
  print_pair("tags", joined(rule.tags));
  if (!rule.params.empty()) std::cout << "\nParams\n";
  for (const Param& param : rule.params) {
    const bool is_default = param.value == param.default_value;
    std::cout << "  " << param.name << " = " << param.value.dump() << (param.unit.empty() ? "" : " ") << param.unit
              << (is_default ? "" : "  (default " + param.default_value.dump() + ")") << "\n      "
              << one_line(param.about) << "\n";
  }
  std::cout << "\nConditions\n";
  for (const Json& condition : conditions_json(rule)) {
    std::cout << "  " << condition["role"].get<std::string>() << "\n      "
              << condition["expression"].get<std::string>() << "\n";
  }
  std::cout << "\nWords\n";
  print_pair("engineer", one_line(rule.words.engineer));
  print_pair("business", one_line(rule.words.business));
  std::cout << "\nRecommendation\n";
  print_pair("do", one_line(rule.recommendation.what_to_do));
  print_pair("verify", one_line(rule.recommendation.verify));
  print_pair("undo", one_line(rule.recommendation.undo));
  print_pair("effort", one_line(rule.recommendation.effort));
  std::cout << "\nImpact (" << rule.impact.provenance << ")\n  " << one_line(rule.impact.text) << "\n";
  print_pair("source", rule.impact.source);
  print_pair("hardware", rule.impact.hardware);
  if (!rule.references.empty()) std::cout << "\nReferences\n";
  for (const Reference& reference : rule.references)
    std::cout << "  " << reference.title << "  " << reference.url << "\n";
}

// ---- explain -----------------------------------------------------------------------------------------------------

Json part_json(const ExplainedPart& part) {
  Json json{{"depth", part.depth}, {"source", part.source}};
  if (part.error.empty()) {
    json["value"] = part.value;
  } else {
    json["error"] = part.error;
  }
  return json;
}

Json evidence_json(const Finding& finding) {
  Json list = Json::array();
  for (const FindingEvidence& entry : finding.evidence) {
    list.push_back({{"fact", entry.fact}, {"value", entry.value}, {"files", entry.files}});
  }
  return list;
}

Json subject_json(const ExplainedSubject& subject) {
  Json expressions = Json::array();
  for (const ExplainedExpression& expression : subject.expressions) {
    Json parts = Json::array();
    for (const ExplainedPart& part : expression.parts) parts.push_back(part_json(part));
    expressions.push_back({{"role", expression.role}, {"parts", std::move(parts)}});
  }
  const Finding& finding = subject.finding;
  return {{"subject_key", finding.subject_key},
          {"result", to_string(finding.result)},
          {"reason", finding.reason},
          {"severity", to_string(finding.severity)},
          {"expressions", std::move(expressions)},
          {"evidence", evidence_json(finding)}};
}

std::string answer_of(const Finding& finding) {
  std::string answer(to_string(finding.result));
  if (!finding.reason.empty()) answer += " (" + finding.reason + ")";
  if (finding.result == FindingResult::fail) {
    answer += ", " + std::string(to_string(finding.severity)) + " and " + std::string(to_string(finding.confidence));
  }
  if (finding.missing && !finding.missing->fact.empty()) answer += ", missing " + finding.missing->fact;
  if (!finding.error.empty()) answer += ": " + finding.error;
  return answer;
}

void print_subject(const ExplainedSubject& subject) {
  const std::string& key = subject.finding.subject_key;
  std::cout << "\n" << (key.empty() ? "the node" : printable(key)) << ": " << answer_of(subject.finding) << "\n";
  for (const ExplainedExpression& expression : subject.expressions) {
    std::cout << "  " << expression.role << "\n";
    for (const ExplainedPart& part : expression.parts) {
      std::cout << std::string(4 + 2 * part.depth, ' ') << part.source << "\n"
                << std::string(6 + 2 * part.depth, ' ')
                << (part.error.empty() ? "= " + shown(part.value) : "has no value: " + part.error) << "\n";
    }
  }
  if (!subject.finding.evidence.empty()) std::cout << "  facts read\n";
  for (const FindingEvidence& entry : subject.finding.evidence) {
    std::cout << "    " << entry.fact << " = " << shown(entry.value) << "\n";
    for (const std::string& file : entry.files) std::cout << "      from " << printable(file) << "\n";
  }
}

}  // namespace

ExitCode list_rules(const RulePack& pack, RulesFormat format) {
  if (format == RulesFormat::json) {
    Json list = Json::array();
    for (const Rule& rule : pack.rules) list.push_back(list_entry(rule));
    std::cout << to_pretty_text(list);
    return ExitCode::done;
  }
  std::size_t width = 0;
  for (const Rule& rule : pack.rules) width = std::max(width, rule.id.size());
  for (const Rule& rule : pack.rules) {
    std::cout << padded(rule.id, width + 2) << padded(std::string(to_string(rule.severity_max())), 10)
              << padded(joined(rule.checklist), 4) << rule.title << "\n";
  }
  std::cout << pack.rules.size() << " rules\n";
  return ExitCode::done;
}

ExitCode show_rule(const RulePack& pack, const std::string& id, RulesFormat format) {
  const auto rule = find_rule(pack, id);
  if (!rule) return report_error(rule.error());
  if (format == RulesFormat::json) {
    std::cout << to_pretty_text(rule_json(**rule));
  } else {
    print_rule(**rule);
  }
  return ExitCode::done;
}

ExitCode explain_rule(const RulePack& pack, const std::string& id, const std::string& bundle_path, RulesFormat format) {
  const auto rule = find_rule(pack, id);
  if (!rule) return report_error(rule.error());
  const auto bundle = open_bundle(bundle_path);
  if (!bundle) return report_error(bundle.error());
  const std::vector<ExplainedSubject> subjects = explain(**rule, to_json(read_facts(**bundle)));
  if (format == RulesFormat::json) {
    Json list = Json::array();
    for (const ExplainedSubject& subject : subjects) list.push_back(subject_json(subject));
    std::cout << to_pretty_text({{"rule", id}, {"subjects", std::move(list)}});
    return ExitCode::done;
  }
  std::cout << id << "  " << (*rule)->title << "\n";
  for (const ExplainedSubject& subject : subjects) print_subject(subject);
  return ExitCode::done;
}

}  // namespace ihc
