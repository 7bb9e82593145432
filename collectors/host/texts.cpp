#include "collectors/host/texts.h"

#include <algorithm>

#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

// "Tue 2026-09-15 20:00:00 UTC" at the start of a row; "n/a" (systemd 247) and "-" (252) stand for none.
std::optional<std::string> next_elapse(const std::vector<std::string_view>& words) {
  constexpr std::size_t kParts = 4;
  constexpr std::size_t kDateLength = 10;
  if (words.size() < kParts || words[0].size() != 3 || words[1].size() != kDateLength) return std::nullopt;
  if (words[1][4] != '-' || words[2].find(':') == std::string_view::npos) return std::nullopt;
  std::string time;
  for (std::size_t at = 0; at < kParts; ++at) time += (at == 0 ? "" : " ") + to_valid_utf8(words[at]);
  return time;
}

}  // namespace

Parsed<std::vector<Timer>> parse_timers(std::string_view text) {
  Parsed<std::vector<Timer>> parsed;
  for (const std::string& line : plain_lines(text)) {
    const auto words = split_words(line);
    const auto unit =
        std::find_if(words.begin(), words.end(), [](std::string_view word) { return word.ends_with(".timer"); });
    if (unit != words.end()) {
      Timer timer{.unit = to_valid_utf8(*unit)};
      timer.next = next_elapse(words);
      if (unit + 1 != words.end()) timer.activates = to_valid_utf8(unit[1]);
      parsed.value.push_back(std::move(timer));
      continue;
    }
    const bool is_frame = line.starts_with("NEXT") || line.find("timers listed") != std::string::npos ||
                          line.find("--all") != std::string::npos;
    if (!words.empty() && !is_frame) parsed.unparsed.add(line);
  }
  return parsed;
}

Parsed<std::map<std::string, std::string>> parse_schemata(std::string_view text) {
  Parsed<std::map<std::string, std::string>> parsed;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty()) continue;
    const auto resource = split_key_value(line, ':');
    bool is_known = resource && !resource->first.empty();
    if (is_known) {
      for (const std::string_view domain : split(resource->second, ';')) {
        const auto pair = split_key_value(domain, '=');
        if (pair && !pair->first.empty() && !pair->second.empty()) {
          parsed.value.emplace(to_valid_utf8(std::string(resource->first) + ":" + std::string(pair->first)),
                               to_valid_utf8(pair->second));
        } else {
          is_known = false;
        }
      }
    }
    if (!is_known) parsed.unparsed.add(line);
  }
  return parsed;
}

std::optional<std::vector<std::string>> mount_options(std::string_view mounts, std::string_view path) {
  std::optional<std::vector<std::string>> options;
  for (const std::string_view line : split_lines(mounts)) {
    const auto words = split_words(line);
    if (words.size() < 4 || words[1] != path) continue;
    options.emplace();
    for (const std::string_view option : split(words[3], ',')) options->push_back(to_valid_utf8(option));
  }
  return options;
}

}  // namespace ihc
