// Metrics texts: the format's corners, honest quantiles, roles by map, and which steal is meant.

#include "facts/described/runtime_metrics.h"

#include <algorithm>
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

// ---- over a window
// ---------------------------------------------------------------------------------------------------

// A server at one moment: its counter, and a histogram with one slow request before the window.
std::string server_text(int tokens, int fast, const std::string& started = "1.5e9", int queued = 1) {
  const auto text = [](int number) { return std::to_string(number); };
  return "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds " + started +
         "\n# TYPE vllm:num_requests_waiting gauge\nvllm:num_requests_waiting " + text(queued) +
         "\n# TYPE vllm:generation_tokens counter\nvllm:generation_tokens_total{engine=\"0\"} " + text(tokens) +
         "\n# TYPE vllm:time_to_first_token_seconds histogram\nvllm:time_to_first_token_seconds_bucket{le=\"0.1\"} " +
         text(fast) + "\nvllm:time_to_first_token_seconds_bucket{le=\"1\"} " + text(fast) +
         "\nvllm:time_to_first_token_seconds_bucket{le=\"+Inf\"} " + text(fast + 1) +
         "\nvllm:time_to_first_token_seconds_sum " + text(fast + 9) + "\n";
}

constexpr std::int64_t kSecondNs = 1'000'000'000;

std::string endpoint(int number, const std::string& failures = "") {
  return "{\"path\": \"metrics/" + std::to_string(number) + "\", \"url\": \"http://127.0.0.1:800" +
         std::to_string(number) + "/metrics\", \"failures\": [" + failures + "]}";
}

FactsBuilder read_scraped(const std::vector<std::string>& endpoints, const std::vector<SampledFile>& samples,
                          Files files = {}) {
  std::string list;
  for (const std::string& one : endpoints) list += (list.empty() ? "" : ",") + one;
  files["probes/metrics-scrape.json"] = "{\"endpoints\": [" + list + "]}";
  return read_facts(*bundle_of(std::move(files), samples));
}

TEST(Window, WhatHappenedBetweenTheFirstReadingAndTheLast) {
  const FactsBuilder builder =
      read_scraped({endpoint(1)}, {{"metrics/1", 10 * kSecondNs, server_text(100, 0)},
                                   {"metrics/1", 11 * kSecondNs, "", EvidenceStatus::timed_out},
                                   {"metrics/1", 12 * kSecondNs, server_text(900, 3)},
                                   {"metrics/1", 14 * kSecondNs, server_text(700, 4)}});
  const RuntimeMetrics& metrics = *builder.facts.runtime_metrics;
  EXPECT_EQ(metrics.window_seconds, 4.0);
  EXPECT_EQ(metrics.roles.at("generation_tokens").value, 700);
  EXPECT_EQ(metrics.roles.at("generation_tokens").delta, 600);
  EXPECT_EQ(metrics.roles.at("generation_tokens").series[0].delta, 600);
  EXPECT_EQ(metrics.roles.at("requests_waiting").delta, std::nullopt) << "a gauge does not grow";
  const RoleMetric& ttft = metrics.roles.at("ttft");
  EXPECT_EQ(ttft.histogram->count, 5);
  EXPECT_EQ(ttft.window_histogram->count, 4);
  EXPECT_EQ(ttft.window_histogram->mean, 1000);
  EXPECT_EQ(ttft.window_histogram->p95->at_most, 100.0) << "the slow request was before";
  ASSERT_EQ(metrics.servers.size(), 1U);
  EXPECT_EQ(metrics.servers[0].source, "metrics/1");
  EXPECT_EQ(metrics.servers[0].reading_count, 3);
  EXPECT_EQ(metrics.servers[0].url, "http://127.0.0.1:8001/metrics");
  EXPECT_EQ(metrics.servers[0].roles.at("ttft").window_histogram->count, 4);
  EXPECT_EQ(builder.sources().at("/runtime_metrics/roles/ttft").front(), "metrics/1");
}

TEST(Window, WithoutRequestsThereIsNothingToTell) {
  const FactsBuilder builder = read_scraped({endpoint(1)}, {{"metrics/1", kSecondNs, server_text(100, 2)},
                                                            {"metrics/1", 2 * kSecondNs, server_text(100, 2)}});
  EXPECT_EQ(builder.facts.runtime_metrics->roles.at("generation_tokens").delta, 0) << "seen, and nothing came";
  EXPECT_EQ(builder.facts.runtime_metrics->roles.at("ttft").window_histogram, std::nullopt);
  EXPECT_EQ(builder.missing().at("/runtime_metrics/roles/ttft/window_histogram").reason, "needs_load");
  EXPECT_EQ(builder.missing().at("/runtime_metrics/servers/0/roles/ttft/window_histogram").reason, "needs_load");
}

TEST(Window, OneReadingIsTooFew) {
  for (const FactsBuilder& builder : {read_scraped({endpoint(1)}, {{"metrics/1", kSecondNs, server_text(100, 2)}}),
                                      read_metrics(server_text(100, 2))}) {
    const RuntimeMetrics& metrics = *builder.facts.runtime_metrics;
    EXPECT_EQ(metrics.roles.at("generation_tokens").value, 100);
    EXPECT_EQ(metrics.roles.at("generation_tokens").delta, std::nullopt);
    EXPECT_EQ(metrics.window_seconds, std::nullopt);
    EXPECT_EQ(builder.missing().at("/runtime_metrics/roles/generation_tokens/delta").reason, "interval_too_short");
    EXPECT_EQ(builder.missing().at("/runtime_metrics/roles/ttft/window_histogram").reason, "interval_too_short");
    EXPECT_FALSE(builder.missing().contains("/runtime_metrics/roles/requests_waiting/delta"));
  }
}

TEST(Window, ARestartAndACounterThatFallsGiveNoGrowth) {
  for (const std::string& last : {server_text(50, 2), server_text(500, 9, "1.6e9")}) {
    const FactsBuilder builder = read_scraped(
        {endpoint(1)}, {{"metrics/1", kSecondNs, server_text(100, 2)}, {"metrics/1", 2 * kSecondNs, last}});
    EXPECT_EQ(builder.facts.runtime_metrics->roles.at("generation_tokens").delta, std::nullopt);
    EXPECT_EQ(builder.missing().at("/runtime_metrics/roles/generation_tokens/delta").reason, "conflicting_evidence");
  }
}

TEST(Window, ASeriesThatBeganWithinItGrewFromZero) {
  const std::string before = "# TYPE vllm:request_success counter\nvllm:request_success_total{reason=\"stop\"} 5\n";
  const FactsBuilder builder = read_scraped(
      {endpoint(1)}, {{"metrics/1", kSecondNs, before},
                      {"metrics/1", 2 * kSecondNs, before + "vllm:request_success_total{reason=\"abort\"} 3\n"}});
  EXPECT_EQ(builder.facts.runtime_metrics->roles.at("requests_finished").delta, 3);
  const FactsBuilder gone = read_scraped(
      {endpoint(1)}, {{"metrics/1", kSecondNs, before + "vllm:request_success_total{reason=\"abort\"} 3\n"},
                      {"metrics/1", 2 * kSecondNs, before}});
  EXPECT_EQ(gone.facts.runtime_metrics->roles.at("requests_finished").delta, std::nullopt);
}

TEST(Window, SeveralServersStandTogetherAndApart) {
  const FactsBuilder builder =
      read_scraped({endpoint(1), endpoint(2)}, {{"metrics/1", kSecondNs, server_text(100, 0, "1e9", 2)},
                                                {"metrics/2", kSecondNs, server_text(10, 0, "2e9", 5)},
                                                {"metrics/1", 3 * kSecondNs, server_text(130, 1, "1e9", 2)},
                                                {"metrics/2", 3 * kSecondNs, server_text(17, 2, "2e9", 5)}});
  const RuntimeMetrics& metrics = *builder.facts.runtime_metrics;
  EXPECT_EQ(metrics.roles.at("requests_waiting").value, 7);
  EXPECT_EQ(metrics.roles.at("requests_waiting").max, 5);
  EXPECT_EQ(metrics.roles.at("generation_tokens").delta, 37);
  EXPECT_EQ(metrics.roles.at("ttft").window_histogram->count, 3);
  EXPECT_EQ(metrics.roles.at("generation_tokens").series[0].labels.at("instance"), "http://127.0.0.1:8001/metrics");
  EXPECT_EQ(metrics.servers[1].roles.at("generation_tokens").delta, 7);
  EXPECT_FALSE(metrics.servers[1].roles.at("generation_tokens").series[0].labels.contains("instance"));
  EXPECT_EQ(builder.sources().at("/runtime_metrics/roles/ttft").size(), 2U);
}

TEST(Window, OneServerUnderTwoNamesCountsOnce) {
  const FactsBuilder builder =
      read_scraped({endpoint(1), endpoint(2)},
                   {{"metrics/1", kSecondNs, server_text(100, 0)}, {"metrics/2", kSecondNs, server_text(100, 0)}});
  EXPECT_EQ(builder.facts.runtime_metrics->servers.size(), 2U);
  EXPECT_EQ(builder.facts.runtime_metrics->roles.at("generation_tokens").value, 100);
}

TEST(Window, AServerThatNeverAnsweredSaysWhy) {
  const std::string late = R"({"status": "timed_out", "reason": "timed_out", "count": 3, "said": "did not answer"})";
  const FactsBuilder beside = read_scraped(
      {endpoint(1, late), endpoint(2)},
      {{"metrics/2", kSecondNs, server_text(10, 0)}, {"metrics/1", kSecondNs, "", EvidenceStatus::timed_out}});
  EXPECT_EQ(beside.facts.runtime_metrics->servers[0].failed_count, 3);
  EXPECT_EQ(beside.facts.runtime_metrics->servers[0].reading_count, 0);
  EXPECT_EQ(beside.missing().at("/runtime_metrics/servers/0/roles").reason, "timed_out");
  EXPECT_EQ(beside.facts.runtime_metrics->roles.at("generation_tokens").value, 10);
  const FactsBuilder alone =
      read_scraped({endpoint(1, late)}, {{"metrics/1", kSecondNs, "", EvidenceStatus::timed_out}});
  EXPECT_FALSE(alone.facts.runtime_metrics);
  EXPECT_EQ(alone.missing().at("/runtime_metrics").reason, "timed_out");
  EXPECT_EQ(alone.missing().at("/runtime_metrics").hint, "http://127.0.0.1:8001/metrics did not answer");
  const FactsBuilder junk = read_scraped({endpoint(1)}, {{"metrics/1", kSecondNs, "hello\n"}});
  EXPECT_EQ(junk.missing().at("/runtime_metrics").reason, "parse_error");
}

TEST(Window, ARecordThatIsNoneIsNoServer) {
  for (const char* text :
       {"", "[]", "{}", "{\"endpoints\": 1}", "{\"endpoints\": [1, {}, {\"path\": 1, \"failures\": [1]}]}"}) {
    const FactsBuilder builder = read_facts(*bundle_of({{"probes/metrics-scrape.json", text}}));
    EXPECT_FALSE(builder.facts.runtime_metrics) << text;
    EXPECT_FALSE(builder.missing().at("/runtime_metrics").reason.empty()) << text;
  }
}

TEST(Window, TwoTextsOfOneProcessDoTheSame) {
  const std::string other = "commands/vllm-metrics-2/stdout";
  const auto scraped = read_scraped({endpoint(1)}, {{"metrics/1", kSecondNs, server_text(100, 0)},
                                                    {"metrics/1", 5 * kSecondNs, server_text(700, 4)}})
                           .facts.runtime_metrics;
  for (const bool is_reversed : {false, true}) {
    const auto imported = read_facts(*bundle_of({{is_reversed ? other : kText, server_text(100, 0)},
                                                 {is_reversed ? kText : other, server_text(700, 4)}}))
                              .facts.runtime_metrics;
    ASSERT_EQ(imported->servers.size(), 1U);
    EXPECT_EQ(imported->servers[0].reading_count, 2);
    EXPECT_EQ(imported->window_seconds, std::nullopt) << "texts carry no time";
    EXPECT_EQ(facts_to_json(imported->roles.at("ttft")), facts_to_json(scraped->roles.at("ttft")));
    EXPECT_EQ(imported->roles.at("generation_tokens").delta, 600);
  }
  for (const std::string& second : {server_text(700, 4, "1.6e9"), std::string("vllm:num_requests_running 5\n")}) {
    const auto two = read_facts(*bundle_of({{kText, server_text(100, 0)}, {other, second}})).facts.runtime_metrics;
    EXPECT_EQ(two->servers.size(), 2U);
    EXPECT_EQ(two->roles.at("generation_tokens").value, 100) << "the first that has the role";
    EXPECT_EQ(two->roles.at("generation_tokens").delta, std::nullopt);
  }
}

TEST(Window, TheStealRateIsThatOfTheWindow) {
  const auto text = [](int steals, int polls) {
    return "# TYPE tokio_total_steal_operations counter\ntokio_total_steal_operations " + std::to_string(steals) +
           "\n# TYPE tokio_total_polls_count counter\ntokio_total_polls_count " + std::to_string(polls) + "\n";
  };
  const auto metrics = read_scraped({endpoint(1)}, {{"metrics/1", kSecondNs, text(900, 1000)},
                                                    {"metrics/1", 2 * kSecondNs, text(910, 1200)}})
                           .facts.runtime_metrics;
  EXPECT_EQ(metrics->steal_rate_pct, 5.0);
  EXPECT_EQ(metrics->steal_basis, "window");
  ASSERT_EQ(metrics->steal_rates.size(), 2U);
  EXPECT_EQ(metrics->steal_rates[1].basis, "since_start");
}

TEST(Window, TheWorkerWhoseCommandLineNamesThePort) {
  const std::string discovery = R"({"method": "pid", "workers": [
      {"pid": 70, "start_time_ticks": 5, "ppid": 1, "comm": "python3", "found_by": "pid"},
      {"pid": 71, "start_time_ticks": 6, "ppid": 70, "comm": "python3", "found_by": "child"},
      {"pid": 80, "start_time_ticks": 7, "ppid": 1, "comm": "python3", "found_by": "pid"}]})";
  const auto command = [](const char* port) {
    return std::string("python3\0serve\0--port\0", 21) + port + std::string("\0", 1);
  };
  const FactsBuilder builder = read_scraped(
      {endpoint(1), endpoint(3)},
      {{"metrics/1", kSecondNs, server_text(1, 0, "1e9")}, {"metrics/3", kSecondNs, server_text(1, 0, "2e9")}},
      {{"probes/discovery.json", discovery},
       {"root/proc/70/cmdline", command("8001")},
       {"root/proc/71/cmdline", command("8001")},
       {"root/proc/80/cmdline", command("8002")}});
  const auto worker = std::ranges::find(*builder.facts.workers, std::optional<std::int64_t>(70), &Worker::pid);
  ASSERT_NE(worker, builder.facts.workers->end());
  EXPECT_EQ(builder.facts.runtime_metrics->servers[0].worker_key, worker->key) << "its child has its command line too";
  EXPECT_EQ(builder.facts.runtime_metrics->servers[1].worker_key, std::nullopt);
  EXPECT_EQ(builder.missing().at("/runtime_metrics/servers/1/worker_key").reason, "structural");
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
