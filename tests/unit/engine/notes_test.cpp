// rules/bench_notes.yaml: what is said beside a run's numbers, and sheets that are wrong.

#include "engine/notes.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace ihc::test {
namespace {

NoteSheet shipped() {
  const auto resources = load_resources("rules", {});
  const auto found = std::ranges::find(*resources, "bench_notes.yaml", &Resource::path);
  std::vector<Diagnostic> diagnostics;
  NoteSheet sheet = read_note_sheet(*found, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << to_text(diagnostics.front());
  return sheet;
}

Json quiet_run() {
  return {{"settings", {{"load", "open"}}},
          {"metrics", {{"ttft_ms", {{"p50", 50.0}, {"p99", 60.0}}}, {"ttfc_ms", {{"p50", 50.0}}}}},
          {"tokens", {{"from_usage", 10}, {"from_chunks", 0}, {"unknown", 0}, {"coalesced_answers", 0}}},
          {"requests", {{"ok", 10}}},
          {"client", Json::object()},
          {"server", Json::object()},
          {"window", {{"interrupted", false}}},
          {"near_floor", Json::array()}};
}

std::vector<std::string> notes_with(const Json& change) {
  Json run = quiet_run();
  run.merge_patch(change);
  return notes_of(shipped(), run);
}

TEST(BenchNotes, NothingIsSaidOfARunWithoutAnythingToSay) { EXPECT_TRUE(notes_with(Json::object()).empty()); }

TEST(BenchNotes, AClosedLoopSaysWhatItCannotShow) {
  const auto notes = notes_with({{"settings", {{"load", "closed"}}}});
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_TRUE(notes.front().starts_with("closed loop")) << notes.front();
}

TEST(BenchNotes, CountsStandInTheSentences) {
  const auto notes = notes_with({{"tokens", {{"coalesced_answers", 7}, {"cached_share", 0.256}}}});
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_NE(notes[0].find("took 26 %"), std::string::npos) << notes[0];
  EXPECT_NE(notes[1].find("in 7 of 10 answers"), std::string::npos) << notes[1];
}

TEST(BenchNotes, OfQueuesAndFirstChunksOnlyWhatIsClear) {
  EXPECT_TRUE(
      notes_with({{"metrics", {{"e2e_response_ms", {{"p50", 104.0}}}, {"e2e_service_ms", {{"p50", 100.0}}}}}}).empty());
  EXPECT_EQ(
      notes_with({{"metrics", {{"e2e_response_ms", {{"p50", 140.0}}}, {"e2e_service_ms", {{"p50", 100.0}}}}}}).size(),
      1U);
  EXPECT_EQ(notes_with({{"metrics", {{"ttfc_ms", {{"p50", 10.0}}}}}}).size(), 1U);
}

TEST(BenchNotes, ATailNearWhatTheClientAddsIsNamed) {
  Json run = quiet_run();
  run["floor"] = {{"ttft_ms", {{"n", 200}, {"p50", 1.0}, {"p99", 7.0}}}, {"sched_lag_ms", {{"n", 200}, {"p99", 1.0}}}};
  run["metrics"]["sched_lag_ms"] = {{"p99", 1.0}};
  EXPECT_EQ(metrics_near_floor(shipped(), run), std::vector<std::string>{"ttft_ms"});
  run["floor"]["ttft_ms"]["p99"] = 5.0;
  EXPECT_TRUE(metrics_near_floor(shipped(), run).empty());
  EXPECT_TRUE(metrics_near_floor(shipped(), quiet_run()).empty()) << "not calibrated";
}

TEST(BenchNotes, ASheetThatIsWrongSaysWhere) {
  const auto problems = [](const std::string& text) {
    std::vector<Diagnostic> diagnostics;
    read_note_sheet({.path = "bench_notes.yaml", .origin = "mine.yaml", .bytes = text}, diagnostics);
    return diagnostics.size();
  };
  EXPECT_EQ(problems("bench_notes: {near_floor: '[]', notes: [{when: 'true', say: fine}]}\n"), 0U);
  EXPECT_GE(problems("bench_notes: {near_floor: '[]', notes: [{when: 'true &&', say: fine}]}\n"), 1U);
  EXPECT_GE(problems("bench_notes: {near_floor: '[]', notes: [{when: 'true', say: 'open {{run.a'}]}\n"), 1U);
  EXPECT_GE(problems("bench_notes: {near_floor: '[]', notes: [{when: 'true', sai: 'x'}]}\n"), 1U);
  EXPECT_GE(problems("notes: []\n"), 1U);
  EXPECT_GE(problems(": :\n  - {"), 1U);
}

}  // namespace
}  // namespace ihc::test
