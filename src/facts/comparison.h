// facts.comparison: two arms of bundles laid side by side, as `ihc compare` builds it: conditions, metrics, what else
// changed in the same windows, findings over time, and what a claim would rest on. Judged by the rules of domain L.
// Values of conditions are texts for people ("performance"), because they are of every kind.
//
// Source: the facts and findings of the bundles; statistics as DESIGN §7 has them (src/stats/replicates.h).
#pragma once

#include "facts/describe.h"

namespace ihc {

struct ComparedBundle {
  std::string name;
  std::optional<std::string> sha256;
  std::optional<std::string> node;
  std::optional<std::string> collected_from;
  std::optional<std::string> collected_to;
  std::int64_t runs = 0;
};

struct ComparisonArm {
  std::string label;
  std::vector<ComparedBundle> bundles;
  std::int64_t runs = 0;
  std::optional<std::int64_t> requests_ok;
  std::optional<std::int64_t> requests_failed;
  std::optional<double> failed_pct;
  std::optional<double> offered_rps;
  std::optional<double> achieved_rps;
  std::optional<double> achieved_share;
  std::optional<double> output_tokens_per_request;
  std::optional<double> client_cpu_share_pct;
  std::optional<double> client_run_delay_share_pct;
};

struct ComparedCondition {
  std::string key;
  std::string title;
  std::string kind;
  std::string moves;
  std::optional<std::int64_t> rung;
  std::optional<std::int64_t> lab_row;
  std::optional<std::string> before;
  std::optional<std::string> after;
  std::string state;
  std::string role;
  bool varies_within_arm = false;
  std::optional<std::string> missing;
  std::optional<std::string> reason;
  std::vector<std::string> recognised_by;
};

struct ComparedMetric {
  std::string metric;
  std::string statistic;
  bool headline = false;
  bool lower_is_better = true;
  std::int64_t runs_before = 0;
  std::int64_t runs_after = 0;
  std::int64_t requests_before = 0;
  std::int64_t requests_after = 0;
  std::optional<double> before;
  std::optional<double> after;
  std::optional<double> ratio;
  std::optional<double> change_pct;
  std::optional<double> change_lower_pct;
  std::optional<double> change_upper_pct;
  std::optional<double> narrow_lower_pct;
  std::optional<double> narrow_upper_pct;
  std::optional<double> p;
  std::optional<double> p_adjusted;
  std::string verdict;
  std::optional<std::int64_t> runs_needed;
  std::optional<std::int64_t> requests_needed;
};

struct ComparedEvidence {
  std::string key;
  std::string title;
  std::string unit;
  bool lower_is_better = true;
  std::optional<double> before;
  std::optional<double> after;
  std::string factor;
  std::optional<double> change_pct;
  std::optional<bool> separated;
  std::string reading;
  std::optional<std::string> missing;
  std::optional<std::string> reason;
};

struct ComparedFinding {
  std::string rule;
  std::string title;
  std::string domain;
  std::optional<std::string> subject_key;
  std::string change;
  std::optional<std::string> severity_before;
  std::optional<std::string> severity_after;
  std::optional<std::string> result_before;
  std::optional<std::string> result_after;
};

struct ComparisonOrder {
  std::string sequence;
  std::optional<std::string> planned;
  bool in_turns = false;
  bool overlapping = false;
  std::optional<double> drift_pct_per_run;
  std::optional<double> drift_lower_pct;
  std::optional<double> drift_upper_pct;
};

struct ComparisonLadder {
  std::int64_t score = 0;
  std::int64_t rungs = 0;
};

struct ComparisonExplanation {
  std::string metric;
  std::string statistic;
  std::string verdict;
  std::vector<std::string> consistent;
  std::vector<std::string> against;
  std::vector<std::string> unchanged;
  std::vector<std::string> not_assessed;
  std::optional<std::string> dominant;
};

struct CurvePoint {
  double probability = 0;
  std::optional<double> before;
  std::optional<double> after;
};

struct ComparedCurve {
  std::string metric;
  std::int64_t requests_before = 0;
  std::int64_t requests_after = 0;
  std::vector<CurvePoint> ladder;
  std::vector<CurvePoint> points;
};

struct SeriesBeside {
  std::string name;
  std::string unit;
  std::string subject;
  std::optional<std::string> subject_key;
  std::int64_t seconds = 0;
  std::optional<double> correlation;
  std::optional<double> mean_in_tail;
  std::optional<double> mean_elsewhere;
};

struct TailRequest {
  double due_s = 0;
  double took_ms = 0;
  std::vector<std::string> high;
};

struct ComparisonTimeline {
  std::string arm;
  std::string bundle;
  std::string metric;
  std::int64_t requests = 0;
  std::vector<SeriesBeside> series;
  std::vector<TailRequest> tail;
};

struct ControlMetric {
  std::string metric;
  std::string statistic;
  bool headline = false;
  bool lower_is_better = true;
  std::optional<double> change_pct;
  std::optional<double> control_change_pct;
  std::optional<double> net_change_pct;
  std::optional<double> net_lower_pct;
  std::optional<double> net_upper_pct;
  std::string verdict;
};

struct ComparisonControl {
  ComparisonArm before;
  ComparisonArm after;
  std::vector<ControlMetric> metrics;
};

struct ComparisonClaim {
  std::string metric;
  std::string statistic;
  std::map<std::string, std::string> conditions;
  std::vector<std::string> missing;
};

struct Comparison {
  std::string spec_version;
  double margin_pct = 0;
  double significance_pct = 0;
  std::int64_t bootstrap_rounds = 0;
  std::int64_t seed = 0;
  std::optional<std::string> rules_before;
  std::optional<std::string> rules_after;
  std::vector<std::string> expected;
  ComparisonArm before;
  ComparisonArm after;
  std::vector<ComparedCondition> conditions;
  ComparisonLadder ladder;
  std::int64_t lab_rows_same = 0;
  std::int64_t lab_rows = 0;
  std::vector<ComparedMetric> metrics;
  std::vector<ComparedCurve> curves;
  std::vector<ComparedEvidence> evidence;
  std::optional<ComparisonExplanation> explanation;
  std::vector<ComparisonTimeline> timelines;
  std::vector<ComparedFinding> findings;
  ComparisonOrder order;
  std::optional<ComparisonControl> control;
  std::optional<ComparisonClaim> claim;
};

}  // namespace ihc
