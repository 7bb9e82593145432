// Walks recorded conformance cases of the Common Expression Language, one JSON object a line, when they are there:
// below $IHC_SHARED_DIR or in ../shared beside the source tree. Our own cases (expression_cases_test.cpp) do not need
// them.
//
//   {"file": "basic", "section": "…", "name": "…", "expr": "1 + 1", "bindings": {}, "value": {"int": "2"}}   or
//   "error": true
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "engine/expr/evaluator.h"
#include "engine/expr/parser.h"
#include "engine/expr/unparse.h"

namespace ihc::expr {
namespace {

std::filesystem::path shared_dir() {
  const char* from_environment = std::getenv("IHC_SHARED_DIR");
  if (from_environment != nullptr) return from_environment;
  return std::filesystem::path(IHC_SOURCE_DIR) / ".." / "shared";
}

bool same_value(const Value& got, const Value& wanted) {
  const auto* a = got.as<double>();
  const auto* b = wanted.as<double>();
  if (a != nullptr && b != nullptr && std::isnan(*a) && std::isnan(*b)) return true;
  return type_name(got) == type_name(wanted) && equals(got, wanted);
}

Value run_case(const Json& row) {
  const auto expression = parse(row["expr"].get<std::string>());
  if (!expression) return make_error(ErrorKind::syntax, expression.error().message, expression.error().offset);
  const auto printed_back = parse(unparse(*expression));
  if (!printed_back) return make_error(ErrorKind::syntax, "printed back: " + unparse(*expression));
  EXPECT_EQ(unparse(*printed_back), unparse(*expression));
  Bindings bindings;
  for (const auto& [name, tagged] : row["bindings"].items()) {
    const auto value = from_tagged_json(tagged);
    EXPECT_TRUE(value) << name << " of " << row.dump();
    if (value) bindings.set(name, *value);
  }
  return evaluate(*printed_back, bindings);
}

bool passes(const Json& row) {
  const Value got = run_case(row);
  if (!row.contains("value")) {
    if (!got.is_error())
      std::cout << "    no error: " << row["expr"] << " gives " << to_tagged_json(got).dump() << "\n";
    return got.is_error();
  }
  const auto wanted = from_tagged_json(row["value"]);
  const bool same = wanted && !got.is_error() && same_value(got, *wanted);
  if (!same) {
    std::cout << "    " << row["expr"] << " gives " << to_tagged_json(got).dump() << ", wanted " << row["value"].dump()
              << "\n";
  }
  return same;
}

TEST(Conformance, RecordedCases) {
  const std::filesystem::path path = shared_dir() / "cel" / "conformance.jsonl";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no recorded cases at " << path.string();
  const auto text = read_file(path, 64 * limits::kMiB);
  ASSERT_TRUE(text) << to_string(text.error());
  struct Count {
    int passed = 0;
    int total = 0;
  };
  std::map<std::string, Count> counts;
  for (const std::string_view line : split_lines(*text)) {
    const auto row = parse_json(line, path.string());
    ASSERT_TRUE(row) << to_string(row.error());
    Count& count = counts[(*row)["file"].get<std::string>()];
    ++count.total;
    count.passed += passes(*row) ? 1 : 0;
  }
  for (const auto& [file, count] : counts) {
    std::cout << "    " << file << ": " << count.passed << "/" << count.total << "\n";
    EXPECT_EQ(count.passed, count.total) << file;
  }
}

}  // namespace
}  // namespace ihc::expr
