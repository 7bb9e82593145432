#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "bench/duration.h"
#include "bench/load/client.h"
#include "bench/load/request.h"

namespace ihc::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Duration, IsReadWithItsUnit) {
  EXPECT_EQ(parse_duration_ns("200ms"), 200'000'000);
  EXPECT_EQ(parse_duration_ns("1.5s"), 1'500'000'000);
  EXPECT_EQ(parse_duration_ns("50us"), 50'000);
  EXPECT_EQ(parse_duration_ns("7ns"), 7);
  EXPECT_EQ(parse_duration_ns("0"), 0);
  EXPECT_EQ(parse_duration_ns(std::to_string(limits::kMaxBenchSeconds) + "s"),
            limits::kMaxBenchSeconds * 1'000'000'000);
  for (const std::string& text :
       {std::string("5"), std::string("ms"), std::string("-1s"), std::string("1m"), std::string("nans"),
        std::string("1e99s"), std::string(), std::to_string(limits::kMaxBenchSeconds + 1) + "s"})
    EXPECT_FALSE(parse_duration_ns(text)) << text;
}

LoadSettings settings_of(const char* url) {
  LoadSettings settings;
  EXPECT_TRUE(take_url(url, "--url", settings));
  return settings;
}

TEST(Load, FindsTheApiInTheUrl) {
  EXPECT_EQ(settings_of("http://h:8000").url.target, "/v1/chat/completions");
  EXPECT_EQ(settings_of("http://h:8000/").url.target, "/v1/chat/completions");
  EXPECT_EQ(settings_of("http://h:8000/v1/").url.target, "/v1/chat/completions");
  EXPECT_EQ(settings_of("http://h/openai/v1").url.target, "/openai/v1/chat/completions");
  const LoadSettings completions = settings_of("http://h/v1/completions");
  EXPECT_EQ(completions.url.target, "/v1/completions");
  EXPECT_FALSE(completions.is_chat);
  LoadSettings settings;
  EXPECT_FALSE(take_url("http://user:secret@h", "--url", settings));
  const auto query = take_url("http://h/v1?key=secret", "--url", settings);
  ASSERT_FALSE(query);
  EXPECT_THAT(to_string(query.error()), Not(HasSubstr("secret")));
}

Json body_of(const std::string& request) {
  return Json::parse(request.substr(request.find("\r\n\r\n") + 4), nullptr, false);
}

TEST(Load, SendsWhatItRecords) {
  LoadSettings settings = settings_of("http://h:8000");
  settings.model = "m";
  settings.api_key = "k";
  settings.seed = 7;
  const std::string request = request_text(settings, {.run = 1, .index = 2});
  EXPECT_THAT(request, HasSubstr("authorization: Bearer k\r\n"));
  const Json body = body_of(request);
  EXPECT_EQ(body["temperature"], 0);
  EXPECT_EQ(body["seed"], 9);
  EXPECT_EQ(body["max_tokens"], 128);
  EXPECT_EQ(body["stream"], true);
  EXPECT_EQ(body["stream_options"]["include_usage"], true);
  EXPECT_FALSE(body.contains("ignore_eos"));
  const auto stored = to_compact_text(to_json(RunSummary{.settings = stored_settings(settings)}));
  EXPECT_THAT(stored, Not(HasSubstr("\"k\"")));
  settings.is_streaming = false;
  settings.ignore_eos = true;
  EXPECT_EQ(body_of(request_text(settings, {}))["ignore_eos"], true);
  EXPECT_FALSE(body_of(request_text(settings, {})).contains("stream_options"));
}

TEST(Load, MakesPromptsThatShareNoBeginning) {
  std::set<std::string> beginnings;
  for (std::int64_t run = 1; run <= 3; ++run) {
    for (std::int64_t index = 0; index < 200; ++index) {
      for (const bool is_warmup : {false, true}) {
        const std::string prompt = made_prompt(1, {.run = run, .index = index, .is_warmup = is_warmup}, 32);
        EXPECT_EQ(split_words(prompt).size(), 32U);
        beginnings.insert(prompt.substr(0, prompt.find(' ', 40)));
      }
    }
  }
  EXPECT_EQ(beginnings.size(), 1200U) << "of 16 tokens, the block of a prefix cache, none is like another";
  EXPECT_EQ(made_prompt(1, {.index = 5}, 8), made_prompt(1, {.index = 5}, 8));
  EXPECT_NE(made_prompt(1, {.index = 5}, 8), made_prompt(2, {.index = 5}, 8));
}

TEST(Load, ReadsPromptsOfAFile) {
  const auto prompts =
      parse_prompts("Say \"hi\"\n\n{\"prompt\":\"x\",\"max_tokens\":5}\r\n{\"messages\":[{\"role\":\"user\"}]}\n", "f");
  ASSERT_TRUE(prompts);
  ASSERT_EQ(prompts->size(), 3U);
  LoadSettings settings = settings_of("http://h");
  settings.prompts = *prompts;
  EXPECT_EQ(body_of(request_text(settings, {.index = 3}))["messages"][0]["content"], "Say \"hi\"");
  EXPECT_EQ(body_of(request_text(settings, {.index = 1}))["max_tokens"], 5);
  EXPECT_EQ(body_of(request_text(settings, {.index = 2}))["messages"][0]["role"], "user");
  EXPECT_EQ(parse_prompts("a\n{\"text\":1}\n", "f").error().where, "f line 2");
  EXPECT_FALSE(parse_prompts("{\"prompt\":\"x\",\"max_tokens\":-1}", "f"));
  EXPECT_FALSE(parse_prompts("\n", "f"));
}

TEST(Load, ReadsLimits) {
  const auto slo = parse_slo("ttft=200ms,tpot=50ms, e2e=5s");
  ASSERT_TRUE(slo);
  EXPECT_EQ(*slo, (std::map<std::string, double>{{"ttft_ms", 200}, {"tpot_ms", 50}, {"e2e_response_ms", 5000}}));
  for (const char* text : {"", "ttft", "ttft=5", "itl=5ms", "ttft=0"}) EXPECT_FALSE(parse_slo(text)) << text;
}

TEST(Schedule, KeepsItsRate) {
  Schedule constant(10, false, 1);
  EXPECT_EQ(constant.next_ns(), 0);
  EXPECT_EQ(constant.next_ns(), 100'000'000);
  EXPECT_EQ(constant.next_ns(), 200'000'000);
  Schedule poisson(10, true, 1);
  Schedule again(10, true, 1);
  std::int64_t last_ns = -1;
  double squares = 0;
  constexpr int kCount = 20000;
  for (int at = 0; at < kCount; ++at) {
    const std::int64_t due_ns = poisson.next_ns();
    EXPECT_EQ(due_ns, again.next_ns());
    EXPECT_GE(due_ns, last_ns);
    if (at > 0) squares += static_cast<double>(due_ns - last_ns) * static_cast<double>(due_ns - last_ns);
    last_ns = due_ns;
  }
  const double mean_s = static_cast<double>(last_ns) / 1e9 / (kCount - 1);
  EXPECT_NEAR(mean_s, 0.1, 0.003);
  // Of an exponential distribution the mean square is twice the squared mean.
  EXPECT_NEAR(squares / (kCount - 1) / 1e18, 2 * mean_s * mean_s, 0.002);
}

TEST(Client, FindsWhoListens) {
  const char* table =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 0 100 0 0 10 "
      "0\n"
      "   1: 0100007F:1F40 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 12346 1 0 20 4 30 10 "
      "-1\n"
      "   2: 0100007F:1F41 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12347 1 0 100 0 0 10 "
      "0\n"
      "   3: short\n";
  EXPECT_THAT(listening_inodes(table, 8000), ElementsAre(12345));
  EXPECT_TRUE(listening_inodes("", 8000).empty());
}

}  // namespace
}  // namespace ihc::bench
