// Timestamps and durations as text.
//
//   2009-02-13T23:31:30.123456789Z   2009-02-13T18:31:30-05:00      RFC 3339, years 0001 to 9999
//   1h45m47s   -1.5s   10ms   0                                      decimal numbers with units, as the definition has
//   them
#include <cmath>
#include <cstdio>
#include <limits>

#include "base/text.h"
#include "engine/expr/calendar.h"
#include "engine/expr/value.h"

namespace ihc::expr {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

// Two to nine digits, exactly `count` of them.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, char upper, char lower) {
  if (text.empty() || (text.front() != upper && text.front() != lower)) return false;
  text.remove_prefix(1);
  return true;
}

bool take(std::string_view& text, char character) { return take(text, character, character); }

std::optional<std::int32_t> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return 0;
  std::int32_t nanos = 0;
  std::int32_t scale = 100'000'000;
  std::size_t count = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (++count > 9) return std::nullopt;
    nanos += (text.front() - '0') * scale;
    scale /= 10;
    text.remove_prefix(1);
  }
  return count == 0 ? std::nullopt : std::optional(nanos);
}

std::optional<std::int64_t> take_offset_s(std::string_view& text) {
  if (take(text, 'Z', 'z')) return 0;
  const bool east = take(text, '+');
  if (!east && !take(text, '-')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return (east ? 1 : -1) * (*hours * 3600LL + *minutes * 60LL);
}

std::string fraction_to_text(std::int64_t nanos) {
  if (nanos == 0) return "";
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, ".%09lld", static_cast<long long>(nanos));
  std::string text = buffer;
  while (text.back() == '0') text.pop_back();
  return text;
}

// Nanoseconds of one unit; the longest spelling first, for "m" begins "ms".
std::optional<std::int64_t> take_unit(std::string_view& text) {
  struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
  };
  static constexpr Unit kUnits[] = {
      {"ns", 1},         {"us", 1000},           {"\xC2\xB5s", 1000},         {"\xCE\xBCs", 1000},
      {"ms", 1'000'000}, {"s", kNanosPerSecond}, {"m", 60 * kNanosPerSecond}, {"h", 3600 * kNanosPerSecond}};
  for (const Unit& unit : kUnits) {
    if (text.substr(0, unit.name.size()) != unit.name) continue;
    text.remove_prefix(unit.name.size());
    return unit.nanoseconds;
  }
  return std::nullopt;
}

__extension__ using Wide = __int128;

// One "1.5h"; whole and fractional digits are kept apart so that no digit of a nanosecond is lost.
std::optional<Wide> take_term(std::string_view& text) {
  Wide whole = 0;
  Wide fraction = 0;
  Wide scale = 1;
  std::size_t digits = 0;
  bool in_fraction = false;
  while (!text.empty() && (text.front() == '.' || (text.front() >= '0' && text.front() <= '9'))) {
    const char character = text.front();
    text.remove_prefix(1);
    if (character == '.') {
      if (in_fraction) return std::nullopt;
      in_fraction = true;
      continue;
    }
    ++digits;
    if (!in_fraction) {
      whole = whole * 10 + (character - '0');
      if (whole > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    } else if (scale < kNanosPerSecond * 1'000'000LL) {
      fraction = fraction * 10 + (character - '0');
      scale *= 10;
    }
  }
  const auto unit = take_unit(text);
  if (digits == 0 || !unit) return std::nullopt;
  return whole * *unit + fraction * *unit / scale;
}

}  // namespace

std::string to_text(const Timestamp& timestamp) {
  const CivilTime civil = civil_from_seconds(timestamp.seconds);
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02d", static_cast<int>(civil.year), civil.month,
                civil.day, civil.hour, civil.minute, civil.second);
  return buffer + fraction_to_text(timestamp.nanos) + "Z";
}

std::optional<Timestamp> timestamp_from_text(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !take(text, 'T', 't')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const auto nanos = take_fraction(text);
  if (!nanos) return std::nullopt;
  const auto offset_s = take_offset_s(text);
  if (!offset_s || !text.empty()) return std::nullopt;
  const CivilTime civil{*year, *month, *day, *hour, *minute, *second};
  if (!is_valid_date(civil)) return std::nullopt;
  const Timestamp timestamp{seconds_from_civil(civil) - *offset_s, *nanos};
  return is_in_range(timestamp) ? std::optional(timestamp) : std::nullopt;
}

std::string to_text(const Duration& duration) {
  const bool negative = duration.nanoseconds < 0;
  // The magnitude is taken in 128 bits: the smallest int64 has no positive counterpart.
  const Wide magnitude = negative ? -static_cast<Wide>(duration.nanoseconds) : static_cast<Wide>(duration.nanoseconds);
  const auto seconds = static_cast<std::int64_t>(magnitude / kNanosPerSecond);
  const auto nanos = static_cast<std::int64_t>(magnitude % kNanosPerSecond);
  return (negative ? "-" : "") + std::to_string(seconds) + fraction_to_text(nanos) + "s";
}

std::optional<Duration> duration_from_text(std::string_view text) {
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  if (text == "0") return Duration{0};
  if (text.empty()) return std::nullopt;
  Wide total = 0;
  while (!text.empty()) {
    const auto term = take_term(text);
    if (!term) return std::nullopt;
    total += *term;
    if (total > static_cast<Wide>(std::numeric_limits<std::int64_t>::max()) + 1) return std::nullopt;
  }
  if (negative) total = -total;
  if (total > std::numeric_limits<std::int64_t>::max() || total < std::numeric_limits<std::int64_t>::min()) {
    return std::nullopt;
  }
  return Duration{static_cast<std::int64_t>(total)};
}

}  // namespace ihc::expr
