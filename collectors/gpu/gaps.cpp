#include "collectors/gpu/gaps.h"

#include <algorithm>

#include "base/text.h"
#include "collectors/gpu/values.h"
#include "collectors/pci/devices.h"
#include "facts/described/gpu.h"

namespace ihc {

namespace {

const std::string kPciDir = "root/sys/bus/pci/devices/";
constexpr std::size_t kSaidBytes = 4096;

struct Saying {
  std::string_view words;
  std::string_view state;
};

constexpr Saying kSayings[] = {
    {"driver/library version mismatch", "library_mismatch"},
    {"couldn't communicate with the nvidia driver", "no_driver"},
    {"driver not loaded", "no_driver"},
    {"driver not initialized", "no_driver"},
    {"gpu is lost", "gpu_lost"},
    {"unable to determine the device handle", "gpu_lost"},
    {"no devices were found", "no_devices"},
    {"no devices found", "no_devices"},
    {"failed to initialize nvml", "failed"},
};

void note_node(const EvidenceReader& reader, const EvidenceReader& pci, const Gpu& gpu, const std::string& pointer) {
  const std::string path = gpu.address ? kPciDir + *gpu.address + "/numa_node" : std::string();
  const bool on_pci = !path.empty() && reader.bundle().text(path);
  if (gpu.numa_node) {
    if (on_pci) reader.facts().source(pointer + "/numa_node", path);
  } else if (gpu.affinity_nodes && gpu.affinity_nodes->size() > 1) {
    reader.missing(pointer + "/numa_node", "conflicting_evidence",
                   "nvidia-smi topo names the nodes " + gpu.affinity_nodes->to_list() +
                       " for it: look at numa_node of the device in sysfs");
  } else if (on_pci) {
    reader.missing(pointer + "/numa_node", "structural", "the firmware gives this device no node");
  } else if (!path.empty()) {
    pci.explain(path, pointer + "/numa_node");
  }
}

void note_unknown(const EvidenceReader& reader, const GatheredGpu& gpu, const std::string& pointer) {
  const Json json = facts_to_json(gpu.gpu);
  for (const auto& [fact, value] : gpu.unknown) {
    if (json.contains(Json::json_pointer(fact))) continue;
    switch (gpu_value_state(value)) {
      case GpuValue::denied:
        reader.missing(pointer + fact, "permission", "collect as root");
        break;
      case GpuValue::unsupported:
        reader.missing(pointer + fact, "structural", "the driver has no such value for this GPU");
        break;
      case GpuValue::failed:
      case GpuValue::given:
        reader.missing(pointer + fact, "parse_error", "nvidia-smi printed \"" + value + "\"");
        break;
    }
  }
}

}  // namespace

void note_gpu_gaps(const EvidenceReader& reader, const EvidenceReader& pci, const GatheredGpu& gpu,
                   const std::string& pointer) {
  note_node(reader, pci, gpu.gpu, pointer);
  note_unknown(reader, gpu, pointer);
  for (const auto& [source, difference] : gpu.differences) {
    reader.facts().conflict({.pointer = pointer + difference.fact,
                             .used = difference.used,
                             .other = difference.other,
                             .detail = source + " says otherwise"});
  }
}

std::optional<std::string> unclassified_file(const Bundle& bundle, const std::vector<GatheredGpu>& gathered) {
  for (const auto& [address, unread] : unclassified_pci_devices(bundle)) {
    const bool is_known = std::any_of(gathered.begin(), gathered.end(), [&address = address](const GatheredGpu& gpu) {
      return gpu.gpu.address == address;
    });
    if (!is_known) return unread;
  }
  return std::nullopt;
}

bool note_uncounted(const EvidenceReader& pci) {
  for (const auto& [address, unread] : unclassified_pci_devices(pci.bundle())) {
    const auto vendor = word_at(pci.bundle(), kPciDir + address + "/vendor");
    if (vendor && *vendor != "0x10de" && *vendor != "0x1002") continue;
    pci.explain(unread, "/gpu_stack/pci_count");
    pci.explain(unread, "/gpu_stack/nvswitch_count");
    return true;
  }
  return false;
}

void place_on_pci(const EvidenceReader& pci, Gpu& gpu, const std::string& pointer) {
  if (!gpu.address) return;
  const Bundle& bundle = pci.bundle();
  const std::string dir = kPciDir + *gpu.address + "/";
  const auto node = integer_at(bundle, dir + "numa_node");
  if (!node) return pci.explain(dir + "numa_node", pointer + "/firmware_names_node");
  pci.facts().source(pointer + "/firmware_names_node", dir + "numa_node");
  gpu.firmware_names_node = *node >= 0;
  if (!gpu.numa_node && *node >= 0) gpu.numa_node = node;
  if (!gpu.local_cpus) gpu.local_cpus = cpu_set_at(bundle, dir + "local_cpulist", dir + "local_cpus");
}

void read_tool_state(const EvidenceReader& reader, std::optional<GpuStack>& stack) {
  for (const char* slug : {"nvidia-smi-q-xml", "nvidia-smi-L", "nvidia-smi-topo", "nvidia-smi-table",
                           "nvidia-smi-q-text", "nvidia-smi-query-csv", "rocm-smi-json", "amd-smi-json-static"}) {
    for (const char* stream : {"/stdout", "/stderr"}) {
      const std::string path = std::string("commands/") + slug + stream;
      const auto evidence = reader.bundle().find(path);
      const std::string said = evidence ? to_lower(evidence->bytes.substr(0, kSaidBytes)) : std::string();
      for (const Saying& saying : kSayings) {
        if (said.find(saying.words) == std::string::npos) continue;
        if (!stack) stack.emplace();
        stack->state = saying.state;
        stack->message = to_valid_utf8(trim(split_lines(trim(evidence->bytes)).front()));
        return reader.facts().source("/gpu_stack/state", path);
      }
    }
  }
  if (!stack || !stack->state) reader.explain("commands/nvidia-smi-q-xml/stdout", "/gpu_stack/state");
}

}  // namespace ihc
