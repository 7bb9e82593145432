// Second by second on a terminal: what went along with the latencies of a window, and what was high when the slowest
// requests were due.
#pragma once

#include "base/json.h"
#include "report/terminal_page.h"

namespace ihc::report {

/// `comparison` is facts.comparison. Without a timeline it says what one needs; without a metric it says nothing.
void print_timelines(TerminalPage& page, const Json& comparison);

}  // namespace ihc::report
