#include "base/text.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/diagnostics.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/sha256.h"

namespace ihc {
namespace {

using Parts = std::vector<std::string_view>;

TEST(Text, SplitsLinesWhateverEndsThem) {
  EXPECT_EQ(split_lines(""), Parts{});
  EXPECT_EQ(split_lines("a\nb"), (Parts{"a", "b"}));
  EXPECT_EQ(split_lines("a\r\nb\r\n"), (Parts{"a", "b"}));
  EXPECT_EQ(split_lines("\n\n"), (Parts{"", ""}));
}

TEST(Text, SplitsWordsPartsAndVectors) {
  EXPECT_EQ(split_words("  a\t b "), (Parts{"a", "b"}));
  EXPECT_EQ(split("a,,b", ','), (Parts{"a", "", "b"}));
  EXPECT_EQ(split_nul(std::string_view("a\0\0b\0", 5)), (Parts{"a", "", "b"}));
  EXPECT_EQ(split_nul(""), Parts{});
  EXPECT_EQ(split_key_value("Cpus_allowed_list:\t0-3 ", ':')->second, "0-3");
  EXPECT_FALSE(split_key_value("no separator", ':'));
}

TEST(Text, NumbersAreWholeOrNothing) {
  EXPECT_EQ(parse_number<int>(" 42\n"), 42);
  EXPECT_EQ(parse_number<int>("-1"), -1);
  EXPECT_FALSE(parse_number<unsigned>("-1"));
  EXPECT_FALSE(parse_number<int>("42x"));
  EXPECT_FALSE(parse_number<int>(""));
  EXPECT_FALSE(parse_number<std::int64_t>("9223372036854775808"));
  EXPECT_EQ(parse_decimal("1.5"), 1.5);
  EXPECT_FALSE(parse_decimal("1,5"));
  EXPECT_FALSE(parse_decimal("inf"));
  EXPECT_EQ(parse_size_bytes("32K"), 32768);
  EXPECT_EQ(parse_size_bytes("67108864 kB"), 68719476736);
  EXPECT_FALSE(parse_size_bytes("9223372036854775807K"));
  EXPECT_FALSE(parse_size_bytes("12 parsecs"));
}

TEST(Text, GlobsStayInsideOnePathComponent) {
  EXPECT_TRUE(glob_match("/proc/*/status", "/proc/12/status"));
  EXPECT_FALSE(glob_match("/proc/*/status", "/proc/12/task/13/status"));
  EXPECT_TRUE(glob_match("/proc/*/task/*/status", "/proc/12/task/13/status"));
  EXPECT_TRUE(glob_match("cpu?", "cpu7"));
  EXPECT_FALSE(glob_match("cpu?", "cpu/"));
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_FALSE(glob_match("a*b*c", "aXbXd"));
}

TEST(Text, MakesForeignBytesPrintable) {
  EXPECT_EQ(to_valid_utf8("a\xff"), "a\xEF\xBF\xBD");
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
  EXPECT_EQ(to_valid_utf8(std::string_view("\0x", 2)), "\xEF\xBF\xBDx");
  EXPECT_EQ(to_valid_utf8("größe"), "größe");
}

TEST(Text, OrdersNumbersInNamesAsNumbers) {
  EXPECT_TRUE(natural_less("cpu2", "cpu10"));
  EXPECT_FALSE(natural_less("cpu10", "cpu2"));
  EXPECT_TRUE(natural_less("a", "b"));
  EXPECT_FALSE(natural_less("cpu1", "cpu1"));
  EXPECT_TRUE(natural_less("cpu", "cpu1"));
}

TEST(Json, RefusesWhatLaterCodeCouldNotBear) {
  EXPECT_TRUE(parse_json("{\"a\": [1, 2.5, null]}", "x"));
  EXPECT_EQ(parse_json("{\"a\":1,\"a\":2}", "x").error().code, ErrorCode::malformed);
  EXPECT_EQ(parse_json("{", "x").error().where, "x");
  EXPECT_TRUE(parse_json(std::string(limits::kMaxJsonDepth, '[') + std::string(limits::kMaxJsonDepth, ']'), "x"));
  EXPECT_FALSE(
      parse_json(std::string(limits::kMaxJsonDepth + 1, '[') + std::string(limits::kMaxJsonDepth + 1, ']'), "x"));
  EXPECT_FALSE(parse_json("1e999", "x"));
  EXPECT_EQ(to_compact_text(Json("\xff")), "\"\xEF\xBF\xBD\"");
}

TEST(Clock, ReadsAndPrintsUtc) {
  EXPECT_EQ(utc_to_text(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_from_text("2026-11-21T08:40:00Z"), 1795250400);
  EXPECT_EQ(utc_to_text(*utc_from_text("2026-02-28")), "2026-02-28T00:00:00Z");
  EXPECT_FALSE(utc_from_text("2026-02-30"));
  EXPECT_FALSE(utc_from_text("yesterday"));
}

TEST(Sha256, AgreesWithThePublishedVectors) {  // FIPS 180-4 examples
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Diagnostics, PointAtTheirPlace) {
  const Diagnostic diagnostic{.code = "unknown-function",
                              .file = "a.yaml",
                              .line = 3,
                              .column = 5,
                              .length = 4,
                              .message = "no function \"siez\"",
                              .hint = "did you mean \"size\"?",
                              .source_line = "  1 siez(x)"};
  EXPECT_EQ(to_text(diagnostic),
            "a.yaml:3:5: error: no function \"siez\" [unknown-function]\n"
            "    1 siez(x)\n"
            "      ^~~~\n"
            "  hint: did you mean \"size\"?\n");
  EXPECT_EQ(closest_word("siez", {"size", "sum"}), "size");
  EXPECT_EQ(closest_word("quantile", {"size", "sum"}), "");
}

}  // namespace
}  // namespace ihc
