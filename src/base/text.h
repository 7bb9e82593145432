// The few grammars that all parsers of kernel and tool text share. Nothing here throws, allocates more than its result,
// or looks at the locale.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace ihc {

/// Without leading and trailing blanks, tabs, CR and LF.
std::string_view trim(std::string_view text);

/// The lines of a text without their line ends (LF or CRLF); a missing final newline is no difference, an empty text
/// has no lines.
std::vector<std::string_view> split_lines(std::string_view text);

/// The parts between separators, empty ones included; one part for a text without separator.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The words between runs of blanks and tabs, without empty ones: the columns of most /proc tables.
std::vector<std::string_view> split_words(std::string_view text);

/// The text before and after the first separator, both trimmed; nothing when there is no separator.
std::optional<std::pair<std::string_view, std::string_view>> split_key_value(std::string_view line, char separator);

/// The whole of the trimmed text as a number: no sign for unsigned types, no trailing characters, no overflow.
template <class Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
  text = trim(text);
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
  return value;
}

/// A decimal number with '.' as its separator, finite.
std::optional<double> parse_decimal(std::string_view text);

/// The sizes of sysfs and /proc: "32K", "16M", "1G", "512", "67108864 kB" → bytes (binary multiples).
std::optional<std::int64_t> parse_size_bytes(std::string_view text);

/// The strings of a NUL-separated vector as in /proc/PID/cmdline and /proc/PID/environ; a final NUL adds no empty one.
std::vector<std::string_view> split_nul(std::string_view bytes);

/// The bracketed choice of a sysfs selector: "always [madvise] never" → "madvise".
std::optional<std::string_view> bracketed_choice(std::string_view text);

std::string to_lower(std::string_view text);

/// Shell-style match of a whole text: '*' is any run of characters but '/', '?' one character but '/'.
bool glob_match(std::string_view pattern, std::string_view text);

/// `text` with every byte sequence that is not UTF-8 replaced by U+FFFD, and NUL likewise: what JSON and PDF can carry.
std::string to_valid_utf8(std::string_view text);

/// The bytes behind RFC 3986 percent-encoding; nothing where a '%' is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

/// Orders "cpu2" before "cpu10": runs of digits compare as numbers, the rest byte by byte.
bool natural_less(std::string_view left, std::string_view right);

}  // namespace ihc
