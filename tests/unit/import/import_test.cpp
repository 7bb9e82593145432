// From sources to a bundle: recognition, kinds that a person names, labels, origins, and refusals by name.

#include "collect/import.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/text.h"
#include "bundle/bundle.h"
#include "collect/importing/sort_tree.h"
#include "support/archives.h"
#include "unit/bundle/examples.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

Likeness alpha_likeness(std::string_view text) {
  if (text.starts_with("ALPHA")) return Likeness::sure;
  return text.starts_with("table") ? Likeness::maybe : Likeness::no;
}
Likeness beta_likeness(std::string_view text) {
  if (text.starts_with("BETA") || text.starts_with("ALPHA BETA")) return Likeness::sure;
  return text.starts_with("table") ? Likeness::maybe : Likeness::no;
}
Likeness report_likeness(std::string_view text) {
  return text.find("REPORT") != std::string_view::npos ? Likeness::sure : Likeness::no;
}
std::vector<ForeignPart> report_parts(std::string_view) { return {{"alpha", "ALPHA inside\n"}, {"unheard-of", "x"}}; }

constexpr ForeignText kTexts[] = {
    {.kind = "alpha", .about = "a", .member = "commands/alpha/stdout", .likeness = alpha_likeness},
    {.kind = "beta-m", .about = "b", .member = "root/proc/beta", .likeness = beta_likeness, .scrub = ScrubKind::none},
    {.kind = "report",
     .about = "r",
     .member = "commands/report/stdout",
     .likeness = report_likeness,
     .parts = report_parts},
};
constexpr ihc::Capture kCaptures[] = {
    File{.path = "/proc/stat"},
    Files{.family = "speeds", .path = "/sys/class/net/*/speed"},
    Files{.family = "links", .path = "/sys/class/net/*", .links = true},
    Files{.family = "environ", .path = "/proc/{worker}/environ", .scrub = ScrubKind::environment},
};
constexpr Collector kCollector{.name = "sample", .about = "s", .captures = kCaptures, .read = nullptr, .texts = kTexts};
const Collector* const kCollectors[] = {&kCollector};

class ImportTest : public ::testing::Test {
 protected:
  std::string saved(const std::string& name, const std::string& bytes) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }
  // The outcome with the folder's own name taken out.
  Result<Import> import(const std::vector<std::string>& arguments) {
    ImportOptions options;
    for (const std::string& argument : arguments) {
      auto source = import_source(argument, kCollectors);
      if (!source) return fail(std::move(source.error()));
      options.sources.push_back(std::move(*source));
    }
    return import_evidence(options, kCollectors);
  }
  std::string refusal(const std::vector<std::string>& arguments) {
    const auto outcome = import(arguments);
    return outcome ? std::string() : relative(to_string(outcome.error()));
  }
  std::string relative(std::string text) const {
    const std::string prefix = folder_.path().string() + "/";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
      text.erase(at, prefix.size());
    return text;
  }
  static std::map<std::string, std::string> bytes_of(const Import& import) {
    std::map<std::string, std::string> bytes;
    for (const ImportedFile& file : import.files) bytes[file.path] = file.bytes;
    return bytes;
  }
  std::vector<std::string> origins_of(const Import& import) const {
    std::vector<std::string> origins;
    for (const ImportRecord& record : import.manifest.imported) {
      origins.push_back(record.member + " < " + relative(record.origin) + " (" + record.kind + ")");
    }
    return origins;
  }

  testing::TemporaryFolder folder_;
};

using Bytes = std::map<std::string, std::string>;
using Lines = std::vector<std::string>;

TEST_F(ImportTest, TextsAreRecognisedAndNumbered) {
  const auto outcome = import({saved("one.txt", "ALPHA 1\n"), saved("two.txt", "ALPHA 2\n"), saved("b", "BETA\n")});
  ASSERT_TRUE(outcome) << to_string(outcome.error());
  EXPECT_EQ(bytes_of(*outcome), (Bytes{{"commands/alpha/stdout", "ALPHA 1\n"},
                                       {"commands/alpha-2/stdout", "ALPHA 2\n"},
                                       {"root/proc/beta", "BETA\n"}}));
  EXPECT_EQ(origins_of(*outcome), (Lines{"commands/alpha-2/stdout < two.txt (alpha)",
                                         "commands/alpha/stdout < one.txt (alpha)", "root/proc/beta < b (beta-m)"}));
}

TEST_F(ImportTest, WhatIsNamedComesBeforeWhatItLooksLike) {
  const std::string file = saved("t.txt", "ALPHA\n");
  const auto outcome = import({"beta-m:" + file});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(bytes_of(*outcome), (Bytes{{"root/proc/beta", "ALPHA\n"}}));
  EXPECT_EQ(refusal({"gamma:" + file}), "gamma: is no kind that ihc knows; known kinds: alpha, beta-m, report");
  const std::string odd = saved("alpha:t.txt", "BETA\n");
  EXPECT_EQ(bytes_of(*import({odd})), (Bytes{{"root/proc/beta", "BETA\n"}})) << "a file of that very name";
}

TEST_F(ImportTest, RefusalsNameTheInputAndWhatIsKnown) {
  const std::string known =
      ": is nothing that ihc knows; give a tree with proc/ or sys/ in it (a sos report, what hwloc-gather-topology or "
      "lscpu's dump script saved, any folder or tar), or name a text's kind as KIND:FILE; known kinds: alpha, beta-m, "
      "report";
  EXPECT_EQ(refusal({saved("notes.txt", "hello\n")}), "notes.txt" + known);
  EXPECT_EQ(refusal({saved("empty", "")}), "empty: is empty; save what the tool printed again");
  EXPECT_EQ(refusal({saved("both", "ALPHA BETA\n")}),
            "both: may be several kinds: alpha, beta-m; name its kind as KIND:FILE");
  EXPECT_EQ(refusal({(folder_ / "absent").string()}).find("absent: "), 0U);
  EXPECT_EQ(refusal({saved("b1", "BETA 1"), saved("b2", "BETA 2")}),
            "b2: is a second beta-m, after b1; a bundle is one node at one time: give one of them, or --as LABEL=FILE "
            "for each");
  saved("dir/notes.txt", "hello\n");
  EXPECT_EQ(refusal({(folder_ / "dir").string()}), "dir" + known);
  EXPECT_EQ(refusal({"alpha:" + (folder_ / "dir").string()}),
            "dir: is a folder or an archive, not one text of kind alpha; give it without its kind");
}

TEST_F(ImportTest, NamesDecideBetweenKindsThatLookAlike) {
  EXPECT_EQ(bytes_of(*import({saved("saved_alpha.txt", "table\n")})), (Bytes{{"commands/alpha/stdout", "table\n"}}));
  EXPECT_EQ(bytes_of(*import({saved("beta_-m", "table\n")})), (Bytes{{"root/proc/beta", "table\n"}}));
  EXPECT_EQ(refusal({saved("table.txt", "table\n")}),
            "table.txt: may be several kinds: alpha, beta-m; name its kind as KIND:FILE");
}

TEST_F(ImportTest, AReportIsKeptAndTakenApart) {
  const auto outcome = import({saved("r.txt", "ALPHA REPORT\n")});
  ASSERT_TRUE(outcome) << to_string(outcome.error());
  EXPECT_EQ(bytes_of(*outcome),
            (Bytes{{"commands/report/stdout", "ALPHA REPORT\n"}, {"commands/alpha/stdout", "ALPHA inside\n"}}));
  EXPECT_EQ(origins_of(*outcome),
            (Lines{"commands/alpha/stdout < r.txt (its alpha) (alpha)", "commands/report/stdout < r.txt (report)"}));
  ASSERT_EQ(outcome->manifest.left_out.size(), 1U);
  EXPECT_EQ(outcome->manifest.left_out.front().count, 1);
}

TEST_F(ImportTest, TreesBringFilesLinksAndSavedOutputs) {
  const std::string archive = archive_of({{"sos/proc/stat", "cpu\n"},
                                          {"sos/proc/7/environ", std::string("HF_TOKEN=abc\0OMP_NUM_THREADS=4\0", 31)},
                                          {"sos/sys/devices/net/eth0/speed", "100\n"},
                                          {"sos/sys/class/net/eth0", "", AE_IFLNK, "../../devices/net/eth0"},
                                          {"sos/etc/shadow", "root:x\n"},
                                          {"sos/etc/hostname", "node-7\n"},
                                          {"sos/sos_commands/numa/alpha", "ALPHA\n"},
                                          {"sos/sos_commands/numa/other", "unknown\n"},
                                          {"sos/sos_commands/numa/tool_--x", ""},
                                          {"sos/sos_commands/date/date", "Thu Nov 21 08:40:00 UTC 2026\n"}},
                                         Filter::xz);
  const auto outcome = import({saved("sos.tar.xz", archive)});
  ASSERT_TRUE(outcome) << to_string(outcome.error());
  const Bytes bytes = bytes_of(*outcome);
  EXPECT_EQ(bytes.at("root/sys/class/net/eth0"), "../../devices/net/eth0");
  EXPECT_EQ(bytes.at("root/sys/class/net/eth0/speed"), "100\n");
  EXPECT_EQ(bytes.at("root/sys/devices/net/eth0/speed"), "100\n");
  EXPECT_EQ(bytes.at("commands/alpha/stdout"), "ALPHA\n");
  EXPECT_EQ(bytes.at("root/proc/7/environ").find("abc"), std::string::npos) << "scrubbed";
  EXPECT_FALSE(bytes.contains("root/etc/shadow"));
  EXPECT_EQ(outcome->manifest.node, "node-7");
  EXPECT_EQ(outcome->manifest.started_utc, "2026-11-21T08:40:00Z");
  EXPECT_FALSE(outcome->manifest.effective_uid);
  EXPECT_EQ(outcome->manifest.collector("sample")->state, CollectorState::partial);
  std::map<std::string, std::int64_t> left_out;
  for (const LeftOutRecord& record : outcome->manifest.left_out) left_out[record.what] += record.count;
  EXPECT_EQ(left_out, (std::map<std::string, std::int64_t>{{"outside what ihc reads", 1},
                                                           {"texts of no kind that ihc knows", 2},
                                                           {"empty texts: the tool printed nothing", 1}}));
}

TEST_F(ImportTest, MachinesAreNotMixed) {
  const std::string two = archive_of({{"a/proc/stat", "1"}, {"b/proc/stat", "2"}});
  EXPECT_EQ(
      refusal({saved("two.tar", two)}),
      "two.tar: holds the files of several machines: a/, b/; a bundle is one node: unpack it and give one of them");
  const std::string one = archive_of({{"proc/stat", "1"}});
  EXPECT_EQ(refusal({saved("1.tar", one), saved("2.tar", one)}),
            "2.tar: root/proc/stat is given by 1.tar too; a bundle is one node at one time: give one of them, or --as "
            "LABEL=FILE for each");
}

TEST_F(ImportTest, AMustGatherHasItsTreeInside) {
  const std::string inner = archive_of({{"proc/stat", "1"}}, Filter::gzip);
  const auto outcome = import({saved("mg.tar", archive_of({{"mg/nodes/n1/sysinfo.tgz", inner}, {"mg/x", "note"}}))});
  ASSERT_TRUE(outcome) << to_string(outcome.error());
  EXPECT_EQ(bytes_of(*outcome), (Bytes{{"root/proc/stat", "1"}}));
  EXPECT_EQ(origins_of(*outcome), Lines{"root/ < mg.tar: mg/nodes/n1/sysinfo.tgz (tree)"});
  const std::string two = archive_of({{"mg/n1/sysinfo.tgz", inner}, {"mg/n2/sysinfo.tgz", inner}});
  EXPECT_EQ(refusal({saved("two.tar", two)}),
            "two.tar: holds the files of several machines: mg/n1/sysinfo.tgz, mg/n2/sysinfo.tgz; a bundle is one node: "
            "unpack it and give one of them");
}

TEST_F(ImportTest, TheSameInputGivesTheSameBytes) {
  const std::string tree = saved("t.tar", archive_of({{"m/proc/stat", "1"}, {"m/sys/a/b", "2"}}));
  std::string first;
  for (const char* name : {"a.tar.zst", "b.tar.zst"}) {
    const auto outcome = import({tree});
    ASSERT_TRUE(outcome);
    // The folder inside is named after the bundle.
    fs::create_directories(folder_ / std::string(1, name[0]));
    const auto path = write_import(*outcome, folder_ / (std::string(1, name[0]) + "/n.tar.zst"));
    ASSERT_TRUE(path) << to_string(path.error());
    const auto bytes = read_file(*path, limits::kMaxFileBytes);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(*bytes, first.empty() ? *bytes : first);
    first = *bytes;
    EXPECT_TRUE(verify(**open_bundle(*path)).empty());
  }
}

TEST(DateOutput, OnlyUtcIsATime) {
  EXPECT_EQ(utc_of_date_output("Thu Nov 21 08:40:00 UTC 2026\n"), "2026-11-21T08:40:00Z");
  EXPECT_EQ(utc_of_date_output("Sat Feb  1 08:40:09 GMT 2025"), "2025-02-01T08:40:09Z");
  for (const char* text : {"", "Thu Nov 21 08:40:00 CET 2026", "Thu Nov 21 08:40 UTC 2026", "2026-11-21",
                           "Thu Nov 99 08:40:00 UTC 2026", "Thu Foo 21 08:40:00 UTC 2026", "a b c d UTC e"}) {
    EXPECT_EQ(utc_of_date_output(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ihc::test
