#include "report/comparison_design_text.h"

#include "base/json_read.h"
#include "report/comparison_cells.h"
#include "report/escape.h"

namespace ihc::report {

namespace {

constexpr std::string_view kWarned = "33";
constexpr std::size_t kIndent = 16;

// Twice the sum of the places of one arm is its number times that of all but one.
bool is_balanced(const std::string& sequence) {
  std::size_t places = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at < sequence.size(); ++at) {
    if (sequence[at] != 'A') continue;
    places += at;
    ++count;
  }
  return count > 0 && count < sequence.size() && 2 * places == count * (sequence.size() - 1);
}

void print_drift(TerminalPage& page, const Json& order) {
  const Words& words = page.words();
  const auto lower = number_at(order, "drift_lower_pct");
  const auto upper = number_at(order, "drift_upper_pct");
  const std::string lead = "  " + words.text("compare.drift");
  if (!lower || !upper) return page.wrapped(lead, words.text("compare.no_drift"), kIndent);
  const bool drifts = *lower > 0 || *upper < 0;
  page.wrapped(lead,
               signed_percent(order, "drift_pct_per_run", words) + " " + words.text("compare.a_bundle") + ", " +
                   words.text("compare.interval") + " " +
                   percent_interval(order, "drift_lower_pct", "drift_upper_pct", words) + ": " +
                   words.text(drifts ? "compare.drifts" : "compare.drift_not_shown"),
               kIndent, drifts ? kWarned : std::string_view());
}

Row control_row(const Json& metric, bool comparable, const Words& words) {
  const std::string verdict = comparable ? string_at(metric, "verdict") : "not_comparable";
  return {printable(string_at(metric, "metric")) + " " + printable(string_at(metric, "statistic")) +
              (flag_at(metric, "headline").value_or(false) ? " *" : ""),
          signed_percent(metric, "change_pct", words),
          signed_percent(metric, "control_change_pct", words),
          signed_percent(metric, "net_change_pct", words),
          percent_interval(metric, "net_lower_pct", "net_upper_pct", words),
          words.text("verdicts", verdict, "label")};
}

}  // namespace

std::string order_word(const Json& order) {
  const std::string sequence = string_at(order, "sequence");
  if (sequence.empty()) return "unknown";
  if (!flag_at(order, "in_turns").value_or(false)) return "one_after_the_other";
  return is_balanced(sequence) ? "balanced" : "in_turns";
}

void print_order(TerminalPage& page, const Json& comparison) {
  const Words& words = page.words();
  const Json& order = at(comparison, "order");
  const std::string word = order_word(order);
  page.heading(words.text("compare.order"));
  const std::string sequence = printable(string_at(order, "sequence"));
  page.wrapped("  " + (sequence.empty() ? words.text("compare.none") : sequence),
               words.text("compare_orders", word, "label"), kIndent,
               word == "one_after_the_other" ? kWarned : std::string_view());
  page.wrapped("  A, B", arm_label(comparison, "before", words) + ", " + arm_label(comparison, "after", words),
               kIndent);
  if (flag_at(order, "overlapping").value_or(false)) page.wrapped("  ", words.text("compare.overlapping"), kIndent);
  print_drift(page, order);
}

void print_control(TerminalPage& page, const Json& comparison, bool comparable) {
  const Json& control = at(comparison, "control");
  if (!control.is_object()) return;
  const Words& words = page.words();
  page.heading(words.text("compare.control"));
  const Json& metrics = list_at(control, "metrics");
  if (metrics.empty()) return page.wrapped("  ", words.text("compare.no_control_metrics"), 2);
  std::vector<Row> rows{{"", words.text("compare.change"), words.text("compare.control_change"),
                         words.text("compare.net_change"), words.text("compare.interval"),
                         words.text("compare.verdict")}};
  for (const Json& metric : metrics) rows.push_back(control_row(metric, comparable, words));
  table(page, rows);
  page.wrapped("  ", words.text("compare.control_note"), 2);
}

}  // namespace ihc::report
