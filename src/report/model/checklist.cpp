#include "report/model/checklist.h"

#include <array>
#include <map>
#include <string>
#include <utility>

#include "base/json_read.h"
#include "base/text.h"
#include "report/escape.h"
#include "report/model/findings.h"

namespace ihc::report {

namespace {

constexpr std::array<const char*, 5> kItems{"C1", "C2", "C3", "C4", "C5"};

const Json& item_of(const Json& findings, const std::string& id) {
  static const Json kNone;
  for (const Json& item : list_at(findings, "checklist")) {
    if (string_at(item, "id") == id) return item;
  }
  return kNone;
}

// What the items' entries only name: each rule's title, and the numbers of failed findings.
struct Names {
  std::map<std::string, std::string> titles;
  FindingIds ids;
};

Names names_of(const Json& findings) {
  Names names{.titles = {}, .ids = finding_ids(findings)};
  for (const Json& finding : list_at(findings, "findings"))
    names.titles.emplace(string_at(finding, "rule"), one_line(string_at(finding, "title")));
  return names;
}

std::string state_of(const std::string& result, const std::string& reason, const Words& words) {
  const std::string label = words.text("results", result, "label");
  return reason.empty() ? label : label + ": " + words.text("reasons", reason, "label");
}

// Only what keeps the item from its mark: a passed check needs no explanation.
std::vector<ChecklistReason> reasons_behind(const Json& item, const Names& names, const Words& words) {
  std::vector<ChecklistReason> reasons;
  for (const Json& entry : list_at(item, "rules")) {
    const std::string result = string_at(entry, "result");
    if (result == "pass" || result == "not_applicable") continue;
    const std::string rule = string_at(entry, "rule");
    const std::string subject = string_at(entry, "subject_key");
    const auto title = names.titles.find(rule);
    const auto known = names.ids.find({rule, subject});
    const std::string id = known == names.ids.end() ? "" : known->second;
    reasons.push_back({.title = title == names.titles.end() ? rule : title->second,
                       .subject = subject,
                       .id = id,
                       .anchor = to_lower(id),
                       .state = state_of(result, string_at(entry, "reason"), words)});
  }
  return reasons;
}

ChecklistItem make_item(const std::string& id, const Json& findings, const Names& names, const Words& words) {
  const Json& source = item_of(findings, id);
  const std::string state = text_at(source, "state").value_or("not_assessed");
  ChecklistItem item;
  item.text = words.text("checklist.items", id, "text");
  item.is_checked = state == "checked";
  if (item.is_checked) {
    item.state = words.text("checklist.met.label");
    return item;
  }
  const bool failed = state == "unchecked";
  item.state = words.text(failed ? "checklist.not_met.label" : "checklist.not_assessed.label");
  item.explanation = words.text(failed ? "checklist.not_met.explanation" : "checklist.not_assessed.explanation");
  item.behind = reasons_behind(source, names, words);
  if (failed) return item;
  const std::string reason = string_at(source, "reason");
  if (!reason.empty()) item.state += " (" + words.text("reasons", reason, "label") + ")";
  item.hint = words.text_or_empty("checklist.items", id, "hint");
  return item;
}

}  // namespace

Checklist make_checklist(const ReportInput& input, const Words& words) {
  const Names names = names_of(input.findings);
  Checklist checklist;
  std::size_t checked = 0;
  for (const char* id : kItems) {
    checklist.items.push_back(make_item(id, input.findings, names, words));
    checklist.items.back().stated = statements_about(input, id);
    if (checklist.items.back().is_checked) ++checked;
  }
  checklist.checked = std::to_string(checked);
  checklist.total = std::to_string(kItems.size());
  return checklist;
}

}  // namespace ihc::report
