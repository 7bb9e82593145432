#include "engine/expr/evaluation.h"

namespace ihc::expr {

Evaluator::Round Evaluator::round_of(const Range& range, std::size_t index, bool two_variables) {
  if (range.list != nullptr) {
    Value item = read_element(*range.list, index);
    if (!two_variables) return {std::move(item), {}};
    return {Value(static_cast<std::int64_t>(index)), std::move(item)};
  }
  const Value& key = range.keys[index];
  return {key, two_variables ? *read_entry(*range.map, key) : Value()};
}

Value Evaluator::value_of(const Macro& form, const Node& node) {
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

Value Evaluator::quantified(const Macro& form, const Range& range, bool decisive) {
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
Value Evaluator::condition_value(const Node& condition) {
  Value value = run(condition);
  if (value.is_error() || value.as<bool>() != nullptr) return value;
  return not_bool(condition, value);
}

Value Evaluator::exists_one(const Macro& form, const Range& range) {
  std::size_t count = 0;
  const auto failed = for_each(form, range, [&](std::size_t) -> std::optional<Value> {
    const Value value = condition_value(*form.body);
    if (value.is_error()) return value;
    count += *value.as<bool>() ? 1 : 0;
    return std::nullopt;
  });
  return failed ? *failed : Value(count == 1);
}

Value Evaluator::filtered(const Macro& form, const Range& range) {
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
Value Evaluator::left_out(const Macro& form) {
  if (!form.condition) return false;
  const Value value = condition_value(*form.condition);
  return value.is_error() ? value : Value(!*value.as<bool>());
}

Value Evaluator::mapped(const Macro& form, const Range& range) {
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

Value Evaluator::transformed(const Macro& form, const Range& range) {
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

std::optional<Value> Evaluator::insert_entries(MapData& data, const Value& value, const Node& node) {
  const auto* map = value.as<Map>();
  if (map == nullptr) return type_error(node, "transformMapEntry() makes maps of one entry");
  for (const Value& key : keys_of(*map)) {
    if (auto error = insert(data, key, *lookup(*map, key), node)) return error;
  }
  return std::nullopt;
}

}  // namespace ihc::expr
