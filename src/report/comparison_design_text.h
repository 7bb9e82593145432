// How a comparison was laid out, on a terminal: the order in which the arms were measured, and a group beside them that
// was not changed.
#pragma once

#include <string>

#include "base/json.h"
#include "report/terminal_page.h"

namespace ihc::report {

/// The word of compare_orders for the sequence of facts.comparison.order: "balanced" where both arms lie on average at
/// the same place, so that a steady drift lies on both alike (ABBA), "in_turns", "one_after_the_other", "unknown".
std::string order_word(const Json& order);

void print_order(TerminalPage& page, const Json& comparison);

/// Nothing without a control group.
void print_control(TerminalPage& page, const Json& comparison, bool comparable);

}  // namespace ihc::report
