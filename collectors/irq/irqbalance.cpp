#include "collectors/irq/irqbalance.h"

#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

std::string_view unquoted(std::string_view value) {
  value = trim(value);
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
    return trim(value.substr(1, value.size() - 2));
  }
  return value;
}

// The value of an option given as "--name=value" or as "--name value" (the value is the next word then).
std::optional<std::string> option_value(const std::vector<std::string>& words, std::size_t at,
                                        std::string_view long_name, std::string_view short_name) {
  const std::string_view word = words[at];
  const std::string with_equals = std::string(long_name) + "=";
  if (word.starts_with(with_equals)) return std::string(word.substr(with_equals.size()));
  if ((word == long_name || word == short_name) && at + 1 < words.size()) return words[at + 1];
  return std::nullopt;
}

void read_arguments(IrqbalanceSettings& settings) {
  const std::vector<std::string>& words = *settings.arguments;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (const auto irq = option_value(words, at, "--banirq", "-i")) settings.banned_irqs.push_back(*irq);
    if (const auto module_name = option_value(words, at, "--banmod", "-m")) {
      settings.banned_irqs.push_back("module " + *module_name);
    }
    if (words[at] == "--oneshot" || words[at] == "-o") settings.is_one_shot = true;
  }
}

bool read_setting(std::string_view name, std::string_view value, IrqbalanceSettings& settings) {
  if (name == "IRQBALANCE_BANNED_CPULIST" || name == "IRQBALANCE_BANNED_CPUS") {
    if (value.empty()) return true;
    // The list wins over the mask, whichever comes first in the file.
    const bool is_list = name == "IRQBALANCE_BANNED_CPULIST";
    auto set = is_list ? CpuSet::parse_list(value) : CpuSet::parse_mask(value);
    if (!set) return false;
    if (is_list || !settings.banned_cpus) settings.banned_cpus = std::move(set);
    return true;
  }
  if (name == "IRQBALANCE_ARGS") {
    settings.arguments.emplace();
    for (const std::string_view word : split_words(value)) settings.arguments->push_back(to_valid_utf8(word));
    read_arguments(settings);
  }
  if (name == "IRQBALANCE_ONESHOT" || name == "ONESHOT")
    settings.is_one_shot = !value.empty() && value != "0" && value != "no";
  return true;
}

}  // namespace

Parsed<IrqbalanceSettings> parse_irqbalance_settings(std::string_view text) {
  Parsed<IrqbalanceSettings> parsed;
  for (const std::string& line : pasted_lines(text)) {
    if (is_around_paste(line)) continue;
    const auto pair = split_key_value(line, '=');
    const std::string_view name = pair && pair->first.starts_with("export ") ? trim(pair->first.substr(7))
                                  : pair                                     ? pair->first
                                                                             : "";
    if (name.empty() || name.find(' ') != std::string_view::npos ||
        !read_setting(name, unquoted(pair->second), parsed.value)) {
      parsed.unparsed.add(line);
    }
  }
  return parsed;
}

}  // namespace ihc
