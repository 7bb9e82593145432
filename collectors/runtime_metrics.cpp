// What the inference server and its runtime count about themselves: queue length, KV cache, latencies, and the work
// stealing of a tokio runtime, from the text of a /metrics endpoint.
//
//   vllm:num_requests_waiting{engine="0",model_name="m"} 64.0
//   vllm:time_to_first_token_seconds_bucket{le="0.1",engine="0",model_name="m"} 512
//   tokio_total_steal_operations 1034
//
// The names are an application's own choice: a map gives each role its metric (metrics_map.json beside the parser, and
// a person's own from --metrics-map). Counters count since the process started: one text tells levels and ratios, not
// rates. A histogram tells between which two bucket bounds a quantile lies, no more.
//
// Scraped at every tick of the window (--metrics-url: samples of metrics/1, metrics/2, … in the order of the URLs, and
// probes/metrics-scrape.json about them), the first reading and the last tell what happened between them. Two imported
// texts of one process do the same, only without the time.
//
// "Steal" here is one runtime thread taking another's task; a hypervisor's steal time is another thing (facts of
// pressure and load).
//
// tokio-metrics (RuntimeMetrics): total_steal_operations counts how often a worker stole, total_steal_count how many
// tasks were moved, and one operation moves several; total_polls_count is the denominator of both.

#include <algorithm>

#include "collect/collector.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/runtime_metrics/exposition.h"
#include "collectors/runtime_metrics/growth.h"
#include "collectors/runtime_metrics/metrics_map.h"
#include "collectors/runtime_metrics/roles.h"
#include "collectors/runtime_metrics/servers.h"

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

constexpr Capture kCaptures[] = {Scraped{.family = "metrics"}};

constexpr ForeignText kTexts[] = {
    {"vllm-metrics", "the /metrics text of vLLM, SGLang or a tokio application", "commands/vllm-metrics/stdout",
     like_server_metrics},
    {"runtime-metrics", "the /metrics text of another application, read with --metrics-map",
     "commands/runtime-metrics/stdout", like_any_metrics},
};

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

/// The roles of a text, and what they grew by since `first`, below one pointer of the facts.
struct RoleReading {
  const Exposition* first = nullptr;  ///< null: no growth, for this reason
  const Exposition& last;
  std::string reason;
  std::string hint;
  std::vector<std::string> paths;
};

std::map<std::string, RoleMetric> read_roles(const EvidenceReader& reader, const ChosenMap& chosen,
                                             const RoleReading& reading, const std::string& pointer,
                                             std::map<std::string, RoleMetric> roles = {}) {
  std::vector<RoleGap> gaps;
  for (const auto& [name, role] : chosen.map.roles) {
    if (roles.contains(name)) continue;
    auto metric = read_role(reading.last, name, role, gaps);
    if (!metric) continue;
    if (reading.first != nullptr) {
      add_growth(*reading.first, reading.last, name, role, *metric, gaps);
    } else {
      explain_no_growth(name, *metric, reading.reason, reading.hint, gaps);
    }
    metric->map = chosen.own.contains(name) ? "own" : "shipped";
    roles.emplace(name, std::move(*metric));
    for (const std::string& path : reading.paths) reader.facts().source(pointer + "/" + name, path);
  }
  for (const RoleGap& gap : gaps) {
    reader.missing(pointer + "/" + gap.role + (gap.fact.empty() ? "" : "/" + gap.fact), gap.reason, gap.hint);
  }
  return roles;
}

void read_server(const EvidenceReader& reader, const ChosenMap& chosen, const ServerReadings& server,
                 RuntimeMetrics& metrics) {
  const std::string pointer = "/runtime_metrics/servers/" + std::to_string(metrics.servers.size());
  MetricsServer fact{.source = server.paths.back(), .url = server.url};
  fact.reading_count = server.reading_count;
  fact.failed_count = server.failed_count;
  fact.window_seconds = server.seconds;
  if (server.last.series_count == 0) reader.missing(pointer + "/roles", server.reason, server.hint);
  fact.roles = read_roles(reader, chosen,
                          {.first = server.first ? &*server.first : nullptr,
                           .last = server.last,
                           .reason = server.reason,
                           .hint = server.hint,
                           .paths = server.paths},
                          pointer + "/roles");
  metrics.series_count += static_cast<std::int64_t>(server.last.series_count);
  if (server.last.duplicate_count > 0) {
    metrics.duplicate_count =
        metrics.duplicate_count.value_or(0) + static_cast<std::int64_t>(server.last.duplicate_count);
  }
  if (server.seconds) metrics.window_seconds = std::max(metrics.window_seconds.value_or(0), *server.seconds);
  for (const std::string& path : server.paths) reader.facts().source("/runtime_metrics", path);
  if (server.unparsed.any()) reader.unparsed("/runtime_metrics", server.paths.back(), server.unparsed);
  metrics.servers.push_back(std::move(fact));
}

/// One process under two URLs would be counted twice.
bool is_known(const std::vector<const ServerReadings*>& servers, const ServerReadings& server) {
  return std::ranges::any_of(
      servers, [&](const ServerReadings* other) { return same_process(other->last, server.last) == SameProcess::yes; });
}

/// The node's roles: the scraped servers together, because they served at the same time. Texts that were saved some
/// time or other can't be added up: the first that has a role counts.
void read_all(const EvidenceReader& reader, const ChosenMap& chosen, const std::vector<ServerReadings>& scraped,
              const std::vector<ServerReadings>& imported, RuntimeMetrics& metrics) {
  const std::string pointer = "/runtime_metrics/roles";
  std::vector<const ServerReadings*> live;
  std::vector<std::string> paths;
  for (const ServerReadings& server : scraped) {
    if (server.last.series_count == 0 || is_known(live, server)) continue;
    live.push_back(&server);
    paths.insert(paths.end(), server.paths.begin(), server.paths.end());
  }
  const auto lacking =
      std::ranges::find_if(live, [](const ServerReadings* server) { return !server->first.has_value(); });
  const Exposition last = together(live, [](const ServerReadings& s) -> const Exposition& { return s.last; });
  RoleReading reading{.last = last, .reason = {}, .hint = {}, .paths = paths};
  Exposition first;
  if (lacking == live.end()) {
    first = together(live, [](const ServerReadings& s) -> const Exposition& { return *s.first; });
    reading.first = &first;
  } else {
    reading.reason = (*lacking)->reason;
    reading.hint = (*lacking)->hint;
  }
  metrics.roles = read_roles(reader, chosen, reading, pointer);
  for (const ServerReadings& server : imported) {
    metrics.roles = read_roles(reader, chosen,
                               {.first = server.first ? &*server.first : nullptr,
                                .last = server.last,
                                .reason = server.reason,
                                .hint = server.hint,
                                .paths = server.paths},
                               pointer, std::move(metrics.roles));
  }
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

void explain_absence(const EvidenceReader& reader, const std::vector<ServerReadings>& scraped,
                     const std::vector<ServerReadings>& imported) {
  if (!scraped.empty()) return reader.missing("/runtime_metrics", scraped.front().reason, scraped.front().hint);
  if (!imported.empty())
    return reader.missing("/runtime_metrics", "parse_error", imported.front().paths.front() + " has no series");
  reader.missing("/runtime_metrics", "file_absent",
                 "collect under load with --metrics-url, or save the server's /metrics and import it");
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "runtime_metrics");
  const std::vector<ServerReadings> scraped = scraped_servers(bundle);
  const std::vector<ServerReadings> imported = imported_servers(bundle);
  const bool has_series = std::ranges::any_of(scraped, [](const auto& s) { return s.last.series_count > 0; }) ||
                          std::ranges::any_of(imported, [](const auto& s) { return s.last.series_count > 0; });
  if (!has_series) return explain_absence(reader, scraped, imported);
  const ChosenMap chosen = chosen_map(reader);
  RuntimeMetrics metrics;
  for (const auto* servers : {&scraped, &imported}) {
    for (const ServerReadings& server : *servers) read_server(reader, chosen, server, metrics);
  }
  read_all(reader, chosen, scraped, imported, metrics);
  choose_steal_rate(reader, chosen.map.steal_definition, metrics);
  builder.facts.runtime_metrics = std::move(metrics);
}

}  // namespace

extern const Collector k_runtime_metrics_collector{
    .name = "runtime_metrics",
    .about = "what the server and its runtime count about themselves: queues, caches, latencies, work stealing",
    .captures = kCaptures,
    .read = read,
    .texts = kTexts,
};

}  // namespace ihc
