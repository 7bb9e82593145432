// nlohmann JSON without its exceptions: reading with limits on size and depth, writing that is the same bytes
// everywhere.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace ihc {

/// Keys are sorted: the same document is the same bytes, and a hostile object with a million keys costs n·log n, not
/// n².
using Json = nlohmann::json;

/// Parses a whole text. Fails (malformed, too_large) with the byte offset in `what`; `where` names the source for
/// messages. Duplicate keys, NaN, and nesting past limits::kMaxJsonDepth are refused.
Result<Json> parse_json(std::string_view text, const std::string& where);

/// Indented by two, UTF-8, a final newline; bytes that are not UTF-8 become U+FFFD instead of an exception.
std::string to_pretty_text(const Json& json);
/// On one line, without a final newline.
std::string to_compact_text(const Json& json);

/// Shortest decimal text that reads back as the same double ("0.1", "1e+21"), independent of the locale.
std::string number_to_text(double value);

}  // namespace ihc
