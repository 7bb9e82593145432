// What the irq, network and pressure collectors make of evidence: counts and growth per CPU, devices and queues, what a
// pasted text still says, and the traps of these families.

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "collectors/irq/interrupts.h"
#include "collectors/network/softnet.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

using Counts = std::map<std::string, std::int64_t>;

// ---- names ---------------------------------------------------------------------------------------------------------

TEST(InterruptDescription, OfEveryArchitecture) {
  const struct {
    const char* text;
    const char* chip;
    std::optional<std::int64_t> hwirq;
    std::vector<std::string> actions;
    std::optional<std::string> address;
    std::optional<std::int64_t> queue;
  } rows[] = {
      {"IO-APIC   2-edge      timer", "IO-APIC", 2, {"timer"}, {}, {}},
      {"IR-PCI-MSIX-0000:19:00.0   24-edge      i40e-eno1-TxRx-23",
       "IR-PCI-MSIX-0000:19:00.0",
       24,
       {"i40e-eno1-TxRx-23"},
       "0000:19:00.0",
       23},
      {"PCI-MSI 344064-edge      PCIe PME, pciehp", "PCI-MSI", 344064, {"PCIe PME", "pciehp"}, "0000:00:15.0", {}},
      {"PCI-MSI 512000-edge      ahci[0000:00:1f.2]", "PCI-MSI", 512000, {"ahci[0000:00:1f.2]"}, "0000:00:1f.2", {}},
      {"IR-PCI-MSI 524288-edge", "IR-PCI-MSI", 524288, {}, "0000:01:00.0", {}},
      {"PCI-MSI 1-edge      virtio0-input.3", "PCI-MSI", 1, {"virtio0-input.3"}, {}, 3},
      {"GICv3  27 Level     arch_timer", "GICv3", 27, {"arch_timer"}, {}, {}},
      {"ITS-MSI 524289 Edge      nvme0q7", "ITS-MSI", 524289, {"nvme0q7"}, "0000:01:00.0", 7},
      {"RISC-V INTC   5 Edge      riscv-timer", "RISC-V INTC", 5, {"riscv-timer"}, {}, {}},
      {"XT-PIC-XT-PIC    cascade", "XT-PIC-XT-PIC", {}, {"cascade"}, {}, {}},
      {"IR-PCI-MSI-edge      eth0-TxRx-0", "IR-PCI-MSI-edge", {}, {"eth0-TxRx-0"}, {}, 0},
      {"PCI-MSIX-0000:3b:00.0   4-edge      mlx5_comp3@pci:0000:3b:00.0",
       "PCI-MSIX-0000:3b:00.0",
       4,
       {"mlx5_comp3@pci:0000:3b:00.0"},
       "0000:3b:00.0",
       3},
      {"xen-dyn    -event     eth0-q3-rx", "xen-dyn", {}, {"-event     eth0-q3-rx"}, {}, {}},
      {"", "", {}, {}, {}, {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const InterruptDescription description = parse_interrupt_description(row.text);
    EXPECT_EQ(description.chip, row.chip);
    EXPECT_EQ(description.hwirq, row.hwirq);
    EXPECT_EQ(description.actions, row.actions);
    EXPECT_EQ(interrupt_pci_address(description), row.address);
    EXPECT_EQ(description.actions.empty() ? std::nullopt : interrupt_queue(description.actions.front()), row.queue);
  }
  EXPECT_EQ(interrupt_queue("i8042"), std::nullopt) << "a number that is part of the name";
  EXPECT_EQ(interrupt_queue("0000:00:1f.2"), std::nullopt) << "the function of an address";
}

// ---- /proc/interrupts ----------------------------------------------------------------------------------------------

TEST(ReadIrqs, GrowthByCpuOfThoseThatAreOnline) {
  const std::string first =
      "           CPU0       CPU2\n"
      " 30:         10          5  PCI-MSIX-0000:00:03.0   1-edge      virtio2-input.0\n"
      " 31:        100          0  PCI-MSIX-0000:00:03.0   2-edge      virtio2-output.0\n"
      "LOC:         50         60   Local timer interrupts\n"
      "ERR:          1\n";
  const std::string last =
      "           CPU0       CPU2\n"
      " 30:         10         25  PCI-MSIX-0000:00:03.0   1-edge      virtio2-input.0\n"
      " 31:         99          0  PCI-MSIX-0000:00:03.0   2-edge      virtio2-output.0\n"
      "LOC:         80         90   Local timer interrupts\n"
      "ERR:          3\n";
  const FactsBuilder builder =
      read_facts(*bundle_of({{"root/sys/class/net/eth0", "../../devices/pci0000:00/0000:00:03.0/virtio2/net/eth0\n"},
                             {"root/sys/bus/pci/devices/0000:00:03.0/msi_irqs/30", "msix\n"},
                             {"root/proc/irq/30/smp_affinity_list", "0-2\n"},
                             {"root/proc/irq/30/effective_affinity_list", "2\n"},
                             {"root/proc/irq/30/node", "-1\n"},
                             {"root/proc/irq/30/affinity_hint", "00000000\n"}},
                            {{"root/proc/interrupts", kSecond, first}, {"root/proc/interrupts", 11 * kSecond, last}}));
  ASSERT_TRUE(builder.facts.irqs);
  const std::vector<Irq>& irqs = *builder.facts.irqs;
  ASSERT_EQ(irqs.size(), 4U);
  EXPECT_EQ(builder.facts.interrupts->cpus->to_list(), "0,2") << "columns are CPUs, not places";
  EXPECT_EQ(builder.facts.interrupts->window_seconds, 10.0);
  EXPECT_EQ(irqs[0].key, "0000:00:03.0 virtio2-input.0");
  EXPECT_EQ(irqs[0].nic, "eth0");
  EXPECT_EQ(irqs[0].per_cpu_delta, (Counts{{"2", 20}}));
  EXPECT_EQ(irqs[0].total_delta, 20);
  EXPECT_EQ(irqs[0].affinity->to_list(), "0-2");
  EXPECT_EQ(irqs[0].effective_affinity->to_list(), "2");
  EXPECT_FALSE(irqs[0].numa_node) << "-1 is no node";
  EXPECT_FALSE(irqs[0].affinity_hint) << "an empty hint is none";
  EXPECT_FALSE(irqs[1].per_cpu_delta) << "a counter went backwards";
  EXPECT_EQ(builder.missing().at("/irqs/1/per_cpu_delta").reason, "conflicting_evidence");
  EXPECT_EQ(irqs[2].kind, "per_cpu");
  EXPECT_EQ(irqs[2].per_cpu_delta, (Counts{{"0", 30}, {"2", 30}}));
  EXPECT_EQ(irqs[3].total_delta, 2);
  EXPECT_FALSE(irqs[3].per_cpu);
  EXPECT_EQ((*builder.facts.nics)[0].irq_keys,
            (std::vector<std::string>{"0000:00:03.0 virtio2-input.0", "0000:00:03.0 virtio2-output.0"}));
}

TEST(ReadIrqs, MoreThanAThousandCpus) {
  std::string text = "     ";
  for (int cpu = 0; cpu < 1536; ++cpu) text += "     CPU" + std::to_string(cpu);
  text += "\n  9:";
  for (int cpu = 0; cpu < 1536; ++cpu) text += "          " + std::to_string(cpu);
  text += "  PCI-MSIX-0000:86:00.1   81-edge      eth0-TxRx-80\n";
  const auto parsed = parse_interrupts(text);
  EXPECT_FALSE(parsed.unparsed.any());
  ASSERT_EQ(parsed.value.rows.size(), 1U);
  EXPECT_EQ(parsed.value.rows[0].counts.at(1535), 1535);
}

TEST(ReadIrqs, SameNamesGetKeysOfTheirOwn) {
  const FactsBuilder builder = read_facts(*bundle_of({{"root/proc/interrupts",
                                                       "  CPU0\n17: 0 GICv3 48 Edge ACPI:Ged\n18: 0 GICv3 49 Edge "
                                                       "ACPI:Ged\n19: 0 XT-PIC-XT-PIC cascade\n20: 0 XT-PIC-XT-PIC "
                                                       "cascade\n"}}));
  const auto& irqs = *builder.facts.irqs;
  EXPECT_EQ(irqs[0].key, "ACPI:Ged hwirq 48");
  EXPECT_EQ(irqs[1].key, "ACPI:Ged hwirq 49");
  EXPECT_EQ(irqs[2].key, "cascade #1");
  EXPECT_EQ(irqs[3].key, "cascade #2");
}

TEST(ReadIrqs, APastedTextIsReadAsFarAsItGoes) {
  const FactsBuilder wrapped = read_facts(*bundle_of(
      {{"root/proc/interrupts",
        "> [root@gpu01 ~]# cat /proc/interrupts\r\n>            CPU0       CPU1\r\n> CPU2       CPU3\r\n"
        ">  27:     242965     155333\r\n> 52536      47894  IR-PCI-MSI 512000-edge\r\n> ahci[0000:00:1f.2]\r\n"
        "> NMI:        210         92\r\n> 179         96   Non-maskable interrupts\r\n> ERR:          0\r\n"}}));
  ASSERT_EQ(wrapped.facts.irqs->size(), 3U);
  EXPECT_EQ((*wrapped.facts.irqs)[0].key, "0000:00:1f.2 ahci");
  EXPECT_EQ((*wrapped.facts.irqs)[0].per_cpu->at("3"), 47894);
  EXPECT_EQ((*wrapped.facts.irqs)[1].name, "Non-maskable interrupts");

  const FactsBuilder cut = read_facts(
      *bundle_of({{"root/proc/interrupts", "      CPU0  CPU1\n 27:  5  6  IO-APIC  2-edge  timer\n 28:  7\n"}}));
  ASSERT_EQ(cut.facts.irqs->size(), 1U) << "a row without all its counts is no row";
  EXPECT_EQ(cut.missing().at("/irqs").reason, "parse_error");
  EXPECT_NE(cut.missing().at("/irqs").hint.find("partial"), std::string::npos);

  const FactsBuilder headless =
      read_facts(*bundle_of({{"root/proc/interrupts", " 27:  5  6  IO-APIC  2-edge  timer\n"}}));
  EXPECT_FALSE(headless.facts.irqs) << "without columns no count has a CPU";
  EXPECT_EQ(headless.missing().at("/irqs").reason, "parse_error");
}

TEST(ReadIrqs, FilesWinOverSomeonesList) {
  const FactsBuilder builder =
      read_facts(*bundle_of({{"root/proc/interrupts", "  CPU0 CPU1\n8: 1 0 IO-APIC 8-edge rtc0\n"},
                             {"root/proc/irq/8/smp_affinity_list", "0\n"},
                             {"commands/irq-affinity/stdout",
                              "/proc/irq/8/smp_affinity_list:0-1\n"
                              "/proc/irq/8/effective_affinity_list:1\n"}}));
  EXPECT_EQ((*builder.facts.irqs)[0].affinity->to_list(), "0");
  EXPECT_EQ((*builder.facts.irqs)[0].effective_affinity->to_list(), "1");
  ASSERT_EQ(builder.conflicts().size(), 1U);
  EXPECT_EQ(builder.conflicts()[0].detail, "0 against 0-1");
}

// ---- traps ---------------------------------------------------------------------------------------------------------

std::string process_stat(const char* pid, const char* name, const char* parent, const char* ticks) {
  return std::string(pid) + " (" + name + ") S " + parent + " 0 0 0 -1 69238880 0 0 0 0 " + ticks +
         " 0 0 0 20 0 1 0 31 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 3 0 0 0 0 0\n";
}

TEST(Trap, T17KernelThreadsAreMarked) {
  const FactsBuilder builder = read_facts(
      *bundle_of({{"probes/discovery.json", R"({"workers": [{"pid": 900, "comm": "vllm", "found_by": "pid"}]})"},
                  {"root/proc/901/cgroup", "0::/system.slice/backup.service\n"}},
                 {{"root/proc/40/stat", 0, process_stat("40", "ksoftirqd/3", "2", "10")},
                  {"root/proc/40/stat", 10 * kSecond, process_stat("40", "ksoftirqd/3", "2", "60")},
                  {"root/proc/900/stat", 0, process_stat("900", "vllm", "1", "10")},
                  {"root/proc/900/stat", 10 * kSecond, process_stat("900", "vllm", "1", "1010")},
                  {"root/proc/901/stat", 0, process_stat("901", "tar", "1", "0")},
                  {"root/proc/901/stat", 10 * kSecond, process_stat("901", "tar", "1", "200")},
                  {"root/proc/902/stat", 0, process_stat("902", "idle", "1", "7")},
                  {"root/proc/902/stat", 10 * kSecond, process_stat("902", "idle", "1", "7")}}));
  const auto& neighbours = *builder.facts.pressure->neighbours;
  ASSERT_EQ(neighbours.size(), 3U) << "who used no time is no neighbour";
  EXPECT_EQ(neighbours[0].name, "vllm");
  EXPECT_TRUE(neighbours[0].is_worker);
  EXPECT_EQ(neighbours[0].cpu_pct, 100.0);
  EXPECT_EQ(neighbours[1].name, "tar");
  EXPECT_EQ(neighbours[1].unit, "backup.service");
  EXPECT_FALSE(neighbours[1].is_kernel_thread);
  EXPECT_EQ(neighbours[2].name, "ksoftirqd/3");
  EXPECT_TRUE(neighbours[2].is_kernel_thread);
}

const char* const kTwoRows =
    "  CPU0 CPU1\n50: 1 0 PCI-MSIX-0000:01:00.0 1-edge nvme0q1\n51: 1 0 PCI-MSIX-0000:02:00.0 0-edge eth0\n";

TEST(Trap, T18ManagedIsKnownOnlyWhereTheKernelTells) {
  const FactsBuilder told = read_facts(*bundle_of(
      {{"root/proc/interrupts", kTwoRows},
       {"root/sys/kernel/debug/irq/irqs/50",
        "handler:  handle_edge_irq\ndevice:   0000:01:00.0\ndstate:   0x37608200\n            IRQD_AFFINITY_MANAGED\n"},
       {"root/sys/kernel/debug/irq/irqs/51", "handler:  handle_edge_irq\ndstate:   0x37600200\n"}}));
  EXPECT_EQ((*told.facts.irqs)[0].is_managed, true);
  EXPECT_EQ((*told.facts.irqs)[1].is_managed, false);
  const FactsBuilder untold = read_facts(*bundle_of({{"root/proc/interrupts", kTwoRows}}));
  EXPECT_EQ((*untold.facts.irqs)[0].is_managed, std::nullopt) << "an nvme queue is likely managed, and not known to be";
  EXPECT_EQ(untold.missing().at("/irqs").reason, "file_absent");
}

TEST(Trap, T19DeliveryIsTheEffectiveAffinity) {
  const FactsBuilder builder = read_facts(*bundle_of({{"root/proc/interrupts", kTwoRows},
                                                      {"root/proc/irq/51/smp_affinity_list", "0-1\n"},
                                                      {"root/proc/irq/51/effective_affinity_list", "1\n"},
                                                      {"root/proc/irq/50/smp_affinity_list", "0-1\n"}}));
  const auto& irqs = *builder.facts.irqs;
  EXPECT_EQ(irqs[1].affinity->to_list(), "0-1");
  EXPECT_EQ(irqs[1].effective_affinity->to_list(), "1");
  EXPECT_EQ(irqs[0].effective_affinity, std::nullopt) << "what was asked for never stands in for it";
  EXPECT_EQ(builder.missing().at("/irqs/0/effective_affinity").reason, "file_absent");
}

TEST(Trap, T20WithoutABanIrqbalanceIsTreatedAsTold) {
  const FactsBuilder builder =
      read_facts(*bundle_of({{"root/etc/default/irqbalance", "#IRQBALANCE_BANNED_CPULIST=\nIRQBALANCE_ARGS=\n"},
                             {"commands/systemctl-irqbalance/stdout", "LoadState=loaded\nActiveState=active\n"},
                             {"root/sys/devices/system/cpu/online", "0-3\n"}}));
  const Irqbalance& irqbalance = *builder.facts.interrupts->irqbalance;
  EXPECT_EQ(irqbalance.is_running, true);
  EXPECT_EQ(irqbalance.banned_cpus, std::nullopt) << "no cpuset and no isolation is taken for a ban";
  EXPECT_EQ(builder.missing().at("/interrupts/irqbalance/banned_cpus").reason, "structural");
  const FactsBuilder listed = read_facts(*bundle_of({{"root/etc/default/irqbalance",
                                                      "IRQBALANCE_BANNED_CPUS=ff\nIRQBALANCE_BANNED_CPULIST=2-"
                                                      "3\nIRQBALANCE_ARGS=\"--banirq=24 -i 25 -m nvme -o\"\n"}}));
  EXPECT_EQ(listed.facts.interrupts->irqbalance->banned_cpus->to_list(), "2-3");
  EXPECT_EQ(listed.facts.interrupts->irqbalance->banned_irqs, (std::vector<std::string>{"24", "25", "module nvme"}));
  EXPECT_EQ(listed.facts.interrupts->irqbalance->is_one_shot, true);
}

TEST(Trap, T32FullOfTheSystemsCpuIsNoFact) {
  const FactsBuilder builder =
      read_facts(*bundle_of({{"root/proc/pressure/cpu",
                              "some avg10=1.00 avg60=1.00 avg300=1.00 total=5\nfull avg10=0.00 avg60=0.00 avg300=0.00 "
                              "total=0\n"}}));
  EXPECT_FALSE(builder.facts.pressure->cpu->full);
  EXPECT_EQ(builder.missing().at("/pressure/cpu/full").reason, "structural");
}

TEST(Trap, T33TheWindowIsJudgedByItsOwnGrowth) {
  const std::string path = "root/proc/pressure/memory";
  const FactsBuilder builder = read_facts(*bundle_of(
      {}, {{path, 0,
            "some avg10=0.00 avg60=9.00 avg300=44.00 total=1000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n"},
           {path, 15 * kSecond,
            "some avg10=0.00 avg60=9.00 avg300=44.00 total=1100000\nfull avg10=0 avg60=0 avg300=0 total=7\n"},
           {path, 30 * kSecond,
            "some avg10=9.00 avg60=9.00 avg300=44.00 total=1600000\nfull avg10=0 avg60=0 avg300=0 total=7\n"}}));
  const Psi& memory = *builder.facts.pressure->memory;
  EXPECT_EQ(memory.some->delta_us, 600000);
  EXPECT_EQ(memory.some->window_pct, 2.0);
  EXPECT_EQ(memory.some->avg300_pct, 44.0);
  EXPECT_EQ(memory.full->delta_us, 0);
}

TEST(Trap, T47SoftnetIsHexadecimalAndByOnlineCpu) {
  const std::string zeros = " 00000000 00000000 00000000 00000000 00000000";
  const std::string path = "root/proc/net/softnet_stat";
  const auto old_kernel = [&](const char* processed, const char* dropped) {
    return std::string(processed) + " " + dropped + " 00000001" + zeros + " 00000000\n";
  };
  const FactsBuilder old = read_facts(
      *bundle_of({{"root/sys/devices/system/cpu/online", "0,3\n"}},
                 {{path, 0, old_kernel("000000ff", "00000000") + old_kernel("00000010", "00000000")},
                  {path, kSecond, old_kernel("00000100", "0000000a") + old_kernel("00000010", "00000000")}}));
  const auto& rows = *old.facts.network->softnet;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].processed, 256);
  EXPECT_EQ(rows[0].dropped_delta, 10);
  EXPECT_EQ(rows[1].cpu, 3) << "the second line is the second online CPU";
  EXPECT_FALSE(rows[0].received_rps) << "nine columns have none";
  const auto named = parse_softnet("0000418b 00000000 00000001" + zeros +
                                   " 00000000 00000007 00000000 00000000 0000001f 00000000 00000000\n");
  ASSERT_EQ(named.value.size(), 1U);
  EXPECT_EQ(named.value[0].cpu, 31);
  EXPECT_EQ(named.value[0].received_rps, 7);
  EXPECT_FALSE(old.facts.network->softnet->front().flow_limit_count);
  EXPECT_TRUE(parse_softnet("0000418b 00000000 0000\n").unparsed.any()) << "a cut line is not read";
}

// ---- CPU time ------------------------------------------------------------------------------------------------------

TEST(ReadPressure, SharesOfEachCpuWithinTheWindow) {
  const std::string path = "root/proc/stat";
  const FactsBuilder builder =
      read_facts(*bundle_of({{"root/proc/loadavg", "0.20 0.18 0.12 1/80 11206\n"}},
                            {{path, 0,
                              "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 50 0 50 400 0 0 0 0 0 0\ncpu10 50 0 50 400 0 0 0 0 "
                              "0 0\ncpu9 1 1 1 1 1 1 1 1 1 1\nctxt 10\n"},
                             {path, 10 * kSecond,
                              "cpu  200 0 150 850 0 0 0 100 0 0\ncpu0 60 0 60 460 0 0 0 20 0 0\ncpu10 90 0 50 420 10 "
                              "10 20 0 5 0\ncpu9 1 1 1 0 1 1 1 1 1 1\nctxt 30\nprocs_running 4\n"}}));
  const Pressure& pressure = *builder.facts.pressure;
  const auto& cpus = *pressure.cpus;
  ASSERT_EQ(cpus.size(), 3U);
  EXPECT_EQ(cpus[0].cpu, "0");
  EXPECT_EQ(cpus[0].steal_pct, 20.0);
  EXPECT_EQ(cpus[0].busy_pct, 20.0);
  EXPECT_EQ(cpus[1].cpu, "9");
  EXPECT_FALSE(cpus[1].busy_pct) << "its idle time went backwards";
  EXPECT_EQ(builder.missing().at("/pressure/cpus/1").reason, "conflicting_evidence");
  EXPECT_EQ(cpus[2].cpu, "10");
  EXPECT_EQ(cpus[2].user_pct, 40.0) << "guest time is part of it, and counted once";
  EXPECT_EQ(cpus[2].softirq_pct, 20.0);
  EXPECT_EQ(cpus[2].iowait_pct, 10.0);
  EXPECT_EQ(pressure.all_cpus->steal_pct, 100.0 * 100 / 300);
  EXPECT_EQ(pressure.counters_delta, (Counts{{"ctxt", 20}}));
  EXPECT_EQ(pressure.counters->at("procs_running"), 4);
  EXPECT_EQ(pressure.load->scheduling_entities, 80);
}

// ---- the network ---------------------------------------------------------------------------------------------------

TEST(ReadNetwork, AnInterfaceWithItsDriverAndUppers) {
  const std::string net = "root/sys/class/net/";
  const std::string pci = "root/sys/bus/pci/devices/0000:3b:00.0/";
  const std::string ethtool =
      R"({"interfaces": {"eth0": {"driver": "mlx5_core", "firmware": "22.36", "rings": {"rx": 1024, "rx_max": 8192},
          "channels": {"combined": 32, "combined_max": 63}, "coalescing": {"rx-usecs": 8}, "features": {"rx-gro": true},
          "statistics": {"rx_packets": 5, "rx_out_of_buffer": )";
  const FactsBuilder builder =
      read_facts(*bundle_of({{net + "eth0", "../../devices/pci0000:3a/0000:3b:00.0/net/eth0\n"},
                             {net + "lo", "../../devices/virtual/net/lo\n"},
                             {net + "bond0", "../../devices/virtual/net/bond0\n"},
                             {net + "eth0/operstate", "up\n"},
                             {net + "eth0/speed", "100000\n"},
                             {net + "eth0/duplex", "full\n"},
                             {net + "eth0/mtu", "9000\n"},
                             {net + "eth0/upper_bond0", "../../../../virtual/net/bond0\n"},
                             {net + "bond0/upper_bond0.7", "../bond0.7\n"},
                             {net + "eth0/queues/rx-0/rps_cpus", "00000000,0000000f\n"},
                             {net + "eth0/queues/rx-0/rps_flow_cnt", "4096\n"},
                             {net + "eth0/queues/tx-0/xps_cpus", "00000000\n"},
                             {pci + "numa_node", "1\n"},
                             {pci + "local_cpulist", "32-63\n"},
                             {pci + "driver", "../../../../bus/pci/drivers/mlx5_core\n"},
                             {"probes/ethtool.json", ethtool + "12}}}}"},
                             {"probes/ethtool-after.json", ethtool + "15}}}}"},
                             {"commands/ss-listen/stdout", "LISTEN 0      2048         0.0.0.0:8000      0.0.0.0:*\n"},
                             {"root/proc/sys/net/core/somaxconn", "4096\n"}},
                            {{net + "eth0/statistics/rx_missed_errors", 0, "7\n"},
                             {net + "eth0/statistics/rx_missed_errors", kSecond, "9\n"},
                             {net + "eth0/carrier_changes", 0, "4\n"},
                             {net + "eth0/carrier_changes", kSecond, "6\n"},
                             {"root/proc/net/netstat", 0, "TcpExt: ListenOverflows ListenDrops\nTcpExt: 12 13\n"},
                             {"root/proc/net/netstat", kSecond, "TcpExt: ListenOverflows ListenDrops\nTcpExt: 15 13\n"},
                             {"root/proc/net/snmp", 0, "Tcp: MaxConn RetransSegs CurrEstab\nTcp: -1 7 3\n"},
                             {"root/proc/net/snmp", kSecond, "Tcp: MaxConn RetransSegs CurrEstab\nTcp: -1 9 2\n"}}));
  ASSERT_EQ(builder.facts.nics->size(), 1U) << "what has no device is no interface of ours";
  const Nic& nic = builder.facts.nics->front();
  EXPECT_EQ(nic.address, "0000:3b:00.0");
  EXPECT_EQ(nic.driver, "mlx5_core");
  EXPECT_EQ(nic.numa_node, 1);
  EXPECT_EQ(nic.local_cpus->to_list(), "32-63");
  EXPECT_EQ(nic.is_up, true);
  EXPECT_EQ(nic.speed_mbps, 100000);
  EXPECT_EQ(nic.mtu, 9000);
  EXPECT_EQ(nic.carrier_changes, 6);
  EXPECT_EQ(nic.carrier_changes_delta, 2);
  EXPECT_EQ(nic.statistics_delta, (Counts{{"rx_missed_errors", 2}}));
  EXPECT_EQ(nic.rings->rx_max, 8192);
  EXPECT_EQ(nic.channels->combined, 32);
  EXPECT_EQ(nic.coalescing, (Counts{{"rx-usecs", 8}}));
  EXPECT_EQ(nic.features->at("rx-gro"), true);
  EXPECT_EQ(nic.driver_statistics, (Counts{{"rx_out_of_buffer", 15}})) << "only what tells of loss";
  EXPECT_EQ(nic.driver_statistics_delta, (Counts{{"rx_out_of_buffer", 3}}));
  EXPECT_EQ(nic.upper_interfaces, (std::vector<std::string>{"bond0", "bond0.7"}));
  ASSERT_EQ(nic.queues->size(), 2U);
  EXPECT_EQ((*nic.queues)[0].cpus->to_list(), "0-3");
  EXPECT_EQ((*nic.queues)[0].flow_entries, 4096);
  EXPECT_TRUE((*nic.queues)[1].cpus->empty());
  const Network& network = *builder.facts.network;
  EXPECT_EQ(network.counters_delta,
            (Counts{{"Tcp.RetransSegs", 2}, {"TcpExt.ListenDrops", 0}, {"TcpExt.ListenOverflows", 3}}));
  EXPECT_EQ(network.sysctl->at("net.core.somaxconn"), 4096);
  EXPECT_EQ(network.listeners->front().backlog, 2048);
}

TEST(ReadNetwork, WhatEthtoolPrintedStandsInForTheProbe) {
  const FactsBuilder builder = read_facts(*bundle_of(
      {{"commands/ethtool/stdout",
        "Ring parameters for eth1:\nPre-set maximums:\nRX:\t\t8192\nRX Mini:\tn/a\nTX:\t\t8192\nCurrent hardware "
        "settings:\nRX:\t\t1024\nRX Mini:\tn/a\nTX:\t\t512\nTX Push:\toff\n"},
       {"commands/ethtool-2/stdout",
        "[root@gpu01 ~]# ethtool -l eth1\nChannel parameters for eth1:\nPre-set maximums:\nRX:\t\tn/a\nCombined:\t63\n"
        "Current hardware settings:\nRX:\t\tn/a\nCombined:\t32\n[root@gpu01 ~]# ethtool -S eth1\nNIC statistics:\n"
        "     rx_packets: 99\n     rx_out_of_buffer: 12\n[root@gpu01 ~]# ethtool -c eth1\nCoalesce parameters for "
        "eth1:\nAdaptive RX: on  TX: off\nrx-usecs:\t8\nrx-frames:\tn/a\n[root@gpu01 ~]# ethtool -k eth1\nFeatures for "
        "eth1:\nrx-checksumming: on\n\ttx-checksum-ipv4: off [fixed]\n[root@gpu01 ~]# ethtool -i eth1\ndriver: "
        "mlx5_core\nversion: 5.0-0\nfirmware-version: 16.28.2006\nbus-info: 0000:3b:00.0\n"}}));
  ASSERT_EQ(builder.facts.nics->size(), 1U);
  const Nic& nic = builder.facts.nics->front();
  EXPECT_EQ(nic.name, "eth1");
  EXPECT_EQ(nic.rings->rx, 1024);
  EXPECT_EQ(nic.rings->rx_max, 8192);
  EXPECT_EQ(nic.rings->tx, 512);
  EXPECT_EQ(nic.channels->combined, 32);
  EXPECT_EQ(nic.channels->combined_max, 63);
  EXPECT_FALSE(nic.channels->rx) << "n/a is no number";
  EXPECT_EQ(nic.coalescing, (Counts{{"rx-usecs", 8}}));
  EXPECT_EQ(nic.features->at("tx-checksum-ipv4"), false);
  EXPECT_EQ(nic.driver, "mlx5_core");
  EXPECT_EQ(nic.firmware_version, "16.28.2006");
  EXPECT_EQ(nic.driver_statistics, (Counts{{"rx_out_of_buffer", 12}}));
  EXPECT_FALSE(builder.missing().contains("/nics")) << builder.missing().at("/nics").hint;
}

TEST(ReadNetwork, RdmaPortsWithTheirCounters) {
  const std::string dir = "root/sys/class/infiniband/";
  const FactsBuilder builder =
      read_facts(*bundle_of({{dir + "mlx5_0", "../../devices/pci0000:3a/0000:3b:00.0/infiniband/mlx5_0\n"},
                             {dir + "mlx5_0/ports/1/state", "4: ACTIVE\n"},
                             {dir + "mlx5_0/ports/1/rate", "400 Gb/sec (4X NDR)\n"},
                             {dir + "mlx5_0/ports/1/link_layer", "InfiniBand\n"}},
                            {{dir + "mlx5_0/ports/1/counters/link_downed", 0, "3\n"},
                             {dir + "mlx5_0/ports/1/counters/link_downed", kSecond, "4\n"},
                             {dir + "mlx5_0/ports/1/counters/port_xmit_wait", 0, "N/A (no PMA)\n"}}));
  const RdmaPort& port = builder.facts.network->rdma_ports->front();
  EXPECT_EQ(port.address, "0000:3b:00.0");
  EXPECT_EQ(port.state, "ACTIVE");
  EXPECT_EQ(port.counters, (Counts{{"link_downed", 4}}));
  EXPECT_EQ(port.counters_delta, (Counts{{"link_downed", 1}}));
}

}  // namespace
}  // namespace ihc::test
