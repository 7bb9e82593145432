#include "collectors/frequency/power_managers.h"

#include "base/text.h"

namespace ihc {

namespace {

void keep(std::optional<std::string>& slot, std::string_view value) {
  if (!value.empty()) slot = to_valid_utf8(value);
}

}  // namespace

Parsed<std::vector<PowerManager>> parse_unit_states(std::string_view text) {
  Parsed<std::vector<PowerManager>> parsed;
  PowerManager unit;
  const auto close = [&] {
    if (!unit.unit.empty()) parsed.value.push_back(std::move(unit));
    unit = {};
  };
  for (const std::string_view whole : split_lines(text)) {
    const std::string_view line = trim(whole);
    if (line.empty()) {
      close();
      continue;
    }
    const auto pair = split_key_value(line, '=');
    if (!pair) {
      parsed.unparsed.add(line);
      continue;
    }
    if (pair->first == "Id") unit.unit = to_valid_utf8(pair->second);
    if (pair->first == "LoadState") keep(unit.load_state, pair->second);
    if (pair->first == "ActiveState") keep(unit.active_state, pair->second);
    if (pair->first == "UnitFileState") keep(unit.unit_file_state, pair->second);
  }
  close();
  return parsed;
}

std::optional<std::string> parse_power_profile(std::string_view text) {
  for (const std::string_view line : split_lines(text)) {
    const auto pair = split_key_value(line, '=');
    if (pair && pair->first == "Profile" && !pair->second.empty()) return to_valid_utf8(pair->second);
  }
  return std::nullopt;
}

}  // namespace ihc
