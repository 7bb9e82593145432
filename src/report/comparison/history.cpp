#include "report/comparison/history.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/json_read.h"
#include "report/format.h"

namespace ihc::report {

namespace {

constexpr std::array<std::string_view, 6> kWorstFirst{"new", "worse", "lost_sight", "unchanged", "better", "fixed"};

std::string result_text(const Json& row, std::string_view result, std::string_view severity,
                        const ComparisonTexts& texts) {
  const std::string code = string_at(row, result);
  if (code.empty()) return texts.none();
  std::string text = texts.label("results", code);
  const std::string grave = string_at(row, severity);
  if (!grave.empty()) text += ", " + texts.label("severities", grave);
  return text;
}

FindingLine finding_line(const Json& row, const ComparisonTexts& texts) {
  return {.change = texts.label("finding_changes", string_at(row, "change")),
          .title = string_at(row, "title"),
          .rule = string_at(row, "rule"),
          .subject = string_at(row, "subject_key"),
          .before = result_text(row, "result_before", "severity_before", texts),
          .after = result_text(row, "result_after", "severity_after", texts)};
}

std::string bundles_of(const Json& arm) {
  std::string names;
  for (const Json& bundle : list_at(arm, "bundles")) join(names, string_at(bundle, "name"));
  return names;
}

}  // namespace

History make_history(const Json& comparison, const ComparisonTexts& texts) {
  History history;
  for (const std::string_view change : kWorstFirst) {
    std::int64_t count = 0;
    for (const Json& row : list_at(comparison, "findings")) {
      if (string_at(row, "change") != change) continue;
      history.findings.push_back(finding_line(row, texts));
      ++count;
    }
    history.counts.push_back({texts.label("finding_changes", change), grouped_text(count)});
    if (change == "lost_sight") history.has_lost_sight = count > 0;
  }
  history.rules_before = string_at(comparison, "rules_before");
  history.rules_after = string_at(comparison, "rules_after");
  history.rules_differ = history.rules_before != history.rules_after;
  return history;
}

OrderView make_order(const Json& comparison, const ComparisonTexts& texts) {
  const Json& order = at(comparison, "order");
  OrderView view{.sequence = string_at(order, "sequence"),
                 .planned = string_at(order, "planned"),
                 .is_in_turns = flag_at(order, "in_turns").value_or(false),
                 .is_overlapping = flag_at(order, "overlapping").value_or(false)};
  view.is_as_planned = view.planned == view.sequence;
  if (number_at(order, "drift_pct_per_run")) view.drift = texts.change(order, "drift_pct_per_run");
  view.has_drift_interval = number_at(order, "drift_lower_pct") && number_at(order, "drift_upper_pct");
  if (view.has_drift_interval) {
    view.drift_lower = texts.change(order, "drift_lower_pct");
    view.drift_upper = texts.change(order, "drift_upper_pct");
  }
  return view;
}

ControlView make_control(const Json& comparison, const ComparisonTexts& texts) {
  const Json& control = at(comparison, "control");
  ControlView view;
  if (!control.is_object()) return view;
  view.is_given = true;
  view.before_bundles = bundles_of(at(control, "before"));
  view.after_bundles = bundles_of(at(control, "after"));
  for (const Json& row : list_at(control, "metrics")) {
    view.metrics.push_back({.metric = texts.metric(string_at(row, "metric")),
                            .statistic = texts.statistic(string_at(row, "statistic")),
                            .is_headline = flag_at(row, "headline").value_or(false),
                            .change = texts.change(row, "change_pct"),
                            .control_change = texts.change(row, "control_change_pct"),
                            .net = texts.change(row, "net_change_pct"),
                            .lower = texts.change(row, "net_lower_pct"),
                            .upper = texts.change(row, "net_upper_pct"),
                            .has_interval = number_at(row, "net_lower_pct") && number_at(row, "net_upper_pct"),
                            .verdict = texts.label("verdicts", string_at(row, "verdict"))});
  }
  return view;
}

}  // namespace ihc::report
