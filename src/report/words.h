// The words of the report: states, reasons, severities, units. They live in templates/words/en.json, so that C++ holds
// no sentence for a client and another language is another file.
//
//   {"reasons": {"permission": {"label": "no permission", "hint": "collect again as root"}}, …}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/resources.h"

namespace ihc::report {

class Words {
 public:
  /// Takes the parsed document as it is; see check().
  explicit Words(Json document) : document_(std::move(document)) {}

  bool has(std::string_view key) const { return find(key) != nullptr; }
  /// The text at a dotted key ("states.not_known"); the last part of the key itself when there is none, because a word
  /// that this version does not know is still better shown than dropped.
  std::string text(std::string_view key) const;
  /// text(group + "." + code + "." + part) for codes that come from data ("reasons", "permission", "label").
  std::string text(std::string_view group, std::string_view code, std::string_view part) const;
  /// As text(), but "" when there is none.
  std::string text_or_empty(std::string_view group, std::string_view code, std::string_view part) const;

 private:
  const Json* find(std::string_view key) const;
  Json document_;
};

/// Reads words/<language>.json among the template resources. Problems (not JSON, a member that is neither text nor
/// object, a word that the program asks for and the file lacks) come back as diagnostics, all of them.
Words load_words(const std::vector<Resource>& templates, std::string_view language,
                 std::vector<Diagnostic>& diagnostics);

}  // namespace ihc::report
