// facts.topology: CPUs, packages, NUMA nodes, caches and the PCI devices whose place matters.
// Sources: Documentation/ABI/stable/sysfs-devices-system-cpu and sysfs-devices-node,
// Documentation/ABI/testing/sysfs-bus-pci.
#pragma once

#include "facts/describe.h"
#include "facts/pci.h"

namespace ihc {

struct Package {
  std::int64_t id = 0;
  CpuSet cpus;
  std::optional<std::int64_t> cores;
  std::optional<std::int64_t> dies;
};

struct NumaNode {
  std::int64_t id = 0;
  std::string kind;
  CpuSet cpus;
  std::optional<std::int64_t> memory_total_bytes;
  std::optional<std::int64_t> memory_free_bytes;
  std::map<std::string, std::int64_t> distances;
};

struct Cache {
  std::int64_t level = 0;
  std::string type;
  std::optional<std::int64_t> size_bytes;
  CpuSet cpus;
};

struct Topology {
  std::optional<CpuSet> cpus_online;
  std::optional<CpuSet> cpus_present;
  std::optional<CpuSet> cpus_possible;
  std::optional<CpuSet> cpus_offline;
  std::optional<CpuSet> cpus_isolated;
  std::optional<CpuSet> cpus_nohz_full;
  std::optional<std::string> cpu_vendor;
  std::optional<std::string> cpu_model;
  std::optional<std::int64_t> cores;
  std::optional<std::int64_t> threads_per_core;
  std::optional<bool> smt_active;
  std::optional<std::vector<Package>> packages;
  std::optional<std::vector<CpuSet>> core_siblings;
  std::optional<std::vector<NumaNode>> numa_nodes;
  std::optional<std::int64_t> cpu_node_count;
  std::optional<std::vector<Cache>> caches;
  std::optional<std::int64_t> l3_domains;
  std::optional<std::vector<PciDevice>> pci_devices;
};

template <>
struct Describe<Package> {
  static constexpr std::string_view kName = "package";
  static constexpr auto kFields = std::tuple{
      field("id", &Package::id, "cpu*/topology/physical_package_id"), field("cpus", &Package::cpus, "its online CPUs"),
      field("cores", &Package::cores, "distinct thread_siblings_list among its online CPUs"),
      field("dies", &Package::dies, "distinct cpu*/topology/die_id, where the kernel gives one")};
};

template <>
struct Describe<NumaNode> {
  static constexpr std::string_view kName = "numa_node";
  static constexpr auto kFields = std::tuple{
      field("id", &NumaNode::id, "kernel node number: a label, with gaps allowed"),
      field("kind", &NumaNode::kind, "cpu_memory, cpu_only, memory_only or empty: whether it has CPUs and memory"),
      field("cpus", &NumaNode::cpus, "node*/cpulist, online CPUs only"),
      field("memory_total_bytes", &NumaNode::memory_total_bytes, "node*/meminfo MemTotal"),
      field("memory_free_bytes", &NumaNode::memory_free_bytes, "node*/meminfo MemFree at the start"),
      field("distances", &NumaNode::distances,
            "node*/distance by node id: ACPI SLIT, relative to 10, not nanoseconds")};
};

template <>
struct Describe<Cache> {
  static constexpr std::string_view kName = "cache";
  static constexpr auto kFields =
      std::tuple{field("level", &Cache::level, "cache/index*/level"),
                 field("type", &Cache::type, "data, instruction or unified (cache/index*/type)"),
                 field("size_bytes", &Cache::size_bytes, "cache/index*/size"),
                 field("cpus", &Cache::cpus, "the CPUs that share it (shared_cpu_list)")};
};

template <>
struct Describe<Topology> {
  static constexpr std::string_view kName = "topology";
  static constexpr auto kFields = std::tuple{
      field("cpus_online", &Topology::cpus_online, "/sys/devices/system/cpu/online"),
      field("cpus_present", &Topology::cpus_present, "/sys/devices/system/cpu/present"),
      field("cpus_possible", &Topology::cpus_possible, "/sys/devices/system/cpu/possible"),
      field("cpus_offline", &Topology::cpus_offline, "present CPUs that are not online"),
      field("cpus_isolated", &Topology::cpus_isolated, "/sys/devices/system/cpu/isolated: outside scheduler domains"),
      field("cpus_nohz_full", &Topology::cpus_nohz_full, "/sys/devices/system/cpu/nohz_full"),
      field("cpu_vendor", &Topology::cpu_vendor, "vendor_id of /proc/cpuinfo (CPU implementer on Arm)"),
      field("cpu_model", &Topology::cpu_model, "model name of /proc/cpuinfo"),
      field("cores", &Topology::cores, "physical cores with an online CPU"),
      field("threads_per_core", &Topology::threads_per_core, "the largest number of online SMT siblings of a core"),
      field("smt_active", &Topology::smt_active, "/sys/devices/system/cpu/smt/active"),
      field("packages", &Topology::packages, "processor packages (sockets), by id"),
      field("core_siblings", &Topology::core_siblings, "one CPU list per core: its SMT siblings"),
      field("numa_nodes", &Topology::numa_nodes, "online NUMA nodes, by id"),
      field("cpu_node_count", &Topology::cpu_node_count, "NUMA nodes that have CPUs"),
      field("caches", &Topology::caches, "every distinct cache, by level, type and first CPU"),
      field("l3_domains", &Topology::l3_domains, "distinct level-3 caches"),
      field("pci_devices", &Topology::pci_devices, "GPUs, network, InfiniBand and NVMe devices, by address")};
};

}  // namespace ihc
