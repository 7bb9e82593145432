#include "collectors/frequency/tuned.h"

#include <algorithm>

#include "base/text.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

bool is_profile_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

// ---- tuned-adm -----------------------------------------------------------------------------------------------------

Parsed<TunedText> parse_tuned_adm(const std::vector<std::string>& lines) {
  Parsed<TunedText> parsed;
  Tuned& tuned = parsed.value.tuned;
  for (const std::string& whole : lines) {
    const std::string_view line = trim(whole);
    if (line.empty()) continue;
    if (line == "Available profiles:") {
      tuned.profiles.emplace();
    } else if (line.starts_with("- ") && tuned.profiles) {
      const auto words = split_words(line);
      const bool named = words.size() >= 2 && is_profile_name(words[1]);
      if (named) tuned.profiles->push_back(std::string(words[1]));
      if (!named) parsed.unparsed.add(line);
    } else if (line.starts_with("No current active profile")) {
      parsed.value.no_profile = true;
    } else if (const auto pair = split_key_value(line, ':');
               pair && pair->first == "Current active profile" && !pair->second.empty()) {
      tuned.active_profile = to_valid_utf8(pair->second);
    } else if (pair && pair->first == "Preset profile") {
      parsed.value.no_profile = true;
    } else if (lines.size() <= 2 && is_profile_name(line)) {
      tuned.recommended_profile = std::string(line);  // tuned-adm recommend prints the name alone
    } else {
      parsed.unparsed.add(line);
    }
  }
  return parsed;
}

// ---- Tuned resources -----------------------------------------------------------------------------------------------

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

std::string_view unquoted(std::string_view value) {
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
    return value.substr(1, value.size() - 2);
  }
  return value;
}

// Only names are wanted of a resource whose profiles are long quoted texts. Keys of a list's entries stand two columns
// right of its dash, which no continued text that is a key does: it would have to begin with the key's own word.
class ResourceReader {
 public:
  void read_line(std::string_view line) {
    const std::size_t indent = indent_of(line);
    std::string_view rest = line.substr(indent);
    const bool entry = rest.starts_with("- ");
    if (entry) rest = trim(rest.substr(2));
    const std::size_t column = entry ? indent + 2 : indent;
    if (rest == "profile:" || rest == "recommend:") {
      section_ = rest;
      section_indent_ = indent;
      entry_column_ = 0;
      return;
    }
    if (section_.empty() || (!entry && indent <= section_indent_ && !rest.empty())) return;
    if (entry) entry_column_ = column;
    const auto pair = split_key_value(rest, ':');
    if (!pair || column != entry_column_) return;
    const std::string_view value = unquoted(pair->second);
    if (!is_profile_name(value)) return;
    if (section_ == "profile:" && pair->first == "name") profiles_.emplace_back(value);
    if (section_ == "recommend:" && pair->first == "profile" && !recommended_) recommended_ = std::string(value);
  }

  void give(Tuned& tuned) && {
    if (!profiles_.empty()) tuned.profiles = std::move(profiles_);
    tuned.recommended_profile = std::move(recommended_);
  }

 private:
  std::string section_;
  std::size_t section_indent_ = 0;
  std::size_t entry_column_ = 0;
  std::vector<std::string> profiles_;
  std::optional<std::string> recommended_;
};

bool is_resource(const std::vector<std::string>& lines) {
  return std::any_of(lines.begin(), lines.end(), [](const std::string& line) { return trim(line) == "kind: Tuned"; });
}

}  // namespace

Parsed<TunedText> parse_tuned(std::string_view text) {
  const auto lines = pasted_lines(text);
  if (!is_resource(lines)) return parse_tuned_adm(lines);
  Parsed<TunedText> parsed;
  ResourceReader reader;
  for (const std::string& line : lines) reader.read_line(line);
  std::move(reader).give(parsed.value.tuned);
  return parsed;
}

Likeness like_tuned(std::string_view text) {
  bool list = false;
  for (const std::string& whole : pasted_lines(text)) {
    const std::string_view line = trim(whole);
    if (line == "kind: Tuned" || line.starts_with("Current active profile: ") ||
        line.starts_with("No current active profile") || line.starts_with("Preset profile: ")) {
      return Likeness::sure;
    }
    list = list || line == "Available profiles:";
  }
  return list ? Likeness::maybe : Likeness::no;
}

}  // namespace ihc
