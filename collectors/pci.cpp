// PCI devices that inference traffic crosses (GPUs, network, InfiniBand, NVMe), with their node and link.
//
//   /sys/bus/pci/devices/0000:3b:00.0/class               0x030200
//   /sys/bus/pci/devices/0000:3b:00.0/numa_node           0              (-1: the firmware says nothing)
//   /sys/bus/pci/devices/0000:3b:00.0/current_link_speed  16.0 GT/s PCIe
//   /proc/driver/nvidia/gpus/0000:3b:00.0/information     Device Minor: 	 0
//
// Source: Documentation/ABI/testing/sysfs-bus-pci. Reading the current link or the configuration space resumes a device
// that is runtime-suspended; devices of a serving node are not. The configuration space is read as lspci reads it,
// through sysfs: no device register is touched. Beyond the first 64 bytes root alone may.

#include "collect/collector.h"
#include "collectors/pci/devices.h"
#include "collectors/pci/links.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

constexpr Capture kCaptures[] = {
    Files{.family = "pci", .path = "/sys/bus/pci/devices/*/class"},
    Files{.family = "pci", .path = "/sys/bus/pci/devices/*/vendor"},
    Files{.family = "pci", .path = "/sys/bus/pci/devices/*/device"},
    Files{.family = "pci", .path = "/sys/bus/pci/devices/*/numa_node"},
    Files{.family = "pci", .path = "/sys/bus/pci/devices/*/local_cpulist"},
    Files{.family = "pci", .path = "/sys/bus/pci/devices/*/current_link_speed"},
    Files{.family = "pci", .path = "/sys/bus/pci/devices/*/max_link_speed"},
    Files{.family = "pci", .path = "/sys/bus/pci/devices/*/current_link_width"},
    Files{.family = "pci", .path = "/sys/bus/pci/devices/*/max_link_width"},
    Files{.family = "pci-links", .path = "/sys/bus/pci/devices/*/driver", .links = true},
    Files{.family = "pci-links", .path = "/sys/bus/pci/devices/*", .links = true},
    Files{.family = "pci-links", .path = "/sys/bus/pci/devices/*/iommu_group", .links = true},
    Files{.family = "pci", .path = "/sys/kernel/iommu_groups/*/type"},
    Files{.family = "pci-config",
          .path = "/sys/bus/pci/devices/*/config",
          .max_bytes = 4 * limits::kKiB,
          .needs = Needs::root},
    Sampled{.family = "pci-errors", .path = "/sys/bus/pci/devices/*/aer_dev_correctable", .ends_only = true},
    Sampled{.family = "pci-errors", .path = "/sys/bus/pci/devices/*/aer_dev_nonfatal", .ends_only = true},
    Sampled{.family = "pci-errors", .path = "/sys/bus/pci/devices/*/aer_dev_fatal", .ends_only = true},
    Files{.family = "net-links", .path = "/sys/class/infiniband/*", .links = true},
    Files{.family = "gpu-files", .path = "/proc/driver/nvidia/gpus/*/information"},
    Files{.family = "gpu-links", .path = "/sys/class/drm/renderD*/device", .links = true},
};

const std::string kPciDir = "root/sys/bus/pci/devices/";

void note_locality(const EvidenceReader& reader, const std::string& pointer, const std::string& address,
                   const std::optional<std::int64_t>& numa_node) {
  const std::string path = kPciDir + address + "/numa_node";
  if (numa_node) return reader.facts().source(pointer + "/numa_node", path);
  if (reader.bundle().text(path)) {
    return reader.missing(pointer + "/numa_node", "structural", "the firmware gives this device no node");
  }
  reader.explain(path, pointer + "/numa_node");
}

// What the kernel did not tell of the way up, and why: access control needs the configuration space, AER a root port
// that reports errors and a kernel that counts them.
void note_path(const EvidenceReader& reader, const std::string& pointer, const PciDevice& device) {
  const std::string dir = kPciDir + device.address;
  if (!device.upstream) reader.explain(dir, pointer + "/upstream");
  for (std::size_t index = 0; device.upstream && index < device.upstream->size(); ++index) {
    const PciPort& port = (*device.upstream)[index];
    const std::string config = kPciDir + port.address + "/config";
    const std::string port_pointer = pointer + "/upstream/" + std::to_string(index);
    reader.facts().source(port_pointer, kPciDir + port.address + "/current_link_width");
    if (port.acs_capable) {
      reader.facts().source(port_pointer + "/acs_enabled", config);
    } else if (reader.bundle().text(config)) {
      reader.missing(port_pointer + "/acs_capable", "permission", "collect as root: others get 64 bytes of it");
    } else {
      reader.explain(config, port_pointer + "/acs_capable");
    }
  }
  const std::string errors = dir + "/aer_dev_correctable";
  if (device.errors) {
    reader.facts().source(pointer + "/errors", errors);
  } else {
    reader.explain(errors, pointer + "/errors");
  }
  if (!device.iommu_group) reader.missing(pointer + "/iommu_group", "structural", "the device is in no IOMMU group");
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "pci");
  if (!builder.facts.topology) builder.facts.topology.emplace();
  const auto classes = bundle.glob(kPciDir + "*/class");
  std::vector<PciDevice> devices = read_pci_devices(bundle);
  for (PciDevice& device : devices) read_pci_path(bundle, device);
  if (classes.empty()) return reader.explain(kPciDir + "*/class", "/topology/pci_devices");
  const auto unclassified = unclassified_pci_devices(bundle);
  if (!unclassified.empty()) return reader.explain(unclassified.begin()->second, "/topology/pci_devices");
  for (std::size_t index = 0; index < devices.size(); ++index) {
    const std::string pointer = "/topology/pci_devices/" + std::to_string(index);
    builder.source(pointer, kPciDir + devices[index].address + "/class");
    note_locality(reader, pointer, devices[index].address, devices[index].numa_node);
    note_path(reader, pointer, devices[index]);
  }
  builder.source("/topology/pci_devices", classes.front());
  builder.facts.topology->pci_devices = std::move(devices);
}

}  // namespace

extern const Collector k_pci_collector{
    .name = "pci",
    .about = "GPUs, network, InfiniBand and NVMe devices with their NUMA node, local CPUs and link",
    .captures = kCaptures,
    .read = read,
};

}  // namespace ihc
