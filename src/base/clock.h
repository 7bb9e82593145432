// Time, in the two forms a collection needs. Only src/collect, src/bench (whose measurements are times) and src/cli may
// call the "now" functions: everything past `collect` is a pure function of the bundle.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ihc {

/// Nanoseconds of CLOCK_MONOTONIC: the time axis of samples and probes.
std::int64_t monotonic_now_ns();

/// Seconds since the epoch, UTC.
std::int64_t utc_now_s();

/// The same in milliseconds.
std::int64_t utc_now_ms();

/// "2026-11-21T08:40:00Z".
std::string utc_to_text(std::int64_t epoch_s);

/// Reads "2026-11-21T08:40:00Z" and "2026-11-21" (midnight).
std::optional<std::int64_t> utc_from_text(std::string_view text);

}  // namespace ihc
