// What was measured in both arms: each metric with its verdict, where verdicts differ, and the distributions.
#pragma once

#include "facts/describe.h"
#include "report/comparison/texts.h"

namespace ihc::report {

/// One statistic of one metric.
struct MetricLine {
  std::string metric;
  std::string unit;
  std::string statistic;
  bool is_headline = false;
  std::string before;
  std::string after;
  std::string change;
  std::string lower;
  std::string upper;
  bool has_interval = false;
  std::string p;
  std::string verdict;
  std::string verdict_code;
  std::string runs_before;
  std::string runs_after;
  std::string requests_before;
  std::string requests_after;
  std::string runs_needed;
  std::string requests_needed;
};

struct VerdictOf {
  std::string statistic;
  std::string verdict;
};

/// A metric whose statistics do not agree.
struct Disagreement {
  std::string metric;
  std::vector<VerdictOf> verdicts;
};

/// The headline metrics that share a verdict.
struct Opinion {
  std::string verdict;
  std::string metrics;
};

struct CurveView {
  std::string metric;
  std::string unit;
  std::string distribution_figure;
  std::string ladder_figure;
  std::string requests_before;
  std::string requests_after;
};

struct Measured {
  std::vector<MetricLine> metrics;
  std::vector<Opinion> opinions;
  bool is_divided = false;
  std::vector<Disagreement> disagreements;
  std::vector<CurveView> curves;
};

/// `number` is the pair's, from 1: figures of several pairs lie in one folder.
Measured make_measured(const Json& comparison, bool comparable, std::size_t number, const ComparisonTexts& texts);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::MetricLine> {
  using T = report::MetricLine;
  static constexpr std::string_view kName = "metric_line";
  static constexpr auto kFields =
      std::tuple{field("metric", &T::metric, "its name for people"),
                 field("unit", &T::unit, "of its values; or empty"),
                 field("statistic", &T::statistic, "median, 95th percentile, mean, …"),
                 field("is_headline", &T::is_headline, "of the set declared beforehand"),
                 field("before", &T::before, "median over the runs"),
                 field("after", &T::after, "likewise"),
                 field("change", &T::change, "in percent, with its sign"),
                 field("lower", &T::lower, "lower end of its 95 % interval"),
                 field("upper", &T::upper, "upper end"),
                 field("has_interval", &T::has_interval, "both ends are known"),
                 field("p", &T::p, "corrected over the headline set"),
                 field("verdict", &T::verdict, "in words"),
                 field("verdict_code", &T::verdict_code, "improved, regressed, equivalent, inconclusive"),
                 field("runs_before", &T::runs_before, "runs that have it"),
                 field("runs_after", &T::runs_after, "likewise"),
                 field("requests_before", &T::requests_before, "requests behind it"),
                 field("requests_after", &T::requests_after, "likewise"),
                 field("runs_needed", &T::runs_needed, "runs an arm that would decide it; or empty"),
                 field("requests_needed", &T::requests_needed, "requests an arm that it needs; or empty")};
};

template <>
struct Describe<report::VerdictOf> {
  using T = report::VerdictOf;
  static constexpr std::string_view kName = "verdict_of";
  static constexpr auto kFields = std::tuple{field("statistic", &T::statistic, "median, 95th percentile, …"),
                                             field("verdict", &T::verdict, "in words")};
};

template <>
struct Describe<report::Disagreement> {
  using T = report::Disagreement;
  static constexpr std::string_view kName = "disagreement";
  static constexpr auto kFields =
      std::tuple{field("metric", &T::metric, "its name for people"), field("verdicts", &T::verdicts, "each statistic")};
};

template <>
struct Describe<report::Opinion> {
  using T = report::Opinion;
  static constexpr std::string_view kName = "opinion";
  static constexpr auto kFields = std::tuple{field("verdict", &T::verdict, "in words"),
                                             field("metrics", &T::metrics, "those that have it, with commas")};
};

template <>
struct Describe<report::CurveView> {
  using T = report::CurveView;
  static constexpr std::string_view kName = "curve";
  static constexpr auto kFields =
      std::tuple{field("metric", &T::metric, "its name for people"),
                 field("unit", &T::unit, "of its values"),
                 field("distribution_figure", &T::distribution_figure, "file name of the distribution"),
                 field("ladder_figure", &T::ladder_figure, "file name of the percentiles"),
                 field("requests_before", &T::requests_before, "behind it, of all runs"),
                 field("requests_after", &T::requests_after, "likewise")};
};

template <>
struct Describe<report::Measured> {
  using T = report::Measured;
  static constexpr std::string_view kName = "measured";
  static constexpr auto kFields =
      std::tuple{field("metrics", &T::metrics, "each statistic with its verdict"),
                 field("opinions", &T::opinions, "headline metrics by verdict"),
                 field("is_divided", &T::is_divided, "they have more than one verdict"),
                 field("disagreements", &T::disagreements, "metrics whose statistics have different verdicts"),
                 field("curves", &T::curves, "distributions of the latencies whose samples both arms have")};
};

}  // namespace ihc
