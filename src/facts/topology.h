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
  std::optional<CpuSet> numa_nodes;
};

struct HugePages {
  std::int64_t size_bytes = 0;
  std::optional<std::int64_t> total;
  std::optional<std::int64_t> free;
  std::optional<std::int64_t> surplus;
  std::optional<std::int64_t> reserved;
  std::optional<std::int64_t> overcommit;
};

struct NodeAccess {
  CpuSet initiators;
  std::optional<std::int64_t> read_latency_ns;
  std::optional<std::int64_t> write_latency_ns;
  std::optional<std::int64_t> read_bandwidth_mbps;
  std::optional<std::int64_t> write_bandwidth_mbps;
};

struct NumaNode {
  std::int64_t id = 0;
  std::optional<std::string> kind;
  std::optional<std::string> memory_kind;
  std::optional<CpuSet> cpus;
  std::optional<CpuSet> packages;
  std::optional<std::int64_t> memory_total_bytes;
  std::optional<std::int64_t> memory_free_bytes;
  std::map<std::string, std::int64_t> distances;
  std::optional<std::vector<HugePages>> huge_pages;
  std::optional<NodeAccess> access;
  std::optional<std::int64_t> memory_side_cache_bytes;
};

struct CpuKind {
  std::string name;
  CpuSet cpus;
};

struct CpuCapacity {
  std::int64_t capacity = 0;
  CpuSet cpus;
};

struct Firmware {
  std::optional<std::string> bios_vendor;
  std::optional<std::string> bios_version;
  std::optional<std::string> bios_date;
  std::optional<std::string> board_vendor;
  std::optional<std::string> board_name;
};

struct MemorySlot {
  std::string locator;
  std::optional<std::string> bank;
  bool populated = false;
  std::optional<std::int64_t> size_bytes;
  std::optional<std::string> type;
  std::optional<std::string> form_factor;
  std::optional<std::int64_t> speed_mts;
  std::optional<std::int64_t> configured_speed_mts;
  std::optional<std::int64_t> rank;
  std::optional<std::string> manufacturer;
  std::optional<std::string> part_number;
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
  std::optional<CpuSet> cpus_rcu_nocbs;
  std::optional<std::string> cpu_vendor;
  std::optional<std::string> cpu_model;
  std::optional<std::vector<std::string>> microcode_versions;
  std::optional<Firmware> firmware;
  std::optional<std::vector<CpuKind>> cpu_kinds;
  std::optional<std::vector<CpuCapacity>> cpu_capacities;
  std::optional<std::int64_t> cores;
  std::optional<std::int64_t> threads_per_core;
  std::optional<bool> smt_active;
  std::optional<std::string> smt_control;
  std::optional<std::int64_t> package_count;
  std::optional<std::vector<Package>> packages;
  std::optional<std::vector<CpuSet>> core_siblings;
  std::optional<std::vector<NumaNode>> numa_nodes;
  std::optional<std::int64_t> cpu_node_count;
  std::optional<std::vector<Cache>> caches;
  std::optional<std::int64_t> l3_domains;
  std::optional<std::vector<MemorySlot>> memory_slots;
  std::optional<std::vector<PciDevice>> pci_devices;
};

}  // namespace ihc
