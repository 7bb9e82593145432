#include "report/wrap.h"

#include <algorithm>

#include "base/text.h"

namespace ihc::report {

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string wrapped(std::string_view text, std::size_t column, std::size_t indent, std::size_t columns) {
  std::string lines;
  bool first_of_line = true;
  for (const std::string_view word : split_words(text)) {
    if (!first_of_line && column + 1 + width_of(word) > columns) {
      lines += "\n" + std::string(indent, ' ');
      column = indent;
      first_of_line = true;
    }
    lines += (first_of_line ? "" : " ") + std::string(word);
    column += (first_of_line ? 0 : 1) + width_of(word);
    first_of_line = false;
  }
  return lines;
}

}  // namespace ihc::report
