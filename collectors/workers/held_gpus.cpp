#include "collectors/workers/held_gpus.h"

#include <set>

#include "collectors/pci/devices.h"

namespace ihc {

namespace {

const std::string kPciDir = "root/sys/bus/pci/devices/";
const std::string kNvidiaDir = "root/proc/driver/nvidia/gpus/";
constexpr std::string_view kNvidiaVendor = "10de";

// Where the driver would say which GPU "nvidia0" is: the file of the first GPU that has none here.
std::string nvidia_file(const Bundle& bundle) {
  for (const PciDevice& device : read_pci_devices(bundle)) {
    const std::string path = kNvidiaDir + device.address + "/information";
    if (device.kind == "gpu" && device.vendor == kNvidiaVendor && !bundle.text(path)) return path;
  }
  return kNvidiaDir + "*/information";
}

// The file that would say which GPU a device file is; nothing for device files that are no GPU's ("nvidiactl",
// "nvidia-uvm"), and for a render node whose link was read and leads to no PCI device.
std::optional<std::string> unread_file_of(const Bundle& bundle, std::string_view device_file) {
  if (number_after(device_file, "nvidia")) return nvidia_file(bundle);
  if (!number_after(device_file, "dri/renderD")) return std::nullopt;
  std::string link = "root/sys/class/drm/" + std::string(device_file.substr(4)) + "/device";
  return bundle.text(link) ? std::nullopt : std::optional(std::move(link));
}

struct Held {
  std::set<std::string> addresses;
  std::optional<std::string> unread;  ///< the file that would say of a further GPU which it is
};

Held held_gpus(const EvidenceReader& reader, const std::vector<std::string>& links) {
  const Bundle& bundle = reader.bundle();
  const auto device_files = gpu_device_files(bundle);
  Held held;
  for (const std::string& link : links) {
    const std::string target(trim(bundle.text(link).value_or(std::string_view{})));
    constexpr std::string_view kDev = "/dev/";
    if (!target.starts_with(kDev)) continue;
    const auto found = device_files.find(target.substr(kDev.size()));
    if (found != device_files.end()) {
      held.addresses.insert(found->second);
      reader.facts().source("/gpus", link);
    } else if (!held.unread) {
      held.unread = unread_file_of(bundle, std::string_view(target).substr(kDev.size()));
    }
  }
  return held;
}

// -1 is the firmware's silence; a file that was not read is ours, and then the nodes of the others are not all.
void read_gpu_nodes(const EvidenceReader& reader, const std::set<std::string>& addresses, Worker& worker) {
  CpuSet nodes;
  for (const std::string& address : addresses) {
    const std::string path = kPciDir + address + "/numa_node";
    const auto node = integer_at(reader.bundle(), path);
    if (!node) return reader.explain(path, "/gpu_nodes");
    if (*node >= 0) nodes.insert(static_cast<std::uint32_t>(*node));
    reader.facts().source("/gpu_nodes", path);
  }
  if (addresses.empty()) return;
  if (nodes.empty()) return reader.missing("/gpu_nodes", "structural", "the firmware gives its GPUs no node");
  worker.gpu_nodes = nodes;
}

void read_gpu_local_cpus(const EvidenceReader& reader, const std::set<std::string>& addresses, Worker& worker) {
  CpuSet cpus;
  for (const std::string& address : addresses) {
    const std::string dir = kPciDir + address + "/";
    const auto local = cpu_set_at(reader.bundle(), dir + "local_cpulist", dir + "local_cpus");
    if (!local) return reader.explain(dir + "local_cpulist", "/gpu_local_cpus");
    cpus = cpus | *local;
    reader.facts().source("/gpu_local_cpus", dir + "local_cpulist");
  }
  if (!cpus.empty()) worker.gpu_local_cpus = cpus;
}

}  // namespace

void read_held_gpus(const EvidenceReader& reader, const std::string& dir, Worker& worker) {
  const auto links = reader.bundle().glob(dir + "fd/*");
  const char* const pointers[] = {"/gpus", "/gpu_nodes", "/gpu_local_cpus"};
  const Held held = held_gpus(reader, links);
  if (links.empty() || held.unread) {
    for (const char* pointer : pointers) reader.explain(links.empty() ? dir + "fd/*" : *held.unread, pointer);
    return;
  }
  worker.gpus = std::vector<std::string>(held.addresses.begin(), held.addresses.end());
  if (held.addresses.empty()) reader.facts().source("/gpus", links.front());
  read_gpu_nodes(reader, held.addresses, worker);
  read_gpu_local_cpus(reader, held.addresses, worker);
}

}  // namespace ihc
