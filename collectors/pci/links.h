// What stands between a PCI device and the CPU: the ports above it, their links, errors and access control, and the
// IOMMU group.
//
//   /sys/bus/pci/devices/0000:3b:00.0   -> ../../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0
//   …/aer_dev_correctable               RxErr 0 … BadTLP 3 … TOTAL_ERR_COR 3
//   …/config                            4096 bytes for root, 64 for others
//   …/iommu_group                       -> ../../../../kernel/iommu_groups/12
//   /sys/kernel/iommu_groups/12/type    DMA-FQ
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/bundle.h"
#include "facts/pci.h"

namespace ihc {

/// Addresses above a device, nearest first, from the target of its link in /sys/bus/pci/devices.
std::vector<std::string> upstream_addresses(std::string_view link);

struct AccessControl {
  bool capable = false;
  std::vector<std::string> enabled;
};

/// The ACS extended capability (0x000d) of a configuration space; nothing when the extended part (from byte 256 on) was
/// not read, as for anyone but root.
std::optional<AccessControl> parse_access_control(std::string_view config);

/// Fills links of the ports above, errors and IOMMU group.
void read_pci_path(const Bundle& bundle, PciDevice& device);

}  // namespace ihc
