// `python -m sglang.bench_serving --output-file`: one object a run, appended as a line; --output-details adds an array
// an attribute.
//
//   {"backend": "sglang", "dataset_name": "sharegpt", "request_rate": 5.0, "max_concurrency": 256, "duration": 204.5,
//    "completed": 1000, "total_output_tokens": 195775, "total_output_tokens_retokenized": 195324,
//    "request_throughput": 4.889, "mean_e2e_latency_ms": 2409.5, "mean_ttft_ms": 91.7, "p99_ttft_ms": 327.9, …}
//
// Meanings, from python/sglang/bench_serving.py: TTFT is the first chunk with text; of a chat backend that is
// delta.content, so reasoning is passed over (ttfot_ms); others know no reasoning (ttft_ms). The end is the last data
// line, that of usage included. ITL are the gaps between chunks of all requests. Statistics are numpy's. The run's
// length takes in stopping the profiler and asking for the server's state, so its throughputs are low by that.
// request_rate Infinity sends all at once; `concurrency` is Σ latency / duration. Warm-up sends the first prompt again,
// and is not in the file.

#include <array>

#include "bench/results/formats.h"
#include "bench/results/json_documents.h"
#include "bench/results/json_fields.h"
#include "bench/results/serving_json.h"

namespace ihc::bench {

namespace {

constexpr ServingMetric kTpot{"tpot", "tpot_ms", "sglang.tpot", "requests"};
constexpr ServingMetric kItl{"itl", "icl_ms", "sglang.itl", "gaps"};
constexpr ServingMetric kE2e{"e2e_latency", "e2e_service_ms", "sglang.e2e_latency", "requests"};

ServingMetric ttft_of(const ResultRun& run) {
  const bool is_chat = run.api && run.api->ends_with("-chat");
  return is_chat ? ServingMetric{"ttft", "ttfot_ms", "sglang.ttft_of_content", "requests"}
                 : ServingMetric{"ttft", "ttft_ms", "sglang.ttft", "requests"};
}

void take_rates(const Json& json, ResultRun& run) {
  constexpr std::array<std::array<const char*, 3>, 4> kRates{
      {{"request_throughput", "request_throughput_rps", "sglang.request_throughput"},
       {"input_throughput", "input_throughput_tps", "sglang.input_throughput"},
       {"output_throughput", "output_throughput_tps", "sglang.output_throughput"},
       {"concurrency", "in_flight", "sglang.concurrency"}}};
  for (const auto& [from, to, definition] : kRates) {
    if (const auto value = number_of(json, from)) run.metrics[to] = rate_metric(definition, *value);
  }
}

void take_lengths(const Json& json, ResultRun& run) {
  if (run.dataset && run.dataset->starts_with("random")) {
    run.prompt_tokens_asked = integer_of(json, "random_input_len");
    run.max_tokens = integer_of(json, "random_output_len");
  } else if (run.dataset == "sharegpt") {
    run.max_tokens = integer_of(json, "sharegpt_output_len");
  }
}

ResultRun run_of(const Json& json) {
  ResultRun run{.tool = "sglang", .definition = "sglang-bench-serving"};
  take_serving_load(json, run);
  if (run.loop == "open") run.arrival = "poisson";
  run.api = text_of(json, "backend");
  run.dataset = text_of(json, "dataset_name");
  run.model = text_of(json, "model_id");
  if (!run.model) run.model = text_of(json, "model");
  take_lengths(json, run);
  run.input_tokens = integer_of(json, "total_input_tokens");
  run.output_tokens = integer_of(json, "total_output_tokens");
  run.token_source = "usage_or_tokenizer";
  run.seconds = number_of(json, "duration");
  run.ok = integer_of(json, "completed");
  const ServingMetric ttft = ttft_of(run);
  const std::array metrics{ttft, kTpot, kItl, kE2e};
  take_serving_metrics(json, metrics, run);
  for (const ServingMetric& metric : {ttft, kE2e}) {
    const auto place = run.metrics.find(std::string(metric.name));
    if (place != run.metrics.end()) place->second.n = run.ok;
  }
  take_rates(json, run);
  ServingDetails details = read_serving_details(json, false);
  if (details.requests > 0) {
    run.asked = static_cast<std::int64_t>(details.requests);
    run.requests = run.asked;
    run.failed = static_cast<std::int64_t>(details.requests - details.answered);
    run.failed_by_reason = std::move(details.failed_by_reason);
  }
  put_samples(run, ttft, std::move(details.ttft_ms));
  put_samples(run, kItl, std::move(details.gaps_ms));
  note_contradictions(run);
  return run;
}

}  // namespace

bool is_sglang_json(std::string_view start) {
  return has_keys(start, {"backend", "dataset_name", "request_rate"}) &&
         (has_keys(start, {"total_output_tokens_retokenized"}) || has_keys(start, {"sharegpt_output_len"}));
}

ReadResults read_sglang_json(std::string_view text) {
  JsonDocuments documents = read_json_documents(text);
  ReadResults results{.problems = std::move(documents.problems)};
  for (const Json& document : documents.documents) {
    if (document.contains("completed") && document.contains("duration")) {
      results.runs.push_back(run_of(document));
    } else {
      results.problems.emplace_back("a document has neither completed nor duration: no result of bench_serving");
    }
  }
  return results;
}

}  // namespace ihc::bench
