#include "base/yaml_document.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "base/limits.h"
#include "base/text.h"

namespace ihc {

namespace {

// Stops the parser; it has no other way out of its event loop.
struct Refused {
  std::string code;
  std::string message;
  std::string hint;
  YAML::Mark mark;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add({}, mark);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused{"yaml-alias", "anchors and aliases are not allowed", "write the value out", mark};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    YamlNode node;
    node.quoted = tag == "!";
    const bool is_null = !node.quoted && (value.empty() || value == "~" || value == "null");
    node.kind = is_null ? YamlNode::Kind::null : YamlNode::Kind::scalar;
    node.text = value;
    add(std::move(node), mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_anchor(mark, anchor);
    open(YamlNode::Kind::sequence, mark);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_anchor(mark, anchor);
    open(YamlNode::Kind::mapping, mark);
  }
  void OnMapEnd() override { close(); }

  YamlNode take_root() { return std::move(root_); }

 private:
  static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) throw Refused{"yaml-alias", "anchors and aliases are not allowed", "write the value out", mark};
  }
  void open(YamlNode::Kind kind, const YAML::Mark& mark) {
    if (open_.size() >= limits::kMaxYamlDepth) {
      throw Refused{"yaml-depth", "nested deeper than " + std::to_string(limits::kMaxYamlDepth) + " levels", "", mark};
    }
    YamlNode node;
    node.kind = kind;
    set_mark(node, mark);
    open_.push_back(std::move(node));
  }
  void close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    place(std::move(node));
  }
  static void set_mark(YamlNode& node, const YAML::Mark& mark) {
    node.line = static_cast<std::size_t>(mark.line) + 1;
    node.column = static_cast<std::size_t>(mark.column) + 1;
  }
  void add(YamlNode node, const YAML::Mark& mark) {
    set_mark(node, mark);
    place(std::move(node));
  }
  void place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else {
      open_.back().children.push_back(std::move(node));
    }
  }

  YamlNode root_;
  std::vector<YamlNode> open_;
};

void check_keys(const YamlSource& source, const YamlNode& node, std::vector<Diagnostic>& diagnostics) {
  const bool is_mapping = node.kind == YamlNode::Kind::mapping;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const YamlNode& child = node.children[i];
    if (!is_mapping || i % 2 == 1) {
      check_keys(source, child, diagnostics);
    } else if (child.kind != YamlNode::Kind::scalar) {
      diagnostics.push_back(source.error("yaml-key", "a key is a plain text", child));
    } else if (!seen.insert(child.text).second) {
      diagnostics.push_back(source.error("duplicate-key", "the key \"" + child.text + "\" stands twice", child));
    }
  }
}

// to_valid_utf8() also replaces NUL, about which the parser has its own say.
bool is_utf8(std::string_view bytes) {
  std::string probe(bytes);
  std::replace(probe.begin(), probe.end(), '\0', ' ');
  return to_valid_utf8(probe) == probe;
}

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

Json scalar_to_json(const YamlNode& node) {
  if (node.quoted) return node.text;
  if (node.text == "true") return true;
  if (node.text == "false") return false;
  if (const auto number = parse_number<std::int64_t>(node.text)) return *number;
  if (const auto number = parse_decimal(node.text)) return *number;
  return node.text;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  if (kind != Kind::mapping) return nullptr;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    if (children[i].kind == Kind::scalar && children[i].text == key) return &children[i + 1];
  }
  return nullptr;
}

YamlSource::YamlSource(std::string file, std::string_view text)
    : file_(std::move(file)), text_(text), lines_(split_lines(text)) {}

Diagnostic YamlSource::error(std::string code, std::string message, std::size_t line, std::size_t column,
                             std::string hint, std::size_t length) const {
  Diagnostic diagnostic;
  diagnostic.code = std::move(code);
  diagnostic.file = file_;
  diagnostic.line = line;
  diagnostic.column = column;
  diagnostic.length = length;
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  if (line > 0 && line <= lines_.size()) diagnostic.source_line = std::string(lines_[line - 1]);
  return diagnostic;
}

Diagnostic YamlSource::error(std::string code, std::string message, const YamlNode& node, std::string hint) const {
  const std::size_t length = node.kind == YamlNode::Kind::scalar && !node.quoted ? node.text.size() : 1;
  return error(std::move(code), std::move(message), node.line, node.column, std::move(hint),
               std::min<std::size_t>(length, 40));
}

bool YamlSource::parse(YamlNode& root, std::vector<Diagnostic>& diagnostics) const {
  if (text_.size() > limits::kMaxYamlBytes) {
    diagnostics.push_back(error("yaml-size", "larger than " + std::to_string(limits::kMaxYamlBytes) + " bytes", 0, 0));
    return false;
  }
  if (!is_utf8(text_)) {
    diagnostics.push_back(error("yaml-syntax", "not UTF-8", 0, 0));
    return false;
  }
  const std::size_t before = diagnostics.size();
  try {
    std::istringstream stream{std::string(text_)};
    YAML::Parser parser(stream);
    TreeBuilder builder;
    if (!parser.HandleNextDocument(builder)) {
      diagnostics.push_back(error("yaml-empty", "holds no document", 1, 1));
      return false;
    }
    root = builder.take_root();
    TreeBuilder further;
    if (parser.HandleNextDocument(further)) {
      diagnostics.push_back(error("yaml-documents", "holds more than one document", 1, 1, "split it into files"));
    }
  } catch (const Refused& refused) {
    diagnostics.push_back(error(refused.code, refused.message, static_cast<std::size_t>(refused.mark.line) + 1,
                                static_cast<std::size_t>(refused.mark.column) + 1, refused.hint));
  } catch (const YAML::Exception& exception) {
    const bool placed = !exception.mark.is_null();
    diagnostics.push_back(error(
        "yaml-syntax",
        to_lower(exception.msg.substr(0, 1)) + exception.msg.substr(std::min<std::size_t>(1, exception.msg.size())),
        placed ? static_cast<std::size_t>(exception.mark.line) + 1 : 0,
        placed ? static_cast<std::size_t>(exception.mark.column) + 1 : 0));
  }
  if (diagnostics.size() > before) return false;
  check_keys(*this, root, diagnostics);
  return diagnostics.size() == before;
}

YamlSource::Position YamlSource::locate(std::size_t line, std::size_t column, std::string_view scalar,
                                        std::size_t offset) const {
  std::size_t visible = 0;
  for (std::size_t i = 0; i < offset && i < scalar.size(); ++i) visible += is_blank(scalar[i]) ? 0 : 1;
  Position position{line, column};
  if (line == 0 || line > lines_.size() || column == 0) return position;
  std::size_t at_line = line - 1;
  std::size_t at_column = column - 1;
  const auto first = at_column < lines_[at_line].size() ? lines_[at_line][at_column] : '\0';
  if (first == '|' || first == '>') {
    ++at_line;
    at_column = 0;
  } else if (first == '"' || first == '\'') {
    ++at_column;
  }
  for (; at_line < lines_.size(); ++at_line, at_column = 0) {
    for (; at_column < lines_[at_line].size(); ++at_column) {
      if (is_blank(lines_[at_line][at_column])) continue;
      if (visible == 0) return {at_line + 1, at_column + 1};
      --visible;
    }
    // The end of the expression is the place after its last visible character.
    if (visible == 0 && offset >= scalar.size()) return {at_line + 1, lines_[at_line].size() + 1};
  }
  return position;
}

Json to_json(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return nullptr;
    case YamlNode::Kind::scalar:
      return scalar_to_json(node);
    case YamlNode::Kind::sequence: {
      Json array = Json::array();
      for (const YamlNode& child : node.children) array.push_back(to_json(child));
      return array;
    }
    case YamlNode::Kind::mapping: {
      Json object = Json::object();
      for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
        object[node.children[i].text] = to_json(node.children[i + 1]);
      }
      return object;
    }
  }
  return nullptr;
}

}  // namespace ihc
