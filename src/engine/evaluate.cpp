#include "engine/evaluate.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "engine/judgement.h"
#include "facts/document.h"

namespace ihc {

std::vector<Finding> evaluate_rule(const Rule& rule, const Json& facts) {
  Judgement node(rule, facts);
  if (auto refusal = refused_by_guards(rule, node, Stage::node)) {
    refusal->subjects_unknown = rule.for_each.has_value() && refusal->result != FindingResult::not_applicable;
    return {std::move(*refusal)};
  }
  if (!rule.for_each) return {node.judged()};
  const expr::Value range = node.value(rule.for_each->in);
  const auto* list = range.as<expr::List>();
  if (list == nullptr) {
    Finding finding = node.failed(range.is_error() ? *range.error() : Judgement::not_a_condition(range));
    finding.subjects_unknown = true;
    return {std::move(finding)};
  }
  if (list->size() == 0) return {node.without_judgement("structural")};
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < list->size(); ++i) findings.push_back(judge_subject(rule, facts, element(*list, i)));
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& left, const Finding& right) {
    return natural_less(left.subject_key, right.subject_key);
  });
  return findings;
}

namespace {

void normalise(Json& json, const TypeInfo& type) {
  switch (type.kind) {
    case TypeInfo::Kind::number:
      if (json.is_number_integer()) json = json.get<double>();
      return;
    case TypeInfo::Kind::list:
      if (!json.is_array()) return;
      for (Json& item : json) normalise(item, *type.element);
      return;
    case TypeInfo::Kind::map:
      if (!json.is_object()) return;
      for (Json& item : json) normalise(item, *type.element);
      return;
    case TypeInfo::Kind::object:
      if (!json.is_object()) return;
      for (const TypeInfo::Member& member : type.members) {
        const auto found = json.find(std::string(member.name));
        if (found != json.end()) normalise(*found, *member.type);
      }
      return;
    case TypeInfo::Kind::boolean:
    case TypeInfo::Kind::integer:
    case TypeInfo::Kind::string:
    case TypeInfo::Kind::cpu_list:
      return;
  }
}

}  // namespace

std::vector<Finding> evaluate(const RulePack& pack, const Json& facts) {
  std::vector<Finding> findings;
  const Judges what = facts.contains("comparison") ? Judges::comparison : Judges::node;
  for (const Rule& rule : pack.rules) {
    if (rule.judges != what) continue;
    const bool is_off =
        std::any_of(pack.off.begin(), pack.off.end(), [&](const RuleOff& off) { return off.rule == rule.id; });
    if (is_off) continue;
    for (Finding& finding : evaluate_rule(rule, facts)) findings.push_back(std::move(finding));
  }
  return findings;
}

void normalise_facts(Json& facts) { normalise(facts, type_of<Facts>()); }

}  // namespace ihc
