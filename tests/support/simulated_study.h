// Studies whose truth is known: two arms of runs of a server that is made of random numbers. For the tests of verdicts
// and the table of their power.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "compare/metrics.h"
#include "stats/moments.h"
#include "stats/quantile_interval.h"
#include "stats/quantiles.h"

namespace ihc::test {

struct SimulatedStudy {
  std::size_t runs = 5;        ///< an arm
  std::size_t requests = 200;  ///< a run
  double change = 1;           ///< true ratio of all latencies, after / before
  double between = 0.03;       ///< standard deviation of a run's logarithm
  double within = 0.3;         ///< of a request's logarithm within its run
  double correlation = 0;      ///< of neighbouring requests within a run (first-order autoregression)
  double heavy_share = 0;      ///< of requests with a Pareto tail (α = 1.5) instead
  double second_mode = 0;      ///< share of requests that take five times as long
  double bad_run = 1;          ///< one run of the after arm takes so many times as long
  double drift = 0;            ///< each run takes this much longer than the one before it (0.01: 1 %)
  bool in_turns = true;        ///< ABBA; else all of A before all of B
};

/// The place of each run in time: [0] before, [1] after.
inline std::vector<std::vector<std::size_t>> order_of(const SimulatedStudy& study) {
  std::vector<std::vector<std::size_t>> places(2);
  for (std::size_t at = 0; at < 2 * study.runs; ++at) {
    const bool first = study.in_turns ? (at % 4 == 0 || at % 4 == 3) : at < study.runs;
    const std::size_t arm = first && places[0].size() < study.runs ? 0 : places[1].size() < study.runs ? 1 : 0;
    places[arm].push_back(at);
  }
  return places;
}

class Simulator {
 public:
  Simulator(const SimulatedStudy& study, std::uint64_t seed) : study_(study), generator_(seed) {}

  /// The headline set of DESIGN §7. Its samples live as long as this simulator.
  std::vector<compare::MetricArms> draw() {
    std::vector<compare::MetricArms> metrics{
        {.metric = "ttft_ms", .statistic = "p50", .quantile = 0.5, .is_headline = true},
        {.metric = "ttft_ms", .statistic = "p95", .quantile = 0.95, .is_headline = true},
        {.metric = "tpot_ms", .statistic = "p50", .quantile = 0.5, .is_headline = true},
        {.metric = "e2e_response_ms", .statistic = "p95", .quantile = 0.95, .is_headline = true},
        {.metric = "output_throughput_tps", .statistic = "mean", .is_headline = true, .lower_is_better = false}};
    const auto places = order_of(study_);
    for (std::size_t arm = 0; arm < 2; ++arm) {
      for (std::size_t run = 0; run < study_.runs; ++run) {
        const double bad = arm == 1 && run == 0 ? study_.bad_run : 1;
        add_run(metrics, arm, bad * std::pow(1 + study_.drift, static_cast<double>(places[arm][run])));
      }
    }
    return metrics;
  }

 private:
  double request(double& memory) {
    memory = study_.correlation * memory + std::sqrt(1 - study_.correlation * study_.correlation) * normal_(generator_);
    if (uniform_(generator_) < study_.heavy_share) return std::pow(1 - uniform_(generator_), -1 / 1.5);
    return std::exp(study_.within * memory) * (uniform_(generator_) < study_.second_mode ? 5 : 1);
  }

  void add_run(std::vector<compare::MetricArms>& metrics, std::size_t arm, double factor) {
    const double level = factor * (arm == 1 ? study_.change : 1) * std::exp(study_.between * normal_(generator_));
    std::vector<double> ttft;
    std::vector<double> tpot;
    std::vector<double> whole;
    double memories[2] = {normal_(generator_), normal_(generator_)};
    for (std::size_t i = 0; i < study_.requests; ++i) {
      ttft.push_back(200 * level * request(memories[0]));
      tpot.push_back(20 * level * request(memories[1]));
      whole.push_back(ttft.back() + 99 * tpot.back());
    }
    const double rate = 100.0 * 1000 / stats::mean(whole).value_or(1);
    const std::vector<double>* samples[] = {&ttft, &ttft, &tpot, &whole};
    for (std::size_t at = 0; at < metrics.size(); ++at) {
      compare::RunValue run{.count = study_.requests};
      if (at < 4) {
        run.samples = kept_.emplace_back(stats::sorted_samples(*samples[at]));
        run.value = stats::quantile_of_sorted(run.samples, *metrics[at].quantile, stats::QuantileRule::nearest_rank)
                        .value_or(0);
      } else {
        run.value = rate;
      }
      (arm == 0 ? metrics[at].before : metrics[at].after).push_back(std::move(run));
    }
  }

  SimulatedStudy study_;
  std::mt19937_64 generator_;
  std::normal_distribution<double> normal_;
  std::uniform_real_distribution<double> uniform_;
  std::deque<std::vector<double>> kept_;
};

inline compare::Demands usual_demands(std::uint64_t seed, std::size_t rounds = 1000) {
  return {.margin = 0.05, .significance = 0.05, .power = 0.8, .rounds = rounds, .seed = seed};
}

/// What is done where nobody thinks of runs: the requests of an arm in one heap, and an interval of their p95 that
/// takes each for itself. Two that do not meet are called a change.
inline bool heaps_of_requests_differ(const compare::MetricArms& metric) {
  const auto interval_of = [&](const std::vector<compare::RunValue>& runs) {
    std::vector<double> heap;
    for (const compare::RunValue& run : runs) heap.insert(heap.end(), run.samples.begin(), run.samples.end());
    return stats::quantile_interval(stats::sorted_samples(heap), *metric.quantile);
  };
  const stats::QuantileInterval before = interval_of(metric.before);
  const stats::QuantileInterval after = interval_of(metric.after);
  return before.upper.value_or(0) < after.lower.value_or(0) || after.upper.value_or(0) < before.lower.value_or(0);
}

/// What is done where nobody thinks of chance: the mean of the runs' values, and a difference of the margin or more is
/// called a change.
inline bool means_of_runs_differ(const compare::MetricArms& metric, double margin) {
  const auto mean_of = [](const std::vector<compare::RunValue>& runs) {
    std::vector<double> values;
    for (const compare::RunValue& run : runs) values.push_back(run.value);
    return stats::mean(values).value_or(1);
  };
  return std::abs(mean_of(metric.after) / mean_of(metric.before) - 1) >= margin;
}

/// What many studies of one kind said.
struct Tally {
  std::size_t studies = 0;
  std::size_t changed = 0;   ///< with at least one headline metric called improved or regressed
  std::size_t by_heaps = 0;  ///< with one that differs by the two careless readings above
  std::size_t by_means = 0;
  std::size_t improved_p95 = 0;  ///< ttft_ms p95
  std::size_t regressed_p95 = 0;
  std::size_t equivalent_p95 = 0;
  std::size_t covered = 0;  ///< the true ratio of ttft_ms p95 lies in its interval
};

inline Tally operator+(const Tally& one, const Tally& other) {
  return {.studies = one.studies + other.studies,
          .changed = one.changed + other.changed,
          .by_heaps = one.by_heaps + other.by_heaps,
          .by_means = one.by_means + other.by_means,
          .improved_p95 = one.improved_p95 + other.improved_p95,
          .regressed_p95 = one.regressed_p95 + other.regressed_p95,
          .equivalent_p95 = one.equivalent_p95 + other.equivalent_p95,
          .covered = one.covered + other.covered};
}

inline Tally tally(const SimulatedStudy& study, std::size_t studies, std::uint64_t seed, std::size_t rounds = 1000) {
  Tally tally{.studies = studies};
  for (std::size_t at = 0; at < studies; ++at) {
    Simulator simulator(study, seed + at);
    const auto metrics = simulator.draw();
    const auto demands = usual_demands(seed + at, rounds);
    const auto rows = compare::compare_metrics(metrics, demands);
    using compare::Verdict;
    tally.by_heaps += std::any_of(metrics.begin(), metrics.end(), [](const compare::MetricArms& metric) {
      return metric.quantile && heaps_of_requests_differ(metric);
    });
    tally.by_means += std::any_of(metrics.begin(), metrics.end(), [&](const compare::MetricArms& metric) {
      return means_of_runs_differ(metric, demands.margin);
    });
    tally.changed += std::any_of(rows.begin(), rows.end(), [](const compare::MetricVerdict& row) {
      return row.verdict == Verdict::improved || row.verdict == Verdict::regressed;
    });
    const compare::MetricVerdict& tail = rows[1];
    tally.improved_p95 += tail.verdict == Verdict::improved;
    tally.regressed_p95 += tail.verdict == Verdict::regressed;
    tally.equivalent_p95 += tail.verdict == Verdict::equivalent;
    tally.covered += tail.estimate && tail.estimate->interval95.lower <= study.change &&
                     study.change <= tail.estimate->interval95.upper;
  }
  return tally;
}

}  // namespace ihc::test
