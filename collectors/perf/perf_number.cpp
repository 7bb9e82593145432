#include "collectors/perf/perf_number.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"

namespace ihc {

namespace {

constexpr std::string_view kTypographicApostrophe = "\xe2\x80\x99";  // U+2019

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Groups {
  std::vector<std::string_view> digits;
  std::vector<char> separators;  ///< one less; the apostrophes are all '\''
};

std::optional<Groups> split_groups(std::string_view text) {
  Groups groups;
  while (true) {
    std::size_t size = 0;
    while (size < text.size() && is_digit(text[size])) ++size;
    if (size == 0) return std::nullopt;
    groups.digits.push_back(text.substr(0, size));
    text.remove_prefix(size);
    if (text.empty()) return groups;
    if (text.starts_with(kTypographicApostrophe)) {
      groups.separators.push_back('\'');
      text.remove_prefix(kTypographicApostrophe.size());
    } else if (std::string_view(",.' ").find(text.front()) != std::string_view::npos) {
      groups.separators.push_back(text.front());
      text.remove_prefix(1);
    } else {
      return std::nullopt;
    }
  }
}

// "1,234,567" in threes; "12,34,567" in twos but for the last three, as in India.
bool are_thousands(const Groups& groups, std::size_t count) {
  if (count == 1) return true;
  const auto& digits = groups.digits;
  if (digits[0].size() > 3 || digits[count - 1].size() != 3) return false;
  const std::size_t middle = count > 2 ? digits[1].size() : 3;
  if (middle != 2 && middle != 3) return false;
  for (std::size_t at = 1; at + 1 < count; ++at) {
    if (digits[at].size() != middle) return false;
  }
  return std::all_of(groups.separators.begin(), groups.separators.begin() + static_cast<std::ptrdiff_t>(count) - 1,
                     [&groups](char separator) { return separator == groups.separators.front(); });
}

bool has_decimals(const Groups& groups) {
  if (groups.separators.empty()) return false;
  const char last = groups.separators.back();
  const std::size_t decimals = groups.digits.back().size();
  if ((last != '.' && last != ',') || (decimals != 2 && decimals != 6)) return false;
  return std::count(groups.separators.begin(), groups.separators.end(), last) == 1;
}

std::optional<double> joined(const Groups& groups, std::size_t whole_groups) {
  std::string plain;
  for (std::size_t at = 0; at < groups.digits.size(); ++at) {
    if (at == whole_groups) plain += '.';
    plain += groups.digits[at];
  }
  return parse_decimal(plain);
}

}  // namespace

std::optional<double> parse_perf_count(std::string_view text) {
  const auto groups = split_groups(trim(text));
  if (!groups) return std::nullopt;
  const std::size_t whole = groups->digits.size() - (has_decimals(*groups) ? 1 : 0);
  return are_thousands(*groups, whole) ? joined(*groups, whole) : std::nullopt;
}

std::optional<double> parse_perf_decimal(std::string_view text) {
  const auto groups = split_groups(trim(text));
  if (!groups || groups->digits.size() > 2) return std::nullopt;
  if (groups->digits.size() == 2 && groups->separators[0] != '.' && groups->separators[0] != ',') return std::nullopt;
  return joined(*groups, 1);
}

std::optional<double> parse_perf_pct(std::string_view text) {
  const auto groups = split_groups(trim(text));
  if (!groups || groups->digits.size() != 2 || groups->digits[1].size() != 2) return std::nullopt;
  const auto value = parse_perf_decimal(text);
  // Rounding may print 100.01; more is another number.
  constexpr double kMost = 101;
  return value && *value <= kMost ? value : std::nullopt;
}

}  // namespace ihc
