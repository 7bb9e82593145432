#include "report/comparison/notes.h"

#include <algorithm>
#include <map>

#include "base/json_read.h"
#include "report/format.h"

namespace ihc::report {

namespace {

constexpr std::size_t kMaxSeries = 30;
constexpr std::size_t kMaxTail = 20;

EvidenceLine evidence_line(const Json& row, const ComparisonTexts& texts) {
  const std::string reading = string_at(row, "reading");
  return {.title = string_at(row, "title"),
          .unit = string_at(row, "unit"),
          .factor = texts.label("factors", string_at(row, "factor")),
          .before = texts.figure(row, "before"),
          .after = texts.figure(row, "after"),
          .change = texts.change(row, "change_pct"),
          .reading = reading.empty() ? "" : texts.label("evidence_readings", reading),
          .why = texts.why(row),
          .is_known = number_at(row, "before") && number_at(row, "after")};
}

// Which factors go with the change, and of which nothing was assessed.
void put_factors(const Json& evidence, const ComparisonTexts& texts, Interpretation& told) {
  struct Factor {
    bool goes_with_it = false;
    bool is_assessed = false;
  };
  std::map<std::string, Factor> factors;
  for (const Json& row : evidence) {
    const std::string reading = string_at(row, "reading");
    Factor& factor = factors[string_at(row, "factor")];
    factor.goes_with_it = factor.goes_with_it || reading == "consistent";
    factor.is_assessed = factor.is_assessed || (reading != "not_assessed" && reading != "too_few");
  }
  std::size_t candidates = 0;
  for (const auto& [name, factor] : factors) {
    if (factor.goes_with_it) join(told.candidates, texts.label("factors", name));
    if (!factor.is_assessed) join(told.open_factors, texts.label("factors", name));
    candidates += factor.goes_with_it ? 1 : 0;
  }
  told.is_inseparable = candidates > 1;
}

Interpretation interpretation_of(const Json& comparison, const ComparisonTexts& texts) {
  const Json& explanation = at(comparison, "explanation");
  Interpretation told;
  if (!explanation.is_object()) return told;
  told.is_given = true;
  told.metric = texts.metric(string_at(explanation, "metric"));
  told.statistic = texts.statistic(string_at(explanation, "statistic"));
  told.verdict = texts.label("verdicts", string_at(explanation, "verdict"));
  const std::map<std::string, std::string*> lists{{"consistent", &told.consistent},
                                                  {"against", &told.against},
                                                  {"unchanged", &told.unchanged},
                                                  {"too_few", &told.too_few},
                                                  {"not_assessed", &told.not_assessed}};
  for (const Json& row : list_at(comparison, "evidence")) {
    const auto list = lists.find(string_at(row, "reading"));
    if (list != lists.end()) join(*list->second, string_at(row, "title"));
  }
  put_factors(list_at(comparison, "evidence"), texts, told);
  const std::string dominant = string_at(explanation, "dominant");
  if (!dominant.empty()) told.dominant = texts.label("factors", dominant);
  return told;
}

SeriesLine series_line(const Json& row, const ComparisonTexts& texts) {
  const std::string key = string_at(row, "subject_key");
  const auto correlation = number_at(row, "correlation");
  return {.name = texts.label("series", string_at(row, "name")),
          .unit = string_at(row, "unit"),
          .subject = key.empty() ? texts.words().text("states.the_node") : string_at(row, "subject") + " " + key,
          .seconds = texts.count(row, "seconds"),
          .correlation = correlation ? decimal_text(*correlation, 2) : texts.none(),
          .in_tail = texts.figure(row, "mean_in_tail"),
          .elsewhere = texts.figure(row, "mean_elsewhere")};
}

TailLine tail_line(const Json& row, const ComparisonTexts& texts) {
  TailLine line{.due = texts.figure(row, "due_s"), .took = texts.figure(row, "took_ms"), .high = ""};
  for (const Json& name : list_at(row, "high")) {
    if (name.is_string()) join(line.high, texts.label("series", name.get<std::string>()));
  }
  return line;
}

// The page has room for so many lines of all bundles together; each bundle has its share.
TimelineView timeline_of(const Json& row, std::size_t bundles, const ComparisonTexts& texts) {
  const std::size_t most_series = std::max<std::size_t>(2, kMaxSeries / bundles);
  const std::size_t most_tail = std::max<std::size_t>(2, kMaxTail / bundles);
  TimelineView view{.arm = string_at(row, "arm"),
                    .bundle = string_at(row, "bundle"),
                    .metric = texts.metric(string_at(row, "metric")),
                    .requests = texts.count(row, "requests")};
  const Json& series = list_at(row, "series");
  // The strongest come first, those without a correlation last: a line of them would tell nothing.
  for (const Json& one : series) {
    if (view.series.size() >= most_series || !number_at(one, "correlation")) break;
    view.series.push_back(series_line(one, texts));
  }
  const Json& tail = list_at(row, "tail");
  for (std::size_t at = 0; at < std::min(tail.size(), most_tail); ++at) view.tail.push_back(tail_line(tail[at], texts));
  return view;
}

void put_timelines(const Json& rows, const ComparisonTexts& texts, Notes& notes) {
  for (const Json& row : rows) {
    TimelineView view = timeline_of(row, rows.size(), texts);
    notes.timeline_metric = view.metric;
    notes.has_correlations = notes.has_correlations || !view.series.empty();
    notes.has_tails = notes.has_tails || !view.tail.empty();
    notes.timelines_cut = notes.timelines_cut || view.series.size() < list_at(row, "series").size() ||
                          view.tail.size() < list_at(row, "tail").size();
    if (view.series.empty()) join(notes.without_correlation, view.arm + ": " + view.bundle);
    notes.timelines.push_back(std::move(view));
  }
}

}  // namespace

Notes make_notes(const Json& comparison, const ComparisonTexts& texts) {
  Notes notes;
  for (const Json& row : list_at(comparison, "evidence")) notes.evidence.push_back(evidence_line(row, texts));
  const auto known = std::count_if(notes.evidence.begin(), notes.evidence.end(),
                                   [](const EvidenceLine& line) { return line.is_known; });
  notes.known = grouped_text(known);
  notes.interpretation = interpretation_of(comparison, texts);
  put_timelines(list_at(comparison, "timelines"), texts, notes);
  return notes;
}

}  // namespace ihc::report
