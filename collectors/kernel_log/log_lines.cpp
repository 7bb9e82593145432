#include "collectors/kernel_log/log_lines.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ihc {

namespace {

constexpr auto kMonths = std::to_array<std::string_view>(
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_month(std::string_view word) { return std::find(kMonths.begin(), kMonths.end(), word) != kMonths.end(); }

// "2026-09-15T19:52:49…"
bool is_iso_time(std::string_view word) {
  constexpr std::size_t kDateAndHour = 19;
  return word.size() >= kDateAndHour && is_digit(word[0]) && word[4] == '-' && word[7] == '-' && word[10] == 'T' &&
         word[13] == ':';
}

std::string_view take_word(std::string_view& text) {
  text = text.substr(std::min(text.find_first_not_of(' '), text.size()));
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

// "<6>" of dmesg -r, "kern  :info  : " of dmesg -x.
std::string_view without_level(std::string_view line) {
  if (line.starts_with('<')) {
    const std::size_t end = line.find('>');
    if (end != std::string_view::npos && parse_number<std::uint32_t>(line.substr(1, end - 1)))
      line.remove_prefix(end + 1);
    return line;
  }
  constexpr std::size_t kLevelBytes = 16;
  const std::size_t open = line.find(": [");
  if (open != std::string_view::npos && open < kLevelBytes &&
      line.substr(0, open).find(':') != std::string_view::npos) {
    line.remove_prefix(open + 2);
  }
  return line;
}

// "[12209.824774]" or "[Tue Sep 15 19:52:49 2026]" at the beginning, and a "[ T1234]" behind it.
bool take_bracket(std::string_view& rest, LogLine& line) {
  const std::size_t end = rest.find(']');
  if (!rest.starts_with('[') || end == std::string_view::npos) return false;
  const std::string_view inside = trim(rest.substr(1, end - 1));
  const auto seconds = parse_decimal(inside);
  if (seconds && *seconds >= 0) {
    line.seconds = seconds;
  } else {
    const auto words = split_words(inside);
    if (words.size() != 5 || !is_month(words[1])) return false;
    line.time = to_valid_utf8(inside);
  }
  rest.remove_prefix(end + 1);
  constexpr std::size_t kCallerBytes = 10;
  const std::size_t caller = rest.find(']');
  if (rest.starts_with('[') && caller != std::string_view::npos && caller < kCallerBytes) {
    const std::string_view who = trim(rest.substr(1, caller - 1));
    if (!who.empty() && (who.front() == 'T' || who.front() == 'C')) rest.remove_prefix(caller + 1);
  }
  rest = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
  return true;
}

// "node7 kernel: message" → message; another program's line has none.
std::optional<std::string_view> behind_host(std::string_view rest) {
  const std::string_view host = take_word(rest);
  std::string_view behind = rest;
  const std::string_view program = take_word(behind);
  if (host.empty() || !program.ends_with(':')) return std::nullopt;
  if (program != "kernel:") return std::string_view{};
  return behind.substr(std::min<std::size_t>(behind.starts_with(' ') ? 1 : 0, behind.size()));
}

std::string_view take_times(std::string_view& rest, std::size_t words) {
  const std::string_view whole = rest;
  for (std::size_t word = 0; word < words; ++word) take_word(rest);
  return trim(whole.substr(0, whole.size() - rest.size()));
}

// How many words the time at the beginning has: "Sep 15 19:52:49", one in ISO form, "Tue 2026-09-15 19:52:49 UTC".
std::size_t words_of_time(std::string_view text) {
  const auto words = split_words(text.substr(0, 64));
  if (words.size() < 2) return 0;
  if (is_iso_time(words[0])) return 1;
  if (words.size() > 2 && is_month(words[0]) && parse_number<std::uint32_t>(words[1]) && words[2].size() >= 8) return 3;
  const bool has_date = words.size() > 3 && words[0].size() == 3 && words[1].size() == 10 && words[1][4] == '-';
  return has_date && words[2].find(':') != std::string_view::npos ? 4 : 0;
}

}  // namespace

std::optional<LogLine> parse_log_line(std::string_view text) {
  LogLine line;
  std::string_view rest = without_level(trim(text));
  if (take_bracket(rest, line)) {
    // journalctl puts host and program behind its monotonic time, dmesg does not.
    const auto behind = behind_host(rest);
    line.message = behind && !behind->empty() ? *behind : rest;
    return line;
  }
  const std::size_t words = words_of_time(rest);
  if (words == 0) return std::nullopt;
  const std::string_view time = take_times(rest, words);
  line.time = to_valid_utf8(time);
  // "2026-09-15T19:52:49,123456+00:00" is dmesg's: a comma before the fraction, and no host.
  if (words == 1 && time.find(',') != std::string_view::npos) {
    line.message = trim(rest);
    return line;
  }
  const auto behind = behind_host(rest);
  if (!behind) return std::nullopt;
  line.message = *behind;
  LogLine inner;
  std::string_view message = *behind;
  if (take_bracket(message, inner) && inner.seconds) {
    line.seconds = inner.seconds;
    line.message = message;
  }
  return line;
}

}  // namespace ihc
