// Whether a rule makes sense before any node is visited: names, types and facts in its expressions, tags and numbers in
// its words.
#pragma once

#include <vector>

#include "base/diagnostics.h"
#include "base/resources.h"
#include "base/yaml_document.h"
#include "engine/expr/checker.h"
#include "engine/pack.h"

namespace ihc {

/// The type of an expression over these names; unknown names, functions and facts are reported at their places.
expr::Type check_expression(const RuleExpression& expression, const YamlSource& source, const expr::TypeBindings& names,
                            std::vector<Diagnostic>& diagnostics);

void check_rule(const Rule& rule, const Resource& resource, std::vector<Diagnostic>& diagnostics);

/// Finds out which guards mention the subject of `for_each`, directly or through `let`.
void mark_subject_guards(Rule& rule);

}  // namespace ihc
