// How a run went from its beginning to its end: medians of its parts, and the trends of latency and of requests in
// flight.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bench/results/result.h"
#include "stats/trend.h"

namespace ihc::bench {

struct Course {
  std::int64_t n = 0;
  std::optional<double> first_tenth_p50;  ///< ms, of the first-token latency
  std::optional<double> later_p50;        ///< of the other nine tenths
  std::optional<double> first_third_p50;
  std::optional<double> last_third_p50;
  std::optional<stats::Trend> latency_trend;    ///< ms per second of the run
  std::optional<stats::Trend> in_flight_trend;  ///< requests per second of the run
};

/// Absent for fewer requests than there are batches (20).
std::optional<Course> course_of(std::vector<TimedRequest> requests);

}  // namespace ihc::bench
