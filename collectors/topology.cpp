// CPUs, packages, cores, caches and NUMA nodes, as the kernel describes them in sysfs and libnuma on top of it.
//
//   /sys/devices/system/cpu/online                                     0-127
//   /sys/devices/system/cpu/cpu3/topology/{physical_package_id,die_id} 0
//   /sys/devices/system/cpu/cpu3/topology/thread_siblings_list         3,67
//   /sys/devices/system/cpu/cpu3/cache/index3/shared_cpu_list          0-7,64-71
//   /sys/devices/system/node/node1/distance                            21 10      (one column for each online node)

#include <algorithm>

#include "collect/collector.h"
#include "collectors/topology/cpu_kinds.h"
#include "collectors/topology/cpuinfo.h"
#include "collectors/topology/cpus.h"
#include "collectors/topology/dmidecode.h"
#include "collectors/topology/lscpu_text.h"
#include "collectors/topology/node_memory.h"
#include "collectors/topology/numa_nodes.h"
#include "collectors/topology/numactl.h"
#include "collectors/topology/texts.h"

namespace ihc {

namespace {

constexpr std::size_t kCpuinfoBytes = 8 * limits::kMiB;  // about 2 KiB a CPU on recent x86

// Of the dozen files that each CPU has, only those whose content no other file gives: 1,024 CPUs are 20,000 reads.
constexpr Capture kCaptures[] = {
    File{.path = "/proc/cpuinfo", .max_bytes = kCpuinfoBytes},
    File{.path = "/sys/devices/system/cpu/online"},
    File{.path = "/sys/devices/system/cpu/present"},
    File{.path = "/sys/devices/system/cpu/possible"},
    File{.path = "/sys/devices/system/cpu/offline"},
    File{.path = "/sys/devices/system/cpu/isolated"},
    File{.path = "/sys/devices/system/cpu/nohz_full"},
    File{.path = "/sys/devices/system/cpu/smt/active"},
    File{.path = "/sys/devices/system/cpu/smt/control"},
    Files{.family = "cpu-topology", .path = "/sys/devices/system/cpu/cpu*/topology/physical_package_id"},
    Files{.family = "cpu-topology", .path = "/sys/devices/system/cpu/cpu*/topology/die_id"},
    Files{.family = "cpu-topology", .path = "/sys/devices/system/cpu/cpu*/topology/thread_siblings_list"},
    Files{.family = "cpu-cache", .path = "/sys/devices/system/cpu/cpu*/cache/index*/level"},
    Files{.family = "cpu-cache", .path = "/sys/devices/system/cpu/cpu*/cache/index*/type"},
    Files{.family = "cpu-cache", .path = "/sys/devices/system/cpu/cpu*/cache/index*/size"},
    Files{.family = "cpu-cache", .path = "/sys/devices/system/cpu/cpu*/cache/index*/shared_cpu_list"},
    File{.path = "/sys/devices/system/node/online"},
    File{.path = "/sys/devices/system/node/possible"},
    File{.path = "/sys/devices/system/node/has_cpu"},
    File{.path = "/sys/devices/system/node/has_memory"},
    File{.path = "/sys/devices/system/node/has_normal_memory"},
    Files{.family = "numa-node", .path = "/sys/devices/system/node/node*/cpulist"},
    Files{.family = "numa-node", .path = "/sys/devices/system/node/node*/distance"},
    Files{.family = "numa-node", .path = "/sys/devices/system/node/node*/meminfo"},
    Files{.family = "numa-node", .path = "/sys/devices/system/node/node*/hugepages/*/nr_hugepages"},
    Files{.family = "numa-node", .path = "/sys/devices/system/node/node*/hugepages/*/free_hugepages"},
    Files{.family = "numa-node", .path = "/sys/devices/system/node/node*/hugepages/*/surplus_hugepages"},
    Files{.family = "numa-node", .path = "/sys/devices/system/node/node*/access0/initiators/read_latency"},
    Files{.family = "numa-node", .path = "/sys/devices/system/node/node*/access0/initiators/write_latency"},
    Files{.family = "numa-node", .path = "/sys/devices/system/node/node*/access0/initiators/read_bandwidth"},
    Files{.family = "numa-node", .path = "/sys/devices/system/node/node*/access0/initiators/write_bandwidth"},
    Files{
        .family = "numa-node-links", .path = "/sys/devices/system/node/node*/access0/initiators/node*", .links = true},
    Files{.family = "numa-node", .path = "/sys/devices/system/node/node*/memory_side_cache/index1/size"},
    Files{.family = "node-devices", .path = "/sys/bus/cxl/devices/region*/dax_region*/dax*/target_node"},
    Files{.family = "node-devices", .path = "/sys/bus/nd/devices/dax*/dax*/target_node"},
    Files{.family = "node-devices", .path = "/sys/bus/platform/devices/hmem.*/dax*/target_node"},
    Files{.family = "node-devices", .path = "/proc/driver/nvidia/gpus/*/numa_status"},
    Files{.family = "cpu-kinds", .path = "/sys/devices/cpu_*/cpus"},
    Files{.family = "cpu-kinds", .path = "/sys/devices/system/cpu/cpu*/cpu_capacity"},
    File{.path = "/sys/class/dmi/id/bios_vendor"},
    File{.path = "/sys/class/dmi/id/board_vendor"},
    File{.path = "/sys/class/dmi/id/board_name"},
    CommandOutput{.slug = "dmidecode-memory",
                  .argv = {"dmidecode", "-t", "17"},
                  .needs = Needs::root,
                  .hint = "install the package dmidecode"},
    Probe{.name = "numa", .call = "numa_available(3), numa_node_size64(3), numa_distance(3)", .read = probe_numa},
};

constexpr ForeignText kTexts[] = {
    {.kind = "dmidecode-memory",
     .about = "dmidecode -t 17 (or -t memory): the memory slots",
     .member = "commands/dmidecode-memory/stdout",
     .likeness = like_dmidecode_memory},
    {.kind = "lscpu",
     .about = "lscpu, with or without -J, -e or -p: CPUs, packages, NUMA nodes",
     .member = "commands/lscpu/stdout",
     .likeness = like_lscpu},
    {.kind = "node0-cpulist",
     .about = "/sys/devices/system/node/node0/cpulist: the CPUs of node 0, one line",
     .member = "root/sys/devices/system/node/node0/cpulist",
     .likeness = like_node_cpulist},
    {.kind = "numactl-hardware",
     .about = "numactl --hardware: NUMA nodes with CPUs, memory and distances",
     .member = "commands/numactl-hardware/stdout",
     .likeness = like_numactl_hardware},
};

void read_cpuinfo(const EvidenceReader& reader, Topology& topology) {
  const std::string path = "root/proc/cpuinfo";
  const auto text = reader.text(path, "/topology/cpu_model");
  if (!text) {
    for (const char* pointer : {"/topology/cpu_vendor", "/topology/microcode_versions"}) reader.explain(path, pointer);
    return;
  }
  const CpuInfo info = parse_cpuinfo(*text).value;
  topology.cpu_model = info.model;
  topology.cpu_vendor = info.vendor;
  if (!info.microcodes.empty()) {
    topology.microcode_versions.emplace(info.microcodes.begin(), info.microcodes.end());
    reader.facts().source("/topology/microcode_versions", path);
  } else {
    reader.missing("/topology/microcode_versions", "structural", "this cpuinfo names no microcode");
  }
  if (!info.model) reader.missing("/topology/cpu_model", "structural", "this architecture's cpuinfo names no model");
  if (info.vendor) {
    reader.facts().source("/topology/cpu_vendor", path);
  } else {
    reader.missing("/topology/cpu_vendor", "structural", "this architecture's cpuinfo names no vendor");
  }
}

void read_firmware(const EvidenceReader& reader, Topology& topology) {
  const std::string dir = "root/sys/class/dmi/id/";
  const struct {
    const char* name;
    std::optional<std::string> Firmware::*member;
  } rows[] = {{"bios_vendor", &Firmware::bios_vendor},
              {"bios_version", &Firmware::bios_version},
              {"bios_date", &Firmware::bios_date},
              {"board_vendor", &Firmware::board_vendor},
              {"board_name", &Firmware::board_name}};
  Firmware firmware;
  bool any = false;
  for (const auto& row : rows) {
    firmware.*row.member = reader.word(dir + row.name, "/topology/firmware/" + std::string(row.name));
    any = any || firmware.*row.member;
  }
  if (any) topology.firmware = std::move(firmware);
}

// Which packages a node has CPUs of, and which nodes a package: the two agree where a socket is a node.
void relate_packages_and_nodes(const EvidenceReader& reader, Topology& topology) {
  if (topology.packages && !topology.package_count) {
    topology.package_count = static_cast<std::int64_t>(topology.packages->size());
    reader.facts().found("/topology/package_count");
  }
  if (!topology.packages || !topology.numa_nodes) return;
  const bool all_known = std::all_of(topology.numa_nodes->begin(), topology.numa_nodes->end(),
                                     [](const NumaNode& node) { return node.cpus.has_value(); });
  for (std::size_t index = 0; index < topology.packages->size(); ++index) {
    if (all_known) {
      (*topology.packages)[index].numa_nodes.emplace();
    } else {
      reader.missing("/topology/packages/" + std::to_string(index) + "/numa_nodes", "file_absent",
                     "a node's CPU list was not read");
    }
  }
  for (NumaNode& node : *topology.numa_nodes) {
    if (!node.cpus) continue;
    node.packages.emplace();
    for (Package& package : *topology.packages) {
      if (!package.cpus.intersects(*node.cpus)) continue;
      if (package.numa_nodes) package.numa_nodes->insert(static_cast<std::uint32_t>(node.id));
      node.packages->insert(static_cast<std::uint32_t>(package.id));
    }
  }
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "topology");
  if (!builder.facts.topology) builder.facts.topology.emplace();
  Topology& topology = *builder.facts.topology;
  read_cpuinfo(reader, topology);
  read_cpus(reader, topology);
  read_caches(reader, topology);
  read_numa_nodes(reader, topology);
  read_node_memory(reader, topology);
  read_cpu_kinds(reader, topology);
  read_firmware(reader, topology);
  read_topology_texts(reader, topology);
  relate_packages_and_nodes(reader, topology);
}

}  // namespace

extern const Collector k_topology_collector{
    .name = "topology",
    .about = "CPUs, packages, cores, caches, NUMA nodes and their distances, memory slots, firmware",
    .captures = kCaptures,
    .read = read,
    .texts = kTexts,
};

}  // namespace ihc
