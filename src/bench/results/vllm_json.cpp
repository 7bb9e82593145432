// `vllm bench serve --save-result` (and benchmark_serving.py before it): one flat object a run. --append-result appends
// another to the file; `vllm bench sweep` gathers runs in a list. --save-detailed adds an array an attribute.
//
//   {"date": "20251001-054159", "endpoint_type": "vllm", "backend": "vllm", "label": null, "model_id": "Qwen/Qwen3-8B",
//    "tokenizer_id": "Qwen/Qwen3-8B", "num_prompts": 5000, "request_rate": 50.0, "burstiness": 1.0, "max_concurrency":
//    null, "duration": 276.1, "completed": 1632, "failed": 0, "total_input_tokens": 354942, "total_output_tokens":
//    326334, "request_throughput": 5.91, "output_throughput": 1181.9, "mean_ttft_ms": 71658.8, "p99_ttft_ms": 123942.8,
//    …}
//
// Meanings, from vllm/benchmarks/serve.py and lib/endpoint_request_func.py: TTFT is the first chunk with choices,
// whatever is in it, so it stands here as ttfc_ms; TPOT is (last − first chunk) / (tokens − 1); ITL are the gaps
// between chunks of all requests; time starts past the semaphore of --max-concurrency. numpy.percentile and numpy.std
// (divisor n). --metadata puts its own keys beside these, as text.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "bench/results/formats.h"
#include "bench/results/json_documents.h"
#include "bench/results/json_fields.h"
#include "bench/results/serving_json.h"

namespace ihc::bench {

namespace {

constexpr ServingMetric kTtft{"ttft", "ttfc_ms", "vllm.ttft", "requests"};
constexpr ServingMetric kTpot{"tpot", "tpot_ms", "vllm.tpot", "requests"};
constexpr ServingMetric kItl{"itl", "icl_ms", "vllm.itl", "gaps"};
constexpr ServingMetric kE2e{"e2el", "e2e_service_ms", "vllm.e2el", "requests"};
constexpr ServingMetric kQueue{"client_queue_time", "client_queue_ms", "vllm.client_queue_time", "requests"};
constexpr ServingMetric kMetrics[] = {
    kTtft, kTpot,  kItl,
    kE2e,  kQueue, {"e2el_including_client_queue", "e2e_response_ms", "vllm.e2el_including_client_queue", "requests"}};

// What the tool writes itself; any other key with a plain value is somebody's metadata.
constexpr auto kOwnKeys = std::to_array<std::string_view>({"date",
                                                           "endpoint_type",
                                                           "backend",
                                                           "label",
                                                           "model_id",
                                                           "tokenizer_id",
                                                           "num_prompts",
                                                           "request_rate",
                                                           "burstiness",
                                                           "max_concurrency",
                                                           "duration",
                                                           "completed",
                                                           "failed",
                                                           "total_input_tokens",
                                                           "total_output_tokens",
                                                           "request_throughput",
                                                           "request_goodput",
                                                           "output_throughput",
                                                           "total_token_throughput",
                                                           "max_output_tokens_per_s",
                                                           "max_concurrent_requests",
                                                           "rtfx",
                                                           "input_sequence_throughput"});

bool is_own_key(std::string_view key) {
  return std::ranges::find(kOwnKeys, key) != kOwnKeys.end() || key.ends_with("_ms") || key.starts_with("ramp_up_") ||
         key.starts_with("spec_decode_") || key.starts_with("diffusion_") || key.starts_with("probe_");
}

void take_labels(const Json& json, ResultRun& run) {
  if (const auto label = text_of(json, "label")) run.labels["label"] = *label;
  for (const auto& [key, value] : json.items()) {
    if (is_own_key(key) || run.labels.size() >= kMaxLabels || value.is_structured() || value.is_null()) continue;
    const std::string shown = value.is_string() ? text_of(&value).value_or("") : to_compact_text(value);
    run.labels[to_valid_utf8(key.substr(0, kMaxLabelBytes))] = shown;
  }
}

// "20251001-054159", local time of an unknown zone → "2025-10-01T05:41:59".
std::optional<std::string> time_of(const std::optional<std::string>& date) {
  if (!date || date->size() != 15 || (*date)[8] != '-') return std::nullopt;
  const auto digits = [&](std::size_t from, std::size_t count) { return date->substr(from, count); };
  if (!std::ranges::all_of(*date, [](char c) { return c == '-' || (c >= '0' && c <= '9'); })) return std::nullopt;
  return digits(0, 4) + "-" + digits(4, 2) + "-" + digits(6, 2) + "T" + digits(9, 2) + ":" + digits(11, 2) + ":" +
         digits(13, 2);
}

void take_load(const Json& json, ResultRun& run) {
  take_serving_load(json, run);
  run.requests = integer_of(json, "num_prompts");
  run.burstiness = number_of(json, "burstiness");
  const auto burstiness = text_of(json, "burstiness");
  if (run.loop != "open") return;
  if (burstiness && *burstiness == "inf") {
    run.arrival = "constant";
  } else if (run.burstiness) {
    run.arrival = *run.burstiness == 1 ? "poisson" : "gamma";
  }
}

void take_rates(const Json& json, ResultRun& run) {
  constexpr std::array<std::array<const char*, 3>, 4> kRates{
      {{"request_throughput", "request_throughput_rps", "vllm.request_throughput"},
       {"output_throughput", "output_throughput_tps", "vllm.output_throughput"},
       {"total_token_throughput", "total_throughput_tps", "vllm.total_token_throughput"},
       {"request_goodput", "goodput_rps", "vllm.request_goodput"}}};
  for (const auto& [from, to, definition] : kRates) {
    if (const auto value = number_of(json, from)) run.metrics[to] = rate_metric(definition, *value);
  }
  // Its name says tokens; it counts chunks in the fullest second.
  const auto peak = number_of(json, "max_output_tokens_per_s");
  if (peak && *peak > 0) {
    ResultMetric& metric = run.metrics["output_chunks_cps"];
    metric.definition = "vllm.max_output_tokens_per_s";
    metric.counted = "seconds";
    metric.stated["max"] = *peak;
    const auto mean = number_of(json, "output_throughput");
    if (mean && *mean > *peak) run.contradictions.emplace_back("peak_below_mean");
  }
}

void take_outcomes(const Json& json, const ServingDetails& details, ResultRun& run) {
  run.asked = run.requests;
  run.ok = integer_of(json, "completed");
  run.failed = integer_of(json, "failed");
  // Older versions say only how many were completed; all of num_prompts were sent.
  if (!run.failed && run.asked && run.ok && *run.asked >= *run.ok) run.failed = *run.asked - *run.ok;
  run.failed_by_reason = details.failed_by_reason;
}

void take_details(ServingDetails details, ResultRun& run) {
  put_samples(run, kTtft, std::move(details.ttft_ms));
  put_samples(run, kE2e, std::move(details.e2e_ms));
  put_samples(run, kTpot, std::move(details.tpot_ms));
  put_samples(run, kItl, std::move(details.gaps_ms));
  put_samples(run, kQueue, std::move(details.client_queue_ms));
  run.timed = std::move(details.timed);
}

ResultRun run_of(const Json& json) {
  ResultRun run{.tool = "vllm", .definition = "vllm-bench-serve"};
  take_load(json, run);
  run.api = text_of(json, "endpoint_type");
  if (!run.api) run.api = text_of(json, "backend");
  run.model = text_of(json, "model_id");
  run.tokenizer = text_of(json, "tokenizer_id");
  run.input_tokens = integer_of(json, "total_input_tokens");
  run.output_tokens = integer_of(json, "total_output_tokens");
  run.token_source = "usage_or_tokenizer";
  run.started = time_of(text_of(json, "date"));
  run.seconds = number_of(json, "duration");
  take_serving_metrics(json, kMetrics, run);
  for (const ServingMetric& metric : {kTtft, kE2e}) {
    const auto place = run.metrics.find(std::string(metric.name));
    if (place != run.metrics.end()) place->second.n = integer_of(json, "completed");
  }
  take_rates(json, run);
  ServingDetails details = read_serving_details(json, true);
  take_outcomes(json, details, run);
  take_details(std::move(details), run);
  take_labels(json, run);
  note_contradictions(run);
  return run;
}

}  // namespace

bool is_vllm_json(std::string_view start) {
  return has_keys(start, {"tokenizer_id", "num_prompts", "request_rate"}) && start.find('{') != std::string_view::npos;
}

ReadResults read_vllm_json(std::string_view text) {
  JsonDocuments documents = read_json_documents(text);
  ReadResults results{.problems = std::move(documents.problems)};
  for (const Json& document : documents.documents) {
    if (document.contains("completed") && document.contains("duration")) {
      results.runs.push_back(run_of(document));
    } else {
      results.problems.emplace_back("a document has neither completed nor duration: no result of vllm bench serve");
    }
  }
  return results;
}

}  // namespace ihc::bench
