#include "report/format.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace ihc::report {

namespace {

std::string with_unit(const std::string& number, std::string_view unit, const Words& words) {
  return number + " " + words.text("units." + std::string(unit));
}

std::string list_text(const Json& list, const Words& words) {
  std::string text;
  for (const Json& element : list) {
    if (!text.empty()) text += ", ";
    text += element.is_structured() ? to_compact_text(element) : fact_text(element, 200, words);
  }
  return "[" + text + "]";
}

std::string whole_text(const Json& value, const Words& words) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return words.text(value.get<bool>() ? "states.true" : "states.false");
  if (value.is_number_float()) return decimal_text(value.get<double>(), 4);
  if (value.is_array()) return list_text(value, words);
  if (value.is_null()) return words.text("states.not_known");
  return to_compact_text(value);
}

}  // namespace

std::string decimal_text(double value, int decimals) {
  if (!std::isfinite(value)) return {};
  std::array<char, 400> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  if (error != std::errc{}) return number_to_text(value);
  std::string text(buffer.data(), end);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::string grouped_text(std::int64_t value) {
  std::string text = std::to_string(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string bytes_text(std::int64_t bytes, const Words& words) {
  static constexpr std::array<std::string_view, 5> kUnits{"bytes", "kibibytes", "mebibytes", "gibibytes", "tebibytes"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; std::fabs(value) >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return with_unit(decimal_text(value, 1), kUnits[unit], words);
}

std::string percent_text(double percent, const Words& words) {
  return with_unit(decimal_text(percent, 1), "percent", words);
}

std::string signed_percent_text(double percent, const Words& words) {
  const std::string digits = decimal_text(percent, 1);
  const bool rose = percent > 0 && digits != "0";
  return with_unit((rose ? "+" : "") + digits, "percent", words);
}

std::string megahertz_text(double mhz, const Words& words) {
  return with_unit(grouped_text(std::llround(mhz)), "megahertz", words);
}

std::string duration_text(double seconds, const Words& words) {
  constexpr double kMinute = 60;
  constexpr double kHour = 3600;
  constexpr double kDay = 86400;
  if (!(seconds >= 0 && seconds < 1e12)) return {};
  if (seconds < 2 * kMinute) return with_unit(decimal_text(seconds, seconds < 10 ? 2 : 1), "seconds", words);
  const auto two = [&words](double large, std::string_view large_unit, double small, std::string_view small_unit) {
    const std::string first = with_unit(decimal_text(std::floor(large), 0), large_unit, words);
    return std::floor(small) == 0 ? first
                                  : first + " " + with_unit(decimal_text(std::floor(small), 0), small_unit, words);
  };
  if (seconds < kHour) return two(seconds / kMinute, "minutes", std::fmod(seconds, kMinute), "seconds");
  if (seconds < kDay) return two(seconds / kHour, "hours", std::fmod(seconds, kHour) / kMinute, "minutes");
  return two(seconds / kDay, "days", std::fmod(seconds, kDay) / kHour, "hours");
}

std::string fact_text(const Json& value, std::size_t max_characters, const Words& words) {
  std::string text = whole_text(value, words);
  if (text.size() <= max_characters) return text;
  std::size_t end = max_characters;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + words.text("states.cut");
}

}  // namespace ihc::report
