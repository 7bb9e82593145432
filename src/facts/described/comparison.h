// The description of the structs of facts/comparison.h.
#pragma once

#include "facts/comparison.h"
#include "facts/describe.h"

namespace ihc {

template <>
struct Describe<ComparedBundle> {
  static constexpr std::string_view kName = "compared_bundle";
  static constexpr auto kFields = std::tuple{
      field("name", &ComparedBundle::name, "name of its file"),
      field("sha256", &ComparedBundle::sha256, "of the archive or facts file, or of manifest.json for a folder"),
      field("node", &ComparedBundle::node, "the node it is of"),
      field("collected_from", &ComparedBundle::collected_from, "when its collection began, UTC"),
      field("collected_to", &ComparedBundle::collected_to, "when it ended, UTC"),
      field("runs", &ComparedBundle::runs, "benchmark runs in it that are compared")};
};

template <>
struct Describe<ComparisonArm> {
  static constexpr std::string_view kName = "comparison_arm";
  static constexpr auto kFields = std::tuple{
      field("label", &ComparisonArm::label, "before, after, or the name of the group"),
      field("bundles", &ComparisonArm::bundles, "its bundles, in the order of their collection"),
      field("runs", &ComparisonArm::runs, "benchmark runs in all"),
      field("requests_ok", &ComparisonArm::requests_ok, "requests that ended well, of all runs"),
      field("requests_failed", &ComparisonArm::requests_failed, "requests that failed or were dropped, of all runs"),
      field("failed_pct", &ComparisonArm::failed_pct, "share of them among all"),
      field("offered_rps", &ComparisonArm::offered_rps,
            "requests a second that the schedule of an open loop had, median over the runs"),
      field("achieved_rps", &ComparisonArm::achieved_rps, "requests a second that ended well, median over the runs"),
      field("achieved_share", &ComparisonArm::achieved_share, "achieved over offered"),
      field("output_tokens_per_request", &ComparisonArm::output_tokens_per_request,
            "tokens of an answer, mean over all requests"),
      field("client_cpu_share_pct", &ComparisonArm::client_cpu_share_pct,
            "CPU time of the load generator over the time of the run, highest of the runs"),
      field("client_run_delay_share_pct", &ComparisonArm::client_run_delay_share_pct,
            "time that the load generator waited for a CPU over the time of the run, highest of the runs")};
};

template <>
struct Describe<ComparedCondition> {
  static constexpr std::string_view kName = "compared_condition";
  static constexpr auto kFields = std::tuple{
      field("key", &ComparedCondition::key, "its name in rules/comparison.yaml"),
      field("title", &ComparedCondition::title, "for people"),
      field("kind", &ComparedCondition::kind, "setting, software, hardware, firmware, neighbours, load, client"),
      field("moves", &ComparedCondition::moves, "how much it can move the number: major, moderate, minor"),
      field("rung", &ComparedCondition::rung, "of the reproducibility ladder, from 1"),
      field("lab_row", &ComparedCondition::lab_row, "of the lab/production table, from 1"),
      field("before", &ComparedCondition::before, "its value, as a text for people"),
      field("after", &ComparedCondition::after, "likewise"),
      field("state", &ComparedCondition::state, "same, differs, unknown"),
      field("role", &ComparedCondition::role, "none (the same), treatment, confounder, unknown"),
      field("varies_within_arm", &ComparedCondition::varies_within_arm,
            "the bundles of one arm differ among themselves"),
      field("missing", &ComparedCondition::missing, "of an unknown one: the fact that a bundle lacks"),
      field("reason", &ComparedCondition::reason, "and its reason code"),
      field("recognised_by", &ComparedCondition::recognised_by,
            "rules that failed before, ask for this change, and pass after")};
};

template <>
struct Describe<ComparedMetric> {
  static constexpr std::string_view kName = "compared_metric";
  static constexpr auto kFields = std::tuple{
      field("metric", &ComparedMetric::metric, "as in facts.benchmarks[].metrics"),
      field("statistic", &ComparedMetric::statistic, "p50, p95, p99, mean"),
      field("headline", &ComparedMetric::headline, "of the set declared beforehand, over which p is corrected"),
      field("lower_is_better", &ComparedMetric::lower_is_better, "a latency, not a rate"),
      field("runs_before", &ComparedMetric::runs_before, "runs that have it"),
      field("runs_after", &ComparedMetric::runs_after, "likewise"),
      field("requests_before", &ComparedMetric::requests_before, "requests behind it"),
      field("requests_after", &ComparedMetric::requests_after, "likewise"),
      field("before", &ComparedMetric::before, "median over the runs, in the unit of the metric"),
      field("after", &ComparedMetric::after, "likewise"),
      field("ratio", &ComparedMetric::ratio, "after over before"),
      field("change_pct", &ComparedMetric::change_pct, "(ratio - 1) * 100"),
      field("change_lower_pct", &ComparedMetric::change_lower_pct, "lower end of its 95 % interval"),
      field("change_upper_pct", &ComparedMetric::change_upper_pct, "upper end"),
      field("narrow_lower_pct", &ComparedMetric::narrow_lower_pct, "lower end of the 90 % interval, for equivalence"),
      field("narrow_upper_pct", &ComparedMetric::narrow_upper_pct, "upper end"),
      field("p", &ComparedMetric::p, "two-sided, permutation over the runs"),
      field("p_adjusted", &ComparedMetric::p_adjusted, "after Holm over the headline set; p itself for the others"),
      field("verdict", &ComparedMetric::verdict, "improved, regressed, equivalent, inconclusive"),
      field("runs_needed", &ComparedMetric::runs_needed, "of an inconclusive one: runs an arm that would settle it"),
      field("requests_needed", &ComparedMetric::requests_needed,
            "of an inconclusive one: requests an arm that this statistic needs")};
};

template <>
struct Describe<ComparedEvidence> {
  static constexpr std::string_view kName = "compared_evidence";
  static constexpr auto kFields = std::tuple{
      field("key", &ComparedEvidence::key, "its name in rules/comparison.yaml"),
      field("title", &ComparedEvidence::title, "for people"),
      field("unit", &ComparedEvidence::unit, "of the values"),
      field("lower_is_better", &ComparedEvidence::lower_is_better, "less of it is less contention"),
      field("before", &ComparedEvidence::before, "median over the bundles of the arm"),
      field("after", &ComparedEvidence::after, "likewise"),
      field("factor", &ComparedEvidence::factor, "what it tells of: scheduling, memory, interrupts, throttling, host"),
      field("change_pct", &ComparedEvidence::change_pct, "of the one over the other; absent from 0"),
      field("separated", &ComparedEvidence::separated,
            "no bundle of one arm has a value between those of the other; absent for fewer than two bundles an arm"),
      field("reading", &ComparedEvidence::reading,
            "how it goes with the verdict that is explained: consistent, against, unchanged, not_assessed; none where "
            "no change was shown"),
      field("missing", &ComparedEvidence::missing, "the fact that a bundle lacks"),
      field("reason", &ComparedEvidence::reason, "and its reason code")};
};

template <>
struct Describe<ComparedFinding> {
  static constexpr std::string_view kName = "compared_finding";
  static constexpr auto kFields = std::tuple{
      field("rule", &ComparedFinding::rule, "its id"),
      field("title", &ComparedFinding::title, "for people"),
      field("domain", &ComparedFinding::domain, "of the rule"),
      field("subject_key", &ComparedFinding::subject_key, "what it is about; absent for the node"),
      field("change", &ComparedFinding::change, "new, fixed, worse, better, unchanged, lost_sight"),
      field("severity_before", &ComparedFinding::severity_before, "of a failure before"),
      field("severity_after", &ComparedFinding::severity_after, "of a failure after"),
      field("result_before", &ComparedFinding::result_before, "pass, fail, not_applicable, not_assessed, error"),
      field("result_after", &ComparedFinding::result_after, "likewise")};
};

template <>
struct Describe<ComparisonOrder> {
  static constexpr std::string_view kName = "comparison_order";
  static constexpr auto kFields = std::tuple{
      field("sequence", &ComparisonOrder::sequence,
            "which arm each bundle is of, in the order of collection, as ABBA; empty where a bundle does not say when"),
      field("planned", &ComparisonOrder::planned,
            "likewise, as the study's plan has it; absent without a plan's order"),
      field("in_turns", &ComparisonOrder::in_turns, "the arms took turns: neither came wholly before the other"),
      field("overlapping", &ComparisonOrder::overlapping, "bundles of both arms were collected at the same time"),
      field("drift_pct_per_run", &ComparisonOrder::drift_pct_per_run,
            "how the headline latency changes from one bundle to the next within the arms"),
      field("drift_lower_pct", &ComparisonOrder::drift_lower_pct, "lower end of its 95 % interval"),
      field("drift_upper_pct", &ComparisonOrder::drift_upper_pct, "upper end")};
};

template <>
struct Describe<ComparisonLadder> {
  static constexpr std::string_view kName = "comparison_ladder";
  static constexpr auto kFields =
      std::tuple{field("score", &ComparisonLadder::score,
                       "rungs from the first on that are the same, or the treatment, without a gap"),
                 field("rungs", &ComparisonLadder::rungs, "of how many")};
};

template <>
struct Describe<ComparisonExplanation> {
  static constexpr std::string_view kName = "comparison_explanation";
  static constexpr auto kFields = std::tuple{
      field("metric", &ComparisonExplanation::metric, "whose change is to be explained"),
      field("statistic", &ComparisonExplanation::statistic, "of it"),
      field("verdict", &ComparisonExplanation::verdict, "improved, regressed"),
      field("consistent", &ComparisonExplanation::consistent, "keys of evidence that moved the way the verdict did"),
      field("against", &ComparisonExplanation::against, "keys of evidence that moved the other way"),
      field("unchanged", &ComparisonExplanation::unchanged, "keys of evidence that moved no further than its spread"),
      field("not_assessed", &ComparisonExplanation::not_assessed, "keys of evidence that a bundle lacks"),
      field("dominant", &ComparisonExplanation::dominant,
            "the one factor with consistent evidence; absent where several have it or a factor was not assessed")};
};

template <>
struct Describe<CurvePoint> {
  static constexpr std::string_view kName = "curve_point";
  static constexpr auto kFields =
      std::tuple{field("probability", &CurvePoint::probability, "share of the requests that took no longer, 0 to 1"),
                 field("before", &CurvePoint::before, "of all runs of the arm; absent where it has too few requests"),
                 field("after", &CurvePoint::after, "likewise")};
};

template <>
struct Describe<ComparedCurve> {
  static constexpr std::string_view kName = "compared_curve";
  static constexpr auto kFields =
      std::tuple{field("metric", &ComparedCurve::metric, "as in facts.benchmarks[].metrics"),
                 field("requests_before", &ComparedCurve::requests_before, "behind the curve, of all runs"),
                 field("requests_after", &ComparedCurve::requests_after, "likewise"),
                 field("ladder", &ComparedCurve::ladder, "the percentiles that people name, 50 to 99.9"),
                 field("points", &ComparedCurve::points, "the distribution, for drawing")};
};

template <>
struct Describe<SeriesBeside> {
  static constexpr std::string_view kName = "series_beside";
  static constexpr auto kFields = std::tuple{
      field("name", &SeriesBeside::name, "as in facts.series.rows"),
      field("unit", &SeriesBeside::unit, "of its values"),
      field("subject", &SeriesBeside::subject, "kind of what it was read of"),
      field("subject_key", &SeriesBeside::subject_key, "which one; absent for the node"),
      field("seconds", &SeriesBeside::seconds, "readings in whose time requests were due"),
      field("correlation", &SeriesBeside::correlation,
            "by ranks, of the slowest request due in each, -1 to 1; absent for too few seconds or no change"),
      field("mean_in_tail", &SeriesBeside::mean_in_tail, "mean over the seconds of the slowest requests"),
      field("mean_elsewhere", &SeriesBeside::mean_elsewhere, "mean over the other seconds")};
};

template <>
struct Describe<TailRequest> {
  static constexpr std::string_view kName = "tail_request";
  static constexpr auto kFields =
      std::tuple{field("due_s", &TailRequest::due_s, "when it was due, seconds from the start of the window"),
                 field("took_ms", &TailRequest::took_ms, "from then to its end"),
                 field("high", &TailRequest::high, "series that were high in its second, highest first")};
};

template <>
struct Describe<ComparisonTimeline> {
  static constexpr std::string_view kName = "comparison_timeline";
  static constexpr auto kFields =
      std::tuple{field("arm", &ComparisonTimeline::arm, "label of the arm"),
                 field("bundle", &ComparisonTimeline::bundle, "name of its file"),
                 field("metric", &ComparisonTimeline::metric, "the latency that is laid beside the series"),
                 field("requests", &ComparisonTimeline::requests, "on the axis"),
                 field("series", &ComparisonTimeline::series, "the strongest correlation first"),
                 field("tail", &ComparisonTimeline::tail, "the slowest requests, slowest first")};
};

template <>
struct Describe<ControlMetric> {
  static constexpr std::string_view kName = "control_metric";
  static constexpr auto kFields = std::tuple{
      field("metric", &ControlMetric::metric, "as in facts.benchmarks[].metrics"),
      field("statistic", &ControlMetric::statistic, "p50, p95, p99, mean"),
      field("headline", &ControlMetric::headline, "of the set declared beforehand"),
      field("lower_is_better", &ControlMetric::lower_is_better, "a latency, not a rate"),
      field("change_pct", &ControlMetric::change_pct, "of the changed group"),
      field("control_change_pct", &ControlMetric::control_change_pct, "of the control group over the same time"),
      field("net_change_pct", &ControlMetric::net_change_pct, "the first change over the second"),
      field("net_lower_pct", &ControlMetric::net_lower_pct, "lower end of its 95 % interval"),
      field("net_upper_pct", &ControlMetric::net_upper_pct, "upper end"),
      field(
          "verdict", &ControlMetric::verdict,
          "improved, regressed, equivalent, inconclusive, of the net change; not_comparable where the control group's "
          "own two arms are not")};
};

template <>
struct Describe<ComparisonControl> {
  static constexpr std::string_view kName = "comparison_control";
  static constexpr auto kFields =
      std::tuple{field("before", &ComparisonControl::before, "the control group before"),
                 field("after", &ComparisonControl::after, "and after, unchanged"),
                 field("metrics", &ComparisonControl::metrics, "difference in differences")};
};

template <>
struct Describe<ComparisonClaim> {
  static constexpr std::string_view kName = "comparison_claim";
  static constexpr auto kFields = std::tuple{
      field("metric", &ComparisonClaim::metric, "what the claim is about"),
      field("statistic", &ComparisonClaim::statistic, "which statistic of it"),
      field("conditions", &ComparisonClaim::conditions, "what must be printed with it, by name"),
      field("missing", &ComparisonClaim::missing, "conditions that are not known: the claim is not printed")};
};

template <>
struct Describe<Comparison> {
  static constexpr std::string_view kName = "comparison";
  static constexpr auto kFields = std::tuple{
      field("spec_version", &Comparison::spec_version, "of rules/comparison.yaml"),
      field("margin_pct", &Comparison::margin_pct, "the least change that is worth acting on (δ)"),
      field("significance_pct", &Comparison::significance_pct, "α"),
      field("bootstrap_rounds", &Comparison::bootstrap_rounds, "how often runs were drawn again for an interval"),
      field("seed", &Comparison::seed, "of what is drawn: the same bundles and seed give the same figures"),
      field("rules_before", &Comparison::rules_before, "rule packs and versions that judged the before bundles"),
      field("rules_after", &Comparison::rules_after, "likewise"),
      field("expected", &Comparison::expected, "conditions named as the change under test"),
      field("before", &Comparison::before, "the one arm"),
      field("after", &Comparison::after, "the other"),
      field("conditions", &Comparison::conditions, "those that can move the number most first"),
      field("ladder", &Comparison::ladder, "the reproducibility ladder"),
      field("lab_rows_same", &Comparison::lab_rows_same, "rows of the lab/production table that are the same"),
      field("lab_rows", &Comparison::lab_rows, "rows that are known"),
      field("metrics", &Comparison::metrics, "a verdict each"),
      field("curves", &Comparison::curves, "distributions of the latencies whose samples both arms have"),
      field("evidence", &Comparison::evidence, "what else changed in the same windows"),
      field("explanation", &Comparison::explanation,
            "what of it goes with the change that was shown; absent where none was"),
      field("timelines", &Comparison::timelines, "second by second, of bundles that took requests inside their window"),
      field("findings", &Comparison::findings, "findings over time"),
      field("order", &Comparison::order, "in which the bundles were taken"),
      field("control", &Comparison::control, "a group that was not changed, over the same time"),
      field("claim", &Comparison::claim, "what a claim would rest on")};
};

}  // namespace ihc
