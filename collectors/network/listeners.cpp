#include "collectors/network/listeners.h"

#include <algorithm>

#include "collectors/reading/pasted_text.h"

namespace ihc {

Parsed<std::vector<Listener>> parse_listeners(std::string_view text) {
  Parsed<std::vector<Listener>> parsed;
  for (const std::string& line : pasted_lines(text)) {
    const auto words = split_words(line);
    if (is_around_paste(line) || words.front() == "State") continue;
    const auto queued = words.size() >= 4 ? parse_number<std::uint32_t>(words[1]) : std::nullopt;
    const auto backlog = words.size() >= 4 ? parse_number<std::uint32_t>(words[2]) : std::nullopt;
    if (words.front() == "LISTEN" && queued && backlog && words[3].find(':') != std::string_view::npos) {
      parsed.value.push_back({.address = to_valid_utf8(words[3]), .queued = *queued, .backlog = *backlog});
    } else {
      parsed.unparsed.add(line);
    }
  }
  std::stable_sort(parsed.value.begin(), parsed.value.end(),
                   [](const Listener& a, const Listener& b) { return natural_less(a.address, b.address); });
  return parsed;
}

}  // namespace ihc
