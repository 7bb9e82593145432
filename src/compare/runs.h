// The runs of an arm: each metric's values, what was offered and achieved, and the order in which bundles were taken.
#pragma once

#include <vector>

#include "compare/arm.h"
#include "compare/metrics.h"
#include "compare/spec.h"
#include "facts/comparison.h"

namespace ihc::compare {

/// One entry for each statistic of each metric of `spec` that a run of either arm has. The samples in it are those
/// of the arms, which must outlive it.
std::vector<MetricArms> metrics_of_arms(const ComparisonSpec& spec, const Arm& before, const Arm& after);

/// What an arm's runs were asked and did.
ComparisonArm account_of(const Arm& arm);

/// The order of both arms' bundles in time, and whether `metric` (p50 of its runs) drifts with it.
ComparisonOrder order_of(const Arm& before, const Arm& after, const std::vector<MetricArms>& metrics);

}  // namespace ihc::compare
