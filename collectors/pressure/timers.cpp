#include "collectors/pressure/timers.h"

#include <algorithm>

namespace ihc {

namespace {

std::optional<std::string> value_or_nothing(std::string_view value) {
  return value.empty() || value == "n/a" ? std::nullopt : std::optional(to_valid_utf8(value));
}

}  // namespace

Parsed<std::vector<Timer>> parse_timers(std::string_view text) {
  Parsed<std::vector<Timer>> parsed;
  Timer timer;
  const auto finish = [&] {
    if (!timer.unit.empty()) parsed.value.push_back(std::move(timer));
    timer = {};
  };
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty()) {
      finish();
      continue;
    }
    const auto pair = split_key_value(line, '=');
    if (!pair || pair->first.empty()) {
      parsed.unparsed.add(line);
    } else if (pair->first == "Id") {
      timer.unit = to_valid_utf8(pair->second);
    } else if (pair->first == "Unit") {
      timer.triggers = value_or_nothing(pair->second);
    } else if (pair->first == "NextElapseUSecRealtime") {
      timer.next = value_or_nothing(pair->second);
    } else if (pair->first == "LastTriggerUSec") {
      timer.last = value_or_nothing(pair->second);
    }
  }
  finish();
  std::sort(parsed.value.begin(), parsed.value.end(), [](const Timer& a, const Timer& b) { return a.unit < b.unit; });
  return parsed;
}

std::optional<std::vector<Timer>> read_timers(const EvidenceReader& reader) {
  const std::string pointer = "/pressure/timers";
  const std::string path = "commands/systemctl-timers/stdout";
  const auto text = reader.text(path, pointer);
  if (!text) return std::nullopt;
  const auto parsed = parse_timers(*text);
  if (parsed.unparsed.any()) reader.unparsed(pointer, "partial: " + path, parsed.unparsed);
  return parsed.value;
}

}  // namespace ihc
