#include "engine/pack_check.h"

#include <algorithm>
#include <set>

#include "base/yaml_document.h"
#include "engine/expr/checker.h"
#include "engine/expr/parser.h"
#include "engine/words.h"
#include "facts/document.h"

namespace ihc {

namespace {

using expr::Type;

Type type_of_json(const Json& json) {
  Type type;
  if (json.is_boolean()) type.kind = Type::Kind::boolean;
  if (json.is_number_integer()) type.kind = Type::Kind::integer;
  if (json.is_number_float()) type.kind = Type::Kind::number;
  if (json.is_string()) type.kind = Type::Kind::string;
  if (json.is_array()) {
    type.kind = Type::Kind::list;
    if (!json.empty()) type.element = std::make_shared<const Type>(type_of_json(json.front()));
  }
  if (json.is_object()) type.kind = Type::Kind::map;
  return type;
}

Type type_of_params(const Rule& rule) {
  auto members = std::make_shared<std::map<std::string, Type>>();
  for (const Param& param : rule.params) members->emplace(param.name, type_of_json(param.default_value));
  Type type;
  type.kind = Type::Kind::map;
  type.members = std::move(members);
  return type;
}

class RuleChecker {
 public:
  RuleChecker(const Rule& rule, const Resource& resource, std::vector<Diagnostic>& diagnostics)
      : rule_(rule), source_(resource.origin, resource.bytes), diagnostics_(diagnostics) {}

  void run() {
    names_.emplace("facts", expr::type_of_fact(type_of<Facts>()));
    names_.emplace("params", type_of_params(rule_));
    if (rule_.for_each) check_for_each(*rule_.for_each);
    for (const LetBinding& let : rule_.let) names_[let.name] = checked(let.value);
    if (rule_.applies_when) condition(*rule_.applies_when);
    for (const Guard& guard : rule_.requires_all) condition(guard.when);
    for (const RuleLevel& level : rule_.levels) condition(level.when);
    words(rule_.words.engineer, "words.engineer", CodeSpans::skipped);
    words(rule_.words.business, "words.business", CodeSpans::counted);
    for (const std::string* text :
         {&rule_.recommendation.what_to_do, &rule_.recommendation.verify, &rule_.recommendation.undo}) {
      tags(*text, "recommendation");
    }
    impact();
  }

 private:
  Type checked(const RuleExpression& expression) { return check_expression(expression, source_, names_, diagnostics_); }

  void report(const RuleExpression& at, std::string code, std::string message, std::string hint = {}) {
    diagnostics_.push_back(source_.error(std::move(code), std::move(message), at.line, at.column, std::move(hint)));
  }
  void report(std::string code, std::string message, std::string hint = {}) {
    diagnostics_.push_back(
        source_.error(std::move(code), rule_.id + ": " + std::move(message), rule_.line, 0, std::move(hint)));
  }

  void condition(const RuleExpression& expression) {
    const Type type = checked(expression);
    if (type.kind != Type::Kind::boolean && type.kind != Type::Kind::any) {
      report(expression, "wrong-type", "a condition is true or false, not " + to_string(type));
    }
  }

  void check_for_each(const ForEach& each) {
    const Type range = checked(each.in);
    if (range.kind != Type::Kind::list && range.kind != Type::Kind::any) {
      report(each.in, "wrong-type", "for_each goes over a list, not " + to_string(range));
    }
    names_[each.as] = range.kind == Type::Kind::list && range.element ? *range.element : Type();
    const Type key = checked(each.key);
    const bool printable =
        key.kind == Type::Kind::string || key.kind == Type::Kind::integer || key.kind == Type::Kind::any;
    if (!printable)
      report(each.key, "wrong-type", "a subject's key is a text or a whole number, not " + to_string(key));
  }

  void tags(const std::string& text, const std::string& where) {
    for (const WordTag& tag : find_tags(text)) {
      if (!tag.closed) {
        report("bad-tag", where + ": \"{{\" without \"}}\"");
        continue;
      }
      const auto expression = expr::parse(tag.name);
      if (!expression || qualified_name(*expression->root).empty()) {
        report("bad-tag", where + ": {{" + tag.name + "}} is no name", "give it a name under `let`");
        continue;
      }
      const expr::CheckResult result = expr::check(*expression, names_);
      for (const expr::CheckError& error : result.errors) {
        report(error.code, where + ": {{" + tag.name + "}}: " + error.message, error.hint);
      }
      if (result.errors.empty() && result.type.kind == Type::Kind::map) {
        report("bad-tag", where + ": {{" + tag.name + "}} is a " + to_string(result.type) + ", which words can't show",
               "name one field of it");
      }
    }
  }

  void words(const std::string& text, const std::string& where, CodeSpans code_spans) {
    tags(text, where);
    for (const std::size_t place : literal_numbers(text, code_spans)) {
      report("literal-number", where + ": a number is written out: \"" + text.substr(place, 20) + "\"",
             "a number in words comes from a fact: use a tag");
    }
  }

  void impact() {
    if (rule_.impact.provenance != "qualitative") return;
    if (literal_numbers(rule_.impact.text, CodeSpans::counted).empty()) return;
    report("impact-number", "a qualitative impact has no numbers", "say the direction, or name a published source");
  }

  const Rule& rule_;
  YamlSource source_;
  std::vector<Diagnostic>& diagnostics_;
  expr::TypeBindings names_;
};

bool mentions(const RuleExpression& expression, const std::set<std::string>& names) {
  const std::vector<std::string> free = expr::free_names(expression.expression);
  return std::any_of(free.begin(), free.end(), [&](const std::string& name) { return names.count(name) > 0; });
}

}  // namespace

expr::Type check_expression(const RuleExpression& expression, const YamlSource& source, const expr::TypeBindings& names,
                            std::vector<Diagnostic>& diagnostics) {
  const expr::CheckResult result = expr::check(expression.expression, names);
  for (const expr::CheckError& error : result.errors) {
    const auto place = source.locate(expression.line, expression.column, expression.expression.source, error.offset);
    diagnostics.push_back(source.error(error.code, error.message, place.line, place.column, error.hint, error.length));
  }
  return result.type;
}

void check_rule(const Rule& rule, const Resource& resource, std::vector<Diagnostic>& diagnostics) {
  RuleChecker(rule, resource, diagnostics).run();
}

void mark_subject_guards(Rule& rule) {
  if (!rule.for_each) return;
  std::set<std::string> about{rule.for_each->as};
  for (const LetBinding& let : rule.let) {
    if (mentions(let.value, about)) about.insert(let.name);
  }
  rule.applies_about_subject = rule.applies_when && mentions(*rule.applies_when, about);
  for (Guard& guard : rule.requires_all) guard.about_subject = mentions(guard.when, about);
}

}  // namespace ihc
