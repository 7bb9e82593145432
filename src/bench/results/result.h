// What a load generator's result file says, under our names for what it measured. Readers fill this from text alone:
// they convert units and choose the name whose meaning a number has (facts/benchmark.h lists the names), and compute
// nothing that the tool did not. Latencies are ms.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stats/moments.h"
#include "stats/quantiles.h"

namespace ihc::bench {

struct ResultMetric {
  std::string definition;  ///< whose meaning: "vllm.ttft"
  std::string counted;     ///< what n counts: "requests", "gaps", "runs", "seconds"; empty where n is not known
  std::optional<std::int64_t> n;
  std::map<std::string, double> stated;     ///< "mean", "sd", "min", "p50", "p99", "p99.9", "max"
  std::vector<double> samples;              ///< those behind it, in any order; empty: the file does not keep them
  std::string quantile_rule;                ///< how the tool takes percentiles; empty: not known
  std::optional<stats::QuantileRule> rule;  ///< the same, where it can be computed again
  stats::Spread spread = stats::Spread::population;
  std::optional<double> bucket_pct;  ///< width of the histogram bucket behind its highest stated percentile up to p95
};

/// One answered request of a file that keeps times.
struct TimedRequest {
  double start_s = 0;  ///< on any clock, the same for all
  double ttft_ms = 0;
  double e2e_ms = 0;
};

struct ResultRun {
  std::string tool;  ///< "vllm", "sglang", …
  std::optional<std::string> tool_version;
  std::string definition;  ///< the set of meanings: "vllm-bench-serve"

  // How requests were sent; names as in facts/benchmark.h.
  std::string loop = "unknown";
  std::optional<std::int64_t> concurrency;
  std::optional<double> rate_rps;
  std::optional<std::string> arrival;
  std::optional<double> burstiness;
  std::optional<std::int64_t> requests;
  std::optional<double> duration_s;
  std::optional<std::int64_t> warmup_requests;
  std::optional<double> warmup_s;

  // What was asked, and of whom.
  std::optional<std::string> dataset;
  std::optional<std::int64_t> prompt_tokens_asked;
  std::optional<std::int64_t> max_tokens;
  std::optional<bool> is_streaming;
  std::optional<std::int64_t> seed;
  std::optional<std::int64_t> input_tokens;
  std::optional<std::int64_t> output_tokens;
  std::optional<std::string> token_source;
  std::optional<std::string> url;
  std::optional<std::string> api;
  std::optional<std::string> model;
  std::optional<std::string> tokenizer;
  std::optional<std::string> server_header;

  // What became of the requests.
  std::optional<std::int64_t> asked;
  std::optional<std::int64_t> ok;
  std::optional<std::int64_t> failed;
  std::optional<std::int64_t> dropped;
  std::optional<std::int64_t> cancelled;
  std::optional<bool> failed_in_samples;
  std::map<std::string, std::int64_t> failed_by_reason;

  std::optional<std::string> started;  ///< UTC with Z, or the tool's local time without a zone
  std::optional<double> seconds;
  std::map<std::string, ResultMetric> metrics;  ///< by our names
  std::map<std::string, double> slo_ms;
  std::map<std::string, std::string> labels;
  std::vector<TimedRequest> timed;
  std::vector<std::string> contradictions;  ///< codes of facts/benchmark.h
};

struct ReadResults {
  std::vector<ResultRun> runs;
  std::vector<std::string> problems;  ///< what was not understood, for people
};

/// One format: how to know it, and how to read it. Neither throws, whatever the bytes.
struct ResultFormat {
  std::string_view kind;                  ///< as `ihc import` names it: "bench-vllm-json"
  std::string_view about;                 ///< one line for people
  bool (*is_it)(std::string_view start);  ///< looks at no more than the first 64 KiB
  ReadResults (*read)(std::string_view text);
};

}  // namespace ihc::bench
