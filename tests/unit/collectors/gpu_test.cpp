// What the gpu collector makes of tools' outputs and driver files: several texts of one GPU, states without a driver,
// growth over the window, and the traps of reading GPU tools.

#include <gtest/gtest.h>

#include "cli/read_facts.h"
#include "collectors/gpu/smi_csv.h"
#include "collectors/gpu/smi_fields.h"
#include "collectors/gpu/smi_topo.h"
#include "collectors/gpu/values.h"
#include "facts/described/document.h"
#include "support/timed_bundle.h"

namespace ihc::test {
namespace {

constexpr std::int64_t kMiB = 1048576;
const std::string kPci = "root/sys/bus/pci/devices/";
const std::string kXml = "commands/nvidia-smi-q-xml/stdout";
const std::string kTopo = "commands/nvidia-smi-topo/stdout";

std::string xml_of(const std::string& inside, const std::string& id = "00000000:3B:00.0") {
  return "<nvidia_smi_log>\n<driver_version>535.1</driver_version>\n<attached_gpus>1</attached_gpus>\n<gpu id=\"" + id +
         "\">\n" + inside + "\n</gpu>\n</nvidia_smi_log>\n";
}

Files pci_device(const std::string& address, const std::string& vendor, const std::string& node = "1") {
  const std::string dir = kPci + address + "/";
  return {{dir + "class", "0x030200\n"},
          {dir + "vendor", "0x" + vendor + "\n"},
          {dir + "device", "0x2330\n"},
          {dir + "numa_node", node + "\n"},
          {dir + "local_cpulist", "32-63\n"}};
}

Files together(Files files, const Files& more) {
  files.insert(more.begin(), more.end());
  return files;
}

Gpu first_gpu(const Files& files) {
  const auto gpus = read_facts(*bundle_of(files)).facts.gpus;
  return gpus && !gpus->empty() ? gpus->front() : Gpu{};
}

std::string topo_of(const std::string& cpus, const std::string& nodes, const std::string& id = "N/A") {
  return "\tGPU0\tGPU1\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\nGPU0\t X \tNV18\t" + cpus + "\t" + nodes + "\t\t" +
         id + "\nGPU1\tNV18\t X \t" + cpus + "\t" + nodes + "\t\t" + id + "\n";
}

// ---- values --------------------------------------------------------------------------------------------------------

TEST(GpuValues, AddressesAsSysfsWritesThem) {
  EXPECT_EQ(sysfs_pci_address("00000000:3B:00.0"), "0000:3b:00.0");
  EXPECT_EQ(sysfs_pci_address("0000:3b:00.0"), "0000:3b:00.0");
  EXPECT_EQ(sysfs_pci_address("00010000:3B:00.0"), "10000:3b:00.0");
  EXPECT_EQ(sysfs_pci_address("3B:00.0"), "0000:3b:00.0");
  EXPECT_EQ(sysfs_pci_address("N/A"), std::nullopt);
  EXPECT_EQ(sysfs_pci_address("GPU-63110aaa"), std::nullopt);
}

TEST(GpuValues, NumbersNeedTheirUnit) {
  EXPECT_EQ(gpu_bytes("81559 MiB"), 81559 * kMiB);
  EXPECT_EQ(gpu_bytes("1MiB"), kMiB);
  EXPECT_EQ(gpu_bytes("81559"), std::nullopt);
  EXPECT_EQ(gpu_bytes("99999999999999999999 GiB"), std::nullopt);
  EXPECT_EQ(gpu_number("67.03 W", "W"), 67.03);
  EXPECT_EQ(gpu_number("67.03 W", "C"), std::nullopt);
  EXPECT_EQ(gpu_number("-7 C", "C"), std::nullopt);
  EXPECT_EQ(gpu_flag("Not Active"), false);
  EXPECT_EQ(gpu_flag("N/A"), std::nullopt);
  EXPECT_EQ(gpu_value_state("[Not Supported]"), GpuValue::unsupported);
  EXPECT_EQ(gpu_value_state("[Unknown Error]"), GpuValue::failed);
  EXPECT_EQ(gpu_value_state("Requested functionality has been deprecated"), GpuValue::unsupported);
  EXPECT_EQ(gpu_value_state("[Insufficient Permissions]"), GpuValue::denied);
}

// ---- traps ---------------------------------------------------------------------------------------------------------

TEST(GpuTraps, T37IdleIsAReasonOfItsOwn) {
  const Gpu gpu = first_gpu({{kXml, xml_of("<clocks_event_reasons><clocks_event_reason_gpu_idle>Active"
                                           "</clocks_event_reason_gpu_idle><clocks_event_reason_hw_slowdown>Not Active"
                                           "</clocks_event_reason_hw_slowdown></clocks_event_reasons>")}});
  EXPECT_EQ(*gpu.event_reasons, (std::map<std::string, bool>{{"gpu_idle", true}, {"hw_slowdown", false}}));
  const auto idle = event_reasons_of_mask(0x1);
  EXPECT_TRUE(idle.at("gpu_idle"));
  for (const auto& [name, active] : idle) EXPECT_EQ(active, name == "gpu_idle") << name;
  EXPECT_TRUE(event_reasons_of_mask(0x80).at("hw_power_brake_slowdown"));
  EXPECT_TRUE(event_reasons_of_mask(0x40).at("hw_thermal_slowdown"));
  EXPECT_TRUE(event_reasons_of_mask(0x100).at("display_clocks_setting"));
}

TEST(GpuTraps, T38OldAndNewNamesOfReasonsAreOne) {
  const std::map<std::string, bool> expected{{"hw_thermal_slowdown", true}};
  for (const std::string name : {"throttle", "event"}) {
    const std::string group = "clocks_" + name + "_reason";
    const Gpu gpu = first_gpu({{kXml, xml_of("<" + group + "s><" + group + "_hw_thermal_slowdown>Active</" + group +
                                             "_hw_thermal_slowdown></" + group + "s>")}});
    EXPECT_EQ(*gpu.event_reasons, expected) << name;
    const std::string csv = "index, clocks_" + name + "_reasons.hw_thermal_slowdown\n0, Active\n";
    EXPECT_EQ(*first_gpu({{"commands/nvidia-smi-query-csv/stdout", csv}}).event_reasons, expected) << name;
    const std::string heading = name == "event" ? "Clocks Event Reasons" : "Clocks Throttle Reasons";
    const std::string text = "==============NVSMI LOG==============\nAttached GPUs : 1\nGPU 00000000:3B:00.0\n    " +
                             heading + "\n        HW Slowdown : Active\n            HW Thermal Slowdown : Active\n";
    EXPECT_EQ(first_gpu({{"commands/nvidia-smi-q-text/stdout", text}}).event_reasons->at("hw_thermal_slowdown"), true);
  }
}

TEST(GpuTraps, T39PowerCapComesWithItsLimits) {
  const Gpu gpu = first_gpu(
      {{kXml, xml_of("<clocks_event_reasons><clocks_event_reason_sw_power_cap>Active</clocks_event_reason_sw_power_cap>"
                     "</clocks_event_reasons><gpu_power_readings><current_power_limit>300.00 W</current_power_limit>"
                     "<requested_power_limit>300.00 W</requested_power_limit><default_power_limit>350.00 W"
                     "</default_power_limit></gpu_power_readings>")}});
  EXPECT_TRUE(gpu.event_reasons->at("sw_power_cap"));
  EXPECT_EQ(gpu.power->limit_w, 300.0);
  EXPECT_EQ(gpu.power->enforced_limit_w, 300.0);
  EXPECT_EQ(gpu.power->default_limit_w, 350.0);
}

TEST(GpuTraps, T42UtilizationSaysWhatItIs) {
  const TypeInfo& type = type_of<GpuUtilization>();
  EXPECT_NE(type.member("gpu_pct")->doc.find("resident"), std::string_view::npos);
}

TEST(GpuTraps, T43SeveralNodesAreNotTheFirst) {
  const FactsBuilder builder = read_facts(*bundle_of({{kTopo, topo_of("0-31", "0-1")}}));
  const Gpu& gpu = builder.facts.gpus->front();
  EXPECT_EQ(gpu.affinity_nodes->to_list(), "0-1");
  EXPECT_EQ(gpu.numa_node, std::nullopt);
  EXPECT_EQ(builder.missing().at("/gpus/0/numa_node").reason, "conflicting_evidence");
}

TEST(GpuTopo, ListsThatTheToolMayHaveCut) {
  for (const char* whole : {"0-47", "0-63,128-191", "112-127,240-255", "0,2,4,6", "0", ""}) {
    EXPECT_FALSE(topo_list_may_be_cut(whole)) << whole;
  }
  for (const char* cut : {"0,2,4,6,8,10", "1,3,5,7,9,11", "0-3,8-11,16-19", "48-63,176-191,2"}) {
    EXPECT_TRUE(topo_list_may_be_cut(cut)) << cut;
  }
}

TEST(GpuTopo, BlanksStandForTabs) {
  const auto topo = parse_smi_topo(
      "$ nvidia-smi topo -m\n        GPU0    GPU1    mlx5_0  CPU Affinity    NUMA Affinity\n"
      "GPU0     X      NV4     PIX     0-15            0\nGPU1    NV4      X      SYS     16-31           1\n"
      "mlx5_0  PIX     SYS      X\n\nLegend:\n");
  EXPECT_EQ(topo.value.devices, (std::vector<std::string>{"GPU0", "GPU1", "mlx5_0"}));
  ASSERT_EQ(topo.value.gpus.size(), 2U);
  EXPECT_EQ(topo.value.gpus[1].cpus->to_list(), "16-31");
  EXPECT_EQ(topo.value.gpus[1].nodes->to_list(), "1");
  EXPECT_EQ(topo.value.links.size(), 3U);
  EXPECT_EQ(topo.unparsed.lines, 1U) << "the prompt";
}

TEST(GpuTopo, HalfARowIsNoAffinity) {
  const std::string whole = topo_of("0-63,128-191", "0");
  const std::string cut = whole.substr(0, whole.find("191"));
  const auto topo = parse_smi_topo(cut);
  ASSERT_EQ(topo.value.gpus.size(), 1U);
  EXPECT_TRUE(topo.value.gpus[0].cpus_may_be_cut || !topo.value.gpus[0].cpus);
  EXPECT_TRUE(topo.unparsed.any());
  EXPECT_EQ(read_facts(*bundle_of({{kTopo, cut}})).facts.gpus->front().local_cpus, std::nullopt);
}

TEST(GpuTopo, CellsThatDifferAreNoLink) {
  const auto topo = parse_smi_topo("\tGPU0\tGPU1\nGPU0\t X \tNV4\nGPU1\tSYS\t X \n");
  EXPECT_TRUE(topo.value.links.empty());
  EXPECT_TRUE(topo.unparsed.any());
}

// ---- several texts -------------------------------------------------------------------------------------------------

TEST(ReadGpus, SysfsWinsAndADifferenceIsAConflict) {
  Files files = together(pci_device("0000:3b:00.0", "10de"), pci_device("0000:5e:00.0", "10de"));
  files[kTopo] = topo_of("0-31", "0");
  const FactsBuilder builder = read_facts(*bundle_of(files));
  ASSERT_EQ(builder.facts.gpus->size(), 2U);
  const Gpu& gpu = builder.facts.gpus->front();
  EXPECT_EQ(gpu.index, 0) << "nvidia-smi counts in the order of PCI addresses";
  EXPECT_EQ(gpu.numa_node, 1);
  EXPECT_EQ(gpu.local_cpus->to_list(), "32-63");
  ASSERT_EQ(builder.conflicts().size(), 4U);
  EXPECT_EQ(builder.conflicts().front().pointer, "/gpus/0/numa_node");
  EXPECT_EQ(builder.conflicts().front().used, "1");
  EXPECT_EQ(builder.conflicts().front().other, "0");
  EXPECT_EQ(builder.facts.gpu_links->front().from_address, "0000:3b:00.0");
  EXPECT_EQ(builder.facts.gpu_links->front().to_address, "0000:5e:00.0");
  EXPECT_EQ(builder.facts.gpu_links->front().nvlink_count, 18);
}

TEST(ReadGpus, OneGpuFromReportListAndTable) {
  Files files = pci_device("0000:3b:00.0", "10de");
  files[kXml] = xml_of("<product_name>A</product_name><uuid>GPU-1</uuid>");
  files["commands/nvidia-smi-nvlink/stdout"] = "GPU 0: A (UUID: GPU-1)\n\t Link 0: 25 GB/s\n\t Link 1: <inactive>\n";
  files["commands/nvidia-smi-nvlink-errors/stdout"] =
      "GPU 0: A (UUID: GPU-1)\n\t Link 0: Replay Errors: 3\n\t Link 0: CRC Errors: 0\n";
  files["commands/nvidia-smi-L/stdout"] = "GPU 0: A (UUID: GPU-1)\n";
  const FactsBuilder builder = read_facts(*bundle_of(files));
  ASSERT_EQ(builder.facts.gpus->size(), 1U);
  const Gpu& gpu = builder.facts.gpus->front();
  EXPECT_EQ(gpu.name, "A");
  EXPECT_EQ(gpu.local_cpus->to_list(), "32-63");
  ASSERT_EQ(gpu.nvlinks->size(), 2U);
  EXPECT_EQ(gpu.nvlinks->at(0).active, true);
  EXPECT_EQ(gpu.nvlinks->at(0).errors, (GpuCounts{{"crc_errors", 0}, {"replay_errors", 3}}));
  EXPECT_EQ(gpu.nvlinks->at(1).active, false);
  EXPECT_EQ(builder.facts.gpu_stack->listed_count, 1);
  EXPECT_EQ(builder.facts.gpu_stack->pci_count, 1);
  EXPECT_EQ(builder.facts.gpu_stack->state, "ok");
  EXPECT_EQ(builder.facts.gpu_stack->nvswitch_count, 0);
}

TEST(ReadGpus, LinksThatNobodyAskedForAreNotNone) {
  Files files = pci_device("0000:3b:00.0", "10de");
  const std::string states = "commands/nvidia-smi-nvlink/stdout";
  const FactsBuilder unasked = read_facts(*bundle_of(files));
  EXPECT_EQ(unasked.facts.gpus->front().nvlinks, std::nullopt);
  EXPECT_EQ(unasked.missing().at("/gpus/0/nvlinks").reason, "file_absent");
  EXPECT_EQ(read_facts(*bundle_of(pci_device("0000:3b:00.0", "1002"))).missing().at("/gpus/0/nvlinks").reason,
            "structural");

  Manifest manifest;
  manifest.commands.push_back({.slug = "nvidia-smi-nvlink", .argv = {"nvidia-smi", "nvlink", "-s"}, .exit_code = 0});
  files[states] = "\n";
  const FactsBuilder none = read_facts(*bundle_with_manifest(manifest, files));
  ASSERT_TRUE(none.facts.gpus->front().nvlinks);
  EXPECT_TRUE(none.facts.gpus->front().nvlinks->empty());
  EXPECT_FALSE(none.missing().contains("/gpus/0/nvlinks"));
}

TEST(ReadGpus, GrowthOverTheWindow) {
  const auto report = [](const char* replays, const char* brake, const char* dram) {
    return xml_of(
        std::string("<pci><replay_counter>") + replays +
        "</replay_counter></pci><clocks_event_reasons_counters><clocks_event_reasons_counters_hw_power_brake>" + brake +
        " us</clocks_event_reasons_counters_hw_power_brake></clocks_event_reasons_counters>" +
        "<ecc_errors><volatile><dram_uncorrectable>" + dram + "</dram_uncorrectable></volatile></ecc_errors>");
  };
  const std::string after = "commands/nvidia-smi-q-xml-after/stdout";
  const Gpu grown = first_gpu({{kXml, report("67", "100", "0")}, {after, report("70", "5100", "2")}});
  EXPECT_EQ(grown.pcie->replay_count, 67) << "the first report";
  EXPECT_EQ(grown.delta->replay_count, 3);
  EXPECT_EQ(*grown.delta->event_reasons_us, (GpuCounts{{"hw_power_brake_slowdown", 5000}}));
  EXPECT_EQ(*grown.delta->ecc_volatile, (GpuCounts{{"dram_uncorrectable", 2}}));
  const Gpu reset = first_gpu({{kXml, report("67", "100", "1")}, {after, report("0", "0", "0")}});
  EXPECT_EQ(reset.delta->replay_count, std::nullopt) << "a counter that went backwards";
  EXPECT_EQ(reset.delta->event_reasons_us, std::nullopt);
}

TEST(ReadGpus, ComputeAppsGiveEachGpuItsProcesses) {
  const std::string csv =
      "gpu_uuid, pid, process_name, used_gpu_memory [MiB]\nGPU-63110aaa-3561-c8f5-e125-4ab40bbcf838, 41, python3, 100 "
      "MiB\nGPU-63110aaa-3561-c8f5-e125-4ab40bbcf838, 42, python3, 200 MiB\n";
  const Gpu gpu = first_gpu({{"commands/nvidia-smi-query-csv/stdout", csv}});
  ASSERT_TRUE(gpu.processes && gpu.processes->size() == 2);
  EXPECT_EQ(gpu.processes->at(1).pid, 42);
  EXPECT_EQ(gpu.processes->at(1).memory_bytes, 200 * kMiB);
}

TEST(ReadGpus, QueryWithoutHeadingNeedsItsCommand) {
  const auto csv = parse_smi_csv("0, 23034, 12\n1, 23034, 0\n", {"index", "memory.total", "utilization.gpu"});
  ASSERT_EQ(csv.value.rows.size(), 2U);
  const Gpu gpu = gpu_of_query(csv.value.rows[1]).gpu;
  EXPECT_EQ(gpu.memory->total_bytes, 23034 * kMiB);
  EXPECT_EQ(gpu.utilization->gpu_pct, 0);
  const auto bare = parse_smi_csv("0, 23034, 12\n1, 23034, 0\n");
  EXPECT_EQ(bare.value.columns, (std::vector<std::string>{"index", "", ""}));
  EXPECT_EQ(bare.value.unknown_columns, 2U);
  EXPECT_EQ(parse_smi_csv("index, fan.speed [%], my.column\n0, 30 %, 1\n").value.unknown_columns, 0U);
}

TEST(ReadGpus, UnitsOfTheHeading) {
  const Gpu gpu = first_gpu({{"commands/nvidia-smi-query-csv/stdout",
                              "index, memory.total [MiB], power.draw [W], temperature.gpu, pcie.link.width.max\n"
                              "3, 81559, 71.2, 44, 16\n"}});
  EXPECT_EQ(gpu.index, 3);
  EXPECT_EQ(gpu.memory->total_bytes, 81559 * kMiB);
  EXPECT_EQ(gpu.power->draw_w, 71.2);
  EXPECT_EQ(gpu.temperatures->gpu_celsius, 44);
  EXPECT_EQ(gpu.pcie->width_max, 16);
}

// ---- no GPU, no driver, no answer ----------------------------------------------------------------------------------

TEST(ReadGpus, WhatTheToolSaysInsteadOfAReport) {
  const std::pair<const char*, const char*> rows[] = {
      {"Failed to initialize NVML: Driver/library version mismatch\n", "library_mismatch"},
      {"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure …\n", "no_driver"},
      {"No devices were found\n", "no_devices"},
      {"Unable to determine the device handle for GPU 0000:3B:00.0: GPU is lost.  Reboot the system\n", "gpu_lost"},
  };
  for (const auto& [words, state] : rows) {
    Files files = pci_device("0000:3b:00.0", "10de");
    files[kXml] = words;
    const FactsBuilder builder = read_facts(*bundle_of(files));
    EXPECT_EQ(builder.facts.gpu_stack->state, state);
    EXPECT_EQ(builder.facts.gpu_stack->message, std::string(trim(words)));
    EXPECT_EQ(builder.facts.gpu_stack->pci_count, 1) << "PCI still has it";
    EXPECT_EQ(builder.facts.gpu_stack->listed_count, std::nullopt);
    EXPECT_EQ(builder.facts.gpus->size(), 1U);
  }
}

TEST(ReadGpus, ANodeWithoutGpuHasAnEmptyList) {
  const FactsBuilder builder = read_facts(*bundle_of({{kPci + "0000:00:1f.0/class", "0x060100\n"}}));
  ASSERT_TRUE(builder.facts.gpus);
  EXPECT_TRUE(builder.facts.gpus->empty());
  EXPECT_TRUE(builder.missing().contains("/gpu_stack/state"));
}

TEST(ReadGpus, ACutReportIsPartial) {
  const std::string whole = xml_of("<fb_memory_usage><total>81559 MiB</total><used>12 MiB</used></fb_memory_usage>");
  const FactsBuilder builder = read_facts(*bundle_of({{kXml, whole.substr(0, whole.find("2 MiB</used>"))}}));
  ASSERT_EQ(builder.facts.gpus->size(), 1U);
  EXPECT_EQ(builder.facts.gpus->front().memory->total_bytes, 81559 * kMiB);
  EXPECT_EQ(builder.facts.gpus->front().memory->used_bytes, std::nullopt) << "1 of 12";
  EXPECT_EQ(builder.missing().at("/gpus").reason, "parse_error");
}

TEST(ReadGpus, APastedReportIsIndentedAndHasAPromptAroundIt) {
  const std::string text = std::string(
      "root@node:~# nvidia-smi -q\n\n    ==============NVSMI LOG==============\n\n    Driver Version : 535.1\n    "
      "Attached GPUs : 1\n"
      "    GPU 00000000:3B:00.0\n        Product Name : A\n        ECC Mode\n            Current : Enabled\n"
      "    root@node:~#\n");
  const FactsBuilder builder = read_facts(*bundle_of({{"commands/nvidia-smi-q-text/stdout", text}}));
  const Gpu& gpu = builder.facts.gpus->front();
  EXPECT_EQ(gpu.address, "0000:3b:00.0");
  EXPECT_EQ(gpu.name, "A");
  EXPECT_EQ(gpu.ecc->enabled, true);
  EXPECT_EQ(builder.facts.gpu_stack->driver_version, "535.1");
}

TEST(ReadGpus, AValueTheDriverCouldNotReadIsAFact) {
  const FactsBuilder builder = read_facts(
      *bundle_of({{kXml, xml_of("<gpu_power_readings><power_draw>[Unknown Error]</power_draw></gpu_power_readings>"
                                "<persistence_mode>N/A</persistence_mode>")}}));
  EXPECT_EQ(builder.facts.gpus->front().failed_queries->at("/power/draw_w"), "[Unknown Error]");
  EXPECT_EQ(builder.missing().at("/gpus/0/power/draw_w").reason, "parse_error");
  EXPECT_EQ(builder.missing().at("/gpus/0/persistence_enabled").reason, "structural");
}

// ---- AMD -----------------------------------------------------------------------------------------------------------

TEST(ReadGpus, AmdBySysfs) {
  const std::string dir = kPci + "0000:c1:00.0/";
  Files files = pci_device("0000:c1:00.0", "1002");
  files[dir + "gpu_busy_percent"] = "12\n";
  files[dir + "mem_info_vram_total"] = "68702699520\n";
  files[dir + "mem_info_vram_used"] = "1048576\n";
  files[dir + "pp_dpm_sclk"] = "0: 500Mhz\n1: 1700Mhz *\n2: 2100Mhz\n";
  files[dir + "hwmon/hwmon4/temp1_label"] = "edge\n";
  files[dir + "hwmon/hwmon4/temp1_input"] = "45000\n";
  files[dir + "hwmon/hwmon4/temp2_label"] = "junction\n";
  files[dir + "hwmon/hwmon4/temp2_input"] = "52000\n";
  files[dir + "hwmon/hwmon4/power1_average"] = "41000000\n";
  files[dir + "hwmon/hwmon4/power1_cap"] = "560000000\n";
  files[dir + "hwmon/hwmon4/power1_cap_default"] = "600000000\n";
  files[dir + "ras/umc_err_count"] = "ue: 1\nce: 12\n";
  const Gpu gpu = first_gpu(files);
  EXPECT_EQ(gpu.utilization->gpu_pct, 12);
  EXPECT_EQ(gpu.memory->total_bytes, 68702699520);
  EXPECT_EQ(gpu.clocks->graphics_mhz, 1700);
  EXPECT_EQ(gpu.clocks_max->graphics_mhz, 2100);
  EXPECT_EQ(gpu.temperatures->gpu_celsius, 45);
  EXPECT_EQ(gpu.temperatures->hotspot_celsius, 52);
  EXPECT_EQ(gpu.power->draw_average_w, 41);
  EXPECT_EQ(gpu.power->limit_w, 560);
  EXPECT_EQ(gpu.power->default_limit_w, 600);
  EXPECT_EQ(*gpu.ecc->volatile_counts, (GpuCounts{{"umc_correctable", 12}, {"umc_uncorrectable", 1}}));
}

TEST(ReadGpus, AmdByItsTools) {
  Files files = pci_device("0000:c9:00.0", "1002");
  files["commands/rocm-smi-json/stdout"] =
      "WARNING: AMD GPU device(s) is/are in a low-power state\n"
      R"json({"card0": {"PCI Bus": "0000:C9:00.0", "GPU use (%)": "100", "Card series": "AMD INSTINCT MI200",
          "Average Graphics Package Power (W)": "128.0", "Max Graphics Package Power (W)": "560.0",
          "sclk clock speed:": "(1700Mhz)", "Temperature (Sensor junction) (C)": "N/A"}})json"
      "\n";
  files["commands/amd-smi-json-process/stdout"] =
      R"([{"gpu": 0, "process_list": [{"process_info": {"name": "python3", "pid": 4242,
          "memory_usage": {"vram_mem": {"value": 100, "unit": "MB"}}}}]}])"
      "\n";
  const FactsBuilder builder = read_facts(*bundle_of(files));
  ASSERT_EQ(builder.facts.gpus->size(), 1U);
  const Gpu& gpu = builder.facts.gpus->front();
  EXPECT_EQ(gpu.name, "AMD INSTINCT MI200");
  EXPECT_EQ(gpu.utilization->gpu_pct, 100);
  EXPECT_EQ(gpu.power->draw_average_w, 128);
  EXPECT_EQ(gpu.power->limit_w, 560);
  EXPECT_EQ(gpu.clocks->graphics_mhz, 1700);
  EXPECT_EQ(gpu.temperatures, std::nullopt);
  ASSERT_TRUE(gpu.processes && gpu.processes->size() == 1);
  EXPECT_EQ(gpu.processes->front().pid, 4242);
  EXPECT_EQ(gpu.processes->front().memory_bytes, 100 * kMiB);
}

// ---- driver files --------------------------------------------------------------------------------------------------

TEST(ReadGpus, NvidiaWithoutItsTool) {
  Files files = pci_device("0000:3b:00.0", "10de");
  files["root/proc/driver/nvidia/version"] =
      "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  560.35.03  Release Build\nGCC version:  gcc 12\n";
  files["root/proc/driver/nvidia/gpus/0000:3b:00.0/information"] =
      "Model: \t\t NVIDIA H100\nIRQ:   \t\t 123\nGPU UUID: \t GPU-\?\?\?\?\?\?\?\?-\?\?\?\?\n"
      "Video BIOS: \t 96.00\nBus Location: \t 0000:3b:00.0\nDevice Minor: \t 3\n";
  const FactsBuilder builder = read_facts(*bundle_of(files));
  EXPECT_EQ(builder.facts.gpu_stack->kernel_module_version, "560.35.03");
  const Gpu& gpu = builder.facts.gpus->front();
  EXPECT_EQ(gpu.name, "NVIDIA H100");
  EXPECT_EQ(gpu.minor_number, 3);
  EXPECT_EQ(gpu.vbios_version, "96.00");
  EXPECT_EQ(gpu.uuid, std::nullopt) << "never initialised";
}

TEST(ReadGpus, ControlServices) {
  const auto stack = read_facts(*bundle_of({{"commands/gpu-services/stdout",
                                             "NRestarts=2\nId=nvidia-fabricmanager.service\nLoadState=loaded\n"
                                             "ActiveState=failed\n\nId=dcgm.service\nLoadState=not-found\n"
                                             "ActiveState=inactive\n"}}))
                         .facts.gpu_stack;
  ASSERT_TRUE(stack && stack->services && stack->services->size() == 2);
  EXPECT_EQ(stack->services->at(0).unit, "nvidia-fabricmanager.service");
  EXPECT_EQ(stack->services->at(0).active_state, "failed");
  EXPECT_EQ(stack->services->at(0).restarts, 2);
  EXPECT_EQ(stack->services->at(1).load_state, "not-found");
}

}  // namespace
}  // namespace ihc::test
