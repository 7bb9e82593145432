// From samples to the figures that are reported of them: percentiles under their rule, how sure they are, and how far a
// file's own figures are from those that its samples give.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/results/result.h"

namespace ihc::bench {

/// The distribution-free interval of a percentile (stats/quantile_interval.h).
struct PercentileInterval {
  std::optional<double> lower;
  std::optional<double> upper;
  bool is_unbounded_above = false;  ///< so many samples give no upper end, whatever their values
  std::int64_t n_needed = 0;        ///< from which both ends are finite
  double confidence_pct = 0;
};

struct MetricStatistics {
  std::optional<std::int64_t> n;
  std::map<std::string, double> values;                 ///< "mean", "sd", "min", "max", "p50", "p99.9"
  std::map<std::string, PercentileInterval> intervals;  ///< of p50, p95, p99, where samples are independent enough
  bool is_recomputed = false;                           ///< from samples; else as stated
  std::optional<double> disagreement_pct;  ///< largest difference of the two, of the stated one (of sd: of the mean)
};

/// Recomputed under the metric's own rule where the file keeps samples and the rule is known; else as stated.
MetricStatistics statistics_of(const ResultMetric& metric);

/// Of our own records, nearest rank. `at_least` is how long requests took whose end is not known (right-censored): each
/// counts as longer than every answer, so that a percentile among them is absent, an interval that ends among them is
/// unbounded above, and the mean, the deviation and the largest are absent.
MetricStatistics statistics_of(std::span<const double> values, std::span<const double> at_least, bool has_intervals);

}  // namespace ihc::bench
