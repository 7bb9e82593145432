#include "cli/bench_numbers.h"

#include <algorithm>

namespace ihc {

namespace {

using bench::RunMetrics;

constexpr std::string_view kPooledMetric = "icl_ms";

BenchNumbers numbers_of(const std::string& name, const bench::MetricSamples& samples) {
  const bench::MetricStatistics statistics =
      bench::statistics_of(samples.values, samples.at_least, name != kPooledMetric);
  const auto value = [&](const char* statistic) {
    const auto found = statistics.values.find(statistic);
    return found == statistics.values.end() ? std::nullopt : std::optional(found->second);
  };
  const auto quantile = [&](const char* statistic) {
    BenchQuantile result{.value = value(statistic)};
    if (!result.value && !samples.at_least.empty()) result.at_least = *std::ranges::min_element(samples.at_least);
    return result;
  };
  return {.name = name,
          .n = static_cast<std::int64_t>(samples.values.size() + samples.at_least.size()),
          .unanswered = static_cast<std::int64_t>(samples.at_least.size()),
          .mean = value("mean"),
          .max = value("max"),
          .p50 = quantile("p50"),
          .p90 = quantile("p90"),
          .p95 = quantile("p95"),
          .p99 = quantile("p99"),
          .intervals = statistics.intervals};
}

}  // namespace

std::vector<BenchNumbers> bench_numbers(const RunMetrics& metrics) {
  std::vector<BenchNumbers> all;
  for (const std::string& name : bench::metric_names()) {
    const auto found = metrics.samples_ms.find(name);
    if (found != metrics.samples_ms.end()) all.push_back(numbers_of(name, found->second));
  }
  return all;
}

}  // namespace ihc
