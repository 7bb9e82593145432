#include "collectors/series/metrics_series.h"

#include <array>
#include <iterator>

#include "collectors/runtime_metrics/metrics_map.h"
#include "collectors/runtime_metrics/roles.h"
#include "collectors/runtime_metrics/servers.h"

namespace ihc {

namespace {

// ---- the table: a series is a row, the most telling first -----------------------------------------------------------

/// What of a role is put on the axis: its value, its growth a second, or the mean of what a histogram grew by.
enum class Shows { value, growth, mean };

struct MetricsRow {
  const char* role;
  const char* unit;
  Shows shows;
};

constexpr MetricsRow kRows[] = {
    {"requests_running", "requests", Shows::value},
    {"requests_waiting", "requests", Shows::value},
    {"ttft", "ms", Shows::mean},
    {"e2e_latency", "ms", Shows::mean},
    {"inter_token_latency", "ms", Shows::mean},
    {"queue_time", "ms", Shows::mean},
    {"generation_tokens", "tokens/s", Shows::growth},
    {"prompt_tokens", "tokens/s", Shows::growth},
    {"requests_finished", "requests/s", Shows::growth},
    {"kv_cache_usage", "ratio", Shows::value},
    {"preemptions", "/s", Shows::growth},
};

/// What one reading tells of one role.
struct RoleValue {
  std::int64_t taken_ns = 0;
  double value = 0;  ///< of a histogram: its sum
  double count = 0;  ///< of a histogram
};

std::optional<RoleValue> value_of(const RoleMetric& metric, Shows shows, std::int64_t taken_ns) {
  if (shows == Shows::mean) {
    if (!metric.histogram || !metric.histogram->sum) return std::nullopt;
    return RoleValue{
        .taken_ns = taken_ns, .value = *metric.histogram->sum, .count = static_cast<double>(metric.histogram->count)};
  }
  return metric.value ? std::optional(RoleValue{.taken_ns = taken_ns, .value = *metric.value}) : std::nullopt;
}

MetricsMap map_of(const Bundle& bundle) {
  const auto text = bundle.text(kMetricsMapMember);
  const auto own = text ? parse_metrics_map(*text, std::string(kMetricsMapMember)) : Result<MetricsMap>(MetricsMap{});
  // One that can't be read is said of /runtime_metrics.
  return own ? merged_maps(shipped_metrics_map(), *own) : shipped_metrics_map();
}

constexpr std::size_t kRowCount = std::size(kRows);
using RoleValues = std::array<std::vector<RoleValue>, kRowCount>;

/// A reading is taken apart once for all rows, and let go.
RoleValues values_of(const std::vector<Reading>& readings, const MetricsMap& map) {
  RoleValues values;
  for (const Reading& reading : readings) {
    if (reading.status != EvidenceStatus::ok) continue;
    const auto parsed = parse_exposition(reading.bytes);
    for (std::size_t row = 0; row < kRowCount; ++row) {
      const auto role = map.roles.find(kRows[row].role);
      if (role == map.roles.end()) continue;
      std::vector<RoleGap> gaps;
      const auto metric = read_role(parsed.value, role->first, role->second, gaps);
      const auto value = metric ? value_of(*metric, kRows[row].shows, reading.taken_ns) : std::nullopt;
      if (value) values[row].push_back(*value);
    }
  }
  return values;
}

// A counter that went back belongs to a process that began anew.
Steps steps_of(const std::vector<RoleValue>& values, Shows shows, const TimeAxis& axis) {
  constexpr double kNsPerSecond = 1e9;
  Steps steps(axis, shows == Shows::value ? 0 : 1);
  for (std::size_t index = 0; index < values.size(); ++index) {
    const RoleValue& now = values[index];
    if (shows == Shows::value) {
      steps.add(now.taken_ns, now.value, 1);
      continue;
    }
    if (index == 0) continue;
    const RoleValue& before = values[index - 1];
    if (now.value < before.value || now.count < before.count || now.taken_ns <= before.taken_ns) continue;
    const double seconds = static_cast<double>(now.taken_ns - before.taken_ns) / kNsPerSecond;
    // Weighted by what ended in it: a second in which nothing ended has no mean.
    steps.add(now.taken_ns, now.value - before.value, shows == Shows::mean ? now.count - before.count : seconds);
  }
  return steps;
}

}  // namespace

void add_metrics_series(const EvidenceReader& reader, const TimeAxis& axis, SeriesShelf& shelf) {
  const std::vector<ServerReadings> servers = scraped_servers(reader.bundle());
  if (servers.empty()) return;
  const MetricsMap map = map_of(reader.bundle());
  for (const ServerReadings& server : servers) {
    if (server.paths.empty()) continue;
    const std::string& path = server.paths.back();
    const RoleValues values = values_of(reader.bundle().samples(path), map);
    for (std::size_t row = 0; row < kRowCount; ++row) {
      const Steps steps = steps_of(values[row], kRows[row].shows, axis);
      if (steps.empty()) continue;
      shelf.put({.name = kRows[row].role,
                 .unit = kRows[row].unit,
                 .subject = "metrics",
                 .subject_key = server.url,
                 .part = {},
                 .covers = kRows[row].shows == Shows::value ? "moment" : "interval",
                 .at_s = {},
                 .values = {}},
                steps, path);
    }
  }
}

}  // namespace ihc
