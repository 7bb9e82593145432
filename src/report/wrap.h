// Words on lines of a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ihc::report {

/// Columns that a UTF-8 text takes when each of its characters takes one.
std::size_t width_of(std::string_view text);

/// The words of a text, the first at `column`, each further line behind `indent` blanks, none past `columns` unless a
/// word alone is longer. Without a final newline.
std::string wrapped(std::string_view text, std::size_t column, std::size_t indent, std::size_t columns);

}  // namespace ihc::report
