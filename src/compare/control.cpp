#include "compare/control.h"

#include <algorithm>

#include "compare/metrics.h"
#include "compare/runs.h"
#include "stats/quantiles.h"

namespace ihc::compare {

namespace {

std::optional<double> ratio_in(const MetricArms& arms) {
  const auto before = stats::median_of_sorted(stats::sorted_samples(values_of(arms.before)));
  const auto after = stats::median_of_sorted(stats::sorted_samples(values_of(arms.after)));
  if (!before || !after || !(*before > 0) || !(*after > 0)) return std::nullopt;
  return *after / *before;
}

// Whether ranks tell the arms apart once `anyway` is taken off the later one.
double p_beyond(const MetricArms& arms, double anyway, std::uint64_t seed) {
  std::vector<double> after = values_of(arms.after);
  for (double& value : after) value /= anyway;
  return stats::rank_permutation_test(values_of(arms.before), after, seed).p;
}

MetricVerdict net_of(const MetricArms& changed, const MetricArms& control, const Demands& demands) {
  const auto fewest = [](std::size_t one, std::size_t other) { return std::min(one, other); };
  MetricVerdict row{.metric = changed.metric,
                    .statistic = changed.statistic,
                    .is_headline = changed.is_headline,
                    .lower_is_better = changed.lower_is_better,
                    .runs_before = fewest(changed.before.size(), control.before.size()),
                    .runs_after = fewest(changed.after.size(), control.after.size()),
                    .requests_before = fewest(requests_of(changed.before), requests_of(control.before)),
                    .requests_after = fewest(requests_of(changed.after), requests_of(control.after))};
  const bool has_samples = changed.quantile.has_value();
  const auto before = replicates_of(changed.before, has_samples);
  const auto after = replicates_of(changed.after, has_samples);
  const auto control_before = replicates_of(control.before, has_samples);
  const auto control_after = replicates_of(control.after, has_samples);
  row.estimate = stats::ratio_of_ratios(
      {.before = before, .after = after}, {.before = control_before, .after = control_after},
      {.probability = changed.quantile.value_or(0.5), .rounds = demands.rounds, .seed = demands.seed});
  const auto ratio = ratio_in(changed);
  const auto anyway = ratio_in(control);
  if (row.estimate && ratio && anyway)
    row.p = std::max(p_beyond(changed, *anyway, demands.seed), p_beyond(control, *ratio, demands.seed));
  return row;
}

ControlMetric told(const MetricVerdict& row, const MetricArms& changed, const MetricArms& control) {
  ControlMetric metric{.metric = row.metric,
                       .statistic = row.statistic,
                       .headline = row.is_headline,
                       .lower_is_better = row.lower_is_better,
                       .verdict = to_word(row.verdict)};
  const auto ratio = ratio_in(changed);
  const auto anyway = ratio_in(control);
  if (ratio) metric.change_pct = percent_change(*ratio);
  if (anyway) metric.control_change_pct = percent_change(*anyway);
  if (ratio && anyway) metric.net_change_pct = percent_change(*ratio / *anyway);
  if (row.estimate) {
    metric.net_lower_pct = percent_change(row.estimate->interval95.lower);
    metric.net_upper_pct = percent_change(row.estimate->interval95.upper);
  }
  return metric;
}

bool has_all_arms(const MetricArms& arms) { return !arms.before.empty() && !arms.after.empty(); }

}  // namespace

ComparisonControl compare_control(const ComparisonSpec& spec, const Arm& before, const Arm& after,
                                  const ControlArms& control, const CompareOptions& options) {
  ComparisonControl made{.before = account_of(control.before), .after = account_of(control.after)};
  const Demands demands = demands_of(spec, options);
  const auto beside = metrics_of_arms(spec, control.before, control.after);
  std::vector<MetricArms> changed;
  std::vector<const MetricArms*> unchanged;
  std::vector<MetricVerdict> rows;
  for (MetricArms& arms : metrics_of_arms(spec, before, after)) {
    const auto same = std::find_if(beside.begin(), beside.end(), [&](const MetricArms& other) {
      return other.metric == arms.metric && other.statistic == arms.statistic;
    });
    if (same == beside.end() || !has_all_arms(arms) || !has_all_arms(*same)) continue;
    rows.push_back(net_of(arms, *same, demands));
    changed.push_back(std::move(arms));
    unchanged.push_back(&*same);
  }
  decide(rows, changed, demands);
  for (std::size_t at = 0; at < rows.size(); ++at) made.metrics.push_back(told(rows[at], changed[at], *unchanged[at]));
  return made;
}

void take_back(ComparisonControl& control) {
  for (ControlMetric& metric : control.metrics) metric.verdict = "not_comparable";
}

}  // namespace ihc::compare
