// The language, case by case: source text → value as tagged JSON, or the kind of its error. Every source is also
// printed back and read again.
#include <gtest/gtest.h>

#include "base/limits.h"
#include "engine/expr/evaluator.h"
#include "engine/expr/parser.h"
#include "engine/expr/unparse.h"

namespace ihc::expr {
namespace {

struct Case {
  const char* source;
  const char* expected;  ///< tagged JSON, or the name of an error kind
};

std::string outcome(const std::string& source) {
  const auto expression = parse(source);
  if (!expression) return std::string(to_string(expression.error().kind));
  const std::string printed = unparse(*expression);
  const auto again = parse(printed);
  if (!again) return "printed back it does not parse: " + printed;
  EXPECT_EQ(unparse(*again), printed) << source;
  Bindings bindings;
  bindings.set("x", std::int64_t{5});
  bindings.set("a.b", Value("dotted"));
  const Value value = evaluate(*again, bindings);
  if (value.is_error()) return std::string(to_string(value.error()->kind));
  return to_compact_text(to_tagged_json(value));
}

class ExpressionCases : public testing::TestWithParam<Case> {};

TEST_P(ExpressionCases, Gives) { EXPECT_EQ(outcome(GetParam().source), GetParam().expected) << GetParam().source; }

constexpr Case kLiterals[] = {
    {"17", R"({"int":"17"})"},
    {"0x1F", R"({"int":"31"})"},
    {"-0x1F", R"({"int":"-31"})"},
    {"9223372036854775807", R"({"int":"9223372036854775807"})"},
    {"9223372036854775808", "syntax"},
    {"-9223372036854775808", R"({"int":"-9223372036854775808"})"},
    {"-9223372036854775809", "syntax"},
    {"18446744073709551615u", R"({"uint":"18446744073709551615"})"},
    {"18446744073709551616u", "syntax"},
    {"0xffU", R"({"uint":"255"})"},
    {"1.5e3", R"({"double":"1500"})"},
    {".25", R"({"double":"0.25"})"},
    {"1e400", "syntax"},
    {"12abc", "syntax"},
    {"0x", "syntax"},
    {"'it''s'", "syntax"},
    {R"("tab\tend")", "{\"string\":\"tab\\tend\"}"},
    {R"('\101\x42\u0043\U00000044')", R"({"string":"ABCD"})"},
    {R"('\ud800')", "syntax"},
    {R"('\q')", "syntax"},
    {R"('\x4')", "syntax"},
    {R"(r'\n')", R"({"string":"\\n"})"},
    {"'''two\nlines'''", R"({"string":"two\nlines"})"},
    {"'two\nlines'", "syntax"},
    {"'open", "syntax"},
    {R"(b'\377\x00a')", R"({"bytes":"ff0061"})"},
    {R"(b'\u0041')", "syntax"},
    {"rb'x'", "syntax"},
    {"true", R"({"bool":true})"},
    {"null", R"({"null":true})"},
    {"[1, 2,]", R"({"list":[{"int":"1"},{"int":"2"}]})"},
    {"{'a': 1,}", R"({"map":[[{"string":"a"},{"int":"1"}]]})"},
    {"{1.5: 'a'}", "type"},
    {"{1: 'a', 1u: 'b'}", "duplicate_key"},
    {"1 + 2 // the rest is talk", R"({"int":"3"})"},
    {"", "syntax"},
    {"1 2", "syntax"},
    {"(1", "syntax"},
    {"1 = 1", "syntax"},
    {"true & false", "syntax"},
    {"package", "syntax"},
    {"a.in", "syntax"},
    {"Thing{field: 1}", "syntax"},
};
INSTANTIATE_TEST_SUITE_P(Literals, ExpressionCases, testing::ValuesIn(kLiterals));

constexpr Case kArithmetic[] = {
    {"2 + 3 * 4", R"({"int":"14"})"},
    {"(2 + 3) * 4", R"({"int":"20"})"},
    {"7 - 4 - 2", R"({"int":"1"})"},
    {"7 - (4 - 2)", R"({"int":"5"})"},
    {"-(2 + 3)", R"({"int":"-5"})"},
    {"- -5", R"({"int":"5"})"},
    {"-(-9223372036854775808)", "overflow"},
    {"9223372036854775807 + 1", "overflow"},
    {"-9223372036854775808 / -1", "overflow"},
    {"-9223372036854775808 % -1", "overflow"},
    {"7 / 2", R"({"int":"3"})"},
    {"-7 / 2", R"({"int":"-3"})"},
    {"-7 % 3", R"({"int":"-1"})"},
    {"1 / 0", "divide_by_zero"},
    {"1u % 0u", "divide_by_zero"},
    {"1.0 / 0.0", R"({"double":"inf"})"},
    {"0.0 / 0.0", R"({"double":"nan"})"},
    {"5.0 % 2.0", "type"},
    {"0u - 1u", "overflow"},
    {"1 + 1u", "type"},
    {"1 + 1.0", "type"},
    {"-1u", "type"},
    {"-'a'", "type"},
    {"'a' + 'b'", R"({"string":"ab"})"},
    {"'a' - 'b'", "type"},
    {"[1] + [2]", R"({"list":[{"int":"1"},{"int":"2"}]})"},
    {"b'a' + b'b'", R"({"bytes":"6162"})"},
};
INSTANTIATE_TEST_SUITE_P(Arithmetic, ExpressionCases, testing::ValuesIn(kArithmetic));

constexpr Case kComparison[] = {
    {"1 == 1u && 1u == 1.0", R"({"bool":true})"},
    {"1 < 1.5 && 1u < 2", R"({"bool":true})"},
    {"-1 < 0u", R"({"bool":true})"},
    {"18446744073709551615u > -1.0", R"({"bool":true})"},
    {"0.0 / 0.0 == 0.0 / 0.0", R"({"bool":false})"},
    {"0.0 / 0.0 < 1.0", R"({"bool":false})"},
    {"1 == 'a'", R"({"bool":false})"},
    {"1 < 'a'", "type"},
    {"null < null", "type"},
    {"[1] < [2]", "type"},
    {"'a' < 'b' && b'a' < b'b' && false < true", R"({"bool":true})"},
    {"{'a': [1, 2.0]} == {'a': [1u, 2]}", R"({"bool":true})"},
    {"{'a': 1} == {'b': 1}", R"({"bool":false})"},
    {"2.0 in [1, 2, 3]", R"({"bool":true})"},
    {"2.0 in {2: 'x'}", R"({"bool":true})"},
    {"2.5 in {2: 'x'}", R"({"bool":false})"},
    {"1 in 'text'", "type"},
    {"type(1) == int && type(int) == type", R"({"bool":true})"},
    {"type(timestamp(0)) == google.protobuf.Timestamp", R"({"bool":true})"},
};
INSTANTIATE_TEST_SUITE_P(Comparison, ExpressionCases, testing::ValuesIn(kComparison));

constexpr Case kLogic[] = {
    {"1 / 0 > 0 || true", R"({"bool":true})"},   {"true || 1 / 0 > 0", R"({"bool":true})"},
    {"1 / 0 > 0 && false", R"({"bool":false})"}, {"1 / 0 > 0 || false", "divide_by_zero"},
    {"'a' || true", R"({"bool":true})"},         {"'a' || false", "type"},
    {"true ? 1 : 1 / 0", R"({"int":"1"})"},      {"false ? 1 / 0 : 2", R"({"int":"2"})"},
    {"1 / 0 > 0 ? 1 : 2", "divide_by_zero"},     {"1 ? 1 : 2", "type"},
    {"!true || !!true", R"({"bool":true})"},     {"!1", "type"},
    {"unknown || true", R"({"bool":true})"},     {"unknown", "unknown_name"},
    {"unknown()", "unknown_function"},           {"x.unknown()", "unknown_function"},
    {"unknown() || true", R"({"bool":true})"},
};
INSTANTIATE_TEST_SUITE_P(Logic, ExpressionCases, testing::ValuesIn(kLogic));

constexpr Case kAccess[] = {
    {"{'a': {'b': 2}}.a.b", R"({"int":"2"})"},
    {"{'a': 1}.b", "no_such_field"},
    {"has({'a': 1}.a) && !has({'a': 1}.b)", R"({"bool":true})"},
    {"has({'a': 1}.b.c)", "no_such_field"},
    {"has(x)", "syntax"},
    {"[1, 2][1]", R"({"int":"2"})"},
    {"[1, 2][2]", "no_such_field"},
    {"[1, 2][-1]", "no_such_field"},
    {"[1, 2][1.0]", R"({"int":"2"})"},
    {"[1, 2][1.5]", "type"},
    {"[1, 2]['a']", "type"},
    {"{1: 'a'}[1u]", R"({"string":"a"})"},
    {"x[0]", "type"},
    {"x.field", "type"},
    {"{'a-b': 1}.`a-b`", R"({"int":"1"})"},
    {"a.b", R"({"string":"dotted"})"},
    {".x", R"({"int":"5"})"},
    {"[7].map(x, .x)", R"({"list":[{"int":"5"}]})"},
};
INSTANTIATE_TEST_SUITE_P(Access, ExpressionCases, testing::ValuesIn(kAccess));

constexpr Case kMacros[] = {
    {"[1, 2, 3].all(e, e > 0)", R"({"bool":true})"},
    {"[2, 0, 1].all(e, 2 / e > 1)", R"({"bool":false})"},
    {"[0, 1].all(e, 2 / e > 1)", "divide_by_zero"},
    {"[0, 1].exists(e, 2 / e > 1)", R"({"bool":true})"},
    {"[1, 0].exists_one(e, 2 / e > 1)", "divide_by_zero"},
    {"[1, 2, 3].exists_one(e, e == 2)", R"({"bool":true})"},
    {"[1, 2, 3].filter(e, e != 2)", R"({"list":[{"int":"1"},{"int":"3"}]})"},
    {"[1, 2].filter(e, e)", "type"},
    {"[1, 2].map(e, e * 2)", R"({"list":[{"int":"2"},{"int":"4"}]})"},
    {"[1, 2, 3].map(e, e > 1, e * 2)", R"({"list":[{"int":"4"},{"int":"6"}]})"},
    {"{'b': 1, 'a': 2}.map(k, k)", R"({"list":[{"string":"a"},{"string":"b"}]})"},
    {"[5, 6].exists(i, e, i == 1 && e == 6)", R"({"bool":true})"},
    {"[5, 6].transformList(i, e, i + e)", R"({"list":[{"int":"5"},{"int":"7"}]})"},
    {"{'a': 1}.transformMap(k, v, v + 1)", R"({"map":[[{"string":"a"},{"int":"2"}]]})"},
    {"{'a': 1}.transformMapEntry(k, v, {v: k})", R"({"map":[[{"int":"1"},{"string":"a"}]]})"},
    {"[1, 1].transformMapEntry(i, v, {v: i})", "duplicate_key"},
    {"[[1, 2], [3]].map(x, x.map(y, y + size(x)))",
     R"({"list":[{"list":[{"int":"3"},{"int":"4"}]},{"list":[{"int":"4"}]}]})"},
    {"5.all(e, true)", "type"},
    {"[1].all(1, true)", "syntax"},
    {"[1].all(e, e, true)", "syntax"},
};
INSTANTIATE_TEST_SUITE_P(Macros, ExpressionCases, testing::ValuesIn(kMacros));

constexpr Case kFunctions[] = {
    {"size('añb') + size([1]) + size({}) + size(b'ab')", R"({"int":"6"})"},
    {"'abc'.size()", R"({"int":"3"})"},
    {"size(1)", "type"},
    {"size()", "type"},
    {"'x86_64'.matches('^x86')", R"({"bool":true})"},
    {"'x'.matches('(')", "invalid_argument"},
    {"int('42') + int(4.9) + int(7u)", R"({"int":"53"})"},
    {"int(' 42')", "invalid_argument"},
    {"int(1e19)", "overflow"},
    {"uint(-1)", "overflow"},
    {"double('1e3')", R"({"double":"1000"})"},
    {"string(1.0) + string(true) + string(2u)", R"({"string":"1true2"})"},
    {"string(b'\\xff')", "invalid_argument"},
    {"bool('yes')", "invalid_argument"},
    {"duration('1h1m1.5s')", R"({"duration":"3661.5s"})"},
    {"duration('1')", "invalid_argument"},
    {"duration('9223372036s') + duration('1s')", "overflow"},
    {"timestamp('2024-02-29T23:59:59+01:00')", R"({"timestamp":"2024-02-29T22:59:59Z"})"},
    {"timestamp('2023-02-29T00:00:00Z')", "invalid_argument"},
    {"timestamp('2024-12-31T00:00:00Z').getDayOfYear()", R"({"int":"365"})"},
    {"timestamp('1969-12-31T23:00:00Z').getHours('+02:00')", R"({"int":"1"})"},
    {"timestamp(0).getDayOfWeek()", R"({"int":"4"})"},
    {"timestamp(0).getHours('../etc')", "invalid_argument"},
    {"timestamp(10) - timestamp(4) == duration('6s')", R"({"bool":true})"},
    {"'a,b,c'.split(',', 2)", R"({"list":[{"string":"a"},{"string":"b,c"}]})"},
    {"'aaa'.replace('a', 'b', 2)", R"({"string":"bba"})"},
    {"'añb'.substring(1, 2)", R"({"string":"ñ"})"},
    {"'abc'.substring(2, 1)", "invalid_argument"},
    {"['a', 'b'].join('-')", R"({"string":"a-b"})"},
    {"'%s has %d of %.1f'.format(['n', 3, 4.25])", R"({"string":"n has 3 of 4.2"})"},
    {"'%d'.format([])", "invalid_argument"},
    {"math.greatest(1, 2.5, 2u)", R"({"double":"2.5"})"},
    {"math.bitShiftRight(-1, 63)", R"({"int":"1"})"},
};
INSTANTIATE_TEST_SUITE_P(Functions, ExpressionCases, testing::ValuesIn(kFunctions));

constexpr Case kOurFunctions[] = {
    {"cpus('8,0-2,3')", R"({"string":"0-3,8"})"},
    {"cpus('x')", "invalid_argument"},
    {"cpus([3, 1, 2])", R"({"string":"1-3"})"},
    {"cpus_count('0-3,8')", R"({"int":"5"})"},
    {"cpus_count('')", R"({"int":"0"})"},
    {"cpus_subset('1-2', '0-3') && !cpus_subset('1-4', '0-3') && cpus_subset('', '0')", R"({"bool":true})"},
    {"cpus_overlap('0-3', '3-5')", R"({"bool":true})"},
    {"cpus_intersect('0-3', '2-5')", R"({"string":"2-3"})"},
    {"cpus_unite('0-1', '3')", R"({"string":"0-1,3"})"},
    {"cpus_minus('0-3', '1')", R"({"string":"0,2-3"})"},
    {"nodes_of('3-4', [{'id': 0, 'cpus': '0-3'}, {'id': 2, 'cpus': '4-7'}])", R"({"string":"0,2"})"},
    {"nodes_of('3-4', [{'id': 0, 'cpus': '0-4'}, {'id': 2}])", R"({"string":"0"})"},
    {"nodes_of('3-5', [{'id': 0, 'cpus': '0-4'}, {'id': 2}])", "no_such_field"},
    {"node_of(5, [{'id': 2}])", "no_such_field"},
    {"cpus_of('0', [{'id': 0, 'cpus': '0-4'}, {'id': 2}])", R"({"string":"0-4"})"},
    {"cpus_of('0,2', [{'id': 0, 'cpus': '0-4'}, {'id': 2}])", "no_such_field"},
    {"node_of(5, [{'id': 2, 'cpus': '4-7'}])", R"({"int":"2"})"},
    {"node_of(9, [{'id': 2, 'cpus': '4-7'}])", "no_such_value"},
    {"cpus_of('2', [{'id': 2, 'cpus': '4-7'}])", R"({"string":"4-7"})"},
    {"nodes_of('0', [1])", "type"},
    {"median([3, 1, 2])", R"({"double":"2"})"},
    {"median([])", "no_such_value"},
    {"sum([1, 2])", R"({"int":"3"})"},
    {"sum([1, 2.5])", R"({"double":"3.5"})"},
    {"sum([])", "no_such_value"},
    {"max([1, 2.5]) == 2.5 && min([2u, 3u]) == 2u", R"({"bool":true})"},
    {"quantile([1, 2, 3, 4, 5], 0.25)", R"({"double":"2"})"},
    {"quantile([1], 1.5)", "invalid_argument"},
    {"mean(['a'])", "type"},
    {"round(2.345, 2)", R"({"double":"2.35"})"},
    {"round(2.5)", R"({"double":"2"})"},
    {"fixed(pct(1, 3), 1)", R"({"string":"33.3"})"},
    {"pct(1, 0)", "no_such_value"},
    {"fixed(gib(1073741824), 2)", R"({"string":"1.00"})"},
    {"fixed(0.0 / 0.0, 1)", "no_such_value"},
    {"values({'b': 1, 'a': 2})", R"({"list":[{"int":"2"},{"int":"1"}]})"},
    {"distinct([1, 1u, 2])", R"({"list":[{"int":"1"},{"int":"2"}]})"},
};
INSTANTIATE_TEST_SUITE_P(OurFunctions, ExpressionCases, testing::ValuesIn(kOurFunctions));

std::string repeated(const std::string& part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

std::string nested(std::size_t levels) { return repeated("(", levels) + "1" + repeated(")", levels); }

TEST(ExpressionLimits, Nesting) {
  // The innermost value is a level of its own.
  EXPECT_EQ(outcome(nested(limits::kMaxExpressionDepth - 1)), R"({"int":"1"})");
  EXPECT_EQ(outcome(nested(limits::kMaxExpressionDepth)), "limit");
  EXPECT_EQ(outcome(repeated("[", 100000)), "limit");
}

TEST(ExpressionLimits, Chains) {
  const std::size_t most = limits::kMaxExpressionTreeDepth;
  EXPECT_EQ(outcome("0" + repeated("+1", most - 1)), R"({"int":")" + std::to_string(most - 1) + R"("})");
  EXPECT_EQ(outcome("0" + repeated("+1", most)), "limit");
  EXPECT_EQ(outcome("true" + repeated("&&true", 5000)), R"({"bool":true})") << "a chain of && is one node";
}

TEST(ExpressionLimits, Bytes) {
  EXPECT_EQ(outcome("1" + std::string(limits::kMaxExpressionBytes - 1, ' ')), R"({"int":"1"})");
  EXPECT_EQ(outcome("1" + std::string(limits::kMaxExpressionBytes, ' ')), "limit");
}

TEST(ExpressionLimits, Steps) {
  const auto expression = parse("1 + 2");
  Bindings bindings;
  Trail trail;
  Budget enough;
  enough.steps = 3;
  EXPECT_FALSE(evaluate(*expression, bindings, trail, enough).is_error());
  Budget short_of_one;
  short_of_one.steps = 2;
  EXPECT_EQ(evaluate(*expression, bindings, trail, short_of_one).error()->kind, ErrorKind::limit);
  const std::string ten = "[0,1,2,3,4,5,6,7,8,9]";
  EXPECT_EQ(outcome(ten + ".all(a," + ten + ".all(b," + ten + ".all(c," + ten + ".all(d," + ten + ".all(e," + ten +
                    ".all(f," + ten + ".all(g, true))))))) || true"),
            "limit")
      << "a spent budget is not absorbed";
}

TEST(ExpressionLimits, SharedPartsUnfold) {
  EXPECT_EQ(outcome("[[1]].map(v, [v, v]) == [[[1], [1]]]"), R"({"bool":true})");
  // Each map doubles what the list unfolds to: 2^40 values, of which hardly a hundred exist.
  const std::string doubled = "[[1]]" + repeated(".map(v, [v, v])", 40);
  EXPECT_TRUE(outcome(doubled) == "limit");
  EXPECT_EQ(outcome(doubled + " == " + doubled), "limit");
  EXPECT_EQ(outcome("size(" + doubled + ")"), R"({"int":"1"})");
}

TEST(ExpressionLimits, Patterns) {
  EXPECT_EQ(outcome("'a'.matches('" + std::string(limits::kMaxPatternBytes, 'a') + "')"), R"({"bool":false})");
  EXPECT_EQ(outcome("'a'.matches('" + std::string(limits::kMaxPatternBytes + 1, 'a') + "')"), "limit");
  EXPECT_EQ(outcome("'a'.matches('((a{100}){100}){100}')"), "invalid_argument");
}

TEST(ExpressionTrail, NotesEachFactOnceWithItsPlace) {
  const Json facts =
      Json::parse(R"({"kernel": {"swappiness": 60}, "workers": [{"cpus": "0-3"}, {"cpus": "4"}], "a/b": [1, 2]})");
  const auto expression = parse(
      "facts.kernel.swappiness > 1 && facts.kernel.swappiness < 100 && facts.workers.exists(w, w.cpus == '4') && "
      "size(facts['a/b']) == 2 && has(facts.kernel)");
  Bindings bindings;
  bindings.set("facts", fact_value(facts, root_path()));
  Trail trail;
  Budget budget;
  EXPECT_EQ(to_compact_text(to_json(evaluate(*expression, bindings, trail, budget))), "true");
  std::string text;
  for (const FactRead& read : trail.reads()) text += read.pointer + "=" + read.value.dump() + "\n";
  EXPECT_EQ(text, "/kernel/swappiness=60\n/workers/0/cpus=\"0-3\"\n/workers/1/cpus=\"4\"\n/a~1b=[1,2]\n");
  EXPECT_FALSE(trail.truncated());
}

TEST(ExpressionTrail, StopsAtItsLimit) {
  for (const std::size_t count : {kMaxTrailReads, kMaxTrailReads + 1}) {
    Json facts;
    for (std::size_t i = 0; i < count; ++i) facts["list"].push_back(i);
    Bindings bindings;
    bindings.set("facts", fact_value(facts, root_path()));
    Trail trail;
    Budget budget;
    evaluate(*parse("facts.list.all(e, e >= 0)"), bindings, trail, budget);
    EXPECT_EQ(trail.reads().size(), kMaxTrailReads);
    EXPECT_EQ(trail.truncated(), count > kMaxTrailReads);
  }
}

TEST(ExpressionErrors, NameTheMissingFactAndThePlace) {
  const Json facts = Json::parse(R"({"workers": [{"name": "a"}]})");
  Bindings bindings;
  bindings.set("facts", fact_value(facts, root_path()));
  const Value value = evaluate(*parse("facts.workers[0].cpus_allowed == '0'"), bindings);
  ASSERT_TRUE(value.is_error());
  EXPECT_EQ(*value.error(), (EvalError{ErrorKind::no_such_field, "/workers/0/cpus_allowed", 17,
                                       "no such field: /workers/0/cpus_allowed"}));
}

TEST(ExpressionBindings, DeferredNamesAreEvaluatedOnceAndOnlyWhenUsed) {
  const Json facts = Json::parse(R"({"used": 1, "unused": 2})");
  Bindings bindings;
  bindings.set("facts", fact_value(facts, root_path()));
  bindings.defer("one", *parse("facts.used"));
  bindings.defer("two", *parse("facts.unused"));
  bindings.defer("itself", *parse("itself"));
  Trail trail;
  Budget budget;
  EXPECT_FALSE(evaluate(*parse("one + one"), bindings, trail, budget).is_error());
  EXPECT_EQ(trail.reads().size(), 1U);
  EXPECT_EQ(evaluate(*parse("itself"), bindings).error()->kind, ErrorKind::unknown_name);
}

}  // namespace
}  // namespace ihc::expr
