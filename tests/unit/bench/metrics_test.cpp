#include "bench/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ihc::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::int64_t kMs = 1'000'000;

/// Due at `index` * 100 ms, taken up 10 ms late, role after 5 ms, first token after 200 ms, 4 more chunks 20 ms apart.
RequestRecord request(std::int64_t index) {
  RequestRecord record;
  record.index = index;
  record.intended_ns = index * 100 * kMs;
  const std::int64_t taken = record.intended_ns + 10 * kMs;
  record.taken_up_ns = taken;
  record.sent_ns = taken;
  record.first_byte_ns = record.first_chunk_ns = taken + 5 * kMs;
  record.first_token_ns = record.first_output_ns = taken + 200 * kMs;
  record.last_token_ns = taken + 280 * kMs;
  record.end_ns = taken + 281 * kMs;
  record.chunks = {1, 5, 0, 0, 0, 1, 1, 0, 0, 1};
  record.completion_tokens = 5;
  record.completion_source = TokenSource::usage;
  return record;
}

RequestChunks chunks_of(const RequestRecord& record) {
  RequestChunks chunks{.index = record.index, .intended_ns = record.intended_ns, .chunks = {}};
  chunks.chunks.push_back({.at_ns = *record.first_chunk_ns, .kind = ChunkKind::role_only});
  for (int at = 0; at < 5; ++at)
    chunks.chunks.push_back({.at_ns = *record.first_token_ns + at * 20 * kMs, .kind = ChunkKind::content, .bytes = 4});
  chunks.chunks.push_back({.at_ns = *record.end_ns, .kind = ChunkKind::done});
  return chunks;
}

TEST(Metrics, HaveTheirMeanings) {
  const RequestRecord one = request(0);
  const RunMetrics metrics = metrics_of({one}, {chunks_of(one)}, {}, true);
  const auto value = [&](const char* name) { return metrics.samples_ms.at(name).values; };
  EXPECT_THAT(value("ttfb_ms"), ElementsAre(5));
  EXPECT_THAT(value("ttfc_ms"), ElementsAre(5));
  EXPECT_THAT(value("ttft_ms"), ElementsAre(200));
  EXPECT_THAT(value("ttft_response_ms"), ElementsAre(210));
  EXPECT_THAT(value("ttfot_ms"), ElementsAre(200));
  EXPECT_THAT(value("icl_ms"), ElementsAre(20, 20, 20, 20));
  EXPECT_THAT(value("tpot_ms"), ElementsAre(20));
  EXPECT_THAT(value("e2e_service_ms"), ElementsAre(281));
  EXPECT_THAT(value("e2e_response_ms"), ElementsAre(291));
  EXPECT_THAT(value("sched_lag_ms"), ElementsAre(10));
  EXPECT_NEAR(*metrics.request_throughput_rps, 1 / 0.291, 1e-9);
  EXPECT_NEAR(*metrics.output_throughput_tps, 5 / 0.291, 1e-9);
  EXPECT_FALSE(metrics_of({one}, {}, {}, false).samples_ms.contains("sched_lag_ms"));
}

TEST(Metrics, FollowTheUsageWhereAChunkHoldsManyTokens) {
  RequestRecord one = request(0);
  one.completion_tokens = 9;
  const RunMetrics metrics = metrics_of({one}, {chunks_of(one)}, {}, false);
  EXPECT_THAT(metrics.samples_ms.at("tpot_ms").values, ElementsAre(10));
  EXPECT_THAT(metrics.samples_ms.at("icl_ms").values, ElementsAre(20, 20, 20, 20));
  EXPECT_EQ(metrics.tokens.coalesced, 1);
  EXPECT_EQ(metrics.tokens.from_usage, 1);
}

TEST(Metrics, CountFailuresAndKeepThemOutOfTheTimes) {
  RequestRecord failed = request(1);
  failed.outcome = Outcome::stream_error;
  RequestRecord warm = request(2);
  warm.is_warmup = true;
  const RunMetrics metrics = metrics_of({request(0), failed, warm}, {chunks_of(failed)}, {}, false);
  EXPECT_EQ(metrics.offered, 2);
  EXPECT_EQ(metrics.ok, 1);
  EXPECT_THAT(metrics.outcomes, UnorderedElementsAre(std::pair("ok", 1), std::pair("stream_error", 1)));
  EXPECT_EQ(metrics.samples_ms.at("ttft_ms").values.size(), 1U);
  EXPECT_FALSE(metrics.samples_ms.contains("icl_ms"));
  EXPECT_EQ(metrics.tokens.total, 5);
}

TEST(Metrics, KeepWhatATimeoutSays) {
  RequestRecord before_token = request(1);
  before_token.outcome = Outcome::timed_out;
  before_token.first_token_ns = before_token.first_output_ns = before_token.last_token_ns = std::nullopt;
  before_token.end_ns = *before_token.taken_up_ns + 1000 * kMs;
  RequestRecord dropped;
  dropped.index = 2;
  dropped.outcome = Outcome::dropped;
  const RunMetrics metrics = metrics_of({request(0), before_token, dropped}, {}, {}, true);
  EXPECT_THAT(metrics.samples_ms.at("ttft_ms").at_least, ElementsAre(1000));
  EXPECT_THAT(metrics.samples_ms.at("e2e_response_ms").at_least, ElementsAre(1010));
  EXPECT_THAT(metrics.samples_ms.at("tpot_ms").at_least, IsEmpty());
  EXPECT_EQ(metrics.outcomes.at("dropped"), 1);
}

TEST(Metrics, CountGoodputOfAllThatWasOffered) {
  RequestRecord slow = request(1);
  slow.first_token_ns = *slow.first_token_ns + 20 * kMs;
  RequestRecord failed = request(2);
  failed.outcome = Outcome::reset_in_answer;
  RequestRecord single = request(3);
  single.completion_tokens = 1;
  const RunMetrics metrics =
      metrics_of({request(0), slow, failed, single}, {}, {{"ttft_ms", 200}, {"tpot_ms", 25}}, false);
  EXPECT_DOUBLE_EQ(*metrics.goodput_share, 0.5);
  EXPECT_NEAR(*metrics.goodput_rps, 2 / *metrics.wall_s, 1e-9);
  EXPECT_DOUBLE_EQ(*metrics_of({request(0)}, {}, {{"unheard_of_ms", 1}}, false).goodput_share, 0);
}

TEST(Metrics, AreAbsentWithoutRequests) {
  const RunMetrics metrics = metrics_of({}, {}, {{"ttft_ms", 200}}, true);
  EXPECT_THAT(metrics.samples_ms, IsEmpty());
  EXPECT_FALSE(metrics.wall_s || metrics.request_throughput_rps || metrics.goodput_share);
}

}  // namespace
}  // namespace ihc::bench
