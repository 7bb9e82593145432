// What a /metrics endpoint prints: the Prometheus text format 0.0.4 and OpenMetrics 1.0.
//
//   # HELP vllm:num_requests_waiting Number of requests waiting to be processed.
//   # TYPE vllm:num_requests_waiting gauge
//   vllm:num_requests_waiting{engine="0",model_name="m\"1\""} 64.0 1395066363000
//   # TYPE ttft_seconds histogram
//   ttft_seconds_bucket{le="0.005"} 0 # {trace_id="4bf9"} 0.004 1520879607.789
//   ttft_seconds_bucket{le="+Inf"} 664
//   ttft_seconds_count 664
//   # EOF
//
// Sources: prometheus.io/docs/instrumenting/exposition_formats, OpenMetrics 1.0.0. A value may be NaN, +Inf or -Inf.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"

namespace ihc {

using MetricLabels = std::map<std::string, std::string>;

struct MetricSample {
  MetricLabels labels;
  double value = 0;  ///< may be NaN or infinite
};

struct Exposition {
  std::map<std::string, std::string> types;  ///< of # TYPE: counter, gauge, histogram, summary, unknown, …
  std::map<std::string, std::vector<MetricSample>> samples;  ///< by full name, in the order of the text
  std::size_t series_count = 0;
  std::size_t duplicate_count = 0;  ///< lines that repeat a series; the first is kept
  bool is_whole = false;            ///< OpenMetrics: "# EOF" was there
};

/// Reads at most kMaxSeries series; what comes after is not understood.
Parsed<Exposition> parse_exposition(std::string_view text);

inline constexpr std::size_t kMaxSeries = 200000;

}  // namespace ihc
