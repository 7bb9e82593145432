// What happened to each metric between two arms of runs: both values, their ratio with its interval, p, and one word of
// DESIGN §7. Each statistic is judged for itself: a throughput never stands for a latency, nor a median for a tail.
// "No evidence of change" (inconclusive) and "evidence of no change" (equivalent) are two words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stats/replicates.h"

namespace ihc::compare {

/// What was measured in one run. `samples` are the requests' values in ascending order where the bundle keeps them, and
/// belong to the arm (a metric of gaps has a million a run); a tool's summary has none.
struct RunValue {
  double value = 0;
  std::span<const double> samples = {};
  std::size_t count = 0;  ///< requests behind the value
};

/// One statistic of one metric in both arms.
struct MetricArms {
  std::string metric;                   ///< "ttft_ms"; names of DESIGN §9
  std::string statistic;                ///< "p50", "p95", "p99", "mean"
  std::optional<double> quantile = {};  ///< 0.95; absent for a mean or a rate
  bool is_headline = false;             ///< of the declared set, over which p is corrected
  bool lower_is_better = true;
  std::size_t fewest_requests = 0;  ///< an arm with fewer has no verdict on this statistic
  std::vector<RunValue> before = {};
  std::vector<RunValue> after = {};
};

/// What a verdict asks for; from rules/comparison.yaml or the command line.
struct Demands {
  double margin = 0;        ///< δ: what is worth acting on, 0.05
  double significance = 0;  ///< α: 0.05
  double power = 0;         ///< with which "how many more runs" is reckoned: 0.8
  std::size_t rounds = 0;   ///< of the bootstrap
  std::uint64_t seed = 1;
};

enum class Verdict { improved, regressed, equivalent, inconclusive };
std::string to_word(Verdict verdict);

struct MetricVerdict {
  std::string metric;
  std::string statistic;
  bool is_headline = false;
  bool lower_is_better = true;
  std::size_t runs_before = 0;
  std::size_t runs_after = 0;
  std::size_t requests_before = 0;
  std::size_t requests_after = 0;
  std::optional<double> before;  ///< median over the runs
  std::optional<double> after;
  std::optional<stats::RatioEstimate> estimate = {};  ///< absent for fewer than two runs in an arm, or values of 0
  std::optional<double> p = {};
  std::optional<double> p_adjusted = {};  ///< after Holm, over the headline set
  Verdict verdict = Verdict::inconclusive;
  /// Of an inconclusive one: how many runs an arm would need in all, and how many requests; absent when not known.
  std::optional<std::size_t> runs_needed = {};
  std::optional<std::size_t> requests_needed = {};
};

/// 1.2 → 20.
inline double percent_change(double ratio) { return 100 * (ratio - 1); }

std::vector<double> values_of(const std::vector<RunValue>& runs);
std::size_t requests_of(const std::vector<RunValue>& runs);
/// They look into `runs`, which must outlive them.
std::vector<stats::Replicate> replicates_of(const std::vector<RunValue>& runs, bool with_samples);

/// Of rows that have their estimate and p: Holm over the headline set, then one word each. `metrics` as the rows.
void decide(std::vector<MetricVerdict>& rows, const std::vector<MetricArms>& metrics, const Demands& demands);

/// In the order given. The same input and seed give the same bytes.
std::vector<MetricVerdict> compare_metrics(const std::vector<MetricArms>& metrics, const Demands& demands);

}  // namespace ihc::compare
