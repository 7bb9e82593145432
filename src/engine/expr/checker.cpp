#include "engine/expr/checker.h"

#include <algorithm>
#include <optional>

#include "base/diagnostics.h"
#include "engine/expr/parser.h"
#include "engine/functions/function.h"

namespace ihc::expr {

namespace {

using Kind = Type::Kind;

Type of_kind(Kind kind) {
  Type type;
  type.kind = kind;
  return type;
}

Type list_of(Type element) {
  Type type = of_kind(Kind::list);
  type.element = std::make_shared<const Type>(std::move(element));
  return type;
}

Type map_of(Type key, Type value) {
  Type type = of_kind(Kind::map);
  type.key = std::make_shared<const Type>(std::move(key));
  type.element = std::make_shared<const Type>(std::move(value));
  return type;
}

Type or_any(const std::shared_ptr<const Type>& type) { return type ? *type : Type(); }

bool is_any(const Type& type) { return type.kind == Kind::any; }

bool is_numeric(const Type& type) {
  return type.kind == Kind::integer || type.kind == Kind::unsigned_integer || type.kind == Kind::number || is_any(type);
}

// Whether a value of this type can be passed where a signature says `word`.
bool fits(const Type& type, std::string_view word) {
  if (word == "any" || is_any(type)) return true;
  switch (type.kind) {
    case Kind::any:
      return true;
    case Kind::null:
      return false;
    case Kind::boolean:
      return word == "bool";
    case Kind::integer:
      return word == "int" || word == "number";
    case Kind::unsigned_integer:
      return word == "uint" || word == "number";
    case Kind::number:
      return word == "double" || word == "number";
    case Kind::string:
      return word == "string";
    case Kind::bytes:
      return word == "bytes";
    case Kind::map:
      return word == "map";
    case Kind::timestamp:
      return word == "timestamp";
    case Kind::duration:
      return word == "duration";
    case Kind::type:
      return word == "type";
    case Kind::list:
      break;
  }
  if (word == "list<number>") return is_numeric(or_any(type.element));
  if (word == "list<string>") return fits(or_any(type.element), "string");
  return word == "list";
}

Type type_from_word(std::string_view word) {
  if (word == "bool") return of_kind(Kind::boolean);
  if (word == "int") return of_kind(Kind::integer);
  if (word == "uint") return of_kind(Kind::unsigned_integer);
  if (word == "double") return of_kind(Kind::number);
  if (word == "string") return of_kind(Kind::string);
  if (word == "bytes") return of_kind(Kind::bytes);
  if (word == "list") return of_kind(Kind::list);
  if (word == "map") return of_kind(Kind::map);
  if (word == "timestamp") return of_kind(Kind::timestamp);
  if (word == "duration") return of_kind(Kind::duration);
  if (word == "type") return of_kind(Kind::type);
  if (word == "list<string>") return list_of(of_kind(Kind::string));
  if (word == "list<number>") return list_of(Type());
  return {};
}

// The common type of two branches; not known when they differ.
Type join(const Type& left, const Type& right) {
  if (left.kind != right.kind || left.object != right.object) return {};
  Type type = left;
  if (left.element || right.element) {
    type.element = std::make_shared<const Type>(join(or_any(left.element), or_any(right.element)));
  }
  return type;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string close = closest_word(word, candidates);
  return close.empty() ? "" : "did you mean " + close + "?";
}

class Checker {
 public:
  Checker(const TypeBindings& names, std::vector<CheckError>& errors) : names_(names), errors_(errors) {}

  Type run(const Node& node) {
    return std::visit([&](const auto& form) { return type_of_form(form, node); }, node.form);
  }

 private:
  Type report(const Node& node, std::string code, std::string message, std::string hint = {}) {
    errors_.push_back({std::move(code), std::move(message), std::move(hint), node.offset, node.length});
    return {};
  }
  Type wrong_type(const Node& node, std::string message, std::string hint = {}) {
    return report(node, "wrong-type", std::move(message), std::move(hint));
  }
  void want_bool(const Node& node) {
    const Type type = run(node);
    if (type.kind != Kind::boolean && !is_any(type)) {
      wrong_type(node, "expected true or false, not " + to_string(type));
    }
  }

  Type type_of_form(const Literal& form, const Node&) {
    if (form.value.as<bool>() != nullptr) return of_kind(Kind::boolean);
    if (form.value.as<std::int64_t>() != nullptr) return of_kind(Kind::integer);
    if (form.value.as<std::uint64_t>() != nullptr) return of_kind(Kind::unsigned_integer);
    if (form.value.as<double>() != nullptr) return of_kind(Kind::number);
    if (form.value.as<std::string>() != nullptr) return of_kind(Kind::string);
    if (form.value.as<Bytes>() != nullptr) return of_kind(Kind::bytes);
    return of_kind(Kind::null);
  }

  const Type* named(const Ident& form) const {
    for (auto local = locals_.rbegin(); !form.absolute && local != locals_.rend(); ++local) {
      if (local->first == form.name) return &local->second;
    }
    const auto name = names_.find(form.name);
    return name == names_.end() ? nullptr : &name->second;
  }

  Type type_of_form(const Ident& form, const Node& node) {
    if (const Type* type = named(form)) return *type;
    for (const std::string_view word :
         {"bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type"}) {
      if (word == form.name) return of_kind(Kind::type);
    }
    std::vector<std::string> candidates;
    for (const auto& [name, type] : names_) candidates.push_back(name);
    for (const auto& [name, type] : locals_) candidates.push_back(name);
    return report(node, "unknown-name", "unknown name: " + form.name, suggestion(form.name, candidates));
  }

  Type type_of_form(const Select& form, const Node& node) {
    const Type operand = run(*form.operand);
    const Type selected = selection(operand, form.field, node);
    return form.test_only ? of_kind(Kind::boolean) : selected;
  }

  Type selection(const Type& operand, const std::string& field, const Node& node) {
    if (is_any(operand)) return {};
    if (operand.kind != Kind::map) return wrong_type(node, to_string(operand) + " has no field " + field);
    if (operand.object != nullptr) {
      if (const TypeInfo::Member* member = operand.object->member(field)) return type_of_fact(*member->type);
      std::vector<std::string> candidates;
      for (const TypeInfo::Member& member : operand.object->members) candidates.emplace_back(member.name);
      return report(node, "unknown-fact", "no fact \"" + field + "\" in " + std::string(operand.object->name),
                    suggestion(field, candidates));
    }
    if (!operand.members) return or_any(operand.element);
    const auto member = operand.members->find(field);
    if (member != operand.members->end()) return member->second;
    std::vector<std::string> candidates;
    for (const auto& [name, type] : *operand.members) candidates.push_back(name);
    return report(node, "unknown-name", "unknown param: " + field, suggestion(field, candidates));
  }

  Type type_of_form(const Index& form, const Node& node) {
    const Type operand = run(*form.operand);
    const Type key = run(*form.key);
    if (operand.kind == Kind::list) {
      return is_numeric(key) ? or_any(operand.element)
                             : wrong_type(node, "a list is indexed by int, not " + to_string(key));
    }
    if (operand.kind == Kind::map) {
      const auto* literal = std::get_if<Literal>(&form.key->form);
      const auto* field = literal == nullptr ? nullptr : literal->value.as<std::string>();
      if (operand.object == nullptr && !operand.members) return or_any(operand.element);
      return field == nullptr ? Type() : selection(operand, *field, *form.key);
    }
    return is_any(operand) ? Type() : wrong_type(node, to_string(operand) + " has no elements");
  }

  Type type_of_form(const Call& form, const Node& node) {
    const auto* ident = form.target ? std::get_if<Ident>(&form.target->form) : nullptr;
    const bool is_namespace = ident != nullptr && named(*ident) == nullptr &&
                              find_function(ident->name + "." + form.function, CallStyle::global) != nullptr;
    const bool is_method = form.target != nullptr && !is_namespace;
    const CallStyle style = is_method ? CallStyle::method : CallStyle::global;
    const std::string name = is_namespace ? ident->name + "." + form.function : form.function;
    const RegisteredFunction* function = find_function(name, style);
    std::vector<Type> arguments;
    if (is_method) arguments.push_back(run(*form.target));
    for (const NodePtr& argument : form.arguments) arguments.push_back(run(*argument));
    if (function == nullptr) return unknown_function(name, style, node);
    std::optional<Type> result;
    for (const Signature& signature : function->signatures) {
      if (signature.style != style || !takes(signature, arguments)) continue;
      const Type type = type_from_word(signature.result);
      result = result ? join(*result, type) : type;
    }
    if (name == "dyn") return {};
    if (name == "values" && result)
      return arguments[0].object == nullptr ? list_of(or_any(arguments[0].element)) : *result;
    if (name == "distinct" && result) return arguments[0];
    return result ? *result : no_overload(*function, style, arguments, node);
  }

  static bool takes(const Signature& signature, const std::vector<Type>& arguments) {
    const std::size_t count = signature.parameters.size();
    if (signature.variadic ? arguments.size() < count : arguments.size() != count) return false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (!fits(arguments[i], signature.parameters[std::min(i, count - 1)])) return false;
    }
    return true;
  }

  Type unknown_function(const std::string& name, CallStyle style, const Node& node) {
    std::vector<std::string> candidates;
    for (const RegisteredFunction& function : all_functions()) {
      if (function.has(style)) candidates.emplace_back(function.function->name);
    }
    for (const char* macro : {"all", "exists", "exists_one", "filter", "map"}) {
      if (style == CallStyle::method) candidates.emplace_back(macro);
    }
    const CallStyle other = style == CallStyle::method ? CallStyle::global : CallStyle::method;
    if (const RegisteredFunction* wrong_style = find_function(name, other)) {
      return report(node, "unknown-function", name + "() is not called this way",
                    "write " + wrong_style->signatures.front().text);
    }
    return report(node, "unknown-function", "unknown function: " + name + "()", suggestion(name, candidates));
  }

  Type no_overload(const RegisteredFunction& function, CallStyle style, const std::vector<Type>& arguments,
                   const Node& node) {
    std::string given;
    for (const Type& argument : arguments) given += (given.empty() ? "" : ", ") + to_string(argument);
    std::string wanted;
    for (const Signature& signature : function.signatures) {
      if (signature.style == style) wanted += (wanted.empty() ? "" : " or ") + signature.text;
    }
    return wrong_type(node, std::string(function.function->name) + "() does not take (" + given + ")",
                      "it is " + wanted);
  }

  Type type_of_form(const Unary& form, const Node& node) {
    if (form.op == UnaryOperator::logical_not) {
      want_bool(*form.operand);
      return of_kind(Kind::boolean);
    }
    const Type operand = run(*form.operand);
    const bool fits_sign = operand.kind == Kind::integer || operand.kind == Kind::number || is_any(operand);
    return fits_sign ? operand : wrong_type(node, "no such overload: -" + to_string(operand));
  }

  Type type_of_form(const Binary& form, const Node& node) {
    const Type left = run(*form.left);
    const Type right = run(*form.right);
    switch (form.op) {
      case BinaryOperator::equal:
      case BinaryOperator::not_equal:
        return equality(left, right, node);
      case BinaryOperator::less:
      case BinaryOperator::less_equal:
      case BinaryOperator::greater:
      case BinaryOperator::greater_equal:
        return ordering(left, right, node);
      case BinaryOperator::in:
        return membership(left, right, node);
      case BinaryOperator::add:
      case BinaryOperator::subtract:
      case BinaryOperator::multiply:
      case BinaryOperator::divide:
      case BinaryOperator::modulo:
        return arithmetic(form.op, left, right, node);
    }
    return {};
  }

  Type equality(const Type& left, const Type& right, const Node& node) {
    const bool both_numeric = is_numeric(left) && is_numeric(right);
    const bool with_null = left.kind == Kind::null || right.kind == Kind::null;
    if (!both_numeric && !with_null && !is_any(left) && !is_any(right) && left.kind != right.kind) {
      wrong_type(node, to_string(left) + " is never equal to " + to_string(right));
    }
    return of_kind(Kind::boolean);
  }

  static bool has_order(const Type& type) {
    return is_numeric(type) || type.kind == Kind::string || type.kind == Kind::bytes || type.kind == Kind::boolean ||
           type.kind == Kind::timestamp || type.kind == Kind::duration;
  }

  Type ordering(const Type& left, const Type& right, const Node& node) {
    const bool comparable =
        is_any(left) || is_any(right) || left.kind == right.kind || (is_numeric(left) && is_numeric(right));
    if (!comparable || !has_order(left) || !has_order(right)) {
      wrong_type(node, to_string(left) + " and " + to_string(right) + " have no order");
    }
    return of_kind(Kind::boolean);
  }

  Type membership(const Type& wanted, const Type& container, const Node& node) {
    if (container.kind == Kind::list || container.kind == Kind::map) {
      const Type element = container.kind == Kind::list ? or_any(container.element) : or_any(container.key);
      return equality(wanted, element, node);
    }
    if (!is_any(container)) wrong_type(node, "'in' looks into a list or a map, not " + to_string(container));
    return of_kind(Kind::boolean);
  }

  Type arithmetic(BinaryOperator op, const Type& left, const Type& right, const Node& node) {
    if (is_any(left) || is_any(right)) return {};
    const auto is_time = [](const Type& type) { return type.kind == Kind::timestamp || type.kind == Kind::duration; };
    if (is_time(left) && is_time(right) && (op == BinaryOperator::add || op == BinaryOperator::subtract)) return {};
    const bool number = left.kind == Kind::integer || left.kind == Kind::unsigned_integer || left.kind == Kind::number;
    const bool joins = left.kind == Kind::string || left.kind == Kind::bytes || left.kind == Kind::list;
    const bool no_rest = op == BinaryOperator::modulo && left.kind == Kind::number;
    if (left.kind == right.kind && ((number && !no_rest) || (joins && op == BinaryOperator::add)))
      return join(left, right);
    const bool mixed = is_numeric(left) && is_numeric(right) && left.kind != right.kind;
    return wrong_type(node, "no such overload: " + to_string(left) + " and " + to_string(right),
                      mixed ? "wrap one side in double() or int()" : "");
  }

  Type type_of_form(const Logical& form, const Node&) {
    for (const NodePtr& term : form.terms) want_bool(*term);
    return of_kind(Kind::boolean);
  }

  Type type_of_form(const Conditional& form, const Node&) {
    want_bool(*form.condition);
    const Type when_true = run(*form.when_true);
    return join(when_true, run(*form.when_false));
  }

  Type type_of_form(const ListLiteral& form, const Node&) {
    std::optional<Type> element;
    for (const NodePtr& item : form.items) {
      const Type type = run(*item);
      element = element ? join(*element, type) : type;
    }
    return element ? list_of(*element) : of_kind(Kind::list);
  }

  Type type_of_form(const MapLiteral& form, const Node&) {
    std::optional<Type> value;
    std::optional<Type> key;
    for (const auto& [key_node, value_node] : form.entries) {
      const Type key_type = run(*key_node);
      const Type value_type = run(*value_node);
      key = key ? join(*key, key_type) : key_type;
      value = value ? join(*value, value_type) : value_type;
    }
    return value ? map_of(*key, *value) : of_kind(Kind::map);
  }

  Type type_of_form(const Macro& form, const Node& node) {
    const Type range = run(*form.range);
    const bool is_list = range.kind == Kind::list;
    if (!is_list && range.kind != Kind::map && !is_any(range)) {
      wrong_type(node, "a macro goes over a list or a map, not " + to_string(range));
    }
    const Type key =
        is_list ? of_kind(Kind::integer) : (range.object != nullptr ? of_kind(Kind::string) : or_any(range.key));
    const Type element = range.object != nullptr ? Type() : or_any(range.element);
    const bool two = form.variables.size() == 2;
    const Type first = two || !is_list ? key : element;
    locals_.emplace_back(form.variables[0], first);
    if (two) locals_.emplace_back(form.variables[1], element);
    const Type result = macro_result(form, first, key);
    locals_.resize(locals_.size() - form.variables.size());
    return result;
  }

  Type macro_result(const Macro& form, const Type& element, const Type& key) {
    if (form.condition) want_bool(*form.condition);
    switch (form.kind) {
      case MacroKind::all:
      case MacroKind::exists:
      case MacroKind::exists_one:
        want_bool(*form.body);
        return of_kind(Kind::boolean);
      case MacroKind::filter:
        want_bool(*form.body);
        return list_of(element);
      case MacroKind::map:
      case MacroKind::transform_list:
        return list_of(run(*form.body));
      case MacroKind::transform_map:
        return map_of(key, run(*form.body));
      case MacroKind::transform_map_entry:
        return run(*form.body);
    }
    return {};
  }

  const TypeBindings& names_;
  std::vector<CheckError>& errors_;
  std::vector<std::pair<std::string, Type>> locals_;
};

}  // namespace

std::string to_string(const Type& type) {
  switch (type.kind) {
    case Kind::any:
      return "any";
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "bool";
    case Kind::integer:
      return "int";
    case Kind::unsigned_integer:
      return "uint";
    case Kind::number:
      return "double";
    case Kind::string:
      return "string";
    case Kind::bytes:
      return "bytes";
    case Kind::list:
      return type.element ? "list<" + to_string(*type.element) + ">" : "list";
    case Kind::map:
      break;
    case Kind::timestamp:
      return "timestamp";
    case Kind::duration:
      return "duration";
    case Kind::type:
      return "type";
  }
  if (type.object != nullptr) return std::string(type.object->name);
  return type.element ? "map<" + to_string(*type.element) + ">" : "map";
}

Type type_of_fact(const TypeInfo& info) {
  switch (info.kind) {
    case TypeInfo::Kind::boolean:
      return of_kind(Kind::boolean);
    case TypeInfo::Kind::integer:
      return of_kind(Kind::integer);
    case TypeInfo::Kind::number:
      return of_kind(Kind::number);
    case TypeInfo::Kind::string:
    case TypeInfo::Kind::cpu_list:
      return of_kind(Kind::string);
    case TypeInfo::Kind::list:
      return list_of(type_of_fact(*info.element));
    case TypeInfo::Kind::map:
      return map_of(of_kind(Kind::string), type_of_fact(*info.element));
    case TypeInfo::Kind::object:
      break;
  }
  Type type = of_kind(Kind::map);
  type.key = std::make_shared<const Type>(of_kind(Kind::string));
  type.object = &info;
  return type;
}

CheckResult check(const Expression& expression, const TypeBindings& names) {
  CheckResult result;
  if (expression.root) result.type = Checker(names, result.errors).run(*expression.root);
  return result;
}

}  // namespace ihc::expr
