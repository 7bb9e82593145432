#include "collectors/benchmark/metric_facts.h"

#include <array>
#include <string_view>
#include <utility>

namespace ihc {

namespace {

using Figure = std::optional<double> BenchmarkMetric::*;
constexpr std::array<std::pair<std::string_view, Figure>, 8> kFigures{{{"mean", &BenchmarkMetric::mean},
                                                                       {"sd", &BenchmarkMetric::sd},
                                                                       {"min", &BenchmarkMetric::min},
                                                                       {"p50", &BenchmarkMetric::p50},
                                                                       {"p90", &BenchmarkMetric::p90},
                                                                       {"p95", &BenchmarkMetric::p95},
                                                                       {"p99", &BenchmarkMetric::p99},
                                                                       {"max", &BenchmarkMetric::max}}};

using Interval = std::optional<BenchmarkInterval> BenchmarkMetric::*;
constexpr std::array<std::pair<std::string_view, Interval>, 3> kIntervals{{{"p50", &BenchmarkMetric::p50_interval},
                                                                           {"p95", &BenchmarkMetric::p95_interval},
                                                                           {"p99", &BenchmarkMetric::p99_interval}}};

}  // namespace

void put_statistics(const bench::MetricStatistics& statistics, BenchmarkMetric& metric) {
  metric.n = statistics.n;
  auto others = statistics.values;
  for (const auto& [name, member] : kFigures) {
    if (const auto found = others.extract(std::string(name))) metric.*member = found.mapped();
  }
  if (!others.empty()) metric.percentiles = std::move(others);
  for (const auto& [name, member] : kIntervals) {
    const auto found = statistics.intervals.find(std::string(name));
    if (found == statistics.intervals.end()) continue;
    const bench::PercentileInterval& interval = found->second;
    metric.*member = BenchmarkInterval{.lower = interval.lower,
                                       .upper = interval.upper,
                                       .unbounded_above = interval.is_unbounded_above,
                                       .n_needed = interval.n_needed,
                                       .confidence_pct = interval.confidence_pct};
  }
}

BenchmarkMetric metric_facts(const bench::ResultMetric& source) {
  const bench::MetricStatistics statistics = statistics_of(source);
  BenchmarkMetric metric{.definition = source.definition, .origin = statistics.is_recomputed ? "recomputed" : "stated"};
  if (!source.counted.empty()) metric.counted = source.counted;
  if (!source.quantile_rule.empty()) metric.quantile_rule = source.quantile_rule;
  metric.bucket_pct = source.bucket_pct;
  put_statistics(statistics, metric);
  if (statistics.is_recomputed && !source.stated.empty()) metric.stated = source.stated;
  metric.disagreement_pct = statistics.disagreement_pct;
  return metric;
}

}  // namespace ihc
