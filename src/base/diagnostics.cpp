#include "base/diagnostics.h"

#include <algorithm>
#include <numeric>

namespace ihc {

namespace {

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] == right[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

// The caret line keeps the source's tabs so that the caret stands under its character whatever the tab width.
std::string caret_line(const Diagnostic& diagnostic) {
  std::string line;
  for (std::size_t i = 0; i + 1 < diagnostic.column && i < diagnostic.source_line.size(); ++i) {
    line += diagnostic.source_line[i] == '\t' ? '\t' : ' ';
  }
  line += '^';
  if (diagnostic.length > 1) line.append(diagnostic.length - 1, '~');
  return line;
}

}  // namespace

std::string to_text(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line > 0) text += ":" + std::to_string(diagnostic.line);
  if (diagnostic.line > 0 && diagnostic.column > 0) text += ":" + std::to_string(diagnostic.column);
  if (!text.empty()) text += ": ";
  text += diagnostic.severity == DiagnosticSeverity::error ? "error: " : "warning: ";
  text += diagnostic.message + " [" + diagnostic.code + "]\n";
  if (!diagnostic.source_line.empty()) {
    text += "  " + diagnostic.source_line + "\n";
    if (diagnostic.column > 0) text += "  " + caret_line(diagnostic) + "\n";
  }
  if (!diagnostic.hint.empty()) text += "  hint: " + diagnostic.hint + "\n";
  return text;
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == DiagnosticSeverity::error; });
}

std::string closest_word(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace ihc
