// Every capture that the shared index names goes through the code of `ihc import`, into a bundle on disk, and back out
// as facts: those that must be read are read, the others are read or refused with one sentence, and no bundle breaks
// the schema of facts. Skipped where the shared captures are absent.

#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "base/cpu_set.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "bundle/import_tree.h"
#include "cli/read_facts.h"
#include "collect/import.h"
#include "support/facts_schema.h"
#include "support/recorded_tree.h"
#include "unit/bundle/examples.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

struct Capture {
  std::string file;
  std::string kind;
};

// "| `numastat-p/a.txt` (306 B) | numastat-p | …".
std::vector<Capture> captures_of_index(const fs::path& corpus) {
  static const RE2 kRow(R"(^\| `([^`]+)` \([^)]*\) \| ([A-Za-z0-9_-]+) \|)");
  std::vector<Capture> captures;
  const auto index = read_file(corpus / "INDEX.md", limits::kMaxFileBytes);
  for (const std::string_view line : split_lines(index ? std::string_view(*index) : std::string_view())) {
    Capture capture;
    if (RE2::PartialMatch(line, kRow, &capture.file, &capture.kind)) captures.push_back(std::move(capture));
  }
  return captures;
}

// Kinds that may be refused, and why.
const std::map<std::string, std::string> kMayBeRefused{
    {"memory-blocks", "memory blocks of sysfs, no fact is made of them"},
    {"mpstat", "a summary of /proc/stat"},
    {"pidstat", "a summary of /proc/PID/stat"},
    {"proc-misc", "files of /proc by themselves"},
    {"vmstat", "a summary of /proc/vmstat"},
};

// Where the facts of a kind's texts are: one of these holds something that came from the imported member. Trees fill
// whatever they have files for.
const std::map<std::string, std::vector<std::string>> kSections{
    {"bench-aiperf", {"/benchmarks"}},
    {"bench-guidellm", {"/benchmarks"}},
    {"bench-hey", {"/benchmarks"}},
    {"bench-k6", {"/benchmarks"}},
    {"bench-oha", {"/benchmarks"}},
    {"bench-sglang-json", {"/benchmarks"}},
    {"bench-vllm-json", {"/benchmarks"}},
    {"bench-vllm-text", {"/benchmarks"}},
    {"bench-wrk", {"/benchmarks"}},
    {"cgroup", {"/cgroups", "/processes", "/workers"}},
    {"cpufreq", {"/frequency"}},
    {"hugepages", {"/numa_memory"}},
    {"interrupts", {"/irqs"}},
    {"irq-affinity", {"/irqs", "/interrupts"}},
    {"kubelet-config", {"/container"}},
    {"lscpu", {"/topology"}},
    {"node-capture", {"/topology"}},
    {"numa_maps", {"/workers", "/processes"}},
    {"numactl-hardware", {"/topology"}},
    {"numactl-show", {"/numa_memory"}},
    {"numastat-m", {"/numa_memory"}},
    {"numastat-p", {"/workers", "/processes"}},
    {"numastat-sysfs", {"/numa_memory"}},
    {"numastat-system", {"/numa_memory"}},
    {"nvidia-smi-L", {"/gpus"}},
    {"nvidia-smi-nvlink", {"/gpus"}},
    {"nvidia-smi-q-text", {"/gpus"}},
    {"nvidia-smi-q-xml", {"/gpus"}},
    {"nvidia-smi-query-csv", {"/gpus"}},
    {"nvidia-smi-table", {"/gpus"}},
    {"nvidia-smi-topo", {"/gpus"}},
    {"perf-sched-latency", {"/perf"}},
    {"perf-stat-csv", {"/perf"}},
    {"perf-stat-json", {"/perf"}},
    {"perf-stat-text", {"/perf"}},
    {"pid-sched", {"/perf", "/workers", "/processes"}},
    {"pid-status", {"/workers", "/processes"}},
    {"pressure", {"/pressure"}},
    {"proc-sys-tree", {"/topology"}},
    {"proc-vmstat", {"/numa_memory"}},
    {"softirqs", {"/interrupts"}},
    {"sos-report-tree", {"/topology"}},
    {"systemd", {"/services"}},
    {"systemd-unit", {"/services"}},
    {"topology-hwloc", {"/topology"}},
    {"topology-lscpu-dumps", {"/topology"}},
    {"topology-sysfs", {"/topology"}},
    {"tuned", {"/frequency"}},
    {"vllm-collect-env", {"/software"}},
    {"vllm-metrics", {"/runtime_metrics"}},
    {"zoneinfo", {"/numa_memory"}},
};

// Single captures that no fact can come from, by name.
const std::map<std::string, std::string> kExceptions{
    {"topology-hwloc/allowed-test1.tar.bz2", "a cpuset below /dev and nothing of the machine"},
};

bool may_fail(const std::string& kind, const std::string& file) {
  return kMayBeRefused.contains(kind) || kExceptions.contains(file);
}

/// The facts of one import, by way of a bundle on disk; or the sentence that refused it.
struct Walked {
  std::string refusal;
  Json facts;
};

Walked walk(const fs::path& file, const std::optional<std::string>& kind = {}) {
  const auto import = import_evidence({.sources = {{file.string(), kind}}}, all_collectors());
  if (!import) return {to_string(import.error()), {}};
  const testing::TemporaryFolder folder;
  const auto written = write_import(*import, folder / "b.tar");
  EXPECT_TRUE(written) << to_string(written.error());
  const auto bundle = open_bundle(folder / "b.tar");
  EXPECT_TRUE(bundle) << to_string(bundle.error());
  if (!bundle) return {"its bundle cannot be read", {}};
  for (const Error& problem : verify(**bundle)) ADD_FAILURE() << file << ": " << to_string(problem);
  return {"", to_json(read_facts(**bundle))};
}

bool has_fact(const Json& facts, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  return facts.contains(place) && !facts.at(place).is_null();
}

// A fact that is there and names imported evidence as its source, below one of the sections (any, when none is given).
bool has_imported_fact(const Json& facts, const std::vector<std::string>& sections) {
  for (const auto& [pointer, paths] : facts.at("sources").items()) {
    const bool is_wanted = sections.empty() || std::ranges::any_of(sections, [&](const std::string& section) {
                             return pointer.starts_with(section);
                           });
    if (!is_wanted || !has_fact(facts, pointer)) continue;
    for (const Json& path : paths) {
      if (path != "manifest.json") return true;
    }
  }
  return false;
}

struct Tally {
  int read = 0;
  int refused = 0;
  int all = 0;
};

TEST(CorpusWalk, EveryCaptureIsReadOrRefusedWithASentence) {
  const fs::path corpus = shared_dir() / "corpus";
  if (!fs::exists(corpus / "INDEX.md")) GTEST_SKIP() << corpus << " is absent";
  const auto captures = captures_of_index(corpus);
  ASSERT_GT(captures.size(), 100U);
  std::map<std::string, Tally> tallies;
  for (const Capture& capture : captures) {
    SCOPED_TRACE(capture.file);
    Tally& tally = tallies[capture.kind];
    ++tally.all;
    const Walked walked = walk(corpus / capture.file);
    if (!walked.refusal.empty()) {
      ++tally.refused;
      EXPECT_EQ(walked.refusal.find('\n'), std::string::npos) << walked.refusal;
      EXPECT_TRUE(may_fail(capture.kind, capture.file)) << walked.refusal;
      continue;
    }
    EXPECT_EQ(problems_of(walked.facts), "");
    const auto sections = kSections.find(capture.kind);
    const bool is_read =
        has_imported_fact(walked.facts, sections == kSections.end() ? std::vector<std::string>{} : sections->second);
    tally.read += is_read ? 1 : 0;
    EXPECT_TRUE(is_read || may_fail(capture.kind, capture.file)) << "no fact came of it";
  }
  for (const auto& [kind, tally] : tallies) {
    const auto reason = kMayBeRefused.find(kind);
    std::cout << kind << ": " << tally.read << " of " << tally.all << " read"
              << (tally.refused > 0 ? ", " + std::to_string(tally.refused) + " refused" : "")
              << (reason != kMayBeRefused.end() ? " (may be: " + reason->second + ")" : "") << "\n";
  }
  for (const auto& [file, reason] : kExceptions) std::cout << "exception: " << file << ": " << reason << "\n";
}

// What a person says comes before what a text looks like.
TEST(CorpusWalk, EveryTextIsReadUnderTheKindThatTheIndexGivesIt) {
  const fs::path corpus = shared_dir() / "corpus";
  if (!fs::exists(corpus / "INDEX.md")) GTEST_SKIP() << corpus << " is absent";
  for (const Capture& capture : captures_of_index(corpus)) {
    const ForeignText* kind = foreign_text_of_kind(capture.kind, all_collectors());
    const auto bytes = read_file(corpus / capture.file, limits::kMaxFileBytes);
    if (kind == nullptr || !bytes) continue;
    const auto content = read_import_bytes(*bytes, capture.file);
    if (!content || content->is_tree) continue;
    SCOPED_TRACE(capture.file);
    const auto recognition = recognise(content->text, all_collectors());
    // A kind may have rows of its own for its variants: pressure-cpu, irqbalance.
    const bool knows_it = std::ranges::any_of(recognition.candidates, [&](const ForeignText* candidate) {
      return candidate == kind || candidate->kind.starts_with(capture.kind + "-") || candidate->kind == "irqbalance";
    });
    std::string candidates;
    for (const ForeignText* candidate : recognition.candidates) candidates += " " + std::string(candidate->kind);
    EXPECT_TRUE(knows_it || may_fail(capture.kind, capture.file)) << "taken for" << candidates;
  }
}

// ---- check values through import ----------------------------------------------------------------------------------

class CorpusValues : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(shared_dir() / "corpus")) GTEST_SKIP() << (shared_dir() / "corpus") << " is absent";
  }
  static Json facts_of(const std::string& file) {
    const Walked walked = walk(shared_dir() / "corpus" / file);
    EXPECT_EQ(walked.refusal, "");
    return walked.facts;
  }
};

std::string list_of(const Json& cores) {
  CpuSet cpus;
  for (const Json& core : cores) cpus.insert(core.get<std::uint32_t>());
  return cpus.to_list();
}

TEST_F(CorpusValues, NodeCapturesHaveTheCellsThatUpstreamExpects) {
  for (const std::string stem : {"openshift-sno-sysinfo", "openshift-worker1.internal-sysinfo"}) {
    SCOPED_TRACE(stem);
    const auto text =
        read_file(shared_dir() / "corpus/node-capture" / (stem + ".expected.json"), limits::kMaxFileBytes);
    ASSERT_TRUE(text);
    const Json expected = Json::parse(*text);
    const Json topology = facts_of("node-capture/" + stem + ".tgz").at("topology");
    EXPECT_EQ(topology.at("numa_nodes").size(), expected.at("numa_cells_count").get<std::size_t>());
    EXPECT_EQ(CpuSet::parse_list(topology.at("cpus_online").get<std::string>())->size(),
              expected.at("cpus_count").get<std::size_t>());
    EXPECT_EQ(topology.at("threads_per_core").get<int>() > 1, expected.at("smt_enabled").get<bool>());
    for (const Json& cell : expected.at("numa_cells")) {
      const Json& node = topology.at("numa_nodes").at(cell.at("id").get<std::size_t>());
      EXPECT_EQ(node.at("cpus"), list_of(cell.at("cores")));
    }
  }
}

TEST_F(CorpusValues, SosReportsAreWholeMachines) {
  const Json openstack = facts_of("sos-report-tree/sosreport-openstack.tar.gz");
  EXPECT_EQ(openstack.at("topology").at("cpus_online"), "0-1");
  EXPECT_EQ(openstack.at("topology").at("packages").size(), 2U);
  EXPECT_EQ(openstack.at("topology").at("numa_nodes").size(), 1U);
  EXPECT_EQ(openstack.at("node").at("label"), "compute4") << "of its uname -a";
  const Json coreos = facts_of("sos-report-tree/sosreport-coreos-master1.tar.gz");
  EXPECT_EQ(coreos.at("topology").at("cpus_online"), "0-1");
}

TEST_F(CorpusValues, TreesOfTestSuitesAreReadLikeMachines) {
  const Json numa = facts_of("proc-sys-tree/sysfs-numa-001-pcp.tgz").at("topology");
  EXPECT_EQ(numa.at("cpus_online"), "0-7");
  EXPECT_EQ(numa.at("numa_nodes").size(), 4U);
  EXPECT_EQ(numa.at("numa_nodes").at(3).at("cpus"), "6-7");
}

TEST_F(CorpusValues, AProcessOfATreeCanBeChosen) {
  const std::string tree = (shared_dir() / "corpus/pid-status/procpid-5.5.7-root-007-pcp.tgz").string();
  const auto import = import_evidence({.sources = {{tree, {}}}, .pid = 291591}, all_collectors());
  ASSERT_TRUE(import) << to_string(import.error());
  std::map<std::string, std::string, std::less<>> files;
  for (const ImportedFile& file : import->files) files.emplace(file.path, file.bytes);
  const auto workers = read_facts(*MemoryBundle::of_files(std::move(files))).facts.workers;
  ASSERT_TRUE(workers && workers->size() == 1);
  EXPECT_EQ(workers->front().name, "bash");
  EXPECT_EQ(workers->front().resident_bytes, 4640 * 1024) << "its status, VmRSS";
  EXPECT_EQ(workers->front().cpus_allowed->to_list(), "0-7");
  EXPECT_FALSE(import_evidence({.sources = {{tree, {}}}, .pid = 4}, all_collectors())) << "no such process";
}

TEST_F(CorpusValues, CollectEnvIsTakenApart) {
  const Json facts = facts_of("vllm-collect-env/l40s-8562y-2s.txt");
  const Json& software = facts.at("software");
  EXPECT_EQ(software.at("versions").at("vllm"), "0.16.0");
  EXPECT_EQ(software.at("versions").at("nvidia_driver"), "580.119.02");
  EXPECT_FALSE(software.at("versions").contains("cudnn")) << "could not collect";
  EXPECT_EQ(software.at("packages").at("torch"), "2.9.1+cu129");
  EXPECT_FALSE(facts.at("missing").contains("/software")) << "nothing of it is cut";
}

}  // namespace
}  // namespace ihc::test
