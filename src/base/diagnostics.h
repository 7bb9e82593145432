// What is wrong in a text that an author wrote (a rule pack, a template, an expression), located so that an editor can
// jump there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ihc {

enum class DiagnosticSeverity { error, warning };

/// One located message. Lines and columns count from 1; 0 means "not known". `length` is how many characters the caret
/// line underlines (at least one). Codes are short kebab-case words that stay stable ("unknown-function").
struct Diagnostic {
  std::string code;
  DiagnosticSeverity severity = DiagnosticSeverity::error;
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::size_t length = 1;
  std::string message;
  std::string hint;
  std::string source_line;  ///< the text of `line`, for the caret; may be empty
};

/// "file:line:column: error: message [code]", the source line, a caret line, and the hint, each on its own line.
std::string to_text(const Diagnostic& diagnostic);

bool has_errors(const std::vector<Diagnostic>& diagnostics);

/// The candidate closest to `word` by edit distance, or "" when none is close enough to be a likely slip.
std::string closest_word(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace ihc
