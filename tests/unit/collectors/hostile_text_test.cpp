// Every parser meets what strangers send: nothing, half a line, more than is known, numbers past any type, other line
// ends. Besides not crashing, each must say the same of the same text, and never more of a part than of the whole.

#include <gtest/gtest.h>

#include "support/parser_table.h"

namespace ihc::test {
namespace {

class HostileText : public testing::TestWithParam<Parser> {};

std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

TEST_P(HostileText, NothingIsNoValue) {
  const Json empty = GetParam().run("");
  EXPECT_EQ(empty, GetParam().run("\n")) << "a blank line is nothing";
  EXPECT_NE(empty, GetParam().run(GetParam().sample)) << "the sample has something";
  EXPECT_EQ(empty.dump().find("\"not_understood\""), std::string::npos) << empty.dump();
}

TEST_P(HostileText, LineEndsMakeNoDifference) {
  const Json expected = GetParam().run(GetParam().sample);
  EXPECT_EQ(GetParam().run(with_crlf(GetParam().sample)), expected);
  std::string_view unended = GetParam().sample;
  unended.remove_suffix(1);
  EXPECT_EQ(GetParam().run(unended), expected);
}

TEST_P(HostileText, EveryCutIsRead) {
  const std::string_view sample = GetParam().sample;
  for (std::size_t size = 0; size < sample.size(); ++size) {
    const Json once = GetParam().run(sample.substr(0, size));
    EXPECT_EQ(once, GetParam().run(sample.substr(0, size)));
    // A cut never invents a number that is below zero.
    EXPECT_FALSE(has_negative(once)) << once.dump();
  }
}

TEST_P(HostileText, MoreThanIsKnownIsNoCrash) {
  const std::string sample(GetParam().sample);
  for (const std::string& extra :
       {sample + "a line from the future = 1 2 3\n", sample + std::string(100000, 'x') + "\n", sample + sample,
        sample + std::string(3, '\0') + "\n", sample + "\xff\xfe\xc3\n", "\xef\xbb\xbf" + sample}) {
    const Json json = GetParam().run(extra);
    EXPECT_NO_THROW(to_pretty_text(json));
  }
}

TEST_P(HostileText, HugeNumbersAreNotUnderstood) {
  std::string text;
  for (const char c : GetParam().sample) {
    text += c;
    if (c >= '0' && c <= '9') text += "99999999999999999999999999";
  }
  EXPECT_FALSE(has_negative(GetParam().run(text))) << GetParam().run(text).dump();
}

INSTANTIATE_TEST_SUITE_P(Parsers, HostileText, testing::ValuesIn(all_parsers()),
                         [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace ihc::test
