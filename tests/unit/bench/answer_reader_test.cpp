#include "bench/load/answer_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "bench/mock/script.h"

namespace ihc::bench {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kStreamHead =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
constexpr std::string_view kHi = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n";
constexpr std::string_view kStop = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

struct Read {
  RequestRecord record;
  std::vector<ChunkEvent> chunks;
  bool is_done = false;
  bool keeps = false;
};

/// Each piece is read a millisecond after the one before; then the connection ends.
Read read(const std::vector<std::string>& pieces, bool expects_stream = true, std::string_view end = "") {
  Read read;
  AnswerReader reader(expects_stream, read.record, &read.chunks);
  std::int64_t now_ns = 0;
  for (const std::string& piece : pieces) {
    now_ns += 1'000'000;
    read.is_done = reader.feed(piece, now_ns) == AnswerReader::State::done;
  }
  read.keeps = reader.keeps_connection();
  reader.end_of_connection(now_ns + 1'000'000, end);
  return read;
}

std::string text(std::string_view one, std::string_view two = "", std::string_view three = "") {
  return std::string(one) + std::string(two) + std::string(three);
}

TEST(AnswerReader, StampsEachChunkWithTheReadThatBroughtIt) {
  const auto one =
      read({std::string(kStreamHead), "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n", text(kHi, kHi),
            "data: {\"choices\":[{\"delta\":{\"reasoning\":\"x\"}}]}\n\n", text(kHi, kStop, "data: [DONE]\n\n")});
  EXPECT_EQ(one.record.outcome, Outcome::ok);
  EXPECT_EQ(one.record.head_ns, 1'000'000);
  EXPECT_EQ(one.record.first_byte_ns, 2'000'000);
  EXPECT_EQ(one.record.first_chunk_ns, 2'000'000);
  EXPECT_EQ(one.record.first_token_ns, 3'000'000);
  EXPECT_EQ(one.record.last_token_ns, 5'000'000);
  EXPECT_EQ(one.record.end_ns, 5'000'000);
  EXPECT_EQ(one.record.chunk_count(ChunkKind::content), 3);
  EXPECT_EQ(one.record.chunk_count(ChunkKind::empty), 1);
  ASSERT_EQ(one.chunks.size(), 7U);
  EXPECT_EQ(one.chunks[1].at_ns, one.chunks[2].at_ns);
  EXPECT_EQ(one.record.completion_tokens, 4);
  EXPECT_EQ(one.record.completion_source, TokenSource::chunks);
}

TEST(AnswerReader, TellsReasoningFromTheFirstOutput) {
  const auto one = read({text(kStreamHead, "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"x\"}}]}\n\n"),
                         text(kHi, kStop, "data: [DONE]\n\n")});
  EXPECT_EQ(one.record.first_token_ns, 1'000'000);
  EXPECT_EQ(one.record.first_output_ns, 2'000'000);
}

TEST(AnswerReader, TakesTokensFromTheUsageWhereverItComes) {
  const auto one = read({text(kStreamHead, kHi,
                              "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}],\"usage\":"
                              "{\"prompt_tokens\":9,\"completion_tokens\":5}}\n\n")});
  EXPECT_EQ(one.record.outcome, Outcome::ok) << "no [DONE], but a finish_reason";
  EXPECT_EQ(one.record.completion_tokens, 5);
  EXPECT_EQ(one.record.completion_source, TokenSource::usage);
  EXPECT_EQ(one.record.prompt_tokens, 9);
  EXPECT_EQ(one.record.finish_reason, "length");
}

TEST(AnswerReader, HasAnOutcomeForEachWayToFail) {
  const auto outcome = [](const std::vector<std::string>& pieces, std::string_view end = "") {
    return read(pieces, true, end).record.outcome;
  };
  EXPECT_EQ(outcome({}), Outcome::reset_before_answer);
  EXPECT_EQ(outcome({}, "Connection reset by peer"), Outcome::reset_before_answer);
  EXPECT_EQ(outcome({text(kStreamHead, kHi)}, "Connection reset by peer"), Outcome::reset_in_answer);
  EXPECT_EQ(outcome({text(kStreamHead, kHi)}), Outcome::not_finished);
  EXPECT_EQ(outcome({text(kStreamHead, kStop, "data: [DONE]\n\n")}), Outcome::no_token);
  EXPECT_EQ(outcome({text(kStreamHead, kHi, "data: {\"error\":{\"message\":\"oom\"}}\n\ndata: [DONE]\n\n")}),
            Outcome::stream_error);
  EXPECT_EQ(outcome({text(kStreamHead, kHi, "data: {\"choices\n\ndata: [DONE]\n\n")}), Outcome::malformed);
  EXPECT_EQ(outcome({"SSH-2.0-OpenSSH_9.2\r\n"}), Outcome::malformed);
  EXPECT_EQ(outcome({"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>"}),
            Outcome::malformed);
  const auto refused = read({"HTTP/1.1 429 Too Many\r\ncontent-length: 28\r\n\r\n{\"error\":{\"message\":\"slow\"}}"});
  EXPECT_EQ(refused.record.outcome, Outcome::http_error);
  EXPECT_EQ(refused.record.http_status, 429);
  EXPECT_EQ(refused.record.error, "slow");
  EXPECT_TRUE(refused.keeps);
}

TEST(AnswerReader, KeepsWhatAStreamSaidBeforeItBroke) {
  const auto one =
      read({text(kStreamHead, kHi),
            text("data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"usage\":{\"completion_tokens\":2}}\n\n")},
           true, "Connection reset by peer");
  EXPECT_EQ(one.record.first_token_ns, 1'000'000);
  EXPECT_EQ(one.record.completion_tokens, 2);
  EXPECT_EQ(one.record.completion_source, TokenSource::deltas);
  EXPECT_THAT(one.record.error, HasSubstr("reset by peer"));
}

TEST(AnswerReader, EndsByTimeUnlessTheStreamHadEnded) {
  RequestRecord record;
  AnswerReader reader(true, record, nullptr);
  reader.feed(text(kStreamHead, kHi), 1);
  reader.time_is_up(5);
  EXPECT_EQ(record.outcome, Outcome::timed_out);
  EXPECT_EQ(record.end_ns, 5);
  RequestRecord whole;
  AnswerReader ended(true, whole, nullptr);
  ended.feed(text(kStreamHead, kHi, "data: [DONE]\n\n"), 1);
  ended.time_is_up(5);
  EXPECT_EQ(whole.outcome, Outcome::ok);
  EXPECT_EQ(whole.end_ns, 1);
}

TEST(AnswerReader, ReadsAWholeAnswer) {
  const std::string body =
      R"({"choices":[{"message":{"content":"Hi"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}})";
  const auto one = read({http_answer(200, "application/json", body)}, false);
  EXPECT_EQ(one.record.outcome, Outcome::ok);
  EXPECT_EQ(one.record.completion_tokens, 2);
  EXPECT_FALSE(one.record.first_token_ns);
  EXPECT_TRUE(one.is_done);
  EXPECT_TRUE(one.keeps);
}

TEST(AnswerReader, ReadsAStandInHoweverTheReadsAreCut) {
  MockScript script;
  script.role_first_ns = 0;
  script.ping_tokens = 3;
  script.coalesce = 2;
  script.reasoning_tokens = 3;
  std::string bytes;
  for (const MockStep& step : plan_answer(script, {.is_streaming = true, .wants_usage = true, .max_tokens = 10}, 0))
    bytes += step.bytes;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < bytes.size(); at += piece) pieces.push_back(bytes.substr(at, piece));
    const auto one = read(pieces);
    EXPECT_EQ(one.record.outcome, Outcome::ok) << piece;
    EXPECT_EQ(one.record.completion_tokens, 10) << piece;
    EXPECT_EQ(one.record.chunk_count(ChunkKind::reasoning), 2) << piece;
    EXPECT_EQ(one.record.chunk_count(ChunkKind::content), 4) << piece;
    EXPECT_EQ(one.record.chunk_count(ChunkKind::comment), 3) << piece;
    EXPECT_EQ(one.record.chunk_count(ChunkKind::role_only), 1) << piece;
    EXPECT_EQ(one.record.chunk_count(ChunkKind::usage), 1) << piece;
    EXPECT_TRUE(one.keeps) << piece;
  }
}

TEST(AnswerReader, HoldsAnAnswerToItsLimit) {
  const auto answer = [](std::size_t bytes) {
    return "HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(bytes) + "\r\n\r\n" + std::string(bytes, ' ');
  };
  EXPECT_EQ(read({answer(limits::kMaxAnswerBytes)}, false).record.error, "the answer is not JSON");
  EXPECT_THAT(read({answer(limits::kMaxAnswerBytes + 1)}, false).record.error, HasSubstr("longer than"));
  const std::string head = "HTTP/1.1 200 OK\r\nx: ";
  EXPECT_EQ(read({head + std::string(limits::kMaxAnswerHeaderBytes, 'x') + "\r\n\r\n"}).record.outcome,
            Outcome::malformed);
}

}  // namespace
}  // namespace ihc::bench
