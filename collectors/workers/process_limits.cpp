#include "collectors/workers/process_limits.h"

#include <algorithm>

#include "base/text.h"

namespace ihc {

namespace {

std::optional<Limit> limit_of(std::string_view word) {
  if (word == "unlimited") return Limit{.unlimited = true};
  const auto value = parse_number<std::int64_t>(word);
  return value && *value >= 0 ? std::optional(Limit{.value = *value}) : std::nullopt;
}

bool is_unit(std::string_view word) {
  constexpr std::string_view kUnits[] = {"bytes", "files", "locks", "processes", "seconds", "signals", "us"};
  return std::find(std::begin(kUnits), std::end(kUnits), word) != std::end(kUnits);
}

// "Max locked memory", "bytes" → "locked_memory_bytes"; "files" and the like are in the name already.
std::string limit_name(const std::vector<std::string_view>& words, std::string_view unit) {
  std::string name;
  for (const std::string_view word : words) {
    if (name.empty() && word == "Max") continue;
    name += (name.empty() ? "" : "_") + to_lower(to_valid_utf8(word));
  }
  const bool says_unit = unit == "bytes" || unit == "seconds" || unit == "us";
  return says_unit && !name.ends_with(unit) ? name + "_" + std::string(unit) : name;
}

}  // namespace

Parsed<std::map<std::string, LimitPair>> parse_process_limits(std::string_view text) {
  Parsed<std::map<std::string, LimitPair>> parsed;
  for (const std::string_view line : split_lines(text)) {
    auto words = split_words(trim(line));
    if (words.empty() || (words[0] == "Limit" && words.size() > 1 && words[1] == "Soft")) continue;
    std::string_view unit;
    if (is_unit(words.back())) {
      unit = words.back();
      words.pop_back();
    }
    constexpr std::size_t kLeast = 3;
    const auto hard = words.size() < kLeast ? std::nullopt : limit_of(words.back());
    const auto soft = words.size() < kLeast ? std::nullopt : limit_of(words[words.size() - 2]);
    if (!hard || !soft) {
      parsed.unparsed.add(line);
      continue;
    }
    words.resize(words.size() - 2);
    parsed.value[limit_name(words, unit)] = {.soft = soft, .hard = hard};
  }
  return parsed;
}

Parsed<std::map<std::string, std::int64_t>> parse_smaps_rollup(std::string_view text) {
  Parsed<std::map<std::string, std::int64_t>> parsed;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty() || trim(line).ends_with("[rollup]")) continue;
    const auto pair = split_key_value(line, ':');
    const auto bytes = pair && pair->second.ends_with("kB") ? parse_size_bytes(pair->second) : std::nullopt;
    if (bytes && *bytes >= 0) {
      parsed.value[to_lower(to_valid_utf8(pair->first))] = *bytes;
    } else {
      parsed.unparsed.add(line);
    }
  }
  return parsed;
}

}  // namespace ihc
