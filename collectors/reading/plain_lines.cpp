#include "collectors/reading/plain_lines.h"

#include <array>

#include "base/text.h"

namespace ihc {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr char kEscape = '\x1b';

// U+00A0, U+2009, U+202F in UTF-8.
constexpr auto kWideBlanks = std::to_array<std::string_view>({"\xc2\xa0", "\xe2\x80\x89", "\xe2\x80\xaf"});

bool is_final_byte(char c) { return c >= '@' && c <= '~'; }

// "ESC [ parameters final" → past the final byte; any other escape is two bytes.
std::size_t past_escape(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size() || text[at + 1] != '[') return std::min(at + 2, text.size());
  at += 2;
  while (at < text.size() && !is_final_byte(text[at])) ++at;
  return std::min(at + 1, text.size());
}

std::size_t wide_blank_at(std::string_view text) {
  for (const std::string_view blank : kWideBlanks) {
    if (text.starts_with(blank)) return blank.size();
  }
  return 0;
}

std::string without_decoration(std::string_view line) {
  std::string plain;
  plain.reserve(line.size());
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == kEscape) {
      at = past_escape(line, at);
    } else if (const std::size_t size = wide_blank_at(line.substr(at)); size != 0) {
      plain += ' ';
      at += size;
    } else {
      plain += line[at++];
    }
  }
  return plain;
}

std::string_view without_quotes(std::string_view line) {
  while (line.starts_with('>') || line.starts_with(" >")) line.remove_prefix(line.find('>') + 1);
  return line;
}

}  // namespace

std::vector<std::string> plain_lines(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> lines;
  for (const std::string_view line : split_lines(text)) {
    const std::string plain = without_decoration(line);
    const std::string_view unquoted = without_quotes(plain);
    if (trim(unquoted).starts_with("```")) continue;
    lines.emplace_back(unquoted);
  }
  return lines;
}

bool ends_within_line(std::string_view text) { return !text.empty() && text.back() != '\n'; }

}  // namespace ihc
