// How a result is drawn on standard output.
#pragma once

#include "report/terminal.h"

namespace ihc {

/// The terminal's width and whether colour is wanted (no-color.org); plain where standard output is no terminal.
report::TerminalStyle style_of_stdout();

}  // namespace ihc
