// A page of text for a terminal: headings, lines, and words behind a lead.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/terminal.h"
#include "report/words.h"

namespace ihc::report {

class TerminalPage {
 public:
  TerminalPage(const Words& words, const TerminalStyle& style);

  void heading(const std::string& text) { out_ += (out_.empty() ? "" : "\n") + painted(text, "1") + "\n"; }
  void line(const std::string& text) { out_ += text + "\n"; }
  /// Words of a text behind `indent` blanks; the first line begins with `lead` instead, painted when a colour is named.
  void wrapped(const std::string& lead, const std::string& text, std::size_t indent, std::string_view color = {});

  /// Columns as wide as their widest cell: the first to the left, the others to the right, the last as it is.
  void table(const std::vector<std::vector<std::string>>& rows);

  std::string painted(const std::string& text, std::string_view code) const;
  const Words& words() const { return words_; }
  std::string take() { return std::move(out_); }

 private:
  const Words& words_;
  std::size_t columns_;
  TerminalColor color_;
  std::string out_;
};

}  // namespace ihc::report
