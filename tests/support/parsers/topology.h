// The parsers of CPUs and NUMA nodes.
#pragma once

#include <array>

#include "collectors/topology/cpu_kinds.h"
#include "collectors/topology/cpuinfo.h"
#include "collectors/topology/dmidecode.h"
#include "collectors/topology/lscpu_text.h"
#include "collectors/topology/node_memory.h"
#include "collectors/topology/numa_nodes.h"
#include "collectors/topology/numactl.h"
#include "facts/describe.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_cpuinfo(std::string_view text) {
  const auto parsed = parse_cpuinfo(text);
  return with_account({{"processors", shown(parsed.value.processors)},
                       {"vendor", shown(parsed.value.vendor)},
                       {"model", shown(parsed.value.model)},
                       {"microcodes", parsed.value.microcodes},
                       {"has_hypervisor_flag", shown(parsed.value.has_hypervisor_flag)}},
                      parsed.unparsed);
}

inline Json run_distances(std::string_view text) { return {{"row", shown(parse_distances(text))}}; }

inline Json run_numa_probe(std::string_view text) {
  const auto nodes = parse_numa_probe(text);
  if (!nodes) return nullptr;
  Json list = Json::array();
  for (const ProbedNode& node : *nodes) {
    list.push_back(
        {{"id", node.id}, {"memory_total_bytes", shown(node.memory_total_bytes)}, {"distances", node.distances}});
  }
  return {{"nodes", std::move(list)}};
}

inline Json run_numactl_hardware(std::string_view text) {
  const auto parsed = parse_numactl_hardware(text);
  Json nodes = Json::array();
  for (const NumactlNode& node : parsed.value.nodes) {
    nodes.push_back({{"id", node.id},
                     {"cpus", shown(node.cpus)},
                     {"memory_total_bytes", shown(node.memory_total_bytes)},
                     {"memory_free_bytes", shown(node.memory_free_bytes)},
                     {"distances", node.distances}});
  }
  return with_account({{"announced", shown(parsed.value.announced)},
                       {"no_numa", parsed.value.no_numa},
                       {"nodes", std::move(nodes)},
                       {"lacking", parsed.value.lacking}},
                      parsed.unparsed);
}

inline Json run_numactl_show(std::string_view text) {
  const auto parsed = parse_numactl_show(text);
  return with_account({{"policy", shown(parsed.value.policy)},
                       {"preferred_node", shown(parsed.value.preferred_node)},
                       {"cpus", shown(parsed.value.cpus)},
                       {"cpu_nodes", shown(parsed.value.cpu_nodes)},
                       {"memory_nodes", shown(parsed.value.memory_nodes)},
                       {"interleave_nodes", shown(parsed.value.interleave_nodes)}},
                      parsed.unparsed);
}

inline Json run_lscpu(std::string_view text) {
  const auto parsed = parse_lscpu(text);
  const LscpuText& lscpu = parsed.value;
  Json nodes = Json::object();
  for (const auto& [id, cpus] : lscpu.node_cpus) nodes[std::to_string(id)] = cpus.to_list();
  Json sockets = Json::object();
  for (const auto& [id, cpus] : lscpu.socket_cpus) sockets[std::to_string(id)] = cpus.to_list();
  return with_account({{"online", shown(lscpu.online)},
                       {"offline", shown(lscpu.offline)},
                       {"vendor", shown(lscpu.vendor)},
                       {"model", shown(lscpu.model)},
                       {"threads_per_core", shown(lscpu.threads_per_core)},
                       {"cores_per_socket", shown(lscpu.cores_per_socket)},
                       {"sockets", shown(lscpu.sockets)},
                       {"node_count", shown(lscpu.node_count)},
                       {"l3_instances", shown(lscpu.l3_instances)},
                       {"nodes", std::move(nodes)},
                       {"socket_cpus", std::move(sockets)},
                       {"core_count", lscpu.core_cpus.size()},
                       {"cut", lscpu.cut}},
                      parsed.unparsed);
}

inline Json run_dmidecode_memory(std::string_view text) {
  const auto parsed = parse_dmidecode_memory(text);
  return with_account({{"slots", facts_to_json(parsed.value.slots)}, {"cut", parsed.value.cut}}, parsed.unparsed);
}

inline Json run_numa_status(std::string_view text) { return {{"node", shown(parse_numa_status(text))}}; }

inline Json run_rcu_nocbs(std::string_view text) {
  return {{"cpus", shown(cmdline_cpus(text, "rcu_nocbs", CpuSet({0, 1, 2, 3})))}};
}

inline constexpr std::array kTopologyParsers{
    Parser{"cpuinfo",
           "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon\nflags\t\t: fpu vme hypervisor\n\n",
           run_cpuinfo},
    Parser{"distances", "10 21 31 21\n", run_distances},
    Parser{"numa_probe", "{\"nodes\": [{\"id\": 0, \"memory_total_bytes\": 4096, \"distances\": {\"0\": 10}}]}\n",
           run_numa_probe},
    Parser{"numactl_hardware",
           "available: 2 nodes (0-1)\nnode 0 cpus: 0 1 2 3\nnode 0 size: 515281 MB\nnode 0 free: 370719 MB\n"
           "node 1 cpus:\nnode 1 size: 516035 MB\nnode 1 free: <not available>\nnode distances:\nnode   0   1 \n"
           "  0:  10  21 \n  1:  21  10 \n",
           run_numactl_hardware},
    Parser{"numactl_show",
           "policy: bind\npreferred node: 1\nphyscpubind: 4 5 6 7 \ncpubind: 1 \nnodebind: 1 \nmembind: 1 \n"
           "preferred: \n",
           run_numactl_show},
    Parser{
        "lscpu",
        "CPU(s):                8\n  On-line CPU(s) list: 0-6\n  Off-line CPU(s) list: 7\nVendor ID: GenuineIntel\n"
        "  Model name:          Xeon\n    Thread(s) per core: 2\n    Core(s) per socket: 2\n    Socket(s):         2\n"
        "Caches (sum of all):\n  L3:                  64 MiB (2 instances)\nNUMA:\n  NUMA node(s):        2\n"
        "  NUMA node0 CPU(s):   0-6:2\n  NUMA node1 CPU(s):   1,3,5\nVulnerabilities:\n  Meltdown: Not affected\n",
        run_lscpu},
    Parser{"dmidecode_memory",
           "Handle 0x0022, DMI type 17, 92 bytes\nMemory Device\n\tSize: 32 GB\n\tForm Factor: DIMM\n"
           "\tLocator: CPU1_DIMM_A1\n\tBank Locator: P0 CHANNEL A\n\tType: DDR4\n\tSpeed: 3200 MT/s\n"
           "\tRank: 2\n\tConfigured Memory Speed: 2933 MT/s\n\nHandle 0x0023, DMI type 17, 92 bytes\nMemory Device\n"
           "\tSize: No Module Installed\n\tLocator: CPU1_DIMM_A2\n\tType: Unknown\n\tCache Size: None\n",
           run_dmidecode_memory},
    Parser{"numa_status", "Node: 255\nStatus: online\n", run_numa_status},
    Parser{"rcu_nocbs", "BOOT_IMAGE=/vmlinuz quiet rcu_nocbs=1-N nohz_full=1-3\n", run_rcu_nocbs},
};

}  // namespace ihc::test
