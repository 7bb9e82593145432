#include "collectors/irq/affinity_listing.h"

#include "base/cpu_set.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

struct Line {
  std::string number;
  std::string file;
  std::string value;
};

bool is_sound(const Line& line) {
  if (line.file == "smp_affinity_list" || line.file == "effective_affinity_list" || line.file == "affinity_hint_list") {
    return CpuSet::parse_list(line.value).has_value();
  }
  if (line.file == "smp_affinity" || line.file == "effective_affinity" || line.file == "affinity_hint") {
    return CpuSet::parse_mask(line.value).has_value();
  }
  if (line.file == "node") return parse_number<std::int32_t>(line.value).has_value();
  return line.file == "spurious";
}

std::optional<Line> read_line(std::string_view text) {
  constexpr std::string_view kDirectory = "proc/irq/";
  const std::size_t start = text.find(kDirectory);
  if (start == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(start + kDirectory.size());
  const std::size_t slash = rest.find('/');
  const std::size_t colon = rest.find(':');
  if (slash == std::string_view::npos || colon == std::string_view::npos || colon < slash) return std::nullopt;
  Line line{.number = std::string(rest.substr(0, slash)),
            .file = std::string(rest.substr(slash + 1, colon - slash - 1)),
            .value = std::string(trim(rest.substr(colon + 1)))};
  if (!parse_number<std::uint32_t>(line.number) || !is_sound(line)) return std::nullopt;
  return line;
}

}  // namespace

Parsed<AffinityListing> parse_affinity_listing(std::string_view text) {
  Parsed<AffinityListing> parsed;
  for (const std::string& text_line : pasted_lines(text)) {
    if (is_around_paste(text_line)) continue;
    if (auto line = read_line(text_line)) {
      parsed.value[line->number][line->file] = std::move(line->value);
    } else if (text_line.find("default_smp_affinity") == std::string::npos) {
      parsed.unparsed.add(text_line);
    }
  }
  return parsed;
}

}  // namespace ihc
