// Perf & Scheduler Notes: what else changed in the same windows, how it goes with the verdict, and what stood beside
// slow requests second by second.
#pragma once

#include "facts/describe.h"
#include "report/comparison/texts.h"

namespace ihc::report {

struct EvidenceLine {
  std::string title;
  std::string unit;
  std::string factor;
  std::string before;
  std::string after;
  std::string change;
  std::string reading;
  std::string why;
  bool is_known = false;
};

/// Why the claimed number moved, as far as the evidence goes. Each list holds titles with commas, or nothing.
struct Interpretation {
  bool is_given = false;
  std::string metric;
  std::string statistic;
  std::string verdict;
  std::string consistent;
  std::string against;
  std::string unchanged;
  std::string too_few;
  std::string not_assessed;
  std::string dominant;
  std::string candidates;
  std::string open_factors;
  bool is_inseparable = false;
};

struct SeriesLine {
  std::string name;
  std::string unit;
  std::string subject;
  std::string seconds;
  std::string correlation;
  std::string in_tail;
  std::string elsewhere;
};

struct TailLine {
  std::string due;
  std::string took;
  std::string high;
};

struct TimelineView {
  std::string arm;
  std::string bundle;
  std::string metric;
  std::string requests;
  std::vector<SeriesLine> series;
  std::vector<TailLine> tail;
};

struct Notes {
  std::vector<EvidenceLine> evidence;
  std::string known;
  Interpretation interpretation;
  std::vector<TimelineView> timelines;
  std::string timeline_metric;
  bool has_correlations = false;
  std::string without_correlation;
  bool has_tails = false;
  bool timelines_cut = false;
};

Notes make_notes(const Json& comparison, const ComparisonTexts& texts);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::EvidenceLine> {
  using T = report::EvidenceLine;
  static constexpr std::string_view kName = "evidence_line";
  static constexpr auto kFields =
      std::tuple{field("title", &T::title, "for people"),
                 field("unit", &T::unit, "of the values"),
                 field("factor", &T::factor, "what it tells of"),
                 field("before", &T::before, "median over the bundles"),
                 field("after", &T::after, "likewise"),
                 field("change", &T::change, "in percent, with its sign"),
                 field("reading", &T::reading, "how it goes with the verdict; empty where none is explained"),
                 field("why", &T::why, "why it is not known; or empty"),
                 field("is_known", &T::is_known, "both values are")};
};

template <>
struct Describe<report::Interpretation> {
  using T = report::Interpretation;
  static constexpr std::string_view kName = "interpretation";
  static constexpr auto kFields =
      std::tuple{field("is_given", &T::is_given, "a change was shown, so there is something to explain"),
                 field("metric", &T::metric, "what moved"),
                 field("statistic", &T::statistic, "which statistic of it"),
                 field("verdict", &T::verdict, "improved, regressed"),
                 field("consistent", &T::consistent, "what moved the way the verdict did"),
                 field("against", &T::against, "what moved the other way"),
                 field("unchanged", &T::unchanged, "what moved no further than its spread"),
                 field("too_few", &T::too_few, "what too few bundles were taken of to say"),
                 field("not_assessed", &T::not_assessed, "what a bundle lacks"),
                 field("dominant", &T::dominant, "the one factor that goes with it; or empty"),
                 field("candidates", &T::candidates, "factors that go with it; or empty"),
                 field("open_factors", &T::open_factors, "factors of which nothing was assessed; or empty"),
                 field("is_inseparable", &T::is_inseparable, "several factors go with it")};
};

template <>
struct Describe<report::SeriesLine> {
  using T = report::SeriesLine;
  static constexpr std::string_view kName = "series_line";
  static constexpr auto kFields =
      std::tuple{field("name", &T::name, "for people"),
                 field("unit", &T::unit, "of its values"),
                 field("subject", &T::subject, "what it was read of"),
                 field("seconds", &T::seconds, "n: readings in whose time requests were due"),
                 field("correlation", &T::correlation, "by ranks, -1 to 1"),
                 field("in_tail", &T::in_tail, "mean over the seconds of the slowest requests"),
                 field("elsewhere", &T::elsewhere, "mean over the other seconds")};
};

template <>
struct Describe<report::TailLine> {
  using T = report::TailLine;
  static constexpr std::string_view kName = "tail_line";
  static constexpr auto kFields =
      std::tuple{field("due", &T::due, "seconds from the start of the window"), field("took", &T::took, "ms"),
                 field("high", &T::high, "series that were high in its second; or empty")};
};

template <>
struct Describe<report::TimelineView> {
  using T = report::TimelineView;
  static constexpr std::string_view kName = "timeline_view";
  static constexpr auto kFields = std::tuple{field("arm", &T::arm, "label of the arm"),
                                             field("bundle", &T::bundle, "name of its file"),
                                             field("metric", &T::metric, "the latency on the axis"),
                                             field("requests", &T::requests, "on the axis"),
                                             field("series", &T::series, "the strongest correlation first"),
                                             field("tail", &T::tail, "the slowest requests")};
};

template <>
struct Describe<report::Notes> {
  using T = report::Notes;
  static constexpr std::string_view kName = "notes";
  static constexpr auto kFields =
      std::tuple{field("evidence", &T::evidence, "what else changed in the same windows"),
                 field("known", &T::known, "how many of it are known of both"),
                 field("interpretation", &T::interpretation, "how it goes with the verdict"),
                 field("timelines", &T::timelines, "second by second"),
                 field("timeline_metric", &T::timeline_metric, "the latency on their axis; or empty"),
                 field("has_correlations", &T::has_correlations, "some bundle has a correlation"),
                 field("without_correlation", &T::without_correlation, "bundles that have none; or empty"),
                 field("has_tails", &T::has_tails, "some bundle has slow requests"),
                 field("timelines_cut", &T::timelines_cut, "some of their lines are left out")};
};

}  // namespace ihc
