#include "collectors/reading/pasted_text.h"

#include <algorithm>

#include "base/text.h"

namespace ihc {

namespace {

// ECMA-48: ESC [ parameters final-byte; an escape that is not whole takes the rest of the line with it.
std::string without_escapes(std::string_view line) {
  constexpr char kEscape = '\x1b';
  std::string plain;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] != kEscape) {
      plain += line[at];
      continue;
    }
    if (++at < line.size() && line[at] == '[') {
      do {
        ++at;
      } while (at < line.size() && (line[at] < '@' || line[at] > '~'));
    }
  }
  return plain;
}

std::string_view without_quote(std::string_view line) {
  while (line.starts_with("> ") || line == ">") line.remove_prefix(std::min<std::size_t>(2, line.size()));
  return line;
}

// "$ numactl -H", "[root@node7 ~]# numactl -H", "user@node7:~$ numactl -H"
bool is_prompt(std::string_view line) {
  const std::string_view text = trim(line);
  if (text.starts_with("$ ")) return true;
  for (const char* end : {"]# ", "]$ "}) {
    if (text.starts_with('[') && text.find(end) != std::string_view::npos) return true;
  }
  const std::size_t at = text.find('@');
  const std::size_t colon = text.find(':');
  const std::size_t sign = std::min(text.find("$ "), text.find("# "));
  return at != std::string_view::npos && at > 0 && colon != std::string_view::npos && sign != std::string_view::npos &&
         at < colon && colon < sign && text.substr(0, at).find_first_of(" \t") == std::string_view::npos;
}

}  // namespace

std::vector<std::string> pasted_lines(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> lines;
  for (const std::string_view raw : split_lines(text)) {
    const std::string plain = without_escapes(raw);
    std::string_view line = without_quote(plain);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
    if (trim(line).starts_with("```") || is_prompt(line)) continue;
    lines.emplace_back(line);
  }
  return lines;
}

bool ends_unfinished(std::string_view text) { return !text.empty() && text.back() != '\n'; }

}  // namespace ihc
