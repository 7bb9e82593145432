// Values as a person reads them. Units come from the words; digits are the same everywhere (no locale).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "report/words.h"

namespace ihc::report {

/// At most `decimals` digits behind the point, without trailing zeros: 12.5, 3, 0.07.
std::string decimal_text(double value, int decimals);

/// "1,234,567".
std::string grouped_text(std::int64_t value);

/// "755.4 GiB": binary multiples.
std::string bytes_text(std::int64_t bytes, const Words& words);

/// "82 %".
std::string percent_text(double percent, const Words& words);

/// "+12.3 %", "-4 %", "0 %".
std::string signed_percent_text(double percent, const Words& words);

/// "30 s", "2 min 10 s", "12 d 4 h".
std::string duration_text(double seconds, const Words& words);

/// "3,200 MHz".
std::string megahertz_text(double mhz, const Words& words);

/// Any fact on one line: texts as they are, numbers without noise, lists and objects as compact JSON; cut at
/// `max_characters` bytes at a character's edge, with the words' sign for a cut.
std::string fact_text(const Json& value, std::size_t max_characters, const Words& words);

}  // namespace ihc::report
