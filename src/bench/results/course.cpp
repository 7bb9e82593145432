#include "bench/results/course.h"

#include <algorithm>
#include <span>

#include "stats/moments.h"
#include "stats/quantiles.h"

namespace ihc::bench {

namespace {

// Neighbouring requests share a batch of the server and are not independent; means of twenty parts nearly are. Twenty
// is also the fewest that batch means are used with.
constexpr std::size_t kBatches = 20;

std::optional<double> median_of(std::span<const double> values) {
  return stats::median_of_sorted(stats::sorted_samples(values));
}

std::vector<double> batch_means(std::span<const double> values) {
  std::vector<double> means;
  for (std::size_t batch = 0; batch < kBatches; ++batch) {
    const std::size_t from = batch * values.size() / kBatches;
    const std::size_t to = (batch + 1) * values.size() / kBatches;
    means.push_back(stats::mean(values.subspan(from, to - from)).value_or(0));
  }
  return means;
}

std::optional<stats::Trend> trend_of(std::span<const double> starts, std::span<const double> values) {
  return stats::linear_trend(batch_means(starts), batch_means(values));
}

// How many were in flight when each request was sent, itself left out.
std::vector<double> in_flight_at(std::span<const TimedRequest> requests) {
  std::vector<double> ends;
  for (const TimedRequest& request : requests) ends.push_back(request.start_s + request.e2e_ms / 1e3);
  std::ranges::sort(ends);
  std::vector<double> counts;
  std::size_t over = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    while (over < ends.size() && ends[over] <= requests[i].start_s) ++over;
    counts.push_back(static_cast<double>(i) - static_cast<double>(over));
  }
  return counts;
}

}  // namespace

std::optional<Course> course_of(std::vector<TimedRequest> requests) {
  if (requests.size() < kBatches) return std::nullopt;
  std::ranges::stable_sort(requests, {}, &TimedRequest::start_s);
  std::vector<double> starts;
  std::vector<double> latencies;
  for (const TimedRequest& request : requests) {
    // On the run's own clock: a slope over epoch seconds would lose its digits.
    starts.push_back(request.start_s - requests.front().start_s);
    latencies.push_back(request.ttft_ms);
  }
  const std::span<const double> all(latencies);
  const std::size_t tenth = all.size() / 10;
  const std::size_t third = all.size() / 3;
  Course course{.n = static_cast<std::int64_t>(all.size())};
  course.first_tenth_p50 = median_of(all.first(tenth));
  course.later_p50 = median_of(all.subspan(tenth));
  course.first_third_p50 = median_of(all.first(third));
  course.last_third_p50 = median_of(all.last(third));
  course.latency_trend = trend_of(starts, latencies);
  course.in_flight_trend = trend_of(starts, in_flight_at(requests));
  return course;
}

}  // namespace ihc::bench
