#include "engine/checklist.h"

#include <algorithm>

namespace ihc {

namespace {

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_unassessed(FindingResult result) {
  return result == FindingResult::not_assessed || result == FindingResult::error;
}

ChecklistItem assess_item(const std::vector<Finding>& findings, const ChecklistPolicy& policy) {
  ChecklistItem item;
  item.id = policy.item;
  bool failed = false;
  bool passed = false;
  bool decided = policy.needs_tag.empty();
  bool all_outside = true;
  std::string first_reason;
  std::string outside_reason;
  for (const Finding& finding : findings) {
    if (!contains(finding.checklist, policy.item)) continue;
    item.rules.push_back({finding.rule, finding.subject_key, finding.result, finding.reason});
    failed = failed || finding.result == FindingResult::fail;
    passed = passed || finding.result == FindingResult::pass;
    if (finding.result == FindingResult::pass && contains(finding.tags, policy.needs_tag)) decided = true;
    if (is_unassessed(finding.result) && first_reason.empty()) {
      first_reason = finding.reason.empty() ? "parse_error" : finding.reason;
    }
    if (finding.result != FindingResult::not_applicable) all_outside = false;
    if (outside_reason.empty()) outside_reason = finding.reason;
  }
  if (failed) {
    item.state = ChecklistState::unchecked;
  } else if (passed && decided && first_reason.empty()) {
    item.state = ChecklistState::checked;
  } else if (!item.rules.empty() && all_outside) {
    item.reason = outside_reason;
  } else {
    item.reason = first_reason.empty() ? policy.otherwise : first_reason;
  }
  return item;
}

}  // namespace

std::string_view to_string(ChecklistState state) {
  switch (state) {
    case ChecklistState::checked:
      return "checked";
    case ChecklistState::unchecked:
      return "unchecked";
    case ChecklistState::not_assessed:
      return "not_assessed";
  }
  return "not_assessed";
}

std::vector<ChecklistItem> assess_checklist(const std::vector<Finding>& findings, const RiskTable& table) {
  std::vector<ChecklistItem> items;
  for (const ChecklistPolicy& policy : table.checklist) items.push_back(assess_item(findings, policy));
  return items;
}

bool blocks_low(const ChecklistItem& item) {
  const bool nothing_applies = item.reason == "structural" || item.reason == "host_side";
  return item.state == ChecklistState::not_assessed && !nothing_applies;
}

}  // namespace ihc
