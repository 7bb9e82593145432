// CPUs, packages, cores, caches and NUMA nodes, as the kernel describes them in sysfs and libnuma on top of it.
//
//   /sys/devices/system/cpu/online                                     0-127
//   /sys/devices/system/cpu/cpu3/topology/{physical_package_id,die_id} 0
//   /sys/devices/system/cpu/cpu3/topology/thread_siblings_list         3,67
//   /sys/devices/system/cpu/cpu3/cache/index3/shared_cpu_list          0-7,64-71
//   /sys/devices/system/node/node1/distance                            21 10      (one column for each online node)

#include "collect/collector.h"
#include "collectors/topology/cpuinfo.h"
#include "collectors/topology/cpus.h"
#include "collectors/topology/numa_nodes.h"

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
    Probe{.name = "numa", .call = "numa_available(3), numa_node_size64(3), numa_distance(3)", .read = probe_numa},
};

void read_cpuinfo(const EvidenceReader& reader, Topology& topology) {
  const std::string path = "root/proc/cpuinfo";
  const auto text = reader.text(path, "/topology/cpu_model");
  if (!text) return reader.explain(path, "/topology/cpu_vendor");
  const CpuInfo info = parse_cpuinfo(*text).value;
  topology.cpu_model = info.model;
  topology.cpu_vendor = info.vendor;
  if (!info.model) reader.missing("/topology/cpu_model", "structural", "this architecture's cpuinfo names no model");
  if (info.vendor) {
    reader.facts().source("/topology/cpu_vendor", path);
  } else {
    reader.missing("/topology/cpu_vendor", "structural", "this architecture's cpuinfo names no vendor");
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
}

}  // namespace

extern const Collector k_topology_collector{
    .name = "topology",
    .about = "CPUs, packages, cores, caches, NUMA nodes and their distances",
    .captures = kCaptures,
    .read = read,
};

}  // namespace ihc
