#include "collectors/topology/dmidecode.h"

#include <optional>

#include "base/text.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

// What firmware writes where it has nothing to say.
bool is_nothing(std::string_view value) {
  for (const char* word : {"Unknown", "Not Specified", "Not Provided", "None", "NO DIMM", "N/A", "<OUT OF SPEC>"}) {
    if (value == word) return true;
  }
  return value.empty();
}

void keep(std::optional<std::string>& slot, std::string_view value) {
  if (!is_nothing(value)) slot = to_valid_utf8(value);
}

// "3200 MT/s", "2133 MHz"
std::optional<std::int64_t> parse_speed(std::string_view value) {
  const auto words = split_words(value);
  if (words.size() != 2 || (words[1] != "MT/s" && words[1] != "MHz")) return std::nullopt;
  const auto number = parse_number<std::uint32_t>(words[0]);
  return number && *number > 0 ? std::optional<std::int64_t>(*number) : std::nullopt;
}

// "32 GB", "16384 MB": binary multiples.
std::optional<std::int64_t> parse_size(std::string_view value) {
  const auto words = split_words(value);
  if (words.size() != 2) return std::nullopt;
  return parse_size_bytes(std::string(words[0]) + std::string(words[1].substr(0, 1)));
}

struct Block {
  MemorySlot slot;
  bool has_locator = false;
  bool has_size = false;
};

bool read_size(Block& block, std::string_view value) {
  if (value == "No Module Installed" || value == "Not Installed") {
    block.has_size = true;
    return true;
  }
  if (value == "Unknown") {  // there is a module, of a size that the firmware does not know
    block.has_size = block.slot.populated = true;
    return true;
  }
  block.slot.size_bytes = parse_size(value);
  block.has_size = block.slot.populated = block.slot.size_bytes.has_value();
  return block.has_size;
}

bool read_line(Block& block, std::string_view key, std::string_view value) {
  MemorySlot& slot = block.slot;
  if (key == "Size") return read_size(block, value);
  if (key == "Locator") {
    slot.locator = to_valid_utf8(value);
    block.has_locator = true;
  }
  if (key == "Bank Locator") keep(slot.bank, value);
  if (key == "Type") keep(slot.type, value);
  if (key == "Form Factor") keep(slot.form_factor, value);
  if (key == "Manufacturer") keep(slot.manufacturer, value);
  if (key == "Part Number") keep(slot.part_number, value);
  if (key == "Rank") {
    if (const auto rank = parse_number<std::uint16_t>(value)) slot.rank = *rank;
  }
  if (key == "Speed") slot.speed_mts = parse_speed(value);
  if (key == "Configured Memory Speed" || key == "Configured Clock Speed")
    slot.configured_speed_mts = parse_speed(value);
  return true;
}

void close(std::optional<Block>& block, MemorySlots& slots) {
  if (!block) return;
  if (block->has_locator && block->has_size) {
    // An empty slot has no type, whatever the firmware left there.
    if (!block->slot.populated) {
      block->slot = {.locator = block->slot.locator, .bank = block->slot.bank, .populated = false};
    }
    slots.slots.push_back(std::move(block->slot));
  } else {
    slots.cut = true;
  }
  block.reset();
}

}  // namespace

Parsed<MemorySlots> parse_dmidecode_memory(std::string_view text) {
  Parsed<MemorySlots> parsed;
  auto lines = pasted_lines(text);
  if (ends_unfinished(text) && !lines.empty()) lines.pop_back();
  std::optional<Block> block;
  for (const std::string& whole : lines) {
    const std::string_view line = trim(whole);
    if (line == "Memory Device") {
      close(block, parsed.value);
      block.emplace();
      continue;
    }
    const auto pair = split_key_value(line, ':');
    if (line.starts_with("Handle 0x") || (!line.empty() && !pair)) {
      close(block, parsed.value);
      continue;
    }
    if (block && pair && !read_line(*block, pair->first, pair->second)) parsed.unparsed.add(line);
  }
  close(block, parsed.value);
  return parsed;
}

Likeness like_dmidecode_memory(std::string_view text) {
  bool has_device = false;
  bool has_locator = false;
  for (const std::string& whole : pasted_lines(text)) {
    const std::string_view line = trim(whole);
    has_device = has_device || line == "Memory Device";
    has_locator = has_locator || line.starts_with("Bank Locator:");
  }
  return has_device && has_locator ? Likeness::sure : has_device || has_locator ? Likeness::maybe : Likeness::no;
}

}  // namespace ihc
