// Second by second: what the node did in each second of a window laid beside how long the requests of that second took.
// A correlation over a few dozen seconds is a hint where to look, so its number of seconds stands beside it.
#pragma once

#include <vector>

#include "base/json.h"
#include "compare/arm.h"
#include "compare/spec.h"
#include "facts/comparison.h"

namespace ihc::compare {

/// `series` is facts.series. Requests are laid beside what it covers: those before or after its window are left out,
/// and counted nowhere. Series that never change give no correlation; what is no list of numbers is no series. The
/// names of arm, bundle and metric are the caller's to fill in.
ComparisonTimeline lay_beside(const Json& series, const std::vector<TimedRequest>& requests,
                              const TimelineDemands& demands);

/// One for each bundle that has series and requests that were due in their window.
std::vector<ComparisonTimeline> timelines_of(const Arm& arm, const TimelineDemands& demands);

}  // namespace ihc::compare
