// Source text → syntax tree. The grammar stands on top of parser.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "engine/expr/ast.h"

namespace ihc::expr {

/// What is wrong in a source text, and where (bytes).
struct SyntaxError {
  std::string message;
  std::string hint;
  std::size_t offset = 0;
  std::size_t length = 1;
  ErrorKind kind = ErrorKind::syntax;  ///< or limit
};

/// The first error stops parsing: what follows a slip is seldom a second one.
tl::expected<Expression, SyntaxError> parse(std::string_view source);

/// The words that are no identifiers (they may be field and method names).
const std::vector<std::string_view>& reserved_words();

/// The names that an expression takes from outside, sorted, each once: its free identifiers.
std::vector<std::string> free_names(const Expression& expression);

/// "a.b.c" when the node is an identifier followed by selections only, else "".
std::string qualified_name(const Node& node);

}  // namespace ihc::expr
