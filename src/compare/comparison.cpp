#include "compare/comparison.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/json_read.h"
#include "compare/conditions.h"
#include "compare/control.h"
#include "compare/curves.h"
#include "compare/explanation.h"
#include "compare/findings.h"
#include "compare/metrics.h"
#include "compare/runs.h"
#include "compare/timeline.h"

namespace ihc::compare {

namespace {

std::optional<std::int64_t> count_of(std::optional<std::size_t> number) {
  if (!number) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

ComparedCondition told(const Condition& row) {
  ComparedCondition condition{
      .key = row.spec->key, .title = row.spec->title, .kind = row.spec->kind, .moves = row.spec->moves};
  if (row.spec->rung) condition.rung = *row.spec->rung;
  if (row.spec->lab_row) condition.lab_row = *row.spec->lab_row;
  if (row.before) condition.before = plain_text(*row.before);
  if (row.after) condition.after = plain_text(*row.after);
  condition.state = to_word(row.state);
  condition.role = to_word(row.role);
  condition.varies_within_arm = row.varies_within_arm;
  if (!row.missing.empty()) condition.missing = row.missing;
  if (!row.reason.empty()) condition.reason = row.reason;
  condition.recognised_by = row.recognised_by;
  return condition;
}

ComparedMetric told(const MetricVerdict& row) {
  ComparedMetric metric{.metric = row.metric,
                        .statistic = row.statistic,
                        .headline = row.is_headline,
                        .lower_is_better = row.lower_is_better,
                        .runs_before = static_cast<std::int64_t>(row.runs_before),
                        .runs_after = static_cast<std::int64_t>(row.runs_after),
                        .requests_before = static_cast<std::int64_t>(row.requests_before),
                        .requests_after = static_cast<std::int64_t>(row.requests_after),
                        .before = row.before,
                        .after = row.after,
                        .p = row.p,
                        .p_adjusted = row.p_adjusted,
                        .verdict = to_word(row.verdict),
                        .runs_needed = count_of(row.runs_needed),
                        .requests_needed = count_of(row.requests_needed)};
  if (row.before && row.after && *row.before > 0) {
    metric.ratio = *row.after / *row.before;
    metric.change_pct = percent_change(*metric.ratio);
  }
  if (row.estimate) {
    metric.change_lower_pct = percent_change(row.estimate->interval95.lower);
    metric.change_upper_pct = percent_change(row.estimate->interval95.upper);
    metric.narrow_lower_pct = percent_change(row.estimate->interval90.lower);
    metric.narrow_upper_pct = percent_change(row.estimate->interval90.upper);
  }
  return metric;
}

const Condition* find_condition(const std::vector<Condition>& rows, const std::string& key) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Condition& row) { return row.spec->key == key; });
  return found == rows.end() ? nullptr : &*found;
}

// Of the headline metrics with a verdict (or only of those that changed) the one whose ratio lies farthest from 1.
const MetricVerdict* claimed(const std::vector<MetricVerdict>& rows, bool only_changed) {
  const MetricVerdict* best = nullptr;
  for (const MetricVerdict& row : rows) {
    const bool has_changed = row.verdict == Verdict::improved || row.verdict == Verdict::regressed;
    if (!row.is_headline || !row.estimate || row.verdict == Verdict::inconclusive) continue;
    if (only_changed && !has_changed) continue;
    const auto size = [](const MetricVerdict& of) { return std::abs(std::log(of.estimate->ratio)); };
    if (best == nullptr || size(row) > size(*best)) best = &row;
  }
  return best;
}

std::optional<ComparisonClaim> claim_of(const ComparisonSpec& spec, const std::vector<MetricVerdict>& metrics,
                                        const std::vector<Condition>& conditions) {
  const MetricVerdict* about = claimed(metrics, false);
  if (about == nullptr) return std::nullopt;
  ComparisonClaim claim{.metric = about->metric, .statistic = about->statistic};
  for (const std::string& key : spec.claim) {
    const Condition* row = find_condition(conditions, key);
    if (row == nullptr || !row->before || !row->after) {
      claim.missing.push_back(key);
      continue;
    }
    const std::string before = plain_text(*row->before);
    const std::string after = plain_text(*row->after);
    claim.conditions[key] = before == after ? after : before + " → " + after;
  }
  return claim;
}

const ArmBundle* latest(const Arm& arm) {
  const auto when = [](const ArmBundle& bundle) {
    return text_at(at(bundle.facts, "node"), "collected_to").value_or("");
  };
  const auto found =
      std::max_element(arm.bundles.begin(), arm.bundles.end(),
                       [&](const ArmBundle& left, const ArmBundle& right) { return when(left) < when(right); });
  return found == arm.bundles.end() ? nullptr : &*found;
}

void count_lab_rows(const std::vector<Condition>& conditions, Comparison& comparison) {
  for (const Condition& row : conditions) {
    if (!row.spec->lab_row || row.state == ConditionState::unknown) continue;
    ++comparison.lab_rows;
    if (row.state == ConditionState::same) ++comparison.lab_rows_same;
  }
}

// "kernel 3, placement 2": the packs that judged the bundles of an arm; absent where none is told.
std::optional<std::string> rules_of(const Arm& arm) {
  std::set<std::string> packs;
  for (const ArmBundle& bundle : arm.bundles) {
    for (const Json& pack : list_at(bundle.findings, "packs"))
      packs.insert(string_at(pack, "name") + " " + string_at(pack, "version"));
  }
  std::string text;
  for (const std::string& pack : packs) text += (text.empty() ? "" : ", ") + pack;
  return text.empty() ? std::nullopt : std::optional(text);
}

std::int64_t rungs_in(const ComparisonSpec& spec) {
  int highest = 0;
  for (const ConditionSpec& condition : spec.conditions) highest = std::max(highest, condition.rung.value_or(0));
  return highest;
}

}  // namespace

Demands demands_of(const ComparisonSpec& spec, const CompareOptions& options) {
  return {.margin = options.margin_pct.value_or(spec.margin_pct) / 100,
          .significance = spec.significance_pct / 100,
          .power = spec.power_pct / 100,
          .rounds = spec.bootstrap_rounds,
          .seed = options.seed};
}

Comparison build_comparison(const ComparisonSpec& spec, const Arm& before, const Arm& after,
                            const CompareOptions& options) {
  Comparison comparison{.spec_version = spec.version,
                        .margin_pct = options.margin_pct.value_or(spec.margin_pct),
                        .significance_pct = spec.significance_pct,
                        .bootstrap_rounds = static_cast<std::int64_t>(spec.bootstrap_rounds),
                        .seed = static_cast<std::int64_t>(options.seed)};
  comparison.expected.assign(options.expected.begin(), options.expected.end());
  comparison.before = account_of(before);
  comparison.after = account_of(after);
  comparison.rules_before = rules_of(before);
  comparison.rules_after = rules_of(after);

  const auto conditions = compare_conditions(spec, before, after, options.expected);
  for (const Condition& row : conditions) comparison.conditions.push_back(told(row));
  comparison.ladder = {.score = ladder_score(conditions), .rungs = rungs_in(spec)};
  count_lab_rows(conditions, comparison);

  const auto arms = metrics_of_arms(spec, before, after);
  const auto metrics = compare_metrics(arms, demands_of(spec, options));
  for (const MetricVerdict& row : metrics) comparison.metrics.push_back(told(row));
  const MetricVerdict* changed = claimed(metrics, true);
  comparison.evidence = compare_evidence(spec, before, after, changed, comparison.margin_pct);
  if (changed != nullptr) comparison.explanation = explanation_of(*changed, comparison.evidence);

  const ArmBundle* then = latest(before);
  const ArmBundle* now = latest(after);
  if (then != nullptr && now != nullptr) comparison.findings = compare_findings(then->findings, now->findings);
  comparison.order = order_of(before, after, arms);
  comparison.order.planned = planned_sequence(options.planned_order, before.label, after.label);
  comparison.claim = claim_of(spec, metrics, conditions);
  comparison.curves = curves_of(spec, before, after);
  for (const Arm* arm : {&before, &after}) {
    for (ComparisonTimeline& timeline : timelines_of(*arm, spec.timeline))
      comparison.timelines.push_back(std::move(timeline));
  }
  return comparison;
}

void take_back_verdicts(Comparison& comparison) {
  for (ComparedMetric& metric : comparison.metrics) metric.verdict = "not_comparable";
  for (ComparedEvidence& row : comparison.evidence) row.reading.clear();
  if (comparison.control) take_back(*comparison.control);
  comparison.explanation.reset();
  comparison.claim.reset();
}

}  // namespace ihc::compare
