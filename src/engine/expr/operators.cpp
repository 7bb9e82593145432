#include "engine/expr/arithmetic.h"
#include "engine/expr/evaluation.h"

namespace ihc::expr {

Value Evaluator::value_of(const Unary& form, const Node& node) {
  const Value operand = run(*form.operand);
  if (operand.is_error()) return operand;
  if (form.op == UnaryOperator::negate) return negated(operand, node.offset);
  const auto* flag = operand.as<bool>();
  return flag == nullptr ? not_bool(node, operand) : Value(!*flag);
}

Value Evaluator::value_of(const Binary& form, const Node& node) {
  const Value left = run(*form.left);
  const Value right = run(*form.right);
  if (left.is_error()) return left;
  if (right.is_error()) return right;
  note_whole(left);
  note_whole(right);
  switch (form.op) {
    case BinaryOperator::equal:
      return equality(left, right, node);
    case BinaryOperator::not_equal: {
      const Value equal = equality(left, right, node);
      return equal.is_error() ? equal : Value(!*equal.as<bool>());
    }
    case BinaryOperator::less:
    case BinaryOperator::less_equal:
    case BinaryOperator::greater:
    case BinaryOperator::greater_equal:
      return ordering(form.op, left, right, node);
    case BinaryOperator::in:
      return membership(left, right, node);
    case BinaryOperator::add:
    case BinaryOperator::subtract:
    case BinaryOperator::multiply:
    case BinaryOperator::divide:
    case BinaryOperator::modulo:
      return arithmetic(form.op, left, right, node.offset, budget_);
  }
  return type_error(node, "no such operator");
}

Value Evaluator::equality(const Value& left, const Value& right, const Node& node) {
  const bool equal = equals(left, right, budget_.steps);
  if (budget_.steps == 0 && !equal) return limit_error(node);
  return equal;
}

Value Evaluator::ordering(BinaryOperator op, const Value& left, const Value& right, const Node& node) {
  const std::optional<int> order = compare(left, right);
  if (!order) {
    if (number_of(left) && number_of(right)) return false;  // NaN has no order
    return type_error(node, "no such overload: " + std::string(type_name(left)) + " and " +
                                std::string(type_name(right)) + " have no order");
  }
  if (op == BinaryOperator::less) return *order < 0;
  if (op == BinaryOperator::less_equal) return *order <= 0;
  if (op == BinaryOperator::greater) return *order > 0;
  return *order >= 0;
}

Value Evaluator::membership(const Value& wanted, const Value& container, const Node& node) {
  if (const auto* list = container.as<List>()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (equals(wanted, element(*list, i), budget_.steps)) return true;
      if (budget_.steps == 0) return limit_error(node);
    }
    return false;
  }
  const auto* map = container.as<Map>();
  if (map == nullptr)
    return type_error(node, "'in' looks into a list or a map, not " + std::string(type_name(container)));
  const auto key = to_key(wanted);
  if (!key && wanted.as<double>() == nullptr) {
    return type_error(node, "no map has a key of type " + std::string(type_name(wanted)));
  }
  return key && lookup(*map, *key).has_value();
}

// One decisive term is enough, whatever the others are; an error counts only when none decides.
Value Evaluator::value_of(const Logical& form, const Node& node) {
  const bool decisive = form.op == LogicalOperator::logical_or;
  std::optional<Value> error;
  for (const NodePtr& term : form.terms) {
    Value value = run(*term);
    const auto* flag = value.as<bool>();
    if (flag != nullptr && *flag == decisive) return decisive;
    if (flag == nullptr && !error) error = value.is_error() ? std::move(value) : not_bool(*term, value);
    if (budget_.exhausted) return limit_error(node);
  }
  return error ? *error : Value(!decisive);
}

Value Evaluator::value_of(const Conditional& form, const Node&) {
  const Value condition = run(*form.condition);
  if (condition.is_error()) return condition;
  const auto* flag = condition.as<bool>();
  if (flag == nullptr) return not_bool(*form.condition, condition);
  return run(*flag ? *form.when_true : *form.when_false);
}

Value Evaluator::value_of(const ListLiteral& form, const Node& node) {
  if (!spend_bytes(form.items.size() * sizeof(Value))) return limit_error(node);
  std::vector<Value> items;
  items.reserve(form.items.size());
  for (const NodePtr& item : form.items) {
    items.push_back(run(*item));
    if (items.back().is_error()) return items.back();
  }
  return make_list(std::move(items));
}

Value Evaluator::value_of(const MapLiteral& form, const Node& node) {
  if (!spend_bytes(form.entries.size() * 2 * sizeof(Value))) return limit_error(node);
  MapData data;
  for (const auto& [key_node, value_node] : form.entries) {
    const Value key = run(*key_node);
    if (key.is_error()) return key;
    Value value = run(*value_node);
    if (value.is_error()) return value;
    if (auto error = insert(data, key, std::move(value), *key_node)) return *error;
  }
  return make_map(std::move(data));
}

std::optional<Value> Evaluator::insert(MapData& data, const Value& key, Value value, const Node& node) {
  if (!to_key(key) || key.as<double>() != nullptr) {
    return type_error(node, "a map has no keys of type " + std::string(type_name(key)));
  }
  if (data.entries.emplace(key, std::move(value)).second) return std::nullopt;
  return make_error(ErrorKind::duplicate_key, "the key stands twice in one map", node.offset);
}

}  // namespace ihc::expr
