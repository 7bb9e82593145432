#include "collectors/reading/counters.h"

#include <optional>

namespace ihc {

namespace {

std::string_view without_node_prefix(std::string_view line) {
  if (!line.starts_with("Node ")) return line;
  const std::size_t blank = line.find(' ', 5);
  return blank == std::string_view::npos ? line : trim(line.substr(blank));
}

}  // namespace

Parsed<Counters> parse_counters(std::string_view text) {
  Parsed<Counters> parsed;
  for (const std::string_view line : split_lines(text)) {
    const auto words = split_words(line);
    if (words.empty()) continue;
    const auto value = words.size() == 2 ? parse_number<std::int64_t>(words[1]) : std::nullopt;
    if (value && *value >= 0) {
      parsed.value.emplace(to_valid_utf8(words[0]), *value);
    } else {
      parsed.unparsed.add(line);
    }
  }
  return parsed;
}

Parsed<Counters> parse_meminfo(std::string_view text) {
  Parsed<Counters> parsed;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty()) continue;
    const auto pair = split_key_value(without_node_prefix(line), ':');
    const auto value = pair ? parse_size_bytes(pair->second) : std::nullopt;
    if (value) {
      parsed.value.emplace(to_valid_utf8(pair->first), *value);
    } else {
      parsed.unparsed.add(line);
    }
  }
  return parsed;
}

std::optional<std::int64_t> counter(const Counters& counters, std::string_view name) {
  const auto found = counters.find(std::string(name));
  return found == counters.end() ? std::nullopt : std::optional<std::int64_t>(found->second);
}

}  // namespace ihc
