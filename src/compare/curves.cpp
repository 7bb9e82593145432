#include "compare/curves.h"

#include <algorithm>
#include <cmath>

#include "stats/pooled.h"

namespace ihc::compare {

namespace {

bool is_latency_with_percentiles(const MetricSpec& metric) {
  return metric.lower_is_better &&
         std::any_of(metric.statistics.begin(), metric.statistics.end(),
                     [](const std::string& statistic) { return quantile_of_statistic(statistic).has_value(); });
}

stats::Pool pool_of(const Arm& arm, const std::string& metric) {
  stats::Pool pool;
  for (const ArmBundle& bundle : arm.bundles) {
    for (const RunSamples& run : bundle.samples) {
      if (const auto found = run.find(metric); found != run.end()) pool.emplace_back(found->second);
    }
  }
  return pool;
}

// Of how many requests an arm has past this probability; doubles make 10 · (1 − 0.9) a little less than one.
bool reaches(std::size_t requests, double probability) {
  return static_cast<double>(requests) * (1 - probability) > 1 - 1e-6;
}

std::optional<double> value_at(const stats::Pool& pool, std::size_t requests, double probability) {
  return reaches(requests, probability) ? stats::pooled_quantile(pool, probability) : std::nullopt;
}

// Even steps; the last one again in steps that get ten times finer, as long as there are requests past them.
std::vector<double> drawn_at(std::size_t points, std::size_t requests) {
  std::vector<double> probabilities;
  const double step = 1 / static_cast<double>(points);
  for (std::size_t at = 1; at < points; ++at)
    probabilities.push_back(static_cast<double>(at) / static_cast<double>(points));
  for (double beyond = step;; beyond /= 10) {
    for (const double share : {0.5, 0.2, 0.1}) {
      const double probability = std::round((1 - beyond * share) * 1e9) / 1e9;
      if (probability >= 1 || !reaches(requests, probability)) return probabilities;
      probabilities.push_back(probability);
    }
  }
}

}  // namespace

std::vector<ComparedCurve> curves_of(const ComparisonSpec& spec, const Arm& before, const Arm& after) {
  std::vector<ComparedCurve> curves;
  for (const MetricSpec& metric : spec.metrics) {
    if (!is_latency_with_percentiles(metric)) continue;
    const stats::Pool first = pool_of(before, metric.metric);
    const stats::Pool second = pool_of(after, metric.metric);
    const std::size_t requests_before = stats::pooled_count(first);
    const std::size_t requests_after = stats::pooled_count(second);
    if (requests_before == 0 || requests_after == 0) continue;
    ComparedCurve curve{.metric = metric.metric,
                        .requests_before = static_cast<std::int64_t>(requests_before),
                        .requests_after = static_cast<std::int64_t>(requests_after)};
    const auto point = [&](double probability) {
      return CurvePoint{.probability = probability,
                        .before = value_at(first, requests_before, probability),
                        .after = value_at(second, requests_after, probability)};
    };
    for (const double probability : spec.curve_ladder) curve.ladder.push_back(point(probability));
    for (const double probability : drawn_at(spec.curve_points, std::max(requests_before, requests_after)))
      curve.points.push_back(point(probability));
    curves.push_back(std::move(curve));
  }
  return curves;
}

}  // namespace ihc::compare
