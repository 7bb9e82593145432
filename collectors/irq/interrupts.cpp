#include "collectors/irq/interrupts.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/limits.h"
#include "collectors/pci/devices.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Rows that count for the whole machine: x86 and others (ERR, MIS), Arm (Err), PowerPC (BAD).
bool is_total_label(std::string_view label) {
  constexpr std::array<std::string_view, 4> kTotals{"ERR", "MIS", "Err", "BAD"};
  return std::find(kTotals.begin(), kTotals.end(), label) != kTotals.end();
}

// "57" or an architecture's short name ("NMI", "I/O", "IPI0"), before its colon.
std::optional<std::string_view> label_of(std::string_view line) {
  constexpr std::size_t kLongestLabel = 12;
  line = trim(line);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > kLongestLabel) return std::nullopt;
  // "0000:18:00.0 …" and "ehci_hcd:usb1" are no labels: a count or a blank follows one.
  if (colon + 1 < line.size() && line[colon + 1] != ' ' && line[colon + 1] != '\t') return std::nullopt;
  const std::string_view label = line.substr(0, colon);
  const bool is_name = std::all_of(label.begin(), label.end(), [](char c) {
    return is_digit(c) || is_letter(c) || c == '/' || c == '_' || c == '-';
  });
  return is_name ? std::optional(label) : std::nullopt;
}

std::vector<std::int64_t> leading_counts(std::string_view text, std::size_t most, std::string_view& rest) {
  std::vector<std::int64_t> counts;
  rest = trim(text);
  while (counts.size() < most && !rest.empty()) {
    const std::size_t end = rest.find_first_of(" \t");
    const auto count = parse_number<std::int64_t>(rest.substr(0, end));
    if (!count || *count < 0) break;
    counts.push_back(*count);
    rest = end == std::string_view::npos ? std::string_view{} : trim(rest.substr(end));
  }
  return counts;
}

// The rows, each in one piece again where a mail program broke the lines.
class LineJoiner {
 public:
  explicit LineJoiner(std::string_view text) : lines_(pasted_lines(text)) {}

  Parsed<InterruptTable> table() {
    read_header();
    if (parsed_.value.cpus.empty()) {
      for (const std::string& line : lines_) {
        if (!is_around_paste(line)) parsed_.unparsed.add(line);
      }
      return std::move(parsed_);
    }
    for (; next_ < lines_.size(); ++next_) take(lines_[next_]);
    finish_row();
    return std::move(parsed_);
  }

 private:
  void read_header() {
    for (; next_ < lines_.size(); ++next_) {
      const auto columns = parse_cpu_columns(lines_[next_]);
      if (!columns) {
        if (!parsed_.value.cpus.empty()) return;
        continue;
      }
      is_wrapped_ = !parsed_.value.cpus.empty();
      parsed_.value.cpus.insert(parsed_.value.cpus.end(), columns->begin(), columns->end());
    }
    if (parsed_.value.cpus.empty()) next_ = 0;
  }

  void take(const std::string& line) {
    if (label_of(line)) {
      finish_row();
      row_ = line;
    } else if (is_around_paste(line)) {
      return;
    } else if (!row_.empty() && (is_wrapped_ || is_short(row_))) {
      is_wrapped_ = true;
      row_ += " " + std::string(trim(line));
    } else {
      parsed_.unparsed.add(line);
    }
  }

  bool is_short(std::string_view row) const {
    std::string_view rest;
    const std::string_view counts = row.substr(row.find(':') + 1);
    return leading_counts(counts, parsed_.value.cpus.size(), rest).size() < parsed_.value.cpus.size() && rest.empty();
  }

  void finish_row() {
    if (row_.empty()) return;
    const std::string line = std::move(row_);
    row_.clear();
    InterruptRow row{.label = std::string(*label_of(line))};
    std::string_view rest;
    const auto counts =
        leading_counts(std::string_view(line).substr(line.find(':') + 1), parsed_.value.cpus.size(), rest);
    row.description = to_valid_utf8(rest);
    if (counts.size() == parsed_.value.cpus.size() && !(is_total_label(row.label) && counts.size() == 1)) {
      for (std::size_t index = 0; index < counts.size(); ++index) row.counts[parsed_.value.cpus[index]] = counts[index];
    } else if (counts.size() == 1 && is_total_label(row.label)) {
      row.total = counts.front();
    } else if (row.label != "FIQ" || !counts.empty()) {  // 32-bit Arm lists its fast interrupts by name alone
      return parsed_.unparsed.add(line);
    }
    parsed_.value.rows.push_back(std::move(row));
  }

  std::vector<std::string> lines_;
  std::size_t next_ = 0;
  std::string row_;
  bool is_wrapped_ = false;
  Parsed<InterruptTable> parsed_;
};

// "6-edge", "27", "524288-edge": the hardware number, with the name of its flow handler where there is one.
std::optional<std::int64_t> hardware_number(std::string_view word) {
  const std::size_t dash = word.find('-');
  if (dash != std::string_view::npos && (dash + 1 >= word.size() || !is_letter(word[dash + 1]))) return std::nullopt;
  const auto number = parse_number<std::int64_t>(word.substr(0, dash));
  return number && *number >= 0 ? number : std::nullopt;
}

std::vector<std::string> split_actions(std::string_view text) {
  std::vector<std::string> actions;
  for (const std::string_view part : split(text, ',')) {
    if (!trim(part).empty()) actions.emplace_back(trim(part));
  }
  return actions;
}

std::string_view from_word(std::string_view text, std::string_view word) {
  return text.substr(static_cast<std::size_t>(word.data() - text.data()));
}

std::optional<std::string> address_within(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at != 0 && (is_digit(text[at - 1]) || is_letter(text[at - 1]))) continue;
    std::size_t end = at;
    while (end < text.size() && (is_digit(text[end]) || is_letter(text[end]) || text[end] == ':' || text[end] == '.')) {
      ++end;
    }
    std::string_view candidate = text.substr(at, end - at);
    if (candidate.starts_with("pci:")) candidate.remove_prefix(4);
    if (is_pci_address(candidate)) return std::string(candidate);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<std::uint32_t>> parse_cpu_columns(std::string_view line) {
  std::vector<std::uint32_t> cpus;
  for (const std::string_view word : split_words(line)) {
    if (!word.starts_with("CPU")) return std::nullopt;
    const auto cpu = parse_number<std::uint32_t>(word.substr(3));
    if (!cpu || *cpu > limits::kMaxCpuId) return std::nullopt;
    cpus.push_back(*cpu);
  }
  if (cpus.empty()) return std::nullopt;
  return cpus;
}

Parsed<InterruptTable> parse_interrupts(std::string_view text) { return LineJoiner(text).table(); }

InterruptDescription parse_interrupt_description(std::string_view description) {
  constexpr std::size_t kLongestChip = 3;
  InterruptDescription result;
  description = trim(description);
  const auto words = split_words(description);
  if (words.empty()) return result;
  for (std::size_t at = 1; at < words.size() && at <= kLongestChip; ++at) {
    result.hwirq = hardware_number(words[at]);
    if (!result.hwirq) continue;
    result.chip =
        to_valid_utf8(trim(description.substr(0, description.size() - from_word(description, words[at]).size())));
    std::size_t first = at + 1;
    if (first < words.size() && (words[first] == "Level" || words[first] == "Edge" ||
                                 words[first].starts_with("Level-") || words[first].starts_with("Edge-"))) {
      ++first;
    }
    if (first < words.size()) result.actions = split_actions(to_valid_utf8(from_word(description, words[first])));
    return result;
  }
  result.chip = to_valid_utf8(words.front());
  if (words.size() > 1) result.actions = split_actions(to_valid_utf8(from_word(description, words[1])));
  return result;
}

std::optional<std::string> interrupt_pci_address(const InterruptDescription& description) {
  if (auto address = address_within(description.chip)) return address;
  for (const std::string& action : description.actions) {
    if (auto address = address_within(action)) return address;
  }
  const bool is_pci_message = description.chip == "PCI-MSI" || description.chip == "IR-PCI-MSI" ||
                              description.chip == "ITS-MSI" || description.chip == "PCI-MSIX" ||
                              description.chip == "IR-PCI-MSIX";
  constexpr std::int64_t kFirstDevice = 1 << 11;  // below it the number may be a plain index
  if (!is_pci_message || !description.hwirq || *description.hwirq < kFirstDevice) return std::nullopt;
  const auto number = static_cast<std::uint64_t>(*description.hwirq);
  const auto function_number = static_cast<unsigned>(number >> 11U) & 0xFFFFU;
  if (number >> 43U != 0) return std::nullopt;
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%04x:%02x:%02x.%x", static_cast<unsigned>(number >> 27U),
                function_number >> 8U, (function_number >> 3U) & 0x1FU, function_number & 7U);
  return std::string(text.data());
}

std::optional<std::int64_t> interrupt_queue(std::string_view action) {
  if (const std::size_t at = action.find('@'); at != std::string_view::npos) action = action.substr(0, at);
  if (is_pci_address(action)) return std::nullopt;
  std::size_t start = action.size();
  while (start > 0 && is_digit(action[start - 1])) --start;
  if (start == action.size() || start == 0) return std::nullopt;
  const std::string_view stem = action.substr(0, start);
  // "eth0-5", "eth0-rx-5", "virtio2-input.0": a queue of something that has a name of its own.
  const bool is_listed = stem.ends_with('-') || stem.ends_with('.');
  constexpr std::array<std::string_view, 3> kStems{"_comp", "-Q", "-fp"};
  const bool is_named = std::any_of(kStems.begin(), kStems.end(), [&](auto ending) { return stem.ends_with(ending); });
  // "nvme0q7": a controller's number, then q.
  const bool is_nvme = stem.size() > 2 && stem.ends_with('q') && is_digit(stem[stem.size() - 2]);
  if (!is_listed && !is_named && !is_nvme && stem != "mlx5_comp" && !stem.ends_with("-msix")) return std::nullopt;
  return parse_number<std::int64_t>(action.substr(start));
}

}  // namespace ihc
