#include "collectors/numa_memory/deltas.h"

namespace ihc {

std::vector<TimedCounters> counter_readings(const std::vector<Reading>& readings) {
  std::vector<TimedCounters> whole;
  for (const Reading& reading : readings) {
    if (reading.status != EvidenceStatus::ok) continue;
    Parsed<Counters> parsed = parse_counters(reading.bytes);
    if (!parsed.unparsed.any() && !parsed.value.empty()) whole.push_back({reading.taken_ns, std::move(parsed.value)});
  }
  return whole;
}

std::optional<Counters> growth_of(const std::vector<TimedCounters>& readings) {
  if (readings.size() < 2) return std::nullopt;
  for (std::size_t index = 1; index < readings.size(); ++index) {
    for (const auto& [name, after] : readings[index].counters) {
      const auto before = counter(readings[index - 1].counters, name);
      if (before && after < *before) return std::nullopt;
    }
  }
  Counters growth;
  for (const auto& [name, last] : readings.back().counters) {
    const auto first = counter(readings.front().counters, name);
    if (first) growth[name] = last - *first;
  }
  return growth;
}

}  // namespace ihc
