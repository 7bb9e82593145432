#include "report/terminal_page.h"

#include <algorithm>

#include "report/wrap.h"

namespace ihc::report {

namespace {

constexpr std::size_t kMinColumns = 60;
constexpr std::size_t kMaxColumns = 120;

}  // namespace

TerminalPage::TerminalPage(const Words& words, const TerminalStyle& style)
    : words_(words), columns_(std::clamp(style.columns, kMinColumns, kMaxColumns)), color_(style.color) {}

void TerminalPage::table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t at = 0; at < row.size(); ++at) widths[at] = std::max(widths[at], width_of(row[at]));
  }
  for (const auto& row : rows) {
    std::string text = " ";
    for (std::size_t at = 0; at < row.size(); ++at) {
      const std::string blanks(widths[at] - width_of(row[at]), ' ');
      const bool is_last = at + 1 == row.size();
      text += " " + (at == 0 ? row[at] + blanks : is_last ? row[at] : blanks + row[at]);
    }
    line(text.substr(0, text.find_last_not_of(' ') + 1));
  }
}

std::string TerminalPage::painted(const std::string& text, std::string_view code) const {
  if (color_ == TerminalColor::none) return text;
  return "\033[" + std::string(code) + "m" + text + "\033[0m";
}

void TerminalPage::wrapped(const std::string& lead, const std::string& text, std::size_t indent,
                           std::string_view color) {
  const std::size_t lead_width = width_of(lead);
  out_ +=
      (color.empty() ? lead : painted(lead, color)) + std::string(indent > lead_width ? indent - lead_width : 0, ' ');
  out_ += ihc::report::wrapped(text, std::max(indent, lead_width), indent, columns_) + "\n";
}

}  // namespace ihc::report
