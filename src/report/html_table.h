// Tables of the HTML: column widths from what stands in them, and blocks of rows that fit a page.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ihc::report {

enum class CellAlign { none, left, center, right };

struct HtmlCell {
  std::string html;  ///< its content
  std::string text;  ///< the same without markup: what it takes in width
  std::string id;    ///< empty: none
  CellAlign align = CellAlign::none;
};

using HtmlRow = std::vector<HtmlCell>;

struct HtmlTable {
  HtmlRow header;
  std::vector<HtmlRow> rows;
};

/// Percentages of the table's width, summing to 100: each column has room for its longest word, and the rest is shared
/// by the length of the columns' texts, damped.
std::vector<int> column_widths(const HtmlTable& table);

/// The whole table.
std::string to_html(const HtmlTable& table);

/// The table in blocks, each with the header and as many rows as take at most kMaxBlockLines lines or kMaxBlockRows
/// rows: WebKit cuts through a row at a page's end, and never through a block that must not be broken.
std::vector<std::string> to_html_blocks(const HtmlTable& table);

inline constexpr std::size_t kMaxBlockRows = 24;
inline constexpr std::size_t kMaxBlockLines = 30;

}  // namespace ihc::report
