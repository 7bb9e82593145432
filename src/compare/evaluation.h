// Expressions of rules/comparison.yaml on one bundle's facts.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/json.h"
#include "engine/expr/ast.h"

namespace ihc::compare {

/// A value, or why there is none.
struct Answer {
  std::optional<Json> value;
  std::string missing;  ///< JSON pointer of the fact that is absent; empty when the expression does not fit the facts
  std::string reason;   ///< its reason code, as facts.missing has it; empty when nobody said
};

/// Over `facts` and `benchmarks` (facts.benchmarks).
Answer value_of(const expr::Expression& expression, const Json& facts);

/// Whether a condition over these names is true; an error is no.
bool holds(const expr::Expression& expression, const std::map<std::string, Json>& names);

}  // namespace ihc::compare
