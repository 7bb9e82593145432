// Findings over time, joined on rule and subject_key, which survive restarts and redaction.
#pragma once

#include <vector>

#include "compare/arm.h"
#include "facts/comparison.h"

namespace ihc::compare {

/// Of two findings.json, what failed on either side and what was lost sight of, by rule and subject. A thing that was
/// assessed before and is not assessed, not applicable or gone now is `lost_sight`, never `fixed`: fixed is what was
/// looked at again and passes.
std::vector<ComparedFinding> compare_findings(const Json& before, const Json& after);

}  // namespace ihc::compare
