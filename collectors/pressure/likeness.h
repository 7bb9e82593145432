// How much a text looks like one of those that the pressure collector understands, by content alone.
#pragma once

#include <string_view>

#include "collect/foreign_text.h"

namespace ihc {

Likeness pressure_likeness(std::string_view text);
Likeness proc_stat_likeness(std::string_view text);
Likeness proc_vmstat_likeness(std::string_view text);
Likeness load_average_likeness(std::string_view text);
/// For kinds that content does not tell apart: a person has to name them.
Likeness never_recognised(std::string_view text);

}  // namespace ihc
