#include "collectors/benchmark/own_runs.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/json_read.h"
#include "bench/metrics.h"
#include "bench/record.h"
#include "bench/results/json_fields.h"
#include "bench/results/statistics.h"
#include "bench/run.h"
#include "collectors/benchmark/metric_facts.h"
#include "collectors/benchmark/result_facts.h"

namespace ihc {

namespace {

constexpr double kNsPerMs = 1e6;
constexpr double kNsPerSecond = 1e9;

std::optional<CpuSet> set_of(const std::optional<std::string>& list) {
  return list ? CpuSet::parse_list(*list) : std::nullopt;
}

BenchmarkLoad load_of(const bench::RunSettings& settings) {
  return {.loop = settings.load,
          .concurrency = settings.concurrency,
          .rate_rps = settings.rate_rps,
          .arrival = settings.arrival,
          .requests = settings.requests,
          .duration_seconds = settings.duration_s,
          .warmup_requests = settings.warmup_requests};
}

BenchmarkServer server_of(const bench::RunSettings& settings, const bench::ServerSeen& seen) {
  return {.url = settings.url,
          .api = settings.api,
          .model = settings.model,
          .server_header = seen.server_header,
          .is_local = seen.is_local,
          .pid = seen.pid,
          .cpus_allowed = set_of(seen.cpus_allowed),
          .mems_allowed = set_of(seen.mems_allowed),
          .synthetic_remote_penalty = seen.synthetic_remote_penalty};
}

BenchmarkClient client_of(const bench::ClientHealth& client) {
  BenchmarkClient facts{.cpus_allowed = set_of(client.cpus_allowed),
                        .nodes = set_of(client.nodes),
                        .cpus_shared_with_server = set_of(client.cpus_shared_with_server),
                        .wall_seconds = client.wall_s,
                        .cpu_seconds = client.cpu_s,
                        .run_delay_seconds = client.run_delay_s,
                        .involuntary_switches = client.involuntary_switches,
                        .voluntary_switches = client.voluntary_switches,
                        .tcp_retransmits = client.tcp_retransmits};
  if (!client.governors.empty()) facts.governors = client.governors;
  return facts;
}

bool is_measured(const bench::RequestRecord& record) {
  return !record.is_warmup && record.outcome == bench::Outcome::ok;
}

// The sum of a count over the answered requests that have it; absent when none has.
template <class Count>
std::optional<std::int64_t> sum_of(const std::vector<bench::RequestRecord>& records,
                                   Count bench::RequestRecord::*count) {
  std::optional<std::int64_t> sum;
  for (const bench::RequestRecord& record : records) {
    if (is_measured(record) && record.*count) sum = sum.value_or(0) + *(record.*count);
  }
  return sum;
}

std::optional<std::string> token_source_of(const bench::TokenCount& tokens) {
  if (tokens.from_usage > 0) return tokens.from_chunks > 0 ? "mixed" : "usage";
  return tokens.from_chunks > 0 ? std::optional<std::string>("chunks") : std::nullopt;
}

BenchmarkWork work_of(const bench::RunSettings& settings, const std::vector<bench::RequestRecord>& records,
                      const bench::RunMetrics& metrics) {
  BenchmarkWork work{.prompts = settings.prompts,
                     .prompts_sha256 = settings.prompts_sha256,
                     .prompt_tokens_asked = settings.prompt_tokens_asked,
                     .max_tokens = settings.max_tokens,
                     .streaming = settings.is_streaming,
                     .ignore_eos = settings.ignore_eos,
                     .temperature = settings.temperature,
                     .seed = settings.seed};
  work.input_tokens = sum_of(records, &bench::RequestRecord::prompt_tokens);
  work.cached_tokens = sum_of(records, &bench::RequestRecord::cached_tokens);
  work.token_source = token_source_of(metrics.tokens);
  if (work.token_source) work.output_tokens = metrics.tokens.total;
  return work;
}

BenchmarkOutcomes outcomes_of(const bench::RunMetrics& metrics) {
  BenchmarkOutcomes outcomes{.asked = metrics.offered,
                             .ok = metrics.ok,
                             .failed = 0,
                             .dropped = 0,
                             .cancelled = 0,
                             .failed_in_samples = false};
  std::map<std::string, std::int64_t> reasons;
  for (const auto& [word, count] : metrics.outcomes) {
    if (word == bench::to_word(bench::Outcome::ok)) continue;
    if (word == bench::to_word(bench::Outcome::dropped)) {
      outcomes.dropped = count;
    } else if (word == bench::to_word(bench::Outcome::cancelled)) {
      outcomes.cancelled = count;
    } else {
      *outcomes.failed += count;
      reasons[word] = count;
    }
  }
  if (!reasons.empty()) outcomes.failed_by_reason = std::move(reasons);
  return outcomes;
}

BenchmarkMetric own_metric(const std::string& definition, const std::string& counted, const std::vector<double>& values,
                           const std::vector<double>& at_least) {
  BenchmarkMetric metric{.definition = std::string(bench::kDefinition) + "." + definition,
                         .origin = "measured",
                         .counted = counted,
                         .quantile_rule = "nearest_rank"};
  put_statistics(bench::statistics_of(values, at_least, counted == "requests"), metric);
  return metric;
}

std::vector<double> lengths_of(const std::vector<bench::RequestRecord>& records,
                               std::optional<std::int64_t> bench::RequestRecord::*count) {
  std::vector<double> lengths;
  for (const bench::RequestRecord& record : records) {
    if (is_measured(record) && record.*count) lengths.push_back(static_cast<double>(*(record.*count)));
  }
  return lengths;
}

void put_metrics(const bench::RunMetrics& metrics, const std::vector<bench::RequestRecord>& records,
                 Benchmark& benchmark) {
  for (const auto& [name, samples] : metrics.samples_ms) {
    if (samples.values.empty() && samples.at_least.empty()) continue;
    benchmark.metrics[name] = own_metric(name.substr(0, name.size() - 3), name == "icl_ms" ? "gaps" : "requests",
                                         samples.values, samples.at_least);
  }
  const std::pair<const char*, std::optional<std::int64_t> bench::RequestRecord::*> lengths[] = {
      {"input_tokens", &bench::RequestRecord::prompt_tokens},
      {"output_tokens", &bench::RequestRecord::completion_tokens}};
  for (const auto& [name, count] : lengths) {
    const auto values = lengths_of(records, count);
    if (!values.empty()) benchmark.metrics[name] = own_metric(name, "requests", values, {});
  }
  const std::pair<const char*, std::optional<double>> rates[] = {
      {"request_throughput_rps", metrics.request_throughput_rps},
      {"output_throughput_tps", metrics.output_throughput_tps},
      {"goodput_rps", metrics.goodput_rps},
      {"offered_rps", metrics.offered_rate_rps}};
  for (const auto& [name, value] : rates) {
    if (!value) continue;
    benchmark.metrics[name] = {
        .definition = std::string(bench::kDefinition) + "." + name, .origin = "measured", .mean = *value};
  }
}

std::optional<BenchmarkCourse> own_course(const std::vector<bench::RequestRecord>& records) {
  std::vector<bench::TimedRequest> timed;
  bool has_tokens = false;
  for (const bench::RequestRecord& record : records) {
    if (!is_measured(record) || !record.taken_up_ns || !record.end_ns) continue;
    has_tokens = has_tokens || record.first_token_ns.has_value();
    const auto after = [&](std::int64_t ns) { return static_cast<double>(ns - *record.taken_up_ns) / kNsPerMs; };
    timed.push_back({.start_s = static_cast<double>(*record.taken_up_ns) / kNsPerSecond,
                     .ttft_ms = after(record.first_token_ns.value_or(*record.end_ns)),
                     .e2e_ms = after(*record.end_ns)});
  }
  return course_facts(timed, has_tokens ? "ttft_ms" : "e2e_service_ms");
}

// On the axis of facts.series: seconds since the collection's window began.
void put_window(const bench::RunWindow& window, const Manifest& manifest, Benchmark& benchmark) {
  BenchmarkWindow& facts = benchmark.conditions.window;
  if (!window.started_utc.empty()) facts.started_utc = window.started_utc;
  facts.interrupted = window.interrupted;
  const std::int64_t start = window.warmed_ns.value_or(window.started_ns);
  if (window.ended_ns > start) facts.seconds = static_cast<double>(window.ended_ns - start) / kNsPerSecond;
  if (!manifest.window_started_ns || !facts.seconds) return;
  const double at = static_cast<double>(start - *manifest.window_started_ns) / kNsPerSecond;
  facts.start_s = at;
  facts.end_s = at + *facts.seconds;
  facts.common_seconds = std::max(0.0, std::min(*facts.end_s, manifest.window_observed_s) - std::max(at, 0.0));
}

void put_floor(const bench::RunSummary& summary, Benchmark& benchmark) {
  if (summary.floor.empty()) return;
  benchmark.floor.emplace();
  for (const auto& [name, floor] : summary.floor) {
    (*benchmark.floor)[name] = {.n = floor.n, .p50 = floor.p50, .p95 = floor.p95, .p99 = floor.p99};
  }
}

void put_requests(const EvidenceReader& reader, const std::string& folder, const std::string& pointer,
                  const bench::RunSummary& summary, Benchmark& benchmark) {
  const auto lines = reader.text(folder + "requests.ndjson", pointer + "/metrics");
  if (!lines) return;
  const bench::ReadRecords read = bench::read_records(*lines);
  Unparsed problems;
  for (const std::string& problem : read.problems) problems.add(problem);
  const auto bytes = reader.text_if_any(folder + "chunks.bin", pointer + "/metrics");
  const bench::ReadChunks chunks = bytes ? bench::read_chunks(*bytes) : bench::ReadChunks{};
  if (!chunks.problem.empty()) problems.add("chunks.bin: " + chunks.problem);
  if (problems.any()) reader.unparsed(pointer + "/metrics", folder + "requests.ndjson", problems);
  const bench::RunMetrics metrics =
      bench::metrics_of(read.records, chunks.requests, summary.settings.slo_ms, summary.settings.load == "open");
  benchmark.conditions.work = work_of(summary.settings, read.records, metrics);
  benchmark.outcomes = outcomes_of(metrics);
  put_metrics(metrics, read.records, benchmark);
  benchmark.course = own_course(read.records);
}

Benchmark run_of(const EvidenceReader& reader, const std::string& path, const std::string& pointer,
                 const bench::RunSummary& summary) {
  Benchmark benchmark{
      .tool = "ihc", .tool_version = summary.tool_version, .definition = summary.definition, .file = path};
  benchmark.conditions.load = load_of(summary.settings);
  benchmark.conditions.server = server_of(summary.settings, summary.server);
  benchmark.conditions.client = client_of(summary.client);
  if (!summary.settings.slo_ms.empty()) benchmark.slo_ms = summary.settings.slo_ms;
  put_window(summary.window, reader.bundle().manifest(), benchmark);
  put_floor(summary, benchmark);
  put_requests(reader, path.substr(0, path.rfind('/') + 1), pointer, summary, benchmark);
  return benchmark;
}

}  // namespace

bool note_failure(const EvidenceReader& reader) {
  const auto text = reader.text_if_any("bench/error.json", "/benchmarks");
  if (!text) return false;
  const auto json = parse_json(*text, "bench/error.json");
  const std::string what = json ? string_at(*json, "what") : "";
  const std::string where = json ? string_at(*json, "where") : "";
  reader.missing("/benchmarks", "failed", what + (where.empty() ? "" : ": " + where));
  return true;
}

void read_own_runs(const EvidenceReader& reader, std::vector<Benchmark>& benchmarks) {
  for (const std::string& path : reader.bundle().glob("bench/*/summary.json")) {
    const std::string pointer = "/benchmarks/" + std::to_string(benchmarks.size());
    const auto text = reader.text(path, pointer);
    if (!text) continue;
    const auto json = parse_json(*text, path);
    if (!json) {
      Unparsed problem;
      problem.add(json.error().what);
      reader.unparsed("/benchmarks", path, problem);
      continue;
    }
    const bench::ReadSummary read = bench::read_summary(*json);
    Unparsed problems;
    for (const std::string& problem : read.problems) problems.add(problem);
    if (problems.any()) reader.unparsed(pointer, path, problems);
    benchmarks.push_back(run_of(reader, path, pointer, read.summary));
  }
}

}  // namespace ihc
