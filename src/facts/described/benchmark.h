// The description of the structs of facts/benchmark.h.
#pragma once

#include "facts/benchmark.h"
#include "facts/describe.h"

namespace ihc {

template <>
struct Describe<BenchmarkInterval> {
  static constexpr std::string_view kName = "benchmark_interval";
  static constexpr auto kFields = std::tuple{
      field("lower", &BenchmarkInterval::lower, "lower end, a sample; absent: the samples were not kept"),
      field("upper", &BenchmarkInterval::upper, "upper end, a sample; absent: not kept, or unbounded above"),
      field("unbounded_above", &BenchmarkInterval::unbounded_above,
            "whether so many samples give no upper end at all, whatever their values"),
      field("n_needed", &BenchmarkInterval::n_needed, "samples from which both ends are finite"),
      field("confidence_pct", &BenchmarkInterval::confidence_pct,
            "of the two-sided distribution-free interval between order statistics, if samples were independent")};
};

template <>
struct Describe<BenchmarkMetric> {
  static constexpr std::string_view kName = "benchmark_metric";
  static constexpr auto kFields = std::tuple{
      field("definition", &BenchmarkMetric::definition,
            "whose meaning it has: vllm.ttft, sglang.itl, ihc-bench-1.ttft"),
      field("origin", &BenchmarkMetric::origin,
            "recomputed: from samples that the file keeps; stated: as the file says; measured: from our own records"),
      field("counted", &BenchmarkMetric::counted, "what n counts: requests, gaps, runs, or seconds of the run"),
      field("n", &BenchmarkMetric::n, "how many values are behind it"),
      field("mean", &BenchmarkMetric::mean, "arithmetic mean; of a rate, the rate over the run"),
      field("sd", &BenchmarkMetric::sd, "standard deviation, as the tool divides (n or n − 1)"),
      field("min", &BenchmarkMetric::min, "smallest"),
      field("p50", &BenchmarkMetric::p50, "median"),
      field("p90", &BenchmarkMetric::p90, "90th percentile"),
      field("p95", &BenchmarkMetric::p95, "95th percentile"),
      field("p99", &BenchmarkMetric::p99, "99th percentile"),
      field("max", &BenchmarkMetric::max, "largest"),
      field("percentiles", &BenchmarkMetric::percentiles, "others that the file states, by name: p75, p99.9"),
      field("p50_interval", &BenchmarkMetric::p50_interval, "how sure the median is"),
      field("p95_interval", &BenchmarkMetric::p95_interval, "how sure the 95th percentile is"),
      field("p99_interval", &BenchmarkMetric::p99_interval, "how sure the 99th percentile is"),
      field(
          "quantile_rule", &BenchmarkMetric::quantile_rule,
          "linear, nearest_rank, floor_index, ceiling_index (src/stats/quantiles.h), hdr_buckets, microsecond_buckets, "
          "histogram_linear, time_weighted; absent: not known of this tool"),
      field(
          "bucket_pct", &BenchmarkMetric::bucket_pct,
          "width of the histogram bucket that its 95th percentile (else its last stated one) falls into, of its value"),
      field("stated", &BenchmarkMetric::stated, "what the file says, where the values here were recomputed"),
      field("disagreement_pct", &BenchmarkMetric::disagreement_pct,
            "the largest difference between recomputed and stated, of the stated value (of sd: of the mean)")};
};

template <>
struct Describe<BenchmarkOutcomes> {
  static constexpr std::string_view kName = "benchmark_outcomes";
  static constexpr auto kFields = std::tuple{
      field("asked", &BenchmarkOutcomes::asked, "requests that the schedule had, without warm-up"),
      field("ok", &BenchmarkOutcomes::ok, "of them answered whole"),
      field("failed", &BenchmarkOutcomes::failed,
            "of them failed: no answer, an error for an answer, or an answer that broke off"),
      field("dropped", &BenchmarkOutcomes::dropped, "of them never sent, for a cap of the client"),
      field("cancelled", &BenchmarkOutcomes::cancelled, "of them in flight when the run was ended"),
      field(
          "failed_in_samples", &BenchmarkOutcomes::failed_in_samples,
          "whether failed requests are among the values behind the percentiles (wrk, hey: an HTTP error is an answer); "
          "false: they are in none"),
      field("failed_by_reason", &BenchmarkOutcomes::failed_by_reason,
            "failed, by the tool's own reason (an HTTP status, an outcome's word, an error's text cut short)")};
};

template <>
struct Describe<BenchmarkLoad> {
  static constexpr std::string_view kName = "benchmark_load";
  static constexpr auto kFields = std::tuple{
      field("loop", &BenchmarkLoad::loop,
            "open: requests go out when due, whatever the server does; closed: a request waits for an answer first; "
            "burst: "
            "all at once; commands: programs run one after another; unknown"),
      field("concurrency", &BenchmarkLoad::concurrency,
            "closed: requests at once; open: the most that may be in flight"),
      field("rate_rps", &BenchmarkLoad::rate_rps, "requests a second that were asked for"),
      field("arrival", &BenchmarkLoad::arrival, "poisson, constant or gamma"),
      field("burstiness", &BenchmarkLoad::burstiness, "shape of the gamma arrival; 1 is poisson"),
      field("requests", &BenchmarkLoad::requests, "how many were to be sent"),
      field("duration_seconds", &BenchmarkLoad::duration_seconds, "how long it was to run, where time ends it"),
      field("warmup_requests", &BenchmarkLoad::warmup_requests, "left out at the start; absent: the file does not say"),
      field("warmup_seconds", &BenchmarkLoad::warmup_seconds, "the same as time")};
};

template <>
struct Describe<BenchmarkWork> {
  static constexpr std::string_view kName = "benchmark_work";
  static constexpr auto kFields = std::tuple{
      field("dataset", &BenchmarkWork::dataset, "the tool's name of what was sent"),
      field("prompts", &BenchmarkWork::prompts, "unique: each its own words, no prefix cache helps; file"),
      field("prompts_sha256", &BenchmarkWork::prompts_sha256, "of that file"),
      field("prompt_tokens_asked", &BenchmarkWork::prompt_tokens_asked, "length that prompts were made for"),
      field("max_tokens", &BenchmarkWork::max_tokens, "most tokens an answer might have"),
      field("streaming", &BenchmarkWork::streaming, "whether answers came in chunks"),
      field("ignore_eos", &BenchmarkWork::ignore_eos, "whether the server was told not to stop early"),
      field("temperature", &BenchmarkWork::temperature, "as sent"),
      field("seed", &BenchmarkWork::seed, "of prompts and schedule"),
      field("input_tokens", &BenchmarkWork::input_tokens, "prompt tokens of all requests that were answered"),
      field("output_tokens", &BenchmarkWork::output_tokens, "tokens of all answers"),
      field("cached_tokens", &BenchmarkWork::cached_tokens,
            "prompt tokens that came out of a prefix cache, as the server says"),
      field("token_source", &BenchmarkWork::token_source,
            "where counts of answers' tokens come from: usage (the server), deltas, chunks (right only while a chunk "
            "is a "
            "token), tokenizer (of the client), usage_or_tokenizer")};
};

template <>
struct Describe<BenchmarkServer> {
  static constexpr std::string_view kName = "benchmark_server";
  static constexpr auto kFields = std::tuple{
      field("url", &BenchmarkServer::url, "without credentials and query"),
      field("api", &BenchmarkServer::api, "chat_completions, completions, or the tool's word for its backend"),
      field("model", &BenchmarkServer::model, "as asked for"),
      field("tokenizer", &BenchmarkServer::tokenizer, "of the client, where it counts tokens itself"),
      field("server_header", &BenchmarkServer::server_header, "as it names itself in HTTP"),
      field("is_local", &BenchmarkServer::is_local, "whether it ran on the client's machine"),
      field("pid", &BenchmarkServer::pid, "of the process that listened"),
      field("worker_key", &BenchmarkServer::worker_key, "the worker in facts.workers that it is; its flags are there"),
      field("cpus_allowed", &BenchmarkServer::cpus_allowed, "its CPUs when the run began"),
      field("mems_allowed", &BenchmarkServer::mems_allowed, "its memory nodes"),
      field("synthetic_remote_penalty", &BenchmarkServer::synthetic_remote_penalty,
            "declared by the stand-in server: this factor was put on its memory accesses by hand; no real distance")};
};

template <>
struct Describe<BenchmarkClient> {
  static constexpr std::string_view kName = "benchmark_client";
  static constexpr auto kFields = std::tuple{
      field("cpus_allowed", &BenchmarkClient::cpus_allowed, "CPUs of the load generator"),
      field("nodes", &BenchmarkClient::nodes, "NUMA nodes of those CPUs"),
      field("governors", &BenchmarkClient::governors, "frequency governors of those CPUs, each once"),
      field("cpus_shared_with_server", &BenchmarkClient::cpus_shared_with_server,
            "CPUs that both may use, empty when none; absent: the server's are not known"),
      field("wall_seconds", &BenchmarkClient::wall_seconds, "length of the measured part"),
      field("cpu_seconds", &BenchmarkClient::cpu_seconds,
            "CPU time of the load generator in it; it has one busy thread"),
      field("run_delay_seconds", &BenchmarkClient::run_delay_seconds, "ready, and not running (schedstat)"),
      field("involuntary_switches", &BenchmarkClient::involuntary_switches, "times it was made to stop"),
      field("voluntary_switches", &BenchmarkClient::voluntary_switches, "times it waited"),
      field("tcp_retransmits", &BenchmarkClient::tcp_retransmits, "segments sent again, of the run's connections")};
};

template <>
struct Describe<BenchmarkWindow> {
  static constexpr std::string_view kName = "benchmark_window";
  static constexpr auto kFields = std::tuple{
      field("started_utc", &BenchmarkWindow::started_utc, "as the tool says; of some tools local time without a zone"),
      field("seconds", &BenchmarkWindow::seconds, "length of the measured part"),
      field("start_s", &BenchmarkWindow::start_s,
            "its start on the axis of facts.series; the same machine and boot only"),
      field("end_s", &BenchmarkWindow::end_s, "its end there"),
      field("common_seconds", &BenchmarkWindow::common_seconds, "how much of it lies in the collection's window"),
      field("interrupted", &BenchmarkWindow::interrupted, "whether somebody ended it before its time")};
};

template <>
struct Describe<BenchmarkConditions> {
  static constexpr std::string_view kName = "benchmark_conditions";
  static constexpr auto kFields = std::tuple{
      field("load", &BenchmarkConditions::load, "how requests were sent"),
      field("work", &BenchmarkConditions::work, "what was asked of the server"),
      field("server", &BenchmarkConditions::server, "who answered"),
      field("client", &BenchmarkConditions::client, "how the load generator was; absent: the tool does not say"),
      field("window", &BenchmarkConditions::window, "when"),
      field("labels", &BenchmarkConditions::labels, "what people wrote to the run: label, metadata")};
};

template <>
struct Describe<BenchmarkFloor> {
  static constexpr std::string_view kName = "benchmark_floor";
  static constexpr auto kFields = std::tuple{field("n", &BenchmarkFloor::n, "requests to the stand-in server"),
                                             field("p50", &BenchmarkFloor::p50, "what the client adds, median"),
                                             field("p95", &BenchmarkFloor::p95, "95th percentile"),
                                             field("p99", &BenchmarkFloor::p99, "99th percentile")};
};

template <>
struct Describe<BenchmarkTrend> {
  static constexpr std::string_view kName = "benchmark_trend";
  static constexpr auto kFields =
      std::tuple{field("slope_per_second", &BenchmarkTrend::slope_per_second, "growth for each second of the run"),
                 field("lower", &BenchmarkTrend::lower, "lower end of its 95 % interval, from means of twenty batches"),
                 field("upper", &BenchmarkTrend::upper, "upper end")};
};

template <>
struct Describe<BenchmarkCourse> {
  static constexpr std::string_view kName = "benchmark_course";
  static constexpr auto kFields =
      std::tuple{field("metric", &BenchmarkCourse::metric, "which latency is meant: a name in metrics"),
                 field("n", &BenchmarkCourse::n, "answered requests, in the order in which they were sent"),
                 field("first_tenth_p50", &BenchmarkCourse::first_tenth_p50, "median of the first tenth of them"),
                 field("later_p50", &BenchmarkCourse::later_p50, "median of the other nine"),
                 field("first_third_p50", &BenchmarkCourse::first_third_p50, "median of the first third"),
                 field("last_third_p50", &BenchmarkCourse::last_third_p50, "median of the last third"),
                 field("latency_trend", &BenchmarkCourse::latency_trend, "its growth, ms per second"),
                 field("in_flight_trend", &BenchmarkCourse::in_flight_trend,
                       "growth of the number of requests in flight, per second")};
};

template <>
struct Describe<Benchmark> {
  static constexpr std::string_view kName = "benchmark";
  static constexpr auto kFields = std::tuple{
      field("key", &Benchmark::key, "its name: workload_key, with the number of the run where there are several"),
      field("workload_key", &Benchmark::workload_key, "tool, model, and load: runs that share it repeat each other"),
      field("tool", &Benchmark::tool,
            "ihc, vllm, sglang, aiperf, guidellm, inference-perf, fortio, hyperfine, oha, hey, k6, wrk, wrk2"),
      field("tool_version", &Benchmark::tool_version, "where the file says it"),
      field("definition", &Benchmark::definition, "the set of meanings that its metrics' definitions are from"),
      field("file", &Benchmark::file, "the evidence that it was read from"),
      field("run", &Benchmark::run, "which run of a series, from 1"),
      field("runs", &Benchmark::runs, "how many runs share its workload_key in this bundle"),
      field("conditions", &Benchmark::conditions, "under which it was measured"),
      field("outcomes", &Benchmark::outcomes, "what became of the requests"),
      field("metrics", &Benchmark::metrics, "by name, the unit in it"),
      field("slo_ms", &Benchmark::slo_ms, "objectives that the run itself was given, by metric"),
      field("floor", &Benchmark::floor, "what this client adds on this machine, by metric; absent: not calibrated"),
      field("course", &Benchmark::course, "from beginning to end; absent: the file keeps no times"),
      field("contradictions", &Benchmark::contradictions,
            "where a file contradicts itself: peak_below_mean (its peak counts chunks, not tokens), "
            "percentiles_not_ascending, "
            "more_answered_than_asked")};
};

}  // namespace ihc
