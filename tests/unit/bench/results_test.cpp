// The readers of other tools' results, on captures where there are some and else on texts as the tools' documentation
// and code have them (each test says which), and the figures that are made of samples.
#include <filesystem>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "bench/results/course.h"
#include "bench/results/durations.h"
#include "bench/results/formats.h"
#include "bench/results/json_documents.h"
#include "bench/results/statistics.h"
#include "support/recorded_tree.h"

namespace ihc::bench {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::string recorded(const std::string& name) {
  const auto text = read_file(std::string{IHC_SOURCE_DIR} + "/tests/corpus/benchmark/" + name, limits::kMaxFileBytes);
  EXPECT_TRUE(text) << name;
  return text ? *text : std::string{};
}

// Captures that are not ours to keep here: skipped where the shared ones are absent.
class SharedResults : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(test::shared_dir() / "corpus")) GTEST_SKIP() << "the shared captures are absent";
  }
  static std::string shared(const std::string& name) {
    const auto text = read_file(test::shared_dir() / "corpus" / name, limits::kMaxFileBytes);
    EXPECT_TRUE(text) << name;
    return text ? *text : std::string{};
  }
};

ResultRun only_run(const std::string& text, std::string_view kind) {
  const ResultFormat* format = result_format_of(text);
  if (format == nullptr) {
    ADD_FAILURE() << "no format knows it";
    return {};
  }
  EXPECT_EQ(format->kind, kind);
  ReadResults results = format->read(text);
  EXPECT_THAT(results.problems, testing::IsEmpty());
  EXPECT_EQ(results.runs.size(), 1U);
  return results.runs.empty() ? ResultRun{} : std::move(results.runs.front());
}

double stated(const ResultRun& run, const std::string& metric, const std::string& figure) {
  const auto found = run.metrics.find(metric);
  if (found == run.metrics.end() || !found->second.stated.contains(figure)) {
    ADD_FAILURE() << metric << " has no " << figure;
    return std::numeric_limits<double>::quiet_NaN();
  }
  return found->second.stated.at(figure);
}

// ---- JSON as Python writes it
// ----------------------------------------------------------------------------------------

TEST(JsonDocuments, AppendedWrappedAndListedObjectsAreAllRead) {
  const auto read = read_json_documents("{\"a\": 1}\n{\"a\":\n 2}{\"a\": 3}\n[{\"a\": 4}, {\"a\": 5}]\n");
  ASSERT_EQ(read.documents.size(), 5U);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(read.documents[static_cast<std::size_t>(i)].at("a"), i + 1);
  EXPECT_THAT(read.problems, testing::IsEmpty());
}

TEST(JsonDocuments, NumbersThatJsonLacksAreNullAndCounted) {
  const auto read = read_json_documents(R"({"a": NaN, "b": Infinity, "c": [-Infinity, 1], "d": "NaN \" Infinity"})");
  ASSERT_EQ(read.documents.size(), 1U);
  EXPECT_EQ(read.not_finite, 3);
  EXPECT_TRUE(read.documents[0].at("a").is_null());
  EXPECT_EQ(read.documents[0].at("c").at(1), 1);
  EXPECT_EQ(read.documents[0].at("d"), "NaN \" Infinity");
}

TEST(JsonDocuments, OfAKeyThatStandsTwiceTheLastHolds) {
  EXPECT_EQ(read_json_documents(R"({"a": 1, "a": 2})").documents.at(0).at("a"), 2);
}

TEST(JsonDocuments, WhatIsCutOrNoJsonIsNamedAndTheRestRead) {
  const auto read = read_json_documents("log line\n{\"a\" 1}\n{\"a\": 2}\n{\"a\": [1, 2");
  EXPECT_EQ(read.documents.size(), 1U);
  EXPECT_EQ(read.problems.size(), 3U);
  const std::string deep(limits::kMaxJsonDepth + 1, '[');
  EXPECT_EQ(read_json_documents(deep + std::string(deep.size(), ']')).problems.size(), 1U);
  EXPECT_EQ(read_json_documents("{\"a\": \"\\").problems.size(), 1U);
}

TEST(Durations, AsToolsPrintThem) {
  EXPECT_EQ(duration_ms("1.31ms"), 1.31);
  EXPECT_NEAR(duration_ms("412.23µs").value(), 0.41223, 1e-12);
  EXPECT_NEAR(duration_ms("24ns").value(), 24e-6, 1e-15);
  EXPECT_EQ(duration_ms("0.5194 secs"), 519.4);
  EXPECT_EQ(duration_ms("1m3.5s"), 63500.0);
  EXPECT_EQ(duration_ms("5.00m"), 300000.0);
  EXPECT_FALSE(duration_ms("12"));
  EXPECT_FALSE(duration_ms("ms"));
  EXPECT_FALSE(duration_ms("3 parsecs"));
  EXPECT_EQ(scaled_count("39.32k"), 39320.0);
}

// ---- vLLM
// ------------------------------------------------------------------------------------------------------------

TEST_F(SharedResults, VllmJsonItsTtftIsTheFirstChunk) {
  const ResultRun run = only_run(shared("bench-vllm-json/er0080-bench_serve_v0.25.1.json"), "bench-vllm-json");
  EXPECT_FALSE(run.metrics.contains("ttft_ms")) << "a chunk with a role only counts there";
  EXPECT_EQ(run.metrics.at("ttfc_ms").definition, "vllm.ttft");
  EXPECT_DOUBLE_EQ(stated(run, "ttfc_ms", "mean"), 215.53594200008774);
  EXPECT_EQ(run.metrics.at("ttfc_ms").n, 8);
  EXPECT_DOUBLE_EQ(stated(run, "request_throughput_rps", "mean"), 5.180810671273421);
  EXPECT_EQ(run.metrics.at("icl_ms").counted, "gaps");
  EXPECT_FALSE(run.metrics.at("icl_ms").n);
  EXPECT_EQ(run.loop, "closed") << "all at once, two at a time";
  EXPECT_EQ(run.concurrency, 2);
  EXPECT_EQ(run.asked, 8);
  EXPECT_EQ(run.failed, 0);
  EXPECT_EQ(run.started, "2026-08-16T16:08:53");
  EXPECT_FALSE(run.metrics.contains("goodput_rps")) << "null: it was not asked for";
  EXPECT_FALSE(run.warmup_requests) << "the file does not say";
}

TEST_F(SharedResults, VllmJsonRequestsThatWereNotCompletedFailed) {
  const ResultRun run = only_run(
      shared("bench-vllm-json/pcp-run-1-no-cpu-kvcache-50.0qps-Qwen3-8B-20251001-054159.json"), "bench-vllm-json");
  EXPECT_EQ(run.ok, 1632);
  EXPECT_EQ(run.failed, 5000 - 1632) << "its version has no count of them";
  EXPECT_EQ(run.loop, "open");
  EXPECT_EQ(run.rate_rps, 50.0);
  EXPECT_EQ(run.arrival, "poisson");
  EXPECT_DOUBLE_EQ(stated(run, "ttfc_ms", "p75"), 116389.5475207496);
  EXPECT_EQ(run.labels.at("label"), "run-1-no-cpu-kvcache");
}

// As --save-detailed and --append-result write it (vllm/benchmarks/serve.py): the second request failed.
constexpr const char* kDetailed = R"({"backend": "vllm", "tokenizer_id": "t", "model_id": "m", "num_prompts": 3,
 "request_rate": 2.0, "burstiness": Infinity, "max_concurrency": null, "duration": 2.0, "completed": 2, "failed": 1,
 "gpu": "L40S", "std_ttft_ms": 50.0, "mean_ttft_ms": 150.0, "median_ttft_ms": 150.0, "p99_ttft_ms": 199.0,
 "mean_tpot_ms": 20.0, "p99_tpot_ms": 20.0, "mean_itl_ms": NaN,
 "output_lens": [3, 0, 1], "ttfts": [0.1, 0.0, 0.2], "itls": [[0.02, 0.02], [], []], "start_times": [5.0, 5.5, 6.0],
 "errors": ["", "Traceback (most recent call last):\n  File \"x\"\nTimeoutError: too slow\n", ""]}
)";

TEST(VllmJson, FailedRequestsInTheArraysAreInNoPercentile) {
  ResultRun run = only_run(kDetailed, "bench-vllm-json");
  const ResultMetric& ttfc = run.metrics.at("ttfc_ms");
  EXPECT_THAT(ttfc.samples, ElementsAre(100, 200));
  const MetricStatistics statistics = statistics_of(ttfc);
  EXPECT_TRUE(statistics.is_recomputed);
  EXPECT_DOUBLE_EQ(statistics.values.at("p99"), 199);
  EXPECT_DOUBLE_EQ(statistics.values.at("sd"), 50) << "numpy divides by n";
  EXPECT_NEAR(statistics.disagreement_pct.value(), 0, 1e-9) << "the file's own percentiles, under its own rule";
  EXPECT_THAT(run.failed_by_reason, ElementsAre(Pair("TimeoutError: too slow", 1)));
  EXPECT_THAT(run.metrics.at("tpot_ms").samples, ElementsAre(testing::DoubleNear(20, 1e-9))) << "one token has no gap";
  EXPECT_THAT(run.metrics.at("e2e_service_ms").samples, testing::SizeIs(2)) << "first chunk and gaps";
  EXPECT_EQ(run.metrics.at("icl_ms").samples.size(), 2U);
  EXPECT_EQ(run.timed.size(), 2U);
  EXPECT_EQ(run.labels.at("gpu"), "L40S") << "--metadata";
}

TEST(VllmJson, AppendedRunsAreRunsOfTheirOwn) {
  const auto results = read_vllm_json(std::string(kDetailed) + kDetailed);
  EXPECT_EQ(results.runs.size(), 2U);
}

TEST(VllmJson, AFileThatDisagreesWithItsOwnSamplesIsFound) {
  std::string altered(kDetailed);
  altered.replace(altered.find("199.0"), 5, "150.0");
  const auto results = read_vllm_json(altered);
  EXPECT_NEAR(statistics_of(results.runs.at(0).metrics.at("ttfc_ms")).disagreement_pct.value(), 100 * 49.0 / 150, 1e-9);
}

TEST_F(SharedResults, ServingTextThePeakThatIsBelowTheMeanCountsChunks) {
  const ResultRun run = only_run(shared("bench-vllm-text/gb10-nemotron-poisson-0.2rps.txt"), "bench-vllm-text");
  EXPECT_EQ(run.tool, "vllm");
  EXPECT_EQ(run.loop, "open");
  EXPECT_EQ(run.rate_rps, 0.2);
  EXPECT_EQ(stated(run, "ttfc_ms", "p95"), 835.59);
  EXPECT_EQ(stated(run, "e2e_service_ms", "p99"), 939497.39);
  EXPECT_EQ(run.metrics.at("ttfc_ms").n, 50);
  EXPECT_THAT(run.contradictions, ElementsAre("peak_below_mean"));
  const MetricStatistics statistics = statistics_of(run.metrics.at("ttfc_ms"));
  EXPECT_TRUE(statistics.intervals.at("p95").is_unbounded_above) << "of 50 requests";
  EXPECT_EQ(statistics.intervals.at("p95").n_needed, 72);
  EXPECT_FALSE(statistics.intervals.at("p95").lower) << "the samples are not in it";
}

TEST_F(SharedResults, ServingTextOlderTablesHaveFewerLines) {
  const ResultRun run = only_run(shared("bench-vllm-text/old-format-gpu-only.txt"), "bench-vllm-text");
  EXPECT_EQ(run.ok, 2000);
  EXPECT_FALSE(run.failed) << "not in it";
  EXPECT_EQ(run.loop, "unknown");
  EXPECT_EQ(stated(run, "output_throughput_tps", "mean"), 9799.19);
}

// ---- SGLang
// ----------------------------------------------------------------------------------------------------------

TEST_F(SharedResults, SglangJsonALineThatWasWrappedIsOneRun) {
  const ResultRun run =
      only_run(shared("bench-sglang-json/bench_serving-sharegpt-5rps-wrapped.jsonl"), "bench-sglang-json");
  EXPECT_EQ(run.metrics.at("ttft_ms").definition, "sglang.ttft");
  EXPECT_NEAR(stated(run, "ttft_ms", "p99"), 327.9139723521075, 1e-9);
  EXPECT_NEAR(stated(run, "e2e_service_ms", "mean"), 2409.499004891637, 1e-9);
  EXPECT_EQ(run.rate_rps, 5.0);
  EXPECT_EQ(run.concurrency, 256);
  EXPECT_EQ(run.output_tokens, 195775) << "the server's count, not the retokenized one";
  EXPECT_FALSE(run.failed) << "the file does not say";
}

// As bench_serving.py writes it for a chat backend: reasoning is no content.
TEST(SglangJson, AChatBackendsFirstTokenIsItsFirstContent) {
  const ResultRun run = only_run(
      R"({"backend": "sglang-oai-chat", "dataset_name": "random", "request_rate": Infinity, "max_concurrency": null,
          "sharegpt_output_len": null, "random_input_len": 512, "duration": 1, "completed": 1, "mean_ttft_ms": 5.0,
          "total_output_tokens_retokenized": 3})",
      "bench-sglang-json");
  EXPECT_TRUE(run.metrics.contains("ttfot_ms"));
  EXPECT_EQ(run.loop, "burst");
  EXPECT_EQ(run.prompt_tokens_asked, 512);
}

// ---- AIPerf, guidellm, inference-perf
// --------------------------------------------------------------------------------

TEST_F(SharedResults, AiperfItsInterTokenLatencyIsTheTimePerOutputTokenOfOthers) {
  const ResultRun run = only_run(shared("bench-aiperf/profile_export_aiperf-qwen3-4b-c16.json"), "bench-aiperf");
  EXPECT_EQ(run.tool_version, "0.11.0");
  EXPECT_EQ(run.metrics.at("tpot_ms").definition, "aiperf.inter_token_latency");
  EXPECT_DOUBLE_EQ(stated(run, "tpot_ms", "mean"), 8.77927431816552);
  EXPECT_DOUBLE_EQ(stated(run, "ttft_ms", "p95"), 40.51439944999998);
  EXPECT_EQ(run.metrics.at("icl_ms").n, 532759);
  EXPECT_EQ(run.metrics.at("icl_ms").counted, "gaps");
  EXPECT_EQ(run.loop, "closed");
  EXPECT_EQ(run.concurrency, 16);
  EXPECT_EQ(run.ok, 2044);
  EXPECT_EQ(run.slo_ms.at("ttft_ms"), 1500);
  EXPECT_EQ(run.slo_ms.at("tpot_ms"), 300);
  EXPECT_EQ(run.token_source, "tokenizer");
  EXPECT_EQ(run.model, "qwen3-4b");
}

TEST_F(SharedResults, AiperfTheConsoleTableHasThousandsAndUnits) {
  const ResultRun run = only_run(shared("bench-aiperf/aiperf-console-llama3-70b.txt"), "bench-aiperf");
  EXPECT_DOUBLE_EQ(stated(run, "ttft_ms", "p99"), 2973.45);
  EXPECT_DOUBLE_EQ(stated(run, "e2e_service_ms", "max"), 23284.99);
  EXPECT_EQ(run.metrics.at("ttft_ms").n, 100);
  EXPECT_DOUBLE_EQ(stated(run, "request_throughput_rps", "mean"), 0.69);
}

// From AIPerf's "Working with Profile Export Files": a record that was answered, one cancelled, one of the warm-up.
TEST(Aiperf, RecordsKeepTheirUnitsAndLeaveOutOtherPhases) {
  const ResultRun run = only_run(
      R"({"metadata": {"benchmark_phase": "profiling", "request_start_ns": 1000000000, "request_end_ns": 1500000000},
          "metrics": {"time_to_first_token": {"value": 0.2, "unit": "sec"}, "inter_chunk_latency": {"value": [10, 12], "unit": "ms"}}, "error": null}
         {"metadata": {"benchmark_phase": "profiling", "request_start_ns": 1, "request_end_ns": 2, "was_cancelled": true}, "metrics": {},
          "error": {"code": 499, "type": "RequestCancellationError"}}
         {"metadata": {"benchmark_phase": "profiling", "request_start_ns": 1, "request_end_ns": 2}, "metrics": null,
          "error": {"code": 503, "type": "HTTPError"}}
         {"metadata": {"benchmark_phase": "warmup", "request_start_ns": 1, "request_end_ns": 2},
          "metrics": {"time_to_first_token": {"value": 9, "unit": "sec"}}, "error": null})",
      "bench-aiperf");
  EXPECT_THAT(run.metrics.at("ttft_ms").samples, ElementsAre(200));
  EXPECT_THAT(run.metrics.at("icl_ms").samples, ElementsAre(10, 12));
  EXPECT_EQ(run.asked, 3);
  EXPECT_EQ(run.ok, 1);
  EXPECT_EQ(run.cancelled, 1);
  EXPECT_THAT(run.failed_by_reason, ElementsAre(Pair("HTTPError", 1)));
  EXPECT_EQ(run.warmup_requests, 1);
}

TEST_F(SharedResults, GuidellmRatesAreCountsOverTimeAndItsOwnStayBeside) {
  const ResultRun run = only_run(shared("bench-guidellm/guidellm-0.4.json"), "bench-guidellm");
  EXPECT_EQ(run.ok, 1669);
  EXPECT_EQ(run.cancelled, 165);
  EXPECT_EQ(run.loop, "closed");
  EXPECT_EQ(run.concurrency, 99);
  EXPECT_NEAR(stated(run, "request_throughput_rps", "mean"), 1669 / 60.0583553314209, 1e-6) << "its own mean is 48.4";
  EXPECT_EQ(run.labels.at("guidellm.requests_per_second.mean"), "48.39219438965794");
  EXPECT_EQ(run.metrics.at("norm_tpot_ms").definition, "guidellm.time_per_output_token_ms");
  EXPECT_EQ(run.metrics.at("tpot_ms").definition, "guidellm.inter_token_latency_ms");
  EXPECT_EQ(run.metrics.at("ttft_ms").quantile_rule, "nearest_rank");
  EXPECT_EQ(run.warmup_requests, 0);
  EXPECT_FALSE(run.metrics.contains("sched_lag_ms")) << "a closed loop is due at no time";
}

TEST(InferencePerf, SecondsBecomeMilliseconds) {
  const ResultRun run = only_run(recorded("inference-perf-stage.json"), "bench-inference-perf");
  EXPECT_NEAR(stated(run, "ttft_ms", "p95"), 40.10422827559523, 1e-9);
  EXPECT_NEAR(stated(run, "icl_ms", "p50"), 0.03392953658476472, 1e-12) << "chunks that hold several tokens";
  EXPECT_NEAR(stated(run, "sched_lag_ms", "p99"), 1.2279108399525281, 1e-9);
  EXPECT_EQ(run.loop, "open");
  EXPECT_EQ(run.rate_rps, 1.0);
  EXPECT_EQ(run.failed, 0);
  EXPECT_EQ(run.metrics.at("ttft_ms").n, 60);
}

// ---- tools that time whole requests
// ----------------------------------------------------------------------------------

TEST(Hyperfine, TheMedianIsItsOwnRecomputed) {
  const auto results = read_hyperfine(recorded("hyperfine-1.15.json"));
  ASSERT_EQ(results.runs.size(), 2U);
  const MetricStatistics statistics = statistics_of(results.runs[0].metrics.at("command_ms"));
  EXPECT_TRUE(statistics.is_recomputed);
  EXPECT_EQ(statistics.n, 12);
  EXPECT_LT(statistics.disagreement_pct.value(), 1e-9) << "mean, deviation (n - 1), median, extremes";
  EXPECT_EQ(results.runs[0].labels.at("command"), "sleep 0.01");
}

TEST(Hey, AnErrorForAnAnswerIsAmongItsTimes) {
  const ResultRun run = only_run(recorded("hey-with-503.txt"), "bench-hey");
  EXPECT_EQ(run.ok, 386);
  EXPECT_EQ(run.failed, 14);
  EXPECT_EQ(run.failed_in_samples, true);
  EXPECT_EQ(run.metrics.at("e2e_service_ms").n, 400);
  EXPECT_DOUBLE_EQ(stated(run, "e2e_service_ms", "p99"), 79.9);
  EXPECT_THAT(run.failed_by_reason, ElementsAre(Pair("HTTP 503", 14)));
  EXPECT_EQ(run.metrics.at("e2e_service_ms").quantile_rule, "ceiling_index");
}

TEST_F(SharedResults, OhaThePageIsKnownByItsSuccessRate) {
  const ResultRun run = only_run(shared("bench-oha/oha-postgres.txt"), "bench-oha");
  EXPECT_DOUBLE_EQ(stated(run, "e2e_service_ms", "p95"), 185.4);
  EXPECT_EQ(run.ok, 5853);
  EXPECT_DOUBLE_EQ(stated(run, "request_throughput_rps", "mean"), 585.2174);
}

// After oha's schema.json; the figures are those of a run shown in a public README.
TEST(Oha, WhatTheEndOfTheTimeCutOffDidNotFail) {
  const ResultRun run = only_run(
      R"({"summary": {"successRate": 1.0, "total": 1.0, "slowest": 0.45424, "fastest": 0.025575, "average": 0.10357,
          "requestsPerSec": 13.96}, "latencyPercentiles": {"p50": 0.029952, "p95": 0.45424, "p99.9": 0.45424},
          "responseTimeHistogram": {}, "statusCodeDistribution": {"200": 11, "500": 1},
          "errorDistribution": {"aborted due to deadline": 2, "connection reset": 3}})",
      "bench-oha");
  EXPECT_EQ(run.cancelled, 2);
  EXPECT_EQ(run.failed, 4);
  EXPECT_EQ(run.metrics.at("e2e_service_ms").n, 12);
  EXPECT_DOUBLE_EQ(stated(run, "e2e_service_ms", "p99.9"), 454.24);
}

// The form of fortio's own README and of a saved result of 1.3.1; later versions have the same fields.
TEST(Fortio, AWideBucketIsTold) {
  const ResultRun run = only_run(
      R"({"RunType": "HTTP", "Labels": "x", "StartTime": "2018-12-22T15:51:10Z", "RequestedQPS": "8", "ActualQPS": 7.97,
          "ActualDuration": 10036719644, "NumThreads": 4, "Version": "1.3.1-pre", "DurationHistogram": {"Count": 80,
          "Min": 0.028, "Max": 0.073, "Avg": 0.0373, "StdDev": 0.0139, "Data": [{"Start": 0.028, "End": 0.03, "Percent":
          25, "Count": 20}, {"Start": 0.03, "End": 0.035, "Percent": 72.5, "Count": 38}, {"Start": 0.05, "End": 0.073,
          "Percent": 100, "Count": 22}], "Percentiles": [{"Percentile": 50, "Value": 0.0325}, {"Percentile": 99.9,
          "Value": 0.0729}]}, "RetCodes": {"200": 78, "503": 1, "-1": 1}})",
      "bench-fortio");
  EXPECT_DOUBLE_EQ(stated(run, "e2e_service_ms", "p50"), 32.5);
  EXPECT_DOUBLE_EQ(stated(run, "e2e_service_ms", "p99.9"), 72.9);
  EXPECT_NEAR(run.metrics.at("e2e_service_ms").bucket_pct.value(), 200 * 0.023 / 0.123, 1e-9);
  EXPECT_EQ(run.loop, "closed") << "its threads wait for an answer";
  EXPECT_EQ(run.rate_rps, 8.0);
  EXPECT_EQ(run.failed, 2);
  EXPECT_NEAR(run.seconds.value(), 10.036719644, 1e-9);
}

TEST_F(SharedResults, K6TheTickOfFailedCountsFailures) {
  const ResultRun run = only_run(shared("bench-k6/k6-50vus.tail.txt"), "bench-k6");
  EXPECT_EQ(run.failed, 0) << "the cross stands before those that did not fail";
  EXPECT_EQ(run.asked, 3565697);
  EXPECT_EQ(run.concurrency, 50);
  EXPECT_NEAR(stated(run, "e2e_service_ms", "p90"), 0.8447, 1e-12);
  EXPECT_NEAR(stated(run, "e2e_service_ms", "mean"), 0.26131, 1e-12);
  EXPECT_EQ(run.loop, "closed");
}

// After k6's documentation of --summary-export.
TEST(K6, DroppedIterationsAreOfAnOpenLoop) {
  const ResultRun run = only_run(
      R"json({"metrics": {"http_req_duration": {"avg": 5.5, "min": 1, "med": 5, "max": 20, "p(90)": 9, "p(95)": 10.5},
              "http_reqs": {"count": 100, "rate": 10}, "http_req_failed": {"passes": 3, "fails": 97, "value": 0.03},
              "dropped_iterations": {"count": 7}, "vus_max": {"value": 20, "min": 10, "max": 20}}})json",
      "bench-k6");
  EXPECT_EQ(run.loop, "open");
  EXPECT_EQ(run.dropped, 7);
  EXPECT_EQ(run.failed, 3);
  EXPECT_EQ(run.ok, 97);
  EXPECT_EQ(stated(run, "e2e_service_ms", "p95"), 10.5);
}

TEST(Wrk, AClosedLoopWithItsErrors) {
  const ResultRun run = only_run(recorded("wrk-with-503.txt"), "bench-wrk");
  EXPECT_EQ(run.tool, "wrk");
  EXPECT_EQ(run.loop, "closed");
  EXPECT_EQ(run.concurrency, 8);
  EXPECT_DOUBLE_EQ(stated(run, "e2e_service_ms", "p99"), 183.8);
  EXPECT_DOUBLE_EQ(stated(run, "e2e_service_ms", "sd"), 23.64);
  EXPECT_EQ(run.failed, 25);
  EXPECT_EQ(run.ok, 471 - 25);
}

TEST_F(SharedResults, WrkMicrosecondsAndTwoPercentilesAreEnough) {
  const ResultRun run = only_run(shared("bench-wrk/nginx-4KB-c200.txt"), "bench-wrk");
  EXPECT_DOUBLE_EQ(stated(run, "e2e_service_ms", "p50"), 0.623);
  EXPECT_EQ(run.metrics.at("e2e_service_ms").n, 4701933);
  EXPECT_DOUBLE_EQ(stated(run, "request_throughput_rps", "mean"), 156212.82);
}

TEST_F(SharedResults, WrkWrk2CountsFromWhenARequestWasDue) {
  const ResultRun run = only_run(shared("bench-wrk/wrk2-akka-14000rps.txt"), "bench-wrk");
  EXPECT_EQ(run.tool, "wrk2");
  EXPECT_EQ(run.loop, "open");
  EXPECT_FALSE(run.metrics.contains("e2e_service_ms"));
  EXPECT_DOUBLE_EQ(stated(run, "e2e_response_ms", "p99.9"), 7.16);
  EXPECT_DOUBLE_EQ(stated(run, "e2e_response_ms", "mean"), 1.589);
  EXPECT_EQ(run.metrics.at("e2e_response_ms").n, 4052985) << "its calibration is left out";
}

// ---- all of them
// -----------------------------------------------------------------------------------------------------

// Ours, and those of the shared captures where they are.
std::vector<std::string> all_captures() {
  namespace fs = std::filesystem;
  std::vector<fs::path> folders{fs::path(IHC_SOURCE_DIR) / "tests/corpus/benchmark"};
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(test::shared_dir() / "corpus", ignored)) {
    if (entry.path().filename().string().starts_with("bench-")) folders.push_back(entry.path());
  }
  std::vector<std::string> texts;
  for (const fs::path& folder : folders) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().string().find(".expected.") != std::string::npos) continue;
      const auto text = read_file(entry.path(), limits::kMaxFileBytes);
      EXPECT_TRUE(text) << entry.path();
      if (text) texts.push_back(*text);
    }
  }
  return texts;
}

TEST(ResultFormats, EachFileIsKnownToOneFormatOnly) {
  const auto texts = all_captures();
  EXPECT_GE(texts.size(), 4U);
  for (const std::string& text : texts) {
    int known = 0;
    for (const ResultFormat& format : result_formats())
      known += format.is_it(text.substr(0, limits::kLikenessBytes)) ? 1 : 0;
    EXPECT_EQ(known, 1) << text.substr(0, 200);
    const ReadResults results = result_format_of(text)->read(text);
    EXPECT_THAT(results.problems, testing::IsEmpty()) << text.substr(0, 200);
    EXPECT_FALSE(results.runs.empty());
  }
}

TEST(ResultFormats, NoReaderMindsWhatItIsGiven) {
  for (const std::string& text : all_captures()) {
    for (const ResultFormat& format : result_formats()) {
      // Of another tool too, and cut anywhere.
      for (const std::size_t part : {text.size() / 3, text.size() / 2, text.size() - 1, text.size()}) {
        for (const ResultRun& run : format.read(text.substr(0, part)).runs) EXPECT_FALSE(run.tool.empty());
      }
    }
  }
  for (const char* text : {"", "{}", "[]", "{\"benchmarks\": 3}", "[[[[", "\xFF\xFE", "{\"results\": {}}",
                           "{\"completed\": {}, \"duration\": [], \"ttfts\": 5, \"errors\": {}}"}) {
    for (const ResultFormat& format : result_formats()) {
      for (const ResultRun& run : format.read(text).runs) EXPECT_FALSE(run.tool.empty()) << text;
    }
  }
}

// ---- figures of samples
// ----------------------------------------------------------------------------------------------

TEST(ResultStatistics, WhoNeverAnsweredIsSlowerThanAllWhoDid) {
  std::vector<double> answered;
  for (int i = 1; i <= 95; ++i) answered.push_back(i);
  const std::vector<double> timed_out(5, 1000.0);
  const auto statistics = statistics_of(answered, timed_out, true);
  EXPECT_EQ(statistics.n, 100);
  EXPECT_EQ(statistics.values.at("p95"), 95) << "nearest rank: the last that was answered";
  EXPECT_FALSE(statistics.values.contains("p99")) << "it is longer than anything seen";
  EXPECT_FALSE(statistics.values.contains("mean"));
  EXPECT_FALSE(statistics.values.contains("max"));
  EXPECT_TRUE(statistics.intervals.at("p95").is_unbounded_above);
  EXPECT_EQ(statistics.intervals.at("p95").lower, 90);
}

TEST(ResultCourse, AQueueThatGrowsHasASlope) {
  std::vector<TimedRequest> growing;
  for (int i = 0; i < 200; ++i)
    growing.push_back({.start_s = i * 0.1, .ttft_ms = 100.0 + i * 10, .e2e_ms = 500.0 + i * 50});
  const auto course = course_of(growing);
  ASSERT_TRUE(course && course->latency_trend && course->in_flight_trend);
  EXPECT_NEAR(course->latency_trend->slope, 100, 1e-6) << "10 ms each 0.1 s";
  EXPECT_GT(course->latency_trend->lower, 0);
  EXPECT_GT(course->in_flight_trend->lower, 0);
  EXPECT_LT(course->first_third_p50.value(), course->last_third_p50.value());
  growing.resize(19);
  EXPECT_FALSE(course_of(growing)) << "fewer than the batches";
}

TEST(ResultCourse, AWarmUpShowsInTheFirstTenth) {
  std::vector<TimedRequest> run;
  for (int i = 0; i < 100; ++i) run.push_back({.start_s = i * 1.0, .ttft_ms = i < 10 ? 900.0 : 100.0, .e2e_ms = 950});
  const auto course = course_of(run);
  ASSERT_TRUE(course);
  EXPECT_EQ(course->first_tenth_p50, 900);
  EXPECT_EQ(course->later_p50, 100);
}

}  // namespace
}  // namespace ihc::bench
