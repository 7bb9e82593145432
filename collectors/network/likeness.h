// How much a text looks like one of those that the network collector understands, by content alone.
#pragma once

#include <string_view>

#include "collect/foreign_text.h"

namespace ihc {

Likeness ethtool_likeness(std::string_view text);
Likeness softnet_likeness(std::string_view text);
Likeness netstat_likeness(std::string_view text);
Likeness snmp_likeness(std::string_view text);

}  // namespace ihc
