// Rules × facts → findings: a pure function.
#pragma once

#include <vector>

#include "base/json.h"
#include "engine/finding.h"
#include "engine/pack.h"

namespace ihc {

/// One finding for each rule and subject, by rule id and subject_key; rules that a profile turns off give none. `facts`
/// is the facts document (facts/document.h), with its `sources` and `missing`. A document with `comparison` is one: the
/// rules that judge comparisons look at it, and no others; any other document is a node's.
std::vector<Finding> evaluate(const RulePack& pack, const Json& facts);

/// The findings of one rule, by subject_key; one without subject when the rule looks at the node as a whole or could
/// not get at its subjects.
std::vector<Finding> evaluate_rule(const Rule& rule, const Json& facts);

/// Turns whole numbers into floating ones wherever the description says "number" (1 → 1.0), so that a document written
/// by hand evaluates as one written by the collector.
void normalise_facts(Json& facts);

}  // namespace ihc
