#include "bench/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace ihc::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// "data", "type|data", ":comment".
struct Read {
  std::vector<std::string> events;
  bool is_good = true;
  bool was_open = false;
};

Read read_in_pieces(std::string_view text, std::size_t piece) {
  Read read;
  EventStream stream([&](const StreamEvent& event) {
    const std::string type = event.type.empty() ? "" : std::string(event.type) + "|";
    read.events.push_back((event.is_comment ? ":" : type) + std::string(event.data));
  });
  for (std::size_t at = 0; at < text.size(); at += piece) read.is_good &= stream.feed(text.substr(at, piece));
  read.was_open = stream.finish();
  return read;
}

/// Whatever the pieces, the events are the same.
std::vector<std::string> events_of(std::string_view text) {
  const Read whole = read_in_pieces(text, text.size() + 1);
  for (const std::size_t piece : {1, 2, 3, 7}) EXPECT_EQ(read_in_pieces(text, piece).events, whole.events) << piece;
  return whole.events;
}

TEST(EventStream, ReadsLinesHoweverTheyEnd) {
  EXPECT_THAT(events_of("data: a\n\ndata: b\r\n\r\ndata: c\r\rdata: d\n\n"), ElementsAre("a", "b", "c", "d"));
}

TEST(EventStream, TakesOneBlankAfterTheColonAway) {
  EXPECT_THAT(events_of("data:[DONE]\n\ndata: x\n\ndata:  y\n\ndata\n\n"), ElementsAre("[DONE]", "x", " y", ""));
}

TEST(EventStream, JoinsDataLinesAndKeepsTheType) {
  EXPECT_THAT(events_of("event: error\ndata: {\ndata: }\nid: 7\nretry: 10\n\ndata: next\n\n"),
              ElementsAre("error|{\n}", "next"));
}

TEST(EventStream, GivesCommentsOutWhereTheyStand) {
  EXPECT_THAT(events_of(": ping\n\n:\ndata: a\n: in an event\n\n"), ElementsAre(":ping", ":", ":in an event", "a"));
}

TEST(EventStream, PassesOverEventsWithoutDataAndFieldsItDoesNotKnow) {
  EXPECT_THAT(events_of("event: nothing\n\nfoo: bar\nDATA: no\n\n\n\ndata: a\n\n"), ElementsAre("a"));
}

TEST(EventStream, LeavesAByteOrderMarkOutAtTheBeginningAlone) {
  EXPECT_THAT(events_of("\xEF\xBB\xBF"
                        "data: a\n\n\xEF\xBB\xBF"
                        "data: b\n\n"),
              ElementsAre("a"));
}

TEST(EventStream, KeepsTextThatIsCutInsideACharacter) {
  EXPECT_THAT(events_of("data: \xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x91\x8B\n\n"), ElementsAre("你好 👋"));
}

TEST(EventStream, GivesOutWhatNoEmptyLineEnded) {
  const Read read = read_in_pieces("data: a\n\ndata: [DONE]", 4);
  EXPECT_THAT(read.events, ElementsAre("a", "[DONE]"));
  EXPECT_TRUE(read.was_open);
  EXPECT_FALSE(read_in_pieces("data: a\n\n", 4).was_open);
  EXPECT_THAT(read_in_pieces("", 1).events, IsEmpty());
}

TEST(EventStream, HoldsAnEventToItsLimit) {
  const std::string longest = "data:" + std::string(limits::kMaxSseEventBytes - 5, 'x');
  EXPECT_TRUE(read_in_pieces(longest + "\n\n", 65536).is_good);
  const Read longer = read_in_pieces(longest + "x\n\ndata: after\n\n", 65536);
  EXPECT_FALSE(longer.is_good);
  EXPECT_THAT(longer.events, IsEmpty());
  std::string many;
  while (many.size() <= 2 * limits::kMaxSseEventBytes) many += "data: " + std::string(1000, 'x') + "\n";
  EXPECT_FALSE(read_in_pieces(many + "\n", 65536).is_good);
}

}  // namespace
}  // namespace ihc::bench
