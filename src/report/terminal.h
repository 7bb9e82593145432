// Findings on a terminal: worst first, wrapped to its width, with what was not assessed summarised by reason. Evidence
// is made printable, so that no process name can move the cursor.
#pragma once

#include <cstddef>
#include <string>

#include "base/json.h"
#include "report/words.h"

namespace ihc::report {

enum class TerminalColor { none, ansi };

struct TerminalStyle {
  std::size_t columns = 100;  ///< 60 to 120 are used; wider lines are hard to read
  TerminalColor color = TerminalColor::none;
};

/// `findings` is findings.json; `node` the label to head it with.
std::string terminal_text(const Json& findings, const std::string& node, const Words& words,
                          const TerminalStyle& style);

/// The line "Risk High · index 49.3 to at most 71.4 · 66.7 % assessed".
std::string risk_line(const Json& findings, const Words& words);

}  // namespace ihc::report
