#include "collectors/frequency/cpupower.h"

#include <array>

#include "base/text.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

// "800 MHz", "3.00 GHz", "3.00 GHz."
std::optional<double> parse_frequency(std::string_view number, std::string_view unit) {
  constexpr double kKhzPerMhz = 1000;
  constexpr double kMhzPerGhz = 1000;
  const auto value = parse_decimal(number);
  if (!value || *value < 0) return std::nullopt;
  while (unit.ends_with('.') || unit.ends_with(',')) unit.remove_suffix(1);
  if (unit == "MHz") return value;
  if (unit == "GHz") return *value * kMhzPerGhz;
  if (unit == "kHz") return *value / kKhzPerMhz;
  return std::nullopt;
}

// The first two frequencies of a line: "800 MHz - 3.00 GHz", "within 800 MHz and 3.00 GHz."
std::optional<std::array<double, 2>> parse_range(std::string_view text) {
  std::vector<double> found;
  const auto words = split_words(text);
  for (std::size_t index = 1; index < words.size(); ++index) {
    if (const auto mhz = parse_frequency(words[index - 1], words[index])) found.push_back(*mhz);
  }
  return found.size() == 2 ? std::optional(std::array{found[0], found[1]}) : std::nullopt;
}

// "0 1 2", "0,1", "0-3"
std::optional<CpuSet> parse_cpus(std::string_view text) {
  CpuSet cpus;
  for (const std::string_view word : split_words(text)) {
    const auto part = CpuSet::parse_list(word);
    if (!part) return std::nullopt;
    cpus = cpus | *part;
  }
  return cpus.empty() ? std::nullopt : std::optional(std::move(cpus));
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : split_words(text)) {
    words.push_back(to_valid_utf8(word.ends_with(',') ? word.substr(0, word.size() - 1) : word));
  }
  return words;
}

bool is_nothing(std::string_view value) { return value == "Not Available" || value.starts_with("Cannot determine"); }

class CpupowerReader {
 public:
  explicit CpupowerReader(std::string_view text) {
    auto lines = pasted_lines(text);
    // Half a line could be half a number.
    if (ends_unfinished(text) && !lines.empty() && !trim(lines.back()).starts_with("Active:")) lines.pop_back();
    for (const std::string& whole : lines) {
      const std::string_view line = trim(whole);
      if (!line.empty() && !read_line(line)) parsed_.unparsed.add(line);
    }
    close();
  }

  Parsed<CpupowerText> take() { return std::move(parsed_); }

 private:
  bool read_line(std::string_view line) {
    if (line.starts_with("analyzing CPU ")) return open(line);
    if (!block_) return !line.starts_with("driver:");
    FrequencyPolicy& policy = block_->policy;
    if (line.starts_with("no or unknown cpufreq driver")) return block_->no_driver = true;
    if (line.starts_with("The governor \"")) return read_governor(line);
    const auto pair = split_key_value(line, ':');
    if (!pair || is_nothing(pair->second)) return true;
    const auto& [key, value] = *pair;
    if (key == "driver") policy.driver = to_valid_utf8(value);
    if (key.starts_with("CPUs which need to have")) return read_cpus(value);
    if (key == "energy performance preference") policy.epp = to_valid_utf8(value);
    if (key == "available cpufreq governors") policy.available_governors = words_of(value);
    if (key == "hardware limits") return read_range(value, policy.hardware_min_mhz, policy.hardware_max_mhz);
    if (key == "current policy") return read_range(value, policy.min_mhz, policy.max_mhz);
    if (key == "current CPU frequency") read_current(value);
    if (key == "Active" && (value == "yes" || value == "no")) block_->boost_active = value == "yes";
    return true;
  }

  bool open(std::string_view line) {
    close();
    const auto words = split_words(line);
    std::string_view number = words.back();
    if (number.ends_with(':')) number.remove_suffix(1);
    const auto cpu = parse_number<std::uint16_t>(number);
    if (!cpu) return false;
    block_.emplace();
    block_->cpu = *cpu;
    return true;
  }

  bool read_cpus(std::string_view value) {
    const auto cpus = parse_cpus(value);
    if (cpus) block_->policy.cpus = *cpus;
    return cpus.has_value();
  }

  bool read_governor(std::string_view line) {
    const auto parts = split(line, '"');
    if (parts.size() < 3) return false;
    block_->policy.governor = to_valid_utf8(parts[1]);
    return true;
  }

  static bool read_range(std::string_view value, std::optional<double>& low, std::optional<double>& high) {
    const auto range = parse_range(value);
    if (!range) return false;
    low = (*range)[0];
    high = (*range)[1];
    return true;
  }

  // What the kernel says, not what a call to the hardware failed to say.
  void read_current(std::string_view value) {
    const auto words = split_words(value);
    if (words.size() >= 2) {
      if (const auto mhz = parse_frequency(words[0], words[1])) block_->policy.current_mhz = *mhz;
    }
  }

  void close() {
    if (!block_) return;
    FrequencyPolicy& policy = block_->policy;
    if (policy.cpus.empty()) policy.cpus.insert(static_cast<std::uint32_t>(block_->cpu));
    policy.id = policy.cpus.numbers().front();
    // Every version ends a driver's block with its governor, so one without was cut.
    if (block_->no_driver || policy.governor) {
      parsed_.value.cpus.push_back(std::move(*block_));
    } else {
      parsed_.value.cut = true;
    }
    block_.reset();
  }

  Parsed<CpupowerText> parsed_;
  std::optional<CpupowerCpu> block_;
};

}  // namespace

Parsed<CpupowerText> parse_cpupower(std::string_view text) { return CpupowerReader(text).take(); }

Likeness like_cpupower(std::string_view text) {
  bool analyzing = false;
  for (const std::string& whole : pasted_lines(text)) {
    const std::string_view line = trim(whole);
    analyzing = analyzing || line.starts_with("analyzing CPU ");
    for (const char* start : {"CPUs which run at the same hardware frequency:", "available cpufreq governors:",
                              "current policy: frequency should be", "no or unknown cpufreq driver"}) {
      if (line.starts_with(start)) return Likeness::sure;
    }
  }
  return analyzing ? Likeness::maybe : Likeness::no;
}

}  // namespace ihc
