// YAML as a tree with positions, read with limits: no anchors, no aliases, one document, no key twice in a mapping.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"

namespace ihc {

/// A scalar, sequence or mapping, and where it begins (lines and columns from 1). Of a mapping, `children` alternates
/// keys and values.
struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };
  Kind kind = Kind::null;
  std::string text;     ///< scalars
  bool quoted = false;  ///< in quotes or as a block: a text, whatever it looks like
  std::vector<YamlNode> children;
  std::size_t line = 0;
  std::size_t column = 0;

  /// The value under a key; null when there is none.
  const YamlNode* find(std::string_view key) const;
};

/// A text being read: its lines serve the caret of every diagnostic about it.
class YamlSource {
 public:
  YamlSource(std::string file, std::string_view text);

  /// The tree, or nothing with diagnostics saying why.
  bool parse(YamlNode& root, std::vector<Diagnostic>& diagnostics) const;

  Diagnostic error(std::string code, std::string message, std::size_t line, std::size_t column, std::string hint = {},
                   std::size_t length = 1) const;
  Diagnostic error(std::string code, std::string message, const YamlNode& node, std::string hint = {}) const;

  struct Position {
    std::size_t line = 0;
    std::size_t column = 0;
  };
  /// Where byte `offset` of a scalar's text stands in the file. Folding and indentation change only white space, so the
  /// visible characters are counted; in a quoted scalar with escapes the answer is near, not exact.
  Position locate(std::size_t line, std::size_t column, std::string_view scalar, std::size_t offset) const;

  const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::string_view text_;
  std::vector<std::string_view> lines_;
};

/// JSON of a tree: plain scalars that read as null, true, false, a number become that, everything else text.
Json to_json(const YamlNode& node);

}  // namespace ihc
