// JSON results of tools that time whole HTTP requests or whole commands: fortio, oha and hyperfine.
//
//   fortio load -json    {"RunType": "HTTP", "RequestedQPS": "8", "ActualQPS": 7.97, "ActualDuration": 10036719644
//   (ns),
//                        "NumThreads": 4, "DurationHistogram": {"Count": 80, "Min": …, "Avg": …, "StdDev": …, "Data":
//                        [{"Start": 0.028, "End": 0.03, "Percent": 25, "Count": 20}, …], "Percentiles": [{"Percentile":
//                        50, "Value": 0.0373}, …]}, "RetCodes": {"200": 80}}
//   oha -j               {"summary": {"successRate": 1.0, "total": 10.0, "average": …}, "latencyPercentiles": {"p50":
//   …},
//                        "statusCodeDistribution": {"200": 5853}, "errorDistribution": {}}
//   hyperfine            {"results": [{"command": "sleep 0.01", "mean": …, "stddev": …, "median": …, "times": […],
//   --export-json        "exit_codes": [0, …]}]}
//
// All times are seconds but fortio's ActualDuration. Sources: fortio's periodic and stats packages, oha's schema.json,
// hyperfine's benchmark_result.rs. fortio's threads wait for an answer before the next request, paced when a rate is
// asked for, and its percentiles are linear within a bucket; oha's are the index ⌊np⌋; hyperfine divides by n − 1.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "bench/results/formats.h"
#include "bench/results/json_documents.h"
#include "bench/results/json_fields.h"

namespace ihc::bench {

namespace {

constexpr double kMsPerSecond = 1000;

template <class RunOf>
ReadResults read_each(std::string_view text, std::string_view needed, RunOf run_of) {
  JsonDocuments documents = read_json_documents(text);
  ReadResults results{.problems = std::move(documents.problems)};
  for (const Json& document : documents.documents) {
    if (member(document, needed) != nullptr) {
      run_of(document, results);
    } else {
      results.problems.push_back("a document has no " + std::string(needed));
    }
  }
  return results;
}

// {"200": 80, "503": 2, "-1": 3}: below 400 and from 200 on is an answer, the rest failed.
void take_status_codes(const Json* codes, ResultRun& run) {
  if (codes == nullptr || !codes->is_object()) return;
  std::int64_t ok = 0;
  std::int64_t failed = 0;
  for (const auto& [code, value] : codes->items()) {
    const auto status = parse_number<int>(code);
    const std::int64_t count = integer_of(&value).value_or(0);
    if (count <= 0) continue;
    if (status && *status >= 200 && *status < 400) {
      ok += count;
    } else {
      failed += count;
      count_reason(run.failed_by_reason, status && *status > 0 ? "HTTP " + code : code, count);
    }
  }
  run.ok = ok;
  run.failed = run.failed.value_or(0) + failed;
}

// ---- fortio
// ----------------------------------------------------------------------------------------------------------

std::string percentile_name(double percentile) { return "p" + number_to_text(percentile); }

void take_percentiles(const Json& histogram, ResultMetric& metric) {
  const Json* percentiles = member(histogram, "Percentiles");
  if (percentiles == nullptr || !percentiles->is_array()) return;
  for (const Json& entry : *percentiles) {
    const auto percentile = number_of(entry, "Percentile");
    const auto value = number_of(entry, "Value");
    if (percentile && value) metric.stated[percentile_name(*percentile)] = *value * kMsPerSecond;
  }
}

// The width of the bucket that holds the 95 % of the values, of its middle: a percentile in it is known no better.
std::optional<double> bucket_of_p95(const Json& histogram) {
  const Json* buckets = member(histogram, "Data");
  if (buckets == nullptr || !buckets->is_array()) return std::nullopt;
  for (const Json& bucket : *buckets) {
    const auto start = number_of(bucket, "Start");
    const auto end = number_of(bucket, "End");
    if (number_of(bucket, "Percent").value_or(0) < 95 || !start || !end || *start + *end <= 0) continue;
    return 200 * (*end - *start) / (*start + *end);
  }
  return std::nullopt;
}

ResultMetric fortio_metric(const Json& histogram) {
  constexpr std::array<StatedName, 4> kNames{{{"Avg", "mean"}, {"StdDev", "sd"}, {"Min", "min"}, {"Max", "max"}}};
  ResultMetric metric{.definition = "fortio.duration", .counted = "requests", .n = integer_of(histogram, "Count")};
  take_stated(histogram, kNames, kMsPerSecond, metric.stated);
  take_percentiles(histogram, metric);
  metric.quantile_rule = "histogram_linear";
  metric.bucket_pct = bucket_of_p95(histogram);
  return metric;
}

void fortio_run(const Json& document, ReadResults& results) {
  ResultRun run{.tool = "fortio", .tool_version = text_of(document, "Version"), .definition = "fortio-load"};
  run.metrics.emplace("e2e_service_ms", fortio_metric(*member(document, "DurationHistogram")));
  run.loop = "closed";
  run.concurrency = integer_of(document, "NumThreads");
  const auto asked_rate = text_of(document, "RequestedQPS");
  const auto rate = asked_rate ? parse_decimal(*asked_rate) : number_of(document, "RequestedQPS");
  if (rate && *rate > 0) run.rate_rps = rate;
  if (run.rate_rps) run.arrival = "constant";
  if (const auto ns = number_of(document, "ActualDuration")) run.seconds = *ns / 1e9;
  if (const auto actual = number_of(document, "ActualQPS")) {
    run.metrics["request_throughput_rps"] = rate_metric("fortio.ActualQPS", *actual);
  }
  run.started = text_of(document, "StartTime");
  run.url = text_of(document, "URL");
  if (const auto label = text_of(document, "Labels")) run.labels["label"] = *label;
  if (const auto type = text_of(document, "RunType")) run.api = *type;
  take_status_codes(member(document, "RetCodes"), run);
  if (run.ok && run.failed) run.asked = *run.ok + *run.failed;
  note_contradictions(run);
  results.runs.push_back(std::move(run));
}

// ---- oha
// -------------------------------------------------------------------------------------------------------------

void oha_run(const Json& document, ReadResults& results) {
  ResultRun run{.tool = "oha", .definition = "oha-summary"};
  run.loop = "closed";
  const Json& summary = *member(document, "summary");
  constexpr std::array<StatedName, 3> kNames{{{"average", "mean"}, {"fastest", "min"}, {"slowest", "max"}}};
  ResultMetric metric{.definition = "oha.response_time", .counted = "requests", .quantile_rule = "floor_index"};
  take_stated(summary, kNames, kMsPerSecond, metric.stated);
  if (const Json* percentiles = member(document, "latencyPercentiles");
      percentiles != nullptr && percentiles->is_object()) {
    for (const auto& [name, value] : percentiles->items()) {
      const auto seconds = number_of(&value);
      if (seconds && probability_of(name)) metric.stated[name] = *seconds * kMsPerSecond;
    }
  }
  run.seconds = number_of(summary, "total");
  if (const auto rate = number_of(summary, "requestsPerSec")) {
    run.metrics["request_throughput_rps"] = rate_metric("oha.requestsPerSec", *rate);
  }
  take_status_codes(member(document, "statusCodeDistribution"), run);
  if (run.ok && run.failed) metric.n = *run.ok + *run.failed;
  run.failed_in_samples = run.failed ? std::optional(*run.failed > 0) : std::nullopt;
  if (const Json* errors = member(document, "errorDistribution"); errors != nullptr && errors->is_object()) {
    for (const auto& [reason, value] : errors->items()) {
      const std::int64_t count = integer_of(&value).value_or(0);
      // What the end of the time cut off did not fail.
      if (reason.find("deadline") != std::string::npos) {
        run.cancelled = run.cancelled.value_or(0) + count;
      } else if (count > 0) {
        run.failed = run.failed.value_or(0) + count;
        count_reason(run.failed_by_reason, reason, count);
      }
    }
  }
  run.metrics.emplace("e2e_service_ms", std::move(metric));
  note_contradictions(run);
  results.runs.push_back(std::move(run));
}

// ---- hyperfine
// -------------------------------------------------------------------------------------------------------

ResultMetric hyperfine_metric(const Json& result) {
  constexpr std::array<StatedName, 5> kNames{
      {{"mean", "mean"}, {"stddev", "sd"}, {"median", "p50"}, {"min", "min"}, {"max", "max"}}};
  ResultMetric metric{.definition = "hyperfine.wall_time", .counted = "runs", .quantile_rule = "linear"};
  metric.rule = stats::QuantileRule::linear;
  metric.spread = stats::Spread::sample;
  take_stated(result, kNames, kMsPerSecond, metric.stated);
  if (const Json* times = member(result, "times"); times != nullptr && times->is_array()) {
    for (const Json& time : *times) {
      if (const auto seconds = number_of(&time)) metric.samples.push_back(*seconds * kMsPerSecond);
    }
    metric.n = static_cast<std::int64_t>(metric.samples.size());
  }
  return metric;
}

void hyperfine_run(const Json& result, ReadResults& results) {
  ResultRun run{.tool = "hyperfine", .definition = "hyperfine-export"};
  run.loop = "commands";
  run.concurrency = 1;
  if (const auto command = text_of(result, "command")) run.labels["command"] = *command;
  ResultMetric metric = hyperfine_metric(result);
  if (const Json* codes = member(result, "exit_codes"); codes != nullptr && codes->is_array()) {
    run.asked = static_cast<std::int64_t>(codes->size());
    run.failed = 0;
    for (const Json& code : *codes) {
      if (code == 0) continue;
      ++*run.failed;
      count_reason(run.failed_by_reason, "exit " + to_compact_text(code));
    }
    run.ok = *run.asked - *run.failed;
    run.failed_in_samples = *run.failed > 0;
  }
  run.metrics.emplace("command_ms", std::move(metric));
  note_contradictions(run);
  results.runs.push_back(std::move(run));
}

}  // namespace

bool is_fortio(std::string_view start) { return has_keys(start, {"RequestedQPS", "ActualQPS", "DurationHistogram"}); }

ReadResults read_fortio(std::string_view text) { return read_each(text, "DurationHistogram", fortio_run); }

ReadResults read_oha_json(std::string_view text) { return read_each(text, "summary", oha_run); }

bool is_hyperfine(std::string_view start) {
  return has_keys(start, {"results", "command", "mean"}) &&
         (has_keys(start, {"times"}) || has_keys(start, {"stddev", "user"}));
}

ReadResults read_hyperfine(std::string_view text) {
  return read_each(text, "results", [](const Json& document, ReadResults& results) {
    const Json& list = *member(document, "results");
    if (!list.is_array()) return;
    for (const Json& result : list) {
      if (result.is_object()) hyperfine_run(result, results);
    }
  });
}

}  // namespace ihc::bench
