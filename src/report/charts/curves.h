// One latency of two arms: how its values are spread, and how its percentiles climb. The arms are told apart by dashes
// and lightness as well as by colour.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/words.h"

namespace ihc::report {

/// A value of each arm at one share of the requests; absent where an arm has too few for it.
struct CurveStep {
  double probability = 0;
  std::optional<double> before;
  std::optional<double> after;
};

struct ArmCurves {
  std::string title;
  std::string unit;
  std::string before;  ///< labels of the arms
  std::string after;
  std::vector<CurveStep> steps;  ///< ascending
};

/// The share of requests (upwards) that took no longer than a time (to the right; by powers of ten where the values
/// span more than that).
std::string distribution_svg(const ArmCurves& curves, const Words& words);

/// Two bars for each percentile, with their values.
std::string percentiles_svg(const ArmCurves& curves, const Words& words);

}  // namespace ihc::report
