// facts.topology.pci_devices: devices that inference traffic crosses, their links, and the ports above them.
// Sources: Documentation/ABI/testing/sysfs-bus-pci and sysfs-bus-pci-devices-aer_stats, sysfs-kernel-iommu_groups;
// PCI Express Base Specification, Access Control Services extended capability.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct PciErrors {
  std::optional<std::int64_t> correctable_count;
  std::optional<std::int64_t> nonfatal_count;
  std::optional<std::int64_t> fatal_count;
  std::map<std::string, std::int64_t> kinds;
  std::optional<std::int64_t> correctable_delta;
  std::optional<std::int64_t> nonfatal_delta;
  std::optional<std::int64_t> fatal_delta;
  std::optional<double> seconds;
};

struct PciPort {
  std::string address;
  std::optional<double> link_speed_gts;
  std::optional<double> link_speed_max_gts;
  std::optional<std::int64_t> link_width;
  std::optional<std::int64_t> link_width_max;
  std::optional<bool> acs_capable;
  std::optional<std::vector<std::string>> acs_enabled;
  std::optional<PciErrors> errors;
};

struct PciDevice {
  std::string address;
  std::string pci_class;
  std::string kind;
  std::string vendor;
  std::string device;
  std::optional<std::int64_t> numa_node;
  std::optional<CpuSet> local_cpus;
  std::optional<std::string> driver;
  std::optional<double> link_speed_gts;
  std::optional<double> link_speed_max_gts;
  std::optional<std::int64_t> link_width;
  std::optional<std::int64_t> link_width_max;
  std::optional<std::vector<PciPort>> upstream;
  std::optional<PciErrors> errors;
  std::optional<std::int64_t> iommu_group;
  std::optional<std::string> iommu_type;
  std::optional<std::vector<std::string>> rdma_devices;
};

}  // namespace ihc
