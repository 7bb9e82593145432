// How a rule came to its answer on given facts: every expression of it, part by part, with the value of each part.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/finding.h"
#include "engine/pack.h"

namespace ihc {

/// A part of an expression and what it came to.
struct ExplainedPart {
  std::size_t depth = 0;  ///< 0: the whole expression
  std::string source;     ///< as written back from the tree, on one line
  Json value;             ///< null when there is none: see `error`
  std::string error;      ///< why there is no value; empty when there is one
};

struct ExplainedExpression {
  std::string role;  ///< "applies_when", "requires: interval_too_short", "let outside", "level high, probable"
  std::vector<ExplainedPart> parts;
};

struct ExplainedSubject {
  Finding finding;
  std::vector<ExplainedExpression> expressions;
};

/// One entry for each finding that evaluate() makes of this rule, in the same order. Parts are evaluated on their own:
/// what && and || would have skipped is shown too. The bodies of macros are not taken apart, because their variables
/// have a value for each element.
std::vector<ExplainedSubject> explain(const Rule& rule, const Json& facts);

}  // namespace ihc
