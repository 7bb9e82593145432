#include "collect/doctor.h"

#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/clock.h"
#include "collect/read_helper.h"
#include "support/temporary_tree.h"

namespace ihc {
namespace {

using testing::ElementsAre;

Result<std::string> answer(int) { return "{}\n"; }
Result<std::string> refuse(int) { return fail(ErrorCode::permission, "no"); }
Result<std::string> hang(int) {
  std::this_thread::sleep_for(std::chrono::seconds(60));
  return std::string();
}

constexpr Capture kRows[] = {
    File{.path = "/proc/version"},
    File{.path = "/no/such/file"},
    File{.path = "/proc"},
    Files{.family = "cpus", .path = "/proc/*/no-such-file"},
    Files{.family = "links", .path = "/proc/self/ex*", .links = true},
    Files{.family = "worker", .path = "/proc/{worker}/comm"},
    Sampled{.family = "stat", .path = "/proc/stat"},
    CommandOutput{.slug = "hello", .argv = {"echo", "hello"}},
    CommandOutput{.slug = "absent", .argv = {"no-such-tool"}, .hint = "install the package no-such-tool"},
    CommandOutput{.slug = "optional", .argv = {"no-such-tool"}, .is_optional = true},
    CommandOutput{.slug = "one", .argv = {"echo", "{worker}"}},
    Probe{.name = "answer", .call = "answer(2)", .read = answer},
    Probe{.name = "refused", .call = "refuse(2)", .read = refuse},
    Probe{.name = "each", .call = "answer(2)", .read = answer, .per_worker = true},
};
constexpr Collector kRowsCollector{"rows", "one of each", kRows, nullptr};

constexpr Capture kHung[] = {Probe{.name = "hung", .call = "hang(2)", .read = hang}, File{.path = "/proc/version"}};
constexpr Collector kHungCollector{"hung", "what does not answer", kHung, nullptr};

DoctorLook look_at(const CollectOptions& options, const Collector& collector) {
  const std::vector<const Collector*> collectors{&collector};
  const std::vector<std::string> files{"/proc/version", "/no/such/file"};
  auto look = look_at_node(options, collectors, files);
  EXPECT_TRUE(look.has_value()) << (look ? "" : to_string(look.error()));
  return look ? std::move(*look) : DoctorLook{};
}

CollectOptions without_workers() {
  CollectOptions options;
  options.match = "^nothing matches this$";
  return options;
}

std::vector<std::string> words_of(const DoctorLook& look) {
  std::vector<std::string> words;
  for (const RowLook& row : look.rows) {
    words.push_back(std::string(to_word(row.had)) + (row.reason.empty() ? "" : " " + row.reason));
  }
  return words;
}

TEST(Doctor, SaysOfEachRowWhetherItCanBeHad) {
  const DoctorLook look = look_at(without_workers(), kRowsCollector);
  EXPECT_THAT(words_of(look),
              ElementsAre("ok", "no file_absent", "no structural", "no file_absent", "ok", "no structural", "ok", "ok",
                          "no tool_missing", "no structural", "no structural", "ok", "no permission", "no structural"));
  EXPECT_EQ(look.rows[8].hint, "install the package no-such-tool");
  EXPECT_EQ(look.rows[8].example, "no-such-tool");
  ASSERT_EQ(look.collectors.size(), 1U);
  EXPECT_EQ(look.collectors[0].state, CollectorState::partial);
  EXPECT_EQ(look.collectors[0].reason, "permission");
  EXPECT_EQ(look.texts.size(), 1U);
}

TEST(Doctor, LooksAtTheWorkersThatACollectionWouldLookAt) {
  CollectOptions options;
  options.pid = ::getppid();
  const DoctorLook look = look_at(options, kRowsCollector);
  EXPECT_FALSE(look.discovery.workers.empty());
  EXPECT_EQ(look.rows[5].had, Had::all);
  EXPECT_EQ(look.rows[10].had, Had::all);
  EXPECT_EQ(look.rows[13].had, Had::all);
}

TEST(Doctor, HangsOnNothing) {
  const std::int64_t began_ns = monotonic_now_ns();
  const DoctorLook look = look_at(without_workers(), kHungCollector);
  EXPECT_THAT(words_of(look), ElementsAre("no timed_out", "ok"));
  EXPECT_LT(monotonic_now_ns() - began_ns, 20'000'000'000);
}

TEST(Doctor, RefusesWhatACollectionRefuses) {
  CollectOptions options;
  options.only = {"no-such-collector"};
  const std::vector<const Collector*> collectors{&kRowsCollector};
  EXPECT_EQ(look_at_node(options, collectors, {}).error().code, ErrorCode::usage);
  options = {};
  options.pid = 999999999;
  EXPECT_EQ(look_at_node(options, collectors, {}).error().code, ErrorCode::usage);
  options = {};
  options.root_dir = "/no/such/tree";
  EXPECT_EQ(look_at_node(options, collectors, {}).error().code, ErrorCode::not_found);
}

class LookingHelperTest : public testing::Test {
 protected:
  ReadReply ask(ReadKind kind, const std::string& path, const std::string& root = "") {
    auto helper = ReadHelper::start(root);
    EXPECT_TRUE(helper.has_value());
    return (*helper)->ask({.kind = kind, .path = path});
  }
  std::string program(std::string_view name, std::filesystem::perms mode) {
    tree_.write(name, "#!/bin/true\n");
    std::filesystem::permissions(tree_ / name, mode);
    return tree_ / name;
  }
  TemporaryTree tree_;
};

TEST_F(LookingHelperTest, OpensAndReadsNothing) {
  tree_.write("file", "bytes");
  EXPECT_EQ(ask(ReadKind::access, tree_ / "file").status, EvidenceStatus::ok);
  EXPECT_EQ(ask(ReadKind::access, tree_ / "file").bytes, "");
  EXPECT_EQ(ask(ReadKind::access, tree_ / "none").reason, "file_absent");
  EXPECT_EQ(ask(ReadKind::access, tree_.path()).reason, "structural");
  EXPECT_EQ(ask(ReadKind::access, "/file", tree_.path()).status, EvidenceStatus::ok);
}

TEST_F(LookingHelperTest, KnowsAProgramThatMayBeRun) {
  using std::filesystem::perms;
  const std::string plain = program("plain", perms(0755));
  EXPECT_EQ(ask(ReadKind::program, plain).status, EvidenceStatus::ok);
  EXPECT_EQ(ask(ReadKind::program, plain).bytes, "");
  EXPECT_EQ(ask(ReadKind::program, program("privileged", perms(04755))).bytes, "privileged");
  EXPECT_EQ(ask(ReadKind::program, program("text", perms(0644))).reason, "permission");
  EXPECT_EQ(ask(ReadKind::program, tree_ / "none").reason, "file_absent");
  EXPECT_EQ(ask(ReadKind::program, "/plain", tree_.path()).status, EvidenceStatus::ok);
}

}  // namespace
}  // namespace ihc
