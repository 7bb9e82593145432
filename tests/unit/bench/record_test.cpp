#include "bench/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/run.h"

namespace ihc::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

RequestRecord whole_record(std::int64_t late_ns = 3'600'000'000'000) {
  RequestRecord record;
  record.run = 3;
  record.index = 1'000'000;
  record.is_warmup = true;
  record.intended_ns = 31'536'000'000'000'000;  // a node that has been up for a year
  record.taken_up_ns = record.intended_ns + late_ns;
  record.connected_ns = record.intended_ns + late_ns + 1;
  record.sent_ns = record.intended_ns + late_ns + 2;
  record.head_ns = record.intended_ns + late_ns + 3;
  record.first_byte_ns = record.intended_ns + late_ns + 4;
  record.first_chunk_ns = record.intended_ns + late_ns + 5;
  record.first_token_ns = record.intended_ns + late_ns + 6;
  record.first_output_ns = record.intended_ns + late_ns + 7;
  record.last_token_ns = record.intended_ns + late_ns + 8;
  record.end_ns = record.intended_ns + late_ns + 9;
  record.http_status = 200;
  record.outcome = Outcome::reset_before_answer;
  record.chunks = {1, 131072, 9, 9, 9, 99, 9, 999, 1, 1};
  record.prompt_tokens = 131072;
  record.prompt_source = TokenSource::usage;
  record.completion_tokens = 131072;
  record.completion_source = TokenSource::deltas;
  record.cached_tokens = 131072;
  record.max_tokens = 131072;
  record.output_bytes = 1'000'000;
  record.seed = 4'000'000'000;
  record.finish_reason = "length";
  return record;
}

TEST(RequestRecord, IsReadBackFromItsLine) {
  const RequestRecord record = whole_record(1'000'000'000);
  const auto read = read_records(to_line(record));
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_THAT(read.records, ElementsAre(record));
}

TEST(RequestRecord, LeavesOutWhatDidNotHappen) {
  RequestRecord record;
  record.intended_ns = 5;
  record.outcome = Outcome::dropped;
  EXPECT_EQ(to_line(record), "{\"at\":5,\"i\":0,\"outcome\":\"dropped\",\"run\":1}\n");
  EXPECT_THAT(read_records(to_line(record)).records, ElementsAre(record));
}

TEST(RequestRecord, KeepsItsLineShortWhateverWentWrong) {
  RequestRecord record = whole_record();
  EXPECT_LE(to_line(record).size(), kMaxRecordLineBytes);
  for (const char* piece : {"x", "\"", "\x01", "é", "\xff"}) {
    record.error.clear();
    for (int times = 0; times < 2000; ++times) record.error += piece;
    const std::string line = to_line(record);
    EXPECT_LE(line.size(), kMaxRecordLineBytes) << piece;
    EXPECT_THAT(read_records(line).records, SizeIs(1)) << piece;
  }
}

TEST(RequestRecord, CountsLinesThatAreNoRecord) {
  const std::string good = to_line(whole_record());
  const auto read = read_records("\n" + good + "[]\n{\"run\":1}\n" + good.substr(0, 40) +
                                 "\n{\"run\":1,\"i\":0,\"at\":1,\"outcome\":\"great\"}\n"
                                 "{\"run\":1,\"i\":0,\"at\":1,\"outcome\":\"ok\",\"t\":[9223372036854775807]}\n"
                                 "{\"run\":1,\"i\":99999999999999999999,\"at\":1,\"outcome\":\"ok\"}\n"
                                 "{\"run\":1,\"i\":0,\"at\":1,\"outcome\":\"ok\",\"t\":[0,0,0,0,0,0,0,0,0,0,0]}\n");
  EXPECT_THAT(read.records, SizeIs(1));
  EXPECT_EQ(read.not_understood, 7);
  EXPECT_THAT(read.problems, SizeIs(5));
  EXPECT_THAT(read.problems.at(1), HasSubstr("line 4: \"i\" is missing"));
}

std::vector<RequestChunks> two_requests() {
  return {{.index = 0,
           .intended_ns = 1000,
           .chunks = {{.at_ns = 1500, .kind = ChunkKind::role_only},
                      {.at_ns = 1500, .kind = ChunkKind::content, .bytes = 5, .completion_tokens = 1},
                      {.at_ns = 90'000'000'000, .kind = ChunkKind::done}}},
          {.index = 1, .intended_ns = 7, .chunks = {}}};
}

TEST(Chunks, AreReadBack) {
  const auto read = read_chunks(to_chunk_bytes(two_requests()));
  EXPECT_EQ(read.problem, "");
  EXPECT_EQ(read.requests, two_requests());
}

TEST(Chunks, GiveWhatIsWholeWhereverTheFileIsCut) {
  const std::string bytes = to_chunk_bytes(two_requests());
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    const auto read = read_chunks(bytes.substr(0, cut));
    // After its header, and after the first request, a shorter file is a whole one.
    const bool is_whole = cut == 16 || (!read.requests.empty() && read.problem.empty());
    EXPECT_EQ(read.problem.empty(), is_whole) << cut;
    EXPECT_EQ(cut < 16 ? read.requests.size() : 0U, 0U);
    EXPECT_LT(read.requests.size(), 2U);
  }
}

TEST(Chunks, RefuseAnotherVersionAndCountsPastTheFile) {
  std::string bytes = to_chunk_bytes({});
  bytes[8] = 2;
  EXPECT_THAT(read_chunks(bytes).problem, HasSubstr("version 2"));
  std::string many = to_chunk_bytes({{.index = 1, .intended_ns = 1, .chunks = {}}});
  many.back() = '\x7f';
  EXPECT_THAT(read_chunks(many).problem, HasSubstr("at byte 16"));
  EXPECT_THAT(read_chunks("PK").problem, HasSubstr("not a file"));
}

TEST(RunSummary, IsReadBack) {
  RunSummary summary;
  summary.tool_version = "0.1.0";
  summary.run = 2;
  summary.runs = 3;
  summary.settings.url = "http://127.0.0.1:8000/v1/chat/completions";
  summary.settings.load = "open";
  summary.settings.rate_rps = 10.5;
  summary.settings.slo_ms = {{"ttft_ms", 200}};
  summary.window.started_ns = 5;
  summary.window.warmed_ns = 6;
  summary.server.models = {"a", "b"};
  summary.server.synthetic_remote_penalty = 1.7;
  summary.client.governors = {"performance"};
  summary.client.involuntary_switches = 0;
  summary.outcomes = {{"ok", 48}, {"timed_out", 2}};
  summary.floor["ttft_ms"] = {.n = 200, .p50 = 0.1, .p95 = 0.2, .p99 = std::nullopt};
  const auto read = read_summary(to_json(summary));
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(to_json(read.summary), to_json(summary));
  EXPECT_FALSE(read.summary.client.cpu_s.has_value());
}

TEST(RunSummary, NamesWhatIsWrong) {
  const Json json = {{"format", 1},
                     {"run", "one"},
                     {"settings", {{"url", 5}, {"rate_rps", "inf"}}},
                     {"server", Json::array()},
                     {"window", Json::object()}};
  const auto read = read_summary(json);
  EXPECT_THAT(read.problems,
              ElementsAre("/run is not as it should be", "/settings/url is not as it should be",
                          "/settings/rate_rps is not as it should be", "/server is no object", "/client is missing"));
  EXPECT_THAT(read_summary(Json(3)).problems, SizeIs(1));
}

}  // namespace
}  // namespace ihc::bench
