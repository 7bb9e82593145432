#include "compare/findings.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/json_read.h"
#include "engine/finding.h"

namespace ihc::compare {

namespace {

using Key = std::pair<std::string, std::string>;  // rule, subject
using Sides = std::pair<const Json*, const Json*>;

void collect(const Json& document, const Json* Sides::*side, std::map<Key, Sides>& joined) {
  for (const Json& finding : list_at(document, "findings")) {
    if (finding.is_object()) joined[{string_at(finding, "rule"), string_at(finding, "subject_key")}].*side = &finding;
  }
}

std::string result_of(const Json* finding) { return finding == nullptr ? "" : string_at(*finding, "result"); }

std::optional<Severity> severity_of(const Json* finding) {
  if (result_of(finding) != "fail") return std::nullopt;
  return severity_from(string_at(*finding, "severity"));
}

// Empty: nothing to tell.
std::string change_between(const Json* before, const Json* after) {
  const bool failed = result_of(before) == "fail";
  const bool fails = result_of(after) == "fail";
  if (failed && fails) {
    const auto then = severity_of(before);
    const auto now = severity_of(after);
    if (!then || !now || *then == *now) return "unchanged";
    return *now > *then ? "worse" : "better";
  }
  if (fails) return "new";
  const bool was_assessed = failed || result_of(before) == "pass";
  if (was_assessed && result_of(after) != "pass") return "lost_sight";
  return failed ? "fixed" : "";
}

ComparedFinding told(const Key& key, const Sides& sides, std::string change) {
  const Json& named = sides.second != nullptr ? *sides.second : *sides.first;
  ComparedFinding row{.rule = key.first,
                      .title = string_at(named, "title"),
                      .domain = string_at(named, "domain"),
                      .change = std::move(change)};
  if (!key.second.empty()) row.subject_key = key.second;
  if (const auto severity = severity_of(sides.first)) row.severity_before = std::string(to_string(*severity));
  if (const auto severity = severity_of(sides.second)) row.severity_after = std::string(to_string(*severity));
  if (sides.first != nullptr) row.result_before = result_of(sides.first);
  if (sides.second != nullptr) row.result_after = result_of(sides.second);
  return row;
}

}  // namespace

std::vector<ComparedFinding> compare_findings(const Json& before, const Json& after) {
  std::map<Key, Sides> joined;
  collect(before, &Sides::first, joined);
  collect(after, &Sides::second, joined);
  std::vector<ComparedFinding> rows;
  for (const auto& [key, sides] : joined) {
    std::string change = change_between(sides.first, sides.second);
    if (!change.empty()) rows.push_back(told(key, sides, std::move(change)));
  }
  return rows;
}

}  // namespace ihc::compare
