// Source text → tokens. Literals are decoded here, so that the parser sees values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "engine/expr/parser.h"

namespace ihc::expr {

enum class TokenKind {
  end,
  identifier,         ///< also reserved words and true, false, null, in
  quoted_identifier,  ///< `content-type`, after a dot only
  integer,  ///< magnitude; a minus sign before it is the parser's, for -9223372036854775808 has no positive form
  unsigned_integer,
  number,
  string,
  bytes,
  symbol,  ///< an operator or bracket, in `text`
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string text;             ///< identifiers, symbols, decoded strings and bytes
  std::uint64_t magnitude = 0;  ///< integers
  double number = 0;
};

/// All tokens, ended by one of kind `end`; or the first thing that is no token.
tl::expected<std::vector<Token>, SyntaxError> tokenize(std::string_view source);

}  // namespace ihc::expr
