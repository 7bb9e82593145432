// PCI devices that inference traffic crosses (GPUs, network, InfiniBand, NVMe), with their node and link.
//
//   /sys/bus/pci/devices/0000:3b:00.0/class               0x030200
//   /sys/bus/pci/devices/0000:3b:00.0/numa_node           0              (-1: the firmware says nothing)
//   /sys/bus/pci/devices/0000:3b:00.0/current_link_speed  16.0 GT/s PCIe
//   /proc/driver/nvidia/gpus/0000:3b:00.0/information     Device Minor: 	 0
//
// Source: Documentation/ABI/testing/sysfs-bus-pci. Reading the current link resumes a device that is
// runtime-suspended; devices of a serving node are not.

#include "collect/collector.h"
#include "collectors/pci/devices.h"
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

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "pci");
  if (!builder.facts.topology) builder.facts.topology.emplace();
  const auto classes = bundle.glob(kPciDir + "*/class");
  std::vector<PciDevice> devices = read_pci_devices(bundle);
  if (classes.empty()) {
    reader.explain(kPciDir + "*/class", "/topology/pci_devices");
    return reader.explain(kPciDir + "*/class", "/gpus");
  }
  for (std::size_t index = 0; index < devices.size(); ++index) {
    const std::string pointer = "/topology/pci_devices/" + std::to_string(index);
    builder.source(pointer, kPciDir + devices[index].address + "/class");
    note_locality(reader, pointer, devices[index].address, devices[index].numa_node);
  }
  std::vector<Gpu> gpus = gpus_of(devices);
  builder.source("/gpus", classes.front());
  for (std::size_t index = 0; index < gpus.size(); ++index) {
    const std::string pointer = "/gpus/" + std::to_string(index);
    builder.source(pointer, kPciDir + gpus[index].address + "/class");
    note_locality(reader, pointer, gpus[index].address, gpus[index].numa_node);
  }
  builder.source("/topology/pci_devices", classes.front());
  builder.facts.gpus = std::move(gpus);
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
