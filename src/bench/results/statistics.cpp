#include "bench/results/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "bench/results/json_fields.h"
#include "stats/moments.h"
#include "stats/quantile_interval.h"
#include "stats/quantiles.h"

namespace ihc::bench {

namespace {

constexpr double kConfidence = 0.95;
constexpr std::array<std::pair<std::string_view, double>, 4> kPercentiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}}};
constexpr std::array<std::pair<std::string_view, double>, 3> kIntervals{{{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}}};

std::optional<double> finite(std::optional<double> value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}

// What the number of samples alone says of an interval.
PercentileInterval interval_of_count(std::size_t count, double probability) {
  return {.is_unbounded_above = !stats::quantile_rank_interval(count, probability, kConfidence).upper.has_value(),
          .n_needed = static_cast<std::int64_t>(stats::samples_needed(probability, kConfidence)),
          .confidence_pct = 100 * kConfidence};
}

PercentileInterval interval_of_samples(std::span<const double> ascending, double probability) {
  PercentileInterval interval = interval_of_count(ascending.size(), probability);
  const stats::QuantileInterval ends = stats::quantile_interval(ascending, probability, kConfidence);
  interval.lower = finite(ends.lower);
  interval.upper = finite(ends.upper);
  interval.is_unbounded_above = !interval.upper.has_value();
  return interval;
}

// Gaps of one answer follow each other: an interval that takes them as independent would say too much.
bool is_independent_enough(std::string_view counted) { return counted == "requests" || counted == "runs"; }

// Ascending, or placed at what is asked of them.
std::optional<double> figure_of(const std::string& name, std::span<const double> ascending, stats::QuantileRule rule,
                                stats::Spread spread) {
  if (name == "mean") return finite(stats::mean(ascending));
  if (name == "sd") return finite(stats::standard_deviation(ascending, spread));
  if (name == "min") return finite(ascending.front());
  if (name == "max") return finite(ascending.back());
  const auto probability = probability_of(name);
  return probability ? finite(stats::quantile_of_sorted(ascending, *probability, rule)) : std::nullopt;
}

void put_figures(std::span<const double> ascending, stats::QuantileRule rule, stats::Spread spread,
                 MetricStatistics& statistics) {
  statistics.n = static_cast<std::int64_t>(ascending.size());
  std::vector<std::string> names{"mean", "sd", "min", "max"};
  for (const auto& [name, probability] : kPercentiles) names.emplace_back(name);
  for (const std::string& name : names) {
    if (const auto value = figure_of(name, ascending, rule, spread)) statistics.values[name] = *value;
  }
}

// What the file states beyond the usual figures is computed too, and all of it laid beside.
void compare_with_stated(const ResultMetric& metric, std::span<const double> ascending, MetricStatistics& statistics) {
  if (metric.stated.empty()) return;
  // A deviation may be next to nothing; how far it is off matters by the size of the values.
  const double size = std::abs(stats::mean(ascending).value_or(0));
  double largest = 0;
  for (const auto& [name, theirs] : metric.stated) {
    const auto ours = figure_of(name, ascending, *metric.rule, metric.spread);
    if (!ours) continue;
    statistics.values[name] = *ours;
    const double whole = name == "sd" ? size : std::abs(theirs);
    if (whole > 0) largest = std::max(largest, 100 * std::abs(*ours - theirs) / whole);
  }
  statistics.disagreement_pct = largest;
}

// Who was cut off stands behind every answer.
std::vector<double> with_cut_off(std::vector<double> values, std::size_t cut_off) {
  values.insert(values.end(), cut_off, std::numeric_limits<double>::infinity());
  return values;
}

std::vector<double> placed_with_cut_off(std::span<const double> values, std::size_t cut_off) {
  std::vector<double> probabilities;
  for (const auto& [name, probability] : kPercentiles) probabilities.push_back(probability);
  if (cut_off == 0) return stats::samples_placed_at(values, probabilities);
  return stats::samples_placed_at(with_cut_off({values.begin(), values.end()}, cut_off), probabilities);
}

}  // namespace

MetricStatistics statistics_of(const ResultMetric& metric) {
  MetricStatistics statistics{.n = metric.n, .values = metric.stated};
  const auto ascending = metric.rule ? stats::sorted_samples(metric.samples) : std::vector<double>{};
  const bool has_intervals = is_independent_enough(metric.counted);
  if (!ascending.empty()) {
    statistics.values.clear();
    statistics.is_recomputed = true;
    put_figures(ascending, *metric.rule, metric.spread, statistics);
    compare_with_stated(metric, ascending, statistics);
  }
  if (!has_intervals || !statistics.n || *statistics.n <= 0) return statistics;
  for (const auto& [name, probability] : kIntervals) {
    statistics.intervals[std::string(name)] =
        statistics.is_recomputed ? interval_of_samples(ascending, probability)
                                 : interval_of_count(static_cast<std::size_t>(*statistics.n), probability);
  }
  return statistics;
}

MetricStatistics statistics_of(std::span<const double> values, std::span<const double> at_least, bool has_intervals) {
  MetricStatistics statistics{.is_recomputed = true};
  const auto ascending = has_intervals ? with_cut_off(stats::sorted_samples(values), at_least.size())
                                       : placed_with_cut_off(values, at_least.size());
  if (ascending.empty()) return statistics;
  put_figures(ascending, stats::QuantileRule::nearest_rank, stats::Spread::sample, statistics);
  if (!has_intervals) return statistics;
  for (const auto& [name, probability] : kIntervals) {
    statistics.intervals[std::string(name)] = interval_of_samples(ascending, probability);
  }
  return statistics;
}

}  // namespace ihc::bench
