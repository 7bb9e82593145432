// Kubernetes' inference-perf: stage_N_lifecycle_metrics.json, one stage of constant load, and
// summary_lifecycle_metrics.json over all stages.
//
//   {"load_summary": {"count": 60, "schedule_delay": {"mean": 0.0004, …, "p99.9": …}, "send_duration": 59.7,
//    "requested_rate": 1.0, "achieved_rate": 1.0048}, "successes": {"count": 60, "latency": {"request_latency": {…},
//    "normalized_time_per_output_token": {…}, "time_per_output_token": {…}, "time_to_first_token": {…},
//    "inter_token_latency": {…}}, "throughput": {…}, "prompt_len": {…}, "output_len": {…}}, "failures": {"count": 0,
//    …}}
//
// Times are seconds. Meanings, from inference_perf/reportgen/base.py and docs/metrics.md: TTFT is the first token that
// is not empty; TPOT is (end − first token) / (tokens − 1); the normalized one is the whole time / tokens; ITL are
// gaps, per chunk in older versions and per token in later ones, which the file does not tell. numpy.percentile.
// schedule_delay is how late the client sent.

#include <array>

#include "bench/results/formats.h"
#include "bench/results/json_documents.h"
#include "bench/results/json_fields.h"

namespace ihc::bench {

namespace {

constexpr double kMsPerSecond = 1000;

constexpr std::array<StatedName, 14> kStatistics{{{"mean", "mean"},
                                                  {"min", "min"},
                                                  {"p0.1", "p0.1"},
                                                  {"p1", "p1"},
                                                  {"p5", "p5"},
                                                  {"p10", "p10"},
                                                  {"p25", "p25"},
                                                  {"median", "p50"},
                                                  {"p75", "p75"},
                                                  {"p90", "p90"},
                                                  {"p95", "p95"},
                                                  {"p99", "p99"},
                                                  {"p99.9", "p99.9"},
                                                  {"max", "max"}}};

struct Known {
  const char* field;
  const char* name;
  const char* counted;
};
constexpr Known kLatencies[] = {{"request_latency", "e2e_service_ms", "requests"},
                                {"time_to_first_token", "ttft_ms", "requests"},
                                {"time_per_output_token", "tpot_ms", "requests"},
                                {"normalized_time_per_output_token", "norm_tpot_ms", "requests"},
                                {"inter_token_latency", "icl_ms", "gaps"}};

void add(const Json* statistics, const char* name, const char* field, const char* counted, double scale,
         ResultRun& run) {
  if (statistics == nullptr) return;
  ResultMetric metric{.definition = std::string("inference-perf.") + field, .counted = counted};
  take_stated(*statistics, kStatistics, scale, metric.stated);
  metric.quantile_rule = "linear";
  metric.rule = stats::QuantileRule::linear;
  if (!metric.stated.empty()) run.metrics.emplace(name, std::move(metric));
}

void take_failures(const Json& document, ResultRun& run) {
  const Json* failures = member(document, "failures");
  if (failures == nullptr) return;
  run.failed = integer_of(*failures, "count");
  const Json* labels = member(*failures, "by_label");
  if (labels == nullptr || !labels->is_object()) return;
  for (const auto& [label, value] : labels->items()) {
    auto count = integer_of(&value);
    if (!count) count = integer_of(value, "count");
    if (count) count_reason(run.failed_by_reason, label, *count);
  }
}

void take_rates(const Json& successes, ResultRun& run) {
  constexpr std::array<std::array<const char*, 2>, 3> kRates{{{"requests_per_sec", "request_throughput_rps"},
                                                              {"output_tokens_per_sec", "output_throughput_tps"},
                                                              {"total_tokens_per_sec", "total_throughput_tps"}}};
  for (const auto& [from, to] : kRates) {
    const auto value = number_of(member_at(successes, {"throughput", from}));
    if (value) run.metrics[to] = rate_metric(std::string("inference-perf.") + from, *value);
  }
}

ResultRun run_of(const Json& document) {
  ResultRun run{.tool = "inference-perf", .definition = "inference-perf-lifecycle"};
  const Json& successes = *member(document, "successes");
  run.ok = integer_of(successes, "count");
  for (const Known& known : kLatencies) {
    add(member_at(successes, {"latency", known.field}), known.name, known.field, known.counted, kMsPerSecond, run);
  }
  add(member(successes, "prompt_len"), "input_tokens", "prompt_len", "requests", 1, run);
  add(member(successes, "output_len"), "output_tokens", "output_len", "requests", 1, run);
  for (const char* name : {"e2e_service_ms", "ttft_ms", "input_tokens", "output_tokens"}) {
    if (const auto place = run.metrics.find(name); place != run.metrics.end()) place->second.n = run.ok;
  }
  take_rates(successes, run);
  take_failures(document, run);
  if (const Json* load = member(document, "load_summary")) {
    run.asked = integer_of(*load, "count");
    run.requests = run.asked;
    run.seconds = number_of(*load, "send_duration");
    run.rate_rps = number_of(*load, "requested_rate");
    add(member(*load, "schedule_delay"), "sched_lag_ms", "schedule_delay", "requests", kMsPerSecond, run);
    if (const auto lag = run.metrics.find("sched_lag_ms"); lag != run.metrics.end()) lag->second.n = run.asked;
    if (const auto sent = number_of(*load, "achieved_rate")) {
      run.metrics["sent_rps"] = rate_metric("inference-perf.achieved_rate", *sent);
    }
  }
  // Only load of a rate has a schedule that can be late.
  if (run.rate_rps || run.metrics.contains("sched_lag_ms")) run.loop = "open";
  run.is_streaming = run.metrics.contains("ttft_ms") ? std::optional(true) : std::nullopt;
  note_contradictions(run);
  return run;
}

}  // namespace

bool is_inference_perf(std::string_view start) {
  return has_keys(start, {"load_summary", "successes", "schedule_delay"});
}

ReadResults read_inference_perf(std::string_view text) {
  JsonDocuments documents = read_json_documents(text);
  ReadResults results{.problems = std::move(documents.problems)};
  for (const Json& document : documents.documents) {
    if (member(document, "successes") != nullptr) {
      results.runs.push_back(run_of(document));
    } else {
      results.problems.emplace_back("a document has no successes: no lifecycle report");
    }
  }
  return results;
}

}  // namespace ihc::bench
