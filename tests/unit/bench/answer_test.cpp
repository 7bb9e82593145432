#include "bench/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace ihc::bench {
namespace {

ChunkKind kind_of(std::string_view json) {
  const auto part = read_answer(json);
  EXPECT_TRUE(part.has_value()) << json;
  return part ? part->kind : ChunkKind::done;
}

TEST(Answer, TellsTheRoleFromTheFirstToken) {
  // vLLM, SGLang, llama.cpp, TGI: what comes before the first token, and what comes with it.
  EXPECT_EQ(kind_of(R"({"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})"),
            ChunkKind::role_only);
  EXPECT_EQ(kind_of(R"({"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]})"), ChunkKind::role_only);
  EXPECT_EQ(kind_of(R"({"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"}}]})"), ChunkKind::content);
  EXPECT_EQ(kind_of(R"({"choices":[{"index":0,"text":" Hi","finish_reason":null}]})"), ChunkKind::content);
}

TEST(Answer, TellsReasoningFromOutput) {
  EXPECT_EQ(kind_of(R"({"choices":[{"delta":{"reasoning_content":"Let"}}]})"), ChunkKind::reasoning);
  EXPECT_EQ(kind_of(R"({"choices":[{"delta":{"reasoning":"me","content":null}}]})"), ChunkKind::reasoning);
  const auto both = read_answer(R"({"choices":[{"delta":{"reasoning":"done","content":"So"}}]})");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->kind, ChunkKind::content);
  EXPECT_TRUE(both->has_reasoning);
  EXPECT_EQ(both->text_bytes, 6);
  EXPECT_EQ(
      kind_of(R"({"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"a"}]}]}}]})"),
      ChunkKind::reasoning);
  EXPECT_EQ(kind_of(R"({"choices":[{"delta":{"content":[{"type":"text","text":"a"}]}}]})"), ChunkKind::content);
}

TEST(Answer, KnowsToolCallsAndRefusals) {
  EXPECT_EQ(kind_of(R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}}]})"),
            ChunkKind::tool_call);
  EXPECT_EQ(kind_of(R"({"choices":[{"delta":{"tool_calls":[]}}]})"), ChunkKind::empty);
  EXPECT_EQ(
      kind_of(R"({"choices":[{"delta":{"tool_calls":[{"id":"x","type":"function","function":{"arguments":""}}]}}]})"),
      ChunkKind::empty);
  EXPECT_EQ(kind_of(R"({"choices":[{"delta":{"refusal":"No"}}]})"), ChunkKind::refusal);
}

TEST(Answer, FindsUsageWhereverItStands) {
  const auto alone = read_answer(
      R"({"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":50,"prompt_tokens_details":{"cached_tokens":4}}})");
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->kind, ChunkKind::usage);
  EXPECT_EQ(alone->usage.prompt_tokens, 9);
  EXPECT_EQ(alone->usage.completion_tokens, 50);
  EXPECT_EQ(alone->usage.cached_tokens, 4);
  // llama.cpp puts it into the last chunk with choices.
  const auto last = read_answer(
      R"({"usage":{"completion_tokens":3,"prompt_tokens":1,"prompt_tokens_details":null},"choices":[{"delta":{},"finish_reason":"length"}]})");
  ASSERT_TRUE(last);
  EXPECT_EQ(last->kind, ChunkKind::empty);
  EXPECT_EQ(last->usage.completion_tokens, 3);
  EXPECT_EQ(last->finish_reason, "length");
  EXPECT_EQ(kind_of(R"({"choices":[{"delta":{"content":"x"}}],"usage":null})"), ChunkKind::content);
  EXPECT_EQ(kind_of(R"({"choices":[],"usage":null})"), ChunkKind::comment);
}

TEST(Answer, ReadsCountsOnlyWhereTheyBelongAndOnlyWhatACountCanBe) {
  const auto part = read_answer(R"({"completion_tokens":7,"choices":[{"delta":{"content":"x","completion_tokens":8}}],
    "usage":{"completion_tokens":-1,"prompt_tokens":18446744073709551615,"nested":{"completion_tokens":9}}})");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->usage.completion_tokens, std::nullopt);
  EXPECT_EQ(part->usage.prompt_tokens, std::nullopt);
}

TEST(Answer, SeesErrorsInsideAStream) {
  const auto error = read_answer(R"({"error":{"message":"out of memory","type":"server_error","code":500}})");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ChunkKind::error);
  EXPECT_EQ(error->error, "out of memory");
  EXPECT_EQ(kind_of(R"({"error":"busy"})"), ChunkKind::error);
  EXPECT_EQ(kind_of(R"({"object":"error","message":"old vLLM"})"), ChunkKind::error);
  EXPECT_EQ(kind_of(R"({"error":null,"choices":[{"delta":{"content":"x"}}]})"), ChunkKind::content);
  const auto typed = read_event({.type = "error", .data = "overloaded"});
  ASSERT_TRUE(typed);
  EXPECT_EQ(typed->kind, ChunkKind::error);
  EXPECT_EQ(typed->error, "overloaded");
}

TEST(Answer, KnowsTheEndAndComments) {
  EXPECT_EQ(read_event({.type = {}, .data = "[DONE]"})->kind, ChunkKind::done);
  EXPECT_EQ(read_event({.type = {}, .data = " [DONE] "})->kind, ChunkKind::done);
  EXPECT_EQ(read_event({.type = {}, .data = "ping", .is_comment = true})->kind, ChunkKind::comment);
}

TEST(Answer, ReadsAWholeAnswer) {
  const auto whole = read_answer(R"({"id":"x","object":"chat.completion","choices":[{"index":0,"message":{"role":
    "assistant","content":"Hi there"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}})");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->kind, ChunkKind::content);
  EXPECT_EQ(whole->text_bytes, 8);
  EXPECT_EQ(whole->usage.completion_tokens, 2);
  EXPECT_EQ(whole->finish_reason, "stop");
}

TEST(Answer, RefusesWhatIsNoObject) {
  for (const char* text : {"", "[]", "5", "null", "{", "{\"choices\":[}", "data", "<html>", "{}x"})
    EXPECT_FALSE(read_answer(text)) << text;
  const auto nested = [](std::size_t levels) {
    return "{\"a\":" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
  };
  EXPECT_TRUE(read_answer(nested(limits::kMaxJsonDepth)));
  EXPECT_FALSE(read_answer(nested(limits::kMaxJsonDepth + 1)));
}

}  // namespace
}  // namespace ihc::bench
