// facts.benchmarks: what load generators measured, each run with the conditions under which it did. One entry is one
// run. A metric stands under the name whose meaning it has (the list below), not under the one that its tool printed:
// two tools' "TTFT" are two quantities. `definition` says which tool's rule made the number.
//
//   ttfb_ms            first byte of the body                 ttfc_ms   first chunk with choices, whatever is in it
//   ttft_ms            first content, reasoning or tool call  ttfot_ms  first content that is no reasoning
//   ttst_ms            from the first to the second token     icl_ms    gaps between chunks, of all requests together
//   tpot_ms            (last token − first token) / (tokens − 1), per request
//   norm_tpot_ms       whole time / tokens, per request: the first token's time is in it
//   e2e_service_ms     from sending to the end                e2e_response_ms   from when it was due to the end
//   sched_lag_ms       sent later than due by the client      client_queue_ms   held back by a cap of the client
//   request_throughput_rps output_throughput_tps goodput_rps  a rate over the whole run: `mean` alone
//
// Source: the result files of the tools, as their own documentation and code define them; for `ihc bench` its records.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct BenchmarkInterval {
  std::optional<double> lower;
  std::optional<double> upper;
  bool unbounded_above = false;
  std::int64_t n_needed = 0;
  double confidence_pct = 0;
};

struct BenchmarkMetric {
  std::string definition;
  std::string origin;
  std::optional<std::string> counted;
  std::optional<std::int64_t> n;
  std::optional<double> mean;
  std::optional<double> sd;
  std::optional<double> min;
  std::optional<double> p50;
  std::optional<double> p90;
  std::optional<double> p95;
  std::optional<double> p99;
  std::optional<double> max;
  std::optional<std::map<std::string, double>> percentiles;
  std::optional<BenchmarkInterval> p50_interval;
  std::optional<BenchmarkInterval> p95_interval;
  std::optional<BenchmarkInterval> p99_interval;
  std::optional<std::string> quantile_rule;
  std::optional<double> bucket_pct;
  std::optional<std::map<std::string, double>> stated;
  std::optional<double> disagreement_pct;
};

struct BenchmarkOutcomes {
  std::optional<std::int64_t> asked;
  std::optional<std::int64_t> ok;
  std::optional<std::int64_t> failed;
  std::optional<std::int64_t> dropped;
  std::optional<std::int64_t> cancelled;
  std::optional<bool> failed_in_samples;
  std::optional<std::map<std::string, std::int64_t>> failed_by_reason;
};

struct BenchmarkLoad {
  std::string loop;
  std::optional<std::int64_t> concurrency;
  std::optional<double> rate_rps;
  std::optional<std::string> arrival;
  std::optional<double> burstiness;
  std::optional<std::int64_t> requests;
  std::optional<double> duration_seconds;
  std::optional<std::int64_t> warmup_requests;
  std::optional<double> warmup_seconds;
};

struct BenchmarkWork {
  std::optional<std::string> dataset;
  std::optional<std::string> prompts;
  std::optional<std::string> prompts_sha256;
  std::optional<std::int64_t> prompt_tokens_asked;
  std::optional<std::int64_t> max_tokens;
  std::optional<bool> streaming;
  std::optional<bool> ignore_eos;
  std::optional<double> temperature;
  std::optional<std::int64_t> seed;
  std::optional<std::int64_t> input_tokens;
  std::optional<std::int64_t> output_tokens;
  std::optional<std::int64_t> cached_tokens;
  std::optional<std::string> token_source;
};

struct BenchmarkServer {
  std::optional<std::string> url;
  std::optional<std::string> api;
  std::optional<std::string> model;
  std::optional<std::string> tokenizer;
  std::optional<std::string> server_header;
  std::optional<bool> is_local;
  std::optional<std::int64_t> pid;
  std::optional<std::string> worker_key;
  std::optional<CpuSet> cpus_allowed;
  std::optional<CpuSet> mems_allowed;
  std::optional<double> synthetic_remote_penalty;
};

struct BenchmarkClient {
  std::optional<CpuSet> cpus_allowed;
  std::optional<CpuSet> nodes;
  std::optional<std::vector<std::string>> governors;
  std::optional<CpuSet> cpus_shared_with_server;
  std::optional<double> wall_seconds;
  std::optional<double> cpu_seconds;
  std::optional<double> run_delay_seconds;
  std::optional<std::int64_t> involuntary_switches;
  std::optional<std::int64_t> voluntary_switches;
  std::optional<std::int64_t> tcp_retransmits;
};

struct BenchmarkWindow {
  std::optional<std::string> started_utc;
  std::optional<double> seconds;
  std::optional<double> start_s;
  std::optional<double> end_s;
  std::optional<double> common_seconds;
  std::optional<bool> interrupted;
};

struct BenchmarkConditions {
  BenchmarkLoad load;
  BenchmarkWork work;
  BenchmarkServer server;
  std::optional<BenchmarkClient> client;
  BenchmarkWindow window;
  std::optional<std::map<std::string, std::string>> labels;
};

struct BenchmarkFloor {
  std::int64_t n = 0;
  double p50 = 0;
  std::optional<double> p95;
  std::optional<double> p99;
};

struct BenchmarkTrend {
  double slope_per_second = 0;
  double lower = 0;
  double upper = 0;
};

/// How the run went from its beginning to its end, for whether its percentiles describe the server or the test's
/// length.
struct BenchmarkCourse {
  std::string metric;
  std::int64_t n = 0;
  std::optional<double> first_tenth_p50;
  std::optional<double> later_p50;
  std::optional<double> first_third_p50;
  std::optional<double> last_third_p50;
  std::optional<BenchmarkTrend> latency_trend;
  std::optional<BenchmarkTrend> in_flight_trend;
};

struct Benchmark {
  std::string key;
  std::string workload_key;
  std::string tool;
  std::optional<std::string> tool_version;
  std::string definition;
  std::string file;
  std::optional<std::int64_t> run;
  std::optional<std::int64_t> runs;
  BenchmarkConditions conditions;
  BenchmarkOutcomes outcomes;
  std::map<std::string, BenchmarkMetric> metrics;
  std::optional<std::map<std::string, double>> slo_ms;
  std::optional<std::map<std::string, BenchmarkFloor>> floor;
  std::optional<BenchmarkCourse> course;
  std::vector<std::string> contradictions;
};

}  // namespace ihc
