// Numbers as perf prints them in whatever locale it ran: with the thousands separator and the decimal mark of that
// locale.
//
//   6,887,216,716,185   6.887.216.716.185   6 887 216 716 185   6'887'216'716'185   68,87,21,671     counts (%'.0f)
//   44,802,562.79       44.802.562,79       44 802 562,79                                            scaled (%'.2f)
//   400.018603371       400,018603371                                                                times (%.9f)
//
// No locale is guessed: perf prints a count without decimals, a scaled value with exactly two (six in versions before
// 4.20), and the last group of thousands has three digits everywhere, so every such number can be read in one way only.
// Source: tools/perf/util/stat-display.c, print_counter_value_std; localeconv(3).
#pragma once

#include <optional>
#include <string_view>

namespace ihc {

/// A count or a scaled value.
std::optional<double> parse_perf_count(std::string_view text);

/// A number that perf prints without thousands: its only separator, '.' or ',', is the decimal mark.
std::optional<double> parse_perf_decimal(std::string_view text);

/// A share as perf prints it, with exactly two decimals: "62.51", "62,51". A number that was cut is none.
std::optional<double> parse_perf_pct(std::string_view text);

}  // namespace ihc
