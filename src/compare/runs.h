// The runs of an arm: each metric's values, what was offered and achieved, and the order in which bundles were taken.
#pragma once

#include <string>
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

/// The order of both arms' bundles in time, and how the first headline latency (p50 of its runs) drifts with it: absent
/// for fewer than four bundles of both arms. Where a bundle does not say when it was collected the sequence is empty.
ComparisonOrder order_of(const Arm& before, const Arm& after, const std::vector<MetricArms>& metrics);

/// Two arms' part of a plan's order, as ABBA; nothing where the plan has none of them.
std::optional<std::string> planned_sequence(const std::vector<std::string>& planned, const std::string& before,
                                            const std::string& after);

/// The label of each bundle's arm in the order of collection; empty where a bundle does not say when.
std::vector<std::string> labels_in_order(const std::vector<Arm>& arms);

}  // namespace ihc::compare
