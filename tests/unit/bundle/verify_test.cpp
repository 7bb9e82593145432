#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <unistd.h>

#include "unit/bundle/examples.h"

namespace ihc {
namespace {

namespace fs = std::filesystem;
using testing::failure;
using testing::TemporaryFolder;
using testing::write_example;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const fs::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
}

std::vector<std::string> problems_of(const fs::path& path) {
  const auto bundle = open_bundle(path);
  if (!bundle) return {failure(bundle)};
  std::vector<std::string> texts;
  for (const Error& problem : verify(**bundle)) texts.push_back(problem.where + ": " + problem.what);
  return texts;
}

using Problems = std::vector<std::string>;

TEST(Verify, NamesEveryDifference) {
  const TemporaryFolder folder;
  const auto changed = [&](const std::string& name, const auto& change) {
    const fs::path path = write_example(folder / name);
    change(path);
    return problems_of(path);
  };
  EXPECT_EQ(changed("whole", [](const fs::path&) {}), Problems{});
  EXPECT_EQ(changed("flipped", [](const fs::path& path) { overwrite(path / "root/proc/stat", "cpu 1 2 4\n"); }),
            Problems{"root/proc/stat: its SHA-256 is not the one in the manifest: the content was changed"});
  EXPECT_EQ(changed("longer", [](const fs::path& path) { overwrite(path / "root/proc/stat", "cpu 1 2 3\n\n"); }),
            Problems{"root/proc/stat: has 11 bytes where the manifest says 10"});
  EXPECT_EQ(changed("removed", [](const fs::path& path) { fs::remove(path / "packed/cpufreq/000"); }),
            Problems{"packed/cpufreq/000: the manifest names it, and it is not in the bundle"});
  EXPECT_EQ(changed("added", [](const fs::path& path) { overwrite(path / "root/proc/extra", "x"); }),
            Problems{"root/proc/extra: is in the bundle, and the manifest does not name it"});
  EXPECT_EQ(
      changed("moved", [](const fs::path& path) { fs::rename(path / "probes/numa.json", path / "probes/other.json"); }),
      (Problems{"probes/numa.json: the manifest names it, and it is not in the bundle",
                "probes/other.json: is in the bundle, and the manifest does not name it"}));
}

TEST(Verify, NamesWhatTheManifestContradicts) {
  const TemporaryFolder folder;
  const auto changed = [&](const std::string& name, const auto& change) {
    const fs::path path = write_example(folder / name);
    auto json = parse_json(content_of(path / "manifest.json"), "manifest.json");
    change(*json);
    overwrite(path / "manifest.json", to_pretty_text(*json));
    return problems_of(path);
  };
  EXPECT_EQ(changed("twice", [](Json& json) { json["members"].push_back(json["members"][0]); }),
            Problems{"commands/lscpu/stderr: the manifest names it twice"});
  EXPECT_EQ(changed("backwards", [](Json& json) { json["ended_ns"] = 1; }),
            Problems{"manifest.json: the collection ends before it starts"});
  EXPECT_EQ(changed("collectors", [](Json& json) { json["collectors"].push_back(json["collectors"][0]); }),
            Problems{"manifest.json: names the collector topology twice"});
  EXPECT_EQ(changed("commands", [](Json& json) { json["commands"].push_back(json["commands"][0]); }),
            Problems{"manifest.json: names the command lscpu twice"});
  EXPECT_EQ(changed("itself",
                    [](Json& json) {
                      json["members"].push_back({{"path", "../etc/passwd"}, {"size_bytes", 0}, {"sha256", ""}});
                    }),
            Problems{"../etc/passwd: the manifest names it, and it is not in the bundle"});
}

// A byte changed anywhere in a container, at some 300 places of each: if nothing is said, then every member is as it
// was. (Nothing vouches for the manifest's own words, and readers skip some bytes of the containers' headers.)
TEST(Verify, NoticesEveryFlippedByteOfAMember) {
  const TemporaryFolder folder;
  for (const char* name : {"b.tar.zst", "b.tar.gz", "b.tar.xz", "b.tar"}) {
    const fs::path path = write_example(folder / name);
    const std::string whole = content_of(path);
    const auto reference = open_bundle(path);
    ASSERT_TRUE(reference);
    std::size_t noticed = 0;
    for (std::size_t at = 0; at < whole.size(); at += whole.size() / 300) {
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ 0x20);
      overwrite(path, flipped);
      const auto bundle = open_bundle(path);
      if (bundle && verify(**bundle).empty()) {
        EXPECT_EQ((*bundle)->members(), (*reference)->members()) << name << ", byte " << at;
      } else {
        ++noticed;
      }
    }
    EXPECT_GT(noticed, 50U) << name;
  }
}

std::map<std::string, std::string> tree_of(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) files[fs::relative(entry.path(), directory).string()] = content_of(entry.path());
  }
  return files;
}

TEST(Unpack, GivesThePlainTree) {
  const TemporaryFolder folder;
  const auto bundle = open_bundle(write_example(folder / "b.tar.zst"));
  ASSERT_TRUE(bundle) << failure(bundle);
  const auto unpacked = unpack(**bundle, folder / "plain");
  ASSERT_TRUE(unpacked) << failure(unpacked);
  EXPECT_EQ(tree_of(folder / "plain"), (std::map<std::string, std::string>{
                                           {"commands/lscpu/stderr", ""},
                                           {"commands/lscpu/stdout", "{}\n"},
                                           {"commands/nvidia-smi/stdout", "half of it"},
                                           {"probes/numa.json", "{\"call\": \"numa_distance(3)\"}\n"},
                                           {"root/etc/systemd/system/\xC3\xA4.service", "[Unit]\n"},
                                           {"root/proc/interrupts", std::string(100, 'i')},
                                           {"root/proc/stat", "cpu 1 2 3\n"},
                                           {"root/proc/stat.samples/0000-1000000000", "first"},
                                           {"root/proc/stat.samples/0001-2000000000", "second"},
                                           {"root/proc/vmstat.samples/0000-1", testing::all_bytes()},
                                           {"root/sys/devices/system/cpu/cpu0/online", "0"},
                                           {"root/sys/devices/system/cpu/cpu10/online", "10"},
                                           {"root/sys/devices/system/cpu/cpu2/online", "2"},
                                           {"root/sys/odd%0Aname", testing::all_bytes()},
                                       }));
}

TEST(Unpack, KeepsALinkBesideWhatIsBelowIt) {
  const TemporaryFolder folder;
  auto writer = BundleWriter::create(folder / "b");
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->add_packed("net", "root/sys/class/net/eth0", EvidenceStatus::ok, "", 0, "../../devices/x"));
  ASSERT_TRUE((*writer)->add_packed("net", "root/sys/class/net/eth0/mtu", EvidenceStatus::ok, "", 0, "1500\n"));
  ASSERT_TRUE((*writer)->finish(testing::example_manifest()));
  const auto bundle = open_bundle(folder / "b");
  ASSERT_TRUE(bundle);
  ASSERT_TRUE(unpack(**bundle, folder / "plain"));
  EXPECT_EQ(tree_of(folder / "plain"), (std::map<std::string, std::string>{
                                           {"root/sys/class/net/eth0.link", "../../devices/x"},
                                           {"root/sys/class/net/eth0/mtu", "1500\n"},
                                       }));
}

TEST(Unpack, RefusesPlacesThatAreTaken) {
  const TemporaryFolder folder;
  const std::string top = folder.path().string();
  const auto bundle = open_bundle(write_example(folder / "b.tar"));
  ASSERT_TRUE(bundle);
  fs::create_directory(folder / "full");
  overwrite(folder / "full/x", "mine");
  fs::create_directory(folder / "empty");
  EXPECT_EQ(failure(unpack(**bundle, folder / "full")), top + "/full: the folder is not empty; choose another name");
  EXPECT_EQ(failure(unpack(**bundle, folder / "b.tar")),
            top + "/b.tar: exists and is not a folder; choose another name");
  EXPECT_EQ(failure(unpack(**bundle, folder / "no/where")),
            top + "/no/where: No such file or directory; choose a folder whose parent exists and is writable");
  EXPECT_EQ(tree_of(folder / "full"), (std::map<std::string, std::string>{{"x", "mine"}}));
  EXPECT_EQ(failure(unpack(**bundle, folder / "empty")), "");
}

TEST(Unpack, CleansUpWhenItFails) {
  const TemporaryFolder folder;
  const auto bundle = MemoryBundle::of_files({
      {"root/a", "1"},
      {"root/a.link", "2"},
      {"packed/f/000", "ihc-packed 1\nok - 0 0 whole root/a/below\n\n"},
  });
  ASSERT_NE(bundle, nullptr);
  fs::create_directory(folder / "was-there");
  EXPECT_EQ(failure(unpack(*bundle, folder / "was-there")),
            (folder / "was-there").string() + "/root/a.link: File exists");
  EXPECT_TRUE(fs::is_empty(folder / "was-there"));
  EXPECT_FALSE(unpack(*bundle, folder / "new"));
  EXPECT_FALSE(fs::exists(folder / "new"));
}

}  // namespace
}  // namespace ihc
