// Arithmetic of the language: no result that does not fit, no silent change of type.
#pragma once

#include "engine/expr/ast.h"
#include "engine/expr/evaluator.h"

namespace ihc::expr {

/// + - * / % on two values, neither an error; `offset` is the operator's place.
Value arithmetic(BinaryOperator op, const Value& left, const Value& right, std::size_t offset, Budget& budget);

/// -x.
Value negated(const Value& operand, std::size_t offset);

}  // namespace ihc::expr
