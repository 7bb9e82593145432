#include "compare/timeline.h"

#include <algorithm>
#include <cmath>

#include "base/json_read.h"
#include "stats/correlation.h"
#include "stats/moments.h"
#include "stats/quantiles.h"

namespace ihc::compare {

namespace {

// A series as intervals: reading i covers what came since reading i − 1, the first since the window's start.
struct Row {
  SeriesBeside told;
  std::vector<double> ends;
  std::vector<double> values;

  std::optional<std::size_t> interval_of(double due_s) const {
    if (due_s < 0) return std::nullopt;
    const auto at = std::lower_bound(ends.begin(), ends.end(), due_s);
    if (at == ends.end()) return std::nullopt;
    return static_cast<std::size_t>(at - ends.begin());
  }
};

std::vector<double> numbers_at(const Json& row, const char* key) {
  std::vector<double> numbers;
  for (const Json& number : list_at(row, key))
    numbers.push_back(number.is_number() ? number.get<double>() : std::nan(""));
  return numbers;
}

std::optional<Row> row_of(const Json& json) {
  Row row{.told = {.name = string_at(json, "name"),
                   .unit = string_at(json, "unit"),
                   .subject = string_at(json, "subject"),
                   .subject_key = string_at(json, "subject_key")},
          .ends = numbers_at(json, "at_s"),
          .values = numbers_at(json, "values")};
  const auto is_wrong = [](double number) { return !std::isfinite(number); };
  const bool good = !row.ends.empty() && row.ends.size() == row.values.size() &&
                    std::is_sorted(row.ends.begin(), row.ends.end()) &&
                    std::none_of(row.ends.begin(), row.ends.end(), is_wrong) &&
                    std::none_of(row.values.begin(), row.values.end(), is_wrong);
  if (!good) return std::nullopt;
  return row;
}

// The slowest request of each interval that has one.
void correlate(Row& row, const std::vector<TimedRequest>& requests, const TimelineDemands& demands) {
  std::vector<double> slowest(row.ends.size(), -1);
  for (const TimedRequest& request : requests) {
    if (const auto at = row.interval_of(request.due_s)) slowest[*at] = std::max(slowest[*at], request.took_ms);
  }
  std::vector<double> values;
  std::vector<double> latencies;
  for (std::size_t at = 0; at < slowest.size(); ++at) {
    if (slowest[at] < 0) continue;
    values.push_back(row.values[at]);
    latencies.push_back(slowest[at]);
  }
  row.told.seconds = values.size();
  if (values.size() >= demands.fewest_seconds) row.told.correlation = stats::rank_correlation(values, latencies);
}

void split_means(Row& row, const std::vector<TimedRequest>& tail) {
  std::vector<bool> has_tail(row.ends.size());
  for (const TimedRequest& request : tail) {
    if (const auto at = row.interval_of(request.due_s)) has_tail[*at] = true;
  }
  std::vector<double> inside;
  std::vector<double> outside;
  for (std::size_t at = 0; at < row.values.size(); ++at) (has_tail[at] ? inside : outside).push_back(row.values[at]);
  row.told.mean_in_tail = stats::mean(inside);
  row.told.mean_elsewhere = stats::mean(outside);
}

// The share of the other readings that are lower than the one at this moment.
double share_lower(const Row& row, double due_s) {
  const auto at = row.interval_of(due_s);
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
    high.emplace_back(share, row.told.name + (row.told.subject_key.empty() ? "" : " (" + row.told.subject_key + ")"));
  }
  std::stable_sort(high.begin(), high.end(),
                   [](const auto& left, const auto& right) { return left.first > right.first; });
  for (auto& [share, name] : high) tail.high.push_back(std::move(name));
  return tail;
}

std::vector<TimedRequest> tail_of(std::vector<TimedRequest> requests, double quantile) {
  std::stable_sort(requests.begin(), requests.end(),
                   [](const TimedRequest& left, const TimedRequest& right) { return left.took_ms > right.took_ms; });
  const std::size_t rank = stats::nearest_rank(requests.size(), quantile);
  requests.resize(requests.empty() ? 0 : requests.size() - rank + 1);
  return requests;
}

}  // namespace

Timeline lay_beside(const Json& series, const std::vector<TimedRequest>& requests, const TimelineDemands& demands) {
  std::vector<Row> rows;
  for (const Json& json : list_at(series, "rows")) {
    if (auto row = row_of(json)) rows.push_back(std::move(*row));
  }
  const auto tail = tail_of(requests, demands.tail_quantile);
  Timeline timeline;
  for (Row& row : rows) {
    correlate(row, requests, demands);
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

}  // namespace ihc::compare
