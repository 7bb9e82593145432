// From the figures of a metric to an entry of facts.benchmarks[].metrics.
#pragma once

#include "bench/results/result.h"
#include "bench/results/statistics.h"
#include "facts/benchmark.h"

namespace ihc {

/// A metric of another tool's file, recomputed from its samples where it keeps them.
BenchmarkMetric metric_facts(const bench::ResultMetric& metric);

/// Spreads the figures over the members that they have of their own, and the rest over `percentiles`.
void put_statistics(const bench::MetricStatistics& statistics, BenchmarkMetric& metric);

}  // namespace ihc
