// Were two arms measured under the same conditions? Each condition of rules/comparison.yaml has a value for each
// bundle; it is the same everywhere, it differs, or it is unknown. What differs is the treatment (named, or what a
// recommendation of the before report asked for) or a confounder.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compare/arm.h"
#include "compare/spec.h"

namespace ihc::compare {

enum class ConditionState { same, differs, unknown };
enum class ConditionRole { none, treatment, confounder, unknown };
std::string to_word(ConditionState state);
std::string to_word(ConditionRole role);

struct Condition {
  const ConditionSpec* spec = nullptr;
  std::optional<Json> before;  ///< absent: not known of some bundle of the arm
  std::optional<Json> after;
  ConditionState state = ConditionState::unknown;
  ConditionRole role = ConditionRole::unknown;
  bool varies_within_arm = false;  ///< the bundles of one arm differ among themselves; the value is the list of theirs
  std::string missing;             ///< of an unknown one: JSON pointer of the first fact that some bundle lacks
  std::string reason;              ///< and why it does: a reason code of DESIGN §4, empty when nobody said
  std::vector<std::string> recognised_by;  ///< rules that failed before, asked for it, and pass after
};

/// One row for each condition of `spec`, those that can move the number most first: confounders, then unknown ones,
/// then treatments, then the same ones; within each by weight and then as in the file. `expected` are the keys of
/// --expect.
std::vector<Condition> compare_conditions(const ComparisonSpec& spec, const Arm& before, const Arm& after,
                                          const std::set<std::string>& expected);

/// The keys of `expected` that name no condition.
std::vector<std::string> unknown_keys(const ComparisonSpec& spec, const std::set<std::string>& expected);

/// Where the reproducibility ladder is climbed to: the number of rungs from the first on that are the same (or the
/// treatment) without a gap.
int ladder_score(const std::vector<Condition>& conditions);

/// A value on one line for people: "a, b", "name x; size 3".
std::string plain_text(const Json& value);

}  // namespace ihc::compare
