#include "compare/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "stats/quantile_interval.h"
#include "stats/quantiles.h"

namespace ihc::compare {

std::vector<double> values_of(const std::vector<RunValue>& runs) {
  std::vector<double> values;
  for (const RunValue& run : runs) values.push_back(run.value);
  return values;
}

std::vector<stats::Replicate> replicates_of(const std::vector<RunValue>& runs, bool with_samples) {
  std::vector<stats::Replicate> replicates;
  for (const RunValue& run : runs) {
    replicates.push_back({.value = run.value, .ascending = with_samples ? run.samples : std::span<const double>()});
  }
  return replicates;
}

std::size_t requests_of(const std::vector<RunValue>& runs) {
  return std::accumulate(runs.begin(), runs.end(), std::size_t{0},
                         [](std::size_t sum, const RunValue& run) { return sum + run.count; });
}

namespace {

// How many requests an arm needs before this statistic of it means something.
std::size_t requests_wanted(const MetricArms& arms) {
  return std::max(arms.fewest_requests, arms.quantile ? stats::samples_needed(*arms.quantile) : 0);
}

MetricVerdict measured(const MetricArms& arms, const Demands& demands) {
  const auto before = values_of(arms.before);
  const auto after = values_of(arms.after);
  MetricVerdict row{.metric = arms.metric,
                    .statistic = arms.statistic,
                    .is_headline = arms.is_headline,
                    .lower_is_better = arms.lower_is_better,
                    .runs_before = before.size(),
                    .runs_after = after.size(),
                    .requests_before = requests_of(arms.before),
                    .requests_after = requests_of(arms.after),
                    .before = stats::median_of_sorted(stats::sorted_samples(before)),
                    .after = stats::median_of_sorted(stats::sorted_samples(after))};
  row.estimate = stats::ratio_of_medians(
      replicates_of(arms.before, arms.quantile.has_value()), replicates_of(arms.after, arms.quantile.has_value()),
      {.probability = arms.quantile.value_or(0.5), .rounds = demands.rounds, .seed = demands.seed});
  if (row.estimate) row.p = stats::rank_permutation_test(before, after, demands.seed).p;
  return row;
}

// Holm over the headline set; the others are looked at one by one, and are called exploratory for that.
void adjust(std::vector<MetricVerdict>& rows) {
  std::vector<double> p_values;
  for (const MetricVerdict& row : rows) {
    if (row.is_headline && row.p) p_values.push_back(*row.p);
  }
  const auto adjusted = stats::holm_adjusted(p_values);
  std::size_t next = 0;
  for (MetricVerdict& row : rows) {
    if (row.p) row.p_adjusted = row.is_headline ? adjusted[next++] : *row.p;
  }
}

bool has_enough_requests(const MetricVerdict& row, std::size_t wanted) {
  return std::min(row.requests_before, row.requests_after) >= wanted;
}

Verdict judged(const MetricVerdict& row, const Demands& demands) {
  if (!row.estimate) return Verdict::inconclusive;
  const auto& [ratio, wide, narrow] = *row.estimate;
  const bool is_one_sided = wide.lower > 1 || wide.upper < 1;
  const bool is_large = std::abs(ratio - 1) >= demands.margin;
  if (row.p_adjusted.value_or(1) < demands.significance && is_one_sided && is_large) {
    return (ratio < 1) == row.lower_is_better ? Verdict::improved : Verdict::regressed;
  }
  if (narrow.lower > 1 - demands.margin && narrow.upper < 1 + demands.margin) return Verdict::equivalent;
  return Verdict::inconclusive;
}

// The effect that more runs should settle: the one seen where it is worth acting on, else the margin.
double effect_to_find(const MetricVerdict& row, const Demands& demands) {
  const double seen = row.estimate ? row.estimate->ratio : 1;
  return std::abs(seen - 1) >= demands.margin ? seen : 1 + demands.margin;
}

void say_what_would_decide(MetricVerdict& row, const MetricArms& arms, const Demands& demands, std::size_t headlines) {
  const std::size_t wanted = requests_wanted(arms);
  if (!has_enough_requests(row, wanted)) row.requests_needed = wanted;
  const auto spread = stats::pooled_log_deviation(values_of(arms.before), values_of(arms.after));
  if (!spread) return;
  // The least of the corrected set meets α over their number.
  const double level =
      demands.significance / static_cast<double>(row.is_headline ? std::max<std::size_t>(headlines, 1) : 1);
  const auto needed = stats::runs_needed(*spread, effect_to_find(row, demands), level, demands.power);
  if (needed && *needed > std::min(row.runs_before, row.runs_after)) row.runs_needed = needed;
}

}  // namespace

std::string to_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::improved:
      return "improved";
    case Verdict::regressed:
      return "regressed";
    case Verdict::equivalent:
      return "equivalent";
    case Verdict::inconclusive:
      return "inconclusive";
  }
  return "inconclusive";
}

void decide(std::vector<MetricVerdict>& rows, const std::vector<MetricArms>& metrics, const Demands& demands) {
  adjust(rows);
  for (std::size_t at = 0; at < rows.size(); ++at) {
    if (has_enough_requests(rows[at], requests_wanted(metrics[at]))) rows[at].verdict = judged(rows[at], demands);
  }
}

std::vector<MetricVerdict> compare_metrics(const std::vector<MetricArms>& metrics, const Demands& demands) {
  std::vector<MetricVerdict> rows;
  rows.reserve(metrics.size());
  for (const MetricArms& arms : metrics) rows.push_back(measured(arms, demands));
  decide(rows, metrics, demands);
  const auto headlines = static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](const MetricVerdict& row) { return row.is_headline && row.p; }));
  for (std::size_t at = 0; at < rows.size(); ++at) {
    if (rows[at].verdict == Verdict::inconclusive) say_what_would_decide(rows[at], metrics[at], demands, headlines);
  }
  return rows;
}

}  // namespace ihc::compare
