#include "compare/evaluation.h"

#include "base/json_read.h"
#include "engine/expr/evaluator.h"

namespace ihc::compare {

namespace {

// The reason of the longest pointer of facts.missing that the fact lies at or below.
std::string reason_of(const Json& facts, std::string pointer) {
  const Json& missing = at(facts, "missing");
  while (!pointer.empty()) {
    const Json& why = at(missing, pointer);
    if (why.is_object()) return string_at(why, "reason");
    pointer.resize(pointer.rfind('/') == std::string::npos ? 0 : pointer.rfind('/'));
  }
  return {};
}

expr::Value benchmarks_of(const Json& facts) {
  const auto found = facts.find("benchmarks");
  const auto path = expr::child_path(expr::root_path(), "benchmarks");
  if (found != facts.end()) return expr::fact_value(*found, path);
  return expr::EvalError{.kind = expr::ErrorKind::no_such_field, .path = "/benchmarks", .message = "no benchmark"};
}

}  // namespace

Answer value_of(const expr::Expression& expression, const Json& facts) {
  expr::Bindings bindings;
  bindings.set("facts", expr::fact_value(facts, expr::root_path()));
  bindings.set("benchmarks", benchmarks_of(facts));
  const expr::Value value = expr::evaluate(expression, bindings);
  const expr::EvalError* error = value.error();
  if (error == nullptr) return {.value = expr::to_json(value)};
  return {.missing = error->path, .reason = reason_of(facts, error->path)};
}

bool holds(const expr::Expression& expression, const std::map<std::string, Json>& names) {
  expr::Bindings bindings;
  for (const auto& [name, value] : names) bindings.set(name, expr::value_from_json(value));
  const expr::Value value = expr::evaluate(expression, bindings);
  const bool* truth = value.as<bool>();
  return truth != nullptr && *truth;
}

}  // namespace ihc::compare
