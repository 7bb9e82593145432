// What strangers send to `ihc import`: archives and folders that lie, and those that are merely odd. Each is read or
// refused with one sentence; nothing is written, followed out of the tree, or opened.

#include "bundle/import_tree.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "bundle/linked_tree.h"
#include "support/archives.h"
#include "support/temporary_tree.h"
#include "unit/bundle/examples.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

std::string refusal_of(const std::vector<Entry>& entries, const ImportLimits& limits = {},
                       Filter filter = Filter::none) {
  const std::string bytes = archive_of(entries, filter);
  const auto content = read_import_bytes(bytes, "a.tar", limits);
  return content ? std::string() : to_string(content.error());
}

ImportTree tree_of(const std::vector<Entry>& entries, Filter filter = Filter::none) {
  const std::string bytes = archive_of(entries, filter);
  auto content = read_import_bytes(bytes, "a.tar");
  EXPECT_TRUE(content) << to_string(content.error());
  return content && content->is_tree ? std::move(content->tree) : ImportTree{};
}

const std::string kTrust = "; ask for it again, from someone you trust";

TEST(ImportTree, EveryCompressionGivesTheSameFiles) {
  const std::vector<Entry> entries{{"m/proc/stat", "cpu 1\n"}, {"m/sys/", "", AE_IFDIR}, {"m/l", "", AE_IFLNK, "proc"}};
  for (const Filter filter : {Filter::none, Filter::gzip, Filter::bzip2, Filter::xz, Filter::zstd}) {
    const ImportTree tree = tree_of(entries, filter);
    EXPECT_EQ(tree.files, (FileMap{{"m/proc/stat", "cpu 1\n"}}));
    EXPECT_EQ(tree.links, (FileMap{{"m/l", "proc"}}));
    EXPECT_TRUE(tree.left_out.empty());
  }
}

TEST(ImportTree, WhatIsNoArchiveIsOneText) {
  for (const char* text : {"", "x", "cpu 1\n", "PK\x03\x04 a zip", "ustar at the wrong place"}) {
    const auto content = read_import_bytes(text, "t");
    ASSERT_TRUE(content) << text;
    EXPECT_FALSE(content->is_tree);
    EXPECT_EQ(content->text, text);
  }
  const std::string zeros(4096, '\0');
  const auto content = read_import_bytes(zeros, "t");
  ASSERT_TRUE(content);
  EXPECT_FALSE(content->is_tree) << "a block of zeros is no header";
}

TEST(ImportTree, WhatNoHonestArchiveHolds) {
  struct Case {
    std::vector<Entry> entries;
    std::string problem;
  };
  const std::vector<Case> cases{
      {{{"../evil", "x"}}, "a.tar: ../evil: the path has a \"..\" component" + kTrust},
      {{{"proc/../../evil", "x"}}, "a.tar: proc/../../evil: the path has a \"..\" component" + kTrust},
      {{{"/../evil", "x"}}, "a.tar: ../evil: the path has a \"..\" component" + kTrust},
      {{{"dev/sda", "", AE_IFBLK}}, "a.tar: dev/sda: is a device, which is no evidence" + kTrust},
      {{{"dev/null", "", AE_IFCHR}}, "a.tar: dev/null: is a device, which is no evidence" + kTrust},
      {{{"proc/stat", "1"}, {"proc/stat", "2"}}, "a.tar: proc/stat: is there twice with different content" + kTrust},
      {{{"proc/stat", "1"}, {"./proc/stat", "2"}}, "a.tar: proc/stat: is there twice with different content" + kTrust},
      {{{"l", "", AE_IFLNK, "/etc"}, {"l/passwd", "x"}}, "a.tar: l: is both a link and a folder" + kTrust},
      {{{"l", "", AE_IFLNK, "/etc"}, {"l", "x"}}, "a.tar: l: is both a file and a link" + kTrust},
      {{{"f", "x"}, {"f/g", "x"}}, "a.tar: f: is both a file and a folder" + kTrust},
  };
  for (const Case& row : cases) EXPECT_EQ(refusal_of(row.entries), row.problem);
}

TEST(ImportTree, OddThingsAreReadOrCounted) {
  std::string deep = "d";
  for (std::size_t depth = 1; depth < limits::kMaxPathDepth; ++depth) deep += "/d";
  const ImportTree tree = tree_of({{"/proc/stat", "absolute"},
                                   {"proc/twice", "same"},
                                   {"proc/twice", "same"},
                                   {"proc/hard", "", AE_IFREG, "", "proc/twice"},
                                   {"proc/dangling", "", AE_IFREG, "", "proc/nowhere"},
                                   {"run/pipe", "", AE_IFIFO},
                                   {deep, "one component too many below root/"},
                                   {"sys/odd\nname", "1"}});
  EXPECT_EQ(
      tree.files,
      (FileMap{{"proc/hard", "same"}, {"proc/stat", "absolute"}, {"proc/twice", "same"}, {"sys/odd\nname", "1"}}));
  EXPECT_EQ(tree.left_out, (std::map<std::string, std::int64_t>{{"hard links to what is not there", 1},
                                                                {"neither file, folder nor link", 1},
                                                                {"with a path that no bundle can hold", 1}}));
}

TEST(ImportTree, CutAndDamagedArchivesAreRefused) {
  const std::string damaged = "a.tar: the archive is cut short or damaged; copy it from the node again";
  for (const Filter filter : {Filter::none, Filter::gzip, Filter::bzip2, Filter::xz, Filter::zstd}) {
    const std::string whole =
        archive_of({{"proc/stat", std::string(5000, 's')}, {"proc/vmstat", std::string(700, 'v')}}, filter);
    for (const std::size_t size : {whole.size() / 2, whole.size() - whole.size() / 8, whole.size() - 1}) {
      // Below its first record an archive is a text; what is compressed is damage from the first byte on.
      if (filter == Filter::none && size < 512) continue;
      const auto content = read_import_bytes(std::string_view(whole).substr(0, size), "a.tar");
      ASSERT_FALSE(content) << size;
      EXPECT_EQ(to_string(content.error()), damaged);
    }
  }
  std::string flipped = archive_of({{"proc/stat", std::string(5000, 's')}}, Filter::xz);
  flipped[flipped.size() / 2] = static_cast<char>(~flipped[flipped.size() / 2]);
  EXPECT_FALSE(read_import_bytes(flipped, "a.tar"));
}

TEST(ImportTree, BombsAreRefusedBeforeTheyFillMemory) {
  const ImportLimits small{.entries = 4,
                           .file_bytes = 1 << 20,
                           .kept_bytes = 1 << 20,
                           .stream_bytes = 4 << 20,
                           .ratio = 100,
                           .ratio_free_bytes = 1 << 16};
  const std::string zeros(1 << 20, '\0');
  EXPECT_EQ(refusal_of({{"z", zeros}}, small, Filter::zstd),
            "a.tar: expands more than 100 times; ask for it again, from someone you trust");
  EXPECT_EQ(refusal_of({{"z", zeros}}, small), "") << "uncompressed, it is what it is";
  EXPECT_EQ(refusal_of({{"z", zeros}, {"y", "1"}}, small),
            "a.tar: holds more than 1048576 bytes; give the part of it that matters");
  EXPECT_EQ(refusal_of({{"z", zeros}, {"y", "", AE_IFREG, "", "z"}}, small),
            "a.tar: holds more than 1048576 bytes; give the part of it that matters")
      << "a hard link is a copy";
  EXPECT_EQ(refusal_of({{"1", ""}, {"2", ""}, {"3", ""}, {"4", ""}}, small), "");
  EXPECT_EQ(refusal_of({{"1", ""}, {"2", ""}, {"3", ""}, {"4", ""}, {"5", ""}}, small),
            "a.tar: more than 4 files and folders; give the part of it that matters");
  std::vector<Entry> many;
  for (int index = 0; index < 3; ++index) many.push_back({"large" + std::to_string(index), std::string(2 << 20, 'x')});
  EXPECT_EQ(refusal_of(many, small), "a.tar: more than 4194304 bytes uncompressed");
}

TEST(ImportTree, FilesOneByteTooLargeAreLeftOut) {
  const ImportLimits small{.file_bytes = 10};
  const std::string bytes = archive_of({{"ten", std::string(10, 'x')}, {"eleven", std::string(11, 'x')}});
  const auto content = read_import_bytes(bytes, "a.tar", small);
  ASSERT_TRUE(content);
  EXPECT_EQ(content->tree.files.size(), 1U);
  EXPECT_EQ(content->tree.left_out, (std::map<std::string, std::int64_t>{{"larger than 10 bytes", 1}}));
  EXPECT_TRUE(read_import_bytes(std::string(10, 'x'), "t", small));
  EXPECT_FALSE(read_import_bytes(std::string(11, 'x'), "t", small));
}

TEST(ImportTree, FoldersAreReadWithoutFollowingLinks) {
  const testing::TemporaryFolder folder;
  fs::create_directories(folder / "proc/1");
  std::ofstream(folder / "proc/1/stat") << "1 (init)";
  std::ofstream(folder / "outside") << "secret";
  fs::create_symlink(folder / "outside", folder / "proc/away");
  fs::create_directory_symlink("1", folder / "proc/self");
  ASSERT_EQ(::mkfifo((folder / "proc/pipe").c_str(), 0600), 0);
  const auto tree = read_import_folder(folder / "proc");
  ASSERT_TRUE(tree) << to_string(tree.error());
  EXPECT_EQ(tree->files, (FileMap{{"1/stat", "1 (init)"}}));
  EXPECT_EQ(tree->links, (FileMap{{"away", (folder / "outside").string()}, {"self", "1"}}));
  EXPECT_EQ(tree->left_out, (std::map<std::string, std::int64_t>{{"neither file, folder nor link", 1}}));
  EXPECT_FALSE(read_import_folder(folder / "nowhere"));
}

// ---- roots and links -----------------------------------------------------------------------------------------------

using Folders = std::vector<std::string>;

Folders roots_of(const FileMap& files) {
  Folders folders;
  for (const ImportRoot& root : find_import_roots({.files = files, .links = {}, .left_out = {}})) {
    folders.push_back(root.folder + "|" + root.stands_at);
  }
  return folders;
}

TEST(ImportRoots, EveryGatheringToolHasItsOwnTop) {
  EXPECT_EQ(roots_of({{"proc/stat", ""}, {"sys/x/y", ""}, {"machineinfo.json", ""}}), Folders{"|"});
  EXPECT_EQ(roots_of({{"sosreport-n/proc/sys/kernel/x", ""}, {"sosreport-n/sos_commands/numa/numastat", ""}}),
            Folders{"sosreport-n/|"});
  EXPECT_EQ(roots_of({{"a/fsroot/sys/devices/system/cpu/online", ""}, {"a/cpuid/pu0", ""}}), Folders{"a/fsroot/|"});
  EXPECT_EQ(roots_of({{"n1/proc/stat", ""}, {"n2/sys/x/y", ""}}), (Folders{"n1/|", "n2/|"}));
  EXPECT_EQ(roots_of({{"saved/devices/system/node/online", ""}}), Folders{"saved/|sys/"});
  EXPECT_EQ(roots_of({{"v2/cpu.stat", ""}, {"v2/cpu.max", ""}}), Folders{"v2/|sys/fs/cgroup/v2/"});
  EXPECT_EQ(roots_of({{"notes.txt", ""}, {"proc", "a file of that name"}}), Folders{});
}

TEST(LinkedTree, LinksAreFollowedInsideAndNeverOut) {
  const ImportTree tree{.files = {{"m/sys/devices/pci0/0000:17:00.0/net/eth0/speed", "100000\n"},
                                  {"m/sys/devices/pci0/0000:17:00.0/numa_node", "1\n"},
                                  {"secret", "outside the root"}},
                        .links = {{"m/sys/class/net/eth0", "../../devices/pci0/0000:17:00.0/net/eth0"},
                                  {"m/sys/bus/pci/devices/0000:17:00.0", "/sys/devices/pci0/0000:17:00.0"},
                                  {"m/sys/devices/pci0/0000:17:00.0/net/eth0/device", "../../../0000:17:00.0"},
                                  {"m/sys/loop", "loop"},
                                  {"m/sys/ping", "pong"},
                                  {"m/sys/pong", "ping"},
                                  {"m/sys/out", "../../secret"},
                                  {"m/sys/up", ".."}},
                        .left_out = {}};
  const LinkedTree linked(tree, {"m/", ""});
  ASSERT_NE(linked.read("sys/class/net/eth0/speed"), nullptr);
  EXPECT_EQ(*linked.read("sys/class/net/eth0/speed"), "100000\n");
  EXPECT_EQ(*linked.read("sys/class/net/eth0/device/numa_node"), "1\n");
  EXPECT_EQ(*linked.read("sys/bus/pci/devices/0000:17:00.0/numa_node"), "1\n");
  EXPECT_EQ(*linked.read("sys/up/sys/up/sys/devices/pci0/0000:17:00.0/numa_node"), "1\n");
  for (const char* path : {"sys/loop", "sys/ping", "sys/out", "sys/nowhere", "sys/loop/x", "../secret", ""}) {
    EXPECT_EQ(linked.read(path), nullptr) << path;
  }
  EXPECT_EQ(*linked.link("sys/class/net/eth0"), "../../devices/pci0/0000:17:00.0/net/eth0");
  EXPECT_EQ(linked.link("sys/class/net"), nullptr);
  using Wanted = LinkedTree::Wanted;
  EXPECT_EQ(linked.glob("/sys/class/net/*/speed", Wanted::files), Folders{"sys/class/net/eth0/speed"});
  EXPECT_EQ(linked.glob("/sys/bus/pci/devices/*/net/eth?/speed", Wanted::files),
            Folders{"sys/bus/pci/devices/0000:17:00.0/net/eth0/speed"});
  EXPECT_EQ(linked.glob("/sys/class/net/*", Wanted::links), Folders{"sys/class/net/eth0"});
  EXPECT_EQ(linked.glob("/sys/class/net/*", Wanted::files), Folders{});
  EXPECT_EQ(linked.files().size(), 2U);
}

TEST(LinkedTree, FortyHopsAreFollowedAndNotOneMore) {
  ImportTree tree;
  tree.files["sys/end"] = "1";
  for (int hop = 0; hop <= limits::kMaxLinkHops; ++hop) {
    tree.links["sys/l" + std::to_string(hop)] = hop == 0 ? "end" : "l" + std::to_string(hop - 1);
  }
  const LinkedTree linked(tree, {"", ""});
  EXPECT_NE(linked.read("sys/l" + std::to_string(limits::kMaxLinkHops - 1)), nullptr);
  EXPECT_EQ(linked.read("sys/l" + std::to_string(limits::kMaxLinkHops)), nullptr);
}

}  // namespace
}  // namespace ihc::test
