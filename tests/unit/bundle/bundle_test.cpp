#include "bundle/bundle.h"

#include <csignal>
#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bundle/packed.h"
#include "unit/bundle/examples.h"

namespace ihc {
namespace {

namespace fs = std::filesystem;
using testing::all_bytes;
using testing::failure;
using testing::TemporaryFolder;
using testing::write_example;
using Members = std::map<std::string, std::string, std::less<>>;
using Paths = std::vector<std::string>;

std::unique_ptr<Bundle> opened(const fs::path& path) {
  auto bundle = open_bundle(path);
  EXPECT_TRUE(bundle) << failure(bundle);
  return bundle ? std::move(*bundle) : nullptr;
}

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0U;
}

TEST(Bundle, IsTheSameFromEveryContainer) {
  const TemporaryFolder folder;
  const auto reference = opened(write_example(folder / "plain"));
  ASSERT_NE(reference, nullptr);
  ASSERT_EQ(reference->members().size(), 10U);
  for (const char* name : {"b.tar", "b.tar.zst", "b.tar.xz", "b.tar.gz", "b.ihc.tar.zst"}) {
    const auto bundle = opened(write_example(folder / name));
    ASSERT_NE(bundle, nullptr);
    EXPECT_EQ(bundle->members(), reference->members()) << name;
    EXPECT_EQ(to_json(bundle->manifest()), to_json(reference->manifest())) << name;
    EXPECT_TRUE(verify(*bundle).empty()) << name;
  }
  Members members = reference->members();
  members["manifest.json"] = to_pretty_text(to_json(reference->manifest()));
  const auto in_memory = MemoryBundle::make(std::move(members));
  ASSERT_TRUE(in_memory) << failure(in_memory);
  EXPECT_EQ((*in_memory)->members(), reference->members());
  EXPECT_TRUE(verify(**in_memory).empty());
}

TEST(Bundle, FindsEvidenceWhereverItIsStored) {
  const TemporaryFolder folder;
  const auto bundle = opened(write_example(folder / "b.tar.zst"));
  ASSERT_NE(bundle, nullptr);

  const auto single = bundle->find("root/proc/stat");
  ASSERT_TRUE(single);
  EXPECT_EQ(single->bytes, "cpu 1 2 3\n");
  EXPECT_EQ(single->status, EvidenceStatus::ok);
  EXPECT_FALSE(single->cut);
  EXPECT_EQ(bundle->member_of("root/proc/stat"), "root/proc/stat");
  EXPECT_TRUE(bundle->find("root/proc/interrupts")->cut);

  const auto packed = bundle->find("root/sys/odd\nname");
  ASSERT_TRUE(packed);
  EXPECT_EQ(packed->bytes, all_bytes());
  EXPECT_TRUE(packed->cut);
  EXPECT_EQ(packed->taken_ns, 6);
  EXPECT_EQ(bundle->member_of("root/sys/odd\nname"), "packed/cpufreq/000");

  EXPECT_EQ(bundle->text("root/sys/devices/system/cpu/cpu2/online"), "2");
  EXPECT_EQ(bundle->text("root/proc/7/numa_maps"), std::nullopt);
  EXPECT_EQ(bundle->find("root/proc/nobody/asked"), std::nullopt);
  EXPECT_EQ(bundle->member_of("root/proc/nobody/asked"), "");
}

TEST(Bundle, SaysWhatWasAskedForAndNotHad) {
  const TemporaryFolder folder;
  const auto bundle = opened(write_example(folder / "b.tar"));
  ASSERT_NE(bundle, nullptr);
  struct Case {
    std::string path;
    EvidenceStatus status;
    std::string reason;
    std::string bytes;
  };
  const std::vector<Case> cases{
      {"root/proc/1/numa_maps", EvidenceStatus::permission, "permission", ""},
      {"root/proc/7/numa_maps", EvidenceStatus::permission, "permission", ""},
      {"commands/lscpu/stdout", EvidenceStatus::ok, "", "{}\n"},
      {"commands/numastat/stdout", EvidenceStatus::absent, "tool_missing", ""},
      {"commands/numastat/stderr", EvidenceStatus::absent, "tool_missing", ""},
      {"commands/nvidia-smi/stdout", EvidenceStatus::timed_out, "timed_out", "half of it"},
  };
  for (const Case& row : cases) {
    const auto evidence = bundle->find(row.path);
    ASSERT_TRUE(evidence) << row.path;
    EXPECT_EQ(evidence->status, row.status) << row.path;
    EXPECT_EQ(evidence->reason, row.reason) << row.path;
    EXPECT_EQ(evidence->bytes, row.bytes) << row.path;
    EXPECT_EQ(bundle->text(row.path).has_value(), row.status == EvidenceStatus::ok) << row.path;
  }
}

TEST(Bundle, GlobsInNaturalOrderAndOnlyWhatIsThere) {
  const TemporaryFolder folder;
  const auto bundle = opened(write_example(folder / "b.tar"));
  ASSERT_NE(bundle, nullptr);
  const std::string cpu = "root/sys/devices/system/cpu/";
  EXPECT_EQ(bundle->glob(cpu + "cpu*/online"), (Paths{cpu + "cpu0/online", cpu + "cpu2/online", cpu + "cpu10/online"}));
  EXPECT_EQ(bundle->glob(cpu + "cpu?/online"), (Paths{cpu + "cpu0/online", cpu + "cpu2/online"}));
  EXPECT_EQ(bundle->glob("root/proc/*/numa_maps"), Paths{});
  EXPECT_EQ(bundle->glob("commands/*/stdout"), Paths{"commands/lscpu/stdout"});
  EXPECT_EQ(bundle->glob("root/proc/stat"), Paths{"root/proc/stat"});
  EXPECT_EQ(bundle->glob(""), Paths{});
  EXPECT_EQ(bundle->sampled("root/proc/*"), (Paths{"root/proc/stat", "root/proc/vmstat"}));
  EXPECT_EQ(bundle->sampled("root/*"), Paths{});
}

TEST(Bundle, SamplesComeInTimeOrder) {
  const TemporaryFolder folder;
  const auto bundle = opened(write_example(folder / "b.tar"));
  ASSERT_NE(bundle, nullptr);
  const std::vector<Reading> readings = bundle->samples("root/proc/stat");
  ASSERT_EQ(readings.size(), 3U);
  EXPECT_EQ(readings[0].bytes, "first");
  EXPECT_EQ(readings[1].taken_ns, 2'000'000'000);
  EXPECT_EQ(readings[2].status, EvidenceStatus::failed);
  EXPECT_EQ(bundle->samples("root/proc/vmstat")[0].bytes, all_bytes());
  EXPECT_TRUE(bundle->samples("root/proc/meminfo").empty());
  EXPECT_EQ(bundle->member_of("root/proc/vmstat"), "samples/stat");
}

TEST(Bundle, MemoryBundlesOfFilesAreWhole) {
  const auto bundle = MemoryBundle::of_files({{"root/proc/stat", "cpu"}, {"root/proc/x", std::string(1, '\0')}});
  ASSERT_NE(bundle, nullptr);
  EXPECT_EQ(bundle->text("root/proc/stat"), "cpu");
  EXPECT_EQ(bundle->glob("root/proc/*"), (Paths{"root/proc/stat", "root/proc/x"}));
  EXPECT_TRUE(verify(*bundle).empty());
  EXPECT_NE(MemoryBundle::of_files({}), nullptr);
  EXPECT_EQ(MemoryBundle::of_files({{"packed/x/000", "not packed"}}), nullptr);
}

TEST(Bundle, RefusesContradictingMembers) {
  struct Case {
    Members members;
    std::string problem;
  };
  const std::string manifest = to_pretty_text(to_json(testing::example_manifest()));
  const std::string packed = packed_preamble() + packed_text({.path = "root/a"});
  const std::vector<Case> cases{
      {{}, "holds no manifest.json; give a bundle that ihc collect wrote"},
      {{{"manifest.json", "{"}}, "manifest.json: not JSON at byte 2"},
      {{{"manifest.json", "{}"}}, "manifest.json: the key \"format\" is missing; collect the bundle again"},
      {{{"manifest.json", manifest}, {"packed/x/000", packed + packed_text({.path = "root/a"})}},
       "packed/x/000, byte 36: root/a is in the bundle twice; collect the bundle again"},
      {{{"manifest.json", manifest}, {"packed/x/000", packed}, {"root/a", ""}},
       "packed/x/000, byte 13: root/a is in the bundle twice; collect the bundle again"},
      {{{"manifest.json", manifest}, {"samples/x", packed}, {"samples/y", packed}},
       "samples/y, byte 13: root/a is sampled in two members; collect the bundle again"},
  };
  for (const Case& row : cases) EXPECT_EQ(failure(MemoryBundle::make(row.members)), row.problem);
}

TEST(Writer, GivesTheSameBytesForTheSameMembers) {
  const TemporaryFolder folder;
  const auto archives = [&] {
    std::vector<std::string> all;
    for (const char* name : {"b.tar", "b.tar.zst", "b.tar.xz", "b.tar.gz"}) {
      all.push_back(read_file(write_example(folder / name), limits::kMaxBundleFileBytes).value_or(""));
    }
    return all;
  };
  const std::vector<std::string> first = archives();
  ::usleep(1'100'000);  // past the next second: gzip's header has one
  EXPECT_EQ(archives(), first);
  for (const std::string& bytes : first) EXPECT_FALSE(bytes.empty());
}

TEST(Writer, LeavesPrivateFilesAndNothingElse) {
  const TemporaryFolder folder;
  EXPECT_EQ(mode_of(write_example(folder / "b.tar.zst")), 0600U);
  EXPECT_EQ(mode_of(write_example(folder / "b")), 0700U);
  EXPECT_EQ(mode_of(folder / "b/root/proc"), 0700U);
  EXPECT_EQ(mode_of(folder / "b/root/proc/stat"), 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 2);
  {
    const auto abandoned = BundleWriter::create(folder / "c.tar");
    const auto abandoned_folder = BundleWriter::create(folder / "d");
    ASSERT_TRUE(abandoned && abandoned_folder);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 4);
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 2);
}

TEST(Writer, RefusesTargetsThatCannotBeWritten) {
  const TemporaryFolder folder;
  const std::string top = folder.path().string();
  ASSERT_TRUE(write_file(folder / "file", "x"));
  fs::create_directory(folder / "full");
  ASSERT_TRUE(write_file(folder / "full/x", "x"));
  fs::create_directory(folder / "empty");
  fs::create_directory(folder / "dir.tar");
  struct Case {
    std::string target;
    std::string problem;
  };
  const std::vector<Case> cases{
      {"none/b.tar", top + "/none: no such directory; make it first, or choose another output"},
      {"file/b.tar", top + "/file: not a directory; make it first, or choose another output"},
      {"file",
       top +
           "/file: exists and is not a folder; choose another output, or a name that ends in .tar.zst for an archive"},
      {"full", top + "/full: the folder exists and is not empty; choose another output"},
      {"dir.tar", top + "/dir.tar: exists and is not a file; choose another output"},
      {".", top + "/.: names no bundle; give the output a name of its own"},
      {"..", top + "/..: names no bundle; give the output a name of its own"},
      {"empty", ""},
      {"new/", ""},
      {"new.tar", ""},
  };
  for (const Case& row : cases) EXPECT_EQ(failure(BundleWriter::create(folder / row.target)), row.problem);
  EXPECT_EQ(failure(BundleWriter::create("")), "names no bundle; give the output a name of its own");
}

TEST(Writer, RefusesMembersThatNoReaderWouldTake) {
  const TemporaryFolder folder;
  auto created = BundleWriter::create(folder / "b");
  ASSERT_TRUE(created);
  BundleWriter& writer = **created;
  ASSERT_TRUE(writer.add_member("root/a/b", ""));
  ASSERT_TRUE(writer.add_packed("f", "root/p", EvidenceStatus::ok, "", 0, ""));
  EXPECT_EQ(failure(writer.add_member("root/a/b", "")), "root/a/b: is in the bundle already");
  EXPECT_EQ(failure(writer.add_member("root/p", "")), "root/p: is in the bundle already");
  EXPECT_EQ(failure(writer.add_packed("g", "root/p", EvidenceStatus::ok, "", 0, "")),
            "root/p: is in the bundle already");
  EXPECT_EQ(failure(writer.add_packed("f", "root/a/b", EvidenceStatus::ok, "", 0, "")),
            "root/a/b: is in the bundle already");
  EXPECT_EQ(failure(writer.add_member("root/a", "")),
            "root/a: is a folder where root/a/b is a file, or the other way round");
  EXPECT_EQ(failure(writer.add_member("root/a/b/c", "")),
            "root/a/b/c: is a folder where root/a/b is a file, or the other way round");
  for (const char* path : {"manifest.json", "packed/f/000", "samples/s"}) {
    EXPECT_EQ(failure(writer.add_member(path, "")), std::string(path) + ": this name is the writer's own");
  }
  for (const char* path : {"", "/etc/passwd", "../x", "a\nb"}) EXPECT_FALSE(writer.add_member(path, "")) << path;
  for (const char* family : {"", "a/b", "..", "A"}) {
    EXPECT_FALSE(writer.add_packed(family, "root/q", EvidenceStatus::ok, "", 0, "")) << family;
    EXPECT_FALSE(writer.add_sample(family, "root/q", EvidenceStatus::ok, 0, "")) << family;
  }
  EXPECT_FALSE(writer.add_packed("f", "/sys/x", EvidenceStatus::ok, "", 0, ""));
  EXPECT_FALSE(writer.add_packed("f", "root/q", EvidenceStatus::ok, "", -1, ""));
  ASSERT_TRUE(writer.finish(testing::example_manifest()));
  EXPECT_EQ(failure(writer.finish(testing::example_manifest())), (folder / "b").string() + ": was finished already");
}

TEST(Writer, PackedMembersRollOver) {
  const TemporaryFolder folder;
  auto created = BundleWriter::create(folder / "b.tar");
  ASSERT_TRUE(created);
  const std::string path = "root/x/0";
  const std::string header = packed_text({.path = path});
  const std::string exact(limits::kMaxPackedMemberBytes - packed_preamble().size() - header.size() - 7, 'x');
  ASSERT_TRUE((*created)->add_packed("f", path, EvidenceStatus::ok, "", 0, exact));  // 7 more digits of the length
  ASSERT_TRUE((*created)->add_packed("f", "root/x/1", EvidenceStatus::ok, "", 0, ""));
  ASSERT_TRUE((*created)->add_packed("f", "root/x/2", EvidenceStatus::ok, "", 0, exact + "more than a member's worth"));
  ASSERT_TRUE((*created)->add_packed("f", "root/x/3", EvidenceStatus::ok, "", 0, "last"));
  ASSERT_TRUE((*created)->finish(testing::example_manifest()));
  const auto bundle = opened(folder / "b.tar");
  ASSERT_NE(bundle, nullptr);
  EXPECT_EQ(bundle->member_of("root/x/0"), "packed/f/000");
  EXPECT_EQ(bundle->members().find("packed/f/000")->second.size(), limits::kMaxPackedMemberBytes);
  EXPECT_EQ(bundle->member_of("root/x/1"), "packed/f/001");
  EXPECT_EQ(bundle->member_of("root/x/2"), "packed/f/002");
  EXPECT_EQ(bundle->member_of("root/x/3"), "packed/f/003");
  EXPECT_EQ(bundle->text("root/x/3"), "last");
}

TEST(Writer, FullDiskLeavesNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "a full disk needs a mount, and that needs root";
  const TemporaryFolder folder;
  const std::string mount = (folder / "small").string();
  fs::create_directory(mount);
  if (std::system(("mount -t tmpfs -o size=16k none " + mount + " 2>/dev/null").c_str()) != 0) {
    GTEST_SKIP() << "mounting is refused here";
  }
  for (const char* name : {"/b.tar", "/b.tar.zst", "/b"}) {
    auto writer = BundleWriter::create(mount + name);
    ASSERT_TRUE(writer) << failure(writer);
    std::string noise;
    for (std::uint32_t value = 1; noise.size() < 65536; value = value * 1664525U + 1013904223U)
      noise += static_cast<char>(value >> 24U);
    ASSERT_TRUE((*writer)->add_member("root/noise", noise));
    const auto finished = (*writer)->finish(testing::example_manifest());
    EXPECT_EQ(failure(finished).substr(0, mount.size()), mount);
    EXPECT_NE(failure(finished).find("No space left on device; free some space or choose another output"),
              std::string::npos)
        << failure(finished);
    writer->reset();
    EXPECT_TRUE(fs::is_empty(mount)) << name;
  }
  ASSERT_EQ(std::system(("mount -o remount,ro " + mount).c_str()), 0);
  for (const char* name : {"/b.tar", "/b"}) {
    EXPECT_EQ(failure(BundleWriter::create(mount + name)),
              mount + name + ": Read-only file system; choose a directory that is writable");
  }
  EXPECT_EQ(std::system(("umount " + mount).c_str()), 0);
}

// The child is killed at ever later moments of writing; whatever stands under the final name is a whole bundle.
TEST(Writer, KilledAtAnyMomentLeavesNoHalfBundle) {
  const TemporaryFolder folder;
  for (const char* name : {"b.tar.zst", "b"}) {
    for (unsigned delay_us = 0; delay_us < 60'000; delay_us += 3'000) {
      const fs::path target = folder / name;
      fs::remove_all(target);
      const pid_t child = ::fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        auto writer = BundleWriter::create(target);
        for (int i = 0; writer && i < 40; ++i) {
          (void)(*writer)->add_member("root/f" + std::to_string(i), std::string(200'000, static_cast<char>(i * 7)));
        }
        if (writer) (void)(*writer)->finish(testing::example_manifest());
        ::_exit(0);
      }
      ::usleep(delay_us);
      ::kill(child, SIGKILL);
      ASSERT_EQ(::waitpid(child, nullptr, 0), child);
      if (!fs::exists(target)) continue;
      const auto bundle = opened(target);
      ASSERT_NE(bundle, nullptr) << delay_us;
      EXPECT_TRUE(verify(*bundle).empty()) << delay_us;
    }
  }
}

TEST(Writer, JoinsNodePaths) {
  EXPECT_EQ(root_path("/proc/stat"), "root/proc/stat");
  EXPECT_EQ(root_path("proc/stat"), "root/proc/stat");
  EXPECT_EQ(root_path("/"), "root");
  EXPECT_EQ(root_path(""), "root");
}

}  // namespace
}  // namespace ihc
