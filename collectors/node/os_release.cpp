#include "collectors/node/os_release.h"

namespace ihc {

namespace {

// Inside double quotes a backslash takes the special meaning from the character after it; single quotes keep
// everything.
std::string unquoted(std::string_view value) {
  if (value.size() >= 2 && value.front() == '\'' && value.back() == '\'') {
    return to_valid_utf8(value.substr(1, value.size() - 2));
  }
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return to_valid_utf8(value);
  value = value.substr(1, value.size() - 2);
  std::string text;
  for (std::size_t index = 0; index < value.size(); ++index) {
    if (value[index] == '\\' && index + 1 < value.size()) ++index;
    text += value[index];
  }
  return to_valid_utf8(text);
}

bool is_balanced(std::string_view value) {
  if (value.empty() || (value.front() != '"' && value.front() != '\'')) return true;
  return value.size() >= 2 && value.back() == value.front();
}

}  // namespace

Parsed<std::map<std::string, std::string>> parse_os_release(std::string_view text) {
  Parsed<std::map<std::string, std::string>> parsed;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty() || trim(line).front() == '#') continue;
    const auto pair = split_key_value(line, '=');
    if (!pair || !is_balanced(pair->second)) {
      parsed.unparsed.add(line);
      continue;
    }
    parsed.value[to_valid_utf8(pair->first)] = unquoted(pair->second);
  }
  return parsed;
}

}  // namespace ihc
