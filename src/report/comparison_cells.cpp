#include "report/comparison_cells.h"

#include <algorithm>

#include "base/json_read.h"
#include "report/escape.h"
#include "report/format.h"
#include "report/wrap.h"

namespace ihc::report {

std::string decimal_or(const Json& object, std::string_view key, int decimals, const Words& words) {
  const auto value = number_at(object, key);
  return value ? decimal_text(*value, decimals) : words.text("compare.none");
}

std::string signed_percent(const Json& object, std::string_view key, const Words& words) {
  const auto value = number_at(object, key);
  if (!value) return words.text("compare.none");
  return (*value > 0 ? "+" : "") + decimal_text(*value, 1) + " " + words.text("units.percent");
}

std::string percent_interval(const Json& object, std::string_view lower, std::string_view upper, const Words& words) {
  if (!number_at(object, lower)) return words.text("compare.none");
  return signed_percent(object, lower, words) + " … " + signed_percent(object, upper, words);
}

std::string arm_label(const Json& comparison, std::string_view key, const Words& words) {
  const std::string label = string_at(at(comparison, key), "label");
  return label.empty() || label == key ? words.text("compare." + std::string(key)) : printable(label);
}

void table(TerminalPage& page, const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t at = 0; at < row.size(); ++at) widths[at] = std::max(widths[at], width_of(row[at]));
  }
  for (const Row& row : rows) {
    std::string line = " ";
    for (std::size_t at = 0; at < row.size(); ++at) {
      const std::string blanks(widths[at] - width_of(row[at]), ' ');
      const bool is_last = at + 1 == row.size();
      line += " " + (at == 0 ? row[at] + blanks : is_last ? row[at] : blanks + row[at]);
    }
    page.line(line.substr(0, line.find_last_not_of(' ') + 1));
  }
}

}  // namespace ihc::report
