// How evaluate() walks a syntax tree; for the files of this folder alone. Names and facts are in evaluator.cpp,
// operators in operators.cpp, all(), exists(), filter(), map() and their like in macros.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/expr/evaluator.h"
#include "engine/expr/parser.h"
#include "engine/functions/function.h"

namespace ihc::expr {

class Evaluator {
 public:
  Evaluator(Bindings& bindings, Trail& trail, Budget& budget, std::size_t depth)
      : bindings_(bindings), trail_(trail), budget_(budget), depth_(depth) {}

  Value run(const Node& node);

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
  void note_whole(const Value& value);
  Value read(const Json& json, const FactPathPtr& path);
  Value read_element(const List& list, std::size_t index);
  std::optional<Value> read_entry(const Map& map, const Value& key);
  Value value_of(const Literal& form, const Node&) { return form.value; }
  const Value* local(const std::string& name) const;
  Value bound_value(Bindings::Slot& slot);
  Value value_of(const Ident& form, const Node& node);
  std::optional<Value> dotted_name(const Node& node);
  Value value_of(const Select& form, const Node& node);
  static Value absent(const Node& node, const FactPathPtr& parent, const std::string& name);
  Value value_of(const Index& form, const Node& node);
  Value indexed(const List& list, const Value& key, const Node& node);
  const RegisteredFunction* namespaced(const Call& form);
  Value value_of(const Call& form, const Node& node);
  static bool takes(const RegisteredFunction& function, CallStyle style, std::size_t count);

  // operators.cpp
  Value value_of(const Unary& form, const Node& node);
  Value value_of(const Binary& form, const Node& node);
  Value equality(const Value& left, const Value& right, const Node& node);
  static Value ordering(BinaryOperator op, const Value& left, const Value& right, const Node& node);
  Value membership(const Value& wanted, const Value& container, const Node& node);
  Value value_of(const Logical& form, const Node& node);
  Value value_of(const Conditional& form, const Node&);
  Value value_of(const ListLiteral& form, const Node& node);
  Value value_of(const MapLiteral& form, const Node& node);
  static std::optional<Value> insert(MapData& data, const Value& key, Value value, const Node& node);

  // macros.cpp
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

  Round round_of(const Range& range, std::size_t index, bool two_variables);
  Value value_of(const Macro& form, const Node& node);
  Value quantified(const Macro& form, const Range& range, bool decisive);
  Value condition_value(const Node& condition);
  Value exists_one(const Macro& form, const Range& range);
  Value filtered(const Macro& form, const Range& range);
  Value left_out(const Macro& form);
  Value mapped(const Macro& form, const Range& range);
  Value transformed(const Macro& form, const Range& range);
  static std::optional<Value> insert_entries(MapData& data, const Value& value, const Node& node);
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

  Bindings& bindings_;
  Trail& trail_;
  Budget& budget_;
  std::size_t depth_;
  std::vector<std::pair<const std::string*, Value>> locals_;
};

}  // namespace ihc::expr
