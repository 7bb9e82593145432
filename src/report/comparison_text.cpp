#include "report/comparison_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "base/json_read.h"
#include "report/comparison_cells.h"
#include "report/comparison_design_text.h"
#include "report/escape.h"
#include "report/format.h"
#include "report/terminal_page.h"
#include "report/timeline_text.h"

namespace ihc::report {

namespace {

std::string what_would_decide(const Json& metric, const Words& words) {
  std::string text;
  if (const auto requests = number_at(metric, "requests_needed"))
    text += " (" + words.text("compare.requests_needed") + " " + decimal_text(*requests, 0) + ")";
  if (const auto runs = number_at(metric, "runs_needed"))
    text += " (" + words.text("compare.runs_needed") + " " + decimal_text(*runs, 0) + ")";
  return text;
}

Row metric_row(const Json& metric, bool comparable, const Words& words) {
  const bool is_headline = flag_at(metric, "headline").value_or(false);
  const std::string verdict = comparable ? string_at(metric, "verdict") : "not_comparable";
  return {printable(string_at(metric, "metric")) + " " + printable(string_at(metric, "statistic")) +
              (is_headline ? " *" : ""),
          decimal_or(metric, "before", 2, words),
          decimal_or(metric, "after", 2, words),
          signed_percent(metric, "change_pct", words),
          percent_interval(metric, "change_lower_pct", "change_upper_pct", words),
          decimal_or(metric, "p_adjusted", 4, words),
          words.text("verdicts", verdict, "label") + (comparable ? what_would_decide(metric, words) : "")};
}

void print_metrics(TerminalPage& page, const Json& comparison, bool comparable) {
  const Words& words = page.words();
  const Json& metrics = list_at(comparison, "metrics");
  page.heading(words.text("compare.metrics"));
  if (metrics.empty()) return page.wrapped("  ", words.text("compare.no_metrics"), 2);
  std::vector<Row> rows{{"", arm_label(comparison, "before", words), arm_label(comparison, "after", words),
                         words.text("compare.change"), words.text("compare.interval"), "p",
                         words.text("compare.verdict")}};
  for (const Json& metric : metrics) rows.push_back(metric_row(metric, comparable, words));
  page.table(rows);
  page.wrapped("  ", words.text("compare.headline_note"), 2);
}

void print_conditions(TerminalPage& page, const Json& comparison) {
  const Words& words = page.words();
  std::map<std::string, std::size_t> counts;
  for (const Json& row : list_at(comparison, "conditions")) ++counts[string_at(row, "role")];
  page.heading(words.text("compare.conditions"));
  for (const Json& row : list_at(comparison, "conditions")) {
    const std::string role = string_at(row, "role");
    if (role == "none") continue;
    std::string text = printable(string_at(row, "title")) + ": ";
    if (role == "unknown") {
      text += words.text("compare.unknown");
      const std::string reason = string_at(row, "reason");
      if (!reason.empty()) text += " (" + words.text("reasons", reason, "label") + ")";
    } else {
      text += printable(string_at(row, "before")) + " → " + printable(string_at(row, "after"));
    }
    page.wrapped("  " + words.text("condition_roles", role, "label"), text, 16,
                 role == "confounder" ? "33" : std::string_view());
  }
  page.wrapped("  " + words.text("condition_roles", "none", "label"), std::to_string(counts["none"]), 16);
  const Json& ladder = at(comparison, "ladder");
  page.wrapped("  ",
               words.text("compare.ladder") + " " + decimal_or(ladder, "score", 0, words) + " / " +
                   decimal_or(ladder, "rungs", 0, words),
               2);
}

void print_evidence(TerminalPage& page, const Json& comparison) {
  const Words& words = page.words();
  std::vector<Row> rows{{"", arm_label(comparison, "before", words), arm_label(comparison, "after", words),
                         words.text("compare.change")}};
  for (const Json& row : list_at(comparison, "evidence")) {
    if (!number_at(row, "before") || !number_at(row, "after")) continue;
    rows.push_back({printable(string_at(row, "title")) + ", " + printable(string_at(row, "unit")),
                    decimal_or(row, "before", 2, words), decimal_or(row, "after", 2, words),
                    signed_percent(row, "change_pct", words)});
  }
  if (rows.size() == 1) return;
  page.heading(words.text("compare.evidence"));
  page.table(rows);
}

void print_findings_over_time(TerminalPage& page, const Json& comparison) {
  const Json& findings = list_at(comparison, "findings");
  if (findings.empty()) return;
  const Words& words = page.words();
  page.heading(words.text("compare.findings"));
  for (const Json& row : findings) {
    const std::string subject = printable(string_at(row, "subject_key"));
    page.wrapped("  " + words.text("finding_changes", string_at(row, "change"), "label"),
                 one_line(string_at(row, "title")) + (subject.empty() ? "" : " (" + subject + ")"), 18);
  }
}

void print_judgement(TerminalPage& page, const Json& findings) {
  for (const Json& finding : list_at(findings, "findings")) {
    if (string_at(finding, "result") != "fail") continue;
    page.wrapped("  " + printable(page.words().text("severities", string_at(finding, "severity"), "label")),
                 one_line(string_at(finding, "title")) + ". " + one_line(string_at(at(finding, "text"), "engineer")),
                 10);
  }
}

}  // namespace

std::string comparison_text(const Json& comparison, const Json& findings, bool comparable, const Words& words,
                            const TerminalStyle& style) {
  TerminalPage page(words, style);
  page.heading(words.text(comparable ? "compare.comparable" : "compare.not_comparable"));
  print_judgement(page, findings);
  print_metrics(page, comparison, comparable);
  print_control(page, comparison, comparable);
  print_order(page, comparison);
  print_conditions(page, comparison);
  print_evidence(page, comparison);
  print_timelines(page, comparison);
  print_findings_over_time(page, comparison);
  return page.take();
}

std::string comparisons_text(const std::vector<ComparedPair>& pairs, const Words& words, const TerminalStyle& style) {
  std::string text;
  for (const ComparedPair& pair : pairs) {
    TerminalPage page(words, style);
    if (pairs.size() > 1) page.heading((text.empty() ? "" : "\n") + printable(pair.label));
    text += page.take() + comparison_text(pair.comparison, pair.findings, pair.comparable, words, style);
  }
  return text;
}

}  // namespace ihc::report
