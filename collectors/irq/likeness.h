// How much a text looks like one of those that the irq collector understands, by content alone.
#pragma once

#include <string_view>

#include "collect/foreign_text.h"

namespace ihc {

Likeness interrupts_likeness(std::string_view text);
Likeness softirqs_likeness(std::string_view text);
Likeness affinity_listing_likeness(std::string_view text);
Likeness irqbalance_likeness(std::string_view text);

}  // namespace ihc
