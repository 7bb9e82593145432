// The PCI devices that inference traffic crosses, and the interfaces on them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/bundle.h"
#include "facts/gpu.h"
#include "facts/topology.h"

namespace ihc {

/// "0000:3b:00.0" when a text is a PCI address (domains may have more than four digits), else nothing.
bool is_pci_address(std::string_view text);

/// The last component of a path that is a PCI address: the device behind
/// "../../devices/pci0000:00/0000:00:03.0/net/eth0".
std::optional<std::string> last_pci_address(std::string_view path);

/// gpu, network, infiniband, nvme or other, by PCI class code; a display controller is a gpu only when its maker makes
/// accelerators, because the VGA function of a management controller is none.
std::string_view pci_kind(std::string_view pci_class, std::string_view vendor);

/// "16.0 GT/s PCIe", "8 GT/s", "2.5 GT/s" → GT/s; nothing for "Unknown".
std::optional<double> parse_link_speed(std::string_view text);

/// Display and processing devices, network, InfiniBand and NVMe devices, by address.
std::vector<PciDevice> read_pci_devices(const Bundle& bundle);
/// Those of them that compute.
std::vector<Gpu> gpus_of(const std::vector<PciDevice>& devices);

/// Devices of which the class, vendor or device id was not read, and that file: whether one is a GPU, a network card or
/// none of them is not known, so that no list of such devices is whole.
std::map<std::string, std::string> unclassified_pci_devices(const Bundle& bundle);

/// Device file below /dev ("nvidia0", "dri/renderD128") → PCI address, from what the drivers publish.
std::map<std::string, std::string> gpu_device_files(const Bundle& bundle);

}  // namespace ihc
