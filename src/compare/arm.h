// One side of a comparison: the bundles of one arm, by what was read and judged of each.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.h"

namespace ihc::compare {

/// The samples of one run, in ascending order, by metric.
using RunSamples = std::map<std::string, std::vector<double>>;

/// One request on the axis of its bundle's facts.series.
struct TimedRequest {
  double due_s = 0;    ///< seconds from the window's start; before 0 and past the window's end it is beside nothing
  double took_ms = 0;  ///< from then to its end; of one that timed out, to when it was given up
};

/// What `took_ms` is, by the name that metrics have.
inline constexpr const char* kTimedMetric = "e2e_response_ms";

/// One bundle (or a facts file) of an arm.
struct ArmBundle {
  std::string name;                 ///< of its file, for people
  std::string sha256 = {};          ///< of its archive or facts file, or of a folder's manifest.json; empty: not known
  Json facts;                       ///< the facts document; its `benchmarks` are the runs that are compared
  Json findings;                    ///< findings.json of the same rules for every bundle
  std::vector<RunSamples> samples;  ///< for each of facts.benchmarks; empty where only figures are known
  std::vector<TimedRequest> timed = {};  ///< of all its runs; empty without facts.series or without raw records
};

struct Arm {
  std::string label;  ///< "before", "after", or the group's name
  std::vector<ArmBundle> bundles;
};

}  // namespace ihc::compare
