#include "report/html_table.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>

#include "report/escape.h"

namespace ihc::report {

namespace {

// Characters of the table's type size that one line of an A4 page holds.
constexpr double kLineCharacters = 112;

std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  std::size_t word = 0;
  for (const char c : text) {
    word = c == ' ' ? 0 : word + 1;
    longest = std::max(longest, word);
  }
  return longest;
}

// Characters that a column needs so that no word of it is cut: an address of 40 may be. Headers are bold.
double needed_characters(const HtmlTable& table, std::size_t column) {
  static constexpr std::size_t kLongestWholeWord = 18;
  constexpr double kBoldFactor = 1.2;
  constexpr double kPadding = 2.2;
  const auto word = [](const HtmlRow& row, std::size_t at) {
    return at < row.size() ? static_cast<double>(std::min(longest_word(row[at].text), kLongestWholeWord)) : 0.0;
  };
  double needed = kBoldFactor * word(table.header, column);
  for (const HtmlRow& row : table.rows) needed = std::max(needed, word(row, column));
  return needed + kPadding;
}

// A column of long prose gets more than one of short words, but not in proportion: prose can wrap.
double column_weight(const HtmlTable& table, std::size_t column) {
  double widest = 1;
  for (const HtmlRow& row : table.rows) {
    if (column < row.size()) widest = std::max(widest, static_cast<double>(character_count(row[column].text)));
  }
  return std::pow(std::min(widest, 200.0), 0.75);
}

std::size_t line_count(const HtmlRow& row, const std::vector<int>& widths) {
  std::size_t lines = 1;
  for (std::size_t i = 0; i < std::min(row.size(), widths.size()); ++i) {
    const double room = std::max(1.0, kLineCharacters * widths[i] / 100 - 2);
    const auto needed = static_cast<std::size_t>(std::ceil(static_cast<double>(character_count(row[i].text)) / room));
    lines = std::max(lines, needed);
  }
  return lines;
}

std::string_view align_class(CellAlign align) {
  switch (align) {
    case CellAlign::right:
      return " class=\"right\"";
    case CellAlign::center:
      return " class=\"center\"";
    case CellAlign::none:
    case CellAlign::left:
      return "";
  }
  return "";
}

std::string row_html(const HtmlRow& row, std::string_view tag) {
  std::string html = "<tr>";
  for (const HtmlCell& cell : row) {
    html += "<" + std::string(tag);
    if (!cell.id.empty()) html += " id=\"" + escape_html(cell.id) + "\"";
    html += std::string(align_class(cell.align)) + ">" + cell.html + "</" + std::string(tag) + ">";
  }
  return html + "</tr>\n";
}

std::string table_html(const HtmlTable& table, const std::vector<int>& widths, std::size_t begin, std::size_t end) {
  std::string html = "<table>\n<colgroup>";
  for (const int width : widths) html += "<col style=\"width:" + std::to_string(width) + "%\">";
  html += "</colgroup>\n<thead>\n" + row_html(table.header, "th") + "</thead>\n<tbody>\n";
  for (std::size_t i = begin; i < end; ++i) html += row_html(table.rows[i], "td");
  return html + "</tbody>\n</table>\n";
}

}  // namespace

std::vector<int> column_widths(const HtmlTable& table) {
  const std::size_t columns = table.header.size();
  std::vector<double> needed(columns);
  std::vector<double> weights(columns);
  for (std::size_t i = 0; i < columns; ++i) {
    needed[i] = 100 * needed_characters(table, i) / kLineCharacters;
    weights[i] = column_weight(table, i);
  }
  const double all_needed = std::accumulate(needed.begin(), needed.end(), 0.0);
  const double all_weights = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double scale = std::min(1.0, 100 / std::max(all_needed, 1.0));
  const double spare = 100 - scale * all_needed;
  std::vector<int> widths(columns);
  for (std::size_t i = 0; i < columns; ++i)
    widths[i] = std::max(1, static_cast<int>(std::floor(scale * needed[i] + spare * weights[i] / all_weights)));
  // What rounding leaves over goes to the widest column.
  if (columns > 0) {
    const int sum = std::accumulate(widths.begin(), widths.end(), 0);
    *std::max_element(widths.begin(), widths.end()) += 100 - sum;
  }
  return widths;
}

std::string to_html(const HtmlTable& table) { return table_html(table, column_widths(table), 0, table.rows.size()); }

std::vector<std::string> to_html_blocks(const HtmlTable& table) {
  const std::vector<int> widths = column_widths(table);
  std::vector<std::string> blocks;
  std::size_t begin = 0;
  std::size_t lines = 0;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const std::size_t more = line_count(table.rows[i], widths);
    if (i > begin && (lines + more > kMaxBlockLines || i - begin == kMaxBlockRows)) {
      blocks.push_back(table_html(table, widths, begin, i));
      begin = i;
      lines = 0;
    }
    lines += more;
  }
  blocks.push_back(table_html(table, widths, begin, table.rows.size()));
  return blocks;
}

}  // namespace ihc::report
