#include "report/comparison/measured.h"

#include <algorithm>
#include <set>

#include "base/json_read.h"
#include "report/comparison/figures.h"
#include "report/format.h"

namespace ihc::report {

namespace {

std::string count_or_empty(const Json& row, std::string_view key, const ComparisonTexts& texts) {
  return number_at(row, key) ? texts.count(row, key) : "";
}

MetricLine metric_line(const Json& row, bool comparable, const ComparisonTexts& texts) {
  const std::string code = comparable ? string_at(row, "verdict") : "not_comparable";
  MetricLine line{.metric = texts.metric(string_at(row, "metric")),
                  .unit = texts.unit(string_at(row, "metric")),
                  .statistic = texts.statistic(string_at(row, "statistic")),
                  .is_headline = flag_at(row, "headline").value_or(false),
                  .before = texts.figure(row, "before"),
                  .after = texts.figure(row, "after"),
                  .change = texts.change(row, "change_pct"),
                  .lower = texts.change(row, "change_lower_pct"),
                  .upper = texts.change(row, "change_upper_pct"),
                  .has_interval = number_at(row, "change_lower_pct") && number_at(row, "change_upper_pct")};
  const auto p = number_at(row, "p_adjusted");
  line.p = p ? decimal_text(*p, 4) : texts.none();
  line.verdict = texts.label("verdicts", code);
  line.verdict_code = code;
  line.runs_before = texts.count(row, "runs_before");
  line.runs_after = texts.count(row, "runs_after");
  line.requests_before = texts.count(row, "requests_before");
  line.requests_after = texts.count(row, "requests_after");
  if (comparable) {
    line.runs_needed = count_or_empty(row, "runs_needed", texts);
    line.requests_needed = count_or_empty(row, "requests_needed", texts);
  }
  return line;
}

// In the order in which the verdicts first appear.
std::vector<Opinion> opinions_of(const std::vector<MetricLine>& lines) {
  std::vector<Opinion> opinions;
  for (const MetricLine& line : lines) {
    if (!line.is_headline) continue;
    auto found = std::find_if(opinions.begin(), opinions.end(),
                              [&](const Opinion& opinion) { return opinion.verdict == line.verdict; });
    if (found == opinions.end()) found = opinions.insert(opinions.end(), {.verdict = line.verdict, .metrics = ""});
    join(found->metrics, line.metric + " (" + line.statistic + ")");
  }
  return opinions;
}

std::vector<Disagreement> disagreements_in(const std::vector<MetricLine>& lines) {
  std::vector<Disagreement> found;
  for (auto line = lines.begin(); line != lines.end();) {
    const auto end =
        std::find_if(line, lines.end(), [&](const MetricLine& other) { return other.metric != line->metric; });
    std::set<std::string> words;
    Disagreement row{.metric = line->metric, .verdicts = {}};
    for (; line != end; ++line) {
      words.insert(line->verdict);
      row.verdicts.push_back({line->statistic, line->verdict});
    }
    if (words.size() > 1) found.push_back(std::move(row));
  }
  return found;
}

}  // namespace

Measured make_measured(const Json& comparison, bool comparable, std::size_t number, const ComparisonTexts& texts) {
  Measured measured;
  for (const Json& row : list_at(comparison, "metrics"))
    measured.metrics.push_back(metric_line(row, comparable, texts));
  measured.opinions = opinions_of(measured.metrics);
  measured.is_divided = measured.opinions.size() > 1;
  measured.disagreements = disagreements_in(measured.metrics);
  const Json& curves = list_at(comparison, "curves");
  for (std::size_t at = 0; at < curves.size(); ++at) {
    const std::string metric = string_at(curves[at], "metric");
    measured.curves.push_back({.metric = texts.metric(metric),
                               .unit = texts.unit(metric),
                               .distribution_figure = distribution_figure_name(number, at + 1),
                               .ladder_figure = ladder_figure_name(number, at + 1),
                               .requests_before = texts.count(curves[at], "requests_before"),
                               .requests_after = texts.count(curves[at], "requests_after")});
  }
  return measured;
}

}  // namespace ihc::report
