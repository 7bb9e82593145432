// Grammar, after the definition's (blanks and comments between tokens):
//
//   expression  = or [ "?" or ":" expression ]
//   or          = and { "||" and }
//   and         = relation { "&&" relation }
//   relation    = sum { ( "<" | "<=" | ">" | ">=" | "==" | "!=" | "in" ) sum }
//   sum         = product { ( "+" | "-" ) product }
//   product     = unary { ( "*" | "/" | "%" ) unary }
//   unary       = member | "!" { "!" } member | "-" { "-" } member
//   member      = primary { "." name [ "(" [ list ] ")" ] | "[" expression "]" }
//   primary     = [ "." ] identifier [ "(" [ list ] ")" ] | "(" expression ")" | "[" [ list [ "," ] ] "]"
//               | "{" [ entry { "," entry } [ "," ] ] "}" | literal
//   entry       = expression ":" expression
//   list        = expression { "," expression }
//   literal     = [ "-" ] number | string | bytes | "true" | "false" | "null"
//
// Macros (has, all, exists, exists_one, filter, map, …) are calls that the parser recognises by name and arguments.
#include "engine/expr/parser.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "base/limits.h"
#include "engine/expr/lexer.h"

namespace ihc::expr {

namespace {

// What a failed rule throws within this file; parse() is its only catcher. With a dozen mutually recursive rules,
// passing a result up by hand would hide the grammar.
struct Failure {
  SyntaxError error;
};

struct BinaryRow {
  std::string_view symbol;
  BinaryOperator op;
  int level;
};
constexpr BinaryRow kBinaryRows[] = {{"<", BinaryOperator::less, 0},     {"<=", BinaryOperator::less_equal, 0},
                                     {">", BinaryOperator::greater, 0},  {">=", BinaryOperator::greater_equal, 0},
                                     {"==", BinaryOperator::equal, 0},   {"!=", BinaryOperator::not_equal, 0},
                                     {"in", BinaryOperator::in, 0},      {"+", BinaryOperator::add, 1},
                                     {"-", BinaryOperator::subtract, 1}, {"*", BinaryOperator::multiply, 2},
                                     {"/", BinaryOperator::divide, 2},   {"%", BinaryOperator::modulo, 2}};
constexpr int kUnaryLevel = 3;

std::size_t depth_of(const Node& node);

class Parser {
 public:
  Parser(std::vector<Token> tokens, std::string_view source) : tokens_(std::move(tokens)), source_(source) {}

  NodePtr run() {
    NodePtr root = expression();
    if (current().kind != TokenKind::end) unexpected("the expression should end here");
    return root;
  }

 private:
  // Counts how deep rules are nested; each level is a bounded number of stack frames.
  class [[nodiscard]] Nesting {
   public:
    explicit Nesting(Parser& parser) : parser_(parser) {
      if (++parser_.nesting_ > limits::kMaxExpressionDepth) {
        parser_.fail(ErrorKind::limit, "nested deeper than " + std::to_string(limits::kMaxExpressionDepth) + " levels",
                     parser_.current());
      }
    }
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Parser& parser_;
  };

  const Token& current() const { return tokens_[at_]; }
  bool is_symbol(std::string_view text) const { return current().kind == TokenKind::symbol && current().text == text; }
  bool take(std::string_view text) {
    if (!is_symbol(text)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view text, std::string_view after) {
    if (take(text)) return;
    unexpected("expected '" + std::string(text) + "' " + std::string(after));
  }

  [[noreturn]] void fail(ErrorKind kind, std::string message, std::size_t offset, std::size_t length,
                         std::string hint = {}) const {
    throw Failure{{std::move(message), std::move(hint), offset, std::max<std::size_t>(1, length), kind}};
  }
  [[noreturn]] void fail(ErrorKind kind, std::string message, const Token& token, std::string hint = {}) const {
    fail(kind, std::move(message), token.offset, token.length, std::move(hint));
  }
  [[noreturn]] void unexpected(const std::string& message) const {
    const Token& token = current();
    if (token.kind == TokenKind::end) fail(ErrorKind::syntax, message + ", but the text ends", token);
    fail(ErrorKind::syntax, message + ", not '" + std::string(source_.substr(token.offset, token.length)) + "'", token);
  }

  template <class Form>
  NodePtr make(Form form, std::size_t offset, std::size_t length) const {
    auto node = std::make_unique<Node>();
    node->form = std::move(form);
    node->offset = offset;
    node->length = std::max<std::size_t>(1, length);
    node->depth = depth_of(*node);
    if (node->depth > limits::kMaxExpressionTreeDepth) {
      fail(ErrorKind::limit, "a chain longer than " + std::to_string(limits::kMaxExpressionTreeDepth) + " steps",
           offset, length);
    }
    return node;
  }
  template <class Form>
  NodePtr make(Form form, const Token& token) const {
    return make(std::move(form), token.offset, token.length);
  }

  NodePtr expression() {
    const Nesting nesting(*this);
    NodePtr condition = logical(LogicalOperator::logical_or);
    const Token question = current();
    if (!take("?")) return condition;
    NodePtr when_true = logical(LogicalOperator::logical_or);
    expect(":", "between the two values of ?:");
    NodePtr when_false = expression();
    return make(Conditional{std::move(condition), std::move(when_true), std::move(when_false)}, question);
  }

  NodePtr logical(LogicalOperator op) {
    const bool is_or = op == LogicalOperator::logical_or;
    const auto part = [&] { return is_or ? logical(LogicalOperator::logical_and) : binary(0); };
    NodePtr first = part();
    const Token symbol = current();
    if (!is_symbol(is_or ? "||" : "&&")) return first;
    Logical chain{.op = op, .terms = {}};
    chain.terms.push_back(std::move(first));
    while (take(is_or ? "||" : "&&")) chain.terms.push_back(part());
    return make(std::move(chain), symbol);
  }

  const BinaryRow* binary_row(int level) const {
    const Token& token = current();
    const bool may_be_operator =
        token.kind == TokenKind::symbol || (token.kind == TokenKind::identifier && token.text == "in");
    if (!may_be_operator) return nullptr;
    for (const BinaryRow& row : kBinaryRows) {
      if (row.level == level && row.symbol == token.text) return &row;
    }
    return nullptr;
  }

  NodePtr binary(int level) {
    if (level == kUnaryLevel) return unary();
    NodePtr left = binary(level + 1);
    while (const BinaryRow* row = binary_row(level)) {
      const Token symbol = current();
      ++at_;
      NodePtr right = binary(level + 1);
      left = make(Binary{row->op, std::move(left), std::move(right)}, symbol);
    }
    return left;
  }

  NodePtr unary() {
    std::vector<Token> signs;
    const std::string sign = is_symbol("!") ? "!" : "-";
    while (is_symbol(sign)) {
      signs.push_back(current());
      ++at_;
    }
    const bool is_number = current().kind == TokenKind::integer || current().kind == TokenKind::number;
    NodePtr node;
    if (sign == "-" && !signs.empty() && is_number) {
      const Token minus = signs.back();
      signs.pop_back();
      node = member(negative_literal(minus));
    } else {
      node = member(primary());
    }
    const UnaryOperator op = sign == "!" ? UnaryOperator::logical_not : UnaryOperator::negate;
    for (auto token = signs.rbegin(); token != signs.rend(); ++token) {
      node = make(Unary{op, std::move(node)}, *token);
    }
    return node;
  }

  NodePtr negative_literal(const Token& minus) {
    const Token token = current();
    ++at_;
    const std::size_t length = token.offset + token.length - minus.offset;
    if (token.kind == TokenKind::number) return make(Literal{-token.number}, minus.offset, length);
    if (token.magnitude > kSmallestIntMagnitude) {
      fail(ErrorKind::syntax, "this number does not fit a signed 64-bit integer", minus.offset, length);
    }
    return make(Literal{static_cast<std::int64_t>(std::uint64_t{0} - token.magnitude)}, minus.offset, length);
  }

  NodePtr member(NodePtr node) {
    for (;;) {
      const Token token = current();
      if (take("[")) {
        NodePtr key = expression();
        expect("]", "after the index");
        node = make(Index{std::move(node), std::move(key)}, token);
      } else if (take(".")) {
        node = selection(std::move(node));
      } else if (is_symbol("{") && !qualified_name(*node).empty()) {
        fail(ErrorKind::syntax, "messages are not made in this language", token, "a map is written {\"key\": value}");
      } else {
        return node;
      }
    }
  }

  NodePtr selection(NodePtr operand) {
    const Token name = current();
    const bool is_word = name.kind == TokenKind::identifier && !is_language_word(name.text);
    if (!is_word && name.kind != TokenKind::quoted_identifier) unexpected("expected a field or method name after '.'");
    ++at_;
    if (is_word && take("(")) return call(std::move(operand), name);
    return make(Select{std::move(operand), name.text}, name);
  }

  NodePtr call(NodePtr target, const Token& name) {
    std::vector<NodePtr> arguments;
    while (!is_symbol(")")) {
      arguments.push_back(expression());
      if (!take(",")) break;
      if (is_symbol(")")) unexpected("expected another argument");
    }
    expect(")", "after the arguments");
    if (!target && name.text == "has" && arguments.size() == 1) return has(std::move(arguments.front()), name);
    if (target) {
      if (const auto kind = macro_kind(name.text, arguments.size())) {
        return macro(*kind, std::move(target), std::move(arguments), name);
      }
    }
    return make(Call{std::move(target), name.text, std::move(arguments)}, name);
  }

  NodePtr has(NodePtr argument, const Token& name) {
    const auto* select = std::get_if<Select>(&argument->form);
    if (select == nullptr || select->test_only) {
      fail(ErrorKind::syntax, "has() takes a field selection", name, "write has(a.b)");
    }
    // The node is ours alone, freshly made: taking it apart saves a copy of the tree below it.
    auto& owned = const_cast<Select&>(*select);  // NOLINT
    return make(Select{std::move(owned.operand), owned.field, true}, name);
  }

  static std::optional<MacroKind> macro_kind(std::string_view name, std::size_t arguments) {
    struct Row {
      std::string_view name;
      MacroKind kind;
      std::size_t fewest;
      std::size_t most;
    };
    static constexpr Row kRows[] = {{"all", MacroKind::all, 2, 3},
                                    {"exists", MacroKind::exists, 2, 3},
                                    {"exists_one", MacroKind::exists_one, 2, 3},
                                    {"existsOne", MacroKind::exists_one, 2, 3},
                                    {"filter", MacroKind::filter, 2, 2},
                                    {"map", MacroKind::map, 2, 3},
                                    {"transformList", MacroKind::transform_list, 3, 4},
                                    {"transformMap", MacroKind::transform_map, 3, 4},
                                    {"transformMapEntry", MacroKind::transform_map_entry, 3, 4}};
    for (const Row& row : kRows) {
      if (row.name == name && arguments >= row.fewest && arguments <= row.most) return row.kind;
    }
    return std::nullopt;
  }

  NodePtr macro(MacroKind kind, NodePtr range, std::vector<NodePtr> arguments, const Token& name) {
    const bool is_transform =
        kind == MacroKind::transform_list || kind == MacroKind::transform_map || kind == MacroKind::transform_map_entry;
    const bool tests = kind == MacroKind::all || kind == MacroKind::exists || kind == MacroKind::exists_one;
    const std::size_t variables = is_transform || (tests && arguments.size() == 3) ? 2 : 1;
    Macro form{.kind = kind, .range = std::move(range), .variables = {}, .condition = nullptr, .body = nullptr};
    for (std::size_t i = 0; i < variables; ++i) form.variables.push_back(variable(*arguments[i]));
    if (variables == 2 && form.variables[0] == form.variables[1]) {
      fail(ErrorKind::syntax, "the two variables of " + name.text + "() have one name", name);
    }
    if (arguments.size() == variables + 2) form.condition = std::move(arguments[variables]);
    form.body = std::move(arguments.back());
    return make(std::move(form), name);
  }

  std::string variable(const Node& node) const {
    const auto* ident = std::get_if<Ident>(&node.form);
    if (ident == nullptr || ident->absolute) {
      fail(ErrorKind::syntax, "a macro's variable is a plain name", node.offset, node.length,
           "write list.all(x, condition on x)");
    }
    return ident->name;
  }

  NodePtr primary() {
    const Token token = current();
    switch (token.kind) {
      case TokenKind::integer:
        return integer(token);
      case TokenKind::unsigned_integer:
        ++at_;
        return make(Literal{token.magnitude}, token);
      case TokenKind::number:
        ++at_;
        return make(Literal{token.number}, token);
      case TokenKind::string:
        ++at_;
        return make(Literal{Value(token.text)}, token);
      case TokenKind::bytes:
        ++at_;
        return make(Literal{Value(Bytes{token.text})}, token);
      case TokenKind::identifier:
        return identifier(false);
      case TokenKind::quoted_identifier:
        fail(ErrorKind::syntax, "a name in backticks can only follow a dot", token);
      case TokenKind::symbol:
        break;
      case TokenKind::end:
        unexpected("expected a value");
    }
    if (take("(")) {
      NodePtr inner = expression();
      expect(")", "to close the parenthesis");
      return inner;
    }
    if (take("[")) return list(token);
    if (take("{")) return map(token);
    if (take(".")) return identifier(true);
    unexpected("expected a value");
  }

  NodePtr integer(const Token& token) {
    ++at_;
    if (token.magnitude >= kSmallestIntMagnitude) {
      fail(ErrorKind::syntax, "this number does not fit a signed 64-bit integer", token, "an unsigned one ends in u");
    }
    return make(Literal{static_cast<std::int64_t>(token.magnitude)}, token);
  }

  NodePtr identifier(bool absolute) {
    const Token token = current();
    if (token.kind != TokenKind::identifier) unexpected("expected a name after '.'");
    ++at_;
    if (!absolute) {
      if (token.text == "true") return make(Literal{true}, token);
      if (token.text == "false") return make(Literal{false}, token);
      if (token.text == "null") return make(Literal{Null{}}, token);
    }
    const auto& reserved = reserved_words();
    if (is_language_word(token.text) || std::find(reserved.begin(), reserved.end(), token.text) != reserved.end()) {
      fail(ErrorKind::syntax, "'" + token.text + "' is a reserved word", token);
    }
    if (take("(")) return call(nullptr, token);
    return make(Ident{token.text, absolute}, token);
  }

  static bool is_language_word(std::string_view word) {
    return word == "true" || word == "false" || word == "null" || word == "in";
  }

  NodePtr list(const Token& open) {
    ListLiteral form;
    while (!is_symbol("]")) {
      form.items.push_back(expression());
      if (!take(",")) break;
    }
    expect("]", "to close the list");
    return make(std::move(form), open);
  }

  NodePtr map(const Token& open) {
    MapLiteral form;
    while (!is_symbol("}")) {
      NodePtr key = expression();
      expect(":", "between a key and its value");
      NodePtr value = expression();
      form.entries.emplace_back(std::move(key), std::move(value));
      if (!take(",")) break;
    }
    expect("}", "to close the map");
    return make(std::move(form), open);
  }

  static constexpr std::uint64_t kSmallestIntMagnitude = std::uint64_t{1} << 63U;

  std::vector<Token> tokens_;
  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
};

// Calls `visit` for every direct child.
template <class Visit>
void for_each_child(const Node& node, Visit visit) {
  struct Children {
    Visit& visit;
    void one(const NodePtr& child) const {
      if (child) visit(*child);
    }
    void many(const std::vector<NodePtr>& children) const {
      for (const NodePtr& child : children) one(child);
    }
    void operator()(const Literal&) const {}
    void operator()(const Ident&) const {}
    void operator()(const Select& form) const { one(form.operand); }
    void operator()(const Index& form) const { one(form.operand), one(form.key); }
    void operator()(const Call& form) const { one(form.target), many(form.arguments); }
    void operator()(const Unary& form) const { one(form.operand); }
    void operator()(const Binary& form) const { one(form.left), one(form.right); }
    void operator()(const Logical& form) const { many(form.terms); }
    void operator()(const Conditional& form) const { one(form.condition), one(form.when_true), one(form.when_false); }
    void operator()(const ListLiteral& form) const { many(form.items); }
    void operator()(const MapLiteral& form) const {
      for (const auto& [key, value] : form.entries) one(key), one(value);
    }
    void operator()(const Macro& form) const { one(form.range), one(form.condition), one(form.body); }
  };
  std::visit(Children{visit}, node.form);
}

std::size_t depth_of(const Node& node) {
  std::size_t deepest = 0;
  for_each_child(node, [&deepest](const Node& child) { deepest = std::max(deepest, child.depth); });
  return deepest + 1;
}

void collect_free_names(const Node& node, std::multiset<std::string>& bound, std::set<std::string>& free) {
  if (const auto* ident = std::get_if<Ident>(&node.form)) {
    if (ident->absolute || bound.count(ident->name) == 0) free.insert(ident->name);
    return;
  }
  const auto* macro = std::get_if<Macro>(&node.form);
  if (macro == nullptr) {
    for_each_child(node, [&](const Node& child) { collect_free_names(child, bound, free); });
    return;
  }
  collect_free_names(*macro->range, bound, free);
  for (const std::string& variable : macro->variables) bound.insert(variable);
  if (macro->condition) collect_free_names(*macro->condition, bound, free);
  collect_free_names(*macro->body, bound, free);
  for (const std::string& variable : macro->variables) bound.erase(bound.find(variable));
}

}  // namespace

tl::expected<Expression, SyntaxError> parse(std::string_view source) {
  if (source.size() > limits::kMaxExpressionBytes) {
    return tl::unexpected(SyntaxError{"longer than " + std::to_string(limits::kMaxExpressionBytes) + " bytes", "",
                                      limits::kMaxExpressionBytes, 1, ErrorKind::limit});
  }
  if (!is_utf8(source)) return tl::unexpected(SyntaxError{"not UTF-8", "", 0, 1, ErrorKind::syntax});
  auto tokens = tokenize(source);
  if (!tokens) return tl::unexpected(tokens.error());
  try {
    Expression expression{.source = std::string(source), .root = nullptr};
    expression.root = Parser(std::move(*tokens), source).run();
    return expression;
  } catch (Failure& failure) {
    return tl::unexpected(std::move(failure.error));
  }
}

const std::vector<std::string_view>& reserved_words() {
  static const std::vector<std::string_view> kWords{"as",        "break",  "const",  "continue", "else", "for",
                                                    "function",  "if",     "import", "let",      "loop", "package",
                                                    "namespace", "return", "var",    "void",     "while"};
  return kWords;
}

std::vector<std::string> free_names(const Expression& expression) {
  std::multiset<std::string> bound;
  std::set<std::string> free;
  if (expression.root) collect_free_names(*expression.root, bound, free);
  return {free.begin(), free.end()};
}

std::string qualified_name(const Node& node) {
  std::vector<const std::string*> parts;
  const Node* step = &node;
  while (const auto* select = std::get_if<Select>(&step->form)) {
    if (select->test_only) return "";
    parts.push_back(&select->field);
    step = select->operand.get();
  }
  const auto* ident = std::get_if<Ident>(&step->form);
  if (ident == nullptr) return "";
  std::string name = ident->name;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) name += "." + **part;
  return name;
}

}  // namespace ihc::expr
