#include "report/comparison/conditions_view.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/json_read.h"
#include "report/format.h"

namespace ihc::report {

namespace {

// A kernel's command line is worth a line or two of a table; compare.json has it whole.
constexpr std::size_t kMaxValue = 240;

std::string value_text(const Json& row, std::string_view key, const ComparisonTexts& texts) {
  const Json& value = at(row, key);
  return value.is_null() ? "" : fact_text(value, kMaxValue, texts.words());
}

ConditionLine condition_line(const Json& row, const ComparisonTexts& texts) {
  const std::string role = string_at(row, "role");
  ConditionLine line{.title = string_at(row, "title"),
                     .key = string_at(row, "key"),
                     .before = value_text(row, "before", texts),
                     .after = value_text(row, "after", texts),
                     .state = texts.label("condition_states", string_at(row, "state")),
                     .role = texts.label("condition_roles", role),
                     .moves = texts.label("condition_weights", string_at(row, "moves")),
                     .why = texts.why(row),
                     .is_confounder = role == "confounder",
                     .is_unknown = role == "unknown",
                     .is_treatment = role == "treatment",
                     .varies_within_arm = flag_at(row, "varies_within_arm").value_or(false)};
  for (const Json& rule : list_at(row, "recognised_by")) {
    if (rule.is_string()) join(line.recognised_by, rule.get<std::string>());
  }
  return line;
}

// Several conditions may share a rung: it holds when all of them do.
std::vector<LadderStep> ladder_of(const Json& comparison, std::string_view place, const ComparisonTexts& texts) {
  static constexpr std::array<std::string_view, 4> kWorstFirst{"confounder", "unknown", "treatment", "none"};
  struct Rung {
    std::string title;
    std::size_t rank = kWorstFirst.size() - 1;
  };
  std::map<std::int64_t, Rung> rungs;
  for (const Json& row : list_at(comparison, "conditions")) {
    const auto number = integer_at(row, place);
    if (!number) continue;
    Rung& rung = rungs[*number];
    join(rung.title, string_at(row, "title"));
    const auto found = std::find(kWorstFirst.begin(), kWorstFirst.end(), string_at(row, "role"));
    rung.rank = std::min(rung.rank, static_cast<std::size_t>(found - kWorstFirst.begin()));
  }
  std::vector<LadderStep> steps;
  for (const auto& [number, rung] : rungs)
    steps.push_back({.number = std::to_string(number),
                     .title = rung.title,
                     .state = texts.label("condition_roles", kWorstFirst[rung.rank]),
                     .is_held = rung.rank >= 2});
  return steps;
}

std::vector<Objection> objections_of(const Json& findings, const std::vector<std::string>& blocked_by,
                                     const ComparisonTexts& texts) {
  static constexpr std::array<std::string_view, 5> kGravestFirst{"critical", "high", "medium", "low", "info"};
  std::vector<std::pair<std::size_t, Objection>> ranked;
  for (const Json& finding : list_at(findings, "findings")) {
    if (string_at(finding, "result") != "fail") continue;
    const std::string severity = string_at(finding, "severity");
    const auto rank = static_cast<std::size_t>(std::find(kGravestFirst.begin(), kGravestFirst.end(), severity) -
                                               kGravestFirst.begin());
    const bool is_blocking = std::ranges::find(blocked_by, string_at(finding, "rule")) != blocked_by.end();
    const Json& text = at(finding, "text");
    const Json& recommendation = at(finding, "recommendation");
    ranked.push_back({rank,
                      {.title = string_at(finding, "title"),
                       .severity = texts.label("severities", severity),
                       .engineer = string_at(text, "engineer"),
                       .business = string_at(text, "business"),
                       .what_to_do = string_at(recommendation, "do"),
                       .verify = string_at(recommendation, "verify"),
                       .is_blocking = is_blocking}});
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& left, const auto& right) { return left.first < right.first; });
  std::vector<Objection> objections;
  for (auto& [rank, objection] : ranked) objections.push_back(std::move(objection));
  return objections;
}

}  // namespace

Compared make_compared(const ComparedPair& pair, const ComparisonTexts& texts) {
  const Json& comparison = pair.comparison;
  Compared compared;
  std::map<std::string, std::int64_t> counts;
  for (const Json& row : list_at(comparison, "conditions")) {
    const std::string role = string_at(row, "role");
    ++counts[role];
    if (role == "treatment") join(compared.treatment_titles, string_at(row, "title"));
    auto& lines = role == "none" ? compared.same : compared.open;
    lines.push_back(condition_line(row, texts));
  }
  compared.confounders = grouped_text(counts["confounder"]);
  compared.unknowns = grouped_text(counts["unknown"]);
  compared.treatments = grouped_text(counts["treatment"]);
  compared.same_count = grouped_text(counts["none"]);
  compared.rungs = ladder_of(comparison, "rung", texts);
  compared.rungs_held = texts.count(at(comparison, "ladder"), "score");
  compared.rungs_total = texts.count(at(comparison, "ladder"), "rungs");
  compared.lab_rows = ladder_of(comparison, "lab_row", texts);
  compared.lab_rows_same = texts.count(comparison, "lab_rows_same");
  compared.lab_rows_known = texts.count(comparison, "lab_rows");
  compared.objections = objections_of(pair.findings, pair.blocked_by, texts);
  compared.is_blocked = !pair.comparable;
  return compared;
}

}  // namespace ihc::report
