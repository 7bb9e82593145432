#include "engine/pack_reader.h"

#include <algorithm>

#include "base/text.h"
#include "engine/expr/parser.h"

namespace ihc {

RuleExpression read_expression(const YamlSource& source, const YamlNode& node, std::vector<Diagnostic>& diagnostics) {
  RuleExpression result;
  result.line = node.line;
  result.column = node.column;
  if (node.kind != YamlNode::Kind::scalar) {
    diagnostics.push_back(source.error("wrong-kind", "expected an expression", node));
    return result;
  }
  auto expression = expr::parse(node.text);
  if (expression) {
    result.expression = std::move(*expression);
    return result;
  }
  const auto& error = expression.error();
  const auto place = source.locate(node.line, node.column, node.text, error.offset);
  diagnostics.push_back(
      source.error("expression-syntax", error.message, place.line, place.column, error.hint, error.length));
  return result;
}

namespace {

// What reading one file needs everywhere.
struct Context {
  const YamlSource& source;
  std::vector<Diagnostic>& diagnostics;

  MappingReader reader(const YamlNode& node, std::string what) const {
    return MappingReader(source, node, std::move(what), diagnostics);
  }
  void error(const YamlNode& node, std::string code, std::string message, std::string hint = {}) const {
    diagnostics.push_back(source.error(std::move(code), std::move(message), node, std::move(hint)));
  }
};

RuleExpression read_expression(const Context& context, const YamlNode& node) {
  return ihc::read_expression(context.source, node, context.diagnostics);
}

std::string one_of(const Context& context, const YamlNode& node, const std::string& word,
                   const std::vector<std::string>& words, const std::string& what) {
  if (std::find(words.begin(), words.end(), word) != words.end()) return word;
  const std::string close = closest_word(word, words);
  context.error(node, "unknown-word", "\"" + word + "\" is no " + what,
                close.empty() ? "" : "did you mean \"" + close + "\"?");
  return "";
}

const std::vector<std::string>& severity_words() {
  static const std::vector<std::string> kWords{"critical", "high", "medium", "low", "info"};
  return kWords;
}
const std::vector<std::string>& confidence_words() {
  static const std::vector<std::string> kWords{"confirmed", "probable", "suspected"};
  return kWords;
}

void read_grade(const Context& context, MappingReader& reader, RuleLevel& level) {
  if (const YamlNode* node = reader.required("severity")) {
    level.severity =
        severity_from(one_of(context, *node, node->text, severity_words(), "severity")).value_or(Severity::info);
  }
  if (const YamlNode* node = reader.required("confidence")) {
    level.confidence = confidence_from(one_of(context, *node, node->text, confidence_words(), "confidence"))
                           .value_or(Confidence::suspected);
  }
}

void read_levels(const Context& context, MappingReader& reader, Rule& rule) {
  const YamlNode* fails_when = reader.optional("fails_when");
  const YamlNode* levels = reader.sequence("levels");
  if ((fails_when == nullptr) == (levels == nullptr)) {
    reader.error(reader.node(), "levels", "a rule has either `fails_when` with severity and confidence, or `levels`");
    return;
  }
  if (fails_when != nullptr) {
    RuleLevel level;
    level.when = read_expression(context, *fails_when);
    read_grade(context, reader, level);
    rule.levels.push_back(std::move(level));
    return;
  }
  for (const YamlNode& node : levels->children) {
    MappingReader level_reader = context.reader(node, "a level");
    RuleLevel level;
    if (const YamlNode* when = level_reader.required("when")) level.when = read_expression(context, *when);
    read_grade(context, level_reader, level);
    level_reader.finish();
    rule.levels.push_back(std::move(level));
  }
  if (rule.levels.empty()) reader.error(*levels, "levels", "a rule without levels can't fail");
}

void read_params(const Context& context, MappingReader& reader, Rule& rule) {
  const YamlNode* params = reader.mapping("params");
  if (params == nullptr) return;
  for (std::size_t i = 0; i + 1 < params->children.size(); i += 2) {
    MappingReader param_reader = context.reader(params->children[i + 1], "a param");
    Param param;
    param.name = params->children[i].text;
    if (const YamlNode* value = param_reader.required("default")) param.default_value = to_json(*value);
    param.value = param.default_value;
    param.unit = param_reader.required_text("unit");
    param.about = param_reader.required_text("about");
    param_reader.finish();
    rule.params.push_back(std::move(param));
  }
}

void read_guards(const Context& context, MappingReader& reader, Rule& rule) {
  const YamlNode* guards = reader.sequence("requires");
  if (guards == nullptr) return;
  for (const YamlNode& node : guards->children) {
    MappingReader guard_reader = context.reader(node, "a guard");
    Guard guard;
    if (const YamlNode* when = guard_reader.required("when")) guard.when = read_expression(context, *when);
    if (const YamlNode* reason = guard_reader.required("reason")) {
      guard.reason = one_of(context, *reason, reason->text, reason_codes(), "reason code");
    }
    guard_reader.finish();
    rule.requires_all.push_back(std::move(guard));
  }
}

bool is_name(std::string_view text) {
  const auto expression = expr::parse(text);
  return expression && std::holds_alternative<expr::Ident>(expression->root->form);
}

void read_for_each(const Context& context, MappingReader& reader, Rule& rule) {
  const YamlNode* node = reader.mapping("for_each");
  if (node == nullptr) return;
  MappingReader each_reader = context.reader(*node, "for_each");
  ForEach each;
  if (const YamlNode* in = each_reader.required("in")) each.in = read_expression(context, *in);
  if (const YamlNode* as = each_reader.required("as")) {
    each.as = as->text;
    if (!is_name(each.as) || each.as == "facts" || each.as == "params") {
      context.error(*as, "bad-name", "\"" + each.as + "\" can't name a subject");
    }
  }
  if (const YamlNode* key = each_reader.required("key")) each.key = read_expression(context, *key);
  each_reader.finish();
  rule.for_each = std::move(each);
}

void read_let(const Context& context, MappingReader& reader, Rule& rule) {
  const YamlNode* let = reader.mapping("let");
  if (let == nullptr) return;
  for (std::size_t i = 0; i + 1 < let->children.size(); i += 2) {
    const YamlNode& name = let->children[i];
    const bool taken =
        name.text == "facts" || name.text == "params" || (rule.for_each && rule.for_each->as == name.text);
    if (taken || !is_name(name.text)) context.error(name, "bad-name", "\"" + name.text + "\" can't name a value");
    rule.let.push_back({name.text, read_expression(context, let->children[i + 1])});
  }
}

void read_words(const Context& context, MappingReader& reader, Rule& rule) {
  if (const YamlNode* node = reader.mapping("words")) {
    MappingReader words = context.reader(*node, "words");
    rule.words.engineer = words.required_text("engineer");
    rule.words.business = words.required_text("business");
    words.finish();
  } else {
    reader.required("words");
  }
  if (const YamlNode* node = reader.required("recommendation")) {
    MappingReader steps = context.reader(*node, "a recommendation");
    rule.recommendation.what_to_do = steps.required_text("do");
    rule.recommendation.verify = steps.required_text("verify");
    rule.recommendation.undo = steps.required_text("undo");
    rule.recommendation.effort = steps.required_text("effort");
    steps.finish();
  }
}

void read_impact(const Context& context, MappingReader& reader, Rule& rule) {
  const YamlNode* node = reader.required("impact");
  if (node == nullptr) return;
  MappingReader impact = context.reader(*node, "an impact");
  if (const YamlNode* provenance = impact.required("provenance")) {
    rule.impact.provenance =
        one_of(context, *provenance, provenance->text, {"measured_on_node", "published", "qualitative"}, "provenance");
  }
  rule.impact.text = impact.required_text("text");
  rule.impact.source = impact.optional_text("source");
  rule.impact.hardware = impact.optional_text("hardware");
  if (rule.impact.provenance == "published" && (rule.impact.source.empty() || rule.impact.hardware.empty())) {
    context.error(*node, "impact-source", "a published impact names its source and the hardware it was measured on");
  }
  impact.finish();
}

void read_references(const Context& context, MappingReader& reader, Rule& rule) {
  const YamlNode* references = reader.sequence("references");
  if (references == nullptr) return;
  for (const YamlNode& node : references->children) {
    MappingReader reference = context.reader(node, "a reference");
    rule.references.push_back({reference.required_text("title"), reference.optional_text("url")});
    reference.finish();
  }
}

void read_checklist(const Context& context, MappingReader& reader, Rule& rule) {
  rule.checklist = reader.text_list("checklist");
  const YamlNode* node = reader.optional("checklist");
  for (const std::string& item : rule.checklist) {
    one_of(context, *node, item, {"C1", "C2", "C3", "C4", "C5", "CM", "CH"}, "checklist item");
  }
}

Rule read_rule(const Context& context, const YamlNode& node, const PackInfo& info) {
  MappingReader reader = context.reader(node, "a rule");
  Rule rule;
  rule.file = context.source.file();
  rule.line = node.line;
  rule.pack = info.name;
  rule.pack_version = info.version;
  rule.id = reader.required_text("id");
  const std::string version = reader.required_text("version");
  if (const auto number = parse_number<int>(version); number && *number > 0) {
    rule.version = *number;
  } else if (!version.empty()) {
    reader.error(*reader.optional("version"), "wrong-kind", "a rule's version is a whole number from 1");
  }
  rule.title = reader.required_text("title");
  rule.domain = reader.optional_text("domain");
  if (rule.domain.empty()) rule.domain = info.domain;
  rule.judges = info.judges;
  rule.group = reader.optional_text("group");
  if (rule.group.empty()) rule.group = rule.id;
  rule.tags = reader.text_list("tags");
  read_checklist(context, reader, rule);
  read_params(context, reader, rule);
  if (const YamlNode* when = reader.optional("applies_when")) rule.applies_when = read_expression(context, *when);
  read_guards(context, reader, rule);
  read_for_each(context, reader, rule);
  read_let(context, reader, rule);
  read_levels(context, reader, rule);
  read_words(context, reader, rule);
  read_impact(context, reader, rule);
  read_references(context, reader, rule);
  reader.finish();
  return rule;
}

}  // namespace

MappingReader::MappingReader(const YamlSource& source, const YamlNode& node, std::string what,
                             std::vector<Diagnostic>& diagnostics)
    : source_(source), node_(node), what_(std::move(what)), diagnostics_(diagnostics) {
  if (node_.kind != YamlNode::Kind::mapping) error(node_, "wrong-kind", "expected a mapping: " + what_);
}

const YamlNode* MappingReader::optional(std::string_view key) {
  asked_.emplace_back(key);
  return node_.find(key);
}

const YamlNode* MappingReader::required(std::string_view key) {
  const YamlNode* found = optional(key);
  if (found == nullptr && node_.kind == YamlNode::Kind::mapping) {
    error(node_, "missing-key", what_ + " needs `" + std::string(key) + "`");
  }
  return found;
}

std::string MappingReader::text(const YamlNode* node, std::string_view key) {
  if (node == nullptr) return "";
  if (node->kind == YamlNode::Kind::scalar) return std::string(trim(node->text));
  error(*node, "wrong-kind", "`" + std::string(key) + "` is a text");
  return "";
}

const YamlNode* MappingReader::sequence(std::string_view key) {
  const YamlNode* node = optional(key);
  if (node == nullptr || node->kind == YamlNode::Kind::sequence) return node;
  error(*node, "wrong-kind", "`" + std::string(key) + "` is a list");
  return nullptr;
}

const YamlNode* MappingReader::mapping(std::string_view key) {
  const YamlNode* node = optional(key);
  if (node == nullptr || node->kind == YamlNode::Kind::mapping) return node;
  error(*node, "wrong-kind", "`" + std::string(key) + "` is a mapping");
  return nullptr;
}

std::vector<std::string> MappingReader::text_list(std::string_view key) {
  std::vector<std::string> texts;
  const YamlNode* node = sequence(key);
  if (node == nullptr) return texts;
  for (const YamlNode& child : node->children) texts.push_back(text(&child, key));
  return texts;
}

std::optional<double> MappingReader::number(std::string_view key) {
  const YamlNode* node = required(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->kind == YamlNode::Kind::scalar ? parse_decimal(node->text) : std::nullopt;
  if (!value || *value < 0) error(*node, "wrong-kind", "`" + std::string(key) + "` is a number from 0");
  return value;
}

void MappingReader::finish() {
  if (node_.kind != YamlNode::Kind::mapping) return;
  for (std::size_t i = 0; i + 1 < node_.children.size(); i += 2) {
    const YamlNode& key = node_.children[i];
    if (std::find(asked_.begin(), asked_.end(), key.text) != asked_.end()) continue;
    const std::string close = closest_word(key.text, asked_);
    error(key, "unknown-key", what_ + " has no key \"" + key.text + "\"",
          close.empty() ? "" : "did you mean \"" + close + "\"?");
  }
}

void MappingReader::error(const YamlNode& node, std::string code, std::string message, std::string hint) {
  diagnostics_.push_back(source_.error(std::move(code), std::move(message), node, std::move(hint)));
}

void read_pack(const Resource& resource, RulePack& pack, std::vector<Diagnostic>& diagnostics) {
  const YamlSource source(resource.origin, resource.bytes);
  YamlNode root;
  if (!source.parse(root, diagnostics)) return;
  const Context context{source, diagnostics};
  MappingReader reader = context.reader(root, "a pack file");
  PackInfo info;
  info.file = resource.origin;
  if (const YamlNode* header = reader.required("pack")) {
    MappingReader header_reader = context.reader(*header, "pack");
    info.name = header_reader.required_text("name");
    info.version = header_reader.required_text("version");
    info.domain = header_reader.required_text("domain");
    if (const YamlNode* judges = header_reader.optional("judges")) {
      const std::string word = one_of(context, *judges, judges->text, {"node", "comparison"}, "thing to judge");
      info.judges = word == "comparison" ? Judges::comparison : Judges::node;
    }
    header_reader.finish();
  }
  if (const YamlNode* rules = reader.sequence("rules")) {
    for (const YamlNode& node : rules->children) {
      Rule rule = read_rule(context, node, info);
      if (pack.find(rule.id) != nullptr) {
        context.error(node, "duplicate-rule", "a rule \"" + rule.id + "\" exists already");
      } else if (!rule.id.empty()) {
        const auto place = std::lower_bound(pack.rules.begin(), pack.rules.end(), rule.id,
                                            [](const Rule& left, const std::string& id) { return left.id < id; });
        pack.rules.insert(place, std::move(rule));
      }
    }
  } else {
    reader.required("rules");
  }
  reader.finish();
  pack.packs.push_back(std::move(info));
}

}  // namespace ihc
