#include "compare/timeline.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

#include "base/json_read.h"
#include "stats/correlation.h"
#include "stats/moments.h"
#include "stats/quantiles.h"

namespace ihc::compare {

namespace {

// A series, each reading with the time that it tells of: after `from` until `to`.
struct Row {
  SeriesBeside told;
  std::vector<double> values;
  std::vector<double> from;
  std::vector<double> to;

  std::optional<std::size_t> reading_at(double due_s) const {
    const auto next = std::lower_bound(to.begin(), to.end(), due_s);
    const auto at = static_cast<std::size_t>(next - to.begin());
    if (next == to.end() || due_s <= from[at]) return std::nullopt;
    return at;
  }
};

std::vector<double> numbers_at(const Json& row, const char* key) {
  std::vector<double> numbers;
  for (const Json& number : list_at(row, key))
    numbers.push_back(number.is_number() ? number.get<double>() : std::nan(""));
  return numbers;
}

bool are_finite(const std::vector<double>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double number) { return std::isfinite(number); });
}

// An interval holds since the reading before (the first: since a step before). A moment holds up to the middle between
// it and its neighbours, and no further than a step.
void spread(Row& row, const std::vector<double>& at_s, bool is_moment, double step_s) {
  for (std::size_t at = 0; at < at_s.size(); ++at) {
    const double before = at == 0 ? at_s[at] - step_s : at_s[at - 1];
    const double after = at + 1 == at_s.size() ? at_s[at] + step_s : at_s[at + 1];
    row.from.push_back(is_moment ? std::max((before + at_s[at]) / 2, at_s[at] - step_s) : before);
    row.to.push_back(is_moment ? std::min((at_s[at] + after) / 2, at_s[at] + step_s) : at_s[at]);
  }
}

std::optional<Row> row_of(const Json& json, double step_s) {
  const std::string part = string_at(json, "part");
  Row row{.told = {.name = string_at(json, "name") + (part.empty() ? "" : " " + part),
                   .unit = string_at(json, "unit"),
                   .subject = string_at(json, "subject"),
                   .subject_key = text_at(json, "subject_key")},
          .values = numbers_at(json, "values"),
          .from = {},
          .to = {}};
  const auto at_s = numbers_at(json, "at_s");
  const bool is_good = !at_s.empty() && at_s.size() == row.values.size() && are_finite(at_s) &&
                       are_finite(row.values) && std::is_sorted(at_s.begin(), at_s.end());
  if (!is_good) return std::nullopt;
  spread(row, at_s, string_at(json, "covers") == "moment", step_s);
  return row;
}

// The slowest request of each reading that has one.
void correlate(Row& row, const std::vector<TimedRequest>& requests, const TimelineDemands& demands) {
  std::vector<double> slowest(row.values.size(), -1);
  for (const TimedRequest& request : requests) {
    if (const auto at = row.reading_at(request.due_s)) slowest[*at] = std::max(slowest[*at], request.took_ms);
  }
  std::vector<double> values;
  std::vector<double> latencies;
  for (std::size_t at = 0; at < slowest.size(); ++at) {
    if (slowest[at] < 0) continue;
    values.push_back(row.values[at]);
    latencies.push_back(slowest[at]);
  }
  row.told.seconds = static_cast<std::int64_t>(values.size());
  if (values.size() >= demands.fewest_seconds) row.told.correlation = stats::rank_correlation(values, latencies);
}

void split_means(Row& row, const std::vector<TimedRequest>& tail) {
  std::vector<bool> has_tail(row.values.size());
  for (const TimedRequest& request : tail) {
    if (const auto at = row.reading_at(request.due_s)) has_tail[*at] = true;
  }
  std::vector<double> inside;
  std::vector<double> outside;
  for (std::size_t at = 0; at < row.values.size(); ++at) (has_tail[at] ? inside : outside).push_back(row.values[at]);
  row.told.mean_in_tail = stats::mean(inside);
  row.told.mean_elsewhere = stats::mean(outside);
}

// The share of the other readings that are lower than the one at this moment.
double share_lower(const Row& row, double due_s) {
  const auto at = row.reading_at(due_s);
  if (!at || row.values.size() < 2) return 0;
  const auto lower =
      std::count_if(row.values.begin(), row.values.end(), [&](double value) { return value < row.values[*at]; });
  return static_cast<double>(lower) / static_cast<double>(row.values.size() - 1);
}

TailRequest told(const TimedRequest& request, const std::vector<Row>& rows, const TimelineDemands& demands) {
  TailRequest tail{.due_s = request.due_s, .took_ms = request.took_ms};
  std::vector<std::pair<double, std::string>> high;
  for (const Row& row : rows) {
    const double share = share_lower(row, request.due_s);
    if (share < demands.high_share) continue;
    high.emplace_back(share, row.told.name + (row.told.subject_key ? " (" + *row.told.subject_key + ")" : ""));
  }
  std::stable_sort(high.begin(), high.end(),
                   [](const auto& left, const auto& right) { return left.first > right.first; });
  for (auto& [share, name] : high) tail.high.push_back(std::move(name));
  return tail;
}

// Down from the quantile's own request: of a hundred the 99th and what was slower.
std::vector<TimedRequest> tail_of(std::vector<TimedRequest> requests, double quantile) {
  std::stable_sort(requests.begin(), requests.end(),
                   [](const TimedRequest& left, const TimedRequest& right) { return left.took_ms > right.took_ms; });
  const std::size_t rank = stats::nearest_rank(requests.size(), quantile);
  requests.resize(requests.empty() ? 0 : requests.size() - rank + 1);
  return requests;
}

std::vector<TimedRequest> within_window(const Json& series, const std::vector<Row>& rows,
                                        const std::vector<TimedRequest>& requests) {
  const auto stated_s = number_at(series, "window_seconds");
  double end_s = stated_s.value_or(0);
  for (const Row& row : rows) end_s = stated_s ? end_s : std::max(end_s, row.to.back());
  std::vector<TimedRequest> kept;
  std::copy_if(requests.begin(), requests.end(), std::back_inserter(kept),
               [&](const TimedRequest& request) { return request.due_s >= 0 && request.due_s <= end_s; });
  return kept;
}

}  // namespace

ComparisonTimeline lay_beside(const Json& series, const std::vector<TimedRequest>& requests,
                              const TimelineDemands& demands) {
  const double stated_step_s = number_at(series, "step_seconds").value_or(0);
  std::vector<Row> rows;
  for (const Json& json : list_at(series, "rows")) {
    if (auto row = row_of(json, stated_step_s > 0 ? stated_step_s : 1)) rows.push_back(std::move(*row));
  }
  const auto on_axis = within_window(series, rows, requests);
  const auto tail = tail_of(on_axis, demands.tail_quantile);
  ComparisonTimeline timeline{.requests = static_cast<std::int64_t>(on_axis.size())};
  for (Row& row : rows) {
    correlate(row, on_axis, demands);
    split_means(row, tail);
    timeline.series.push_back(row.told);
  }
  const auto strength = [](const SeriesBeside& row) { return row.correlation ? std::abs(*row.correlation) : -1; };
  std::stable_sort(
      timeline.series.begin(), timeline.series.end(),
      [&](const SeriesBeside& left, const SeriesBeside& right) { return strength(left) > strength(right); });
  for (std::size_t at = 0; at < std::min(tail.size(), demands.most_listed); ++at)
    timeline.tail.push_back(told(tail[at], rows, demands));
  return timeline;
}

std::vector<ComparisonTimeline> timelines_of(const Arm& arm, const TimelineDemands& demands) {
  std::vector<ComparisonTimeline> timelines;
  for (const ArmBundle& bundle : arm.bundles) {
    if (bundle.timed.empty()) continue;
    ComparisonTimeline timeline = lay_beside(at(bundle.facts, "series"), bundle.timed, demands);
    if (timeline.series.empty() || timeline.requests == 0) continue;
    timeline.arm = arm.label;
    timeline.bundle = bundle.name;
    timeline.metric = kTimedMetric;
    timelines.push_back(std::move(timeline));
  }
  return timelines;
}

}  // namespace ihc::compare
