// Second by second: what the node did in each second of a window laid beside how long the requests of that second took.
// A correlation over a few dozen seconds is a hint where to look, so its number of seconds stands beside it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace ihc::compare {

/// One request on the axis of facts.series.
struct TimedRequest {
  double due_s = 0;  ///< from the window's start; before 0 and after its end are left out
  double took_ms = 0;
};

struct TimelineDemands {
  double tail_quantile = 0;        ///< which requests are the tail: 0.99
  double high_share = 0;           ///< a second is high in a series when so many of the others are lower: 0.9
  std::size_t most_listed = 0;     ///< of the tail
  std::size_t fewest_seconds = 0;  ///< with requests in them, for a correlation
};

/// One series of the node beside the requests.
struct SeriesBeside {
  std::string name;
  std::string unit;
  std::string subject;
  std::string subject_key;
  std::size_t seconds = 0;             ///< readings whose time had requests due in it
  std::optional<double> correlation;   ///< of the slowest request due in it, by ranks
  std::optional<double> mean_in_tail;  ///< mean of the series over the seconds of the tail's requests
  std::optional<double> mean_elsewhere;
};

/// A request of the tail, and the series that were high in its second, highest first.
struct TailRequest {
  double due_s = 0;
  double took_ms = 0;
  std::vector<std::string> high;  ///< "run_delay (vllm.service)"
};

struct Timeline {
  std::vector<SeriesBeside> series;  ///< the strongest correlation first, those without one last
  std::vector<TailRequest> tail;     ///< slowest first
};

/// `series` is facts.series. Series that never change and such as are no list of numbers give no correlation.
Timeline lay_beside(const Json& series, const std::vector<TimedRequest>& requests, const TimelineDemands& demands);

}  // namespace ihc::compare
