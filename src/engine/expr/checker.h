// Finds, before any node is visited, what would go wrong on every node: unknown names, functions and facts, and
// operands that no overload takes. What only the facts can decide is left to the evaluator.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/expr/ast.h"
#include "facts/describe.h"

namespace ihc::expr {

/// The type of an expression as far as it is known before evaluation.
struct Type {
  enum class Kind {
    any,
    null,
    boolean,
    integer,
    unsigned_integer,
    number,
    string,
    bytes,
    list,
    map,
    timestamp,
    duration,
    type
  };
  Kind kind = Kind::any;
  std::shared_ptr<const Type> element;                         ///< of lists, and the values of maps; null: not known
  std::shared_ptr<const Type> key;                             ///< of maps; null: not known
  const TypeInfo* object = nullptr;                            ///< a described facts struct (kind is map)
  std::shared_ptr<const std::map<std::string, Type>> members;  ///< a map whose keys are known beforehand: params
};

/// "int", "list<string>", "worker".
std::string to_string(const Type& type);

/// The type of a described fact.
Type type_of_fact(const TypeInfo& info);

using TypeBindings = std::map<std::string, Type>;

/// One thing that is wrong; offsets are bytes of the expression's source.
struct CheckError {
  std::string code;  ///< unknown-name, unknown-function, unknown-fact, wrong-type
  std::string message;
  std::string hint;
  std::size_t offset = 0;
  std::size_t length = 1;
};

struct CheckResult {
  Type type;
  std::vector<CheckError> errors;
};

CheckResult check(const Expression& expression, const TypeBindings& names);

}  // namespace ihc::expr
