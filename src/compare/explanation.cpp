#include "compare/explanation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "compare/evaluation.h"
#include "stats/quantiles.h"

namespace ihc::compare {

namespace {

constexpr std::string_view kConsistent = "consistent";
constexpr std::string_view kAgainst = "against";
constexpr std::string_view kUnchanged = "unchanged";
constexpr std::string_view kTooFew = "too_few";
constexpr std::string_view kNotAssessed = "not_assessed";

struct ArmNumbers {
  std::vector<double> values;  ///< ascending, one a bundle
  Answer lacking;              ///< the first bundle without one
};

ArmNumbers numbers_in(const RuleExpression& expression, const Arm& arm) {
  ArmNumbers numbers;
  for (const ArmBundle& bundle : arm.bundles) {
    Answer answer = value_of(expression.expression, bundle.facts);
    if (!answer.value || !answer.value->is_number()) return {.values = {}, .lacking = std::move(answer)};
    numbers.values.push_back(answer.value->get<double>());
  }
  numbers.values = stats::sorted_samples(numbers.values);
  return numbers;
}

ComparedEvidence measured(const EvidenceSpec& spec, const Arm& before, const Arm& after) {
  ComparedEvidence row{.key = spec.key,
                       .title = spec.title,
                       .unit = spec.unit,
                       .lower_is_better = spec.lower_is_better,
                       .factor = spec.factor};
  const ArmNumbers first = numbers_in(spec.value, before);
  const ArmNumbers second = numbers_in(spec.value, after);
  row.before = stats::median_of_sorted(first.values);
  row.after = stats::median_of_sorted(second.values);
  if (!row.before || !row.after) {
    const Answer& lacking = row.before ? second.lacking : first.lacking;
    if (!lacking.missing.empty()) row.missing = lacking.missing;
    if (!lacking.reason.empty()) row.reason = lacking.reason;
    return row;
  }
  if (*row.before != 0) row.change_pct = 100 * (*row.after / *row.before - 1);
  if (first.values.size() > 1 && second.values.size() > 1)
    row.separated = first.values.back() < second.values.front() || second.values.back() < first.values.front();
  return row;
}

// Both ways in which the arms could lie wholly apart, of all ways to deal the bundles out.
double chance_of_separation(std::size_t before, std::size_t after) {
  double ways = 1;
  for (std::size_t taken = 1; taken <= after; ++taken)
    ways *= static_cast<double>(before + taken) / static_cast<double>(taken);
  return 2 / ways;
}

std::string_view reading_of(const ComparedEvidence& row, bool got_better, double chance, double significance,
                            double margin_pct) {
  if (!row.before || !row.after) return kNotAssessed;
  if (chance > significance) return kTooFew;
  const bool is_large = !row.change_pct || std::abs(*row.change_pct) >= margin_pct;  // from 0 every step is large
  if (!row.separated.value_or(false) || !is_large) return kUnchanged;
  const bool less_contention = (*row.after < *row.before) == row.lower_is_better;
  return less_contention == got_better ? kConsistent : kAgainst;
}

// Of one factor: it has consistent evidence, or none of its evidence was assessed.
struct FactorState {
  bool is_consistent = false;
  bool is_assessed = false;
};

std::optional<std::string> dominant_factor(const std::vector<ComparedEvidence>& rows) {
  std::map<std::string, FactorState> factors;
  for (const ComparedEvidence& row : rows) {
    FactorState& factor = factors[row.factor];
    factor.is_consistent = factor.is_consistent || row.reading == kConsistent;
    factor.is_assessed = factor.is_assessed || (row.reading != kNotAssessed && row.reading != kTooFew);
  }
  const std::string* found = nullptr;
  for (const auto& [name, factor] : factors) {
    if (!factor.is_assessed || (factor.is_consistent && found != nullptr)) return std::nullopt;
    if (factor.is_consistent) found = &name;
  }
  return found == nullptr ? std::nullopt : std::optional(*found);
}

}  // namespace

std::vector<ComparedEvidence> compare_evidence(const ComparisonSpec& spec, const Arm& before, const Arm& after,
                                               const MetricVerdict* explained, double margin_pct) {
  const double chance = chance_of_separation(before.bundles.size(), after.bundles.size());
  std::vector<ComparedEvidence> rows;
  for (const EvidenceSpec& evidence : spec.evidence) {
    ComparedEvidence row = measured(evidence, before, after);
    if (explained != nullptr)
      row.reading =
          reading_of(row, explained->verdict == Verdict::improved, chance, spec.significance_pct / 100, margin_pct);
    rows.push_back(std::move(row));
  }
  return rows;
}

ComparisonExplanation explanation_of(const MetricVerdict& explained, const std::vector<ComparedEvidence>& rows) {
  ComparisonExplanation explanation{
      .metric = explained.metric, .statistic = explained.statistic, .verdict = to_word(explained.verdict)};
  for (const ComparedEvidence& row : rows) {
    if (row.reading == kConsistent)
      explanation.consistent.push_back(row.key);
    else if (row.reading == kAgainst)
      explanation.against.push_back(row.key);
    else if (row.reading == kUnchanged)
      explanation.unchanged.push_back(row.key);
    else
      explanation.not_assessed.push_back(row.key);
  }
  explanation.dominant = dominant_factor(rows);
  return explanation;
}

}  // namespace ihc::compare
