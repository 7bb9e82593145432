// Syntax tree → source text, with as few parentheses as the grammar needs: parse(unparse(x)) is x again.
#pragma once

#include <string>

#include "engine/expr/ast.h"

namespace ihc::expr {

std::string unparse(const Node& node);
std::string unparse(const Expression& expression);

/// A literal as the source writes it: 1u, 2.0, "a\n", b"\x00".
std::string literal_to_source(const Value& value);

}  // namespace ihc::expr
