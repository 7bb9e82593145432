#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/mock/counters.h"
#include "bench/mock/script.h"

namespace ihc::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kMs = 1'000'000;

std::int64_t duration_ns(const std::vector<MockStep>& steps) {
  std::int64_t sum = 0;
  for (const MockStep& step : steps) sum += step.wait_ns;
  return sum;
}

std::int64_t tokens_in(const std::vector<MockStep>& steps) {
  std::int64_t sum = 0;
  for (const MockStep& step : steps) sum += step.tokens;
  return sum;
}

std::string bytes_of(const std::vector<MockStep>& steps) {
  std::string bytes;
  for (const MockStep& step : steps) bytes += step.bytes;
  return bytes;
}

MockScript usual() {
  MockScript script;
  script.ttft_ns = 200 * kMs;
  script.gap_ns = 20 * kMs;
  script.tokens = 50;
  return script;
}

constexpr MockRequest kStream{.is_chat = true, .is_streaming = true, .wants_usage = true, .max_tokens = 16};

TEST(MockScript, SaysItsTimes) {
  const auto steps = plan_answer(usual(), kStream, 0);
  EXPECT_EQ(steps.front().wait_ns, 200 * kMs);
  EXPECT_EQ(tokens_in(steps), 50);
  EXPECT_EQ(duration_ns(steps), 200 * kMs + 49 * 20 * kMs);
  EXPECT_EQ(steps.back().end, MockStep::End::keep);
  EXPECT_THAT(bytes_of(steps), HasSubstr("\"completion_tokens\":50"));
}

TEST(MockScript, SendsTheRoleAheadWithoutMovingTheToken) {
  MockScript script = usual();
  script.role_first_ns = 5 * kMs;
  const auto steps = plan_answer(script, kStream, 0);
  EXPECT_EQ(steps[0].wait_ns, 5 * kMs);
  EXPECT_EQ(steps[0].tokens, 0);
  EXPECT_EQ(steps[1].wait_ns, 195 * kMs);
  EXPECT_EQ(steps[1].tokens, 1);
}

TEST(MockScript, PutsTokensTogether) {
  MockScript script = usual();
  script.coalesce = 8;
  const auto steps = plan_answer(script, kStream, 0);
  EXPECT_EQ(steps[0].wait_ns, 200 * kMs);
  EXPECT_EQ(steps[1].wait_ns, 8 * 20 * kMs);
  EXPECT_EQ(tokens_in(steps), 50);
}

TEST(MockScript, StallsOnce) {
  MockScript script = usual();
  script.stall_after_tokens = 10;
  script.stall_ns = 300 * kMs;
  const auto steps = plan_answer(script, kStream, 0);
  EXPECT_EQ(steps[10].wait_ns, 320 * kMs);
  EXPECT_EQ(duration_ns(steps), 200 * kMs + 49 * 20 * kMs + 300 * kMs);
}

TEST(MockScript, SpreadsItsFaultsEvenly) {
  MockScript script = usual();
  script.faults = {*parse_mock_fault("reset:0.05:10")};
  int broken = 0;
  for (std::int64_t ordinal = 0; ordinal < 60; ++ordinal) {
    const auto steps = plan_answer(script, kStream, ordinal);
    if (steps.back().end != MockStep::End::reset) continue;
    ++broken;
    EXPECT_EQ(ordinal % 20, 19);
    EXPECT_EQ(tokens_in(steps), 10);
  }
  EXPECT_EQ(broken, 3);
}

TEST(MockScript, BreaksInEachWay) {
  const auto answer = [](const char* fault) {
    MockScript script = usual();
    script.faults = {*parse_mock_fault(fault)};
    return plan_answer(script, kStream, 0);
  };
  EXPECT_THAT(bytes_of(answer("error:1:5")), HasSubstr("\"error\":"));
  EXPECT_EQ(answer("error:1:5").back().end, MockStep::End::keep);
  EXPECT_EQ(answer("reset-before").front().end, MockStep::End::reset);
  EXPECT_EQ(bytes_of(answer("reset-before")), "");
  EXPECT_THAT(bytes_of(answer("status")), HasSubstr("HTTP/1.1 503"));
  EXPECT_EQ(answer("hang:1:5").back().end, MockStep::End::hang);
  EXPECT_THAT(bytes_of(answer("cut:1:5")), Not(HasSubstr("[DONE]")));
  EXPECT_THAT(bytes_of(answer("cut")), HasSubstr("0\r\n\r\n"));
  EXPECT_THAT(bytes_of(answer("garbage:1:5")), Not(HasSubstr("[DONE]")));
  for (const char* text : {"", "fire", "reset:2", "reset:-1", "reset:x", "reset:1:-1", "reset:1:1:1"})
    EXPECT_FALSE(parse_mock_fault(text)) << text;
}

TEST(MockScript, AnswersInOnePieceWhereNoStreamIsAsked) {
  const auto steps = plan_answer(usual(), {.is_chat = false, .is_streaming = false}, 3);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].wait_ns, 200 * kMs + 49 * 20 * kMs);
  EXPECT_THAT(steps[0].bytes, HasSubstr("\"text\":\"token "));
  EXPECT_THAT(steps[0].bytes, HasSubstr("\"id\":\"cmpl-3\""));
}

TEST(MockScript, DeclaresItsPenaltyInEachAnswer) {
  MockScript script = usual();
  EXPECT_THAT(bytes_of(plan_answer(script, kStream, 0)), Not(HasSubstr("synthetic")));
  script.remote_penalty = 1.5;
  EXPECT_THAT(bytes_of(plan_answer(script, kStream, 0)), HasSubstr("x-ihc-synthetic-remote-penalty: 1.5\r\n"));
  EXPECT_THAT(metrics_text({}, script), HasSubstr("ihc_mock_server_synthetic_remote_penalty 1.5\n"));
}

TEST(MockRequest, TakesWhatTheScriptNeeds) {
  const auto request = read_mock_request(
      R"({"messages":[{"role":"user","content":"a b  c"},{"content":[{"type":"text"}]}],"max_tokens":7,"stream":true,
          "stream_options":{"include_usage":true}})",
      true);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->prompt_tokens, 3);
  EXPECT_EQ(request->max_tokens, 7);
  EXPECT_TRUE(request->is_streaming);
  EXPECT_TRUE(request->wants_usage);
  EXPECT_EQ(read_mock_request(R"({"prompt":[1,2,3]})", false)->prompt_tokens, 3);
  for (const char* body : {"", "[]", "{}", R"({"prompt":"x"})"}) EXPECT_FALSE(read_mock_request(body, true)) << body;
}

}  // namespace
}  // namespace ihc::bench
