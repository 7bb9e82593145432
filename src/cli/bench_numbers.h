// The statistics of a run as they are printed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/metrics.h"
#include "bench/results/statistics.h"

namespace ihc {

/// Of requests that were cut off it is only known that they took longer (bench/results/statistics.h): a quantile among
/// them is `at_least` the shortest of them.
struct BenchQuantile {
  std::optional<double> value;
  std::optional<double> at_least;
};

struct BenchNumbers {
  std::string name;
  std::int64_t n = 0;           ///< with those that were cut off
  std::int64_t unanswered = 0;  ///< of them cut off
  std::optional<double> mean;
  std::optional<double> max;
  BenchQuantile p50, p90, p95, p99;
  /// Of "p50", "p95", "p99"; empty for gaps between chunks: those of one answer hang together.
  std::map<std::string, bench::PercentileInterval> intervals;
  bool is_near_floor = false;  ///< of what the client itself adds
};

/// In the order of bench::metric_names().
std::vector<BenchNumbers> bench_numbers(const bench::RunMetrics& metrics);

}  // namespace ihc
