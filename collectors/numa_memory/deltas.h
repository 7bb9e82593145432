// Growth of counters between the first and the last of several readings.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bundle/bundle.h"
#include "collectors/reading/counters.h"

namespace ihc {

struct TimedCounters {
  std::int64_t taken_ns = 0;
  Counters counters;
};

/// The readings that were had whole, in time order.
std::vector<TimedCounters> counter_readings(const std::vector<Reading>& readings);

/// The growth of each counter that the first and the last reading both have. Nothing with fewer than two readings, and
/// nothing when one of these counters went backwards at any step (a reset: the rest is then no growth either).
std::optional<Counters> growth_of(const std::vector<TimedCounters>& readings);

}  // namespace ihc
