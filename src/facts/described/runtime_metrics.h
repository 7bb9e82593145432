// The description of the structs of facts/runtime_metrics.h.
#pragma once

#include "facts/describe.h"
#include "facts/runtime_metrics.h"

namespace ihc {

template <>
struct Describe<MetricQuantile> {
  static constexpr std::string_view kName = "metric_quantile";
  static constexpr auto kFields = std::tuple{
      field("above", &MetricQuantile::above, "the quantile is above this bucket bound; absent in the first bucket"),
      field("at_most", &MetricQuantile::at_most, "and at most this one; absent in the last bucket, which has no end")};
};

template <>
struct Describe<MetricHistogram> {
  static constexpr std::string_view kName = "metric_histogram";
  static constexpr auto kFields =
      std::tuple{field("count", &MetricHistogram::count,
                       "observations since the process started; of a window_histogram, those within the window"),
                 field("sum", &MetricHistogram::sum, "their sum, in the role's unit"),
                 field("mean", &MetricHistogram::mean, "sum / count"),
                 field("cumulative", &MetricHistogram::cumulative,
                       "observations at or below each bucket bound, the bound as printed (le), +Inf included"),
                 field("p50", &MetricHistogram::p50, "between which two bucket bounds half of them lie"),
                 field("p90", &MetricHistogram::p90, "likewise 90 %"),
                 field("p95", &MetricHistogram::p95, "likewise 95 %"),
                 field("p99", &MetricHistogram::p99, "likewise 99 %")};
};

template <>
struct Describe<MetricSeries> {
  static constexpr std::string_view kName = "metric_series";
  static constexpr auto kFields =
      std::tuple{field("labels", &MetricSeries::labels, "label set"),
                 field("value", &MetricSeries::value, "in the role's unit; absent when it is NaN or infinite"),
                 field("delta", &MetricSeries::delta, "of a counter: its growth from the first reading to the last"),
                 field("histogram", &MetricSeries::histogram, "where the metric is a histogram")};
};

template <>
struct Describe<RoleMetric> {
  static constexpr std::string_view kName = "role_metric";
  static constexpr auto kFields = std::tuple{
      field("metric", &RoleMetric::metric, "the metric's own name"),
      field("type", &RoleMetric::type, "counter, gauge, histogram, summary or untyped, as the text says"),
      field("unit", &RoleMetric::unit, "ms, ns, tokens, ratio; absent for plain counts"),
      field("map", &RoleMetric::map, "which map names it: shipped or own"),
      field("value", &RoleMetric::value, "of its only series, or the sum where series add up"),
      field("min", &RoleMetric::min, "smallest over its series"),
      field("max", &RoleMetric::max, "largest"),
      field("delta", &RoleMetric::delta,
            "of a counter: its growth from the first reading of the window to the last, all its series added up"),
      field("histogram", &RoleMetric::histogram, "all series together, where they have the same bucket bounds"),
      field("window_histogram", &RoleMetric::window_histogram,
            "what was observed between the first reading of the window and the last, and only that"),
      field("series", &RoleMetric::series, "each series by itself")};
};

template <>
struct Describe<StealRate> {
  static constexpr std::string_view kName = "steal_rate";
  static constexpr auto kFields = std::tuple{
      field("definition", &StealRate::definition,
            "steal_operations_per_poll (events), stolen_tasks_per_poll (tasks moved) or reported_steal_rate"),
      field("rate_pct", &StealRate::rate_pct, "percent"),
      field(
          "basis", &StealRate::basis,
          "window (what counters grew by from its first reading to its last), since_start (counters in a single text), "
          "or last_interval (gauges that a runtime monitor sets anew each interval)"),
      field("numerator", &StealRate::numerator, "the metric that was divided"),
      field("denominator", &StealRate::denominator, "and by which")};
};

template <>
struct Describe<MetricsServer> {
  static constexpr std::string_view kName = "metrics_server";
  static constexpr auto kFields = std::tuple{
      field("source", &MetricsServer::source, "its readings in the bundle (metrics/1), or the text that was imported"),
      field("url", &MetricsServer::url, "where it was asked; values of a query are left out"),
      field("worker_key", &MetricsServer::worker_key, "key of the worker whose command line names this port"),
      field("reading_count", &MetricsServer::reading_count, "answers that were metrics; of an import its texts"),
      field("failed_count", &MetricsServer::failed_count, "times it was asked and gave none"),
      field("window_seconds", &MetricsServer::window_seconds,
            "from its first reading to its last; absent for imported texts, which carry no time"),
      field("roles", &MetricsServer::roles, "as below, of this server alone")};
};

template <>
struct Describe<RuntimeMetrics> {
  static constexpr std::string_view kName = "runtime_metrics";
  static constexpr auto kFields = std::tuple{
      field("servers", &RuntimeMetrics::servers, "one for each endpoint that was asked, and for each text"),
      field(
          "roles", &RuntimeMetrics::roles,
          "by role: requests_waiting, requests_running, kv_cache_usage, preemptions, ttft, tpot, polls, …; values are "
          "those of the last reading. The series of several scraped servers stand together, told apart by the label "
          "instance; of several imported texts the first that has the role counts"),
      field("window_seconds", &RuntimeMetrics::window_seconds,
            "the longest time between the first and the last reading of a server; deltas grew in it"),
      field("steal_definition", &RuntimeMetrics::steal_definition, "the definition that steal_rate_pct follows"),
      field("steal_rate_pct", &RuntimeMetrics::steal_rate_pct,
            "task stealing between runtime threads per poll: nothing to do with a hypervisor's steal time"),
      field("steal_basis", &RuntimeMetrics::steal_basis, "over which time: window, since_start or last_interval"),
      field("steal_rates", &RuntimeMetrics::steal_rates, "the rate by every definition that the text allows"),
      field("series_count", &RuntimeMetrics::series_count, "series that were read"),
      field("duplicate_count", &RuntimeMetrics::duplicate_count, "lines that repeat a series and were left out")};
};

}  // namespace ihc
