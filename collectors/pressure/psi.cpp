#include "collectors/pressure/psi.h"

#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

std::optional<double> percentage(std::string_view text) {
  const auto value = parse_decimal(text);
  return value && *value >= 0 ? value : std::nullopt;
}

// avg10=2.04 avg60=0.75 avg300=0.42 total=157656722
std::optional<PsiLine> read_values(const std::vector<std::string_view>& words) {
  std::map<std::string_view, std::string_view> values;
  for (std::size_t at = 1; at < words.size(); ++at) {
    const auto pair = split_key_value(words[at], '=');
    if (pair) values[pair->first] = pair->second;
  }
  const auto avg10 = percentage(values["avg10"]);
  const auto avg60 = percentage(values["avg60"]);
  const auto avg300 = percentage(values["avg300"]);
  if (!avg10 || !avg60 || !avg300) return std::nullopt;
  PsiLine line{.avg10_pct = *avg10, .avg60_pct = *avg60, .avg300_pct = *avg300};
  line.total_us = parse_number<std::int64_t>(values["total"]);
  if (!line.total_us || *line.total_us < 0) return std::nullopt;
  return line;
}

// Whether the line was one of PSI's; what it held is in `psi` then.
bool take_line(std::string_view line, Psi& psi) {
  const auto words = split_words(line);
  if (words.size() < 5) return false;
  std::optional<PsiLine>* place = nullptr;
  if (words.front() == "some") place = &psi.some;
  if (words.front() == "full") place = &psi.full;
  auto values = place != nullptr ? read_values(words) : std::nullopt;
  if (!values) return false;
  *place = std::move(values);
  return true;
}

// "/proc/pressure/cpu:some …" → cpu; "/sys/fs/cgroup/…/cpu.pressure:some" is a group's, and no resource of the system.
std::optional<std::string> resource_in(std::string_view text) {
  constexpr std::string_view kDirectory = "proc/pressure/";
  const std::size_t at = text.find(kDirectory);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = text.substr(at + kDirectory.size());
  rest = rest.substr(0, rest.find_first_of(": <\t"));
  return rest == "cpu" || rest == "memory" || rest == "io" || rest == "irq" ? std::optional(std::string(rest))
                                                                            : std::nullopt;
}

}  // namespace

Parsed<Psi> parse_psi(std::string_view text) {
  Parsed<Psi> parsed;
  for (const std::string& line : pasted_lines(text)) {
    if (!is_around_paste(line) && !take_line(line, parsed.value)) parsed.unparsed.add(line);
  }
  return parsed;
}

Parsed<std::map<std::string, Psi>> parse_psi_listing(std::string_view text) {
  Parsed<std::map<std::string, Psi>> parsed;
  std::string current;
  for (const std::string_view raw : split_lines(text)) {
    const auto named = resource_in(raw);
    // A heading, or the command that printed what follows.
    if (named && raw.find(':', raw.find("proc/pressure/")) == std::string_view::npos) {
      current = *named;
      continue;
    }
    for (const std::string& line : pasted_lines(raw)) {
      const auto resource = resource_in(line);
      const std::size_t colon = resource ? line.find(':', line.find("proc/pressure/")) : std::string::npos;
      const std::string_view values = std::string_view(line).substr(resource ? colon + 1 : 0);
      if (!is_around_paste(line) && !take_line(values, parsed.value[resource.value_or(current)]))
        parsed.unparsed.add(line);
    }
  }
  std::erase_if(parsed.value, [](const auto& entry) { return !entry.second.some && !entry.second.full; });
  return parsed;
}

}  // namespace ihc
