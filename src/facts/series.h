// facts.series: what changed second by second within the window, all on one time axis, so that what happened to a
// request can be laid beside what the node did in that second. The axis is CLOCK_MONOTONIC, from the window's start.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct TimeSeries {
  std::string name;
  std::string unit;
  std::string subject;
  std::optional<std::string> subject_key;
  std::optional<std::string> part;
  std::string covers;
  std::vector<double> at_s;
  std::vector<double> values;
};

struct Series {
  std::optional<std::int64_t> started_ns;
  std::optional<std::string> started_utc;
  std::optional<double> window_seconds;
  std::optional<double> step_seconds;
  std::optional<std::string> gpu_clock;
  std::int64_t left_out_count = 0;
  std::vector<TimeSeries> rows;
};

}  // namespace ihc
