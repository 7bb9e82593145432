// Times as people write them on a command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ihc::bench {

/// "200ms", "5s", "20us", "1.5s", "500ns", "0": nanoseconds. Nothing for other texts, for a number without a unit (but
/// 0), and for what is negative or longer than limits::kMaxBenchSeconds.
std::optional<std::int64_t> parse_duration_ns(std::string_view text);

}  // namespace ihc::bench
