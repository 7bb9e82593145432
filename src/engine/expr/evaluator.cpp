#include "engine/expr/evaluator.h"

#include <algorithm>
#include <optional>

#include "engine/expr/arithmetic.h"
#include "engine/expr/parser.h"
#include "engine/functions/function.h"

namespace ihc::expr {

namespace {

// A list or object with more members than this stands in a trail as its size only.
constexpr std::size_t kMaxTrailMembers = 16;

bool is_scalar(const Json& json) { return !json.is_array() && !json.is_object(); }

Json trail_value(const Json& json) {
  if (is_scalar(json)) return json;
  const bool is_short = json.size() <= kMaxTrailMembers && std::all_of(json.begin(), json.end(), is_scalar);
  return is_short ? json : Json{{"items", json.size()}};
}

std::optional<std::string_view> type_identifier(std::string_view name) {
  for (const std::string_view type : {"bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type",
                                      "type", "google.protobuf.Timestamp", "google.protobuf.Duration"}) {
    if (type == name) return type;
  }
  return std::nullopt;
}

// Values that share their parts unfold to far more than was paid for when whoever gets them prints them.
constexpr std::size_t kMaxResultValues = 1'000'000;

bool unfolds_within(const Value& value, std::size_t& left) {
  if (left == 0) return false;
  --left;
  if (const auto* list = value.as<List>()) {
    if (list->items == nullptr) return true;
    return std::all_of(list->items->begin(), list->items->end(),
                       [&left](const Value& item) { return unfolds_within(item, left); });
  }
  const auto* map = value.as<Map>();
  if (map == nullptr || map->data == nullptr) return true;
  return std::all_of(map->data->entries.begin(), map->data->entries.end(),
                     [&left](const auto& entry) { return unfolds_within(entry.second, left); });
}

class Evaluator {
 public:
  Evaluator(Bindings& bindings, Trail& trail, Budget& budget, std::size_t depth)
      : bindings_(bindings), trail_(trail), budget_(budget), depth_(depth) {}

  Value run(const Node& node) {
    if (budget_.steps == 0) budget_.exhausted = true;
    if (budget_.exhausted)
      return make_error(ErrorKind::limit, "the expression takes more steps than allowed", node.offset);
    --budget_.steps;
    const Deeper deeper(depth_);
    if (depth_ > limits::kMaxEvaluationDepth) {
      budget_.exhausted = true;
      return make_error(ErrorKind::limit, "the expression is nested too deep", node.offset);
    }
    return std::visit([&](const auto& form) { return value_of(form, node); }, node.form);
  }

 private:
  class [[nodiscard]] Deeper {
   public:
    explicit Deeper(std::size_t& depth) : depth_(depth) { ++depth_; }
    ~Deeper() { --depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    std::size_t& depth_;
  };

  static Value type_error(const Node& node, std::string message) {
    return make_error(ErrorKind::type, std::move(message), node.offset);
  }
  static Value not_bool(const Node& node, const Value& value) {
    return type_error(node, "expected true or false, not " + std::string(type_name(value)));
  }
  Value limit_error(const Node& node) {
    budget_.exhausted = true;
    return make_error(ErrorKind::limit, "the expression makes more data than allowed", node.offset);
  }
  bool spend_bytes(std::size_t bytes) {
    if (budget_.bytes < bytes) return false;
    budget_.bytes -= bytes;
    return true;
  }

  // An operator or function that takes a whole list or object from the facts has read all of it.
  void note_whole(const Value& value) {
    if (const auto* list = value.as<List>()) {
      if (list->json != nullptr && list->path) trail_.note(list->path, *list->json);
    } else if (const auto* map = value.as<Map>()) {
      if (map->json != nullptr && map->path) trail_.note(map->path, *map->json);
    }
  }

  Value read(const Json& json, const FactPathPtr& path) {
    if (path && is_scalar(json)) trail_.note(path, json);
    return fact_value(json, path);
  }

  Value read_element(const List& list, std::size_t index) {
    if (list.json == nullptr) return element(list, index);
    return read((*list.json)[index], list.path ? child_path(list.path, std::to_string(index)) : nullptr);
  }

  std::optional<Value> read_entry(const Map& map, const Value& key) {
    if (map.json == nullptr) return lookup(map, key);
    const auto* name = key.as<std::string>();
    if (name == nullptr) return std::nullopt;
    const auto member = map.json->find(*name);
    if (member == map.json->end()) return std::nullopt;
    return read(*member, map.path ? child_path(map.path, *name) : nullptr);
  }

  Value value_of(const Literal& form, const Node&) { return form.value; }

  const Value* local(const std::string& name) const {
    for (auto variable = locals_.rbegin(); variable != locals_.rend(); ++variable) {
      if (*variable->first == name) return &variable->second;
    }
    return nullptr;
  }

  Value bound_value(Bindings::Slot& slot) {
    if (slot.deferred.root) {
      const std::shared_ptr<const Node> root = std::move(slot.deferred.root);
      slot.deferred.root = nullptr;
      slot.value = make_error(ErrorKind::unknown_name, "a name that stands for itself");
      slot.value = Evaluator(bindings_, trail_, budget_, depth_).run(*root);
    }
    return slot.value;
  }

  Value value_of(const Ident& form, const Node& node) {
    if (!form.absolute) {
      if (const Value* value = local(form.name)) return *value;
    }
    if (Bindings::Slot* slot = bindings_.find(form.name)) return bound_value(*slot);
    if (const auto type = type_identifier(form.name)) return TypeName{std::string(*type)};
    return make_error(ErrorKind::unknown_name, "unknown name: " + form.name, node.offset);
  }

  // a.b.c means the field of a bound name "a.b" where there is one; the longest such name wins.
  std::optional<Value> dotted_name(const Node& node) {
    const std::string name = qualified_name(node);
    if (name.empty() || local(name.substr(0, name.find('.'))) != nullptr) return std::nullopt;
    if (Bindings::Slot* slot = bindings_.find(name)) return bound_value(*slot);
    return std::nullopt;
  }

  Value value_of(const Select& form, const Node& node) {
    if (!form.test_only && bindings_.has_dotted_names()) {
      if (auto value = dotted_name(node)) return *value;
    }
    const Value operand = run(*form.operand);
    if (const EvalError* error = operand.error()) {
      if (error->kind == ErrorKind::unknown_name) {
        if (const auto type = type_identifier(qualified_name(node))) return TypeName{std::string(*type)};
      }
      return operand;
    }
    const auto* map = operand.as<Map>();
    if (map == nullptr) return type_error(node, std::string(type_name(operand)) + " has no field " + form.field);
    const std::optional<Value> value = read_entry(*map, Value(form.field));
    if (form.test_only) return value.has_value();
    return value ? *value : absent(node, map->path, form.field);
  }

  static Value absent(const Node& node, const FactPathPtr& parent, const std::string& name) {
    const std::string path = parent ? to_pointer(child_path(parent, name)) : "";
    return make_error(ErrorKind::no_such_field, "no such field: " + (path.empty() ? name : path), node.offset, path);
  }

  Value value_of(const Index& form, const Node& node) {
    const Value operand = run(*form.operand);
    if (operand.is_error()) return operand;
    const Value key = run(*form.key);
    if (key.is_error()) return key;
    if (const auto* list = operand.as<List>()) return indexed(*list, key, node);
    const auto* map = operand.as<Map>();
    if (map == nullptr) return type_error(node, std::string(type_name(operand)) + " has no elements");
    const auto wanted = to_key(key);
    if (!wanted) return type_error(node, "no map has a key of type " + std::string(type_name(key)));
    const std::optional<Value> value = read_entry(*map, *wanted);
    return value
               ? *value
               : absent(node, map->path,
                        to_json(*wanted).is_string() ? *wanted->as<std::string>() : to_compact_text(to_json(*wanted)));
  }

  Value indexed(const List& list, const Value& key, const Node& node) {
    const auto wanted = to_key(key);
    const auto* number = wanted ? wanted->as<std::int64_t>() : nullptr;
    const auto* unsigned_number = wanted ? wanted->as<std::uint64_t>() : nullptr;
    if (number == nullptr && unsigned_number == nullptr) {
      return type_error(node, "a list is indexed by int, not " + std::string(type_name(key)));
    }
    const bool inside = number != nullptr ? *number >= 0 && static_cast<std::uint64_t>(*number) < list.size()
                                          : *unsigned_number < list.size();
    if (inside) {
      return read_element(
          list, number != nullptr ? static_cast<std::size_t>(*number) : static_cast<std::size_t>(*unsigned_number));
    }
    return absent(node, list.path, number != nullptr ? std::to_string(*number) : std::to_string(*unsigned_number));
  }

  // "math.abs(x)" is a call of the function of that name, unless `math` is a bound name.
  const RegisteredFunction* namespaced(const Call& form) {
    const auto* ident = form.target ? std::get_if<Ident>(&form.target->form) : nullptr;
    if (ident == nullptr || local(ident->name) != nullptr || bindings_.find(ident->name) != nullptr) return nullptr;
    return find_function(ident->name + "." + form.function, CallStyle::global);
  }

  Value value_of(const Call& form, const Node& node) {
    const RegisteredFunction* function = namespaced(form);
    const bool is_method = form.target != nullptr && function == nullptr;
    const CallStyle style = is_method ? CallStyle::method : CallStyle::global;
    if (function == nullptr) function = find_function(form.function, style);
    if (function == nullptr) {
      return make_error(ErrorKind::unknown_function, "unknown function: " + form.function + "()", node.offset);
    }
    std::vector<Value> arguments;
    arguments.reserve(form.arguments.size() + 1);
    if (is_method) arguments.push_back(run(*form.target));
    for (const NodePtr& argument : form.arguments) arguments.push_back(run(*argument));
    for (const Value& argument : arguments) {
      if (argument.is_error()) return argument;
    }
    CallContext context(budget_, node.offset);
    if (!takes(*function, style, arguments.size())) return context.no_overload(form.function, arguments);
    for (const Value& argument : arguments) note_whole(argument);
    return function->function->call(context, arguments);
  }

  static bool takes(const RegisteredFunction& function, CallStyle style, std::size_t count) {
    return std::any_of(function.signatures.begin(), function.signatures.end(), [&](const Signature& signature) {
      if (signature.style != style) return false;
      return signature.variadic ? count >= signature.parameters.size() : count == signature.parameters.size();
    });
  }

  Value value_of(const Unary& form, const Node& node) {
    const Value operand = run(*form.operand);
    if (operand.is_error()) return operand;
    if (form.op == UnaryOperator::negate) return negated(operand, node.offset);
    const auto* flag = operand.as<bool>();
    return flag == nullptr ? not_bool(node, operand) : Value(!*flag);
  }

  Value value_of(const Binary& form, const Node& node) {
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

  Value equality(const Value& left, const Value& right, const Node& node) {
    const bool equal = equals(left, right, budget_.steps);
    if (budget_.steps == 0 && !equal) return limit_error(node);
    return equal;
  }

  static Value ordering(BinaryOperator op, const Value& left, const Value& right, const Node& node) {
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

  Value membership(const Value& wanted, const Value& container, const Node& node) {
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
  Value value_of(const Logical& form, const Node& node) {
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

  Value value_of(const Conditional& form, const Node&) {
    const Value condition = run(*form.condition);
    if (condition.is_error()) return condition;
    const auto* flag = condition.as<bool>();
    if (flag == nullptr) return not_bool(*form.condition, condition);
    return run(*flag ? *form.when_true : *form.when_false);
  }

  Value value_of(const ListLiteral& form, const Node& node) {
    if (!spend_bytes(form.items.size() * sizeof(Value))) return limit_error(node);
    std::vector<Value> items;
    items.reserve(form.items.size());
    for (const NodePtr& item : form.items) {
      items.push_back(run(*item));
      if (items.back().is_error()) return items.back();
    }
    return make_list(std::move(items));
  }

  Value value_of(const MapLiteral& form, const Node& node) {
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

  static std::optional<Value> insert(MapData& data, const Value& key, Value value, const Node& node) {
    if (!to_key(key) || key.as<double>() != nullptr) {
      return type_error(node, "a map has no keys of type " + std::string(type_name(key)));
    }
    if (data.entries.emplace(key, std::move(value)).second) return std::nullopt;
    return make_error(ErrorKind::duplicate_key, "the key stands twice in one map", node.offset);
  }

  // ---- macros
  // ----------------------------------------------------------------------------------------------------------

  struct Round {
    Value first;   ///< the element or key; with two variables the index or key
    Value second;  ///< with two variables the element or value
  };

  struct Range {
    const List* list = nullptr;
    const Map* map = nullptr;
    std::vector<Value> keys;
    std::size_t size = 0;
  };

  Round round_of(const Range& range, std::size_t index, bool two_variables) {
    if (range.list != nullptr) {
      Value item = read_element(*range.list, index);
      if (!two_variables) return {std::move(item), {}};
      return {Value(static_cast<std::int64_t>(index)), std::move(item)};
    }
    const Value& key = range.keys[index];
    return {key, two_variables ? *read_entry(*range.map, key) : Value()};
  }

  void bind(const Macro& form, Round round) {
    locals_.emplace_back(&form.variables[0], std::move(round.first));
    if (form.variables.size() == 2) locals_.emplace_back(&form.variables[1], std::move(round.second));
  }
  void unbind(const Macro& form) { locals_.resize(locals_.size() - form.variables.size()); }

  // Calls `visit(round's condition or body value…)` for each element until it answers with a final value.
  template <class Visit>
  std::optional<Value> for_each(const Macro& form, const Range& range, Visit visit) {
    for (std::size_t i = 0; i < range.size; ++i) {
      bind(form, round_of(range, i, form.variables.size() == 2));
      std::optional<Value> final_value = visit(i);
      unbind(form);
      if (budget_.exhausted) return limit_error(*form.body);
      if (final_value) return final_value;
    }
    return std::nullopt;
  }

  Value value_of(const Macro& form, const Node& node) {
    const Value range_value = run(*form.range);
    if (range_value.is_error()) return range_value;
    Range range{.list = range_value.as<List>(), .map = range_value.as<Map>(), .keys = {}, .size = 0};
    if (range.list == nullptr && range.map == nullptr) {
      return type_error(node, "a macro goes over a list or a map, not " + std::string(type_name(range_value)));
    }
    if (range.map != nullptr) {
      if (!spend_bytes(range.map->size() * sizeof(Value))) return limit_error(node);
      range.keys = keys_of(*range.map);
    }
    range.size = range.list != nullptr ? range.list->size() : range.keys.size();
    switch (form.kind) {
      case MacroKind::all:
        return quantified(form, range, false);
      case MacroKind::exists:
        return quantified(form, range, true);
      case MacroKind::exists_one:
        return exists_one(form, range);
      case MacroKind::filter:
        return filtered(form, range);
      case MacroKind::map:
      case MacroKind::transform_list:
        return mapped(form, range);
      case MacroKind::transform_map:
      case MacroKind::transform_map_entry:
        return transformed(form, range);
    }
    return type_error(node, "no such macro");
  }

  Value quantified(const Macro& form, const Range& range, bool decisive) {
    std::optional<Value> error;
    const auto decided = for_each(form, range, [&](std::size_t) -> std::optional<Value> {
      Value value = run(*form.body);
      const auto* flag = value.as<bool>();
      if (flag != nullptr && *flag == decisive) return Value(decisive);
      if (flag == nullptr && !error) error = value.is_error() ? std::move(value) : not_bool(*form.body, value);
      return std::nullopt;
    });
    if (decided) return *decided;
    return error ? *error : Value(!decisive);
  }

  // A condition's outcome: true, false, or the error that ends the macro.
  Value condition_value(const Node& condition) {
    Value value = run(condition);
    if (value.is_error() || value.as<bool>() != nullptr) return value;
    return not_bool(condition, value);
  }

  Value exists_one(const Macro& form, const Range& range) {
    std::size_t count = 0;
    const auto failed = for_each(form, range, [&](std::size_t) -> std::optional<Value> {
      const Value value = condition_value(*form.body);
      if (value.is_error()) return value;
      count += *value.as<bool>() ? 1 : 0;
      return std::nullopt;
    });
    return failed ? *failed : Value(count == 1);
  }

  Value filtered(const Macro& form, const Range& range) {
    std::vector<Value> items;
    const auto failed = for_each(form, range, [&](std::size_t) -> std::optional<Value> {
      const Value value = condition_value(*form.body);
      if (value.is_error()) return value;
      if (!*value.as<bool>()) return std::nullopt;
      if (!spend_bytes(sizeof(Value))) return limit_error(*form.body);
      items.push_back(locals_.back().second);
      return std::nullopt;
    });
    return failed ? *failed : make_list(std::move(items));
  }

  // True when the round is to be left out; an error ends the macro.
  Value left_out(const Macro& form) {
    if (!form.condition) return false;
    const Value value = condition_value(*form.condition);
    return value.is_error() ? value : Value(!*value.as<bool>());
  }

  Value mapped(const Macro& form, const Range& range) {
    std::vector<Value> items;
    const auto failed = for_each(form, range, [&](std::size_t) -> std::optional<Value> {
      const Value skip = left_out(form);
      if (skip.is_error()) return skip;
      if (*skip.as<bool>()) return std::nullopt;
      Value value = run(*form.body);
      if (value.is_error()) return value;
      if (!spend_bytes(sizeof(Value))) return limit_error(*form.body);
      items.push_back(std::move(value));
      return std::nullopt;
    });
    return failed ? *failed : make_list(std::move(items));
  }

  Value transformed(const Macro& form, const Range& range) {
    MapData data;
    const auto failed = for_each(form, range, [&](std::size_t index) -> std::optional<Value> {
      const Value skip = left_out(form);
      if (skip.is_error()) return skip;
      if (*skip.as<bool>()) return std::nullopt;
      Value value = run(*form.body);
      if (value.is_error()) return value;
      if (!spend_bytes(2 * sizeof(Value))) return limit_error(*form.body);
      if (form.kind == MacroKind::transform_map) {
        const Value key = range.list != nullptr ? Value(static_cast<std::int64_t>(index)) : range.keys[index];
        return insert(data, key, std::move(value), *form.body);
      }
      return insert_entries(data, value, *form.body);
    });
    return failed ? *failed : make_map(std::move(data));
  }

  static std::optional<Value> insert_entries(MapData& data, const Value& value, const Node& node) {
    const auto* map = value.as<Map>();
    if (map == nullptr) return type_error(node, "transformMapEntry() makes maps of one entry");
    for (const Value& key : keys_of(*map)) {
      if (auto error = insert(data, key, *lookup(*map, key), node)) return error;
    }
    return std::nullopt;
  }

  Bindings& bindings_;
  Trail& trail_;
  Budget& budget_;
  std::size_t depth_;
  std::vector<std::pair<const std::string*, Value>> locals_;
};

}  // namespace

void Trail::note(const FactPathPtr& path, const Json& json) {
  if (reads_.size() >= kMaxTrailReads) {
    truncated_ = truncated_ || seen_.count(&json) == 0;
    return;
  }
  if (seen_.insert(&json).second) reads_.push_back({to_pointer(path), trail_value(json)});
}

void Bindings::set(const std::string& name, Value value) {
  slots_[name] = Slot{std::move(value), {}};
  has_dotted_names_ = has_dotted_names_ || name.find('.') != std::string::npos;
}

void Bindings::defer(const std::string& name, const Expression& expression) { slots_[name] = Slot{{}, expression}; }

Bindings::Slot* Bindings::find(const std::string& name) {
  const auto slot = slots_.find(name);
  return slot == slots_.end() ? nullptr : &slot->second;
}

Value evaluate(const Expression& expression, Bindings& bindings, Trail& trail, Budget& budget) {
  if (!expression.root) return make_error(ErrorKind::syntax, "no expression");
  Value value = Evaluator(bindings, trail, budget, 0).run(*expression.root);
  // A spent budget is never absorbed: what was left out might have decided otherwise.
  std::size_t values_left = kMaxResultValues;
  if (!budget.exhausted && unfolds_within(value, values_left)) return value;
  if (value.is_error() && value.error()->kind == ErrorKind::limit) return value;
  return make_error(ErrorKind::limit, "the expression takes more steps or memory than allowed");
}

Value evaluate(const Expression& expression, Bindings& bindings) {
  Trail trail;
  Budget budget;
  return evaluate(expression, bindings, trail, budget);
}

}  // namespace ihc::expr
