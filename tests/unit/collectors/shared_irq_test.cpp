// Interrupts, softirqs, affinities, stalls and CPU time recorded on machines that this project never saw, against what
// upstream's own tools and the captures' index say of them. Skipped where the shared captures are absent.

#include <cstdio>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/read_facts.h"
#include "collect/collector.h"
#include "support/recorded_tree.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

namespace fs = std::filesystem;

class SharedIrq : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(shared_dir() / "corpus")) GTEST_SKIP() << (shared_dir() / "corpus") << " is absent";
  }

  static std::string text(const std::string& path) {
    const auto bytes = read_file(shared_dir() / "corpus" / path, limits::kMaxJsonBytes);
    EXPECT_TRUE(bytes) << path;
    return bytes ? *bytes : std::string();
  }

  static FactsBuilder facts_of(const std::string& member, const std::string& path) {
    return read_facts(*MemoryBundle::of_files({{member, text(path)}}));
  }

  static const Irq* find(const std::vector<Irq>& irqs, const std::string& label) {
    for (const Irq& irq : irqs) {
      if (irq.irq == label) return &irq;
    }
    return nullptr;
  }
};

std::int64_t count_on(const Irq& irq, const std::string& cpu) {
  const auto found = irq.per_cpu->find(cpu);
  return found == irq.per_cpu->end() ? 0 : found->second;
}

// ---- /proc/interrupts ----------------------------------------------------------------------------------------------

TEST_F(SharedIrq, InterruptsHaveTheColumnsAndRowsOfTheIndex) {
  const struct {
    const char* file;
    const char* cpus;
    std::size_t rows;
  } rows[] = {{"aarch64-16cpu-aperf-test_run_1-t0.txt", "0-15", 57},
              {"aarch64-16cpu-aperf-test_run_1-t5.txt", "0-15", 57},
              {"i686-1cpu-pcp.txt", "0", 33},
              {"s390x-16cpu-pcp.txt", "0-15", 58},
              {"sysstat-root1.txt", "0-8", 43},
              {"x86-80cpu-openshift-worker1.txt", "0-79", 561},
              {"x86-8cpu-insights.txt", "0-7", 37},
              {"x86-8cpu-pcp.txt", "0-7", 38},
              {"x86-vm-jc.txt", "0-1", 65}};
  std::size_t agree = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.file);
    const FactsBuilder builder = facts_of("root/proc/interrupts", std::string("interrupts/") + row.file);
    ASSERT_TRUE(builder.facts.irqs && builder.facts.interrupts && builder.facts.interrupts->cpus);
    EXPECT_EQ(builder.facts.irqs->size(), row.rows);
    EXPECT_EQ(builder.facts.interrupts->cpus->to_list(), row.cpus);
    EXPECT_NE(builder.missing().at("/irqs").reason, "parse_error") << builder.missing().at("/irqs").hint;
    std::set<std::string> keys;
    for (const Irq& irq : *builder.facts.irqs) EXPECT_TRUE(keys.insert(irq.key).second) << irq.key;
    if (builder.facts.irqs->size() == row.rows) ++agree;
  }
  std::printf("interrupts: %zu of %zu agree\n", agree, std::size(rows));
}

// "pm*InDom: inst=[0] iname=<9::cpu0> reverse lookup: inst=[0] value:        9" is a row's count on a CPU, and
// "iname=<cpu0> … value:  7538223" the sum of all rows there, those of one total on CPU 0.
std::int64_t sum_on(const std::vector<Irq>& irqs, const std::string& cpu) {
  std::int64_t sum = 0;
  for (const Irq& irq : irqs) {
    if (irq.per_cpu) sum += count_on(irq, cpu);
    if (!irq.per_cpu && cpu == "0") sum += *irq.total;
  }
  return sum;
}

TEST_F(SharedIrq, InterruptsAreWhatPcpReads) {
  std::size_t values = 0;
  for (const std::string name : {"i686-1cpu-pcp", "s390x-16cpu-pcp", "x86-8cpu-pcp"}) {
    SCOPED_TRACE(name);
    const FactsBuilder builder = facts_of("root/proc/interrupts", "interrupts/" + name + ".txt");
    const std::vector<Irq>& irqs = *builder.facts.irqs;
    const std::string expected = text("interrupts/" + name + ".expected.pcp886.txt");
    for (const std::string_view line : split_lines(expected)) {
      const std::size_t start = line.find("iname=<");
      const std::size_t middle = line.find("::cpu");
      const std::size_t end = line.find('>', middle);
      const std::size_t value_at = line.find("value:");
      if (start == std::string_view::npos || value_at == std::string_view::npos) continue;
      const auto value = parse_number<std::int64_t>(line.substr(value_at + 6));
      ++values;
      if (middle == std::string_view::npos) {
        EXPECT_EQ(sum_on(irqs, std::string(line.substr(start + 10, line.find('>', start) - start - 10))), value)
            << line;
        continue;
      }
      const std::string label(line.substr(start + 7, middle - start - 7));
      const std::string cpu(line.substr(middle + 5, end - middle - 5));
      const Irq* irq = find(irqs, label);
      ASSERT_NE(irq, nullptr) << label;
      if (!irq->per_cpu) continue;  // pcp counts ERR and MIS on CPU 0
      EXPECT_EQ(count_on(*irq, cpu), value) << line;
    }
  }
  EXPECT_EQ(values, 53U) << "36 counts, three of them of ERR, and 17 sums";
  std::printf("interrupts against pcp: %zu values agree\n", values);
}

TEST_F(SharedIrq, InterruptsAreWhatJcReads) {
  const FactsBuilder builder = facts_of("root/proc/interrupts", "interrupts/x86-vm-jc.txt");
  const auto expected = parse_json(text("interrupts/x86-vm-jc.expected.json"), "expected");
  ASSERT_TRUE(expected);
  ASSERT_EQ(builder.facts.irqs->size(), expected->size());
  for (std::size_t index = 0; index < expected->size(); ++index) {
    const Irq& irq = (*builder.facts.irqs)[index];
    const Json& theirs = (*expected)[index];
    EXPECT_EQ(irq.irq, theirs["irq"].get<std::string>());
    if (!irq.per_cpu) {
      EXPECT_EQ(irq.total, theirs["interrupts"][0].get<std::int64_t>());
      continue;
    }
    for (std::size_t cpu = 0; cpu < theirs["interrupts"].size(); ++cpu) {
      EXPECT_EQ(count_on(irq, std::to_string(cpu)), theirs["interrupts"][cpu].get<std::int64_t>()) << irq.irq;
    }
    if (irq.kind == "device") {
      EXPECT_EQ(irq.chip, theirs["type"].get<std::string>());
    }
  }
}

TEST_F(SharedIrq, InterruptsOfGravitonGrowInFiveSeconds) {
  const auto bundle = bundle_of(
      {}, {{"root/proc/interrupts", 0, text("interrupts/aarch64-16cpu-aperf-test_run_1-t0.txt")},
           {"root/proc/interrupts", 5'000'000'000, text("interrupts/aarch64-16cpu-aperf-test_run_1-t5.txt")}});
  const FactsBuilder builder = read_facts(*bundle);
  EXPECT_EQ(builder.facts.interrupts->window_seconds, 5.0);
  const auto before = read_facts(
      *MemoryBundle::of_files({{"root/proc/interrupts", text("interrupts/aarch64-16cpu-aperf-test_run_1-t0.txt")}}));
  for (std::size_t index = 0; index < builder.facts.irqs->size(); ++index) {
    const Irq& irq = (*builder.facts.irqs)[index];
    const Irq& earlier = (*before.facts.irqs)[index];
    EXPECT_EQ(irq.key, earlier.key);
    ASSERT_TRUE(irq.total_delta) << irq.irq;
    EXPECT_EQ(*irq.total_delta, *irq.total - *earlier.total) << irq.irq;
  }
  const Irq& timer = *find(*builder.facts.irqs, "10");
  EXPECT_EQ(timer.name, "arch_timer");
  EXPECT_EQ(timer.chip, "GICv3");
  EXPECT_EQ(timer.hwirq, 27);
  EXPECT_EQ(timer.kind, "per_cpu") << "a private interrupt of every CPU is no device";
  EXPECT_EQ(find(*builder.facts.irqs, "Err")->kind, "total");
}

TEST_F(SharedIrq, DevicesAndQueuesOfAnOpenShiftNode) {
  const FactsBuilder builder = facts_of("root/proc/interrupts", "interrupts/x86-80cpu-openshift-worker1.txt");
  const Irq& queue = *find(*builder.facts.irqs, "276");
  EXPECT_EQ(queue.key, "0000:19:00.0 i40e-eno1-TxRx-23");
  EXPECT_EQ(queue.device, "0000:19:00.0");
  EXPECT_EQ(queue.queue, 23);
  EXPECT_EQ(queue.kind, "device");
  EXPECT_EQ(find(*builder.facts.irqs, "196")->key, "0000:3e:00.0 nvme0q35");
  EXPECT_EQ(find(*builder.facts.irqs, "196")->queue, 35);
  EXPECT_EQ(find(*builder.facts.irqs, "604")->key, "0000:86:00.1 i40e-:fdir-TxRx-0");
  EXPECT_EQ(find(*builder.facts.irqs, "LOC")->kind, "per_cpu");
  EXPECT_EQ(find(*builder.facts.irqs, "MIS")->total, 0);
}

// ---- affinity ------------------------------------------------------------------------------------------------------

TEST_F(SharedIrq, AffinitiesOfTheWholeNodeAndOfTheListAgree) {
  const FactsBuilder listed = facts_of("commands/irq-affinity/stdout", "irq-affinity/openshift-worker1.grep.txt");
  ASSERT_TRUE(listed.facts.irqs);
  EXPECT_EQ(listed.facts.irqs->size(), 1662U / 3);
  const auto node = bundle_of_tree(shared_dir() / "corpus/node-capture/openshift-worker1.internal-sysinfo.tgz");
  ASSERT_NE(node, nullptr);
  const FactsBuilder whole = read_facts(*node);
  ASSERT_TRUE(whole.facts.irqs);
  EXPECT_EQ(whole.facts.irqs->size(), 561U);
  std::size_t agree = 0;
  for (const Irq& irq : *whole.facts.irqs) {
    if (irq.kind != "device") continue;
    const Irq* other = find(*listed.facts.irqs, irq.irq);
    ASSERT_NE(other, nullptr) << irq.irq;
    EXPECT_EQ(irq.affinity, other->affinity) << irq.irq;
    EXPECT_EQ(irq.effective_affinity, other->effective_affinity) << irq.irq;
    EXPECT_EQ(irq.numa_node, other->numa_node) << irq.irq;
    ++agree;
  }
  EXPECT_EQ(agree, 542U) << "numbered rows";
  const Irq& tenth = *find(*listed.facts.irqs, "10");
  EXPECT_EQ(tenth.affinity->size(), 40U);
  EXPECT_EQ(tenth.effective_affinity->to_list(), "48");
  EXPECT_EQ(tenth.numa_node, 0);
  EXPECT_EQ(find(*listed.facts.irqs, "100")->effective_affinity->to_list(), "61");
  std::printf("irq-affinity: %zu interrupts agree\n", agree);
}

TEST_F(SharedIrq, IrqbalanceOfRedHat) {
  const FactsBuilder builder =
      facts_of("root/etc/sysconfig/irqbalance", "irq-affinity/sysconfig-irqbalance-insights.txt");
  const Irqbalance& irqbalance = *builder.facts.interrupts->irqbalance;
  EXPECT_EQ(irqbalance.banned_cpus->to_list(), "3-7") << "the mask f8";
  EXPECT_EQ(irqbalance.arguments, std::vector<std::string>{"-d"});
  EXPECT_EQ(irqbalance.is_one_shot, false) << "IRQBALANCE_ONESHOT stands in a comment";
  EXPECT_FALSE(builder.missing().contains("/interrupts/irqbalance"));
}

TEST_F(SharedIrq, NodeCapturesHaveAllTheirInterrupts) {
  const auto node = bundle_of_tree(shared_dir() / "corpus/node-capture/openshift-sno-sysinfo.tgz");
  ASSERT_NE(node, nullptr);
  const FactsBuilder builder = read_facts(*node);
  ASSERT_TRUE(builder.facts.irqs && builder.facts.interrupts->cpus);
  EXPECT_EQ(builder.facts.interrupts->cpus->to_list(), "0-11");
  EXPECT_TRUE(builder.facts.interrupts->softirqs);
  for (const Irq& irq : *builder.facts.irqs) {
    if (irq.kind != "device") continue;
    EXPECT_TRUE(irq.affinity && irq.effective_affinity) << irq.irq;
  }
}

// ---- softirqs ------------------------------------------------------------------------------------------------------

TEST_F(SharedIrq, SoftirqsAreWhatJcReads) {
  const FactsBuilder builder = facts_of("root/proc/softirqs", "softirqs/vm-jc.txt");
  const auto expected = parse_json(text("softirqs/vm-jc.expected.json"), "expected");
  ASSERT_TRUE(expected && builder.facts.interrupts->softirqs);
  EXPECT_EQ(builder.facts.interrupts->softirqs->size(), expected->size());
  for (const Json& row : *expected) {
    const Softirq& softirq = builder.facts.interrupts->softirqs->at(row["counter"].get<std::string>());
    for (const auto& [column, value] : row.items()) {
      if (!column.starts_with("CPU")) continue;
      const auto found = softirq.per_cpu.find(column.substr(3));
      EXPECT_EQ(found == softirq.per_cpu.end() ? 0 : found->second, value.get<std::int64_t>()) << column;
    }
  }
  const FactsBuilder nine = facts_of("root/proc/softirqs", "softirqs/sysstat-root1.txt");
  EXPECT_EQ(nine.facts.interrupts->softirqs->at("NET_RX").per_cpu.at("8"), 12);
  EXPECT_EQ(nine.facts.interrupts->softirqs->size(), 10U);
  std::printf("softirqs: 2 of 2 agree\n");
}

// ---- stalls --------------------------------------------------------------------------------------------------------

TEST_F(SharedIrq, PressureOfATree) {
  const auto bundle = bundle_of_tree(shared_dir() / "corpus/pressure/pressure-root-001-pcp.tgz");
  ASSERT_NE(bundle, nullptr);
  const Pressure pressure = *read_facts(*bundle).facts.pressure;
  EXPECT_EQ(pressure.cpu->some->avg10_pct, 2.04);
  EXPECT_EQ(pressure.cpu->some->total_us, 157656722);
  EXPECT_FALSE(pressure.cpu->full) << "this kernel prints none";
  EXPECT_EQ(pressure.memory->some->avg10_pct, 70.24);
  EXPECT_EQ(pressure.memory->full->total_us, 3300487258);
  EXPECT_EQ(pressure.io->some->avg300_pct, 0.91);
  EXPECT_EQ(pressure.io->full->avg60_pct, 8.06);
  EXPECT_FALSE(pressure.memory->some->delta_us) << "one reading has no growth";
}

TEST_F(SharedIrq, PressureOfSingleFiles) {
  const struct {
    const char* file;
    std::optional<Psi> Pressure::*member;
    const char* resource;
  } rows[] = {{"cpu", &Pressure::cpu, "cpu"}, {"io", &Pressure::io, "io"}, {"memory", &Pressure::memory, "memory"}};
  std::size_t agree = 0;
  for (const auto& row : rows) {
    const std::string file = std::string("pressure/telegraf-") + row.file + ".txt";
    const Pressure pressure = *facts_of(std::string("root/proc/pressure/") + row.resource, file).facts.pressure;
    ASSERT_TRUE(pressure.*row.member);
    const Psi& psi = *(pressure.*row.member);
    EXPECT_EQ(psi.some->avg60_pct, 60);
    EXPECT_EQ(psi.some->total_us, 114514);
    EXPECT_EQ(psi.full ? *psi.full->total_us : 11451, 11451);
    EXPECT_EQ(psi.full.has_value(), row.member != &Pressure::cpu) << "cpu full says nothing of a whole system";
    // The same text without a word on its resource.
    const FactsBuilder unnamed = facts_of("commands/pressure/stdout", file);
    EXPECT_EQ(unnamed.facts.pressure->unnamed->some->total_us, 114514);
    EXPECT_FALSE(unnamed.facts.pressure->cpu);
    EXPECT_EQ(unnamed.missing().at("/pressure/cpu").reason, "parse_error");
    ++agree;
  }
  std::printf("pressure: %zu of 4 agree, and the tree\n", agree);
}

// ---- /proc/vmstat --------------------------------------------------------------------------------------------------

TEST_F(SharedIrq, VmstatHasTheCountersOfSwapAndKills) {
  const FactsBuilder builder = facts_of("root/proc/vmstat", "proc-vmstat/aperf-test_run_1-t0.txt");
  const auto& vmstat = *builder.facts.numa_memory->vmstat;
  for (const char* name : {"pswpin", "pswpout", "oom_kill", "numa_hit"}) EXPECT_TRUE(vmstat.contains(name)) << name;
}

// ---- likeness ------------------------------------------------------------------------------------------------------

const std::set<std::string> kMine{"interrupts", "irq-affinity", "softirqs", "pressure", "proc-vmstat"};

// Every text of the corpus, shown to every kind of these collectors.
TEST_F(SharedIrq, EveryTextIsTakenForWhatItIs) {
  std::map<std::string, std::pair<int, int>> found;
  for (const auto& entry : fs::recursive_directory_iterator(shared_dir() / "corpus")) {
    const std::string file = entry.path().filename();
    if (!entry.is_regular_file() || file.find(".expected.") != std::string::npos || file == "INDEX.md") continue;
    if (file.ends_with(".tgz") || file.ends_with("gz") || file.ends_with("xz") || file.ends_with("bz2")) continue;
    const std::string kind = entry.path().parent_path().filename();
    const auto bytes = read_file(entry.path(), limits::kMaxJsonBytes);
    if (!bytes) continue;
    const std::string_view head = std::string_view(*bytes).substr(0, 64 * limits::kKiB);
    bool is_known = false;
    for (const Collector* collector : all_collectors()) {
      const bool is_ours = collector->name == "irq" || collector->name == "pressure" || collector->name == "network";
      for (const ForeignText& row : is_ours ? collector->texts : std::span<const ForeignText>{}) {
        const bool is_kind = row.kind == kind || (kind == "irq-affinity" && row.kind == "irqbalance");
        const Likeness likeness = row.likeness(head);
        if (is_kind && likeness == Likeness::sure) is_known = true;
        EXPECT_TRUE(is_kind || likeness != Likeness::sure) << entry.path() << " is taken for " << row.kind;
      }
    }
    if (!kMine.contains(kind)) continue;
    EXPECT_TRUE(is_known) << entry.path();
    ++found[kind].second;
    if (is_known) ++found[kind].first;
  }
  for (const auto& [kind, counts] : found) {
    std::printf("%s: %d of %d recognised\n", kind.c_str(), counts.first, counts.second);
  }
}

}  // namespace
}  // namespace ihc::test
