#include "bench/results/durations.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace ihc::bench {

namespace {

// Longer spellings first: "ms" before "m", "secs" before "s".
constexpr std::array<std::pair<std::string_view, double>, 14> kUnits{{{"ns", 1e-6},
                                                                      {"us", 1e-3},
                                                                      {"µs", 1e-3},
                                                                      {"μs", 1e-3},
                                                                      {"msecs", 1},
                                                                      {"ms", 1},
                                                                      {"secs", 1e3},
                                                                      {"sec", 1e3},
                                                                      {"s", 1e3},
                                                                      {"min", 6e4},
                                                                      {"m", 6e4},
                                                                      {"hrs", 3.6e6},
                                                                      {"h", 3.6e6},
                                                                      {"d", 8.64e7}}};

std::optional<double> take_unit(std::string_view& text) {
  for (const auto& [unit, factor] : kUnits) {
    if (!text.starts_with(unit)) continue;
    text.remove_prefix(unit.size());
    return factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> duration_ms(std::string_view text) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  double sum = 0;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto number = parse_decimal(text.substr(0, digits));
    text = trim(text.substr(digits));
    const auto factor = take_unit(text);
    if (!number || !factor) return std::nullopt;
    sum += *number * *factor;
    text = trim(text);
  }
  return sum;
}

std::optional<double> scaled_count(std::string_view text) {
  text = trim(text);
  double factor = 1;
  if (text.ends_with('k') || text.ends_with('K')) factor = 1e3;
  if (text.ends_with('M')) factor = 1e6;
  if (text.ends_with('G')) factor = 1e9;
  if (factor > 1) text.remove_suffix(1);
  const auto number = parse_decimal(text);
  return number ? std::optional(*number * factor) : std::nullopt;
}

}  // namespace ihc::bench
