#include "bench/duration.h"

#include <array>
#include <cmath>

#include "base/limits.h"
#include "base/text.h"

namespace ihc::bench {

namespace {

struct Unit {
  std::string_view name;
  double ns;
};

// The longer name first where one ends with the other.
constexpr std::array<Unit, 4> kUnits{{{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}}};

}  // namespace

std::optional<std::int64_t> parse_duration_ns(std::string_view text) {
  text = trim(text);
  if (text == "0") return 0;
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    const auto number = parse_decimal(text.substr(0, text.size() - unit.name.size()));
    const double most = static_cast<double>(limits::kMaxBenchSeconds) * 1e9;
    if (!number || *number < 0 || *number * unit.ns > most) return std::nullopt;
    return std::llround(*number * unit.ns);
  }
  return std::nullopt;
}

}  // namespace ihc::bench
