// Cells and columns of a comparison on a terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "report/terminal_page.h"

namespace ihc::report {

using Row = std::vector<std::string>;

/// The number at `key`, or the words' sign for none.
std::string decimal_or(const Json& object, std::string_view key, int decimals, const Words& words);

/// "+12.5 %", or the words' sign for none.
std::string signed_percent(const Json& object, std::string_view key, const Words& words);

/// "+1.2 % … +3.4 %", or the words' sign for none.
std::string percent_interval(const Json& object, std::string_view lower, std::string_view upper, const Words& words);

/// What the arm at `key` ("before", "after") is called: its group's label, or the words' own.
std::string arm_label(const Json& comparison, std::string_view key, const Words& words);

/// Columns as wide as their widest cell, the first to the left, figures to the right, the last as it is.
void table(TerminalPage& page, const std::vector<Row>& rows);

}  // namespace ihc::report
