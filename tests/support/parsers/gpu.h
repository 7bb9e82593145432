// The parsers of what GPU tools and drivers print.
#pragma once

#include <array>

#include "collectors/gpu/amd_json.h"
#include "collectors/gpu/amd_sysfs.h"
#include "collectors/gpu/nvidia_files.h"
#include "collectors/gpu/smi_csv.h"
#include "collectors/gpu/smi_fields.h"
#include "collectors/gpu/smi_list.h"
#include "collectors/gpu/smi_log.h"
#include "collectors/gpu/smi_table.h"
#include "collectors/gpu/smi_topo.h"
#include "collectors/gpu/values.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json shown_gpus(const std::vector<Gpu>& gpus) { return facts_to_json(gpus); }

inline Json shown_smi_log(const Parsed<SmiLog>& log, SmiLayout layout) {
  std::vector<Gpu> gpus;
  for (const SmiGpu& smi : log.value.gpus) gpus.push_back(gpu_of_smi(smi, layout).gpu);
  return with_account({{"stack", facts_to_json(stack_of_smi(log.value))}, {"gpus", shown_gpus(gpus)}}, log.unparsed);
}

inline Json run_smi_xml(std::string_view text) { return shown_smi_log(parse_smi_xml(text), SmiLayout::xml); }

inline Json run_smi_text(std::string_view text) { return shown_smi_log(parse_smi_text(text), SmiLayout::text); }

inline Json run_smi_topo(std::string_view text) {
  const auto parsed = parse_smi_topo(text);
  Json gpus = Json::array();
  for (const SmiTopoGpu& gpu : parsed.value.gpus) {
    gpus.push_back({{"index", gpu.index},
                    {"cpus", shown(gpu.cpus)},
                    {"cpus_may_be_cut", gpu.cpus_may_be_cut},
                    {"nodes", shown(gpu.nodes)},
                    {"memory_node", shown(gpu.memory_node)}});
  }
  Json links = Json::array();
  for (const SmiTopoLink& link : parsed.value.links) links.push_back({link.from, link.to, link.path});
  return with_account({{"devices", parsed.value.devices},
                       {"gpus", std::move(gpus)},
                       {"links", std::move(links)},
                       {"nics", parsed.value.nics}},
                      parsed.unparsed);
}

inline Json run_smi_list(std::string_view text) {
  const auto parsed = parse_smi_list(text);
  Json gpus = Json::array();
  for (const SmiListedGpu& gpu : parsed.value) {
    gpus.push_back({{"index", gpu.index},
                    {"name", gpu.name},
                    {"uuid", shown(gpu.uuid)},
                    {"mig_devices", facts_to_json(gpu.mig_devices)},
                    {"nvlinks", facts_to_json(gpu.nvlinks)}});
  }
  return with_account({{"gpus", std::move(gpus)}}, parsed.unparsed);
}

inline Json run_smi_csv(std::string_view text) {
  const auto parsed = parse_smi_csv(text);
  std::vector<Gpu> gpus;
  for (const auto& row : parsed.value.rows) gpus.push_back(gpu_of_query(row).gpu);
  return with_account({{"columns", parsed.value.columns}, {"gpus", shown_gpus(gpus)}}, parsed.unparsed);
}

inline Json run_smi_table(std::string_view text) {
  const auto parsed = parse_smi_table(text);
  return with_account({{"stack", facts_to_json(parsed.value.stack)}, {"gpus", shown_gpus(parsed.value.gpus)}},
                      parsed.unparsed);
}

inline Json shown_amd(const Parsed<AmdReport>& parsed) {
  return with_account({{"driver", shown(parsed.value.driver_version)}, {"gpus", shown_gpus(parsed.value.gpus)}},
                      parsed.unparsed);
}

inline Json run_rocm_smi_json(std::string_view text) { return shown_amd(parse_rocm_smi_json(text)); }

inline Json run_amd_smi_json(std::string_view text) { return shown_amd(parse_amd_smi_json(text)); }

inline Json run_dpm_states(std::string_view text) {
  const DpmStates states = parse_dpm_states(text);
  return {{"current_mhz", shown(states.current_mhz)}, {"max_mhz", shown(states.max_mhz)}};
}

inline Json run_nvidia_version(std::string_view text) { return {{"version", shown(parse_nvidia_version(text))}}; }

inline Json run_nvidia_information(std::string_view text) { return facts_to_json(parse_nvidia_information(text)); }

inline Json run_gpu_services(std::string_view text) { return facts_to_json(parse_gpu_services(text)); }

inline Json run_pci_address(std::string_view text) { return {{"address", shown(sysfs_pci_address(text))}}; }

inline constexpr std::array kGpuParsers{
    Parser{"smi_xml",
           "<?xml version=\"1.0\" ?>\n<nvidia_smi_log>\n<driver_version>535.54.03</driver_version>\n"
           "<attached_gpus>1</attached_gpus>\n<gpu id=\"00000000:3B:00.0\">\n<product_name>A &amp; B</product_name>\n"
           "<fb_memory_usage><total>81559 MiB</total><used>12 MiB</used></fb_memory_usage>\n"
           "<clocks_throttle_reasons><clocks_throttle_reason_gpu_idle>Active</clocks_throttle_reason_gpu_idle>"
           "</clocks_throttle_reasons>\n<processes><process_info><pid>42</pid><type>C</type>"
           "<used_memory>9 MiB</used_memory></process_info></processes>\n</gpu>\n</nvidia_smi_log>\n",
           run_smi_xml},
    Parser{"smi_text",
           "==============NVSMI LOG==============\n\nDriver Version                            : 535.161.08\n"
           "Attached GPUs                             : 1\nGPU 00000000:19:00.0\n"
           "    Product Name                          : NVIDIA H100 80GB HBM3\n    PCI\n        GPU Link Info\n"
           "            PCIe Generation\n                Max                       : 5\n"
           "    Clocks Event Reasons\n        HW Slowdown                       : Active\n"
           "            HW Thermal Slowdown           : Not Active\n    Processes\n"
           "        Process ID                        : 42\n            Name                          : python3\n"
           "            Used GPU Memory               : 142 MiB\n",
           run_smi_text},
    Parser{"smi_topo",
           "\t\x1b[4mGPU0\tGPU1\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\x1b[0m\n"
           "GPU0\t X \tNV12\tPIX\t0-63,128-191\t0\t\tN/A\nGPU1\tNV12\t X \tSYS\t64-127,192-255\t1\t\tN/A\n"
           "NIC0\tPIX\tSYS\t X \t\t\t\t\n\nLegend:\n\n  X    = Self\n\nNIC Legend:\n\n  NIC0: mlx5_0\n",
           run_smi_topo},
    Parser{"smi_list",
           "GPU 0: NVIDIA A100 (UUID: GPU-63110aaa-3561-c8f5-e125-4ab40bbcf838)\n"
           "  MIG 3g.20gb     Device  0: (UUID: MIG-c7384736-a75d-5afc-978f-d2f1294409fd)\n\t Link 0: 25 GB/s\n"
           "\t Link 1: <inactive>\n\t Link 0: Replay Errors: 3\n",
           run_smi_list},
    Parser{"smi_csv",
           "index, pci.bus_id, memory.used [MiB], clocks_event_reasons.active\n"
           "0, 00000000:3B:00.0, 46109 MiB, 0x0000000000000004\n",
           run_smi_csv},
    Parser{"smi_table",
           "| NVIDIA-SMI 550.90.07              Driver Version: 550.90.07      CUDA Version: 12.4     |\n"
           "|=========================================+========================+======================|\n"
           "|   0  NVIDIA H100 80GB HBM3          On  |   00000000:19:00.0 Off |                    0 |\n"
           "| N/A   27C    P0             72W /  700W |       1MiB /  81559MiB |      0%      Default |\n"
           "|                                         |                        |             Disabled |\n"
           "+-----------------------------------------+------------------------+----------------------+\n"
           "| Processes:                                                                              |\n"
           "|    0   N/A  N/A           35577      C   VLLM::Worker_TP0                      43138MiB |\n"
           "+-----------------------------------------------------------------------------------------+\n",
           run_smi_table},
    Parser{"rocm_smi_json",
           "{\"card0\": {\"PCI Bus\": \"0000:C9:00.0\", \"GPU use (%)\": \"12\", \"VRAM Total Memory (B)\": "
           "\"68702699520\", \"sclk clock speed:\": \"(1090Mhz)\"}, \"system\": {\"Driver version\": \"6.7.0\"}}\n",
           run_rocm_smi_json},
    Parser{
        "amd_smi_json",
        "[{\"gpu\": 0, \"bus\": {\"bdf\": \"0000:c9:00.0\"}, \"usage\": {\"gfx_activity\": {\"value\": 42, \"unit\": "
        "\"%\"}}, \"mem_usage\": {\"total_vram\": {\"value\": 196592, \"unit\": \"MB\"}}}]\n",
        run_amd_smi_json},
    Parser{"dpm_states", "0: 500Mhz\n1: 1700Mhz *\n2: 2100Mhz\n", run_dpm_states},
    Parser{"nvidia_version",
           "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.161.08  Sat Feb 24 22:53:40 UTC 2024\n"
           "GCC version:  gcc version 12.2.0\n",
           run_nvidia_version},
    Parser{"nvidia_information", "Model: \t\t NVIDIA H100\nBus Location: \t 0000:3b:00.0\nDevice Minor: \t 1\n",
           run_nvidia_information},
    Parser{"gpu_services",
           "NRestarts=0\nId=nvidia-persistenced.service\nLoadState=loaded\nActiveState=active\n\n"
           "Id=dcgm.service\nLoadState=not-found\nActiveState=inactive\n",
           run_gpu_services},
    Parser{"gpu_pci_address", "00000000:3B:00.0\n", run_pci_address},
};

}  // namespace ihc::test
