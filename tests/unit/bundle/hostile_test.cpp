// Archives and folders that no ihc made: each is refused with one sentence, and none of them writes, hangs or crashes.
#include <fstream>
#include <memory>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "bundle/member_set.h"
#include "support/archives.h"
#include "unit/bundle/examples.h"

namespace ihc {
namespace {

namespace fs = std::filesystem;
using testing::example_manifest;
using testing::failure;
using testing::TemporaryFolder;
using testing::write_example;

using test::archive_of;
using test::Entry;
using test::Filter;

Entry manifest_entry(const std::string& path = "manifest.json") {
  return {path, to_pretty_text(to_json(example_manifest()))};
}

fs::path saved(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string refusal_of(const std::vector<Entry>& entries, Filter filter = Filter::none) {
  const TemporaryFolder folder;
  const fs::path path = saved(folder / "b.tar", archive_of(entries, filter));
  std::string text = failure(open_bundle(path));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1) << "nothing is written";
  const std::string where = path.string();
  const std::size_t at = text.find(where);
  return at == std::string::npos ? text : text.replace(at, where.size(), "b.tar");
}

const std::string kAgain = "; collect the bundle again, or ask for it again";

TEST(Hostile, MembersThatNoBundleHolds) {
  struct Case {
    Entry entry;
    std::string problem;
  };
  std::string deep = "d";
  for (std::size_t depth = 1; depth < limits::kMaxPathDepth + 2; ++depth) deep += "/d";
  const std::vector<Case> cases{
      {{"../evil", "x"}, "b.tar: ../evil: the path has a \"..\" component"},
      {{"root/../../evil", "x"}, "b.tar: root/../../evil: the path has a \"..\" component"},
      {{"/etc/cron.d/evil", "x"}, "b.tar: /etc/cron.d/evil: the path is absolute"},
      {{"root//x", "x"}, "b.tar: root//x: the path has an empty component"},
      {{"root/./x", "x"}, "b.tar: root/./x: the path has a \".\" component"},
      {{"root/\x1B[31m", "x"}, "b.tar: root/\\x1B[31m: the path has a control character"},
      {{"root/a\nb", "x"}, "b.tar: root/a\\x0Ab: the path has a control character"},
      {{"root/\xFF", "x"}, "b.tar: root/\\xFF: the path is not UTF-8"},
      {{deep, "x"}, "b.tar: " + deep + ": the path is deeper than 32 components"},
      {{std::string(300, 'n'), "x"},
       "b.tar: " + std::string(200, 'n') + "…: the path has a name longer than 255 bytes"},
      {{"root/link", "", AE_IFLNK, "/etc/shadow"}, "b.tar: root/link: is a symbolic link, which no bundle holds"},
      {{"root/hard", "", AE_IFREG, "", "manifest.json"}, "b.tar: root/hard: is a hard link, which no bundle holds"},
      {{"root/null", "", AE_IFCHR}, "b.tar: root/null: is a device, which no bundle holds"},
      {{"root/sda", "", AE_IFBLK}, "b.tar: root/sda: is a device, which no bundle holds"},
      {{"root/pipe", "", AE_IFIFO}, "b.tar: root/pipe: is a pipe, which no bundle holds"},
      {{"manifest.json", "{}"}, "b.tar: manifest.json: is in the bundle twice"},
      {{"./manifest.json", "{}"}, "b.tar: ./manifest.json: is in the bundle twice"},
      {{"manifest.json/x", "{}"}, "b.tar: manifest.json: is both a file and a folder"},
  };
  for (const Case& row : cases) {
    EXPECT_EQ(refusal_of({manifest_entry(), row.entry}), row.problem + kAgain);
    EXPECT_EQ(refusal_of({manifest_entry(), row.entry}, Filter::zstd), row.problem + kAgain);
  }
}

TEST(Hostile, BundlesStandInOneFolderOrNone) {
  EXPECT_EQ(refusal_of({manifest_entry()}), "");
  EXPECT_EQ(refusal_of({manifest_entry("./manifest.json"), {"./root/x", "1"}, {"./", "", AE_IFDIR}}), "");
  EXPECT_EQ(
      refusal_of(
          {{"n/", "", AE_IFDIR}, manifest_entry("n/manifest.json"), {"n/root/", "", AE_IFDIR}, {"n/root/x", "1"}}),
      "");
  EXPECT_EQ(refusal_of({manifest_entry("n/manifest.json"), {"m/root/x", "1"}}),
            "b.tar: m/root/x: stands beside the bundle's folder n/" + kAgain);
  EXPECT_EQ(refusal_of({{"a", "1"}, manifest_entry("n/manifest.json")}),
            "b.tar: a: stands beside the bundle's folder n/" + kAgain);
  const std::string none = "b.tar: holds no manifest.json; give a bundle that ihc collect wrote";
  EXPECT_EQ(refusal_of({}), none);
  EXPECT_EQ(refusal_of({{"root/x", "1"}}), none);
  EXPECT_EQ(refusal_of({manifest_entry("a/b/manifest.json")}), none);
}

TEST(Hostile, BombsAreRefusedBeforeTheyFillMemory) {
  const std::string zeros(64 * limits::kMiB, '\0');
  EXPECT_EQ(refusal_of({manifest_entry(), {"root/zeros", zeros}}, Filter::zstd),
            "b.tar: expands more than 2000 times; ask for it again, from someone you trust");
  const std::string free_zeros(limits::kRatioFreeBytes - 64 * limits::kKiB, '\0');
  EXPECT_EQ(refusal_of({manifest_entry(), {"root/zeros", free_zeros}}, Filter::zstd), "");
  EXPECT_EQ(refusal_of({manifest_entry(), {"root/zeros", zeros}}), "") << "uncompressed, it is what it is";
}

TEST(Hostile, SizesAndCountsEndAtTheirLimit) {
  const ReadLimits small{.members = 4, .member_bytes = 1000, .total_bytes = 2000};
  struct Case {
    std::vector<Entry> entries;
    std::string problem;
  };
  const Entry manifest{"manifest.json", std::string(500, '{')};
  const std::vector<Case> cases{
      {{manifest, {"a", std::string(1000, 'a')}, {"b", std::string(500, 'b')}, {"c", ""}}, ""},
      {{manifest, {"a", std::string(1001, 'a')}},
       "b.tar: a: larger than the 1000 bytes that are allowed here" + kAgain},
      {{manifest, {"a", std::string(1000, 'a')}, {"b", std::string(501, 'b')}},
       "b.tar: b: larger than the 500 bytes that are allowed here" + kAgain},
      {{manifest, {"a"}, {"b"}, {"c"}, {"d"}}, "b.tar: more than 4 members" + kAgain},
      {{manifest, {"a/", "", AE_IFDIR}, {"b/", "", AE_IFDIR}, {"c"}, {"d"}}, "b.tar: more than 4 members" + kAgain},
  };
  for (const Case& row : cases) EXPECT_EQ(failure(read_archive(archive_of(row.entries), "b.tar", small)), row.problem);
}

// The header says how large a member will be; nothing has to be read to refuse it.
TEST(Hostile, DeclaredSizesAreBelievedOnlyDownwards) {
  const auto with_size = [](std::string archive, const std::string& octal) {
    constexpr std::size_t kSizeAt = 124;
    constexpr std::size_t kChecksumAt = 148;
    archive.replace(kSizeAt, 11, octal);
    archive.replace(kChecksumAt, 8, "        ");
    unsigned sum = 0;
    for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(archive[i]);
    char text[8];
    std::snprintf(text, sizeof text, "%06o", sum);
    archive.replace(kChecksumAt, 7, std::string(text) + '\0');
    return archive;
  };
  const std::string archive = archive_of({{"a", std::string(512, 'a')}});
  static_assert(limits::kMaxMemberBytes == 04000000000);
  EXPECT_EQ(failure(read_archive(with_size(archive, "04000000001"), "b.tar")),
            "b.tar: a: larger than the 536870912 bytes that are allowed here" + kAgain);
  EXPECT_EQ(failure(read_archive(with_size(archive, "04000000000"), "b.tar")),
            "b.tar: the archive is cut short or damaged; copy it from the node again");
}

TEST(Hostile, MembersEndAtTheirLimit) {
  std::vector<Entry> entries{manifest_entry()};
  while (entries.size() < limits::kMaxMembers) entries.push_back({"m/" + std::to_string(entries.size())});
  EXPECT_EQ(refusal_of(entries, Filter::gzip), "");
  entries.push_back({"m/one-more"});
  EXPECT_EQ(refusal_of(entries, Filter::gzip), "b.tar: more than 200000 members" + kAgain);
}

TEST(Hostile, EveryCutOfAnArchiveIsAnError) {
  const TemporaryFolder folder;
  for (const char* name : {"b.tar", "b.tar.zst", "b.tar.xz", "b.tar.gz"}) {
    const std::string whole = read_file(write_example(folder / name), limits::kMaxBundleFileBytes).value_or("");
    ASSERT_GT(whole.size(), 97U);
    std::vector<std::size_t> sizes;
    for (std::size_t size = 0; size < whole.size(); size += 97) sizes.push_back(size);
    for (std::size_t size = whole.size() - 1; size + 20 > whole.size(); --size) sizes.push_back(size);
    for (std::size_t size = 0; size < whole.size(); size += 512) sizes.push_back(size);  // between two members
    for (const std::size_t size : sizes) {
      const auto read = read_archive(std::string_view(whole).substr(0, size), "b");
      ASSERT_FALSE(read) << name << " cut to " << size;
      EXPECT_TRUE(read.error().what == "the archive is cut short or damaged" ||
                  read.error().what.starts_with("not a bundle: "))
          << name << " cut to " << size << ": " << failure(read);
    }
    if (std::string_view(name).ends_with(".gz")) continue;  // what follows a gzip stream is no part of it
    EXPECT_FALSE(read_archive(whole + "x", "b")) << name << " with something behind its end";
  }
}

TEST(Hostile, WhatIsNoArchive) {
  const std::string no_bundle =
      "b: not a bundle: neither a folder nor a tar archive (.tar, .tar.zst, .tar.xz, .tar.gz); give a bundle that ihc "
      "collect wrote";
  const std::string cut = "b: the archive is cut short or damaged; copy it from the node again";
  EXPECT_EQ(failure(read_archive("", "b")), cut);
  EXPECT_EQ(failure(read_archive("no archive", "b")), no_bundle);
  EXPECT_EQ(failure(read_archive(std::string(5000, 'x'), "b")), no_bundle);
  EXPECT_EQ(failure(read_archive("\x28\xB5\x2F\xFD", "b")), cut);
  EXPECT_EQ(failure(read_archive("\x1F\x8B\x08", "b")), no_bundle);
  const TemporaryFolder folder;
  const std::string top = folder.path().string();
  EXPECT_EQ(failure(open_bundle(folder / "absent.tar")), top + "/absent.tar: No such file or directory");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(failure(open_bundle(folder / "pipe")), top + "/pipe: not a regular file");
  EXPECT_EQ(failure(open_bundle("/dev/zero")), "/dev/zero: not a regular file");
}

TEST(Hostile, FoldersAreHeldToTheSameRules) {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::string& name, const auto& change) {
    const fs::path path = write_example(folder / name);
    change(path);
    std::string text = failure(open_bundle(path));
    const std::size_t at = text.find(path.string());
    return at == std::string::npos ? text : text.replace(at, path.string().size(), "b");
  };
  EXPECT_EQ(refusal("whole", [](const fs::path&) {}), "");
  EXPECT_EQ(refusal("link", [](const fs::path& path) { fs::create_symlink("/etc/passwd", path / "root/link"); }),
            "b: root/link: is a symbolic link, which no bundle holds" + kAgain);
  EXPECT_EQ(
      refusal("directory-link", [](const fs::path& path) { fs::create_directory_symlink("/etc", path / "root/etc2"); }),
      "b: root/etc2: is a symbolic link, which no bundle holds" + kAgain);
  EXPECT_EQ(refusal("loop", [](const fs::path& path) { fs::create_directory_symlink(path, path / "root/self"); }),
            "b: root/self: is a symbolic link, which no bundle holds" + kAgain);
  EXPECT_EQ(refusal("pipe", [](const fs::path& path) { ASSERT_EQ(::mkfifo((path / "root/pipe").c_str(), 0600), 0); }),
            "b: root/pipe: is neither a file nor a folder" + kAgain);
  EXPECT_EQ(refusal("control", [](const fs::path& path) { saved(path / "root/a\nb", "x"); }),
            "b: root/a\\x0Ab: the path has a control character" + kAgain);
  EXPECT_EQ(refusal("deep",
                    [](const fs::path& path) {
                      fs::path deep = path;
                      for (std::size_t depth = 0; depth <= limits::kMaxPathDepth + 1; ++depth) deep /= "d";
                      fs::create_directories(deep);
                    }),
            [] {
              std::string deep = "d";
              for (std::size_t depth = 1; depth < limits::kMaxPathDepth + 2; ++depth) deep += "/d";
              return "b: " + deep + ": the path is deeper than 32 components" + kAgain;
            }());
  EXPECT_EQ(refusal("empty", [](const fs::path& path) { fs::remove(path / "manifest.json"); }),
            "b: holds no manifest.json; give a bundle that ihc collect wrote");
}

TEST(Hostile, AnExtractedArchiveIsABundleToo) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "outer");
  write_example(folder / "outer/node-1");
  const auto bundle = open_bundle(folder / "outer");
  ASSERT_TRUE(bundle) << failure(bundle);
  EXPECT_EQ((*bundle)->text("root/proc/stat"), "cpu 1 2 3\n");
  EXPECT_TRUE(verify(**bundle).empty());
}

}  // namespace
}  // namespace ihc
