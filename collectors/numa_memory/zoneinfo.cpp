#include "collectors/numa_memory/zoneinfo.h"

#include "base/text.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

struct Heading {
  std::int64_t node = 0;
  std::string zone;
};

// "Node 0, zone   Normal"
std::optional<Heading> parse_heading(std::string_view line) {
  const auto words = split_words(line);
  if (words.size() != 4 || words[0] != "Node" || words[2] != "zone" || !words[1].ends_with(',')) return std::nullopt;
  const auto node = parse_number<std::uint16_t>(words[1].substr(0, words[1].size() - 1));
  if (!node) return std::nullopt;
  return Heading{*node, to_valid_utf8(words[3])};
}

std::optional<std::int64_t>* slot_of(MemoryZone& zone, std::string_view name) {
  if (name == "free") return &zone.free_pages;
  if (name == "min") return &zone.min_pages;
  if (name == "low") return &zone.low_pages;
  if (name == "high") return &zone.high_pages;
  if (name == "present") return &zone.present_pages;
  if (name == "managed") return &zone.managed_pages;
  return nullptr;
}

}  // namespace

Parsed<std::map<std::int64_t, std::vector<MemoryZone>>> parse_zoneinfo(std::string_view text) {
  Parsed<std::map<std::int64_t, std::vector<MemoryZone>>> parsed;
  auto lines = pasted_lines(text);
  // Half a line could be half a number; below the numbers of the zone it does not matter.
  if (ends_unfinished(text) && !lines.empty() && split_words(lines.back()).size() == 2) lines.pop_back();
  MemoryZone* zone = nullptr;
  bool inside = false;  // between "pages free" and the lines after the watermarks: "high:" of a pageset is another
  for (const std::string& whole : lines) {
    const std::string_view line = trim(whole);
    if (line.empty()) continue;
    if (const auto heading = parse_heading(line)) {
      auto& zones = parsed.value[heading->node];
      zones.push_back({.name = heading->zone});
      zone = &zones.back();
      inside = false;
      continue;
    }
    if (zone == nullptr) {
      parsed.unparsed.add(line);
      continue;
    }
    auto words = split_words(line);
    if (words.size() == 3 && words[0] == "pages" && words[1] == "free") {
      inside = true;
      words.erase(words.begin());
    }
    if (!inside || words.size() != 2) {
      inside = inside && !line.starts_with("pagesets");
      continue;
    }
    auto* slot = slot_of(*zone, words[0]);
    if (slot == nullptr) continue;
    *slot = parse_number<std::int64_t>(words[1]);
    if (*slot && **slot < 0) slot->reset();
    if (!*slot) parsed.unparsed.add(line);
  }
  return parsed;
}

Likeness like_zoneinfo(std::string_view text) {
  bool heading = false;
  for (const std::string& whole : pasted_lines(text)) {
    const std::string_view line = trim(whole);
    heading = heading || parse_heading(line).has_value();
    if (heading && (line.starts_with("pages free") || line == "per-node stats")) return Likeness::sure;
  }
  return heading ? Likeness::maybe : Likeness::no;
}

}  // namespace ihc
