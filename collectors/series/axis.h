// The time axis of facts.series, and the putting of readings onto it: growth of a counter, levels and shares, in steps
// of a second.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/bundle.h"
#include "facts/series.h"

namespace ihc {

struct TimeAxis {
  std::int64_t start_ns = 0;  ///< CLOCK_MONOTONIC
  std::int64_t step_ns = 1'000'000'000;

  std::int64_t step_of(std::int64_t taken_ns) const;
  double seconds_of(std::int64_t taken_ns) const;
};

/// The axis of a bundle: from the window's start as its manifest has it, else from the first reading of what is read
/// every second. Nothing for a bundle without samples. Steps are a second, and longer in a window of more than two
/// minutes, so that a series stays short.
std::optional<TimeAxis> time_axis(const Bundle& bundle);

/// What falls into one step: a sum and what it is to be divided by (seconds, readings, samples).
class Steps {
 public:
  /// Intervals that end before `first_step` belong to it: the first of them begins at 0. Moments have a step 0.
  explicit Steps(const TimeAxis& axis, std::int64_t first_step = 1) : axis_(axis), first_step_(first_step) {}

  void add(std::int64_t taken_ns, double sum, double weight);
  /// Adds the values of another one, as one term each: the sum over threads.
  void add_values(const Steps& other);
  bool empty() const { return steps_.empty(); }
  /// Fills at_s and values, both rounded to thousandths.
  void fill(TimeSeries& series, double scale = 1) const;

 private:
  struct Step {
    double sum = 0;
    double weight = 0;
    std::int64_t end_ns = 0;
  };

  TimeAxis axis_;
  std::int64_t first_step_ = 1;
  std::map<std::int64_t, Step> steps_;
};

/// The value of one reading's text; nothing when it has none.
using ValueOf = std::function<std::optional<double>(std::string_view text)>;

/// Growth a second between readings. A counter that went backwards, and a pause of more than `longest_steps` steps (0:
/// none is too long), leave a gap.
Steps growth_of(const std::vector<Reading>& readings, const TimeAxis& axis, const ValueOf& value,
                int longest_steps = 0);

}  // namespace ihc
