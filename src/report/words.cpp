#include "report/words.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace ihc::report {

namespace {

// What the program asks for by a fixed name. Codes from data (reasons, domains, units of facts) are looked up too, and
// fall back to themselves.
constexpr std::array<std::string_view, 15> kRequired{
    "states.not_known", "states.yes",      "states.no",          "states.none",         "units.bytes",
    "units.kibibytes",  "units.mebibytes", "units.gibibytes",    "units.tebibytes",     "units.percent",
    "units.megahertz",  "units.seconds",   "units.milliseconds", "checklist.met.label", "checklist.not_met.label",
};

void check_member(const Json& value, const std::string& key, const std::string& file, std::vector<Diagnostic>& out) {
  if (value.is_string()) return;
  if (!value.is_object()) {
    out.push_back({.code = "bad-word", .file = file, .message = "\"" + key + "\" is neither a text nor an object"});
    return;
  }
  for (const auto& [name, member] : value.items())
    check_member(member, key.empty() ? name : key + "." + name, file, out);
}

}  // namespace

const Json* Words::find(std::string_view key) const {
  const Json* at = &document_;
  for (const std::string_view part : split(key, '.')) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(part);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at->is_string() ? at : nullptr;
}

std::string Words::text(std::string_view key) const {
  if (const Json* found = find(key)) return found->get<std::string>();
  return std::string(split(key, '.').back());
}

std::string Words::text_or_empty(std::string_view group, std::string_view code, std::string_view part) const {
  // A code comes from data: one with a dot in it must not walk elsewhere.
  if (code.find('.') != std::string_view::npos) return {};
  const Json* found = find(std::string(group) + "." + std::string(code) + "." + std::string(part));
  return found == nullptr ? std::string() : found->get<std::string>();
}

std::string Words::text(std::string_view group, std::string_view code, std::string_view part) const {
  std::string found = text_or_empty(group, code, part);
  return found.empty() ? std::string(code) : found;
}

Words load_words(const std::vector<Resource>& templates, std::string_view language,
                 std::vector<Diagnostic>& diagnostics) {
  const std::string path = "words/" + std::string(language) + ".json";
  for (const Resource& resource : templates) {
    if (resource.path != path) continue;
    auto document = parse_json(resource.bytes, resource.origin);
    if (!document || !document->is_object()) {
      diagnostics.push_back({.code = "bad-words",
                             .file = resource.origin,
                             .message = document ? "the words are not an object" : to_string(document.error()),
                             .hint = "write an object of groups, as the shipped file does"});
      return Words(Json::object());
    }
    check_member(*document, "", resource.origin, diagnostics);
    Words words(std::move(*document));
    for (const std::string_view key : kRequired) {
      if (!words.has(key)) {
        diagnostics.push_back({.code = "missing-word",
                               .file = resource.origin,
                               .message = "the word \"" + std::string(key) + "\" is missing",
                               .hint = "add it; the shipped templates have it"});
      }
    }
    return words;
  }
  diagnostics.push_back({.code = "missing-words",
                         .file = path,
                         .message = "there is no such file among the templates",
                         .hint = "copy it from the shipped templates"});
  return Words(Json::object());
}

}  // namespace ihc::report
