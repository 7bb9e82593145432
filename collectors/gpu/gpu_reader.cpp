#include "collectors/gpu/gpu_reader.h"

#include <algorithm>
#include <array>

#include "collectors/gpu/amd_json.h"
#include "collectors/gpu/amd_sysfs.h"
#include "collectors/gpu/gaps.h"
#include "collectors/gpu/gather.h"
#include "collectors/gpu/growth.h"
#include "collectors/gpu/nvidia_files.h"
#include "collectors/gpu/smi_csv.h"
#include "collectors/gpu/smi_fields.h"
#include "collectors/gpu/smi_list.h"
#include "collectors/gpu/smi_log.h"
#include "collectors/gpu/smi_table.h"
#include "collectors/gpu/smi_topo.h"
#include "collectors/gpu/values.h"
#include "collectors/pci/devices.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

const std::string kPciDir = "root/sys/bus/pci/devices/";
const std::string kNvidiaDir = "root/proc/driver/nvidia/gpus/";
const std::string kNvlinkText = "commands/nvidia-smi-nvlink/stdout";
constexpr std::string_view kNvidiaVendor = "10de";
constexpr std::string_view kAmdVendor = "1002";

template <class T>
T& made(std::optional<T>& member) {
  return member ? *member : member.emplace();
}

class GpuReader {
 public:
  GpuReader(const Bundle& bundle, FactsBuilder& builder)
      : bundle_(bundle), builder_(builder), reader_(bundle, builder, "gpu"), pci_reader_(bundle, builder, "pci") {}

  void read() {
    devices_ = read_pci_devices(bundle_);
    gathering_.begin(gpus_of(devices_));
    read_driver_files();
    read_smi_logs();
    read_smi_csvs();
    read_smi_tables();
    read_smi_lists();
    read_topos();
    read_amd_texts();
    read_services();
    count_devices();
    read_tool_state(reader_, stack_);
    finish();
  }

 private:
  // ---- the texts ---------------------------------------------------------------------------------------------------

  // All texts of a kind: the live one, then those that import brought. What was taken after the window is for growth.
  std::vector<std::string> texts_of(const std::string& kind) const {
    std::vector<std::string> paths;
    for (const std::string& path : bundle_.glob("commands/" + kind + "*/stdout")) {
      if (path.find("-after") == std::string::npos) paths.push_back(path);
    }
    std::sort(paths.begin(), paths.end(), [](const std::string& left, const std::string& right) {
      return left.size() != right.size() ? left.size() < right.size() : left < right;
    });
    return paths;
  }

  void note_unparsed(const std::string& path, const Unparsed& unparsed, const std::string& pointer) {
    if (unparsed.any()) reader_.unparsed(pointer, path, unparsed);
  }

  void take_stack(const GpuStack& stack, const std::string& path) {
    std::vector<GpuDifference> differences;
    merge_described(made(stack_), stack, "", differences);
    builder_.source("/gpu_stack", path);
  }

  void read_driver_files() {
    if (const auto text = bundle_.text("root/proc/driver/nvidia/version")) {
      made(stack_).kernel_module_version = parse_nvidia_version(*text);
      builder_.source("/gpu_stack/kernel_module_version", "root/proc/driver/nvidia/version");
    } else if (const auto version = word_at(bundle_, "root/sys/module/amdgpu/version")) {
      made(stack_).kernel_module_version = version;
      builder_.source("/gpu_stack/kernel_module_version", "root/sys/module/amdgpu/version");
    }
    for (const std::string& path : bundle_.glob(kNvidiaDir + "*/information")) {
      GpuReading reading{.gpu = parse_nvidia_information(*bundle_.text(path))};
      if (!reading.gpu.address) {
        reading.gpu.address =
            sysfs_pci_address(path.substr(kNvidiaDir.size(), path.find('/', kNvidiaDir.size()) - kNvidiaDir.size()));
      }
      if (reading.gpu.address) gathering_.add(reading, path);
    }
  }

  void read_smi_logs() {
    for (const std::string& path : texts_of("nvidia-smi-q-xml")) {
      read_smi_log(parse_smi_xml(*bundle_.text(path)), SmiLayout::xml, path);
    }
    for (const std::string& path : texts_of("nvidia-smi-q-text")) {
      read_smi_log(parse_smi_text(*bundle_.text(path)), SmiLayout::text, path);
    }
  }

  void read_smi_log(const Parsed<SmiLog>& log, SmiLayout layout, const std::string& path) {
    const GpuStack stack = stack_of_smi(log.value);
    const auto listed = static_cast<std::int64_t>(log.value.gpus.size());
    if (!log.value.gpus.empty() || !log.value.head.empty()) take_stack(stack, path);
    // A report of all GPUs has them in the order of their index; one with -i has not.
    const bool is_all = stack.attached_count == listed;
    Unparsed unparsed = log.unparsed;
    if (stack.attached_count && *stack.attached_count != listed) {
      unparsed.add(std::to_string(listed) + " of " + std::to_string(*stack.attached_count) + " GPUs are in the report");
    }
    for (std::size_t index = 0; index < log.value.gpus.size(); ++index) {
      GpuReading reading = gpu_of_smi(log.value.gpus[index], layout);
      if (!reading.gpu.vendor) reading.gpu.vendor = kNvidiaVendor;
      if (is_all) reading.gpu.index = static_cast<std::int64_t>(index);
      gathering_.add(reading, path);
    }
    if (listed > 0) saw_gpus(listed);
    note_unparsed(path, unparsed, "/gpus");
  }

  void read_smi_csvs() {
    for (const std::string& path : texts_of("nvidia-smi-query-csv")) {
      const Parsed<SmiCsv> csv = parse_smi_csv(*bundle_.text(path), query_of(path));
      Unparsed unparsed = csv.unparsed;
      if (csv.value.unknown_columns > 0) {
        unparsed.add(std::to_string(csv.value.unknown_columns) +
                     " column(s) without a name: save it with a heading, without noheader");
      }
      std::int64_t highest = -1;
      std::vector<Gpu> with_processes;
      for (const auto& row : csv.value.rows) {
        GpuReading reading = gpu_of_query(row);
        if (add_query_process(row, reading.gpu, with_processes)) continue;
        if (!reading.gpu.address && !reading.gpu.uuid && !reading.gpu.index) {
          unparsed.add("a row without index, uuid or bus id: nobody knows which GPU it is");
          continue;
        }
        if (!reading.gpu.vendor) reading.gpu.vendor = kNvidiaVendor;
        highest = std::max(highest, reading.gpu.index.value_or(-1));
        for (const auto& [name, value] : row) {
          if (name == "driver_version" && gpu_value_state(value) == GpuValue::given) {
            take_stack({.driver_version = value}, path);
          }
        }
        gathering_.add(reading, path);
      }
      for (const Gpu& gpu : with_processes) gathering_.add({.gpu = gpu}, path);
      if (highest >= 0) saw_gpus(highest + 1);
      note_unparsed(path, unparsed, "/gpus");
    }
  }

  // The names after --query-gpu= in the command, when the bundle knows it.
  std::vector<std::string> query_of(const std::string& path) const {
    const std::string slug(split(path, '/')[1]);
    const CommandRecord* command = bundle_.manifest().command(slug);
    std::vector<std::string> names;
    for (const std::string& argument : command == nullptr ? std::vector<std::string>{} : command->argv) {
      const std::size_t equals = argument.find('=');
      if (!argument.starts_with("--query-") || equals == std::string::npos) continue;
      for (const std::string_view name : split(std::string_view(argument).substr(equals + 1), ',')) {
        names.emplace_back(trim(name));
      }
    }
    return names;
  }

  // --query-compute-apps has a row for each process: pid, process_name, used_memory, gpu_uuid.
  static bool add_query_process(const std::vector<std::pair<std::string, std::string>>& row, const Gpu& identity,
                                std::vector<Gpu>& gpus) {
    GpuProcess process;
    for (const auto& [name, value] : row) {
      if (name == "pid") process.pid = gpu_count(value).value_or(0);
      if (name == "process_name" || name == "name") process.name = to_valid_utf8(value);
      if (name == "used_memory" || name == "used_gpu_memory") process.memory_bytes = gpu_bytes(value);
    }
    if (process.pid == 0 || (!identity.uuid && !identity.address)) return false;
    const auto same = std::find_if(gpus.begin(), gpus.end(), [&](const Gpu& gpu) {
      return gpu.uuid == identity.uuid && gpu.address == identity.address;
    });
    Gpu& gpu = same != gpus.end()
                   ? *same
                   : gpus.emplace_back(
                         Gpu{.address = identity.address, .uuid = identity.uuid, .vendor = std::string(kNvidiaVendor)});
    made(gpu.processes).push_back(std::move(process));
    return true;
  }

  void read_smi_tables() {
    for (const std::string& path : texts_of("nvidia-smi-table")) {
      const Parsed<SmiTable> table = parse_smi_table(*bundle_.text(path));
      if (table.value.stack.driver_version) take_stack(table.value.stack, path);
      for (const Gpu& gpu : table.value.gpus) gathering_.add({.gpu = gpu}, path);
      if (!table.value.gpus.empty()) saw_gpus(static_cast<std::int64_t>(table.value.gpus.size()));
      note_unparsed(path, table.unparsed, "/gpus");
    }
  }

  void read_smi_lists() {
    for (const char* kind : {"nvidia-smi-L", "nvidia-smi-nvlink"}) {
      for (const std::string& path : texts_of(kind)) {
        const auto list = parse_smi_list(*bundle_.text(path));
        const bool asked_for_links = kind == std::string_view("nvidia-smi-nvlink") && !list.unparsed.any();
        for (const SmiListedGpu& listed : list.value) gathering_.add({.gpu = gpu_of(listed, asked_for_links)}, path);
        if (asked_for_links && is_of_all_gpus(path)) lists_all_nvlinks_ = true;
        if (kind == std::string_view("nvidia-smi-L") && !list.value.empty()) {
          saw_gpus(static_cast<std::int64_t>(list.value.size()));
        }
        note_unparsed(path, list.unparsed, "/gpus");
      }
    }
  }

  // A collection's own command; what someone saved may be of one GPU (-i).
  bool is_of_all_gpus(const std::string& path) const {
    const CommandRecord* command = bundle_.manifest().command(std::string(split(path, '/')[1]));
    return command != nullptr && std::ranges::equal(command->argv, std::array{"nvidia-smi", "nvlink", "-s"});
  }

  static Gpu gpu_of(const SmiListedGpu& listed, bool asked_for_links) {
    Gpu gpu{.index = listed.index, .uuid = listed.uuid, .name = listed.name, .vendor = std::string(kNvidiaVendor)};
    if (!listed.mig_devices.empty()) gpu.mig_devices = listed.mig_devices;
    if (asked_for_links || !listed.nvlinks.empty()) gpu.nvlinks = listed.nvlinks;
    return gpu;
  }

  void read_topos() {
    for (const std::string& path : texts_of("nvidia-smi-topo")) {
      const Parsed<SmiTopo> topo = parse_smi_topo(*bundle_.text(path));
      std::size_t count = 0;
      for (const std::string& device : topo.value.devices) count += device.starts_with("GPU") ? 1 : 0;
      gathering_.number(kNvidiaVendor, count);
      for (const SmiTopoGpu& place : topo.value.gpus) gathering_.add({.gpu = gpu_of(place)}, path);
      for (const SmiTopoGpu& place : topo.value.gpus) {
        if (place.cpus_may_be_cut) cut_affinity_.emplace(place.index, path);
      }
      if (links_.empty()) {
        for (const SmiTopoLink& link : topo.value.links) links_.push_back(link_of(link, topo.value));
        if (!links_.empty()) builder_.source("/gpu_links", path);
      }
      note_unparsed(path, topo.unparsed, "/gpu_links");
    }
  }

  static Gpu gpu_of(const SmiTopoGpu& place) {
    Gpu gpu{.index = place.index, .vendor = std::string(kNvidiaVendor)};
    gpu.affinity_nodes = place.nodes;
    gpu.memory_numa_node = place.memory_node;
    // One node is the GPU's; of several nobody knows which (all of them, often, for every GPU).
    if (place.nodes && place.nodes->size() == 1) gpu.numa_node = place.nodes->numbers().front();
    gpu.affinity_cpus_shown = place.cpus;
    if (!place.cpus_may_be_cut) gpu.local_cpus = place.cpus;
    return gpu;
  }

  GpuLink link_of(const SmiTopoLink& link, const SmiTopo& topo) {
    GpuLink fact{.from = link.from, .to = link.to, .path = link.path};
    if (link.path.starts_with("NV")) fact.nvlink_count = gpu_count(std::string_view(link.path).substr(2));
    const auto address = [this](const std::string& label) -> std::optional<std::string> {
      const auto index = label.starts_with("GPU") ? gpu_count(std::string_view(label).substr(3)) : std::nullopt;
      const GatheredGpu* gpu = index ? gathering_.of_index(*index) : nullptr;
      return gpu == nullptr ? std::nullopt : gpu->gpu.address;
    };
    fact.from_address = address(link.from);
    fact.to_address = address(link.to);
    if (const auto nic = topo.nics.find(link.to); nic != topo.nics.end()) fact.to_device = nic->second;
    if (!fact.to_device && link.to.find('_') != std::string::npos) fact.to_device = link.to;
    return fact;
  }

  void read_amd_texts() {
    for (const char* kind : {"rocm-smi-json", "amd-smi-json"}) {
      const bool is_rocm = kind == std::string_view("rocm-smi-json");
      for (const std::string& path : texts_of(kind)) {
        const std::string_view text = *bundle_.text(path);
        const Parsed<AmdReport> report = is_rocm ? parse_rocm_smi_json(text) : parse_amd_smi_json(text);
        if (report.value.driver_version) take_stack({.driver_version = report.value.driver_version}, path);
        for (const Gpu& gpu : report.value.gpus) gathering_.add({.gpu = gpu}, path);
        if (!report.value.gpus.empty()) saw_gpus(static_cast<std::int64_t>(report.value.gpus.size()));
        note_unparsed(path, report.unparsed, "/gpus");
      }
    }
  }

  void saw_gpus(std::int64_t count) {
    GpuStack& stack = made(stack_);
    stack.listed_count = std::max(stack.listed_count.value_or(0), count);
    stack.state = "ok";
  }

  // ---- the stack ---------------------------------------------------------------------------------------------------

  void read_services() {
    const std::string path = "commands/gpu-services/stdout";
    const auto text = bundle_.text(path);
    if (!text) return;
    auto services = parse_gpu_services(*text);
    if (services.empty()) return;
    made(stack_).services = std::move(services);
    builder_.source("/gpu_stack/services", path);
  }

  void count_devices() {
    const auto classes = bundle_.glob(kPciDir + "*/class");
    if (classes.empty() || note_uncounted(pci_reader_)) return;
    std::int64_t gpus = 0;
    for (const PciDevice& device : devices_) {
      gpus += device.kind == "gpu" && (device.vendor == kNvidiaVendor || device.vendor == kAmdVendor) ? 1 : 0;
    }
    std::int64_t switches = 0;
    for (const std::string& path : classes) {
      const std::string dir = path.substr(0, path.rfind('/') + 1);
      // NVSwitch: NVIDIA's bridges of subclass "other".
      const bool is_bridge = bundle_.text(path).value_or(std::string_view{}).starts_with("0x0680");
      switches += is_bridge && word_at(bundle_, dir + "vendor") == "0x10de" ? 1 : 0;
    }
    GpuStack& stack = made(stack_);
    stack.pci_count = gpus;
    stack.nvswitch_count = switches;
    builder_.source("/gpu_stack/pci_count", classes.front());
    builder_.source("/gpu_stack/nvswitch_count", classes.front());
  }

  // ---- into the document -------------------------------------------------------------------------------------------

  void finish() {
    std::vector<GatheredGpu> gathered = gathering_.take();
    add_gpu_growth(bundle_, gathered);
    const auto classes = bundle_.glob(kPciDir + "*/class");
    if (!links_.empty()) builder_.facts.gpu_links = std::move(links_);
    if (stack_) builder_.facts.gpu_stack = std::move(stack_);
    if (classes.empty() && gathered.empty()) return pci_reader_.explain(kPciDir + "*/class", "/gpus");
    // Where no class was read at all, the list of a tool stands in for that of the devices.
    const bool is_listed = classes.empty() && builder_.facts.gpu_stack && builder_.facts.gpu_stack->listed_count;
    const auto unread = is_listed ? std::nullopt : unclassified_file(bundle_, gathered);
    if (unread) return pci_reader_.explain(*unread, "/gpus");
    if (!classes.empty()) builder_.source("/gpus", classes.front());
    std::vector<Gpu> gpus;
    for (std::size_t index = 0; index < gathered.size(); ++index) {
      GatheredGpu& gpu = gathered[index];
      const std::string pointer = "/gpus/" + std::to_string(index);
      const bool on_pci = gpu.gpu.address && bundle_.text(kPciDir + *gpu.gpu.address + "/class");
      if (on_pci) builder_.source(pointer, kPciDir + *gpu.gpu.address + "/class");
      if (on_pci && gpu.gpu.vendor == kAmdVendor) read_amd_sysfs(bundle_, *gpu.gpu.address, gpu.gpu);
      for (const std::string& source : gpu.sources) builder_.source(pointer, source);
      place_on_pci(pci_reader_, gpu.gpu, pointer);
      note_nvlinks(gpu.gpu, pointer);
      note_gpu_gaps(reader_, pci_reader_, gpu, pointer);
      note_cut_affinity(gpu.gpu, pointer);
      gpus.push_back(std::move(gpu.gpu));
    }
    builder_.facts.gpus = std::move(gpus);
  }

  void note_nvlinks(Gpu& gpu, const std::string& pointer) {
    if (gpu.nvlinks) return;
    if (gpu.vendor && *gpu.vendor != kNvidiaVendor) {
      return reader_.missing(pointer + "/nvlinks", "structural", "only NVIDIA's GPUs have NVLink");
    }
    if (lists_all_nvlinks_) {
      gpu.nvlinks.emplace();
      return builder_.source(pointer + "/nvlinks", kNvlinkText);
    }
    reader_.explain(kNvlinkText, pointer + "/nvlinks");
  }

  void note_cut_affinity(const Gpu& gpu, const std::string& pointer) {
    const auto cut = gpu.index ? cut_affinity_.find(*gpu.index) : cut_affinity_.end();
    if (gpu.local_cpus || cut == cut_affinity_.end()) return;
    reader_.missing(pointer + "/local_cpus", "parse_error",
                    cut->second + ": nvidia-smi may have cut this CPU list; collect local_cpulist of the device");
  }

  const Bundle& bundle_;
  FactsBuilder& builder_;
  EvidenceReader reader_;
  EvidenceReader pci_reader_;
  std::vector<PciDevice> devices_;
  GpuGathering gathering_;
  std::optional<GpuStack> stack_;
  bool lists_all_nvlinks_ = false;
  std::vector<GpuLink> links_;
  std::map<std::int64_t, std::string> cut_affinity_;
};

}  // namespace

void read_gpus(const Bundle& bundle, FactsBuilder& builder) { GpuReader(bundle, builder).read(); }

}  // namespace ihc
