// `guidellm benchmark --output-path …json`: the benchmarks of one call, each one strategy of a sweep.
//
//   {"args": {…}, "benchmarks": [{"scheduler": {"strategy": {"type_": "concurrent", "max_concurrency": 99}, "state":
//    {"successful_requests": 1669, …}}, "metrics": {"time_to_first_token_ms": {"successful": {"mean": 156.2, "median":
//    …, "std_dev": …, "count": 1669, "percentiles": {"p001": …, "p50": …, "p999": …}}, "errored": {…}, …}, …}, …}]}
//
// Meanings, from guidellm's schemas: TTFT is the first token, reasoning included; inter_token_latency is (last − first)
// / (tokens − 1) of a request: others' TPOT; its own time_per_output_token is (last token − start) / tokens, the first
// token's time in it; request_latency is in seconds. Percentiles take the smallest value whose share reaches them
// (nearest rank): p001 is 0.1 %, p999 is 99.9 %. requests_per_second and the like are distributions weighted by time,
// whose mean is no count over a duration; that one is computed here from the successful requests, and theirs kept as
// stated. Before 0.4 "run_stats" and "args" take the place of "scheduler"; the metrics are the same.

#include <algorithm>
#include <array>

#include "bench/results/formats.h"
#include "bench/results/json_documents.h"
#include "bench/results/json_fields.h"

namespace ihc::bench {

namespace {

struct Known {
  const char* field;
  const char* name;
  double scale;
};
constexpr Known kLatencies[] = {
    {"time_to_first_token_ms", "ttft_ms", 1},   {"time_to_first_output_token_ms", "ttfot_ms", 1},
    {"inter_token_latency_ms", "tpot_ms", 1},   {"time_per_output_token_ms", "norm_tpot_ms", 1},
    {"request_latency", "e2e_service_ms", 1e3}, {"output_token_count", "output_tokens", 1},
    {"prompt_token_count", "input_tokens", 1}};

constexpr std::array<StatedName, 5> kStatistics{
    {{"mean", "mean"}, {"median", "p50"}, {"std_dev", "sd"}, {"min", "min"}, {"max", "max"}}};
constexpr std::array<StatedName, 11> kPercentiles{{{"p001", "p0.1"},
                                                   {"p01", "p1"},
                                                   {"p05", "p5"},
                                                   {"p10", "p10"},
                                                   {"p25", "p25"},
                                                   {"p50", "p50"},
                                                   {"p75", "p75"},
                                                   {"p90", "p90"},
                                                   {"p95", "p95"},
                                                   {"p99", "p99"},
                                                   {"p999", "p99.9"}}};

// The samples of a metric in the list of successful requests; empty unless it is all of them.
std::vector<double> samples_of(const Json& benchmark, const Known& known, std::int64_t count) {
  const Json* requests = member_at(benchmark, {"requests", "successful"});
  if (requests == nullptr || !requests->is_array() || static_cast<std::int64_t>(requests->size()) != count) return {};
  std::vector<double> samples;
  for (const Json& request : *requests) {
    const auto value = number_of(request, known.field);
    if (!value) return {};
    samples.push_back(*value * known.scale);
  }
  return samples;
}

void take_latencies(const Json& benchmark, ResultRun& run) {
  for (const Known& known : kLatencies) {
    const Json* statistics = member_at(benchmark, {"metrics", known.field, "successful"});
    const auto count = statistics == nullptr ? std::nullopt : integer_of(*statistics, "count");
    if (!count || *count == 0) continue;
    ResultMetric metric{.definition = std::string("guidellm.") + known.field, .counted = "requests", .n = count};
    take_stated(*statistics, kStatistics, known.scale, metric.stated);
    if (const Json* percentiles = member(*statistics, "percentiles")) {
      take_stated(*percentiles, kPercentiles, known.scale, metric.stated);
    }
    metric.quantile_rule = "nearest_rank";
    metric.rule = stats::QuantileRule::nearest_rank;
    metric.samples = samples_of(benchmark, known, *count);
    run.metrics.emplace(known.name, std::move(metric));
  }
}

// A rate as what it is everywhere else: a count over the run's length. The tool's own mean stays beside it.
void add_rate(const Json& benchmark, const char* field, const char* name, std::optional<double> count, ResultRun& run) {
  if (!count || !run.seconds || *run.seconds <= 0) return;
  ResultMetric metric = rate_metric(std::string("guidellm.successful_over_time"), *count / *run.seconds);
  const auto theirs = number_of(member_at(benchmark, {"metrics", field, "successful", "mean"}));
  if (theirs) run.labels[std::string("guidellm.") + field + ".mean"] = to_compact_text(Json(*theirs));
  run.metrics.emplace(name, std::move(metric));
}

void take_strategy(const Json& strategy, ResultRun& run) {
  const std::string type = text_of(strategy, "type_").value_or("");
  for (const char* name : {"max_concurrency", "streams"}) {
    if (!run.concurrency) run.concurrency = integer_of(strategy, name);
  }
  if (type == "synchronous" || type == "concurrent" || type == "throughput") {
    run.loop = "closed";
    if (type == "synchronous") run.concurrency = 1;
    if (type == "concurrent") run.concurrency = integer_of(strategy, "streams").value_or(run.concurrency.value_or(0));
    if (run.concurrency == 0) run.concurrency.reset();
  } else if (type == "constant" || type == "poisson") {
    run.loop = "open";
    run.arrival = type;
    run.rate_rps = number_of(strategy, "rate");
  }
}

void take_outcomes(const Json& benchmark, ResultRun& run) {
  const Json* state = member_at(benchmark, {"scheduler", "state"});
  const Json* made = member_at(benchmark, {"run_stats", "requests_made"});
  if (state != nullptr) {
    run.asked = integer_of(*state, "created_requests");
    run.ok = integer_of(*state, "successful_requests");
    run.failed = integer_of(*state, "errored_requests");
    run.cancelled = integer_of(*state, "cancelled_requests");
  } else if (made != nullptr) {
    run.asked = integer_of(*made, "total");
    run.ok = integer_of(*made, "successful");
    run.failed = integer_of(*made, "errored");
    run.cancelled = integer_of(*made, "incomplete");
  }
}

void take_work(const Json& document, const Json& benchmark, ResultRun& run) {
  const Json* arguments = member(document, "args");
  if (arguments == nullptr) arguments = member(benchmark, "args");
  if (arguments != nullptr) {
    run.url = text_of(*arguments, "target");
    run.seed = integer_of(*arguments, "random_seed");
    run.duration_s = number_of(*arguments, "max_seconds");
    run.requests = integer_of(*arguments, "max_requests");
    run.api = text_of(*arguments, "data_request_formatter");
    run.model = text_of(*arguments, "model");
    run.tokenizer = text_of(*arguments, "processor");
    if (const auto prefer = flag_of(*arguments, "prefer_response_metrics")) {
      run.token_source = *prefer ? "usage_or_tokenizer" : "tokenizer";
    }
    // null: none was asked for; a share of time or requests where it is below 1.
    const auto warmup = number_of(*arguments, "warmup");
    if (arguments->contains("warmup"))
      run.warmup_requests = warmup && *warmup >= 1 ? integer_of(*arguments, "warmup") : 0;
  }
  const auto total = [&](const char* field) {
    return integer_of(member_at(benchmark, {"metrics", field, "successful", "total_sum"}));
  };
  run.input_tokens = total("prompt_token_count");
  run.output_tokens = total("output_token_count");
}

// How late requests went out means something only where they were due at a time.
void take_client(const Json& benchmark, ResultRun& run) {
  if (run.loop != "open") return;
  for (const char* group : {"run_stats", "scheduler_metrics"}) {
    const auto delay = number_of(member_at(benchmark, {group, "request_targeted_start_delay_avg"}));
    if (!delay) continue;
    run.metrics.emplace("sched_lag_ms", rate_metric("guidellm.request_targeted_start_delay", *delay * 1e3));
    run.metrics["sched_lag_ms"].counted = "requests";
  }
}

ResultRun run_of(const Json& document, const Json& benchmark) {
  ResultRun run{.tool = "guidellm", .definition = "guidellm-benchmark"};
  run.tool_version = text_of(member_at(document, {"metadata", "guidellm_version"}));
  for (const auto& path :
       {std::array{"scheduler", "strategy"}, std::array{"args", "strategy"}, std::array{"config", "strategy"}}) {
    if (const Json* strategy = member_at(benchmark, {path[0], path[1]})) take_strategy(*strategy, run);
  }
  take_work(document, benchmark, run);
  take_outcomes(benchmark, run);
  const auto start = number_of(benchmark, "start_time");
  const auto end = number_of(benchmark, "end_time");
  if (start && end && *end > *start) run.seconds = *end - *start;
  take_latencies(benchmark, run);
  const auto as_number = [](const std::optional<std::int64_t>& count) {
    return count ? std::optional(static_cast<double>(*count)) : std::nullopt;
  };
  add_rate(benchmark, "requests_per_second", "request_throughput_rps", as_number(run.ok), run);
  add_rate(benchmark, "output_tokens_per_second", "output_throughput_tps", as_number(run.output_tokens), run);
  if (const auto flight = number_of(member_at(benchmark, {"metrics", "request_concurrency", "successful", "mean"}))) {
    run.metrics.emplace("in_flight", rate_metric("guidellm.request_concurrency", *flight));
  }
  run.is_streaming = run.metrics.contains("tpot_ms") ? std::optional(true) : std::nullopt;
  take_client(benchmark, run);
  note_contradictions(run);
  return run;
}

}  // namespace

bool is_guidellm(std::string_view start) {
  return has_keys(start, {"benchmarks"}) && (start.find("guidellm") != std::string_view::npos ||
                                             start.find("generative_benchmark") != std::string_view::npos ||
                                             has_keys(start, {"time_to_first_token_ms", "successful"}));
}

ReadResults read_guidellm(std::string_view text) {
  JsonDocuments documents = read_json_documents(text);
  ReadResults results{.problems = std::move(documents.problems)};
  for (const Json& document : documents.documents) {
    const auto version = integer_of(member_at(document, {"metadata", "version"}));
    if (version && *version > 2) {
      results.problems.push_back("metadata.version is " + std::to_string(*version) + ", known are 1 and 2");
    }
    const Json* benchmarks = member(document, "benchmarks");
    if (benchmarks == nullptr || !benchmarks->is_array()) {
      results.problems.emplace_back("a document has no benchmarks");
      continue;
    }
    for (const Json& benchmark : *benchmarks) {
      if (member(benchmark, "metrics") != nullptr) results.runs.push_back(run_of(document, benchmark));
    }
  }
  return results;
}

}  // namespace ihc::bench
