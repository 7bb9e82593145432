// The description of the structs of facts/pci.h.
#pragma once

#include "facts/describe.h"
#include "facts/pci.h"

namespace ihc {

template <>
struct Describe<PciErrors> {
  static constexpr std::string_view kName = "pci_errors";
  static constexpr auto kFields = std::tuple{
      field("correctable_count", &PciErrors::correctable_count, "aer_dev_correctable TOTAL_ERR_COR, since boot"),
      field("nonfatal_count", &PciErrors::nonfatal_count, "aer_dev_nonfatal TOTAL_ERR_NONFATAL, since boot"),
      field("fatal_count", &PciErrors::fatal_count, "aer_dev_fatal TOTAL_ERR_FATAL, since boot"),
      field("kinds", &PciErrors::kinds, "those of their lines that are not 0, as <file>/<name>: correctable/BadTLP"),
      field("correctable_delta", &PciErrors::correctable_delta, "growth over the window"),
      field("nonfatal_delta", &PciErrors::nonfatal_delta, "growth over the window"),
      field("fatal_delta", &PciErrors::fatal_delta, "growth over the window"),
      field("seconds", &PciErrors::seconds, "over which time they grew")};
};

template <>
struct Describe<PciPort> {
  static constexpr std::string_view kName = "pci_port";
  static constexpr auto kFields = std::tuple{
      field("address", &PciPort::address, "domain:bus:device.function"),
      field("link_speed_gts", &PciPort::link_speed_gts, "current_link_speed of the link below it, GT/s"),
      field("link_speed_max_gts", &PciPort::link_speed_max_gts, "max_link_speed, GT/s"),
      field("link_width", &PciPort::link_width, "current_link_width, lanes"),
      field("link_width_max", &PciPort::link_width_max, "max_link_width, lanes"),
      field("acs_capable", &PciPort::acs_capable, "it has the Access Control Services capability"),
      field("acs_enabled", &PciPort::acs_enabled,
            "what its ACS control register turns on: source_validation, translation_blocking, request_redirect, "
            "completion_redirect, upstream_forwarding, egress_control, direct_translated"),
      field("errors", &PciPort::errors, "AER statistics of the port")};
};

template <>
struct Describe<PciDevice> {
  static constexpr std::string_view kName = "pci_device";
  static constexpr auto kFields =
      std::tuple{field("address", &PciDevice::address, "domain:bus:device.function"),
                 field("class", &PciDevice::pci_class, "six hexadecimal digits: class, subclass, interface"),
                 field("kind", &PciDevice::kind, "gpu (base class 03 or 12), network, infiniband, nvme, or other"),
                 field("vendor", &PciDevice::vendor, "vendor id, four hexadecimal digits"),
                 field("device", &PciDevice::device, "device id, four hexadecimal digits"),
                 field("numa_node", &PciDevice::numa_node, "numa_node; absent when the firmware says nothing (-1)"),
                 field("local_cpus", &PciDevice::local_cpus, "local_cpulist"),
                 field("driver", &PciDevice::driver, "the bound kernel driver"),
                 field("link_speed_gts", &PciDevice::link_speed_gts, "current_link_speed, GT/s"),
                 field("link_speed_max_gts", &PciDevice::link_speed_max_gts, "max_link_speed, GT/s"),
                 field("link_width", &PciDevice::link_width, "current_link_width, lanes"),
                 field("link_width_max", &PciDevice::link_width_max, "max_link_width, lanes"),
                 field("upstream", &PciDevice::upstream, "the ports above it, nearest first, up to the root port"),
                 field("errors", &PciDevice::errors, "AER statistics of the device"),
                 field("iommu_group", &PciDevice::iommu_group, "number of its IOMMU group; absent without an IOMMU"),
                 field("iommu_type", &PciDevice::iommu_type, "type of that group: DMA, DMA-FQ, identity, auto"),
                 field("rdma_devices", &PciDevice::rdma_devices, "its names in /sys/class/infiniband: mlx5_0")};
};

}  // namespace ihc
