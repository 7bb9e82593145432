#include "bundle/manifest.h"

#include <functional>

#include <gtest/gtest.h>

#include "unit/bundle/examples.h"

namespace ihc {
namespace {

using testing::example_manifest;
using testing::failure;

TEST(Manifest, ComesBackAsItWasWritten) {
  Manifest manifest = example_manifest();
  manifest.members = {{"root/a", 3, std::string(64, 'a'), true}, {"root/b", 0, std::string(64, 'b'), false}};
  const Json json = to_json(manifest);
  const auto read = manifest_from_json(json);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(to_json(*read), json);
  EXPECT_EQ(read->commands[0].exit_code, 0);
  EXPECT_EQ(read->commands[1].exit_code, std::nullopt);
  EXPECT_EQ(read->collector("perf")->hint, "run as root");
  EXPECT_EQ(read->collector("irqs"), nullptr);
  EXPECT_EQ(read->member("root/b")->sha256, std::string(64, 'b'));
  EXPECT_EQ(read->member("root/c"), nullptr);
  EXPECT_EQ(read->command("nvidia-smi")->status, EvidenceStatus::timed_out);
  EXPECT_EQ(read->command("none"), nullptr);
}

TEST(Manifest, IsTheTextThatToolsReadAlready) {
  Manifest manifest;
  manifest.tool_version = "0.1.0";
  manifest.effective_uid = 0;
  manifest.commands = {{.slug = "lscpu", .argv = {"lscpu"}, .exit_code = 1}};
  EXPECT_EQ(to_compact_text(to_json(manifest)),
            R"({"arguments":[],"capabilities":[],"collectors":[],"commands":[{"argv":["lscpu"],"cpu_seconds":0.0,)"
            R"("duration_ms":0,"exit_code":1,"slug":"lscpu","started_ns":0,"status":"ok"}],"cost":{"bytes_read":0,)"
            R"("commands_cpu_seconds":0.0,"cpu_seconds":0.0,"peak_memory_bytes":0,"reads":0,"slowest":[]},)"
            R"("effective_uid":0,"ended_ns":0,"ended_utc":"","format":1,"interrupted":false,"labels":{},"members":[],)"
            R"("node":"","not_read":[],"redacted":false,"scrubbed":{},"started_ns":0,"started_utc":"",)"
            R"("tool_version":"0.1.0","window_observed_s":0.0,"window_s":0.0})");
}

TEST(Manifest, AnImportKeepsItsOriginsAndClaimsNoCollection) {
  Manifest manifest = example_manifest();
  manifest.effective_uid.reset();
  manifest.imported = {{"commands/numastat-p/stdout", "saved.txt", "numastat-p"}, {"root/", "sos.tar.xz", "tree"}};
  manifest.left_out = {{"sos.tar.xz", "outside what ihc reads", 12}};
  const Json json = to_json(manifest);
  EXPECT_FALSE(json.contains("effective_uid"));
  const auto read = manifest_from_json(json);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(to_json(*read), json);
  EXPECT_EQ(read->imported.front().origin, "saved.txt");
  EXPECT_EQ(read->left_out.front().count, 12);
  EXPECT_FALSE(to_json(example_manifest()).contains("imported"));
}

TEST(Manifest, MembersAreSortedWhateverTheirOrderInTheFile) {
  Json json = to_json(example_manifest());
  for (const char* path : {"z", "a", "m"})
    json["members"].push_back({{"path", path}, {"size_bytes", 0}, {"sha256", ""}});
  const auto read = manifest_from_json(json);
  ASSERT_TRUE(read);
  EXPECT_NE(read->member("a"), nullptr);
  EXPECT_NE(read->member("m"), nullptr);
  EXPECT_NE(read->member("z"), nullptr);
}

TEST(Manifest, SaysWhichKeyIsWrong) {
  struct Case {
    std::function<void(Json&)> change;
    std::string problem;
  };
  const std::string place = "manifest.json: ";
  const std::string hint = "; collect the bundle again";
  const std::vector<Case> cases{
      {[](Json& json) { json = Json::array(); }, "the document is not an object"},
      {[](Json& json) { json.erase("format"); }, "the key \"format\" is missing"},
      {[](Json& json) { json["format"] = "1"; }, "\"format\" is not a whole number"},
      {[](Json& json) { json["format"] = 0; }, "\"format\" is less than 1"},
      {[](Json& json) { json["format"] = 1.0; }, "\"format\" is not a whole number"},
      {[](Json& json) { json["format"] = 4294967297; }, "\"format\" is not a number of 32 bits"},
      {[](Json& json) { json.erase("node"); }, "the key \"node\" is missing"},
      {[](Json& json) { json["node"] = 1; }, "\"node\" is not a string"},
      {[](Json& json) { json["started_ns"] = 18446744073709551615U; }, "\"started_ns\" is not a number of 64 bits"},
      {[](Json& json) { json["window_s"] = "30"; }, "\"window_s\" is not a number"},
      {[](Json& json) { json["interrupted"] = 0; }, "\"interrupted\" is not true or false"},
      {[](Json& json) { json["arguments"] = "collect"; }, "\"arguments\" is not an array of strings"},
      {[](Json& json) { json["arguments"] = {1}; }, "\"arguments\" is not a string"},
      {[](Json& json) {
         json["labels"] = {{"phase", 1}};
       },
       "\"labels\" is not a string"},
      {[](Json& json) { json["scrubbed"] = Json::array(); }, "\"scrubbed\" is not an object"},
      {[](Json& json) { json["collectors"] = 1; }, "\"collectors\" is not an array"},
      {[](Json& json) { json["collectors"] = {1}; }, "collectors[0] is not an object"},
      {[](Json& json) { json["collectors"][1].erase("status"); }, "the key \"collectors[1].status\" is missing"},
      {[](Json& json) { json["collectors"][0]["status"] = "fine\n"; },
       "\"collectors[0].status\" has the unknown word \"fine\\x0A\""},
      {[](Json& json) { json["commands"][0]["argv"] = nullptr; }, "\"commands[0].argv\" is not an array of strings"},
      {[](Json& json) { json["commands"][0]["exit_code"] = nullptr; },
       "\"commands[0].exit_code\" is not a whole number"},
      {[](Json& json) {
         json["members"] = {{{"path", "a"}}};
       },
       "the key \"members[0].size_bytes\" is missing"},
      {[](Json& json) { json.erase("cost"); }, "the key \"cost\" is missing"},
      {[](Json& json) { json["cost"] = 1; }, "cost is not an object"},
      {[](Json& json) { json["cost"]["slowest"] = {1}; }, "cost.slowest[0] is not an object"},
  };
  for (const Case& row : cases) {
    Json json = to_json(example_manifest());
    row.change(json);
    EXPECT_EQ(failure(manifest_from_json(json)), place + row.problem + hint);
  }
}

TEST(Manifest, UnknownKeysAreIgnoredAndNewerFormatsRefused) {
  Json json = to_json(example_manifest());
  json["something_new"] = {1, 2, 3};
  EXPECT_TRUE(manifest_from_json(json));
  json["format"] = kBundleFormat + 1;
  const auto read = manifest_from_json(json);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unsupported);
  EXPECT_EQ(failure(read),
            "manifest.json: bundle format 2 is newer than this ihc, which reads up to 1; use a newer ihc");
}

TEST(Manifest, WordsComeBack) {
  for (const auto status : {EvidenceStatus::ok, EvidenceStatus::absent, EvidenceStatus::permission,
                            EvidenceStatus::timed_out, EvidenceStatus::failed, EvidenceStatus::skipped}) {
    EXPECT_EQ(evidence_status_from_word(to_word(status)), status);
  }
  for (const auto state : {CollectorState::collected, CollectorState::partial, CollectorState::skipped,
                           CollectorState::failed, CollectorState::timed_out}) {
    EXPECT_EQ(collector_state_from_word(to_word(state)), state);
  }
  EXPECT_EQ(evidence_status_from_word(""), std::nullopt);
  EXPECT_EQ(collector_state_from_word("Collected"), std::nullopt);
}

}  // namespace
}  // namespace ihc
