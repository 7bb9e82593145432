#include "collectors/irq/likeness.h"

#include "collectors/irq/affinity_listing.h"
#include "collectors/irq/softirqs.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

enum class Table { none, interrupts, softirqs };

// A row of CPU columns, then a row whose label tells which of the two tables it is.
Table table_of(std::string_view text) {
  constexpr std::size_t kLinesAbove = 40;
  bool has_header = false;
  std::size_t above = 0;
  for (const std::string& line : pasted_lines(text)) {
    if (parse_cpu_columns(line)) {
      has_header = true;
      continue;
    }
    if (!has_header) {
      if (++above > kLinesAbove) return Table::none;
      continue;
    }
    const auto pair = split_key_value(line, ':');
    if (!pair || pair->first.empty()) continue;
    const auto words = split_words(pair->second);
    if (words.empty() || !parse_number<std::int64_t>(words.front())) return Table::none;
    return is_softirq_name(pair->first) ? Table::softirqs : Table::interrupts;
  }
  return Table::none;
}

}  // namespace

Likeness interrupts_likeness(std::string_view text) {
  return table_of(text) == Table::interrupts ? Likeness::sure : Likeness::no;
}

Likeness softirqs_likeness(std::string_view text) {
  return table_of(text) == Table::softirqs ? Likeness::sure : Likeness::no;
}

Likeness affinity_listing_likeness(std::string_view text) {
  constexpr std::size_t kFirstBytes = 4096;
  return parse_affinity_listing(text.substr(0, kFirstBytes)).value.empty() ? Likeness::no : Likeness::sure;
}

Likeness irqbalance_likeness(std::string_view text) {
  bool is_named = false;
  for (const std::string& line : pasted_lines(text)) {
    const std::size_t at = line.find("IRQBALANCE_");
    if (at == std::string::npos) continue;
    is_named = true;
    // Red Hat and Debian ship the file with every setting commented out.
    const std::string_view before = trim(std::string_view(line).substr(0, at));
    if ((before.empty() || before == "#" || before == "export") && line.find('=', at) != std::string::npos) {
      return Likeness::sure;
    }
  }
  return is_named ? Likeness::maybe : Likeness::no;
}

}  // namespace ihc
