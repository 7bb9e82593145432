// Tests of rules, as data: facts and what the rule must say about them.
//
//   rule: numa-zone-reclaim-on
//   cases:
//     - name: off
//       facts: {kernel: {zone_reclaim_mode: 0}}
//       expect: {result: pass}
//     - name: not read
//       facts: {kernel: {}, missing: {/kernel/zone_reclaim_mode: {reason: permission}}}
//       expect: {result: not_assessed, reason: permission}
//
// `expect` may also name severity, confidence and subject_key (or `subject`). With several subjects and none named, the
// worst finding is meant. A rule needs a pass, a fail, and one that is not assessed or not applicable.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/resources.h"
#include "engine/pack.h"

namespace ihc {

struct RuleTestOutcome {
  std::string rule;
  std::string name;
  bool passed = false;
  std::string problem;  ///< what was found instead
};

struct RuleTestReport {
  std::vector<RuleTestOutcome> outcomes;  ///< by rule, then as written
  std::vector<Diagnostic> diagnostics;    ///< test files that can't be read, rules without enough tests

  bool passed() const;
};

/// Runs every tests/*.yaml among `resources`.
RuleTestReport run_rule_tests(const RulePack& pack, const std::vector<Resource>& resources);

}  // namespace ihc
