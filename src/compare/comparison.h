// Two arms of bundles → facts.comparison. A pure function: the same arms and seed give the same bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compare/arm.h"
#include "compare/metrics.h"
#include "compare/spec.h"
#include "facts/comparison.h"

namespace ihc::compare {

struct CompareOptions {
  std::set<std::string> expected;    ///< --expect: conditions that are the change under test
  std::optional<double> margin_pct;  ///< instead of the spec's
  std::uint64_t seed = 1;
  std::vector<std::string> planned_order =
      {};  ///< labels of arms as a plan has them; empty: no plan, or no order in it
};

/// What a verdict asks for.
Demands demands_of(const ComparisonSpec& spec, const CompareOptions& options);

/// Of arms that turned out not to be comparable nothing is claimed, explained or called better: every verdict becomes
/// not_comparable, and readings, explanation and claim go. The figures stay.
void take_back_verdicts(Comparison& comparison);

Comparison build_comparison(const ComparisonSpec& spec, const Arm& before, const Arm& after,
                            const CompareOptions& options);

}  // namespace ihc::compare
