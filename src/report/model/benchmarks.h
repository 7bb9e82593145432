// The benchmarks of a bundle: each run with its conditions, what became of its requests, and its metrics as a table
// whose every row carries both.
#pragma once

#include "facts/describe.h"
#include "report/input.h"
#include "report/words.h"

namespace ihc::report {

struct BenchmarkRow {
  std::string metric;
  std::string n;
  std::string unanswered;  ///< failed and dropped, beside the figures that leave them out
  std::string mean;
  std::string p50;
  std::string p95;
  std::string p99;
  std::string max;
  std::string lower;  ///< of the interval of p95
  std::string upper;
  bool has_interval = false;
  bool is_unbounded = false;
  std::string n_needed;
  std::string definition;
  std::string meaning;
  std::string rule;
  std::string origin;
  std::string disagreement;
};

struct BenchmarkRate {
  std::string metric;
  std::string value;
  std::string definition;
  std::string meaning;
};

struct BenchmarkRunView {
  std::string key;
  std::string tool;
  std::string load;
  std::string rate;
  std::string concurrency;
  std::string work;
  std::string model;
  std::string asked;
  std::string ok;
  std::string failed;
  std::string dropped;
  std::string warmup;
  std::string repeats;
  std::string client;
  std::string common;
  std::string synthetic_penalty;
  std::vector<BenchmarkRow> rows;
  bool has_rows = false;
  std::vector<BenchmarkRate> rates;
  bool has_rates = false;
  std::vector<std::string> contradictions;
};

struct Benchmarks {
  std::vector<BenchmarkRunView> runs;
  bool has_runs = false;
};

/// From facts.benchmarks, in their order.
Benchmarks make_benchmarks(const ReportInput& input, const Words& words);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::BenchmarkRow> {
  using T = report::BenchmarkRow;
  static constexpr std::string_view kName = "benchmark_row";
  static constexpr auto kFields =
      std::tuple{field("metric", &T::metric, "its name for people, with the unit"),
                 field("n", &T::n, "values behind it"),
                 field("unanswered", &T::unanswered, "requests that failed or were dropped"),
                 field("mean", &T::mean, "mean"),
                 field("p50", &T::p50, "median"),
                 field("p95", &T::p95, "95th percentile"),
                 field("p99", &T::p99, "99th percentile"),
                 field("max", &T::max, "largest"),
                 field("lower", &T::lower, "lower end of the interval of the 95th percentile"),
                 field("upper", &T::upper, "its upper end"),
                 field("has_interval", &T::has_interval, "both ends are known"),
                 field("is_unbounded", &T::is_unbounded, "too few values for an upper end"),
                 field("n_needed", &T::n_needed, "values from which it has one"),
                 field("definition", &T::definition, "whose meaning: vllm.ttft"),
                 field("meaning", &T::meaning, "that meaning in words"),
                 field("rule", &T::rule, "how percentiles are taken"),
                 field("origin", &T::origin, "measured, recomputed or stated"),
                 field("disagreement", &T::disagreement,
                       "largest difference between the file's figures and its samples; or empty")};
};

template <>
struct Describe<report::BenchmarkRate> {
  using T = report::BenchmarkRate;
  static constexpr std::string_view kName = "benchmark_rate";
  static constexpr auto kFields = std::tuple{
      field("metric", &T::metric, "its name for people, with the unit"), field("value", &T::value, "over the run"),
      field("definition", &T::definition, "whose meaning"), field("meaning", &T::meaning, "that meaning in words")};
};

template <>
struct Describe<report::BenchmarkRunView> {
  using T = report::BenchmarkRunView;
  static constexpr std::string_view kName = "benchmark_run";
  static constexpr auto kFields =
      std::tuple{field("key", &T::key, "its name"),
                 field("tool", &T::tool, "load generator and version"),
                 field("load", &T::load, "open loop, closed loop, …"),
                 field("rate", &T::rate, "requests a second that were asked for"),
                 field("concurrency", &T::concurrency, "requests at once"),
                 field("work", &T::work, "tokens of prompts and answers"),
                 field("model", &T::model, "model that was asked for"),
                 field("asked", &T::asked, "requests of the schedule"),
                 field("ok", &T::ok, "answered"),
                 field("failed", &T::failed, "failed"),
                 field("dropped", &T::dropped, "never sent"),
                 field("warmup", &T::warmup, "requests left out at the start"),
                 field("repeats", &T::repeats, "runs of this workload in the bundle"),
                 field("client", &T::client, "CPUs of the load generator"),
                 field("common", &T::common, "seconds in common with the observation"),
                 field("synthetic_penalty", &T::synthetic_penalty, "factor put on memory accesses by hand; or empty"),
                 field("rows", &T::rows, "latencies and lengths"),
                 field("has_rows", &T::has_rows, "there are any"),
                 field("rates", &T::rates, "throughput"),
                 field("has_rates", &T::has_rates, "there are any"),
                 field("contradictions", &T::contradictions, "where the file contradicts itself")};
};

template <>
struct Describe<report::Benchmarks> {
  using T = report::Benchmarks;
  static constexpr std::string_view kName = "benchmarks";
  static constexpr auto kFields =
      std::tuple{field("runs", &T::runs, "each run"), field("has_runs", &T::has_runs, "there are any")};
};

}  // namespace ihc
