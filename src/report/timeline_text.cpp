#include "report/timeline_text.h"

#include <cmath>
#include <string>
#include <vector>

#include "base/json_read.h"
#include "report/escape.h"
#include "report/format.h"

namespace ihc::report {

namespace {

// What a terminal has room for; compare.json has them all.
constexpr std::size_t kMostSeries = 5;
constexpr std::size_t kMostRequests = 5;
constexpr std::size_t kMostHigh = 4;

std::string value_text(const Json& row, std::string_view key, const Words& words) {
  const auto value = number_at(row, key);
  if (!value) return words.text("compare.none");
  const bool is_bytes = string_at(row, "unit") == "bytes" && std::abs(*value) < 9e18;
  return is_bytes ? bytes_text(std::llround(*value), words) : decimal_text(*value, 2);
}

std::string series_name(const Json& row) {
  const std::string subject = printable(string_at(row, "subject_key"));
  return "  " + printable(string_at(row, "name")) + (subject.empty() ? "" : " (" + subject + ")");
}

void print_series(TerminalPage& page, const Json& timeline) {
  const Words& words = page.words();
  std::vector<std::vector<std::string>> rows{{"", words.text("compare.correlation"), words.text("compare.seconds"),
                                              words.text("compare.in_tail"), words.text("compare.elsewhere"), ""}};
  for (const Json& row : list_at(timeline, "series")) {
    const auto correlation = number_at(row, "correlation");
    if (!correlation || rows.size() > kMostSeries) break;
    rows.push_back({series_name(row), (*correlation > 0 ? "+" : "") + decimal_text(*correlation, 2),
                    decimal_text(number_at(row, "seconds").value_or(0), 0), value_text(row, "mean_in_tail", words),
                    value_text(row, "mean_elsewhere", words),
                    string_at(row, "unit") == "bytes" ? "" : printable(string_at(row, "unit"))});
  }
  if (rows.size() == 1) return page.wrapped("    ", words.text("compare.no_correlation"), 4);
  page.table(rows);
}

std::string high_text(const Json& request, const Words& words) {
  const Json& high = list_at(request, "high");
  if (high.empty()) return words.text("compare.nothing_high");
  std::string text;
  for (std::size_t at = 0; at < high.size() && at < kMostHigh; ++at) {
    if (!high[at].is_string()) continue;
    text += (text.empty() ? "" : ", ") + printable(high[at].get<std::string>());
  }
  if (high.size() > kMostHigh) text += " + " + std::to_string(high.size() - kMostHigh);
  return text;
}

void print_tail(TerminalPage& page, const Json& timeline) {
  const Words& words = page.words();
  std::vector<std::vector<std::string>> rows{
      {"", words.text("compare.due"), words.text("compare.took"), words.text("compare.high_then")}};
  for (const Json& request : list_at(timeline, "tail")) {
    if (rows.size() > kMostRequests) break;
    rows.push_back({"", decimal_text(number_at(request, "due_s").value_or(0), 2) + " s",
                    decimal_text(number_at(request, "took_ms").value_or(0), 1) + " ms", high_text(request, words)});
  }
  if (rows.size() > 1) page.table(rows);
}

}  // namespace

void print_timelines(TerminalPage& page, const Json& comparison) {
  const Words& words = page.words();
  const Json& timelines = list_at(comparison, "timelines");
  if (list_at(comparison, "metrics").empty()) return;
  page.heading(words.text("compare.timelines"));
  if (timelines.empty()) return page.wrapped("  ", words.text("compare.no_timelines"), 2);
  for (const Json& timeline : timelines) {
    page.wrapped("  ",
                 printable(string_at(timeline, "arm")) + ", " + printable(string_at(timeline, "bundle")) + ": " +
                     printable(string_at(timeline, "metric")) + ", " + words.text("compare.timeline_requests") + " " +
                     decimal_text(number_at(timeline, "requests").value_or(0), 0),
                 2);
    print_series(page, timeline);
    print_tail(page, timeline);
  }
  page.wrapped("  ", words.text("compare.timelines_note"), 2);
}

}  // namespace ihc::report
