// Captures of control groups, processes, units and kubelets from machines this project never saw, as facts: each value
// is the one that the captures' index or upstream's own tool gives. Skipped where the shared captures are absent.

#include <cstdio>
#include <filesystem>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/read_facts.h"
#include "collect/collector.h"
#include "facts/described/document.h"
#include "support/recorded_tree.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

class SharedServices : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(shared_dir() / "corpus")) GTEST_SKIP() << (shared_dir() / "corpus") << " is absent";
  }
  static std::string text(const std::string& path) {
    const auto bytes = read_file(shared_dir() / "corpus" / path, limits::kMaxFileBytes);
    EXPECT_TRUE(bytes) << path;
    return bytes ? *bytes : std::string();
  }
  static FactsBuilder facts_of(const std::string& kind, const std::string& path) {
    return read_facts(*bundle_of({{"commands/" + kind + "/stdout", text(path)}}));
  }
};

constexpr std::int64_t kMiB = 1 << 20;

std::int64_t megabytes(double value) { return static_cast<std::int64_t>(value * kMiB + 0.5); }

const Service* find(const FactsBuilder& builder, const std::string& unit) {
  for (const Service& service : *builder.facts.services) {
    if (service.unit == unit) return &service;
  }
  return nullptr;
}

const Cgroup* find_group(const FactsBuilder& builder, const std::string& path) {
  for (const Cgroup& group : *builder.facts.cgroups) {
    if (group.path == path) return &group;
  }
  return nullptr;
}

// ---- which text is what --------------------------------------------------------------------------------------------

constexpr std::string_view kOurCollectors[] = {"container", "services", "workers"};

std::vector<const ForeignText*> our_texts() {
  std::vector<const ForeignText*> texts;
  for (const Collector* collector : all_collectors()) {
    const bool is_ours =
        std::find(std::begin(kOurCollectors), std::end(kOurCollectors), collector->name) != std::end(kOurCollectors);
    for (const ForeignText& text : collector->texts) {
      if (is_ours) texts.push_back(&text);
    }
  }
  return texts;
}

bool is_text(const fs::path& path) {
  const std::string name = path.filename();
  for (const char* ending : {".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".zst", ".gz"}) {
    if (name.ends_with(ending)) return false;
  }
  return name.find(".expected.") == std::string::npos && name != "INDEX.md";
}

TEST_F(SharedServices, KindsKnowTheirOwnAndNoOther) {
  std::map<std::string, std::pair<int, int>> agreement;
  constexpr std::size_t kLookedAt = 64 * limits::kKiB;
  for (const auto& entry : fs::recursive_directory_iterator(shared_dir() / "corpus")) {
    if (!entry.is_regular_file() || !is_text(entry.path())) continue;
    const std::string kind = entry.path().parent_path().filename();
    const auto bytes = read_file(entry.path(), limits::kMaxMemberBytes);
    ASSERT_TRUE(bytes) << entry.path();
    for (const ForeignText* known : our_texts()) {
      const Likeness likeness = known->likeness(std::string_view(*bytes).substr(0, kLookedAt));
      if (known->kind == kind) {
        ++agreement[kind].second;
        if (likeness == Likeness::sure) ++agreement[kind].first;
        EXPECT_EQ(likeness, Likeness::sure) << entry.path();
      } else {
        EXPECT_NE(likeness, Likeness::sure) << entry.path() << " taken for " << known->kind;
      }
    }
  }
  for (const auto& [kind, counts] : agreement) {
    std::printf("%s: %d of %d recognised\n", kind.c_str(), counts.first, counts.second);
  }
  EXPECT_EQ(agreement.size(), 8U);
}

// As a reader of mails gets it: a prompt above, every line quoted and with a mailer's line end, a word in colour.
std::string mailed(const std::string& text) {
  std::string result = "> ```\r\n> [root@node7 ~]# cat it\r\n";
  for (const std::string_view line : split_lines(text)) result += "> " + std::string(line) + "\x1b[0m\r\n";
  return result + "> ```\r\n";
}

TEST_F(SharedServices, AMailedTextSaysTheSame) {
  for (const ForeignText* known : our_texts()) {
    const fs::path folder = shared_dir() / "corpus" / known->kind;
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (!is_text(entry.path())) continue;
      const std::string original = text(std::string(known->kind) + "/" + entry.path().filename().string());
      const std::string member(known->member);
      EXPECT_EQ(facts_to_json(read_facts(*bundle_of({{member, mailed(original)}})).facts),
                facts_to_json(read_facts(*bundle_of({{member, original}})).facts))
          << entry.path();
      EXPECT_EQ(known->likeness(mailed(original)), Likeness::sure) << entry.path();
    }
  }
}

// ---- numa_maps, numastat -p ----------------------------------------------------------------------------------------

TEST_F(SharedServices, NumaMapsTextIsAWorkerWithoutPid) {
  const FactsBuilder builder = facts_of("numa_maps", "numa_maps/kernel-doc-4node-hugepage.txt");
  ASSERT_EQ(builder.facts.workers->size(), 1U);
  const Worker& worker = builder.facts.workers->front();
  EXPECT_EQ(worker.pid, std::nullopt) << "the text does not say";
  std::map<std::string, std::int64_t> all = *worker.bytes_by_node;
  for (const auto& [node, bytes] : *worker.file_bytes_by_node) all[node] += bytes;
  EXPECT_EQ(all, (std::map<std::string, std::int64_t>{{"0", 65 * 4096}, {"3", 40 * 4096 + 2 * kMiB}}));
  EXPECT_EQ(worker.placement_source, "numa_maps");
  EXPECT_EQ(builder.sources().at("/workers/0/bytes_by_node"), std::vector<std::string>{"commands/numa_maps/stdout"});
}

TEST_F(SharedServices, NumaMapsAgreesWithUpstream) {
  const auto expected = parse_json(text("numa_maps/pid-jc.expected.json"), "jc");
  ASSERT_TRUE(expected);
  std::int64_t pages = 0;
  for (const Json& mapping : *expected) pages += mapping.value("N0", 0);
  const FactsBuilder builder = facts_of("numa_maps", "numa_maps/pid-jc.txt");
  const Worker& worker = builder.facts.workers->front();
  EXPECT_EQ(worker.bytes_by_node->at("0") + worker.file_bytes_by_node->at("0"), pages * 4096);
}

TEST_F(SharedServices, NumastatOfOneProcess) {
  const FactsBuilder four = facts_of("numastat-p", "numastat-p/epyc7a53-4node-membind3.txt");
  ASSERT_EQ(four.facts.workers->size(), 1U);
  const Worker& bound = four.facts.workers->front();
  EXPECT_EQ(bound.pid, 17959);
  EXPECT_EQ(bound.name, "numa_bench");
  EXPECT_EQ(bound.bytes_by_node->at("3"), megabytes(2065.35));
  EXPECT_EQ(bound.bytes_by_node->at("1"), 0);
  EXPECT_EQ(bound.resident_bytes, megabytes(2065.86));
  EXPECT_EQ(bound.bytes_by_kind->at("heap").at("3"), megabytes(2050.13));
  EXPECT_NEAR(static_cast<double>(bound.bytes_by_node->at("3")) / static_cast<double>(*bound.resident_bytes), 0.9998,
              1e-4);
  const FactsBuilder two = facts_of("numastat-p", "numastat-p/xeon-2node-ddr.txt");
  const Worker& small = two.facts.workers->front();
  EXPECT_EQ(small.pid, 6295);
  EXPECT_EQ(*small.bytes_by_node,
            (std::map<std::string, std::int64_t>{{"0", megabytes(0.52)}, {"1", megabytes(0.06)}}));
  EXPECT_EQ(small.resident_bytes, megabytes(0.58));
  EXPECT_TRUE(two.missing().find("/workers/0/bytes_by_node") == two.missing().end());
}

TEST_F(SharedServices, NumastatOfThreeProcessesMangledByAMailer) {
  const FactsBuilder builder = facts_of("numastat-p", "numastat-p/compact-multi-qemu.txt");
  ASSERT_EQ(builder.facts.workers->size(), 3U);
  const auto bytes_of = [&](std::int64_t pid) {
    for (const Worker& worker : *builder.facts.workers) {
      if (worker.pid == pid) return *worker.bytes_by_node;
    }
    return std::map<std::string, std::int64_t>{};
  };
  EXPECT_EQ(bytes_of(24463), (std::map<std::string, std::int64_t>{{"0", 6 * kMiB}, {"1", 6 * kMiB}}));
  EXPECT_EQ(bytes_of(24479), (std::map<std::string, std::int64_t>{{"0", 0}, {"1", 8 * kMiB}}));
  EXPECT_EQ(bytes_of(70718), (std::map<std::string, std::int64_t>{{"0", 58 * kMiB}, {"1", 539 * kMiB}}));
}

TEST_F(SharedServices, NumastatCutBeforeItsTotalIsPartial) {
  std::string cut = text("numastat-p/epyc7a53-4node-membind3.txt");
  cut.resize(cut.find("Private"));
  const FactsBuilder builder = read_facts(*bundle_of({{"commands/numastat-p/stdout", cut}}));
  ASSERT_EQ(builder.facts.workers->size(), 1U);
  EXPECT_FALSE(builder.facts.workers->front().bytes_by_node) << "no zeros for what was cut";
  EXPECT_EQ(builder.missing().at("/workers/0/bytes_by_node").reason, "parse_error");
}

// ---- status, sched, processes --------------------------------------------------------------------------------------

TEST_F(SharedServices, StatusAgreesWithUpstream) {
  const auto expected = parse_json(text("pid-status/pid-jc.expected.json"), "jc");
  ASSERT_TRUE(expected);
  const FactsBuilder builder = facts_of("pid-status", "pid-status/pid-jc.txt");
  ASSERT_EQ(builder.facts.workers->size(), 1U);
  const Worker& worker = builder.facts.workers->front();
  const auto kilobytes = [&](const char* name) { return expected->at(name).get<std::int64_t>() * 1024; };
  EXPECT_EQ(worker.name, expected->at("Name"));
  EXPECT_EQ(worker.pid, expected->at("Pid"));
  EXPECT_EQ(worker.parent_pid, expected->at("PPid"));
  EXPECT_EQ(worker.resident_bytes, kilobytes("VmRSS"));
  EXPECT_EQ(worker.peak_resident_bytes, kilobytes("VmHWM"));
  EXPECT_EQ(worker.anonymous_bytes, kilobytes("RssAnon"));
  EXPECT_EQ(worker.file_bytes, kilobytes("RssFile"));
  EXPECT_EQ(worker.shared_bytes, kilobytes("RssShmem"));
  EXPECT_EQ(worker.swap_bytes, kilobytes("VmSwap"));
  EXPECT_EQ(worker.hugetlb_bytes, kilobytes("HugetlbPages"));
  EXPECT_EQ(worker.thread_count, expected->at("Threads"));
  EXPECT_EQ(worker.cpus_allowed->to_list(), expected->at("Cpus_allowed_list"));
  EXPECT_EQ(worker.mems_allowed->to_list(), expected->at("Mems_allowed_list"));
  EXPECT_EQ(worker.no_new_privileges, false);
  EXPECT_EQ(worker.seccomp, "disabled");
  EXPECT_EQ(worker.capabilities->size(), 40U) << "ffffffffff: forty bits";
}

TEST_F(SharedServices, SchedOfAnOldKernel) {
  const FactsBuilder builder = facts_of("pid-sched", "pid-sched/bash-2node-kernel4.txt");
  ASSERT_EQ(builder.facts.workers->size(), 1U);
  const Worker& worker = builder.facts.workers->front();
  EXPECT_EQ(worker.pid, 4927);
  EXPECT_EQ(worker.name, "bash");
  EXPECT_EQ(worker.thread_count, 1);
  EXPECT_EQ(worker.numa_scheduling->at("nr_switches"), 1026);
  EXPECT_EQ(worker.numa_scheduling->at("nr_voluntary_switches"), 1025);
  EXPECT_EQ(worker.numa_scheduling->at("nr_involuntary_switches"), 1);
  EXPECT_EQ(worker.scheduling_policies, std::vector<std::string>{"other"});
  EXPECT_FALSE(builder.missing().contains("/workers/0/numa_scheduling")) << "its comma lines are understood";
}

// PCP prints `inst [N or "000001 /usr/lib/systemd/systemd"] value 12` below each metric.
std::map<std::int64_t, std::string> pcp_values(const std::string& expected, const std::string& metric) {
  std::map<std::int64_t, std::string> values;
  bool is_inside = false;
  for (const std::string_view line : split_lines(expected)) {
    if (!line.starts_with(' ')) is_inside = line == metric;
    const std::size_t at = line.find("or \"");
    const std::size_t value = line.rfind("] value ");
    if (!is_inside || at == std::string_view::npos || value == std::string_view::npos) continue;
    std::string_view pid = line.substr(at + 4, 6);
    while (pid.size() > 1 && pid.front() == '0') pid.remove_prefix(1);
    if (const auto number = parse_number<std::int64_t>(pid))
      values[*number] = std::string(trim(line.substr(value + 8)));
  }
  return values;
}

TEST_F(SharedServices, ProcessTreesAgreeWithPcp) {
  for (const char* name : {"procpid-4.2.3-root-004-pcp", "procpid-5.5.7-root-007-pcp"}) {
    SCOPED_TRACE(name);
    const auto bundle = bundle_of_tree(shared_dir() / "corpus/pid-status" / (std::string(name) + ".tgz"));
    ASSERT_NE(bundle, nullptr);
    const std::string expected = text("pid-status/" + std::string(name) + ".expected.pcp974.txt");
    const FactsBuilder builder = read_facts(*bundle);
    EXPECT_FALSE(builder.facts.workers) << "none of them serves inference";
    ASSERT_TRUE(builder.facts.processes);
    std::map<std::int64_t, const Worker*> by_pid;
    for (const Worker& process : *builder.facts.processes) by_pid[*process.pid] = &process;
    std::size_t compared = 0;
    std::size_t of_two_moments = 0;
    const auto compare = [&](const char* metric, const auto& value_of) {
      for (const auto& [pid, value] : pcp_values(expected, metric)) {
        ASSERT_TRUE(by_pid.contains(pid)) << pid;
        const auto ours = value_of(*by_pid.at(pid));
        if (!ours) continue;
        EXPECT_EQ(std::to_string(*ours), value) << metric << " of " << pid;
        ++compared;
      }
    };
    // PCP takes it from statm; the threads of a living process were copied one after the other, so that the two files
    // of a thread may tell of two moments.
    constexpr std::int64_t kPageKib = 4;
    compare("proc.memory.datrss", [&](const Worker& w) -> std::optional<std::int64_t> {
      const auto statm = bundle->text("root/proc/" + std::to_string(*w.pid) + "/statm");
      const auto words = split_words(statm.value_or(""));
      const auto pages = words.size() > 5 ? parse_number<std::int64_t>(words[5]) : std::nullopt;
      if (w.data_bytes && pages && *pages * kPageKib != (*w.data_bytes + *w.stack_bytes) / 1024) {
        std::cout << "statm and status of " << *w.pid << " are of two moments: not compared\n";
        ++of_two_moments;
        return std::nullopt;
      }
      return w.data_bytes ? std::optional((*w.data_bytes + *w.stack_bytes) / 1024) : std::nullopt;
    });
    compare("proc.schedstat.cpu_time", [](const Worker& w) { return w.leader_cpu_ns; });
    EXPECT_LE(of_two_moments, by_pid.size() / 10);
    EXPECT_EQ(compared + of_two_moments, by_pid.size() * 2) << "two metrics of each process";
    std::printf("pid-status %s: %zu values agree\n", name, compared);
  }
}

// ---- control groups ------------------------------------------------------------------------------------------------

TEST_F(SharedServices, CgroupOfAHostProcess) {
  const FactsBuilder builder = facts_of("cgroup", "cgroup/proc1-cgroup-host-insights.txt");
  ASSERT_EQ(builder.facts.workers->size(), 1U);
  const Worker& worker = builder.facts.workers->front();
  EXPECT_EQ(worker.pid, std::nullopt);
  EXPECT_EQ(worker.cgroup, "/");
  EXPECT_EQ(worker.cgroup_paths->size(), 11U);
  EXPECT_EQ(worker.cgroup_paths->at("net_prio,net_cls"), "/");
  EXPECT_EQ(worker.container_runtime, std::nullopt);
}

TEST_F(SharedServices, CgroupTreeOfVersionOne) {
  const auto bundle = bundle_of_tree(shared_dir() / "corpus/cgroup/cgroups-root-003-pcp.tgz");
  ASSERT_NE(bundle, nullptr);
  const FactsBuilder builder = read_facts(*bundle);
  ASSERT_TRUE(builder.facts.cgroups);
  std::size_t with_cpu_stat = 0;
  for (const Cgroup& group : *builder.facts.cgroups) {
    EXPECT_EQ(group.version, "v1") << group.path;
    if (group.cpu_stat && group.cpu_stat->periods) ++with_cpu_stat;
  }
  EXPECT_EQ(with_cpu_stat, 78U);
  const Cgroup* root = find_group(builder, "/");
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root->cpuset_cpus->to_list(), trim(*bundle->text("root/sys/fs/cgroup/cpuset/cpuset.cpus")));
  EXPECT_EQ(root->memory_pages_by_node->at("anon").at("0"), 164663);
  EXPECT_EQ(root->memory_pages_by_node->at("file").at("0"), 428235);
  EXPECT_FALSE(root->memory_bytes_by_node) << "version 1 counts pages";
  EXPECT_EQ(root->memory_max_bytes, (Limit{.unlimited = true}));
  const Cgroup* slice = find_group(builder, "/system.slice");
  ASSERT_NE(slice, nullptr);
  EXPECT_EQ(slice->parent, "/");
  EXPECT_EQ(slice->unit, "system.slice");
  EXPECT_EQ(slice->cpu_shares, 1024);
  EXPECT_EQ(slice->cpu_quota_us, (Limit{.unlimited = true})) << "-1";
  EXPECT_FALSE(slice->cpu_limit_cpus);
}

// The files of an archive that is no tree of /proc and /sys.
Files files_of_archive(const fs::path& path, const std::string& prefix) {
  Files files;
  archive* reader = archive_read_new();
  archive_read_support_filter_all(reader);
  archive_read_support_format_tar(reader);
  archive_entry* entry = nullptr;
  if (archive_read_open_filename(reader, path.c_str(), 65536) == ARCHIVE_OK) {
    while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
      if (archive_entry_filetype(entry) != AE_IFREG) continue;
      std::string bytes(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
      EXPECT_EQ(archive_read_data(reader, bytes.data(), bytes.size()), static_cast<la_ssize_t>(bytes.size()));
      files[prefix + archive_entry_pathname(entry)] = std::move(bytes);
    }
  }
  archive_read_free(reader);
  return files;
}

TEST_F(SharedServices, CgroupLeafOfVersionTwo) {
  // Somebody saved one group's folder alone; it is a group below the file system's own path.
  const Files files = files_of_archive(shared_dir() / "corpus/cgroup/telegraf-cgroup-v2.tar.gz", "root/sys/fs/cgroup/");
  ASSERT_EQ(files.size(), 51U);
  const FactsBuilder builder = read_facts(*bundle_of(files));
  ASSERT_EQ(builder.facts.cgroups->size(), 1U);
  const Cgroup& group = builder.facts.cgroups->front();
  EXPECT_EQ(group.path, "/v2");
  EXPECT_EQ(group.version, "v2");
  EXPECT_EQ(group.cpu_quota_us, (Limit{.value = 4800000}));
  EXPECT_EQ(group.cpu_limit_cpus, 48.0);
  EXPECT_EQ(group.cpu_stat->usage_us, 98701325189);
  EXPECT_EQ(group.cpu_stat->periods, 3936904);
  EXPECT_EQ(group.cpu_stat->throttled_periods, 6004);
  EXPECT_EQ(group.cpu_weight, 79);
  EXPECT_EQ(group.cpuset_cpus, CpuSet{});
  EXPECT_EQ(group.cpuset_cpus_effective->to_list(), "0-95");
  EXPECT_EQ(group.cpuset_mems_effective->to_list(), "0-1");
  EXPECT_EQ(group.cpuset_partition, "member");
  EXPECT_EQ(group.pressure->at("cpu").some->total_us, 293391454);
  EXPECT_EQ(group.pressure->at("cpu").full->avg60_pct, 0.08);
  EXPECT_EQ(group.memory_current_bytes, 13071106048);
  EXPECT_EQ(group.memory_max_bytes, (Limit{.value = 103079215104}));
  EXPECT_EQ(group.memory_high_bytes, (Limit{.unlimited = true}));
  EXPECT_EQ(group.memory_swap_max_bytes, (Limit{.value = 0}));
  EXPECT_EQ(group.memory_bytes_by_node->at("anon"),
            (std::map<std::string, std::int64_t>{{"0", 1330585600}, {"1", 1141161984}}));
  EXPECT_EQ(group.memory_events->at("oom_kill"), 0);
  EXPECT_EQ(*group.hugetlb_bytes, (std::map<std::string, std::int64_t>{{"1GB", 0}, {"2MB", 0}}));
  EXPECT_EQ(group.hugetlb_bytes_by_node->at("2MB"), (std::map<std::string, std::int64_t>{{"0", 0}, {"1", 0}}));
  EXPECT_EQ(group.io_weight, 100);
  EXPECT_EQ(group.pids_current, 592);
  EXPECT_EQ(group.pids_max, (Limit{.value = 629145}));
}

// ---- units ---------------------------------------------------------------------------------------------------------

TEST_F(SharedServices, ShownServiceOfSystemd245) {
  const FactsBuilder builder = facts_of("systemd", "systemd/show-apache2-v245.txt");
  ASSERT_EQ(builder.facts.services->size(), 1U);
  const Service& service = builder.facts.services->front();
  EXPECT_EQ(service.unit, "apache2.service");
  EXPECT_EQ(service.effective->slice, "system.slice");
  EXPECT_EQ(service.effective->cpu_affinity, CpuSet{}) << "printed, and nothing in it";
  EXPECT_EQ(service.effective->cpu_affinity_from_numa, false);
  EXPECT_EQ(service.effective->numa_policy, std::nullopt) << "n/a";
  EXPECT_EQ(service.tasks_current, 56);
  EXPECT_EQ(service.effective->tasks_max, (Limit{.value = 2274}));
  EXPECT_EQ(service.effective->cpu_weight, std::nullopt) << "[not set]";
  EXPECT_EQ(service.effective->cpu_quota_cpus, std::nullopt) << "infinity";
  EXPECT_EQ(service.effective->memory_max_bytes, (Limit{.unlimited = true}));
  EXPECT_EQ(service.effective->limits->at("NOFILE"),
            (LimitPair{.soft = Limit{.value = 1024}, .hard = Limit{.value = 524288}}));
  EXPECT_EQ(service.effective->limits->at("MEMLOCK").soft, (Limit{.value = 65536}));
  EXPECT_EQ(service.effective->cpu_scheduling_policy, "other") << "printed as 0";
  EXPECT_EQ(service.effective->restart, "on-abort");
  EXPECT_EQ(service.effective->exec_start, std::vector<std::string>{"/usr/sbin/apachectl start"});
  EXPECT_TRUE(service.effective->wrappers->empty());
  EXPECT_EQ(service.need_daemon_reload, false);
  EXPECT_EQ(service.main_pid, 679);
  EXPECT_EQ(service.control_group, "/system.slice/apache2.service");
}

TEST_F(SharedServices, SeveralShownUnitsWithAWrappedLine) {
  const FactsBuilder builder = facts_of("systemd", "systemd/show-services-insights.txt");
  ASSERT_EQ(builder.facts.services->size(), 3U);
  EXPECT_EQ(find(builder, "postfix.service")->effective->limits->at("NOFILE").hard, (Limit{.value = 65536}));
  EXPECT_FALSE(find(builder, "postfix.service")->effective->limits->contains("MEMLOCK")) << "printed without a value";
  const Service* postgres = find(builder, "postgresql.service");
  EXPECT_EQ(*postgres->effective->exec_start,
            std::vector<std::string>{"/usr/bin/pg_ctl start -D ${PGDATA} -s -o -p ${PGPORT} -w -t 300"});
  EXPECT_EQ(find(builder, "tuned.service")->sub_state, "running");
  EXPECT_EQ(builder.missing().at("/services").reason, "parse_error") << "a continuation line lost its name: partial";
  const FactsBuilder targets = facts_of("systemd", "systemd/show-target-insights.txt");
  EXPECT_EQ(targets.facts.services->size(), 4U);
  EXPECT_EQ(find(targets, "network.target")->active_state, "active");
  EXPECT_FALSE(targets.missing().contains("/services"));
}

TEST_F(SharedServices, ListedUnitsAgreeWithUpstream) {
  const auto expected = parse_json(text("systemd/list-centos77.expected.json"), "jc");
  ASSERT_TRUE(expected);
  const FactsBuilder builder = facts_of("systemd", "systemd/list-centos77.txt");
  EXPECT_EQ(builder.facts.services->size(), expected->size());
  EXPECT_EQ(builder.facts.services->size(), 220U);
  for (const Json& unit : *expected) {
    const Service* service = find(builder, unit.at("unit"));
    ASSERT_NE(service, nullptr) << unit.at("unit");
    EXPECT_EQ(service->load_state, unit.at("load").get<std::string>());
    EXPECT_EQ(service->active_state, unit.at("active").get<std::string>());
    EXPECT_EQ(service->sub_state, unit.at("sub").get<std::string>());
    EXPECT_EQ(service->description.value_or(""), unit.at("description").get<std::string>());
  }
}

TEST_F(SharedServices, UnitFilesOfServers) {
  const FactsBuilder gke = facts_of("systemd-unit", "systemd-unit/vllm-gke.service");
  ASSERT_EQ(gke.facts.services->size(), 1U);
  const ServiceSettings& declared = *gke.facts.services->front().declared;
  EXPECT_EQ(declared.limits->at("NOFILE"),
            (LimitPair{.soft = Limit{.value = 1048576}, .hard = Limit{.value = 1048576}}));
  EXPECT_FALSE(declared.cpu_affinity);
  EXPECT_EQ(declared.after, std::vector<std::string>{"network.target"});
  EXPECT_EQ(declared.exec_start, std::vector<std::string>{"/usr/local/bin/start-vllm.sh"});
  const FactsBuilder user = facts_of("systemd-unit", "systemd-unit/vllm-llm-serve.service");
  const ServiceSettings& other = *user.facts.services->front().declared;
  EXPECT_FALSE(other.cpu_affinity || other.numa_policy || other.limits) << "none of them is there";
  EXPECT_EQ(other.environment->at("VLLM_WORKER_MULTIPROC_METHOD"), "spawn");
  EXPECT_FALSE(other.environment->contains("HOME")) << "only harmless names";
  EXPECT_EQ(other.restart, "on-failure");
}

// ---- kubelet -------------------------------------------------------------------------------------------------------

TEST_F(SharedServices, KubeletConfigurations) {
  const FactsBuilder rendered = facts_of("kubelet-config", "kubelet-config/kubeletconfig-default.yaml");
  ASSERT_TRUE(rendered.facts.container && rendered.facts.container->kubelet);
  const Kubelet& kubelet = *rendered.facts.container->kubelet;
  EXPECT_EQ(kubelet.cpu_manager_policy, "static");
  EXPECT_EQ(kubelet.cpu_manager_policy_options->at("full-pcpus-only"), "true");
  EXPECT_EQ(kubelet.reserved_system_cpus->to_list(), "0");
  EXPECT_EQ(kubelet.topology_manager_policy, "single-numa-node");
  EXPECT_EQ(kubelet.memory_manager_policy, "Static");
  ASSERT_EQ(kubelet.reserved_memory->size(), 1U);
  EXPECT_EQ(kubelet.reserved_memory->front().limits.at("memory"), "1100Mi");
  EXPECT_EQ(kubelet.system_reserved->at("memory"), "500Mi");
  const FactsBuilder openshift = facts_of("kubelet-config", "kubelet-config/kubelet-conf-insights.json");
  ASSERT_TRUE(openshift.facts.container && openshift.facts.container->kubelet);
  EXPECT_EQ(openshift.facts.container->kubelet->cgroup_driver, "systemd");
  EXPECT_EQ(openshift.facts.container->kubelet->pod_pids_limit, 4096);
  EXPECT_EQ(openshift.facts.container->kubelet->max_pods, 500);
  EXPECT_EQ(openshift.facts.container->kubelet->cpu_manager_policy, std::nullopt) << "not set: the default holds";
  EXPECT_EQ(openshift.facts.container->kubelet->feature_gates->at("RetroactiveDefaultStorageClass"), false);
}

// ---- sos reports ---------------------------------------------------------------------------------------------------

TEST_F(SharedServices, SosReportHasAllServicesShown) {
  const Files files = files_of_archive(shared_dir() / "corpus/sos-report-tree/sosreport-openstack.tar.gz", "");
  const std::string folder = "sosreport-openstack/sos_commands/systemd/";
  ASSERT_TRUE(files.contains(folder + "systemctl_show_service_--all"));
  const FactsBuilder shown =
      read_facts(*bundle_of({{"commands/systemd/stdout", files.at(folder + "systemctl_show_service_--all")},
                             {"commands/systemd-2/stdout", files.at(folder + "systemctl_list-units")}}));
  std::size_t with_properties = 0;
  for (const Service& service : *shown.facts.services) with_properties += service.properties ? 1U : 0U;
  EXPECT_EQ(with_properties, 181U);
  EXPECT_GT(shown.facts.services->size(), 181U) << "the list has sockets and devices as well";
  const Service* ssh = find(shown, "ssh.service");
  ASSERT_NE(ssh, nullptr);
  EXPECT_EQ(ssh->active_state, "active");
  EXPECT_EQ(ssh->effective->exec_start, std::vector<std::string>{"/usr/sbin/sshd -D $SSHD_OPTS"});
}

TEST_F(SharedServices, SosReportOfOpenstackShowsItsGroups) {
  const auto bundle = bundle_of_tree(shared_dir() / "corpus/sos-report-tree/sosreport-openstack.tar.gz");
  ASSERT_NE(bundle, nullptr);
  const FactsBuilder tree = read_facts(*bundle);
  ASSERT_TRUE(tree.facts.cgroups);
  const Cgroup* root = find_group(tree, "/");
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root->cpuset_cpus->to_list(), "0-1");
}

}  // namespace
}  // namespace ihc::test
