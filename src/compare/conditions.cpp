#include "compare/conditions.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/json_read.h"
#include "compare/evaluation.h"

namespace ihc::compare {

namespace {

// What an arm says of a condition.
struct ArmValue {
  std::optional<Json> value;
  bool varies = false;
  std::string missing;
  std::string reason;
};

ArmValue value_in(const RuleExpression& expression, const Arm& arm) {
  std::vector<Json> values;
  for (const ArmBundle& bundle : arm.bundles) {
    const Answer answer = value_of(expression.expression, bundle.facts);
    if (!answer.value) return {.missing = answer.missing, .reason = answer.reason};
    if (std::find(values.begin(), values.end(), *answer.value) == values.end()) values.push_back(*answer.value);
  }
  if (values.empty()) return {};
  if (values.size() == 1) return {.value = values.front()};
  return {.value = Json(values), .varies = true};
}

bool is_same(const ConditionSpec& spec, const Json& before, const Json& after) {
  if (!spec.same_when) return before == after;
  return holds(spec.same_when->expression, {{"before", before}, {"after", after}});
}

bool has_result(const Json& findings, const std::string& rule, std::string_view result) {
  return std::ranges::any_of(list_at(findings, "findings"), [&](const Json& finding) {
    return string_at(finding, "rule") == rule && string_at(finding, "result") == result;
  });
}

// What the before report asked for, and what was then done.
bool was_asked_and_done(const std::string& rule, const Arm& before, const Arm& after) {
  const auto fails = [&](const ArmBundle& bundle) { return has_result(bundle.findings, rule, "fail"); };
  const auto passes = [&](const ArmBundle& bundle) {
    return has_result(bundle.findings, rule, "pass") && !has_result(bundle.findings, rule, "fail");
  };
  return std::any_of(before.bundles.begin(), before.bundles.end(), fails) && !after.bundles.empty() &&
         std::all_of(after.bundles.begin(), after.bundles.end(), passes);
}

Condition compare_one(const ConditionSpec& spec, const Arm& before, const Arm& after, bool is_expected) {
  Condition row{.spec = &spec};
  const ArmValue first = value_in(spec.value, before);
  const ArmValue second = value_in(spec.value, after);
  row.before = first.value;
  row.after = second.value;
  row.varies_within_arm = first.varies || second.varies;
  if (!first.value || !second.value) {
    const ArmValue& lacking = first.value ? second : first;
    row.missing = lacking.missing;
    row.reason = lacking.reason;
    return row;
  }
  const bool same = !row.varies_within_arm && is_same(spec, *first.value, *second.value);
  row.state = same ? ConditionState::same : ConditionState::differs;
  row.role = same ? ConditionRole::none : ConditionRole::confounder;
  if (same || row.varies_within_arm) return row;  // a change within an arm is nobody's treatment
  for (const std::string& rule : spec.asked_by) {
    if (was_asked_and_done(rule, before, after)) row.recognised_by.push_back(rule);
  }
  if (is_expected || !row.recognised_by.empty()) row.role = ConditionRole::treatment;
  return row;
}

int rank_of(const Condition& row) {
  switch (row.role) {
    case ConditionRole::confounder:
      return 0;
    case ConditionRole::unknown:
      return 1;
    case ConditionRole::treatment:
      return 2;
    case ConditionRole::none:
      return 3;
  }
  return 3;
}

int weight_of(const std::string& moves) { return moves == "major" ? 0 : moves == "moderate" ? 1 : 2; }

}  // namespace

std::string to_word(ConditionState state) {
  switch (state) {
    case ConditionState::same:
      return "same";
    case ConditionState::differs:
      return "differs";
    case ConditionState::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string to_word(ConditionRole role) {
  switch (role) {
    case ConditionRole::none:
      return "none";
    case ConditionRole::treatment:
      return "treatment";
    case ConditionRole::confounder:
      return "confounder";
    case ConditionRole::unknown:
      return "unknown";
  }
  return "unknown";
}

std::vector<Condition> compare_conditions(const ComparisonSpec& spec, const Arm& before, const Arm& after,
                                          const std::set<std::string>& expected) {
  std::vector<Condition> rows;
  for (const ConditionSpec& condition : spec.conditions)
    rows.push_back(compare_one(condition, before, after, expected.contains(condition.key)));
  std::stable_sort(rows.begin(), rows.end(), [](const Condition& left, const Condition& right) {
    return std::tuple(rank_of(left), weight_of(left.spec->moves)) <
           std::tuple(rank_of(right), weight_of(right.spec->moves));
  });
  return rows;
}

std::vector<std::string> unknown_keys(const ComparisonSpec& spec, const std::set<std::string>& expected) {
  std::vector<std::string> unknown;
  for (const std::string& key : expected) {
    const bool known = std::any_of(spec.conditions.begin(), spec.conditions.end(),
                                   [&](const ConditionSpec& condition) { return condition.key == key; });
    if (!known) unknown.push_back(key);
  }
  return unknown;
}

int ladder_score(const std::vector<Condition>& conditions) {
  std::map<int, bool> holds;
  for (const Condition& row : conditions) {
    if (!row.spec->rung) continue;
    const bool climbed = row.role == ConditionRole::none || row.role == ConditionRole::treatment;
    const auto [at, is_new] = holds.emplace(*row.spec->rung, climbed);
    if (!is_new) at->second = at->second && climbed;
  }
  int score = 0;
  while (holds.contains(score + 1) && holds.at(score + 1)) ++score;
  return score;
}

std::string plain_text(const Json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().empty() ? "none" : value.get<std::string>();
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (const auto& [key, member] : value.items()) {
    const std::string part = value.is_object() ? key + " " + plain_text(member) : plain_text(member);
    text += (text.empty() ? "" : value.is_object() ? "; " : ", ") + part;
  }
  return text.empty() ? "none" : text;
}

}  // namespace ihc::compare
