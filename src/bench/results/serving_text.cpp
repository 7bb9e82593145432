// The table that `vllm bench serve` and sglang.bench_serving print at the end of a run.
//
//   ============ Serving Benchmark Result ============
//   Successful requests:                     50                  SGLang's begins with "Backend:", and has
//   Failed requests:                         0                   "Traffic request rate:", "Max request concurrency:"
//   Request rate configured (RPS):           0.20
//   Benchmark duration (s):                  1044.40
//   Output token throughput (tok/s):         200.41
//   Peak output token throughput (tok/s):    133.00              counts chunks, not tokens
//   ---------------Time to First Token----------------
//   Mean TTFT (ms):                          651.77
//   P99 TTFT (ms):                           907.54
//
// Meanings as in vllm_json.cpp and sglang_json.cpp. Lines that a version lacks are absent; figures have two decimals.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "bench/results/formats.h"
#include "bench/results/json_fields.h"

namespace ihc::bench {

namespace {

struct Known {
  std::string_view word;  ///< in "Mean TTFT (ms)"
  std::string_view name;
  std::string_view field;
  std::string_view counted;
};
constexpr Known kOfVllm[] = {{"TTFT", "ttfc_ms", "ttft", "requests"},
                             {"TPOT", "tpot_ms", "tpot", ""},
                             {"ITL", "icl_ms", "itl", ""},
                             {"E2EL", "e2e_service_ms", "e2el", "requests"}};
constexpr Known kOfSglang[] = {{"TTFT", "ttft_ms", "ttft", "requests"},
                               {"TPOT", "tpot_ms", "tpot", ""},
                               {"ITL", "icl_ms", "itl", ""},
                               {"E2E Latency", "e2e_service_ms", "e2e_latency", "requests"}};

// "Mean" → "mean", "P99" → "p99", "Median" → "p50"
std::optional<std::string> statistic_of(std::string_view word) {
  const std::string lower = to_lower(word);
  if (lower == "mean" || lower == "max" || lower == "min") return lower;
  if (lower == "median") return "p50";
  if (lower == "std") return "sd";
  return probability_of(lower) ? std::optional(lower) : std::nullopt;
}

class TableReader {
 public:
  explicit TableReader(bool is_sglang) {
    run_.tool = is_sglang ? "sglang" : "vllm";
    run_.definition = is_sglang ? "sglang-bench-serving" : "vllm-bench-serve";
    known_ = is_sglang ? std::span<const Known>(kOfSglang) : std::span<const Known>(kOfVllm);
    run_.token_source = "usage_or_tokenizer";
  }

  void line(std::string_view content) {
    content = trim(content);
    if (content.empty() || content.starts_with('=') || content.starts_with('-')) return;
    const auto pair = split_key_value(content, ':');
    if (!pair) return;
    const std::string name = to_lower(pair->first);
    if (name.ends_with("(ms)")) return latency(pair->first, pair->second);
    if (count(name, pair->second) || rate(name, pair->second)) return;
    if (name == "benchmark duration (s)") run_.seconds = parse_decimal(pair->second);
    if (name == "request rate configured (rps)" || name == "traffic request rate") load_rate(pair->second);
    if (name == "backend") run_.api = to_valid_utf8(pair->second.substr(0, kMaxLabelBytes));
  }

  ReadResults take() {
    if (run_.metrics.empty()) return {.problems = {"no figure was understood"}};
    if (run_.rate_rps) {
      run_.loop = "open";
    } else if (run_.concurrency) {
      run_.loop = "closed";
    } else if (is_rate_infinite_) {
      run_.loop = "burst";
    }
    if (run_.ok && run_.failed) run_.asked = *run_.ok + *run_.failed;
    for (auto& [name, metric] : run_.metrics) {
      if (metric.counted == "requests") metric.n = run_.ok;
    }
    const auto peak = run_.metrics.find("output_chunks_cps");
    const auto mean = run_.metrics.find("output_throughput_tps");
    if (peak != run_.metrics.end() && mean != run_.metrics.end() &&
        peak->second.stated["max"] < mean->second.stated["mean"]) {
      run_.contradictions.emplace_back("peak_below_mean");
    }
    note_contradictions(run_);
    return {.runs = {std::move(run_)}};
  }

 private:
  // "Mean TTFT (ms)": the first word is the statistic, the rest the metric.
  void latency(std::string_view name, std::string_view value) {
    name = trim(name.substr(0, name.size() - 4));
    const std::size_t blank = name.find(' ');
    if (blank == std::string_view::npos) return;
    const auto statistic = statistic_of(name.substr(0, blank));
    const auto known = std::ranges::find(known_, trim(name.substr(blank)), &Known::word);
    const auto figure = parse_decimal(value);
    if (!statistic || known == known_.end() || !figure) return;
    ResultMetric& metric = run_.metrics[std::string(known->name)];
    metric.definition = run_.tool + "." + std::string(known->field);
    metric.counted = known->counted;
    metric.quantile_rule = "linear";
    metric.rule = stats::QuantileRule::linear;
    metric.stated[*statistic] = *figure;
  }

  bool count(const std::string& name, std::string_view value) {
    const std::array<std::pair<std::string_view, std::optional<std::int64_t>*>, 6> counts{
        {{"successful requests", &run_.ok},
         {"failed requests", &run_.failed},
         {"total input tokens", &run_.input_tokens},
         {"total generated tokens", &run_.output_tokens},
         {"maximum request concurrency", &run_.concurrency},
         {"max request concurrency", &run_.concurrency}}};
    for (const auto& [label, place] : counts) {
      if (name != label) continue;
      *place = parse_number<std::int64_t>(value);
      return true;
    }
    return false;
  }

  bool rate(const std::string& name, std::string_view value) {
    constexpr std::array<std::array<std::string_view, 4>, 4> kRates{
        {{"request throughput (req/s)", "request_throughput_rps", "request_throughput", "mean"},
         {"output token throughput (tok/s)", "output_throughput_tps", "output_throughput", "mean"},
         {"total token throughput (tok/s)", "total_throughput_tps", "total_token_throughput", "mean"},
         {"peak output token throughput (tok/s)", "output_chunks_cps", "max_output_tokens_per_s", "max"}}};
    for (const auto& [label, ours, field, statistic] : kRates) {
      if (name != label) continue;
      const auto figure = parse_decimal(value);
      if (!figure) return true;
      ResultMetric& metric = run_.metrics[std::string(ours)];
      metric.definition = run_.tool + "." + std::string(field);
      metric.stated[std::string(statistic)] = *figure;
      return true;
    }
    return false;
  }

  void load_rate(std::string_view value) {
    const auto figure = parse_decimal(value);
    if (figure && *figure > 0) run_.rate_rps = figure;
    is_rate_infinite_ = to_lower(value) == "inf";
  }

  ResultRun run_;
  std::span<const Known> known_;
  bool is_rate_infinite_ = false;
};

}  // namespace

bool is_serving_text(std::string_view start) {
  return start.find("Serving Benchmark Result") != std::string_view::npos &&
         start.find("TTFT (ms)") != std::string_view::npos;
}

ReadResults read_serving_text(std::string_view text) {
  ReadResults all;
  // Several runs in one terminal's log: each begins with its heading.
  constexpr std::string_view kHeading = "Serving Benchmark Result";
  for (std::size_t at = text.find(kHeading); at != std::string_view::npos;) {
    const std::size_t next = text.find(kHeading, at + kHeading.size());
    const std::string_view table = text.substr(at, next == std::string_view::npos ? next : next - at);
    TableReader reader(table.find("Traffic request rate:") != std::string_view::npos);
    for (const std::string_view line : split_lines(table)) {
      // Behind the closing rule a log goes on.
      if (line.starts_with("=====") && line.find_first_not_of("= \r") == std::string_view::npos) break;
      reader.line(line);
    }
    ReadResults one = reader.take();
    std::ranges::move(one.runs, std::back_inserter(all.runs));
    std::ranges::move(one.problems, std::back_inserter(all.problems));
    at = next;
  }
  return all;
}

}  // namespace ihc::bench
