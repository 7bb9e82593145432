// Findings over time, in what order the bundles were taken, and a group that was not changed.
#pragma once

#include "facts/describe.h"
#include "report/comparison/texts.h"

namespace ihc::report {

struct FindingLine {
  std::string change;
  std::string title;
  std::string rule;
  std::string subject;
  std::string before;
  std::string after;
};

struct ChangeCount {
  std::string change;
  std::string count;
};

struct History {
  std::vector<ChangeCount> counts;
  std::vector<FindingLine> findings;
  bool has_lost_sight = false;
  std::string rules_before;
  std::string rules_after;
  bool rules_differ = false;
};

struct OrderView {
  std::string sequence;
  std::string planned;
  bool is_as_planned = false;
  bool is_in_turns = false;
  bool is_overlapping = false;
  std::string drift;
  std::string drift_lower;
  std::string drift_upper;
  bool has_drift_interval = false;
};

struct ControlLine {
  std::string metric;
  std::string statistic;
  bool is_headline = false;
  std::string change;
  std::string control_change;
  std::string net;
  std::string lower;
  std::string upper;
  bool has_interval = false;
  std::string verdict;
};

struct ControlView {
  bool is_given = false;
  std::string before_bundles;
  std::string after_bundles;
  std::vector<ControlLine> metrics;
};

History make_history(const Json& comparison, const ComparisonTexts& texts);
OrderView make_order(const Json& comparison, const ComparisonTexts& texts);
ControlView make_control(const Json& comparison, const ComparisonTexts& texts);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::FindingLine> {
  using T = report::FindingLine;
  static constexpr std::string_view kName = "finding_line";
  static constexpr auto kFields = std::tuple{field("change", &T::change, "new, worse, lost sight of, …"),
                                             field("title", &T::title, "of the rule"),
                                             field("rule", &T::rule, "its id"),
                                             field("subject", &T::subject, "what it is about; empty: the node"),
                                             field("before", &T::before, "its result, with the severity of a failure"),
                                             field("after", &T::after, "likewise")};
};

template <>
struct Describe<report::ChangeCount> {
  using T = report::ChangeCount;
  static constexpr std::string_view kName = "change_count";
  static constexpr auto kFields =
      std::tuple{field("change", &T::change, "new, worse, …"), field("count", &T::count, "of findings")};
};

template <>
struct Describe<report::History> {
  using T = report::History;
  static constexpr std::string_view kName = "history";
  static constexpr auto kFields =
      std::tuple{field("counts", &T::counts, "how many of each change"),
                 field("findings", &T::findings, "what is worse first"),
                 field("has_lost_sight", &T::has_lost_sight, "something assessed before is not assessed now"),
                 field("rules_before", &T::rules_before, "rule packs and versions that judged the one arm"),
                 field("rules_after", &T::rules_after, "and the other"),
                 field("rules_differ", &T::rules_differ, "they are not the same")};
};

template <>
struct Describe<report::OrderView> {
  using T = report::OrderView;
  static constexpr std::string_view kName = "order_view";
  static constexpr auto kFields =
      std::tuple{field("sequence", &T::sequence, "as ABBA; empty where times are not known"),
                 field("planned", &T::planned, "likewise, as the plan has it; or empty"),
                 field("is_as_planned", &T::is_as_planned, "they are the same"),
                 field("is_in_turns", &T::is_in_turns, "the arms took turns"),
                 field("is_overlapping", &T::is_overlapping, "bundles of both arms at the same time"),
                 field("drift", &T::drift, "percent from one bundle to the next; or empty"),
                 field("drift_lower", &T::drift_lower, "lower end of its interval"),
                 field("drift_upper", &T::drift_upper, "upper end"),
                 field("has_drift_interval", &T::has_drift_interval, "both ends are known")};
};

template <>
struct Describe<report::ControlLine> {
  using T = report::ControlLine;
  static constexpr std::string_view kName = "control_line";
  static constexpr auto kFields = std::tuple{field("metric", &T::metric, "its name for people"),
                                             field("statistic", &T::statistic, "median, 95th percentile, …"),
                                             field("is_headline", &T::is_headline, "of the set declared beforehand"),
                                             field("change", &T::change, "of the changed group"),
                                             field("control_change", &T::control_change, "of the unchanged group"),
                                             field("net", &T::net, "the first over the second"),
                                             field("lower", &T::lower, "lower end of its 95 % interval"),
                                             field("upper", &T::upper, "upper end"),
                                             field("has_interval", &T::has_interval, "both ends are known"),
                                             field("verdict", &T::verdict, "of the net change")};
};

template <>
struct Describe<report::ControlView> {
  using T = report::ControlView;
  static constexpr std::string_view kName = "control_view";
  static constexpr auto kFields = std::tuple{field("is_given", &T::is_given, "there was a control group"),
                                             field("before_bundles", &T::before_bundles, "its bundles before"),
                                             field("after_bundles", &T::after_bundles, "and after"),
                                             field("metrics", &T::metrics, "difference in differences")};
};

}  // namespace ihc
