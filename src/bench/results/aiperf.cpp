// NVIDIA AIPerf and GenAI-Perf before it, three forms of one run:
//
//   profile_export_aiperf.json  {"aiperf_version": "0.11.0", "time_to_first_token": {"unit": "ms", "avg": 28.7, "p1":
//   …, "p99":
//                               66.8, "min": …, "max": …, "std": 7.2, "count": 2044}, …, "input_config": {…}}
//   profile_export.jsonl        {"metadata": {"request_start_ns": …, "benchmark_phase": "profiling", …}, "metrics":
//                               {"time_to_first_token": {"value": 28.1, "unit": "ms"}, …}, "error": null}
//   the console table           │ Time to First Token (ms) │ 561.30 │ 351.43 │ 2,973.53 │ … │
//
// Meanings, from AIPerf's metrics reference and JSON export schema: TTFT is the first response that is not empty,
// reasoning included; time_to_first_output_token passes reasoning over; inter_token_latency is (latency − TTFT) /
// (tokens − 1) of a request, which is what others call TPOT; inter_chunk_latency are the gaps. GenAI-Perf's
// inter_token_latency divides each gap by the tokens of the later chunk. Percentiles are numpy's, the standard
// deviation divides by n − 1. A metric of one number has avg alone. Units are read, never assumed.

#include <algorithm>
#include <array>

#include "base/text.h"
#include "bench/results/formats.h"
#include "bench/results/json_documents.h"
#include "bench/results/json_fields.h"

namespace ihc::bench {

namespace {

struct Known {
  std::string_view tag;
  std::string_view name;
  std::string_view label;  ///< in the console table, without its unit
  std::string_view counted;
};
constexpr Known kKnown[] = {
    {"time_to_first_token", "ttft_ms", "Time to First Token", "requests"},
    {"time_to_first_output_token", "ttfot_ms", "Time to First Output Token", "requests"},
    {"time_to_second_token", "ttst_ms", "Time to Second Token", "requests"},
    {"inter_token_latency", "tpot_ms", "Inter Token Latency", "requests"},
    {"inter_chunk_latency", "icl_ms", "Inter Chunk Latency", "gaps"},
    {"request_latency", "e2e_service_ms", "Request Latency", "requests"},
    {"output_sequence_length", "output_tokens", "Output Sequence Length", "requests"},
    {"input_sequence_length", "input_tokens", "Input Sequence Length", "requests"},
    {"request_throughput", "request_throughput_rps", "Request Throughput", ""},
    {"output_token_throughput", "output_throughput_tps", "Output Token Throughput", ""},
    {"goodput", "goodput_rps", "Goodput", ""},
};

const Known* known_of_tag(std::string_view tag) {
  const auto* found = std::ranges::find(kKnown, tag, &Known::tag);
  return found == std::end(kKnown) ? nullptr : found;
}

// What a value is multiplied by to be in the unit of our name; nothing for a unit that does not fit it.
std::optional<double> scale_of(std::string_view name, std::string_view unit) {
  if (!name.ends_with("_ms")) return 1.0;
  if (unit == "ms") return 1.0;
  if (unit == "sec" || unit == "s" || unit == "seconds") return 1e3;
  if (unit == "us") return 1e-3;
  if (unit == "ns") return 1e-6;
  return std::nullopt;
}

ResultMetric metric_of(const Known& known, std::string_view tool) {
  ResultMetric metric{.definition = std::string(tool) + "." + std::string(known.tag),
                      .counted = std::string(known.counted)};
  metric.spread = stats::Spread::sample;
  if (known.counted.empty()) return metric;
  metric.quantile_rule = "linear";
  metric.rule = stats::QuantileRule::linear;
  return metric;
}

// GenAI-Perf's inter-token latency is per token of a gap, AIPerf's a mean of a request.
std::string name_of(const Known& known, std::string_view tool) {
  return std::string(known.tag == "inter_token_latency" && tool == "genai-perf" ? "itl_ms" : known.name);
}

constexpr std::array<StatedName, 15> kStatistics{{{"avg", "mean"},
                                                  {"std", "sd"},
                                                  {"min", "min"},
                                                  {"max", "max"},
                                                  {"p1", "p1"},
                                                  {"p5", "p5"},
                                                  {"p10", "p10"},
                                                  {"p25", "p25"},
                                                  {"p50", "p50"},
                                                  {"p75", "p75"},
                                                  {"p90", "p90"},
                                                  {"p95", "p95"},
                                                  {"p99", "p99"},
                                                  {"median", "p50"},
                                                  {"p99.9", "p99.9"}}};

// ---- the aggregate
// ---------------------------------------------------------------------------------------------------

void take_metrics(const Json& json, ResultRun& run, std::vector<std::string>& problems) {
  for (const Known& known : kKnown) {
    const Json* statistics = member(json, known.tag);
    if (statistics == nullptr) continue;
    const std::string unit = text_of(*statistics, "unit").value_or("");
    const auto scale = scale_of(known.name, unit);
    if (!scale) {
      problems.push_back(std::string(known.tag) + " is in \"" + unit + "\", which is no time");
      continue;
    }
    ResultMetric metric = metric_of(known, run.tool);
    take_stated(*statistics, kStatistics, *scale, metric.stated);
    metric.n = integer_of(*statistics, "count");
    if (!metric.stated.empty()) run.metrics.emplace(name_of(known, run.tool), std::move(metric));
  }
}

std::optional<std::int64_t> count_of(const Json& json, std::string_view tag) {
  return integer_of(member_at(json, {tag, "avg"}));
}

// Phases since 0.9 {"phases": [{"name": "profiling", "type": "concurrency", "concurrency": 16, …}]}, before them
// "loadgen".
void take_load(const Json& input, ResultRun& run) {
  const Json* load = member(input, "loadgen");
  if (const Json* phases = member(input, "phases"); phases != nullptr && phases->is_array()) {
    for (const Json& phase : *phases) {
      if (text_of(phase, "name") == "warmup" || flag_of(phase, "exclude_from_results").value_or(false)) {
        run.warmup_requests = integer_of(phase, "requests");
        run.warmup_s = number_of(phase, "duration");
      } else {
        load = &phase;
      }
    }
  }
  if (load == nullptr) return;
  run.concurrency = integer_of(*load, "concurrency");
  for (const char* name : {"request_rate", "rate"}) {
    if (!run.rate_rps) run.rate_rps = number_of(*load, name);
  }
  for (const char* name : {"duration", "benchmark_duration"}) {
    if (!run.duration_s) run.duration_s = number_of(*load, name);
  }
  for (const char* name : {"requests", "request_count"}) {
    if (!run.requests) run.requests = integer_of(*load, name);
  }
  if (!run.warmup_requests) run.warmup_requests = integer_of(*load, "warmup_request_count");
  if (run.rate_rps) {
    run.loop = "open";
    run.arrival = text_of(*load, "type") == "constant" ? "constant" : "poisson";
    if (const auto mode = text_of(*load, "request_rate_mode")) run.arrival = *mode;
  } else if (run.concurrency) {
    run.loop = "closed";
  }
}

std::optional<std::string> first_text(const Json* list) {
  return list != nullptr && list->is_array() && !list->empty() ? text_of(&list->front()) : std::nullopt;
}

void take_objectives(const Json& input, ResultRun& run) {
  const Json* objectives = member(input, "slos");
  if (objectives == nullptr || !objectives->is_object()) return;
  for (const auto& [tag, value] : objectives->items()) {
    const Known* known = known_of_tag(tag);
    const auto limit = number_of(&value);
    if (known != nullptr && limit) run.slo_ms[name_of(*known, run.tool)] = *limit;
  }
}

void take_input(const Json& input, ResultRun& run) {
  take_load(input, run);
  take_objectives(input, run);
  const Json* endpoint = member(input, "endpoint");
  if (endpoint != nullptr) {
    run.is_streaming = flag_of(*endpoint, "streaming");
    run.api = text_of(*endpoint, "type");
    run.url = first_text(member(*endpoint, "urls"));
    if (!run.url) run.url = text_of(*endpoint, "url");
    run.model = first_text(member(*endpoint, "model_names"));
    if (const auto counts = flag_of(*endpoint, "use_server_token_count")) {
      run.token_source = *counts ? "usage" : "tokenizer";
    }
  }
  const Json* models = member_at(input, {"models", "items"});
  if (models != nullptr && models->is_array() && !models->empty()) run.model = text_of(models->front(), "name");
  run.tokenizer = text_of(member_at(input, {"tokenizer", "name"}));
  const Json* datasets = member(input, "datasets");
  if (datasets != nullptr && datasets->is_array() && !datasets->empty()) {
    run.dataset = text_of(datasets->front(), "path");
    if (!run.dataset) run.dataset = text_of(datasets->front(), "type");
  }
}

void take_errors(const Json& json, ResultRun& run) {
  const Json* errors = member(json, "error_summary");
  if (errors == nullptr || !errors->is_array()) return;
  for (const Json& error : *errors) {
    const auto count = integer_of(error, "count");
    const auto type = text_of(member_at(error, {"error_details", "type"}));
    if (count) count_reason(run.failed_by_reason, type.value_or(""), *count);
  }
}

ResultRun aggregate(const Json& json, std::vector<std::string>& problems) {
  ResultRun run;
  run.tool_version = text_of(json, "aiperf_version");
  const auto command = text_of(member_at(json, {"input_config", "cli_command"}));
  const bool is_aiperf =
      run.tool_version || json.contains("schema_version") || (command && command->starts_with("aiperf"));
  run.tool = is_aiperf ? "aiperf" : "genai-perf";
  run.definition = run.tool + "-profile-export";
  take_metrics(json, run, problems);
  if (const Json* input = member(json, "input_config")) take_input(*input, run);
  run.seed = integer_of(member_at(json, {"run_info", "random_seed"}));
  run.started = text_of(json, "start_time");
  run.seconds = number_of(member_at(json, {"benchmark_duration", "avg"}));
  run.ok = count_of(json, "request_count");
  run.failed = count_of(json, "error_request_count");
  // Errors are left out of the file when there were none; that it has a list of them says that it would have told.
  if (!run.failed && json.contains("error_summary")) run.failed = 0;
  if (run.ok && run.failed) run.asked = *run.ok + *run.failed;
  run.output_tokens = count_of(json, "total_osl");
  if (!run.output_tokens) run.output_tokens = count_of(json, "total_output_tokens");
  run.input_tokens = count_of(json, "total_isl");
  take_errors(json, run);
  note_contradictions(run);
  return run;
}

// ---- a record a request
// ----------------------------------------------------------------------------------------------

class Records {
 public:
  void add(const Json& record) {
    const Json* metadata = member(record, "metadata");
    const auto phase = metadata == nullptr ? std::nullopt : text_of(*metadata, "benchmark_phase");
    if (phase && *phase != "profiling") {
      ++warmup_;
      return;
    }
    ++asked_;
    if (const Json* error = member(record, "error")) {
      const bool is_cancelled = metadata != nullptr && flag_of(*metadata, "was_cancelled").value_or(false);
      if (is_cancelled) {
        ++cancelled_;
      } else {
        count_reason(run_.failed_by_reason, text_of(*error, "type").value_or(""));
        ++failed_;
      }
      return;
    }
    const Json* metrics = member(record, "metrics");
    if (metrics != nullptr) answered(*metrics, metadata);
  }

  ResultRun take() {
    run_.tool = "aiperf";
    run_.definition = "aiperf-profile-export";
    run_.asked = asked_;
    run_.ok = asked_ - failed_ - cancelled_;
    run_.failed = failed_;
    run_.cancelled = cancelled_;
    if (warmup_ > 0) run_.warmup_requests = warmup_;
    if (first_ns_ && last_ns_) run_.seconds = (*last_ns_ - *first_ns_) / 1e9;
    for (auto& [name, metric] : run_.metrics) metric.n = static_cast<std::int64_t>(metric.samples.size());
    if (run_.seconds && *run_.seconds > 0) {
      const double rate = static_cast<double>(*run_.ok) / *run_.seconds;
      run_.metrics["request_throughput_rps"] = rate_metric("aiperf.request_throughput", rate);
    }
    return std::move(run_);
  }

 private:
  void answered(const Json& metrics, const Json* metadata) {
    for (const Known& known : kKnown) {
      const Json* value = member(metrics, known.tag);
      if (value == nullptr || known.counted.empty()) continue;
      const auto scale = scale_of(known.name, text_of(*value, "unit").value_or(""));
      if (scale) samples(known, member(*value, "value"), *scale);
    }
    if (metadata == nullptr) return;
    const auto start = number_of(*metadata, "request_start_ns");
    const auto end = number_of(*metadata, "request_end_ns");
    if (!start || !end) return;
    first_ns_ = std::min(first_ns_.value_or(*start), *start);
    last_ns_ = std::max(last_ns_.value_or(*end), *end);
    const auto ttft = number_of(member_at(metrics, {"time_to_first_token", "value"}));
    const auto unit = text_of(member_at(metrics, {"time_to_first_token", "unit"}));
    const auto scale = scale_of("ttft_ms", unit.value_or(""));
    if (ttft && scale) {
      run_.timed.push_back({.start_s = *start / 1e9, .ttft_ms = *ttft * *scale, .e2e_ms = (*end - *start) / 1e6});
    }
  }

  void samples(const Known& known, const Json* value, double scale) {
    const auto place = run_.metrics.try_emplace(std::string(known.name), metric_of(known, "aiperf")).first;
    if (value != nullptr && value->is_array()) {
      for (const Json& entry : *value) {
        if (const auto sample = number_of(&entry)) place->second.samples.push_back(*sample * scale);
      }
    } else if (const auto sample = number_of(value)) {
      place->second.samples.push_back(*sample * scale);
    }
  }

  ResultRun run_;
  std::int64_t asked_ = 0;
  std::int64_t failed_ = 0;
  std::int64_t cancelled_ = 0;
  std::int64_t warmup_ = 0;
  std::optional<double> first_ns_;
  std::optional<double> last_ns_;
};

ReadResults read_json(std::string_view text) {
  JsonDocuments documents = read_json_documents(text);
  ReadResults results{.problems = std::move(documents.problems)};
  Records records;
  bool has_records = false;
  for (const Json& document : documents.documents) {
    if (document.contains("metadata") && (document.contains("metrics") || document.contains("error"))) {
      records.add(document);
      has_records = true;
    } else if (document.contains("request_latency") || document.contains("request_throughput")) {
      results.runs.push_back(aggregate(document, results.problems));
    } else {
      results.problems.emplace_back("a document is neither an aggregate nor a record of a request");
    }
  }
  if (has_records) results.runs.push_back(records.take());
  return results;
}

// ---- the console table
// -----------------------------------------------------------------------------------------------

// "2,973.53" → 2973.53; "N/A" and what wraps to the next line are nothing.
std::optional<double> figure_of(std::string_view cell) {
  std::string digits(trim(cell));
  std::erase(digits, ',');
  return parse_decimal(digits);
}

// The cells between the bars of a row, of either kind of bar.
std::vector<std::string> cells_of(std::string_view line) {
  std::string row(line);
  for (const std::string_view bar : {"│", "┃", "┊"}) {
    for (std::size_t at = row.find(bar); at != std::string::npos; at = row.find(bar, at))
      row.replace(at, bar.size(), "|");
  }
  std::vector<std::string> cells;
  for (const std::string_view cell : split(row, '|')) cells.emplace_back(trim(cell));
  if (cells.size() < 3) return {};
  return {cells.begin() + 1, cells.end() - 1};
}

void take_row(const std::vector<std::string>& heads, const std::vector<std::string>& cells, ResultRun& run) {
  const std::size_t unit_at = cells[0].rfind(" (");
  const std::string label = cells[0].substr(0, unit_at);
  std::string unit = unit_at == std::string::npos ? "" : cells[0].substr(unit_at + 2);
  if (unit.ends_with(')')) unit.pop_back();
  if (label == "Request Count")
    run.ok = figure_of(cells[1]) ? std::optional(static_cast<std::int64_t>(*figure_of(cells[1]))) : std::nullopt;
  const auto* known = std::ranges::find(kKnown, label, &Known::label);
  if (known == std::end(kKnown)) return;
  const auto scale = scale_of(known->name, unit);
  if (!scale) return;
  ResultMetric metric = metric_of(*known, run.tool);
  for (std::size_t i = 1; i < cells.size() && i < heads.size(); ++i) {
    const auto* statistic = std::ranges::find(kStatistics, heads[i], &StatedName::from);
    const auto value = figure_of(cells[i]);
    if (statistic != kStatistics.end() && value) metric.stated[std::string(statistic->to)] = *value * *scale;
  }
  if (!metric.stated.empty()) run.metrics.emplace(std::string(known->name), std::move(metric));
}

ReadResults read_console(std::string_view text) {
  ResultRun run{.tool = "aiperf", .definition = "aiperf-profile-export"};
  std::vector<std::string> heads;
  for (const std::string_view line : split_lines(text)) {
    const auto cells = cells_of(line);
    if (cells.empty()) continue;
    if (cells[0] == "Metric") {
      heads = cells;
    } else if (!heads.empty()) {
      take_row(heads, cells, run);
    }
  }
  for (auto& [name, metric] : run.metrics) {
    if (metric.counted == "requests") metric.n = run.ok;
  }
  note_contradictions(run);
  if (run.metrics.empty()) return {.problems = {"the table has no metric that is known"}};
  return {.runs = {std::move(run)}};
}

bool is_console(std::string_view start) {
  return (start.find("NVIDIA AIPerf") != std::string_view::npos ||
          start.find("NVIDIA GenAI-Perf") != std::string_view::npos) &&
         start.find("Request Latency") != std::string_view::npos;
}

}  // namespace

bool is_aiperf(std::string_view start) {
  const bool is_aggregate = has_keys(start, {"request_throughput", "request_latency", "unit", "avg"});
  const bool is_record = has_keys(start, {"metadata", "metrics", "benchmark_phase", "request_start_ns"});
  return is_aggregate || is_record || is_console(start);
}

ReadResults read_aiperf(std::string_view text) { return is_console(text) ? read_console(text) : read_json(text); }

}  // namespace ihc::bench
