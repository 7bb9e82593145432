// Lines of a text that came by mail, chat or a terminal log: without what the way there put around them.
//
//   > ```                                       a fence of a code block: left out
//   >   \x1b[1m1,234,567\x1b[0m      cycles     quoted and coloured: "  1,234,567      cycles"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ihc {

/// The lines without line ends, terminal escapes (ECMA-48 control sequences), a byte order mark, leading '>' of quoted
/// mail, and lines that only open or close a code block. Blanks that are no ASCII (no-break, narrow no-break, thin)
/// become ' '. Blank lines stay.
std::vector<std::string> plain_lines(std::string_view text);

/// Whether the text ends within a line: without a final newline.
bool ends_within_line(std::string_view text);

}  // namespace ihc
