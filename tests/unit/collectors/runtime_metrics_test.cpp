// Metrics texts: the format's corners, honest quantiles, roles by map, and which steal is meant.

#include <cmath>
#include <filesystem>
#include <iostream>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "cli/read_facts.h"
#include "collect/collector.h"
#include "collectors/runtime_metrics/exposition.h"
#include "collectors/runtime_metrics/metrics_map.h"
#include "support/recorded_tree.h"
#include "support/timed_bundle.h"

namespace ihc {
extern const Collector k_runtime_metrics_collector;
}  // namespace ihc

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

const std::string kText = "commands/vllm-metrics/stdout";
const std::string kOwnMap(kMetricsMapMember);

FactsBuilder read_metrics(const std::string& text) { return read_facts(*bundle_of({{kText, text}})); }

std::string tokio(const std::string& type) {
  return "# TYPE tokio_total_steal_operations " + type +
         "\ntokio_total_steal_operations 30\n# TYPE tokio_total_steal_count " + type +
         "\ntokio_total_steal_count 120\n# TYPE tokio_total_polls_count " + type + "\ntokio_total_polls_count 1000\n";
}

// ---- the format ----------------------------------------------------------------------------------------------------

TEST(Exposition, LabelsTimestampsAndExemplars) {
  const auto parsed = parse_exposition(
      "# HELP a says \\\\ and \\n\n# TYPE a counter\na{x=\"q\\\"\\\\\\n,}\",y=\"\"} 1.5e3 1395066363000\n"
      "a{} 2 # {trace_id=\"4b\"} 0.5 1520879607.789\n a:b_c\t+Inf -1\nd NaN\ne -Inf\n# EOF\n");
  EXPECT_FALSE(parsed.unparsed.any()) << parsed.unparsed.first;
  const Exposition& exposition = parsed.value;
  ASSERT_EQ(exposition.samples.at("a").size(), 2U);
  EXPECT_EQ(exposition.samples.at("a")[0].labels, (MetricLabels{{"x", "q\"\\\n,}"}, {"y", ""}}));
  EXPECT_EQ(exposition.samples.at("a")[0].value, 1500);
  EXPECT_EQ(exposition.samples.at("a")[1].value, 2);
  EXPECT_TRUE(std::isinf(exposition.samples.at("a:b_c")[0].value));
  EXPECT_TRUE(std::isnan(exposition.samples.at("d")[0].value));
  EXPECT_TRUE(exposition.is_whole);
  EXPECT_EQ(exposition.types.at("a"), "counter");
}

TEST(Exposition, DuplicatesKeepTheFirst) {
  const auto parsed = parse_exposition("a{x=\"1\"} 1\na{x=\"1\"} 2\na{x=\"2\"} 3\n");
  EXPECT_EQ(parsed.value.duplicate_count, 1U);
  EXPECT_EQ(parsed.value.series_count, 2U);
  EXPECT_EQ(parsed.value.samples.at("a")[0].value, 1);
}

TEST(Exposition, AnUnendedLineIsNoNumber) {
  const auto parsed = parse_exposition("a 64.0\nb 6");
  EXPECT_TRUE(parsed.value.samples.contains("a"));
  EXPECT_FALSE(parsed.value.samples.contains("b"));
  EXPECT_EQ(parsed.unparsed.lines, 1U);
}

TEST(Exposition, BrokenLinesAreCounted) {
  const auto parsed = parse_exposition("a{x=\"1} 1\na{x=1} 1\na\n1a 2\na{x=\"1\",x=\"2\"} 1\na b\na 1 2 3\n");
  EXPECT_EQ(parsed.unparsed.lines, 7U);
  EXPECT_EQ(parsed.value.series_count, 0U);
}

// ---- histograms ----------------------------------------------------------------------------------------------------

std::string histogram(const std::string& rest) {
  return "# TYPE vllm:time_to_first_token_seconds histogram\n"
         "vllm:time_to_first_token_seconds_bucket{le=\"0.1\"} 50\n"
         "vllm:time_to_first_token_seconds_bucket{le=\"0.5\"} 94\n" +
         rest;
}

TEST(Histograms, AQuantileIsAnInterval) {
  const auto metrics = read_metrics(histogram("vllm:time_to_first_token_seconds_bucket{le=\"+Inf\"} 100\n"
                                              "vllm:time_to_first_token_seconds_sum 20\n"
                                              "vllm:time_to_first_token_seconds_count 100\n"))
                           .facts.runtime_metrics;
  const RoleMetric& ttft = metrics->roles.at("ttft");
  EXPECT_EQ(ttft.unit, "ms");
  const MetricHistogram& all = *ttft.histogram;
  EXPECT_EQ(all.count, 100);
  EXPECT_EQ(all.mean, 200.0);
  EXPECT_EQ(all.p50->above, std::nullopt) << "the first bucket has no lower bound that was printed";
  EXPECT_EQ(all.p50->at_most, 100.0);
  EXPECT_EQ(all.p90->above, 100.0);
  EXPECT_EQ(all.p90->at_most, 500.0);
  EXPECT_EQ(all.p95->above, 500.0);
  EXPECT_EQ(all.p95->at_most, std::nullopt) << "beyond the last bound nobody knows";
}

TEST(Histograms, WithoutItsLastBucketItIsPartial) {
  for (const char* rest : {"", "vllm:time_to_first_token_seconds_bucket{le=\"+Inf\"} 60\n",
                           "vllm:time_to_first_token_seconds_bucket{le=\"+Inf\"} 100\n"
                           "vllm:time_to_first_token_seconds_count 120\n"}) {
    const FactsBuilder builder = read_metrics(histogram(rest));
    EXPECT_FALSE(builder.facts.runtime_metrics->roles.contains("ttft")) << rest;
    EXPECT_EQ(builder.missing().at("/runtime_metrics/roles/ttft").reason, "parse_error") << rest;
  }
}

TEST(Histograms, EnginesStayApartAndAddUp) {
  std::string text = "# TYPE vllm:e2e_request_latency_seconds histogram\n";
  for (const char* engine : {"0", "1"}) {
    const std::string label = std::string("engine=\"") + engine + "\"";
    text += "vllm:e2e_request_latency_seconds_bucket{" + label + ",le=\"1\"} " + (*engine == '0' ? "10" : "0") +
            "\nvllm:e2e_request_latency_seconds_bucket{" + label + ",le=\"+Inf\"} 10\n";
  }
  const auto metrics = read_metrics(text).facts.runtime_metrics;
  const RoleMetric& latency = metrics->roles.at("e2e_latency");
  ASSERT_EQ(latency.series.size(), 2U);
  EXPECT_EQ(latency.series[0].histogram->p50->at_most, 1000.0);
  EXPECT_EQ(latency.series[1].histogram->p50->at_most, std::nullopt);
  EXPECT_EQ(latency.histogram->count, 20);
}

// ---- roles ---------------------------------------------------------------------------------------------------------

TEST(Roles, RequestsAddUpAndRatiosDoNot) {
  const auto metrics = read_metrics(
                           "vllm:num_requests_waiting{engine=\"0\"} 3\nvllm:num_requests_waiting{engine=\"1\"} 4\n"
                           "vllm:kv_cache_usage_perc{engine=\"0\"} 0.1\nvllm:kv_cache_usage_perc{engine=\"1\"} 0.9\n"
                           "sglang:num_running_reqs NaN\n")
                           .facts.runtime_metrics;
  EXPECT_EQ(metrics->roles.at("requests_waiting").value, 7);
  const RoleMetric& usage = metrics->roles.at("kv_cache_usage");
  EXPECT_EQ(usage.value, std::nullopt) << "no average that hides an engine";
  EXPECT_EQ(usage.min, 0.1);
  EXPECT_EQ(usage.max, 0.9);
  EXPECT_EQ(metrics->roles.at("requests_running").value, std::nullopt);
  EXPECT_EQ(metrics->roles.at("requests_running").map, "shipped");
}

TEST(Roles, APersonsMapReplacesTheRolesItNames) {
  const FactsBuilder builder = read_facts(
      *bundle_of({{"commands/runtime-metrics/stdout",
                   "# TYPE jobs gauge\njobs{pool=\"a\"} 5\njobs{pool=\"b\"} 6\npolled_total 200\n"
                   "moved_total 10\n# TYPE polled counter\n# TYPE moved counter\n"},
                  {kOwnMap, R"({"roles": {"requests_waiting": {"metrics": [{"name": "jobs", "labels": {"pool": "b"}}]},
                     "polls": "polled_total", "stolen_tasks": ["moved_total"]},
                     "steal_definition": "stolen_tasks_per_poll"})"}}));
  const RuntimeMetrics& metrics = *builder.facts.runtime_metrics;
  EXPECT_EQ(metrics.roles.at("requests_waiting").value, 6);
  EXPECT_EQ(metrics.roles.at("requests_waiting").map, "own");
  EXPECT_EQ(metrics.steal_definition, "stolen_tasks_per_poll");
  EXPECT_EQ(metrics.steal_rate_pct, 5.0);
  EXPECT_EQ(metrics.steal_basis, "since_start");
}

TEST(Roles, AMapThatIsWrongIsNamed) {
  for (const char* text : {"", "[]", "{\"roles\": 1}", "{\"roles\": {\"a\": 1}}", "{\"roles\": {\"a\": []}}",
                           "{\"roles\": {\"a\": {\"metrics\": \"m\", \"unknown\": 1}}}",
                           "{\"roles\": {}, \"steal_definition\": \"guess\"}"}) {
    EXPECT_FALSE(parse_metrics_map(text, "map")) << text;
  }
  const FactsBuilder builder = read_facts(*bundle_of({{kText, "vllm:num_requests_waiting 1\n"}, {kOwnMap, "{}"}}));
  EXPECT_EQ(builder.missing().at("/runtime_metrics").reason, "parse_error");
  EXPECT_EQ(builder.facts.runtime_metrics->roles.at("requests_waiting").value, 1) << "the shipped map is left";
}

TEST(Roles, TheShippedMapIsThere) {
  const MetricsMap& map = shipped_metrics_map();
  EXPECT_GE(map.roles.size(), 20U);
  EXPECT_EQ(map.steal_definition, "steal_operations_per_poll");
}

// ---- stealing ------------------------------------------------------------------------------------------------------

TEST(Stealing, TheDefinitionIsSaidAndAllAreKept) {
  const auto metrics = read_metrics(tokio("counter")).facts.runtime_metrics;
  EXPECT_EQ(metrics->steal_definition, "steal_operations_per_poll");
  EXPECT_EQ(metrics->steal_rate_pct, 3.0);
  EXPECT_EQ(metrics->steal_basis, "since_start");
  ASSERT_EQ(metrics->steal_rates.size(), 2U);
  EXPECT_EQ(metrics->steal_rates[1].definition, "stolen_tasks_per_poll");
  EXPECT_EQ(metrics->steal_rates[1].rate_pct, 12.0);
  EXPECT_EQ(metrics->steal_rates[1].denominator, "tokio_total_polls_count");
}

TEST(Stealing, GaugesOfAMonitorAreOfItsLastInterval) {
  EXPECT_EQ(read_metrics(tokio("gauge")).facts.runtime_metrics->steal_basis, "last_interval");
}

TEST(Stealing, NoPollsIsNoRate) {
  const FactsBuilder builder = read_metrics(
      "# TYPE tokio_total_steal_operations counter\ntokio_total_steal_operations 0\n"
      "# TYPE tokio_total_polls counter\ntokio_total_polls 0\n");
  EXPECT_EQ(builder.facts.runtime_metrics->steal_rate_pct, std::nullopt);
  EXPECT_EQ(builder.missing().at("/runtime_metrics/steal_rate_pct").reason, "structural");
}

TEST(Stealing, T45IsNotAHypervisorsSteal) {
  const FactsBuilder builder = read_metrics(
      "# TYPE node_cpu_seconds_total counter\n"
      "node_cpu_seconds_total{cpu=\"0\",mode=\"steal\"} 12\n");
  EXPECT_TRUE(builder.facts.runtime_metrics->roles.empty());
  EXPECT_EQ(builder.facts.runtime_metrics->steal_rate_pct, std::nullopt);
}

// ---- a recorded server ---------------------------------------------------------------------------------------------

TEST(SharedRuntimeMetrics, LoadedVllm) {
  const fs::path file = shared_dir() / "corpus/vllm-metrics/vllm-0.25.1-loaded.prom.txt";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is absent";
  const auto text = read_file(file, limits::kMaxFileBytes);
  ASSERT_TRUE(text);
  const FactsBuilder builder = read_metrics(*text);
  ASSERT_TRUE(builder.facts.runtime_metrics);
  EXPECT_FALSE(builder.missing().contains("/runtime_metrics")) << builder.missing().at("/runtime_metrics").hint;
  const auto& roles = builder.facts.runtime_metrics->roles;
  EXPECT_EQ(roles.at("requests_running").value, 64);
  EXPECT_EQ(roles.at("requests_waiting").value, 64);
  EXPECT_EQ(roles.at("kv_cache_usage").value, 0.11223878211531546);
  EXPECT_EQ(roles.at("prefix_cache_queries").value, 339968);
  EXPECT_EQ(roles.at("prefix_cache_hits").value, 2480);
  EXPECT_EQ(roles.at("preemptions").value, 0);
  EXPECT_EQ(roles.at("generation_tokens").value, 165293);
  EXPECT_EQ(roles.at("requests_finished").value, 600);
  EXPECT_EQ(roles.at("ttft").histogram->count, 664);
  EXPECT_NEAR(*roles.at("ttft").histogram->sum, 88244.99082565308, 1e-6);
  EXPECT_EQ(roles.at("tpot").metric, "vllm:request_time_per_output_token_seconds");
  EXPECT_EQ(roles.at("inter_token_latency").histogram->count, 164629);
  EXPECT_EQ(roles.at("e2e_latency").histogram->count, 600);
  const MetricQuantile& p95 = *roles.at("ttft").histogram->p95;
  ASSERT_TRUE(p95.above && p95.at_most);
  EXPECT_LT(*p95.above, *p95.at_most);
  std::cout << "vllm-metrics: 1 of 1 agree\n";
}

TEST(SharedRuntimeMetrics, LikenessIsSureOfItsOwnOnly) {
  if (!fs::exists(shared_dir() / "corpus")) GTEST_SKIP() << (shared_dir() / "corpus") << " is absent";
  for (const auto& entry : fs::recursive_directory_iterator(shared_dir() / "corpus")) {
    if (!entry.is_regular_file()) continue;
    // What upstream expects of a capture is no capture.
    if (entry.path().string().find(".expected.") != std::string::npos) continue;
    const auto bytes = read_file(entry.path(), limits::kMaxFileBytes);
    if (!bytes) continue;
    const std::string_view beginning = std::string_view(*bytes).substr(0, 64 * limits::kKiB);
    for (const ForeignText& row : k_runtime_metrics_collector.texts) {
      const bool is_own = entry.path().parent_path().filename() == "vllm-metrics" && row.kind == "vllm-metrics";
      EXPECT_EQ(row.likeness(beginning) == Likeness::sure, is_own) << entry.path() << " as " << row.kind;
    }
  }
}

}  // namespace
}  // namespace ihc::test
