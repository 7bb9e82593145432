#include "collectors/reading/pasted_text.h"

#include <algorithm>
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
  while (line.starts_with('>') || line.starts_with(" >")) {
    line.remove_prefix(line.find('>') + 1);
    if (line.starts_with(' ') && !line.starts_with(" >")) line.remove_prefix(1);
  }
  return line;
}

bool is_fence(std::string_view line) { return line.starts_with("```") || line.starts_with("~~~"); }

// "$ numactl -H", "[root@node7 ~]# numactl -H", "user@node7:~$ numactl -H", "[root@node7 ~]#"
bool is_prompt(std::string_view line) {
  if (line.starts_with("$ ") || line == "$") return true;
  const std::size_t at = line.find('@');
  const std::size_t sign = line.find_first_of("#$%", at);
  if (at == 0 || at == std::string_view::npos || sign == std::string_view::npos) return false;
  const bool is_name = line.substr(0, at).find_first_of(" \t:") == std::string_view::npos;
  return is_name && (sign + 1 == line.size() || line[sign + 1] == ' ');
}

}  // namespace

std::vector<std::string> plain_lines(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> lines;
  for (const std::string_view line : split_lines(text)) {
    const std::string plain = without_decoration(line);
    const std::string_view unquoted = without_quotes(plain);
    if (!is_fence(trim(unquoted))) lines.emplace_back(unquoted);
  }
  return lines;
}

std::vector<std::string> pasted_lines(std::string_view text) {
  std::vector<std::string> lines = plain_lines(text);
  std::erase_if(lines, [](const std::string& line) { return is_prompt(trim(line)); });
  for (std::string& line : lines) line.resize(line.find_last_not_of(" \t\r") + 1);
  return lines;
}

bool is_around_paste(std::string_view line) {
  line = trim(line);
  return line.empty() || is_fence(line) || line == "--" || line.starts_with('#') || is_prompt(line);
}

bool ends_unfinished(std::string_view text) { return !text.empty() && text.back() != '\n'; }

}  // namespace ihc
