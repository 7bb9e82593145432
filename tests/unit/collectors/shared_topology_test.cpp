// Recorded machines against what upstream's own tools say of them: online CPUs, NUMA nodes with their memory, packages,
// in hwloc's console and XML output and in lscpu's. Skipped where the shared captures are absent.

#include <filesystem>
#include <iostream>
#include <set>

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/read_facts.h"
#include "support/recorded_tree.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

struct Expected {
  CpuSet cpus;
  CpuSet nodes;
  std::map<std::int64_t, std::int64_t> node_bytes;
  std::size_t packages = 0;
};

// "        PU L#3 (P#12)", "  NUMANode L#0 (P#0 local=8190MiB total=…)", "  Package L#0 (P#0 …)"
Expected expected_of_console(const std::string& text) {
  static const RE2 kObject(R"(^\s*(PU|NUMANode|Package)(?:\([^)]*\))? L#\d+(?: \(P#(\d+))?(.*))");
  Expected expected;
  for (const std::string_view line : split_lines(text)) {
    std::string type;
    std::string index;
    std::string rest;
    if (!RE2::PartialMatch(line, kObject, &type, &index, &rest)) continue;
    const auto number = parse_number<std::uint32_t>(index);
    if (type == "Package") ++expected.packages;
    if (type == "PU" && number) expected.cpus.insert(*number);
    if (type == "NUMANode" && number) expected.nodes.insert(*number);
  }
  return expected;
}

// <object type="NUMANode" os_index="1" … local_memory="8588234752">
Expected expected_of_xml(const std::string& text) {
  static const RE2 kObject(R"re(<object type="(PU|NUMANode|Package)"(?: os_index="(\d+)")?([^>]*))re");
  static const RE2 kMemory(R"re(local_memory="(\d+)")re");
  Expected expected;
  for (const std::string_view line : split_lines(text)) {
    std::string type;
    std::string index;
    std::string rest;
    if (!RE2::PartialMatch(line, kObject, &type, &index, &rest)) continue;
    const auto number = parse_number<std::uint32_t>(index);
    if (type == "Package") ++expected.packages;
    if (type == "PU" && number) expected.cpus.insert(*number);
    if (type != "NUMANode" || !number) continue;
    expected.nodes.insert(*number);
    std::int64_t bytes = 0;
    if (RE2::PartialMatch(rest, kMemory, &bytes)) expected.node_bytes[*number] = bytes;
  }
  return expected;
}

std::optional<Expected> expectation_beside(const fs::path& archive) {
  const std::string stem = archive.string().substr(0, archive.string().find(".tar."));
  for (const char* ending : {".expected.console", ".expected.output", ".expected.kept.console"}) {
    if (!fs::exists(stem + ending)) continue;
    if (ending == std::string_view(".expected.console") && fs::exists(stem + ".expected.kept.console")) continue;
    if (const auto text = read_file(stem + ending, limits::kMaxFileBytes))
      return text->starts_with("<?xml") ? expected_of_xml(*text) : expected_of_console(*text);
  }
  for (const char* ending : {".expected.xml", ".expected.xml.xml"}) {
    const auto text =
        fs::exists(stem + ending) ? read_file(stem + ending, limits::kMaxFileBytes) : Result<std::string>();
    if (text && !text->empty()) return expected_of_xml(*text);
  }
  return std::nullopt;
}

// Where hwloc shows something else than sysfs on purpose, and what.
const std::map<std::string, std::string> kExceptions{
    {"16amd64-8n2c-cpusets", "hwloc shows what a cpuset allows"},
    {"32amd64-4s2n4c-cgroup", "hwloc shows what a cgroup allows"},
    {"32amd64-4s2n4c-cgroup2", "hwloc shows what a cgroup allows"},
    {"4fake-4gr1nu1pu", "hwloc shows what a cgroup allows"},
    {"allowed-test1", "a cgroup tree without CPUs"},
    {"1alpha", "no topology in sysfs at all: hwloc asks the running machine"},
    {"64amd64-4p2n4ca2co-x86linux", "a CPUID dump beside sysfs"},
};

TEST(SharedTopology, HwlocAgrees) {
  const fs::path dir = shared_dir() / "corpus/topology-hwloc";
  if (!fs::exists(dir)) GTEST_SKIP() << dir << " is absent";
  std::size_t agreed = 0;
  std::set<fs::path> archives;
  for (const auto& entry : fs::directory_iterator(dir)) {
    if (entry.path().string().find(".tar.") != std::string::npos) archives.insert(entry.path());
  }
  for (const fs::path& path : archives) {
    const std::string name = path.filename().string().substr(0, path.filename().string().find(".tar."));
    if (const auto found = kExceptions.find(name); found != kExceptions.end()) {
      std::cout << "not compared: " << name << ": " << found->second << "\n";
      continue;
    }
    SCOPED_TRACE(name);
    const auto expected = expectation_beside(path);
    ASSERT_TRUE(expected) << "no expectation";
    const auto bundle = bundle_of_tree(path);
    ASSERT_NE(bundle, nullptr);
    const Facts facts = read_facts(*bundle).facts;
    ASSERT_TRUE(facts.topology && facts.topology->cpus_online);
    EXPECT_EQ(facts.topology->cpus_online->to_list(), expected->cpus.to_list());
    if (facts.topology->packages) {
      EXPECT_EQ(facts.topology->packages->size(), expected->packages);
    }
    CpuSet nodes;
    for (const NumaNode& node : facts.topology->numa_nodes.value_or(std::vector<NumaNode>{})) {
      if (node.memory_total_bytes.value_or(1) > 0) nodes.insert(static_cast<std::uint32_t>(node.id));
      if (const auto bytes = expected->node_bytes.find(node.id); bytes != expected->node_bytes.end()) {
        EXPECT_EQ(node.memory_total_bytes, bytes->second) << "memory of node " << node.id;
      }
    }
    if (facts.topology->numa_nodes) {
      EXPECT_EQ(nodes.to_list(), expected->nodes.to_list());
    }
    if (!testing::Test::HasFailure()) ++agreed;
  }
  std::cout << "topology-hwloc: " << agreed << " of " << archives.size() << " agree, " << kExceptions.size()
            << " not compared\n";
}

// lscpu writes a stride as "0-62:2", the kernel as "0-62:1/2".
std::optional<CpuSet> parse_lscpu_list(std::string_view text) {
  std::string kernel_form;
  for (const std::string_view part : split(text, ',')) {
    if (!kernel_form.empty()) kernel_form += ',';
    const std::size_t colon = part.find(':');
    kernel_form += colon == std::string_view::npos
                       ? std::string(part)
                       : std::string(part.substr(0, colon)) + ":1/" + std::string(part.substr(colon + 1));
  }
  return CpuSet::parse_list(kernel_form);
}

// "CPU(s):  4", "On-line CPU(s) list:  0-3", "Socket(s): 2", "NUMA node0 CPU(s): 0-3"
TEST(SharedTopology, LscpuAgrees) {
  const fs::path dir = shared_dir() / "corpus/topology-lscpu-dumps";
  if (!fs::exists(dir)) GTEST_SKIP() << dir << " is absent";
  std::size_t compared = 0;
  for (const auto& entry : fs::directory_iterator(dir)) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(".tar.gz")) continue;
    SCOPED_TRACE(file);
    const std::string stem = file.substr(0, file.size() - std::string_view(".tar.gz").size());
    const auto text = read_file(dir / (stem + ".expected.lscpu.txt"), limits::kMaxFileBytes);
    ASSERT_TRUE(text);
    const auto bundle = bundle_of_tree(entry.path());
    ASSERT_NE(bundle, nullptr);
    const Facts facts = read_facts(*bundle).facts;
    ASSERT_TRUE(facts.topology && facts.topology->cpus_online);
    for (const std::string_view line : split_lines(*text)) {
      if (line.starts_with("#")) break;  // lscpu -p follows
      const auto pair = split_key_value(line, ':');
      if (!pair) continue;
      if (pair->first == "On-line CPU(s) list") {
        const auto expected = parse_lscpu_list(pair->second);
        ASSERT_TRUE(expected);
        EXPECT_EQ(facts.topology->cpus_online->to_list(), expected->to_list());
      }
      const auto node_id = pair->first.starts_with("NUMA node") && pair->first.ends_with(" CPU(s)")
                               ? parse_number<std::int64_t>(pair->first.substr(9, pair->first.size() - 16))
                               : std::nullopt;
      if (!node_id || !facts.topology->numa_nodes) continue;
      for (const NumaNode& node : *facts.topology->numa_nodes) {
        if (node.id != *node_id) continue;
        const auto expected = parse_lscpu_list(pair->second);
        EXPECT_EQ(node.cpus.to_list(), expected ? expected->to_list() : "") << "node " << node.id;
      }
    }
    ++compared;
  }
  std::cout << "topology-lscpu-dumps: " << compared << " compared\n";
}

struct SysfsRow {
  const char* file;
  std::size_t packages;
  std::size_t nodes;
  std::size_t cpus;
};

// Check values of the captures' own index.
TEST(SharedTopology, SysfsTreesHaveTheirCheckValues) {
  const fs::path dir = shared_dir() / "corpus/topology-sysfs";
  if (!fs::exists(dir)) GTEST_SKIP() << dir << " is absent";
  const SysfsRow rows[] = {{"ghw-intel-xeon-L5640.tar.gz", 2, 2, 24},
                           {"nri-2socket-4node-40core-hybrid.tar.bz2", 2, 4, 80},
                           {"nri-sample1-hybrid16.tar.xz", 1, 1, 16}};
  for (const SysfsRow& row : rows) {
    SCOPED_TRACE(row.file);
    const auto bundle = bundle_of_tree(dir / row.file);
    ASSERT_NE(bundle, nullptr);
    const Topology topology = *read_facts(*bundle).facts.topology;
    ASSERT_TRUE(topology.packages && topology.numa_nodes && topology.cpus_online);
    EXPECT_EQ(topology.packages->size(), row.packages);
    EXPECT_EQ(topology.numa_nodes->size(), row.nodes);
    EXPECT_EQ(topology.cpus_online->size(), row.cpus);
  }
  const auto bundle = bundle_of_tree(dir / "nri-2socket-4node-40core-hybrid.tar.bz2");
  ASSERT_NE(bundle, nullptr);
  const Topology topology = *read_facts(*bundle).facts.topology;
  const std::map<std::string, std::int64_t> distances{{"0", 10}, {"1", 11}, {"2", 21}, {"3", 21}};
  EXPECT_EQ(topology.numa_nodes->front().distances, distances);
}

TEST(SharedTopology, PciTreesHaveDevices) {
  const fs::path file = shared_dir() / "corpus/topology-sysfs/ghw-linux-amd64-accel-nvidia.tar.gz";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is absent";
  const auto bundle = bundle_of_tree(file);
  ASSERT_NE(bundle, nullptr);
  const Facts facts = read_facts(*bundle).facts;
  ASSERT_TRUE(facts.gpus);
  bool has_nvidia = false;
  for (const Gpu& gpu : *facts.gpus) has_nvidia = has_nvidia || gpu.vendor == "10de";
  EXPECT_TRUE(has_nvidia);
}

}  // namespace
}  // namespace ihc::test
