// What vLLM's `bench serve --save-result` and SGLang's bench_serving have in common: one flat object a run, statistics
// as
// "<statistic>_<metric>_ms", and, with details, an array an attribute with one entry a request, failed ones included.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "bench/results/result.h"

namespace ihc::bench {

/// One of the tool's metrics: its name within keys ("ttft" of "mean_ttft_ms"), our name for what it means.
struct ServingMetric {
  std::string_view suffix;
  std::string_view name;
  std::string_view definition;
  std::string_view counted;
};

/// Fills the metrics from mean_, median_, std_, max_ and pN_ keys. 0 for all of a metric means that there was none.
void take_serving_metrics(const Json& json, std::span<const ServingMetric> metrics, ResultRun& run);

/// The arrays of --save-detailed and --output-details, of the requests that were answered; in seconds. Empty vectors
/// where the file has none.
struct ServingDetails {
  std::size_t requests = 0;  ///< in the arrays, failed ones too
  std::size_t answered = 0;
  std::vector<double> ttft_ms;
  std::vector<double> e2e_ms;
  std::vector<double> tpot_ms;
  std::vector<double> gaps_ms;
  std::vector<double> client_queue_ms;
  std::map<std::string, std::int64_t> failed_by_reason;
  std::vector<TimedRequest> timed;
};

/// `e2e_from_gaps`: the end of a request is its last chunk, so that first chunk + gaps are the whole (vLLM).
ServingDetails read_serving_details(const Json& json, bool e2e_from_gaps);

/// request_rate ("inf", Infinity read as null, or a number), burstiness and max_concurrency → loop, rate, arrival.
void take_serving_load(const Json& json, ResultRun& run);

/// Puts the samples where the run has the metric, or makes it.
void put_samples(ResultRun& run, const ServingMetric& metric, std::vector<double> samples);

}  // namespace ihc::bench
