// Recorded machines against what upstream's own tools say of them: online CPUs, NUMA nodes with their CPUs and memory,
// packages, in hwloc's console and XML output and in lscpu's. Skipped where the shared captures are absent.

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <set>

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/read_facts.h"
#include "collectors/topology/lscpu_text.h"
#include "support/recorded_tree.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

struct ExpectedMemory {
  std::int64_t bytes = 0;
  std::int64_t rounding = 0;  ///< the unit in which it is printed
};

struct Expected {
  CpuSet cpus;
  CpuSet nodes;
  std::map<std::int64_t, ExpectedMemory> node_memory;
  std::map<std::int64_t, CpuSet> node_cpus;  ///< those near to it, its own or not
  std::size_t packages = 0;
};

// "local=8190MiB", "local=8299024KB"
std::optional<ExpectedMemory> console_memory(const std::string& rest) {
  static const RE2 kLocal(R"(\blocal=(\d+)([KMGT])i?B)");
  std::int64_t number = 0;
  std::string unit;
  if (!RE2::PartialMatch(rest, kLocal, &number, &unit)) return std::nullopt;
  const auto rounding = *parse_size_bytes("1" + unit);
  return ExpectedMemory{number * rounding, rounding};
}

// A NUMA node stands below the object whose CPUs it is near to, beside that object's other children:
// "  Package L#0 (P#0 …)", "    NUMANode L#0 (P#0 local=8190MiB total=…)", "      PU L#3 (P#12)"
Expected expected_of_console(const std::string& text) {
  static const RE2 kObject(R"(^(\s*)([A-Z]\w*)(?:\([^)]*\))? L#\d+(?: \(P#(\d+))?(.*))");
  struct Open {
    std::size_t indent;
    std::vector<std::int64_t> nodes;
  };
  std::vector<Open> open{{0, {}}};
  Expected expected;
  for (const std::string_view line : split_lines(text)) {
    std::string indent;
    std::string type;
    std::string index;
    std::string rest;
    if (!RE2::PartialMatch(line, kObject, &indent, &type, &index, &rest)) continue;
    while (open.size() > 1 && open.back().indent >= indent.size()) open.pop_back();
    if (type == "MemCache") continue;  // between a node and the object that it stands below
    const auto number = parse_number<std::uint32_t>(index);
    if (type == "Package") ++expected.packages;
    if (type == "NUMANode" && number) {
      expected.nodes.insert(*number);
      expected.node_cpus[*number];
      if (const auto memory = console_memory(rest)) expected.node_memory[*number] = *memory;
      open.back().nodes.push_back(*number);
      continue;
    }
    if (type == "PU" && number) {
      expected.cpus.insert(*number);
      for (const Open& ancestor : open) {
        for (const std::int64_t node : ancestor.nodes) expected.node_cpus[node].insert(*number);
      }
    }
    open.push_back({indent.size(), {}});
  }
  return expected;
}

// "0x00000003,,0xffffffff": hwloc leaves out words that are 0, and writes 0x before each of the others.
std::optional<CpuSet> hwloc_mask(const std::string& text) {
  std::string mask;
  for (const std::string_view word : split(text, ',')) {
    if (!mask.empty()) mask += ',';
    mask += word.empty() ? "0" : std::string(word.starts_with("0x") ? word.substr(2) : word);
  }
  return CpuSet::parse_mask(mask);
}

// <object type="NUMANode" os_index="1" cpuset="0x0000000c" … local_memory="8588234752">
Expected expected_of_xml(const std::string& text) {
  static const RE2 kObject(R"re(<object type="(PU|NUMANode|Package)"(?: os_index="(\d+)")?([^>]*))re");
  static const RE2 kMemory(R"re(local_memory="(\d+)")re");
  static const RE2 kCpus(R"re( cpuset="([^"]*)")re");
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
    std::string mask;
    if (RE2::PartialMatch(rest, kMemory, &bytes)) expected.node_memory[*number] = {bytes, 1};
    if (RE2::PartialMatch(rest, kCpus, &mask)) expected.node_cpus[*number] = hwloc_mask(mask).value_or(CpuSet{});
  }
  return expected;
}

std::optional<Expected> expectation_beside(const fs::path& archive) {
  const std::string stem = archive.string().substr(0, archive.string().find(".tar."));
  // Where upstream looked in several ways, the one that leaves nothing out.
  for (const char* ending :
       {".expected.kept.console", ".expected.disallowed.console", ".expected.console", ".expected.output"}) {
    if (!fs::exists(stem + ending)) continue;
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
const std::map<std::string, std::string> kExceptions{{"allowed-test1", "a cgroup tree without CPUs"}};
// Where hwloc shows what a cgroup or cpuset allows: a part of what there is.
const std::set<std::string> kParts{"32amd64-4s2n4c-cgroup", "32amd64-4s2n4c-cgroup2", "4fake-4gr1nu1pu"};

void compare_nodes(const Topology& topology, const Expected& expected, const CpuSet& shown_cpus) {
  for (const NumaNode& node : *topology.numa_nodes) {
    const auto memory = expected.node_memory.find(node.id);
    if (memory != expected.node_memory.end() && node.memory_total_bytes) {
      EXPECT_LE(std::abs(*node.memory_total_bytes - memory->second.bytes), memory->second.rounding - 1)
          << "memory of node " << node.id;
    }
    // hwloc gives a node without CPUs those that it is near to.
    const auto cpus = expected.node_cpus.find(node.id);
    if (cpus != expected.node_cpus.end() && node.cpus && !node.cpus->empty()) {
      EXPECT_EQ((*node.cpus & shown_cpus).to_list(), cpus->second.to_list()) << "CPUs of node " << node.id;
    }
  }
}

void compare_whole(const Topology& topology, const Expected& expected) {
  EXPECT_EQ(topology.cpus_online->to_list(), expected.cpus.to_list());
  if (topology.packages) {
    EXPECT_EQ(topology.packages->size(), expected.packages);
  }
  if (!topology.numa_nodes) return;
  CpuSet nodes;
  for (const NumaNode& node : *topology.numa_nodes) {
    if (node.memory_total_bytes.value_or(1) > 0) nodes.insert(static_cast<std::uint32_t>(node.id));
  }
  EXPECT_EQ(nodes.to_list(), expected.nodes.to_list());
  compare_nodes(topology, expected, *topology.cpus_online);
}

void compare_part(const Topology& topology, const Expected& expected) {
  EXPECT_TRUE(expected.cpus.is_subset_of(*topology.cpus_online));
  ASSERT_TRUE(topology.numa_nodes);
  CpuSet nodes;
  for (const NumaNode& node : *topology.numa_nodes) nodes.insert(static_cast<std::uint32_t>(node.id));
  EXPECT_TRUE(expected.nodes.is_subset_of(nodes));
  if (topology.packages) {
    EXPECT_GE(topology.packages->size(), expected.packages);
  }
  Expected cpus_only = expected;
  cpus_only.node_memory.clear();  // hwloc counts no memory that is not allowed
  compare_nodes(topology, cpus_only, expected.cpus);
}

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
    const bool failed_before = testing::Test::HasFailure();
    if (kParts.contains(name)) {
      compare_part(*facts.topology, *expected);
    } else {
      compare_whole(*facts.topology, *expected);
    }
    if (failed_before || !testing::Test::HasFailure()) ++agreed;
  }
  std::cout << "topology-hwloc: " << agreed << " of " << archives.size() << " agree (" << kParts.size()
            << " of them in the part that is allowed), " << kExceptions.size() << " not compared\n";
}

void compare_with_lscpu(const Topology& topology, const LscpuText& expected) {
  ASSERT_TRUE(expected.online);
  EXPECT_EQ(topology.cpus_online->to_list(), expected.online->to_list());
  if (expected.offline && topology.cpus_offline) {
    EXPECT_EQ(topology.cpus_offline->to_list(), expected.offline->to_list());
  }
  if (expected.sockets && topology.package_count) {
    EXPECT_EQ(topology.package_count, expected.sockets);
  }
  if (expected.threads_per_core && topology.threads_per_core) {
    EXPECT_EQ(topology.threads_per_core, expected.threads_per_core);
  }
  if (!topology.numa_nodes) {
    EXPECT_EQ(expected.node_count.value_or(0), 0);
    return;
  }
  if (expected.node_count) {
    EXPECT_EQ(topology.numa_nodes->size(), static_cast<std::size_t>(*expected.node_count));
  }
  for (const NumaNode& node : *topology.numa_nodes) {
    const auto cpus = expected.node_cpus.find(node.id);
    if (cpus == expected.node_cpus.end()) continue;
    EXPECT_EQ(node.cpus.value_or(CpuSet{}).to_list(), cpus->second.to_list()) << "node " << node.id;
  }
}

// The tree, and lscpu's own output as a text on its own, against that output.
TEST(SharedTopology, LscpuAgrees) {
  const fs::path dir = shared_dir() / "corpus/topology-lscpu-dumps";
  if (!fs::exists(dir)) GTEST_SKIP() << dir << " is absent";
  std::size_t compared = 0;
  std::size_t agreed = 0;
  for (const auto& entry : fs::directory_iterator(dir)) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(".tar.gz")) continue;
    SCOPED_TRACE(file);
    const std::string stem = file.substr(0, file.size() - std::string_view(".tar.gz").size());
    const auto text = read_file(dir / (stem + ".expected.lscpu.txt"), limits::kMaxFileBytes);
    ASSERT_TRUE(text);
    const auto bundle = bundle_of_tree(entry.path());
    ASSERT_NE(bundle, nullptr);
    const LscpuText expected = parse_lscpu(*text).value;
    const Facts facts = read_facts(*bundle).facts;
    ASSERT_TRUE(facts.topology && facts.topology->cpus_online);
    const bool failed_before = testing::Test::HasFailure();
    compare_with_lscpu(*facts.topology, expected);
    const auto pasted = MemoryBundle::of_files({{"commands/lscpu/stdout", *text}});
    compare_with_lscpu(*read_facts(*pasted).facts.topology, expected);
    ++compared;
    if (failed_before || !testing::Test::HasFailure()) ++agreed;
  }
  std::cout << "topology-lscpu-dumps: " << agreed << " of " << compared << " agree\n";
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

TEST(SharedTopology, HybridTreesNameTheirKinds) {
  const fs::path dir = shared_dir() / "corpus/topology-sysfs";
  if (!fs::exists(dir)) GTEST_SKIP() << dir << " is absent";
  const auto kinds_of = [&dir](const char* file) {
    std::map<std::string, std::string> kinds;
    const auto bundle = bundle_of_tree(dir / file);
    if (bundle == nullptr) return kinds;
    const Facts facts = read_facts(*bundle).facts;
    for (const CpuKind& kind : facts.topology->cpu_kinds.value_or(std::vector<CpuKind>{})) {
      kinds[kind.name] = kind.cpus.to_list();
    }
    return kinds;
  };
  using Kinds = std::map<std::string, std::string>;
  EXPECT_EQ(kinds_of("nri-2socket-4node-40core-hybrid.tar.bz2"),
            (Kinds{{"core", "0-15,20-35,40-55,60-75"}, {"atom", "16-19,36-39,56-59,76-79"}}));
  EXPECT_EQ(kinds_of("nri-sample1-hybrid16.tar.xz"), (Kinds{{"core", "0-7"}, {"atom", "8-15"}}));
}

// {"cpus_count": 80, "smt_enabled": true, "numa_cells": [{"id": 0, "cores": [0, 2, …]}, …]}
TEST(SharedTopology, NodeCapturesAsTheOperatorReadsThem) {
  const fs::path dir = shared_dir() / "corpus/node-capture";
  if (!fs::exists(dir)) GTEST_SKIP() << dir << " is absent";
  std::size_t agreed = 0;
  for (const char* stem : {"openshift-sno-sysinfo", "openshift-worker1.internal-sysinfo"}) {
    SCOPED_TRACE(stem);
    const auto text = read_file(dir / (std::string(stem) + ".expected.json"), limits::kMaxFileBytes);
    ASSERT_TRUE(text);
    const auto expected = parse_json(*text, stem);
    ASSERT_TRUE(expected);
    const auto bundle = bundle_of_tree(dir / (std::string(stem) + ".tgz"));
    ASSERT_NE(bundle, nullptr);
    const Topology topology = *read_facts(*bundle).facts.topology;
    ASSERT_TRUE(topology.cpus_online && topology.numa_nodes && topology.threads_per_core);
    EXPECT_EQ(topology.cpus_online->size(), expected->at("cpus_count").get<std::size_t>());
    EXPECT_EQ(*topology.threads_per_core > 1, expected->at("smt_enabled").get<bool>());
    ASSERT_EQ(topology.numa_nodes->size(), expected->at("numa_cells").size());
    for (std::size_t index = 0; index < topology.numa_nodes->size(); ++index) {
      const Json& cell = expected->at("numa_cells").at(index);
      EXPECT_EQ((*topology.numa_nodes)[index].id, cell.at("id").get<std::int64_t>());
      EXPECT_EQ((*topology.numa_nodes)[index].cpus, CpuSet(cell.at("cores").get<std::vector<std::uint32_t>>()));
    }
    ++agreed;
  }
  std::cout << "node-capture: " << agreed << " of 2 agree in CPUs and NUMA cells\n";
}

// pcp lists cpu0 … cpu7 and node0 … node3 as online.
TEST(SharedTopology, SparseNodes) {
  const fs::path file = shared_dir() / "corpus/proc-sys-tree/sysfs-numa-001-pcp.tgz";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is absent";
  const auto bundle = bundle_of_tree(file);
  ASSERT_NE(bundle, nullptr);
  const Topology topology = *read_facts(*bundle).facts.topology;
  ASSERT_TRUE(topology.cpus_online && topology.numa_nodes);
  EXPECT_EQ(topology.cpus_online->to_list(), "0-7");
  CpuSet nodes;
  for (const NumaNode& node : *topology.numa_nodes) nodes.insert(static_cast<std::uint32_t>(node.id));
  EXPECT_EQ(nodes.to_list(), "0-3");
}

TEST(SharedTopology, GpuMemoryIsCalledSo) {
  const fs::path file = shared_dir() / "corpus/topology-hwloc/nvidiagpunumanodes.tar.bz2";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is absent";
  const auto bundle = bundle_of_tree(file);
  ASSERT_NE(bundle, nullptr);
  std::map<std::int64_t, std::string> kinds;
  const Facts facts = read_facts(*bundle).facts;
  for (const NumaNode& node : *facts.topology->numa_nodes) {
    if (node.memory_kind) kinds[node.id] = *node.memory_kind;
  }
  const std::map<std::int64_t, std::string> expected{{250, "gpu"}, {251, "gpu"}, {252, "gpu"},
                                                     {253, "gpu"}, {254, "gpu"}, {255, "gpu"}};
  EXPECT_EQ(kinds, expected);
}

TEST(SharedTopology, MemorySideCaches) {
  const fs::path file = shared_dir() / "corpus/topology-hwloc/memorysidecaches.tar.bz2";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is absent";
  const auto bundle = bundle_of_tree(file);
  ASSERT_NE(bundle, nullptr);
  const Topology topology = *read_facts(*bundle).facts.topology;
  std::size_t caches = 0;
  for (const NumaNode& node : *topology.numa_nodes) caches += node.memory_side_cache_bytes ? 1 : 0;
  EXPECT_EQ(caches, 4U) << "the index: 4 MemCache";
  ASSERT_TRUE(topology.packages);
  for (const Package& package : *topology.packages) {
    EXPECT_EQ(package.numa_nodes->size(), 2U) << "SNC2: two nodes a package";
  }
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
