// The distribution of each latency in both arms: the percentiles that people name, and points for drawing.
#pragma once

#include <vector>

#include "compare/arm.h"
#include "compare/spec.h"
#include "facts/comparison.h"

namespace ihc::compare {

/// One curve for each metric of `spec` that has percentiles, is a latency (less of it is better) and has samples in
/// both arms. The requests of all runs of an arm are taken together: a curve shows a shape, its runs' spread is what
/// the verdict beside it weighs. An arm has no value at a probability past which it has less than one request.
std::vector<ComparedCurve> curves_of(const ComparisonSpec& spec, const Arm& before, const Arm& after);

}  // namespace ihc::compare
