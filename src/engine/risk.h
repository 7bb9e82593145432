// Findings → risk: saturating (noisy-OR) with severity floors, a coverage gate and an upper end. Terms are kept so that
// the arithmetic can be printed line by line. Model and reasons: DESIGN "Rules" and rules/risk.yaml.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "engine/finding.h"
#include "engine/pack.h"

namespace ihc {

/// One factor (1 − counted) of the product. `exposure` = weight × confidence; `share` is 1 for the largest of its
/// group, the table's repeat share for others; `counted` = exposure × share.
struct RiskTerm {
  std::string rule;
  std::string subject_key;
  std::string group;
  Severity severity = Severity::info;
  Confidence confidence = Confidence::suspected;
  double weight = 0;
  double confidence_value = 0;
  double exposure = 0;
  double share = 1;
  double counted = 0;
  int times = 1;         ///< more than once where the subjects are unknown (upper end only)
  bool assumed = false;  ///< upper end only: it was not assessed
};

/// The arithmetic of one scope: the node, or a domain.
struct RiskScope {
  std::string domain;  ///< empty: the node
  RiskLevel level = RiskLevel::medium;
  double index = 0;        ///< 0…100, from what failed
  double index_upper = 0;  ///< as if all that was not assessed had failed too
  double coverage_pct = 0;
  double coverage_assessed = 0;  ///< the two sums behind coverage_pct
  double coverage_applicable = 0;
  bool provisional = false;
  std::vector<std::string> level_reasons;  ///< codes: critical_finding, high_findings, index, insufficient_evidence, …
  std::vector<RiskTerm> terms;             ///< of `index`, largest first
  std::vector<RiskTerm> upper_terms;       ///< of `index_upper`
};

enum class ChecklistState { checked, unchecked, not_assessed };
std::string_view to_string(ChecklistState state);

struct ChecklistItem {
  std::string id;  ///< C1 … C5
  ChecklistState state = ChecklistState::not_assessed;
  std::string reason;  ///< of not_assessed: the first reason among its rules, or the item's own (needs_before_after,
                       ///< needs_load)
  struct Entry {
    std::string rule;
    std::string subject_key;
    FindingResult result = FindingResult::error;
    std::string reason;
  };
  std::vector<Entry> rules;
};

/// What stands between this node and a level low: a finding to fix, or evidence to get.
struct ToLow {
  std::string action;  ///< "fix", "collect" or "checklist"
  std::string rule;    ///< or the checklist item
  std::string subject_key;
  Severity severity = Severity::info;
  std::string reason;
  std::string hint;
};

struct Risk {
  std::string table_version;
  RiskScope node;
  std::vector<RiskScope> domains;  ///< by name
  std::vector<ChecklistItem> checklist;
  std::vector<ToLow> to_low;
};

Risk assess_risk(const std::vector<Finding>& findings, const RiskTable& table);

/// findings.json of DESIGN "Names others rely on".
Json findings_to_json(const std::vector<Finding>& findings, const Risk& risk, const RulePack& pack);

inline constexpr int kFindingsSchemaVersion = 1;

}  // namespace ihc
