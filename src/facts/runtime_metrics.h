// facts.runtime_metrics: what the inference servers and their runtimes count about themselves, by role, from /metrics
// texts: scraped through the window, or saved by someone. Sources: the exposition itself; tokio-metrics RuntimeMetrics
// for the work-stealing counters.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct MetricQuantile {
  std::optional<double> above;
  std::optional<double> at_most;
};

struct MetricHistogram {
  std::int64_t count = 0;
  std::optional<double> sum;
  std::optional<double> mean;
  std::map<std::string, double> cumulative;
  std::optional<MetricQuantile> p50;
  std::optional<MetricQuantile> p90;
  std::optional<MetricQuantile> p95;
  std::optional<MetricQuantile> p99;
};

struct MetricSeries {
  std::map<std::string, std::string> labels;
  std::optional<double> value;
  std::optional<double> delta;
  std::optional<MetricHistogram> histogram;
};

struct RoleMetric {
  std::string metric;
  std::string type;
  std::optional<std::string> unit;
  std::string map;
  std::optional<double> value;
  std::optional<double> min;
  std::optional<double> max;
  std::optional<double> delta;
  std::optional<MetricHistogram> histogram;
  std::optional<MetricHistogram> window_histogram;
  std::vector<MetricSeries> series;
};

struct StealRate {
  std::string definition;
  double rate_pct = 0;
  std::string basis;
  std::optional<std::string> numerator;
  std::optional<std::string> denominator;
};

struct MetricsServer {
  std::string source;
  std::optional<std::string> url;
  std::optional<std::string> worker_key;
  std::optional<std::int64_t> reading_count;
  std::optional<std::int64_t> failed_count;
  std::optional<double> window_seconds;
  std::map<std::string, RoleMetric> roles;
};

struct RuntimeMetrics {
  std::vector<MetricsServer> servers;
  std::map<std::string, RoleMetric> roles;
  std::optional<double> window_seconds;
  std::optional<std::string> steal_definition;
  std::optional<double> steal_rate_pct;
  std::optional<std::string> steal_basis;
  std::vector<StealRate> steal_rates;
  std::int64_t series_count = 0;
  std::optional<std::int64_t> duplicate_count;
};

}  // namespace ihc
