// The description of the structs of facts/topology.h.
#pragma once

#include "facts/describe.h"
#include "facts/topology.h"

namespace ihc {

template <>
struct Describe<Package> {
  static constexpr std::string_view kName = "package";
  static constexpr auto kFields = std::tuple{
      field("id", &Package::id, "cpu*/topology/physical_package_id"), field("cpus", &Package::cpus, "its online CPUs"),
      field("cores", &Package::cores, "distinct thread_siblings_list among its online CPUs"),
      field("dies", &Package::dies, "distinct cpu*/topology/die_id, where the kernel gives one"),
      field("numa_nodes", &Package::numa_nodes,
            "the nodes that its online CPUs are on: more than one with sub-NUMA clustering (SNC) or NPS2, NPS4")};
};

template <>
struct Describe<HugePages> {
  static constexpr std::string_view kName = "huge_pages";
  static constexpr auto kFields = std::tuple{
      field("size_bytes", &HugePages::size_bytes, "size of one page (the folder hugepages-<size>kB)"),
      field("total", &HugePages::total,
            "nr_hugepages: pages in the pool, Documentation/admin-guide/mm/hugetlbpage.rst"),
      field("free", &HugePages::free, "free_hugepages: not yet given out"),
      field("surplus", &HugePages::surplus, "surplus_hugepages: beyond nr_hugepages, by overcommitment"),
      field("reserved", &HugePages::reserved, "resv_hugepages: promised, not yet given out; only for the whole system"),
      field("overcommit", &HugePages::overcommit, "nr_overcommit_hugepages; only for the whole system")};
};

template <>
struct Describe<NodeAccess> {
  static constexpr std::string_view kName = "node_access";
  static constexpr auto kFields = std::tuple{
      field("initiators", &NodeAccess::initiators, "the nodes nearest to this memory (access0/initiators/node*)"),
      field("read_latency_ns", &NodeAccess::read_latency_ns, "access0/initiators/read_latency, nanoseconds"),
      field("write_latency_ns", &NodeAccess::write_latency_ns, "access0/initiators/write_latency, nanoseconds"),
      field("read_bandwidth_mbps", &NodeAccess::read_bandwidth_mbps, "access0/initiators/read_bandwidth, MB/s"),
      field("write_bandwidth_mbps", &NodeAccess::write_bandwidth_mbps, "access0/initiators/write_bandwidth, MB/s")};
};

template <>
struct Describe<CpuKind> {
  static constexpr std::string_view kName = "cpu_kind";
  static constexpr auto kFields =
      std::tuple{field("name", &CpuKind::name, "core, atom or lowpower: the folder /sys/devices/cpu_<name>"),
                 field("cpus", &CpuKind::cpus, "/sys/devices/cpu_<name>/cpus")};
};

template <>
struct Describe<CpuCapacity> {
  static constexpr std::string_view kName = "cpu_capacity";
  static constexpr auto kFields =
      std::tuple{field("capacity", &CpuCapacity::capacity, "cpu*/cpu_capacity: 1024 is the fastest of this machine"),
                 field("cpus", &CpuCapacity::cpus, "the online CPUs that have it")};
};

template <>
struct Describe<Firmware> {
  static constexpr std::string_view kName = "firmware";
  static constexpr auto kFields =
      std::tuple{field("bios_vendor", &Firmware::bios_vendor, "/sys/class/dmi/id/bios_vendor"),
                 field("bios_version", &Firmware::bios_version, "/sys/class/dmi/id/bios_version"),
                 field("bios_date", &Firmware::bios_date, "/sys/class/dmi/id/bios_date, as the maker wrote it"),
                 field("board_vendor", &Firmware::board_vendor, "/sys/class/dmi/id/board_vendor"),
                 field("board_name", &Firmware::board_name, "/sys/class/dmi/id/board_name")};
};

template <>
struct Describe<MemorySlot> {
  static constexpr std::string_view kName = "memory_slot";
  static constexpr auto kFields = std::tuple{
      field("locator", &MemorySlot::locator, "Locator of SMBIOS type 17: what the board calls the slot"),
      field("bank", &MemorySlot::bank, "Bank Locator: often socket, controller and channel"),
      field("populated", &MemorySlot::populated, "whether a module is in it"),
      field("size_bytes", &MemorySlot::size_bytes, "Size of the module"),
      field("type", &MemorySlot::type, "DDR4, DDR5, …"),
      field("form_factor", &MemorySlot::form_factor, "DIMM, SODIMM, …"),
      field("speed_mts", &MemorySlot::speed_mts, "Speed: what the module can do, megatransfers per second"),
      field("configured_speed_mts", &MemorySlot::configured_speed_mts, "Configured Memory Speed: what it runs at"),
      field("rank", &MemorySlot::rank, "Rank of the module"),
      field("manufacturer", &MemorySlot::manufacturer, "Manufacturer"),
      field("part_number", &MemorySlot::part_number, "Part Number")};
};

template <>
struct Describe<NumaNode> {
  static constexpr std::string_view kName = "numa_node";
  static constexpr auto kFields = std::tuple{
      field("id", &NumaNode::id, "kernel node number: a label, with gaps allowed"),
      field("kind", &NumaNode::kind, "cpu_memory, cpu_only, memory_only or empty: whether it has CPUs and memory"),
      field(
          "memory_kind", &NumaNode::memory_kind,
          "cxl, pmem, reserved (memory that the firmware sets apart, such as HBM) or gpu: what a driver of its own put "
          "online; absent for ordinary memory"),
      field("cpus", &NumaNode::cpus, "node*/cpulist, online CPUs only; absent where nobody read which"),
      field("packages", &NumaNode::packages, "the packages that its CPUs are in: more than one hides a boundary"),
      field("memory_total_bytes", &NumaNode::memory_total_bytes,
            "node*/meminfo MemTotal; whole mebibytes from numactl"),
      field("memory_free_bytes", &NumaNode::memory_free_bytes, "node*/meminfo MemFree at the start"),
      field("distances", &NumaNode::distances, "node*/distance by node id: ACPI SLIT, relative to 10, not nanoseconds"),
      field("huge_pages", &NumaNode::huge_pages, "node*/hugepages by page size"),
      field("access", &NumaNode::access, "what the firmware says of speed (HMAT): from the nearest initiators"),
      field("memory_side_cache_bytes", &NumaNode::memory_side_cache_bytes,
            "node*/memory_side_cache/index1/size: faster memory used as a cache before this node")};
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
      field("cpus_rcu_nocbs", &Topology::cpus_rcu_nocbs,
            "rcu_nocbs= of /proc/cmdline; empty when the command line does not have it"),
      field("cpu_vendor", &Topology::cpu_vendor, "vendor_id of /proc/cpuinfo (CPU implementer on Arm)"),
      field("cpu_model", &Topology::cpu_model, "model name of /proc/cpuinfo"),
      field("microcode_versions", &Topology::microcode_versions, "distinct microcode revisions of /proc/cpuinfo"),
      field("firmware", &Topology::firmware, "BIOS and board, from DMI"),
      field("cpu_kinds", &Topology::cpu_kinds, "kinds of cores of a hybrid processor; absent when all are alike"),
      field("cpu_capacities", &Topology::cpu_capacities,
            "capacities of cores, largest first, where the kernel has any"),
      field("cores", &Topology::cores, "physical cores with an online CPU"),
      field("threads_per_core", &Topology::threads_per_core, "the largest number of online SMT siblings of a core"),
      field("smt_active", &Topology::smt_active, "/sys/devices/system/cpu/smt/active"),
      field("smt_control", &Topology::smt_control, "smt/control: on, off, forceoff, notsupported or notimplemented"),
      field("package_count", &Topology::package_count, "processor packages (sockets) with an online CPU"),
      field("packages", &Topology::packages, "processor packages (sockets), by id"),
      field("core_siblings", &Topology::core_siblings, "one CPU list per core: its SMT siblings"),
      field("numa_nodes", &Topology::numa_nodes, "online NUMA nodes, by id"),
      field("cpu_node_count", &Topology::cpu_node_count, "NUMA nodes that have CPUs"),
      field("caches", &Topology::caches, "every distinct cache, by level, type and first CPU"),
      field("l3_domains", &Topology::l3_domains, "distinct level-3 caches"),
      field("memory_slots", &Topology::memory_slots, "memory slots of the boards (dmidecode -t 17), in its order"),
      field("pci_devices", &Topology::pci_devices, "GPUs, network, InfiniBand and NVMe devices, by address")};
};

}  // namespace ihc
