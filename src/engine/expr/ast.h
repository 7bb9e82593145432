// The syntax tree of an expression. Every node knows its place in the source, in bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/expr/value.h"

namespace ihc::expr {

struct Node;
using NodePtr = std::unique_ptr<const Node>;

struct Literal {
  Value value;
};
struct Ident {
  std::string name;
  bool absolute = false;  ///< written with a leading dot: a macro's variables are not meant
};
/// `operand.field`, or has(operand.field) when `test_only`.
struct Select {
  NodePtr operand;
  std::string field;
  bool test_only = false;
};
struct Index {
  NodePtr operand;
  NodePtr key;
};
/// A call `function(arguments)`, or `target.function(arguments)` when there is a target.
struct Call {
  NodePtr target;
  std::string function;
  std::vector<NodePtr> arguments;
};
enum class UnaryOperator { negate, logical_not };
struct Unary {
  UnaryOperator op = UnaryOperator::negate;
  NodePtr operand;
};
enum class BinaryOperator {
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  in,
  add,
  subtract,
  multiply,
  divide,
  modulo
};
struct Binary {
  BinaryOperator op = BinaryOperator::add;
  NodePtr left;
  NodePtr right;
};
enum class LogicalOperator { logical_and, logical_or };
/// A whole chain `a && b && c` in one node, so that a long chain is no deep tree.
struct Logical {
  LogicalOperator op = LogicalOperator::logical_and;
  std::vector<NodePtr> terms;
};
struct Conditional {
  NodePtr condition;
  NodePtr when_true;
  NodePtr when_false;
};
struct ListLiteral {
  std::vector<NodePtr> items;
};
struct MapLiteral {
  std::vector<std::pair<NodePtr, NodePtr>> entries;
};
enum class MacroKind { all, exists, exists_one, filter, map, transform_list, transform_map, transform_map_entry };
/// `range.kind(variables…, [condition,] body)`. With two variables they are index and element, or key and value.
struct Macro {
  MacroKind kind = MacroKind::all;
  NodePtr range;
  std::vector<std::string> variables;
  NodePtr condition;  ///< of map, transformList, transformMap and transformMapEntry, where given
  NodePtr body;
};

struct Node {
  std::variant<Literal, Ident, Select, Index, Call, Unary, Binary, Logical, Conditional, ListLiteral, MapLiteral, Macro>
      form;
  std::size_t offset = 0;  ///< where the caret goes: an operator, a field's name, a call's name, else the first byte
  std::size_t length = 1;
  std::size_t depth = 1;  ///< levels below and including this one
};

/// A parsed expression; cheap to copy, never changed.
struct Expression {
  std::string source;
  std::shared_ptr<const Node> root;
};

}  // namespace ihc::expr
