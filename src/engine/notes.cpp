#include "engine/notes.h"

#include "base/yaml_document.h"
#include "engine/expr/evaluator.h"
#include "engine/expr/parser.h"
#include "engine/pack_check.h"
#include "engine/pack_reader.h"
#include "engine/words.h"

namespace ihc {

namespace {

constexpr const char* kRun = "run";

class SheetReader {
 public:
  SheetReader(const Resource& resource, std::vector<Diagnostic>& diagnostics)
      : source_(resource.origin, resource.bytes), diagnostics_(diagnostics) {}

  NoteSheet read() {
    NoteSheet sheet;
    YamlNode root;
    if (!source_.parse(root, diagnostics_)) return sheet;
    MappingReader file(source_, root, "the file", diagnostics_);
    const YamlNode* node = file.required("bench_notes");
    file.finish();
    if (node == nullptr) return sheet;
    MappingReader reader(source_, *node, "bench_notes", diagnostics_);
    sheet.near_floor = expression(reader.required("near_floor"));
    if (const YamlNode* rows = reader.sequence("notes")) {
      for (const YamlNode& row : rows->children) sheet.notes.push_back(note(row));
    }
    reader.finish();
    return sheet;
  }

 private:
  Note note(const YamlNode& node) {
    MappingReader row(source_, node, "a note", diagnostics_);
    Note read{.when = expression(row.required("when")), .say = row.required_text("say")};
    for (const WordTag& tag : find_tags(read.say)) {
      const auto parsed = expr::parse(tag.name);
      if (!tag.closed || !parsed) row.error(node, "bad-tag", "\"" + tag.name + "\" is no expression between braces");
    }
    row.finish();
    return read;
  }

  RuleExpression expression(const YamlNode* node) {
    if (node == nullptr) return {};
    RuleExpression read = read_expression(source_, *node, diagnostics_);
    if (read.expression.root) check_expression(read, source_, {{kRun, {}}}, diagnostics_);
    return read;
  }

  YamlSource source_;
  std::vector<Diagnostic>& diagnostics_;
};

expr::Value value_of(const expr::Expression& expression, const Json& run) {
  expr::Bindings bindings;
  bindings.set(kRun, expr::value_from_json(run));
  return expr::evaluate(expression, bindings);
}

std::optional<std::string> words_for(const std::string& name, const Json& run) {
  const auto expression = expr::parse(name);
  if (!expression) return std::nullopt;
  return value_to_words(value_of(*expression, run));
}

}  // namespace

NoteSheet read_note_sheet(const Resource& resource, std::vector<Diagnostic>& diagnostics) {
  return SheetReader(resource, diagnostics).read();
}

std::vector<std::string> metrics_near_floor(const NoteSheet& sheet, const Json& run) {
  const expr::Value value = value_of(sheet.near_floor.expression, run);
  std::vector<std::string> names;
  if (value.error() != nullptr) return names;
  const Json json = expr::to_json(value);
  if (!json.is_array()) return names;
  for (const Json& name : json) {
    if (name.is_string()) names.push_back(name.get<std::string>());
  }
  return names;
}

std::vector<std::string> notes_of(const NoteSheet& sheet, const Json& run) {
  std::vector<std::string> said;
  for (const Note& note : sheet.notes) {
    const expr::Value value = value_of(note.when.expression, run);
    const bool* holds = value.as<bool>();
    if (holds == nullptr || !*holds) continue;
    std::vector<std::string> gaps;
    said.push_back(fill_words(
        note.say, [&](const std::string& name) { return words_for(name, run); }, gaps));
  }
  return said;
}

}  // namespace ihc
