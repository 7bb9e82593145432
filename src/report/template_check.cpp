#include "report/template_check.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "report/page.h"

namespace ihc::report {

namespace {

constexpr std::size_t kMaxPartialDepth = 8;
constexpr std::array<std::string_view, 6> kSpellings{"prose", "cell", "code", "code_cell", "block", "url"};

enum class TagKind { variable, section, inverted, close, comment, partial, raw, delimiters };

struct Tag {
  TagKind kind = TagKind::variable;
  std::string name;
  std::string spelling;
  std::size_t begin = 0;        ///< offset of the first brace
  std::size_t end = 0;          ///< offset behind the last brace
  std::size_t name_offset = 0;  ///< offset of the name
};

bool contains(const auto& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// The element of a list of texts, as templates see it: {{item}}.
const TypeInfo& item_type() {
  static const TypeInfo kType{
      .kind = TypeInfo::Kind::object,
      .name = "item",
      .element = nullptr,
      .members = {{.name = "item", .type = &type_of<std::string>(), .optional = false, .doc = "the text"}}};
  return kType;
}

// A member's type; {{#has_rows}} asks whether the list `rows` has any, because a section of a list repeats.
const TypeInfo* member_type(const TypeInfo& object, std::string_view name) {
  if (const TypeInfo::Member* member = object.member(name)) return member->type;
  constexpr std::string_view kPrefix = "has_";
  if (!name.starts_with(kPrefix)) return nullptr;
  const TypeInfo::Member* list = object.member(name.substr(kPrefix.size()));
  return list != nullptr && list->type->kind == TypeInfo::Kind::list ? &type_of<bool>() : nullptr;
}

class Checker {
 public:
  Checker(const std::map<std::string, Template>& all, TemplateKind kind) : all_(all), kind_(kind) {}

  void check(const Template& file, std::vector<const TypeInfo*> scopes, std::size_t depth);
  std::vector<Diagnostic> take() { return std::move(found_); }

 private:
  struct Open {
    Tag tag;
    bool pushed = false;
  };
  struct Place {
    const Template& file;
    std::vector<const TypeInfo*>& scopes;
    std::vector<Open>& open;
    std::size_t depth;
  };

  void note(const Template& file, std::size_t offset, std::size_t length, std::string code, std::string message,
            std::string hint);
  std::optional<Tag> next_tag(const Template& file, std::size_t from);
  void handle(const Tag& tag, Place& place);
  void open_section(const Tag& tag, Place& place);
  void close_section(const Tag& tag, Place& place);
  void include(const Tag& tag, Place& place);
  void check_variable(const Tag& tag, const Place& place);
  void check_spelling(const Tag& tag, const Place& place);
  const TypeInfo* resolve(const Tag& tag, const Place& place);

  const std::map<std::string, Template>& all_;
  TemplateKind kind_;
  std::vector<Diagnostic> found_;
};

std::string_view line_at(std::string_view text, std::size_t offset) {
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return text.substr(begin, std::min(text.find('\n', begin), text.size()) - begin);
}

void Checker::note(const Template& file, std::size_t offset, std::size_t length, std::string code, std::string message,
                   std::string hint) {
  const std::string_view text = file.text;
  const std::string_view line = line_at(text, offset);
  const auto lines_before = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
  Diagnostic diagnostic{.code = std::move(code),
                        .file = file.origin,
                        .line = static_cast<std::size_t>(lines_before) + 1,
                        .column = offset - static_cast<std::size_t>(line.data() - text.data()) + 1,
                        .length = std::max<std::size_t>(1, length),
                        .message = std::move(message),
                        .hint = std::move(hint),
                        .source_line = std::string(line)};
  // A partial that is included twice from the same scope is wrong once.
  const bool known = std::any_of(found_.begin(), found_.end(), [&](const Diagnostic& other) {
    return other.file == diagnostic.file && other.line == diagnostic.line && other.column == diagnostic.column &&
           other.message == diagnostic.message;
  });
  if (!known) found_.push_back(std::move(diagnostic));
}

TagKind kind_of(char mark) {
  switch (mark) {
    case '#':
      return TagKind::section;
    case '^':
      return TagKind::inverted;
    case '/':
      return TagKind::close;
    case '!':
      return TagKind::comment;
    case '>':
      return TagKind::partial;
    case '&':
    case '{':
      return TagKind::raw;
    case '=':
      return TagKind::delimiters;
    default:
      return TagKind::variable;
  }
}

std::optional<Tag> Checker::next_tag(const Template& file, std::size_t from) {
  const std::string_view text = file.text;
  const std::size_t begin = text.find("{{", from);
  if (begin == std::string_view::npos) return std::nullopt;
  const bool triple = text.substr(begin, 3) == "{{{";
  const std::string_view closing = triple ? "}}}" : "}}";
  const std::size_t inner = begin + (triple ? 3 : 2);
  const std::size_t end = text.find(closing, inner);
  if (end == std::string_view::npos) {
    note(file, begin, 2, "unclosed-tag", "the tag is never closed", "end it with " + std::string(closing));
    return std::nullopt;
  }
  Tag tag{.begin = begin, .end = end + closing.size(), .name_offset = inner};
  std::string_view content = text.substr(inner, end - inner);
  tag.kind = triple ? TagKind::raw : content.empty() ? TagKind::variable : kind_of(content.front());
  if (!triple && tag.kind != TagKind::variable) {
    content.remove_prefix(1);
    ++tag.name_offset;
  }
  tag.name_offset += std::min(content.find_first_not_of(" \t\r\n"), content.size());
  tag.name = trim(content);
  return tag;
}

void Checker::check(const Template& file, std::vector<const TypeInfo*> scopes, std::size_t depth) {
  std::vector<Open> open;
  Place place{file, scopes, open, depth};
  for (auto tag = next_tag(file, 0); tag; tag = next_tag(file, tag->end)) handle(*tag, place);
  for (const Open& left : open) {
    note(file, left.tag.begin, left.tag.end - left.tag.begin, "unclosed-section",
         "the section \"" + left.tag.name + "\" is never closed", "end it with {{/" + left.tag.name + "}}");
  }
}

void Checker::handle(const Tag& tag, Place& place) {
  switch (tag.kind) {
    case TagKind::comment:
      return;
    case TagKind::variable:
      return check_variable(tag, place);
    case TagKind::section:
    case TagKind::inverted:
      return open_section(tag, place);
    case TagKind::close:
      return close_section(tag, place);
    case TagKind::partial:
      return include(tag, place);
    case TagKind::delimiters:
      return note(place.file, tag.begin, tag.end - tag.begin, "no-delimiters", "delimiters can't be changed here",
                  "write {{ and }}");
    case TagKind::raw:
      if (kind_ == TemplateKind::html && contains(kMarkupMembers, tag.name)) return;
      return note(place.file, tag.begin, tag.end - tag.begin, "raw-tag", "a raw tag would print evidence unescaped",
                  "write {{" + tag.name + "}}");
  }
}

const TypeInfo* Checker::resolve(const Tag& tag, const Place& place) {
  const auto parts = split(tag.name, '.');
  const TypeInfo* owner = nullptr;
  for (auto scope = place.scopes.rbegin(); scope != place.scopes.rend() && owner == nullptr; ++scope) {
    if (member_type(**scope, parts.front()) != nullptr) owner = *scope;
  }
  const TypeInfo* blamed = owner == nullptr ? place.scopes.back() : owner;
  const TypeInfo* type = owner;
  std::string_view wrong = parts.front();
  for (const std::string_view part : parts) {
    wrong = part;
    if (type == nullptr) break;
    blamed = type;
    type = member_type(*type, part);
  }
  if (type != nullptr) return type;
  std::vector<std::string> candidates;
  for (const TypeInfo::Member& member : blamed->members) candidates.emplace_back(member.name);
  if (owner == nullptr) {
    for (const TypeInfo* scope : place.scopes) {
      for (const TypeInfo::Member& member : scope->members) candidates.emplace_back(member.name);
    }
  }
  const std::string close = closest_word(wrong, candidates);
  note(place.file, tag.name_offset, tag.name.size(), "unknown-name",
       "\"" + std::string(wrong) + "\" is not a member of " + std::string(blamed->name),
       close.empty() ? "`ihc report --model` and `ihc compare --model` print what there is"
                     : "did you mean \"" + close + "\"?");
  return nullptr;
}

void Checker::open_section(const Tag& tag, Place& place) {
  place.open.push_back({tag, false});
  const TypeInfo* type = resolve(tag, place);
  if (type == nullptr || tag.kind == TagKind::inverted) {
    // What stands in a section of an unknown name can't be judged; its own scope would only repeat the complaint.
    return;
  }
  const TypeInfo* inner = nullptr;
  if (type->kind == TypeInfo::Kind::object) inner = type;
  if (type->kind == TypeInfo::Kind::list) {
    inner = type->element->kind == TypeInfo::Kind::string ? &item_type() : type->element;
  }
  if (inner == nullptr) return;
  place.scopes.push_back(inner);
  place.open.back().pushed = true;
}

void Checker::close_section(const Tag& tag, Place& place) {
  if (place.open.empty()) {
    return note(place.file, tag.begin, tag.end - tag.begin, "unopened-section",
                "the section \"" + tag.name + "\" was never opened", "remove the tag");
  }
  const Open last = place.open.back();
  if (last.tag.name != tag.name) {
    note(place.file, tag.begin, tag.end - tag.begin, "crossed-sections",
         "\"" + tag.name + "\" is closed while \"" + last.tag.name + "\" is open", "close the inner section first");
  }
  if (last.pushed) place.scopes.pop_back();
  place.open.pop_back();
}

void Checker::include(const Tag& tag, Place& place) {
  const auto found = all_.find(tag.name);
  if (found == all_.end()) {
    std::vector<std::string> names;
    for (const auto& [name, unused] : all_) names.push_back(name);
    const std::string close = closest_word(tag.name, names);
    return note(place.file, tag.name_offset, tag.name.size(), "unknown-partial", "there is no partial of this name",
                close.empty() ? "name it by its path among the templates" : "did you mean \"" + close + "\"?");
  }
  if (place.depth >= kMaxPartialDepth) {
    return note(place.file, tag.name_offset, tag.name.size(), "partial-depth", "partials include each other too deeply",
                "a partial must not include itself");
  }
  check(found->second, place.scopes, place.depth + 1);
}

void Checker::check_variable(const Tag& tag, const Place& place) {
  Tag name = tag;
  const std::size_t colon = tag.name.find(':');
  if (colon != std::string::npos) {
    name.name = tag.name.substr(0, colon);
    name.spelling = tag.name.substr(colon + 1);
  }
  if (name.name.empty() || name.name == ".") {
    return note(place.file, tag.begin, tag.end - tag.begin, "no-name", "the tag names nothing",
                "the element of a list of texts is {{item}}");
  }
  const TypeInfo* type = resolve(name, place);
  if (type == nullptr) return;
  if (type->kind != TypeInfo::Kind::string) {
    return note(place.file, tag.name_offset, name.name.size(), "not-a-text", "\"" + name.name + "\" is not a text",
                "use it as a section: {{#" + name.name + "}}…{{/" + name.name + "}}");
  }
  if (kind_ == TemplateKind::html && contains(kMarkupMembers, name.name)) {
    return note(place.file, tag.begin, tag.end - tag.begin, "markup", "\"" + name.name + "\" is markup",
                "write {{{" + name.name + "}}}");
  }
  check_spelling(name, place);
}

void Checker::check_spelling(const Tag& tag, const Place& place) {
  const std::size_t length = tag.end - tag.begin;
  if (kind_ != TemplateKind::markdown) {
    if (tag.spelling.empty()) return;
    const std::string_view what = kind_ == TemplateKind::html ? "HTML" : "a sentence of its own";
    return note(place.file, tag.begin, length, "no-place", std::string(what) + " has one way to write a text",
                "write {{" + tag.name + "}}");
  }
  if (!tag.spelling.empty() && !contains(kSpellings, tag.spelling)) {
    return note(place.file, tag.begin, length, "unknown-place", "\"" + tag.spelling + "\" is no place for a value",
                "known: prose, cell, code, code_cell, block, url; running text has none");
  }
  const std::string_view line = line_at(place.file.text, tag.begin);
  const bool in_table = !trim(line).empty() && trim(line).front() == '|';
  const bool for_cell = tag.spelling == "cell" || tag.spelling == "code_cell";
  if (in_table && !for_cell) {
    note(place.file, tag.begin, length, "not-a-cell", "in a table row a value needs the spelling of a cell",
         "write {{" + tag.name + ":cell}} or {{" + tag.name + ":code_cell}}");
  }
  if (tag.spelling == "block" && trim(line).size() != length) {
    note(place.file, tag.begin, length, "block-in-line", "a block needs a line of its own",
         "put the tag alone on its line");
  }
}

}  // namespace

std::vector<Diagnostic> check_template(const Template& entry, const std::map<std::string, Template>& all,
                                       const TypeInfo& model, TemplateKind kind) {
  Checker checker(all, kind);
  checker.check(entry, {&model}, 0);
  return checker.take();
}

}  // namespace ihc::report
