#include "engine/judgement.h"

#include <algorithm>

#include "engine/expr/parser.h"
#include "engine/words.h"

namespace ihc {

namespace {

// The value of the longest key of `map` (pointers as `sources` and `missing` have them) that is `pointer` or stands
// above it.
const Json* longest_prefix(const Json& facts, const char* section, std::string pointer) {
  const auto map = facts.find(section);
  if (map == facts.end() || !map->is_object()) return nullptr;
  for (;;) {
    const auto entry = map->find(pointer);
    if (entry != map->end()) return &*entry;
    if (pointer.empty()) return nullptr;
    pointer.resize(pointer.rfind('/') == std::string::npos ? 0 : pointer.rfind('/'));
  }
}

std::string text_member(const Json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

std::vector<FindingEvidence> evidence_of(const Json& facts, const expr::Trail& trail) {
  std::vector<FindingEvidence> evidence;
  for (const expr::FactRead& read : trail.reads()) {
    FindingEvidence entry{read.pointer, read.value, {}};
    if (const Json* files = longest_prefix(facts, "sources", read.pointer); files != nullptr && files->is_array()) {
      for (const Json& file : *files) {
        if (file.is_string()) entry.files.push_back(file.get<std::string>());
      }
    }
    evidence.push_back(std::move(entry));
  }
  return evidence;
}

Finding blank_finding(const Rule& rule) {
  Finding finding;
  finding.rule = rule.id;
  finding.rule_version = rule.version;
  finding.title = rule.title;
  finding.pack = rule.pack;
  finding.domain = rule.domain;
  finding.group = rule.group;
  finding.tags = rule.tags;
  finding.checklist = rule.checklist;
  finding.severity = finding.severity_max = rule.severity_max();
  finding.confidence = finding.confidence_max = rule.confidence_max();
  finding.impact = rule.impact;
  finding.references = rule.references;
  return finding;
}

bool is_missing(const expr::EvalError& error) {
  return error.kind == expr::ErrorKind::no_such_value ||
         (error.kind == expr::ErrorKind::no_such_field && !error.path.empty());
}

}  // namespace

Judgement::Judgement(const Rule& rule, const Json& facts) : rule_(rule), facts_(facts) {
  bindings_.set("facts", expr::fact_value(facts, expr::root_path()));
  expr::MapData params;
  for (const Param& param : rule.params) params.entries.emplace(param.name, expr::value_from_json(param.value));
  bindings_.set("params", expr::make_map(std::move(params)));
  for (const LetBinding& let : rule.let) bindings_.defer(let.name, let.value.expression);
}

void Judgement::set_subject(const expr::Value& subject) { bindings_.set(rule_.for_each->as, subject); }

expr::Value Judgement::value(const expr::Expression& expression) {
  return expr::evaluate(expression, bindings_, trail_, budget_);
}

Finding Judgement::finding(FindingResult result) const {
  Finding made = blank_finding(rule_);
  made.result = result;
  made.evidence = evidence_of(facts_, trail_);
  made.evidence_truncated = trail_.truncated();
  return made;
}

Finding Judgement::without_judgement(const std::string& reason) {
  const bool outside = reason == "host_side" || reason == "structural";
  Finding made = finding(outside ? FindingResult::not_applicable : FindingResult::not_assessed);
  made.reason = reason;
  if (!outside) fill_recommendation(made);
  return made;
}

Finding Judgement::failed(const expr::EvalError& error) {
  if (!is_missing(error)) {
    Finding made = finding(FindingResult::error);
    made.error = error.message;
    return made;
  }
  const Absence absence = missing_for(error);
  Finding made = without_judgement(absence.reason);
  made.missing = absence.missing;
  return made;
}

std::optional<Finding> Judgement::refused_by(const RuleExpression& condition, const std::string& reason) {
  const expr::Value outcome = value(condition);
  if (const expr::EvalError* error = outcome.error()) return failed(*error);
  const bool* holds = outcome.as<bool>();
  if (holds == nullptr) return failed(not_a_condition(outcome));
  return *holds ? std::nullopt : std::optional(without_judgement(reason));
}

Finding Judgement::judged() {
  std::optional<expr::EvalError> first_error;
  for (const RuleLevel& level : rule_.levels) {
    const expr::Value outcome = value(level.when);
    const bool* holds = outcome.as<bool>();
    if (holds == nullptr) {
      const expr::EvalError error = outcome.is_error() ? *outcome.error() : not_a_condition(outcome);
      if (!is_missing(error)) return failed(error);
      if (!first_error) first_error = error;
    } else if (*holds) {
      Finding failure = failure_at(level);
      failure.level_uncertain = first_error.has_value();
      if (first_error) failure.missing = missing_for(*first_error).missing;
      return failure;
    }
  }
  return first_error ? failed(*first_error) : finding(FindingResult::pass);
}

expr::EvalError Judgement::not_a_condition(const expr::Value& value) {
  return {expr::ErrorKind::type, "", 0, "a condition gave a " + std::string(type_name(value)) + ", not true or false"};
}

Judgement::Absence Judgement::missing_for(const expr::EvalError& error) const {
  Absence absence{"file_absent", {error.path, "", ""}};
  MissingEvidence& missing = absence.missing;
  if (missing.fact.empty() && !trail_.reads().empty()) missing.fact = trail_.reads().back().pointer;
  const Json* why = longest_prefix(facts_, "missing", missing.fact);
  if (why == nullptr || !why->is_object()) return absence;
  const std::string named = text_member(*why, "reason");
  const auto& codes = reason_codes();
  if (std::find(codes.begin(), codes.end(), named) != codes.end()) absence.reason = named;
  missing.collector = text_member(*why, "collector");
  missing.hint = text_member(*why, "hint");
  return absence;
}

std::optional<std::string> Judgement::words_value(const std::string& name) {
  const auto expression = expr::parse(name);
  if (!expression) return std::nullopt;
  return value_to_words(expr::evaluate(*expression, bindings_, trail_, budget_));
}
std::string Judgement::fill(const std::string& text, std::vector<std::string>& gaps) {
  return fill_words(
      text, [this](const std::string& name) { return words_value(name); }, gaps);
}

void Judgement::fill_recommendation(Finding& made) {
  std::vector<std::string> gaps;
  made.recommendation.what_to_do = fill(rule_.recommendation.what_to_do, gaps);
  made.recommendation.verify = fill(rule_.recommendation.verify, gaps);
  made.recommendation.undo = fill(rule_.recommendation.undo, gaps);
  made.recommendation.effort = rule_.recommendation.effort;
  if (made.result == FindingResult::fail) made.text_gaps.insert(made.text_gaps.end(), gaps.begin(), gaps.end());
}

Finding Judgement::failure_at(const RuleLevel& level) {
  // Words are filled first: what they show was read as well, and belongs to the evidence.
  Finding words = blank_finding(rule_);
  words.result = FindingResult::fail;
  words.text_engineer = fill(rule_.words.engineer, words.text_gaps);
  words.text_business = fill(rule_.words.business, words.text_gaps);
  fill_recommendation(words);
  words.severity = level.severity;
  words.confidence = level.confidence;
  words.evidence = evidence_of(facts_, trail_);
  words.evidence_truncated = trail_.truncated();
  return words;
}

std::optional<Finding> refused_by_guards(const Rule& rule, Judgement& judgement, Stage stage) {
  const bool about_subject = stage == Stage::subject;
  if (rule.applies_when && rule.applies_about_subject == about_subject) {
    if (auto refusal = judgement.refused_by(*rule.applies_when, "structural")) return refusal;
  }
  for (const Guard& guard : rule.requires_all) {
    if (guard.about_subject != about_subject) continue;
    if (auto refusal = judgement.refused_by(guard.when, guard.reason)) return refusal;
  }
  return std::nullopt;
}

Finding judge_subject(const Rule& rule, const Json& facts, const expr::Value& subject) {
  Judgement judgement(rule, facts);
  judgement.set_subject(subject);
  const expr::Value key = judgement.value(rule.for_each->key);
  const auto key_text = value_to_words(key);
  auto refusal = refused_by_guards(rule, judgement, Stage::subject);
  Finding finding = refusal ? *refusal : judgement.judged();
  if (key_text) {
    finding.subject_key = *key_text;
    return finding;
  }
  // Without a name the subject could not be told from its neighbours in a later comparison.
  return judgement.failed(key.is_error() ? *key.error() : Judgement::not_a_condition(key));
}

}  // namespace ihc
