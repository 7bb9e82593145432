// rules/comparison.yaml: which conditions, metrics and evidence a comparison lays side by side, and what a verdict asks
// for. Expressions are those of the rules, over `facts` (one bundle's) and `benchmarks` (its runs that are compared).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/resources.h"
#include "engine/pack.h"

namespace ihc::compare {

struct ConditionSpec {
  std::string key;
  std::string title;
  std::string kind;            ///< setting, software, hardware, firmware, neighbours, load, client
  std::string moves;           ///< how much it can move the number: major, moderate, minor
  std::optional<int> rung;     ///< of the reproducibility ladder, 1…7
  std::optional<int> lab_row;  ///< of the lab/production table, 1…7
  RuleExpression value;
  std::optional<RuleExpression> same_when;  ///< over `before` and `after`; absent: equal
  std::vector<std::string> asked_by;        ///< rules whose recommendation changes it
};

struct MetricSpec {
  std::string metric;
  bool lower_is_better = true;
  std::vector<std::string> statistics;  ///< p50, p90, p95, p99, mean
  std::vector<std::string> headline;
};

struct EvidenceSpec {
  std::string key;
  std::string title;
  std::string unit;
  std::string factor;  ///< what it tells of: scheduling, memory, interrupts, throttling, host
  bool lower_is_better = true;
  RuleExpression value;
};

/// What is told of a window second by second.
struct TimelineDemands {
  double tail_quantile = 0;        ///< which requests are the tail: 0.99
  double high_share = 0;           ///< a second is high in a series when so many of the others are lower: 0.9
  std::size_t most_listed = 0;     ///< of the tail
  std::size_t fewest_seconds = 0;  ///< with requests in them, for a correlation
};

struct ComparisonSpec {
  std::string version;
  double margin_pct = 0;
  double significance_pct = 0;
  double power_pct = 0;
  std::size_t bootstrap_rounds = 0;
  std::string blocking_tag;                            ///< a failed rule with it …
  Severity blocking_severity = Severity::critical;     ///< … from this severity on makes the arms not comparable
  std::map<std::string, std::size_t> fewest_requests;  ///< of an arm, by statistic
  std::vector<MetricSpec> metrics;
  std::vector<double> curve_ladder;  ///< probabilities that a distribution is told at, ascending
  std::size_t curve_points = 0;      ///< even steps in which it is drawn
  TimelineDemands timeline;
  std::vector<ConditionSpec> conditions;
  std::vector<EvidenceSpec> evidence;
  std::vector<std::string> claim;  ///< keys of the conditions without which a claim is not printed
};

/// Reads `comparison.yaml` among the `own` rules, else among the `shipped` ones (both from load_resources("rules", …));
/// all that is wrong is reported with its place, unknown facts and functions too. With an error among the diagnostics
/// the result must not be used.
ComparisonSpec read_comparison_spec(const std::vector<Resource>& shipped, const std::vector<Resource>& own,
                                    std::vector<Diagnostic>& diagnostics);

/// 0.95 of "p95"; nothing for "mean" and what is no percentile.
std::optional<double> quantile_of_statistic(const std::string& statistic);

}  // namespace ihc::compare
