#include "engine/expr/evaluator.h"

#include <algorithm>
#include <optional>

#include "engine/expr/evaluation.h"

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

}  // namespace

Value Evaluator::run(const Node& node) {
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

// An operator or function that takes a whole list or object from the facts has read all of it.
void Evaluator::note_whole(const Value& value) {
  if (const auto* list = value.as<List>()) {
    if (list->json != nullptr && list->path) trail_.note(list->path, *list->json);
  } else if (const auto* map = value.as<Map>()) {
    if (map->json != nullptr && map->path) trail_.note(map->path, *map->json);
  }
}

Value Evaluator::read(const Json& json, const FactPathPtr& path) {
  if (path && is_scalar(json)) trail_.note(path, json);
  return fact_value(json, path);
}

Value Evaluator::read_element(const List& list, std::size_t index) {
  if (list.json == nullptr) return element(list, index);
  return read((*list.json)[index], list.path ? child_path(list.path, std::to_string(index)) : nullptr);
}

std::optional<Value> Evaluator::read_entry(const Map& map, const Value& key) {
  if (map.json == nullptr) return lookup(map, key);
  const auto* name = key.as<std::string>();
  if (name == nullptr) return std::nullopt;
  const auto member = map.json->find(*name);
  if (member == map.json->end()) return std::nullopt;
  return read(*member, map.path ? child_path(map.path, *name) : nullptr);
}

const Value* Evaluator::local(const std::string& name) const {
  for (auto variable = locals_.rbegin(); variable != locals_.rend(); ++variable) {
    if (*variable->first == name) return &variable->second;
  }
  return nullptr;
}

Value Evaluator::bound_value(Bindings::Slot& slot) {
  if (slot.deferred.root) {
    const std::shared_ptr<const Node> root = std::move(slot.deferred.root);
    slot.deferred.root = nullptr;
    slot.value = make_error(ErrorKind::unknown_name, "a name that stands for itself");
    slot.value = Evaluator(bindings_, trail_, budget_, depth_).run(*root);
  }
  return slot.value;
}

Value Evaluator::value_of(const Ident& form, const Node& node) {
  if (!form.absolute) {
    if (const Value* value = local(form.name)) return *value;
  }
  if (Bindings::Slot* slot = bindings_.find(form.name)) return bound_value(*slot);
  if (const auto type = type_identifier(form.name)) return TypeName{std::string(*type)};
  return make_error(ErrorKind::unknown_name, "unknown name: " + form.name, node.offset);
}

// a.b.c means the field of a bound name "a.b" where there is one; the longest such name wins.
std::optional<Value> Evaluator::dotted_name(const Node& node) {
  const std::string name = qualified_name(node);
  if (name.empty() || local(name.substr(0, name.find('.'))) != nullptr) return std::nullopt;
  if (Bindings::Slot* slot = bindings_.find(name)) return bound_value(*slot);
  return std::nullopt;
}

Value Evaluator::value_of(const Select& form, const Node& node) {
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

Value Evaluator::absent(const Node& node, const FactPathPtr& parent, const std::string& name) {
  const std::string path = parent ? to_pointer(child_path(parent, name)) : "";
  return make_error(ErrorKind::no_such_field, "no such field: " + (path.empty() ? name : path), node.offset, path);
}

Value Evaluator::value_of(const Index& form, const Node& node) {
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
  return value ? *value
               : absent(node, map->path,
                        to_json(*wanted).is_string() ? *wanted->as<std::string>() : to_compact_text(to_json(*wanted)));
}

Value Evaluator::indexed(const List& list, const Value& key, const Node& node) {
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
const RegisteredFunction* Evaluator::namespaced(const Call& form) {
  const auto* ident = form.target ? std::get_if<Ident>(&form.target->form) : nullptr;
  if (ident == nullptr || local(ident->name) != nullptr || bindings_.find(ident->name) != nullptr) return nullptr;
  return find_function(ident->name + "." + form.function, CallStyle::global);
}

Value Evaluator::value_of(const Call& form, const Node& node) {
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

bool Evaluator::takes(const RegisteredFunction& function, CallStyle style, std::size_t count) {
  return std::any_of(function.signatures.begin(), function.signatures.end(), [&](const Signature& signature) {
    if (signature.style != style) return false;
    return signature.variadic ? count >= signature.parameters.size() : count == signature.parameters.size();
  });
}

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
