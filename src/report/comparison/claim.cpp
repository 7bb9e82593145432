#include "report/comparison/claim.h"

#include <algorithm>
#include <cmath>

#include "base/json_read.h"
#include "report/escape.h"
#include "report/fill.h"
#include "report/format.h"

namespace ihc::report {

namespace {

const Json& row_with(const Json& rows, std::string_view key, const std::string& value) {
  static const Json kNone;
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const Json& row) { return string_at(row, key) == value; });
  return found == rows.end() ? kNone : *found;
}

std::string condition_name(const std::string& key, const Json& conditions, const ComparisonTexts& texts) {
  const std::string name = texts.words().text_or_empty("claim_conditions", key, "label");
  if (!name.empty()) return name;
  return text_at(row_with(conditions, "key", key), "title").value_or(key);
}

std::string change_of(const Json& row) { return string_at(row, "before") + " → " + string_at(row, "after"); }

std::string titles_with_role(const Json& comparison, std::string_view role) {
  std::string titles;
  for (const Json& row : list_at(comparison, "conditions")) {
    if (string_at(row, "role") == role) join(titles, string_at(row, "title"));
  }
  return titles;
}

// What memory accesses were slowed by, where somebody declared that they were.
std::string synthetic_penalty(const Json& comparison) {
  const Json& row = row_with(list_at(comparison, "conditions"), "key", "synthetic_penalty");
  const std::string before = text_at(row, "before").value_or("none");
  const std::string after = text_at(row, "after").value_or("none");
  if (before == after) return before == "none" ? "" : before;
  return before + " → " + after;
}

const MetricLine* line_of(const Measured& measured, const ComparisonTexts& texts, const Json& claim) {
  const std::string metric = texts.metric(string_at(claim, "metric"));
  const std::string statistic = texts.statistic(string_at(claim, "statistic"));
  const auto found = std::find_if(measured.metrics.begin(), measured.metrics.end(), [&](const MetricLine& line) {
    return line.metric == metric && line.statistic == statistic;
  });
  return found == measured.metrics.end() ? nullptr : &*found;
}

const MetricLine* first_with(const Measured& measured, std::string_view verdict) {
  const auto found = std::find_if(measured.metrics.begin(), measured.metrics.end(), [&](const MetricLine& line) {
    return line.is_headline && (verdict.empty() || line.verdict_code == verdict);
  });
  return found == measured.metrics.end() ? nullptr : &*found;
}

// The line that the sentence is about has the verdict that the sentence says.
const MetricLine* told_line(const VerdictView& verdict, const Measured& measured, const ComparisonTexts& texts,
                            const Json& comparison) {
  const std::string_view code = verdict.is_improved                        ? "improved"
                                : verdict.is_regressed || verdict.is_mixed ? "regressed"
                                : verdict.is_equivalent                    ? "equivalent"
                                                                           : "inconclusive";
  const MetricLine* claimed = line_of(measured, texts, at(comparison, "claim"));
  if (claimed != nullptr && claimed->verdict_code == code) return claimed;
  const MetricLine* found = first_with(measured, code);
  return found != nullptr ? found : first_with(measured, "");
}

}  // namespace

Claim make_claim(const ComparedPair& pair, const ComparisonTexts& texts) {
  Claim claim;
  const Json& claimed = at(pair.comparison, "claim");
  claim.synthetic_penalty = synthetic_penalty(pair.comparison);
  if (!claimed.is_object() || !pair.comparable) return claim;
  const Measured measured = make_measured(pair.comparison, pair.comparable, 1, texts);
  const MetricLine* line = line_of(measured, texts, claimed);
  if (line == nullptr || !line->has_interval) return claim;
  claim.is_possible = true;
  claim.metric = *line;
  const Json& conditions = list_at(pair.comparison, "conditions");
  for (const Json& row : conditions) {
    if (string_at(row, "role") == "treatment")
      join(claim.under_test, string_at(row, "title") + " (" + change_of(row) + ")");
  }
  claim.also_different = titles_with_role(pair.comparison, "confounder");
  const Json& stated = at(claimed, "conditions");
  if (stated.is_object()) {
    for (const auto& [key, value] : stated.items())
      claim.conditions.push_back(
          {condition_name(key, conditions, texts), value.is_string() ? value.get<std::string>() : ""});
  }
  for (const Json& key : list_at(claimed, "missing")) {
    if (key.is_string()) join(claim.missing, condition_name(key.get<std::string>(), conditions, texts));
  }
  claim.is_complete = claim.missing.empty();
  return claim;
}

VerdictView make_verdict(const ComparedPair& pair, const Measured& measured, const Compared& compared,
                         const ComparisonTexts& texts) {
  VerdictView verdict{.before = string_at(at(pair.comparison, "before"), "label"),
                      .after = string_at(at(pair.comparison, "after"), "label")};
  const auto margin = number_at(pair.comparison, "margin_pct");
  if (margin) verdict.margin = percent_text(*margin, texts.words());
  verdict.synthetic_penalty = synthetic_penalty(pair.comparison);
  if (!pair.comparable) {
    verdict.is_not_comparable = true;
    const auto blocking = std::find_if(compared.objections.begin(), compared.objections.end(),
                                       [](const Objection& objection) { return objection.is_blocking; });
    if (blocking != compared.objections.end()) verdict.reason = blocking->business;
    return verdict;
  }
  verdict.also_different = titles_with_role(pair.comparison, "confounder");
  for (const MetricLine& line : measured.metrics) {
    if (!line.is_headline) continue;
    std::string& list = line.verdict_code == "improved"     ? verdict.better
                        : line.verdict_code == "regressed"  ? verdict.worse
                        : line.verdict_code == "equivalent" ? verdict.equal
                                                            : verdict.undecided;
    join(list, line.metric + " (" + line.statistic + ")");
  }
  const bool some_better = !verdict.better.empty();
  const bool some_worse = !verdict.worse.empty();
  verdict.is_mixed = some_better && some_worse;
  verdict.is_improved = some_better && !some_worse;
  verdict.is_regressed = some_worse && !some_better;
  const bool nothing_moved = !some_better && !some_worse;
  verdict.is_equivalent = nothing_moved && !verdict.equal.empty() && verdict.undecided.empty();
  verdict.is_inconclusive = nothing_moved && !verdict.undecided.empty();
  const MetricLine* line = told_line(verdict, measured, texts, pair.comparison);
  verdict.is_unmeasured = line == nullptr;
  if (line != nullptr) verdict.metric = *line;
  return verdict;
}

Result<std::string> claim_sentence(const ComparedPair& pair, const TemplateSet& templates) {
  const Claim claim = make_claim(pair, ComparisonTexts(templates.words));
  if (!claim.is_complete || templates.comparison.claim.empty()) return std::string();
  auto text = fill_text(templates, templates.comparison.claim, facts_to_json(claim));
  if (!text) return fail(text.error());
  return one_line(*text);
}

Result<std::string> verdict_sentence(const VerdictView& verdict, const TemplateSet& templates) {
  auto text = fill_text(templates, templates.comparison.verdict, facts_to_json(verdict));
  if (!text) return fail(text.error());
  return one_line(*text);
}

}  // namespace ihc::report
