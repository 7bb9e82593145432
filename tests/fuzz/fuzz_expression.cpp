// An expression of a stranger: read or refused; what is read prints back to what reads the same, is checked and
// evaluated within a small budget, and its value can be printed.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/expr/checker.h"
#include "engine/expr/evaluator.h"
#include "engine/expr/parser.h"
#include "engine/expr/unparse.h"
#include "facts/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ihc::expr;
  const std::string_view source(reinterpret_cast<const char*>(data), size);  // NOLINT: libFuzzer's bytes are our text
  const auto expression = parse(source);
  if (!expression) {
    if (expression.error().message.empty() || expression.error().offset > size) std::abort();
    return 0;
  }
  const std::string printed = unparse(*expression);
  const auto again = parse(printed);
  // Parentheses that the printed form needs may be a level too many, or bytes; nothing else may differ.
  if (!again && again.error().kind != ErrorKind::limit) std::abort();
  if (again && unparse(*again) != printed) std::abort();

  static const ihc::Json facts =
      ihc::Json::parse(R"({"workers": [{"key": "a", "cpus_allowed": "0-3"}], "kernel": {"swappiness": 60}})");
  TypeBindings types{{"facts", type_of_fact(ihc::type_of<ihc::Facts>())}};
  for (const CheckError& error : check(*expression, types).errors) {
    if (error.message.empty() || error.offset > size) std::abort();
  }
  Bindings bindings;
  bindings.set("facts", fact_value(facts, root_path()));
  Trail trail;
  Budget budget;
  budget.steps = 20000;
  budget.bytes = 1 << 20;
  const Value value = evaluate(*expression, bindings, trail, budget);
  if (trail.reads().size() > kMaxTrailReads) std::abort();
  if (ihc::to_compact_text(to_tagged_json(value)).empty()) std::abort();
  return 0;
}
