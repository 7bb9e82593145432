// A group that was not changed, measured over the same time: what is left of the changed group's change once what
// happened anyway is taken off (difference in differences).
#pragma once

#include "compare/arm.h"
#include "compare/comparison.h"
#include "compare/spec.h"
#include "facts/comparison.h"

namespace ihc::compare {

struct ControlArms {
  Arm before;
  Arm after;
};

/// A row for each statistic that all four arms have, in the order of `spec`. A word asks of the net change what it asks
/// of a change (DESIGN §7): its interval, the margin, and p after Holm, where p is the larger of two rank tests: the
/// changed group's runs with the control group's change taken off, and the other way round. So neither group may be
/// shorter of runs than a change of its own would need.
ComparisonControl compare_control(const ComparisonSpec& spec, const Arm& before, const Arm& after,
                                  const ControlArms& control, const CompareOptions& options);

/// The rows of a control group that may not be held against itself: something happened to it, too.
void take_back(ComparisonControl& control);

}  // namespace ihc::compare
