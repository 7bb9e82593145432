#include "collectors/network/protocol_counters.h"

#include <algorithm>
#include <array>

#include "collectors/reading/pasted_text.h"

namespace ihc {

bool is_protocol_level(std::string_view name) {
  constexpr std::array<std::string_view, 7> kLevels{"Ip.Forwarding", "Ip.DefaultTTL", "Tcp.RtoAlgorithm", "Tcp.RtoMin",
                                                    "Tcp.RtoMax",    "Tcp.MaxConn",   "Tcp.CurrEstab"};
  return std::find(kLevels.begin(), kLevels.end(), name) != kLevels.end();
}

Parsed<Counters> parse_protocol_counters(std::string_view text) {
  Parsed<Counters> parsed;
  std::string names_line;
  for (const std::string& line : pasted_lines(text)) {
    if (is_around_paste(line)) continue;
    if (names_line.empty()) {
      names_line = line;
      continue;
    }
    const auto names = split_words(names_line);
    const auto values = split_words(line);
    const bool is_pair =
        names.size() == values.size() && names.size() > 1 && names[0] == values[0] && names[0].ends_with(':');
    if (!is_pair) {
      parsed.unparsed.add(names_line);
      names_line = line;
      continue;
    }
    const std::string protocol(names[0].substr(0, names[0].size() - 1));
    for (std::size_t at = 1; at < names.size(); ++at) {
      // Tcp.MaxConn is -1 where there is no limit: no count.
      const auto value = parse_number<std::int64_t>(values[at]);
      if (value && *value >= 0) parsed.value[to_valid_utf8(protocol + "." + std::string(names[at]))] = *value;
    }
    names_line.clear();
  }
  if (!names_line.empty()) parsed.unparsed.add(names_line);
  return parsed;
}

}  // namespace ihc
