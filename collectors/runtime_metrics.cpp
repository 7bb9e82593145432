// What the inference server and its runtime count about themselves: queue length, KV cache, latencies, and the work
// stealing of a tokio runtime, from the text of a /metrics endpoint.
//
//   vllm:num_requests_waiting{engine="0",model_name="m"} 64.0
//   vllm:time_to_first_token_seconds_bucket{le="0.1",engine="0",model_name="m"} 512
//   tokio_total_steal_operations 1034
//
// The names are an application's own choice: a map gives each role its metric (metrics_map.json beside the parser, and
// a person's own from --metrics-map). Counters count since the process started: one text tells levels and ratios, not
// rates. A histogram tells between which two bucket bounds a quantile lies, no more. "Steal" here is one runtime thread
// taking another's task; a hypervisor's steal time is another thing (facts of pressure and load).
//
// tokio-metrics (RuntimeMetrics): total_steal_operations counts how often a worker stole, total_steal_count how many
// tasks were moved, and one operation moves several; total_polls_count is the denominator of both.

#include <algorithm>

#include "collect/collector.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/runtime_metrics/exposition.h"
#include "collectors/runtime_metrics/metrics_map.h"
#include "collectors/runtime_metrics/roles.h"

namespace ihc {

namespace {

bool has_type_line(std::string_view text, std::string_view beginning) {
  for (const std::string_view line : split_lines(text)) {
    const auto words = split_words(line);
    if (words.size() == 4 && words[0] == "#" && words[1] == "TYPE" && words[2].starts_with(beginning)) return true;
  }
  return false;
}

Likeness like_server_metrics(std::string_view text) {
  for (const std::string_view prefix : {"vllm:", "sglang:", "tokio_"}) {
    if (has_type_line(text, prefix)) return Likeness::sure;
  }
  return Likeness::no;
}

Likeness like_any_metrics(std::string_view text) {
  if (!has_type_line(text, "") || like_server_metrics(text) == Likeness::sure) return Likeness::no;
  const auto parsed = parse_exposition(text);
  return parsed.value.series_count > parsed.unparsed.lines ? Likeness::sure : Likeness::maybe;
}

constexpr ForeignText kTexts[] = {
    {"vllm-metrics", "the /metrics text of vLLM, SGLang or a tokio application", "commands/vllm-metrics/stdout",
     like_server_metrics},
    {"runtime-metrics", "the /metrics text of another application, read with --metrics-map",
     "commands/runtime-metrics/stdout", like_any_metrics},
};

// Every text there is. Two servers on a node give two; the second one's roles fill what the first has not.
std::vector<std::string> texts_in(const Bundle& bundle) {
  std::vector<std::string> paths = bundle.glob("commands/vllm-metrics*/stdout");
  for (std::string& path : bundle.glob("commands/runtime-metrics*/stdout")) paths.push_back(std::move(path));
  std::stable_sort(paths.begin(), paths.end(),
                   [](const std::string& left, const std::string& right) { return left.size() < right.size(); });
  return paths;
}

struct ChosenMap {
  MetricsMap map;
  std::map<std::string, MetricRole> own;
};

ChosenMap chosen_map(const EvidenceReader& reader) {
  const std::string member(kMetricsMapMember);
  const auto text = reader.bundle().text(member);
  if (!text) return {.map = shipped_metrics_map()};
  const auto own = parse_metrics_map(*text, member);
  if (!own) {
    reader.missing("/runtime_metrics", "parse_error", to_string(own.error()));
    return {.map = shipped_metrics_map()};
  }
  reader.facts().source("/runtime_metrics/roles", member);
  return {.map = merged_maps(shipped_metrics_map(), *own), .own = own->roles};
}

void read_text(const EvidenceReader& reader, const ChosenMap& chosen, const std::string& path,
               RuntimeMetrics& metrics) {
  const Parsed<Exposition> parsed = parse_exposition(*reader.bundle().text(path));
  metrics.series_count += static_cast<std::int64_t>(parsed.value.series_count);
  if (parsed.value.duplicate_count > 0) {
    metrics.duplicate_count =
        metrics.duplicate_count.value_or(0) + static_cast<std::int64_t>(parsed.value.duplicate_count);
  }
  std::vector<RoleGap> gaps;
  for (const auto& [name, role] : chosen.map.roles) {
    if (metrics.roles.contains(name)) continue;
    auto metric = read_role(parsed.value, name, role, gaps);
    if (!metric) continue;
    metric->map = chosen.own.contains(name) ? "own" : "shipped";
    metrics.roles.emplace(name, std::move(*metric));
    reader.facts().source("/runtime_metrics/roles/" + name, path);
  }
  for (const RoleGap& gap : gaps) reader.missing("/runtime_metrics/roles/" + gap.role, gap.reason, gap.hint);
  reader.facts().source("/runtime_metrics", path);
  if (parsed.unparsed.any()) reader.unparsed("/runtime_metrics", path, parsed.unparsed);
}

void choose_steal_rate(const EvidenceReader& reader, const std::string& definition, RuntimeMetrics& metrics) {
  metrics.steal_rates = steal_rates(metrics.roles);
  const auto chosen = std::find_if(metrics.steal_rates.begin(), metrics.steal_rates.end(),
                                   [&](const StealRate& rate) { return rate.definition == definition; });
  if (chosen == metrics.steal_rates.end()) {
    return reader.missing("/runtime_metrics/steal_rate_pct", "structural",
                          "the text has no " + definition + ": name its metrics with --metrics-map");
  }
  metrics.steal_definition = chosen->definition;
  metrics.steal_rate_pct = chosen->rate_pct;
  metrics.steal_basis = chosen->basis;
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "runtime_metrics");
  const auto paths = texts_in(bundle);
  if (paths.empty()) {
    return reader.missing("/runtime_metrics", "file_absent",
                          "save the server's /metrics under load and import it with the bundle");
  }
  const ChosenMap chosen = chosen_map(reader);
  RuntimeMetrics metrics;
  for (const std::string& path : paths) read_text(reader, chosen, path, metrics);
  if (metrics.series_count == 0)
    return reader.missing("/runtime_metrics", "parse_error", paths.front() + " has no series");
  choose_steal_rate(reader, chosen.map.steal_definition, metrics);
  builder.facts.runtime_metrics = std::move(metrics);
}

}  // namespace

extern const Collector k_runtime_metrics_collector{
    .name = "runtime_metrics",
    .about = "what the server and its runtime count about themselves: queues, caches, latencies, work stealing",
    .captures = {},
    .read = read,
    .texts = kTexts,
};

}  // namespace ihc
