#include "engine/expr/unparse.h"

#include <cmath>

namespace ihc::expr {

namespace {

// How tightly an operator binds; an operand that binds less tightly than its place needs parentheses.
enum class Level { conditional, logical_or, logical_and, relation, sum, product, unary, member };

std::string print(const Node& node, Level place);

std::string_view symbol_of(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::less:
      return "<";
    case BinaryOperator::less_equal:
      return "<=";
    case BinaryOperator::greater:
      return ">";
    case BinaryOperator::greater_equal:
      return ">=";
    case BinaryOperator::equal:
      return "==";
    case BinaryOperator::not_equal:
      return "!=";
    case BinaryOperator::in:
      return "in";
    case BinaryOperator::add:
      return "+";
    case BinaryOperator::subtract:
      return "-";
    case BinaryOperator::multiply:
      return "*";
    case BinaryOperator::divide:
      return "/";
    case BinaryOperator::modulo:
      return "%";
  }
  return "+";
}

Level level_of(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::less:
    case BinaryOperator::less_equal:
    case BinaryOperator::greater:
    case BinaryOperator::greater_equal:
    case BinaryOperator::equal:
    case BinaryOperator::not_equal:
    case BinaryOperator::in:
      return Level::relation;
    case BinaryOperator::add:
    case BinaryOperator::subtract:
      return Level::sum;
    case BinaryOperator::multiply:
    case BinaryOperator::divide:
    case BinaryOperator::modulo:
      return Level::product;
  }
  return Level::sum;
}

Level tighter(Level level) { return static_cast<Level>(static_cast<int>(level) + 1); }

std::string_view name_of(MacroKind kind) {
  switch (kind) {
    case MacroKind::all:
      return "all";
    case MacroKind::exists:
      return "exists";
    case MacroKind::exists_one:
      return "exists_one";
    case MacroKind::filter:
      return "filter";
    case MacroKind::map:
      return "map";
    case MacroKind::transform_list:
      return "transformList";
    case MacroKind::transform_map:
      return "transformMap";
    case MacroKind::transform_map_entry:
      return "transformMapEntry";
  }
  return "all";
}

bool needs_backticks(const std::string& field) {
  for (const char c : field) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!is_word) return true;
  }
  return field.empty() || (field[0] >= '0' && field[0] <= '9') || field == "true" || field == "false" ||
         field == "null" || field == "in";
}

std::string print_field(const std::string& field) { return needs_backticks(field) ? "`" + field + "`" : field; }

std::string print_list(const std::vector<NodePtr>& items) {
  std::string text;
  for (const NodePtr& item : items) text += (text.empty() ? "" : ", ") + print(*item, Level::conditional);
  return text;
}

// A number before a dot or an index is set in parentheses when it has a sign: -1[0] would be read as (-1)[0], which is
// the same tree, but !-1 and - -1 are not what they look like.
Level level_of_literal(const Value& value) {
  const auto* integer = value.as<std::int64_t>();
  const auto* number = value.as<double>();
  const bool negative = (integer != nullptr && *integer < 0) || (number != nullptr && std::signbit(*number));
  return negative ? Level::unary : Level::member;
}

struct Printed {
  std::string text;
  Level level;
};

struct Printer {
  Printed operator()(const Literal& form) const {
    return {literal_to_source(form.value), level_of_literal(form.value)};
  }
  Printed operator()(const Ident& form) const { return {(form.absolute ? "." : "") + form.name, Level::member}; }
  Printed operator()(const Select& form) const {
    const std::string path = print(*form.operand, Level::member) + "." + print_field(form.field);
    return {form.test_only ? "has(" + path + ")" : path, Level::member};
  }
  Printed operator()(const Index& form) const {
    return {print(*form.operand, Level::member) + "[" + print(*form.key, Level::conditional) + "]", Level::member};
  }
  Printed operator()(const Call& form) const {
    const std::string target = form.target ? print(*form.target, Level::member) + "." : "";
    return {target + form.function + "(" + print_list(form.arguments) + ")", Level::member};
  }
  Printed operator()(const Unary& form) const {
    const std::string sign = form.op == UnaryOperator::negate ? "-" : "!";
    const auto* inner = std::get_if<Unary>(&form.operand->form);
    if (inner != nullptr && inner->op == form.op) return {sign + print(*form.operand, Level::unary), Level::unary};
    // "-5" is a literal, so the negation of a literal is set in parentheses.
    const auto* literal = std::get_if<Literal>(&form.operand->form);
    if (literal != nullptr) return {sign + "(" + literal_to_source(literal->value) + ")", Level::unary};
    return {sign + print(*form.operand, Level::member), Level::unary};
  }
  Printed operator()(const Binary& form) const {
    const Level level = level_of(form.op);
    return {print(*form.left, level) + " " + std::string(symbol_of(form.op)) + " " + print(*form.right, tighter(level)),
            level};
  }
  Printed operator()(const Logical& form) const {
    const bool is_or = form.op == LogicalOperator::logical_or;
    const Level level = is_or ? Level::logical_or : Level::logical_and;
    std::string text;
    for (const NodePtr& term : form.terms) {
      text += (text.empty() ? "" : (is_or ? " || " : " && ")) + print(*term, tighter(level));
    }
    return {text, level};
  }
  Printed operator()(const Conditional& form) const {
    return {print(*form.condition, Level::logical_or) + " ? " + print(*form.when_true, Level::logical_or) + " : " +
                print(*form.when_false, Level::conditional),
            Level::conditional};
  }
  Printed operator()(const ListLiteral& form) const { return {"[" + print_list(form.items) + "]", Level::member}; }
  Printed operator()(const MapLiteral& form) const {
    std::string text;
    for (const auto& [key, value] : form.entries) {
      text += (text.empty() ? "" : ", ") + print(*key, Level::conditional) + ": " + print(*value, Level::conditional);
    }
    return {"{" + text + "}", Level::member};
  }
  Printed operator()(const Macro& form) const {
    std::string text = print(*form.range, Level::member) + "." + std::string(name_of(form.kind)) + "(";
    for (const std::string& variable : form.variables) text += variable + ", ";
    if (form.condition) text += print(*form.condition, Level::conditional) + ", ";
    return {text + print(*form.body, Level::conditional) + ")", Level::member};
  }
};

std::string print(const Node& node, Level place) {
  const Printed printed = std::visit(Printer{}, node.form);
  return printed.level < place ? "(" + printed.text + ")" : printed.text;
}

std::string hex_escape(unsigned char byte) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  return std::string("\\x") + kDigits[byte >> 4U] + kDigits[byte & 0xFU];
}

std::string quoted(const std::string& text, bool bytes) {
  static constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"";
  static constexpr std::string_view kLetters = "abfnrtv\\\"";
  std::string source = bytes ? "b\"" : "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const std::size_t escape = kMeanings.find(c);
    if (escape != std::string_view::npos) {
      source += '\\';
      source += kLetters[escape];
    } else if (byte < 0x20 || byte == 0x7F || (bytes && byte >= 0x80)) {
      source += hex_escape(byte);
    } else {
      source += c;
    }
  }
  return source + "\"";
}

std::string number_to_source(double value) {
  std::string text = number_to_text(value);
  // Without a point or exponent it would be read back as an integer.
  if (text.find_first_of(".e") == std::string::npos && std::isfinite(value)) text += ".0";
  return text;
}

}  // namespace

std::string literal_to_source(const Value& value) {
  if (const auto* flag = value.as<bool>()) return *flag ? "true" : "false";
  if (const auto* number = value.as<std::int64_t>()) return std::to_string(*number);
  if (const auto* number = value.as<std::uint64_t>()) return std::to_string(*number) + "u";
  if (const auto* number = value.as<double>()) return number_to_source(*number);
  if (const auto* text = value.as<std::string>()) return quoted(*text, false);
  if (const auto* bytes = value.as<Bytes>()) return quoted(bytes->data, true);
  return "null";
}

std::string unparse(const Node& node) { return print(node, Level::conditional); }

std::string unparse(const Expression& expression) { return expression.root ? unparse(*expression.root) : ""; }

}  // namespace ihc::expr
