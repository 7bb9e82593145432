// k6's end-of-test summary, as text and as JSON (--summary-export, or data of handleSummary).
//
//   http_req_duration..............: avg=261.31µs min=0s med=0s   max=12.92ms  p(90)=844.7µs p(95)=1ms
//   http_req_failed................: 0.00%   ✓ 0             ✗ 3565697        (later: 0.00% 0 out of 3565697)
//   http_reqs......................: 3565697 118850.991763/s
//   dropped_iterations.............: 12 0.4/s
//   vus_max........................: 50      min=50          max=50
//   {"metrics": {"http_req_duration": {"avg": 0.26, "med": …, "p(95)": …}, "http_reqs": {"count": …, "rate": …}, …}}
//
// Meanings, from k6's documentation of metrics and of the summary: http_req_duration is sending + waiting + receiving,
// without connecting; http_req_waiting is the time to the first byte. http_req_failed is a rate of failures, so that
// its ✓ counts failures and its ✗ those that did not fail. Percentiles are linear. Virtual users are a closed loop;
// only executors of an arrival rate can drop iterations.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "bench/results/durations.h"
#include "bench/results/formats.h"
#include "bench/results/json_documents.h"
#include "bench/results/json_fields.h"

namespace ihc::bench {

namespace {

struct Known {
  std::string_view field;
  std::string_view name;
};
constexpr Known kTrends[] = {{"http_req_duration", "e2e_service_ms"}, {"http_req_waiting", "ttfb_ms"}};

// "avg" → "mean", "p(95)" → "p95"
std::optional<std::string> statistic_of(std::string_view word) {
  if (word == "avg") return "mean";
  if (word == "med") return "p50";
  if (word == "min" || word == "max") return std::string(word);
  if (!word.starts_with("p(") || !word.ends_with(')')) return std::nullopt;
  const std::string name = "p" + std::string(word.substr(2, word.size() - 3));
  return probability_of(name) ? std::optional(name) : std::nullopt;
}

ResultMetric trend_of(std::string_view field) {
  ResultMetric metric{.definition = "k6." + std::string(field), .counted = "requests", .quantile_rule = "linear"};
  metric.rule = stats::QuantileRule::linear;
  return metric;
}

ReadResults finished(ResultRun run) {
  if (run.metrics.empty()) return {.problems = {"no metric of HTTP requests was understood"}};
  if (run.asked && run.failed) {
    run.ok = *run.asked - *run.failed;
    run.failed_in_samples = *run.failed > 0;
  }
  for (auto& [name, metric] : run.metrics) {
    if (metric.counted == "requests") metric.n = run.asked;
  }
  run.loop = run.dropped ? "open" : "closed";
  note_contradictions(run);
  return {.runs = {std::move(run)}};
}

ResultRun empty_run() { return {.tool = "k6", .definition = "k6-summary"}; }

// ---- text
// ------------------------------------------------------------------------------------------------------------

void trend_line(const Known& known, const std::vector<std::string_view>& words, ResultRun& run) {
  ResultMetric metric = trend_of(known.field);
  for (const std::string_view word : words) {
    const auto pair = split_key_value(word, '=');
    const auto statistic = pair ? statistic_of(pair->first) : std::nullopt;
    const auto ms = pair ? duration_ms(pair->second) : std::nullopt;
    if (statistic && ms) metric.stated[*statistic] = *ms;
  }
  if (!metric.stated.empty()) run.metrics.emplace(known.name, std::move(metric));
}

// "0.00% ✓ 0 ✗ 3565697", "0.00% 0 out of 3565697", "0.00% — ✓ 0 — ✗ 3565697"
void failed_line(const std::vector<std::string_view>& words, ResultRun& run) {
  std::vector<std::int64_t> counts;
  for (const std::string_view word : words) {
    if (const auto count = parse_number<std::int64_t>(word)) counts.push_back(*count);
  }
  if (!counts.empty()) run.failed = counts.front();
}

// "3565697 118850.991763/s"
void requests_line(const std::vector<std::string_view>& words, ResultRun& run) {
  if (words.size() < 2) return;
  run.asked = parse_number<std::int64_t>(words[0]);
  std::string_view rate = words[1];
  if (rate.ends_with("/s")) rate.remove_suffix(2);
  const auto value = parse_decimal(rate);
  if (!value) return;
  run.metrics["request_throughput_rps"] = rate_metric("k6.http_reqs", *value);
  if (run.asked && *value > 0) run.seconds = static_cast<double>(*run.asked) / *value;
}

void summary_line(std::string_view name, const std::vector<std::string_view>& words, ResultRun& run) {
  const auto* known = std::ranges::find(kTrends, name, &Known::field);
  if (known != std::end(kTrends)) return trend_line(*known, words, run);
  if (words.empty()) return;
  if (name == "http_req_failed") failed_line(words, run);
  if (name == "http_reqs") requests_line(words, run);
  if (name == "dropped_iterations") run.dropped = parse_number<std::int64_t>(words[0]);
  if (name == "vus_max") run.concurrency = parse_number<std::int64_t>(words[0]);
}

ReadResults read_summary(std::string_view text) {
  ResultRun run = empty_run();
  for (const std::string_view line : split_lines(text)) {
    const std::string_view content = trim(line);
    const std::size_t colon = content.find(':');
    const std::size_t dots = content.find('.');
    // Sub-metrics stand in braces: { expected_response:true }
    if (colon == std::string_view::npos || dots == std::string_view::npos || dots > colon || content.starts_with('{'))
      continue;
    summary_line(trim(content.substr(0, dots)), split_words(content.substr(colon + 1)), run);
  }
  return finished(std::move(run));
}

// ---- JSON
// ------------------------------------------------------------------------------------------------------------

void trend(const Known& known, const Json& values, ResultRun& run) {
  ResultMetric metric = trend_of(known.field);
  for (const auto& [key, value] : values.items()) {
    const auto statistic = statistic_of(key);
    const auto ms = number_of(&value);
    if (statistic && ms) metric.stated[*statistic] = *ms;
  }
  if (!metric.stated.empty()) run.metrics.emplace(known.name, std::move(metric));
}

// handleSummary has the numbers one level deeper.
const Json* values_of(const Json& document, std::string_view name) {
  const Json* metric = member_at(document, {"metrics", name});
  if (metric == nullptr) return nullptr;
  const Json* values = member(*metric, "values");
  return values == nullptr ? metric : values;
}

ResultRun run_of(const Json& document) {
  ResultRun run = empty_run();
  for (const Known& known : kTrends) {
    const Json* values = values_of(document, known.field);
    if (values != nullptr && values->is_object()) trend(known, *values, run);
  }
  if (const Json* requests = values_of(document, "http_reqs")) {
    run.asked = integer_of(*requests, "count");
    const auto rate = number_of(*requests, "rate");
    if (rate) run.metrics["request_throughput_rps"] = rate_metric("k6.http_reqs", *rate);
    if (run.asked && rate && *rate > 0) run.seconds = static_cast<double>(*run.asked) / *rate;
  }
  if (const Json* failed = values_of(document, "http_req_failed")) run.failed = integer_of(*failed, "passes");
  if (const Json* dropped = values_of(document, "dropped_iterations")) run.dropped = integer_of(*dropped, "count");
  if (const Json* users = values_of(document, "vus_max")) run.concurrency = integer_of(*users, "max");
  return run;
}

bool is_json(std::string_view start) { return has_keys(start, {"metrics", "http_req_duration", "http_reqs"}); }

}  // namespace

bool is_k6(std::string_view start) {
  return is_json(start) ||
         (start.find("http_req_duration") != std::string_view::npos &&
          start.find("http_reqs") != std::string_view::npos && start.find("avg=") != std::string_view::npos);
}

ReadResults read_k6(std::string_view text) {
  if (!is_json(text)) return read_summary(text);
  JsonDocuments documents = read_json_documents(text);
  ReadResults results{.problems = std::move(documents.problems)};
  for (const Json& document : documents.documents) {
    ReadResults one = finished(run_of(document));
    std::ranges::move(one.runs, std::back_inserter(results.runs));
    std::ranges::move(one.problems, std::back_inserter(results.problems));
  }
  return results;
}

}  // namespace ihc::bench
