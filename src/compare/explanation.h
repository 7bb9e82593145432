// Why a number moved: what else changed in the same windows, and whether that goes with the verdict, speaks against it
// or says nothing. Coincidence in two sets of windows is no cause, so the words are "consistent with" and "does not
// explain"; one factor is named only where the evidence sets it apart from every other.
#pragma once

#include <optional>
#include <vector>

#include "compare/arm.h"
#include "compare/metrics.h"
#include "compare/spec.h"
#include "facts/comparison.h"

namespace ihc::compare {

/// One row for each evidence of `spec`: the median over the bundles of each arm, whether the arms lie apart, and where
/// `explained` is given how the row goes with it. A row reads too_few where even bundles that lie wholly apart could do
/// so by chance more often than the significance allows (1 of C(m+n, n) ways, on either side).
std::vector<ComparedEvidence> compare_evidence(const ComparisonSpec& spec, const Arm& before, const Arm& after,
                                               const MetricVerdict* explained, double margin_pct);

/// Of rows that compare_evidence() read for `explained`.
ComparisonExplanation explanation_of(const MetricVerdict& explained, const std::vector<ComparedEvidence>& rows);

}  // namespace ihc::compare
