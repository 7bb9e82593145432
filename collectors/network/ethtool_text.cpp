#include "collectors/network/ethtool_text.h"

#include "base/text.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

enum class Section { none, rings, channels, coalescing, features, statistics, driver };

struct Heading {
  Section section = Section::none;
  std::string_view text;  ///< before the interface's name
};
constexpr Heading kHeadings[] = {{Section::rings, "Ring parameters for "},
                                 {Section::channels, "Channel parameters for "},
                                 {Section::coalescing, "Coalesce parameters for "},
                                 {Section::features, "Features for "},
                                 {Section::features, "Offload parameters for "}};

std::optional<bool> on_or_off(std::string_view value) {
  const auto words = split_words(value);
  if (words.empty() || (words.front() != "on" && words.front() != "off")) return std::nullopt;
  return words.front() == "on";
}

class EthtoolText {
 public:
  Parsed<EthtoolReport> read(std::string_view text) {
    for (const std::string_view raw : split_lines(text)) {
      // The command above an output names the interface; as a prompt it is no part of the pasted text.
      if (take_command(raw)) continue;
      for (const std::string& line : pasted_lines(raw)) {
        if (is_around_paste(line) || take_heading(trim(line))) continue;
        if (!take_value(line)) parsed_.unparsed.add(line);
      }
    }
    return std::move(parsed_);
  }

 private:
  EthtoolInterface& interface() { return parsed_.value[name_]; }

  // "# ethtool -S eth0": the last word is the interface.
  bool take_command(std::string_view line) {
    const auto words = split_words(line);
    for (std::size_t at = 0; at + 2 < words.size(); ++at) {
      if (!words[at].ends_with("ethtool") || !words[at + 1].starts_with('-')) continue;
      name_ = to_valid_utf8(words[at + 2]);
      section_ = Section::none;
      return true;
    }
    return false;
  }

  bool take_heading(std::string_view line) {
    for (const Heading& heading : kHeadings) {
      if (!line.starts_with(heading.text) || !line.ends_with(':')) continue;
      line.remove_prefix(heading.text.size());
      name_ = to_valid_utf8(line.substr(0, line.size() - 1));
      section_ = heading.section;
      is_maximum_ = false;
      return true;
    }
    if (line == "NIC statistics:") section_ = Section::statistics;
    if (line.starts_with("Pre-set maximums")) is_maximum_ = true;
    if (line.starts_with("Current hardware settings")) is_maximum_ = false;
    return line == "NIC statistics:" || line.starts_with("Pre-set maximums") ||
           line.starts_with("Current hardware settings");
  }

  bool take_value(std::string_view line) {
    // Names of statistics may hold colons ("[0]: rx_packets", "queue_0_tx_cnt:"); the last one ends the name.
    const std::size_t colon = line.rfind(':');
    if (colon == std::string_view::npos || trim(line.substr(0, colon)).empty()) return false;
    const std::string name = to_valid_utf8(trim(line.substr(0, colon)));
    const std::string_view value = trim(line.substr(colon + 1));
    if (name == "driver") section_ = Section::driver;
    const auto number = parse_number<std::int64_t>(value);
    const auto count = number && *number >= 0 ? number : std::nullopt;
    switch (section_) {
      case Section::none:
        return false;
      case Section::rings:
        return take_ring(name, count) || value == "n/a" || value == "on" || value == "off";
      case Section::channels:
        return take_channel(name, count) || value == "n/a";
      case Section::coalescing:
        if (count) interface().coalescing[name] = *count;
        return count || value == "n/a" || line.starts_with("Adaptive") || on_or_off(value).has_value();
      case Section::features:
        if (const auto state = on_or_off(value)) interface().features[name] = *state;
        return on_or_off(value).has_value();
      case Section::statistics:
        if (count) interface().statistics[name] = *count;
        return count.has_value();
      case Section::driver:
        return take_driver(trim(line));
    }
    return false;
  }

  bool take_ring(std::string_view name, std::optional<std::int64_t> count) {
    if (!interface().rings) interface().rings.emplace();
    NicRings& rings = *interface().rings;
    if (name == "RX") (is_maximum_ ? rings.rx_max : rings.rx) = count;
    if (name == "TX") (is_maximum_ ? rings.tx_max : rings.tx) = count;
    return count.has_value();
  }

  bool take_channel(std::string_view name, std::optional<std::int64_t> count) {
    if (!interface().channels) interface().channels.emplace();
    NicChannels& channels = *interface().channels;
    if (name == "RX") (is_maximum_ ? channels.rx_max : channels.rx) = count;
    if (name == "TX") (is_maximum_ ? channels.tx_max : channels.tx) = count;
    if (name == "Combined") (is_maximum_ ? channels.combined_max : channels.combined) = count;
    return count.has_value();
  }

  bool take_driver(std::string_view line) {
    const auto pair = split_key_value(line, ':');
    if (!pair) return false;
    const auto value =
        pair->second.empty() || pair->second == "N/A" ? std::nullopt : std::optional(to_valid_utf8(pair->second));
    if (pair->first == "driver") interface().driver = value;
    if (pair->first == "version") interface().version = value;
    if (pair->first == "firmware-version") interface().firmware = value;
    return true;
  }

  Parsed<EthtoolReport> parsed_;
  std::string name_;
  Section section_ = Section::none;
  bool is_maximum_ = false;
};

}  // namespace

Parsed<EthtoolReport> parse_ethtool_text(std::string_view text) { return EthtoolText().read(text); }

}  // namespace ihc
