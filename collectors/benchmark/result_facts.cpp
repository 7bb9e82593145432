#include "collectors/benchmark/result_facts.h"

#include <map>

#include "base/json.h"
#include "bench/results/course.h"
#include "collectors/benchmark/metric_facts.h"

namespace ihc {

namespace {

BenchmarkLoad load_of(const bench::ResultRun& run) {
  return {.loop = run.loop,
          .concurrency = run.concurrency,
          .rate_rps = run.rate_rps,
          .arrival = run.arrival,
          .burstiness = run.burstiness,
          .requests = run.requests,
          .duration_seconds = run.duration_s,
          .warmup_requests = run.warmup_requests,
          .warmup_seconds = run.warmup_s};
}

BenchmarkWork work_of(const bench::ResultRun& run) {
  return {.dataset = run.dataset,
          .prompt_tokens_asked = run.prompt_tokens_asked,
          .max_tokens = run.max_tokens,
          .streaming = run.is_streaming,
          .seed = run.seed,
          .input_tokens = run.input_tokens,
          .output_tokens = run.output_tokens,
          .token_source = run.token_source};
}

BenchmarkOutcomes outcomes_of(const bench::ResultRun& run) {
  BenchmarkOutcomes outcomes{.asked = run.asked,
                             .ok = run.ok,
                             .failed = run.failed,
                             .dropped = run.dropped,
                             .cancelled = run.cancelled,
                             .failed_in_samples = run.failed_in_samples};
  if (!run.failed_by_reason.empty()) outcomes.failed_by_reason = run.failed_by_reason;
  return outcomes;
}

// The first-token latency that the file has times of.
std::string course_metric(const bench::ResultRun& run) {
  for (const char* name : {"ttft_ms", "ttfc_ms", "ttfot_ms"}) {
    if (run.metrics.contains(name)) return name;
  }
  return "ttft_ms";
}

std::optional<BenchmarkTrend> trend_facts(const std::optional<stats::Trend>& trend) {
  if (!trend) return std::nullopt;
  return BenchmarkTrend{.slope_per_second = trend->slope, .lower = trend->lower, .upper = trend->upper};
}

std::string workload_key_of(const Benchmark& benchmark) {
  const BenchmarkLoad& load = benchmark.conditions.load;
  std::string key = benchmark.tool;
  const auto add = [&key](const std::string& part) {
    if (!part.empty()) key += ":" + part;
  };
  add(benchmark.conditions.server.model.value_or(benchmark.conditions.server.url.value_or("")));
  if (benchmark.conditions.labels && load.loop == "commands") {
    const auto command = benchmark.conditions.labels->find("command");
    if (command != benchmark.conditions.labels->end()) add(command->second);
  }
  add(load.loop);
  if (load.rate_rps) add(number_to_text(*load.rate_rps) + "rps");
  if (load.concurrency) add("c" + std::to_string(*load.concurrency));
  if (load.requests) add("n" + std::to_string(*load.requests));
  if (load.duration_seconds) add(number_to_text(*load.duration_seconds) + "s");
  return key;
}

}  // namespace

std::optional<BenchmarkCourse> course_facts(const std::vector<bench::TimedRequest>& requests, std::string metric) {
  const auto course = bench::course_of(requests);
  if (!course) return std::nullopt;
  return BenchmarkCourse{.metric = std::move(metric),
                         .n = course->n,
                         .first_tenth_p50 = course->first_tenth_p50,
                         .later_p50 = course->later_p50,
                         .first_third_p50 = course->first_third_p50,
                         .last_third_p50 = course->last_third_p50,
                         .latency_trend = trend_facts(course->latency_trend),
                         .in_flight_trend = trend_facts(course->in_flight_trend)};
}

Benchmark result_facts(const bench::ResultRun& run, const std::string& file) {
  Benchmark benchmark{.tool = run.tool, .tool_version = run.tool_version, .definition = run.definition, .file = file};
  benchmark.conditions.load = load_of(run);
  benchmark.conditions.work = work_of(run);
  benchmark.conditions.server = {.url = run.url,
                                 .api = run.api,
                                 .model = run.model,
                                 .tokenizer = run.tokenizer,
                                 .server_header = run.server_header};
  benchmark.conditions.window = {.started_utc = run.started, .seconds = run.seconds};
  if (!run.labels.empty()) benchmark.conditions.labels = run.labels;
  benchmark.outcomes = outcomes_of(run);
  for (const auto& [name, metric] : run.metrics) benchmark.metrics.emplace(name, metric_facts(metric));
  if (!run.slo_ms.empty()) benchmark.slo_ms = run.slo_ms;
  benchmark.course = course_facts(run.timed, course_metric(run));
  benchmark.contradictions = run.contradictions;
  return benchmark;
}

void name_benchmarks(std::vector<Benchmark>& benchmarks) {
  std::map<std::string, std::int64_t> counts;
  for (Benchmark& benchmark : benchmarks) {
    benchmark.workload_key = workload_key_of(benchmark);
    const std::int64_t number = ++counts[benchmark.workload_key];
    benchmark.run = number;
  }
  for (Benchmark& benchmark : benchmarks) {
    benchmark.runs = counts[benchmark.workload_key];
    benchmark.key = benchmark.workload_key;
    if (*benchmark.runs > 1) benchmark.key += "#" + std::to_string(*benchmark.run);
  }
}

}  // namespace ihc
