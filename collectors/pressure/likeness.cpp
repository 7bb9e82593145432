#include "collectors/pressure/likeness.h"

#include <algorithm>

#include "collectors/pressure/cpu_times.h"
#include "collectors/pressure/psi.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

Likeness pressure_likeness(std::string_view text) {
  constexpr std::size_t kFirstBytes = 4096;
  const auto parsed = parse_psi_listing(text.substr(0, kFirstBytes));
  if (parsed.value.empty()) return Likeness::no;
  return parsed.unparsed.lines <= 4 ? Likeness::sure : Likeness::maybe;
}

Likeness proc_stat_likeness(std::string_view text) {
  bool has_all = false;
  for (const std::string& line : pasted_lines(text)) {
    const auto words = split_words(line);
    if (words.size() < 5) continue;
    if (words.front() == "cpu" && parse_number<std::int64_t>(words[1])) has_all = true;
    const bool is_one = words.front().starts_with("cpu") && parse_number<std::uint32_t>(words.front().substr(3));
    if (has_all && is_one && parse_number<std::int64_t>(words[1])) return Likeness::sure;
  }
  return Likeness::no;
}

// Its first line has been nr_free_pages since 2.6.21; /proc/zoneinfo has that name too, indented and once a zone.
Likeness proc_vmstat_likeness(std::string_view text) {
  const auto is_line = [](std::string_view line, std::string_view name) {
    const auto words = split_words(line);
    return words.size() == 2 && words[0] == name && line.starts_with(name) && parse_number<std::int64_t>(words[1]);
  };
  bool has_level = false;
  bool has_counter = false;
  for (const std::string& line : pasted_lines(text)) {
    has_level = has_level || is_line(line, "nr_free_pages") || is_line(line, "nr_inactive_anon");
    has_counter = has_counter || is_line(line, "pgpgin") || is_line(line, "pgfault") || is_line(line, "numa_hit");
  }
  if (has_level && has_counter) return Likeness::sure;
  return has_level ? Likeness::maybe : Likeness::no;
}

Likeness load_average_likeness(std::string_view text) {
  const auto lines = pasted_lines(text);
  const auto is_load = [](const std::string& line) {
    return split_words(line).size() == 5 && parse_load_average(line).has_value();
  };
  const bool is_alone = std::all_of(lines.begin(), lines.end(),
                                    [&](const std::string& line) { return is_around_paste(line) || is_load(line); });
  return is_alone && std::any_of(lines.begin(), lines.end(), is_load) ? Likeness::sure : Likeness::no;
}

Likeness never_recognised(std::string_view) { return Likeness::no; }

}  // namespace ihc
