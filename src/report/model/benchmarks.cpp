#include "report/model/benchmarks.h"

#include <algorithm>

#include "base/json_read.h"
#include "report/format.h"

namespace ihc::report {

namespace {

class RunView {
 public:
  RunView(const Json& benchmark, const Words& words) : benchmark_(benchmark), words_(words) {}

  BenchmarkRunView make() const {
    BenchmarkRunView view;
    const Json& conditions = at(benchmark_, "conditions");
    put_load(at(conditions, "load"), view);
    put_outcomes(view);
    const Json& server = at(conditions, "server");
    view.key = string_at(benchmark_, "key");
    view.tool = string_at(benchmark_, "tool") + " " + string_at(benchmark_, "tool_version");
    while (view.tool.ends_with(' ')) view.tool.pop_back();
    view.model = text_at(server, "model").value_or(not_known());
    view.synthetic_penalty = figure(at(server, "synthetic_remote_penalty"), "");
    view.client = text_at(at(conditions, "client"), "cpus_allowed").value_or(not_known());
    view.common = figure(at(at(conditions, "window"), "common_seconds"), not_known());
    view.work = tokens(at(conditions, "work"));
    view.repeats = count(at(benchmark_, "runs"));
    put_metrics(view);
    for (const Json& code : list_at(benchmark_, "contradictions")) {
      if (code.is_string())
        view.contradictions.push_back(words_.text("contradictions", code.get<std::string>(), "label"));
    }
    return view;
  }

 private:
  std::string not_known() const { return words_.text("states.not_known"); }

  std::string count(const Json& value) const {
    return value.is_number_integer() ? grouped_text(value.get<std::int64_t>()) : not_known();
  }

  // Two decimals below ten, one above: no figure of a benchmark is better than three digits.
  static std::string figure(const Json& value, const std::string& otherwise) {
    if (!value.is_number()) return otherwise;
    const double number = value.get<double>();
    return decimal_text(number, number < 10 && number > -10 ? 2 : 1);
  }

  void put_load(const Json& load, BenchmarkRunView& view) const {
    view.load = words_.text("loops", string_at(load, "loop"), "label");
    view.rate = figure(at(load, "rate_rps"), "");
    view.concurrency = at(load, "concurrency").is_null() ? "" : count(at(load, "concurrency"));
    view.warmup = count(at(load, "warmup_requests"));
  }

  void put_outcomes(BenchmarkRunView& view) const {
    const Json& outcomes = at(benchmark_, "outcomes");
    view.asked = count(at(outcomes, "asked"));
    view.ok = count(at(outcomes, "ok"));
    view.failed = count(at(outcomes, "failed"));
    view.dropped = at(outcomes, "dropped").is_null() ? "" : count(at(outcomes, "dropped"));
  }

  std::string unanswered() const {
    const Json& outcomes = at(benchmark_, "outcomes");
    const auto failed = integer_at(outcomes, "failed");
    return failed ? grouped_text(*failed + integer_at(outcomes, "dropped").value_or(0)) : not_known();
  }

  std::string tokens(const Json& work) const {
    return count(at(work, "input_tokens")) + " / " + count(at(work, "output_tokens"));
  }

  // Codes of definitions have dots, which part the keys of words.
  std::string meaning(const std::string& definition) const {
    std::string code = definition;
    std::ranges::replace(code, '.', '_');
    return words_.text_or_empty("benchmark_definitions", code, "label");
  }

  BenchmarkRow row(const std::string& name, const Json& metric) const {
    const Json& interval = at(metric, "p95_interval");
    const auto upper = number_at(interval, "upper");
    BenchmarkRow made{.metric = words_.text("benchmark_metrics", name, "label"),
                      .n = count(at(metric, "n")),
                      .unanswered = unanswered(),
                      .mean = figure(at(metric, "mean"), "–"),
                      .p50 = figure(at(metric, "p50"), "–"),
                      .p95 = figure(at(metric, "p95"), "–"),
                      .p99 = figure(at(metric, "p99"), "–"),
                      .max = figure(at(metric, "max"), "–")};
    made.has_interval = upper && number_at(interval, "lower");
    made.lower = figure(at(interval, "lower"), "");
    made.upper = figure(at(interval, "upper"), "");
    made.is_unbounded = flag_at(interval, "unbounded_above").value_or(false);
    made.n_needed = made.is_unbounded ? count(at(interval, "n_needed")) : "";
    made.definition = string_at(metric, "definition");
    made.meaning = meaning(made.definition);
    made.rule = words_.text("quantile_rules", text_at(metric, "quantile_rule").value_or("unknown"), "label");
    made.origin = words_.text("figure_origins", string_at(metric, "origin"), "label");
    if (const auto difference = number_at(metric, "disagreement_pct"))
      made.disagreement = percent_text(*difference, words_);
    return made;
  }

  // What has a median, a percentile or a largest value is a distribution; what has a mean alone is a rate.
  void put_metrics(BenchmarkRunView& view) const {
    const Json& metrics = at(benchmark_, "metrics");
    if (!metrics.is_object()) return;
    for (const auto& [name, entry] : metrics.items()) {
      const Json& metric = entry;  // clang 14 lets no lambda see a structured binding
      const bool is_distribution = std::ranges::any_of(std::initializer_list<const char*>{"p50", "p95", "p99", "max"},
                                                       [&](const char* key) { return !at(metric, key).is_null(); });
      if (is_distribution) {
        view.rows.push_back(row(name, metric));
      } else {
        const std::string definition = string_at(metric, "definition");
        view.rates.push_back({.metric = words_.text("benchmark_metrics", name, "label"),
                              .value = figure(at(metric, "mean"), not_known()),
                              .definition = definition,
                              .meaning = meaning(definition)});
      }
    }
    view.has_rows = !view.rows.empty();
    view.has_rates = !view.rates.empty();
  }

  const Json& benchmark_;
  const Words& words_;
};

}  // namespace

Benchmarks make_benchmarks(const ReportInput& input, const Words& words) {
  Benchmarks benchmarks;
  for (const Json& benchmark : list_at(input.facts, "benchmarks")) {
    benchmarks.runs.push_back(RunView(benchmark, words).make());
  }
  benchmarks.has_runs = !benchmarks.runs.empty();
  return benchmarks;
}

}  // namespace ihc::report
