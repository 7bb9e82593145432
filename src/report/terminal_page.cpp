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
