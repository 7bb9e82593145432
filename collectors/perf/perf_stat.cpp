#include "collectors/perf/perf_stat.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ihc {

namespace {

constexpr auto kLevels = std::to_array<std::string_view>({"CPU", "CLS", "ID", "S", "D", "C", "L", "N"});

bool is_level(std::string_view part) {
  for (const std::string_view level : kLevels) {
    if (part.starts_with(level) && parse_number<std::uint32_t>(part.substr(level.size()))) return true;
  }
  return false;
}

}  // namespace

bool is_perf_aggregate(std::string_view field) {
  const auto parts = split(field, '-');
  return std::all_of(parts.begin(), parts.end(), is_level);
}

bool is_perf_thread(std::string_view field) {
  const std::size_t dash = field.rfind('-');
  if (dash == std::string_view::npos || dash == 0 || field.front() == '<') return false;
  const std::string_view pid = field.substr(dash + 1);
  return !pid.empty() && std::all_of(pid.begin(), pid.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<PerfEvent> perf_result(std::string_view value, std::string_view unit,
                                     std::optional<double> (*decimal)(std::string_view)) {
  PerfEvent result;
  if (!trim(unit).empty()) result.unit = to_valid_utf8(trim(unit));
  if (value == "<not supported>") {
    result.status = "not_supported";
  } else if (value == "<not counted>") {
    result.status = "not_counted";
  } else {
    result.value = decimal(value);
    result.status = "counted";
    if (!result.value) return std::nullopt;
  }
  return result;
}

}  // namespace ihc
