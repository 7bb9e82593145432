// The policy numbers of the risk model, read from rules/risk.yaml: no weight and no threshold stands in C++.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/finding.h"

namespace ihc {

/// An item of the checklist. With a tag named, passing rules count only when one of them carries it: a governor that
/// looks right is not yet one that was chosen.
struct ChecklistPolicy {
  std::string item;
  std::string needs_tag;  ///< empty: any rule will do
  std::string otherwise;  ///< reason code when no rule decides the item
};

struct RiskTable {
  std::string version;                         ///< printed in every report
  std::map<Severity, double> severity_weight;  ///< exposure of a confirmed failure, 0…1
  std::map<Confidence, double> confidence;     ///< 0…1
  std::map<Severity, double> coverage_weight;
  double group_repeat_share = 0;  ///< what further failures of one root cause count
  double high_index = 0;          ///< level high from this index on
  double medium_index = 0;
  double decisive_confidence = 0;          ///< from this confidence on a critical or high failure decides the level
  int high_groups = 0;                     ///< so many high failures of different root causes make the level high
  double low_coverage_pct = 0;             ///< level low only from this coverage on
  double provisional_coverage_pct = 0;     ///< below it the level is provisional
  int unknown_subjects = 0;                ///< failures assumed, for the upper end, where the subjects are unknown
  std::vector<std::string> raised_by;      ///< rules whose decisive failure raises the node's level by one step
  std::vector<ChecklistPolicy> checklist;  ///< the items that must be assessed for a level low: C1…C5
};

}  // namespace ihc
