#include "report/model/risk.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/json_read.h"
#include "report/format.h"

namespace ihc::report {

namespace {

std::string number_text(const Json& object, std::string_view key, int decimals, const Words& words) {
  const auto number = number_at(object, key);
  return number ? decimal_text(*number, decimals) : words.text("states.not_known");
}

std::string coverage_text(const Json& scope, const Words& words) {
  const auto coverage = number_at(scope, "coverage_pct");
  return coverage ? percent_text(*coverage, words) : words.text("states.not_known");
}

// Terms and steps name a rule by its id; people know it by its title.
class Titles {
 public:
  explicit Titles(const Json& findings) {
    for (const Json& finding : list_at(findings, "findings"))
      titles_.emplace(string_at(finding, "rule"), string_at(finding, "title"));
  }
  std::string of(const std::string& rule) const {
    const auto found = titles_.find(rule);
    return found == titles_.end() || found->second.empty() ? rule : found->second;
  }

 private:
  std::map<std::string, std::string> titles_;
};

RiskTerm make_term(const Json& term, const Titles& titles, const Words& words) {
  return {.title = titles.of(string_at(term, "rule")),
          .subject = string_at(term, "subject_key"),
          .group = string_at(term, "group"),
          .severity = words.text("severities", string_at(term, "severity"), "label"),
          .confidence = words.text("confidences", string_at(term, "confidence"), "label"),
          .weight = number_text(term, "weight", 6, words),
          .confidence_value = number_text(term, "confidence_value", 6, words),
          .share = number_text(term, "share", 6, words),
          .counted = number_text(term, "counted", 6, words)};
}

// "100 × (1 − (1 − 0.35) × (1 − 0.0875))", the line that a reader can type into a calculator.
std::string make_product(const std::vector<RiskTerm>& terms) {
  std::string factors;
  for (const RiskTerm& term : terms) {
    if (term.counted == "0") continue;
    factors += (factors.empty() ? "" : " × ") + ("(1 − " + term.counted + ")");
  }
  return factors.empty() ? "" : "100 × (1 − " + factors + ")";
}

struct ResultCounts {
  std::int64_t failed = 0;
  std::int64_t passed = 0;
  std::int64_t not_assessed = 0;
};

std::map<std::string, ResultCounts> count_by_domain(const Json& findings) {
  std::map<std::string, ResultCounts> counts;
  for (const Json& finding : list_at(findings, "findings")) {
    ResultCounts& domain = counts[string_at(finding, "domain")];
    const std::string result = string_at(finding, "result");
    if (result == "fail") ++domain.failed;
    if (result == "pass") ++domain.passed;
    if (result == "not_assessed" || result == "error") ++domain.not_assessed;
  }
  return counts;
}

RiskDomain make_domain(const Json& scope, const ResultCounts& counts, const Words& words) {
  return {.label = words.text("domains", string_at(scope, "domain"), "label"),
          .level = words.text("levels", string_at(scope, "level"), "label"),
          .index = number_text(scope, "index", 1, words),
          .index_upper = number_text(scope, "index_upper", 1, words),
          .coverage = coverage_text(scope, words),
          .failed = std::to_string(counts.failed),
          .passed = std::to_string(counts.passed),
          .not_assessed = std::to_string(counts.not_assessed)};
}

RiskStep make_step(const Json& step, const Titles& titles, const Words& words) {
  const std::string action = string_at(step, "action");
  const std::string rule = string_at(step, action == "checklist" ? "item" : "rule");
  std::string title = action == "checklist" ? words.text("checklist.items", rule, "text") : titles.of(rule);
  std::string what = words.text("steps", action, "label");
  const std::string reason = string_at(step, "reason");
  std::string hint = string_at(step, "hint");
  if (hint.empty() && !reason.empty()) hint = words.text_or_empty("reasons", reason, "hint");
  if (!hint.empty()) what += ": " + hint;
  return {.title = std::move(title), .subject = string_at(step, "subject_key"), .what = std::move(what)};
}

// A level that only too little evidence keeps from being low says so, instead of speaking of problems.
bool is_for_lack_of_evidence(const Json& source) {
  const Json& reasons = list_at(source, "level_reasons");
  return std::find(reasons.begin(), reasons.end(), Json("insufficient_evidence")) != reasons.end();
}

void add_rows(Risk& risk, const Json& source, const Json& findings, const Words& words) {
  const Titles titles(findings);
  for (const Json& term : list_at(source, "terms")) risk.terms.push_back(make_term(term, titles, words));
  risk.product = make_product(risk.terms);
  auto counts = count_by_domain(findings);
  for (const Json& scope : list_at(source, "domains"))
    risk.domains.push_back(make_domain(scope, counts[string_at(scope, "domain")], words));
  for (const Json& step : list_at(source, "to_low")) risk.to_low.push_back(make_step(step, titles, words));
  for (const Json& reason : list_at(source, "level_reasons")) {
    if (reason.is_string()) risk.reasons.push_back(words.text("level_reasons", reason.get<std::string>(), "label"));
  }
}

}  // namespace

Risk make_risk(const ReportInput& input, const Words& words) {
  const Json& source = at(input.findings, "risk");
  const std::string level = string_at(source, "level");
  Risk risk;
  risk.level = level.empty() ? words.text("states.not_known") : words.text("levels", level, "label");
  risk.headline = words.text_or_empty("levels", level, is_for_lack_of_evidence(source) ? "headline_open" : "headline");
  risk.index = number_text(source, "index", 1, words);
  risk.index_upper = number_text(source, "index_upper", 1, words);
  risk.coverage = coverage_text(source, words);
  risk.coverage_assessed = number_text(source, "coverage_assessed", 1, words);
  risk.coverage_applicable = number_text(source, "coverage_applicable", 1, words);
  risk.is_low = level == "low";
  risk.is_medium = level == "medium";
  risk.is_high = level == "high";
  risk.is_provisional = flag_at(source, "provisional").value_or(false);
  risk.is_open = risk.index != risk.index_upper;
  add_rows(risk, source, input.findings, words);
  return risk;
}

}  // namespace ihc::report
