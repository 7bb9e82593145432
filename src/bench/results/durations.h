// Durations and counts as command line load generators print them for people.
#pragma once

#include <optional>
#include <string_view>

namespace ihc::bench {

/// "623.00us", "412.23µs", "24ns", "1.31ms", "0.5194 secs", "2.5s", "1m3.5s", "1h2m" → ms. Nothing for a number without
/// a unit, and for anything else around it.
std::optional<double> duration_ms(std::string_view text);

/// "39.32k", "1.2M", "4701933" → the number.
std::optional<double> scaled_count(std::string_view text);

}  // namespace ihc::bench
