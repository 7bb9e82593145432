#include "collectors/reading/pasted_text.h"

#include "base/text.h"

namespace ihc {

namespace {

constexpr char kEscape = '\x1b';

// ECMA-48: ESC [ parameters, then one final byte of 0x40 to 0x7e.
std::string without_escapes(std::string_view line) {
  std::string plain;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] != kEscape) {
      plain += line[at];
      continue;
    }
    if (at + 1 >= line.size() || line[at + 1] != '[') continue;
    at += 2;
    while (at < line.size() && (line[at] < '\x40' || line[at] > '\x7e')) ++at;
  }
  return plain;
}

std::string_view without_quote_marks(std::string_view line) {
  while (line.starts_with("> ") || line == ">") line.remove_prefix(line.size() == 1 ? 1 : 2);
  return line;
}

}  // namespace

std::vector<std::string> pasted_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view raw : split_lines(text)) {
    std::string line = without_escapes(without_quote_marks(raw));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.pop_back();
    lines.push_back(std::move(line));
  }
  return lines;
}

bool is_around_paste(std::string_view line) {
  line = trim(line);
  if (line.empty() || line.starts_with("```") || line.starts_with("~~~") || line == "--" || line.starts_with('#')) {
    return true;
  }
  if (line.starts_with("$ ") || line == "$") return true;
  // "[root@host ~]# cat …", "user@host:~$ cat …", "host# "
  const std::size_t at_sign = line.find('@');
  const std::size_t prompt = line.find_first_of("#$%");
  if (at_sign == std::string_view::npos || prompt == std::string_view::npos || prompt < at_sign) return false;
  return prompt + 1 == line.size() || line[prompt + 1] == ' ';
}

}  // namespace ihc
