// The statistics of a run as they are printed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/load/benchmark.h"
#include "bench/metrics.h"

namespace ihc {

/// Quantiles by the nearest rank: each is a value that was measured. Of requests that were cut off it is only known
/// that they took longer: they rank above all others, and a quantile among them is `at_least` the shortest of them.
struct BenchQuantile {
  std::optional<double> value;
  std::optional<double> at_least;
};

struct BenchRange {
  std::optional<double> lower;
  std::optional<double> upper;  ///< absent: unbounded above
  std::int64_t needed = 0;      ///< samples from which both ends are finite
};

struct BenchNumbers {
  std::string name;
  std::int64_t n = 0;
  std::int64_t unanswered = 0;  ///< of them cut off
  double mean = 0;              ///< of those that were not
  double max = 0;
  BenchQuantile p50, p90, p95, p99;
  BenchRange p50_range, p95_range, p99_range;  ///< 95 % confidence, whatever the distribution
  bool is_near_floor = false;
};

/// In the order of bench::metric_names().
std::vector<BenchNumbers> bench_numbers(const bench::RunMetrics& metrics,
                                        const std::map<std::string, bench::Floor>& floor);

/// What a reader must know beside the numbers, a sentence each.
std::vector<std::string> bench_notes(const bench::RunRecord& run, const bench::RunMetrics& metrics,
                                     const std::vector<BenchNumbers>& numbers);

}  // namespace ihc
