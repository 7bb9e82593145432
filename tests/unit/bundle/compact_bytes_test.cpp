// Bytes held compressed come back as they were, and text that repeats itself takes little memory.

#include "bundle/compact_bytes.h"

#include <random>

#include <gtest/gtest.h>

namespace ihc::test {
namespace {

std::string repeated(std::size_t rows) {
  std::string text;
  for (std::size_t row = 0; row < rows; ++row)
    text += std::to_string(row) + ":          0          0          0  nvme0q1\n";
  return text;
}

std::string noise(std::size_t bytes) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < bytes) text += static_cast<char>(random());
  return text;
}

TEST(CompactBytes, ComeBackAsTheyWere) {
  const std::size_t block = 256 * 1024;
  for (const std::string& text : {std::string(), std::string("a"), std::string(block - 1, 'x'), std::string(block, 'x'),
                                  std::string(block + 1, 'x'), repeated(40000), noise(3 * block + 17)}) {
    CompactBytes held;
    for (std::size_t at = 0; at < text.size(); at += 100001) held.append(std::string_view(text).substr(at, 100001));
    EXPECT_EQ(held.size(), text.size());
    EXPECT_EQ(held.empty(), text.empty());
    const auto whole = held.whole();
    ASSERT_TRUE(whole);
    EXPECT_TRUE(*whole == text) << text.size();
  }
}

TEST(CompactBytes, TextTakesLittleMemory) {
  CompactBytes held;
  const std::string text = repeated(200000);
  held.append(text);
  EXPECT_LT(held.held_bytes(), text.size() / 5);
  CompactBytes random;
  random.append(noise(1 << 20));
  EXPECT_LE(random.held_bytes(), (std::size_t{1} << 20) + 1024) << "what does not shrink is kept as it is";
}

TEST(CompactBytes, AReaderThatFailsEndsTheReading) {
  CompactBytes held;
  held.append(std::string(1 << 20, 'x'));
  int pieces = 0;
  const auto done = held.read([&](std::string_view) -> Result<void> {
    ++pieces;
    return fail(ErrorCode::io, "full", "disk");
  });
  EXPECT_FALSE(done);
  EXPECT_EQ(pieces, 1);
}

}  // namespace
}  // namespace ihc::test
