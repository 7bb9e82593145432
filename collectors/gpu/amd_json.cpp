#include "collectors/gpu/amd_json.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "collectors/gpu/values.h"

namespace ihc {

namespace {

constexpr std::string_view kAmdVendor = "1002";
constexpr double kMaxNumber = 9e15;

template <class T>
T& made(std::optional<T>& member) {
  return member ? *member : member.emplace();
}

// The document, without what a tool or a shell printed before and after it.
std::optional<Json> document_in(std::string_view text, Unparsed& unparsed) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  for (std::size_t at = text.find_first_of("[{"); at != std::string_view::npos; at = text.find_first_of("[{", at + 1)) {
    const bool begins_line = at == 0 || text[at - 1] == '\n';
    if (!begins_line) continue;
    const std::size_t end = text.find_last_of("]}");
    if (end == std::string_view::npos || end < at) break;
    auto json = parse_json(text.substr(at, end - at + 1), "rocm-smi");
    if (json) return std::move(*json);
  }
  unparsed.add(text);
  return std::nullopt;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return number_to_text(value.get<double>());
  return {};
}

// 42, "42", "(1090Mhz)", {"value": 42, "unit": "%"}
std::optional<double> number_in(const Json* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_object()) return value->contains("value") ? number_in(&value->at("value")) : std::nullopt;
  if (!value->is_number() && !value->is_string()) return std::nullopt;
  const std::string text = text_of(*value);
  std::string_view digits = text;
  while (!digits.empty() && (digits.front() == '(' || digits.front() == ' ')) digits.remove_prefix(1);
  const std::size_t end = std::min(digits.find_first_not_of("0123456789.e+"), digits.size());
  const auto number = parse_decimal(digits.substr(0, end));
  return number && *number >= 0 && *number < kMaxNumber ? number : std::nullopt;
}

std::optional<std::int64_t> count_in(const Json* value) {
  const auto number = number_in(value);
  return number ? std::optional(std::llround(*number)) : std::nullopt;
}

std::optional<std::string> word_in(const Json* value) {
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const std::string text = value->get<std::string>();
  if (gpu_value_state(text) != GpuValue::given) return std::nullopt;
  return to_valid_utf8(trim(text));
}

// "0x74a1" → "74a1"
std::optional<std::string> id_in(const Json* value) {
  auto word = word_in(value);
  if (!word || !word->starts_with("0x") || word->size() != 6) return std::nullopt;
  return to_lower(word->substr(2));
}

const Json* member(const Json& object, std::initializer_list<const char*> names) {
  if (!object.is_object()) return nullptr;
  for (const char* name : names) {
    const auto found = object.find(name);
    if (found != object.end()) return &*found;
  }
  return nullptr;
}

const Json* path(const Json& object, std::initializer_list<const char*> parts) {
  const Json* at = &object;
  for (const char* part : parts) {
    if (at == nullptr) return nullptr;
    at = member(*at, {part});
  }
  return at;
}

template <class T>
void store(std::optional<T>& into, std::optional<T> value) {
  if (value && !into) into = std::move(value);
}

template <class Group, class T>
void store(std::optional<Group>& group, std::optional<T> Group::*field, std::optional<T> value) {
  if (value) store(made(group).*field, std::move(value));
}

// ---- rocm-smi ------------------------------------------------------------------------------------------------------

Gpu gpu_of_card(const Json& card, std::int64_t index) {
  Gpu gpu{.index = index, .vendor = std::string(kAmdVendor)};
  if (const auto bus = word_in(member(card, {"PCI Bus"}))) gpu.address = sysfs_pci_address(*bus);
  store(gpu.name, word_in(member(card, {"Card Series", "Card series", "Card Model", "Card model"})));
  store(gpu.uuid, word_in(member(card, {"Unique ID"})));
  store(gpu.device, id_in(member(card, {"Device ID", "GPU ID"})));
  store(gpu.vbios_version, word_in(member(card, {"VBIOS version"})));
  store(gpu.numa_node, count_in(member(card, {"(Topology) Numa Node"})));
  store(gpu.memory, &GpuMemory::total_bytes, count_in(member(card, {"VRAM Total Memory (B)"})));
  store(gpu.memory, &GpuMemory::used_bytes, count_in(member(card, {"VRAM Total Used Memory (B)"})));
  store(gpu.utilization, &GpuUtilization::gpu_pct, number_in(member(card, {"GPU use (%)"})));
  store(gpu.utilization, &GpuUtilization::memory_pct, number_in(member(card, {"GPU Memory Read/Write Activity (%)"})));
  store(gpu.temperatures, &GpuTemperatures::gpu_celsius, number_in(member(card, {"Temperature (Sensor edge) (C)"})));
  store(gpu.temperatures, &GpuTemperatures::hotspot_celsius,
        number_in(member(card, {"Temperature (Sensor junction) (C)"})));
  store(gpu.temperatures, &GpuTemperatures::memory_celsius,
        number_in(member(card, {"Temperature (Sensor memory) (C)"})));
  store(gpu.power, &GpuPower::draw_average_w, number_in(member(card, {"Average Graphics Package Power (W)"})));
  store(gpu.power, &GpuPower::draw_instant_w, number_in(member(card, {"Current Socket Graphics Package Power (W)"})));
  store(gpu.power, &GpuPower::limit_w, number_in(member(card, {"Max Graphics Package Power (W)"})));
  store(gpu.clocks, &GpuClocks::graphics_mhz, number_in(member(card, {"sclk clock speed:"})));
  store(gpu.clocks, &GpuClocks::memory_mhz, number_in(member(card, {"mclk clock speed:"})));
  store(gpu.pcie, &GpuPcie::replay_count, count_in(member(card, {"PCIe Replay Count"})));
  return gpu;
}

// ---- amd-smi -------------------------------------------------------------------------------------------------------

// amd-smi gives megabytes of 2^20.
std::optional<std::int64_t> megabytes_in(const Json* value) {
  constexpr double kMegabyte = 1048576;
  const auto number = number_in(value);
  if (!number || *number >= kMaxNumber / kMegabyte) return std::nullopt;
  return std::llround(*number * kMegabyte);
}

void take_processes(Gpu& gpu, const Json& list) {
  if (!list.is_array()) return;
  std::vector<GpuProcess>& processes = made(gpu.processes);
  for (const Json& element : list) {
    const Json* info = member(element, {"process_info"});
    const auto pid = info == nullptr ? std::nullopt : count_in(member(*info, {"pid"}));
    if (!pid || *pid == 0) continue;
    GpuProcess process{.pid = *pid, .name = word_in(member(*info, {"name"}))};
    process.memory_bytes = megabytes_in(path(*info, {"memory_usage", "vram_mem"}));
    if (!process.memory_bytes) process.memory_bytes = megabytes_in(member(*info, {"vram_mem"}));
    processes.push_back(std::move(process));
  }
}

void take_ecc(Gpu& gpu, const Json& ecc) {
  for (const char* kind : {"correctable", "uncorrectable", "deferred"}) {
    const std::string name = std::string("total_") + kind + "_count";
    if (const auto count = count_in(member(ecc, {name.c_str()}))) {
      made(made(gpu.ecc).volatile_counts)[std::string("total_") + kind] = *count;
    }
  }
}

// "graphics clocks": gfx_0: {"clk": {"value": 132}, "max_clk": {"value": 2100}}, mem_0: …
void take_clocks(Gpu& gpu, const Json& clock) {
  for (const char* name : {"gfx_0", "gfx"}) {
    store(gpu.clocks, &GpuClocks::graphics_mhz, number_in(path(clock, {name, "clk"})));
    store(gpu.clocks_max, &GpuClocks::graphics_mhz, number_in(path(clock, {name, "max_clk"})));
  }
  for (const char* name : {"mem_0", "mem"}) {
    store(gpu.clocks, &GpuClocks::memory_mhz, number_in(path(clock, {name, "clk"})));
    store(gpu.clocks_max, &GpuClocks::memory_mhz, number_in(path(clock, {name, "max_clk"})));
  }
}

std::optional<Gpu> gpu_of_element(const Json& element) {
  const auto index = count_in(member(element, {"gpu"}));
  if (!index) return std::nullopt;
  Gpu gpu{.index = index, .vendor = std::string(kAmdVendor)};
  for (const Json* bdf : {path(element, {"bus", "bdf"}), member(element, {"bdf"})}) {
    if (const auto word = word_in(bdf)) gpu.address = sysfs_pci_address(*word);
  }
  store(gpu.uuid, word_in(member(element, {"uuid"})));
  store(gpu.name, word_in(path(element, {"asic", "market_name"})));
  store(gpu.device, id_in(path(element, {"asic", "device_id"})));
  store(gpu.vbios_version, word_in(path(element, {"vbios", "version"})));
  store(gpu.numa_node, count_in(path(element, {"numa", "node"})));
  store(gpu.memory, &GpuMemory::total_bytes, megabytes_in(path(element, {"mem_usage", "total_vram"})));
  store(gpu.memory, &GpuMemory::total_bytes, megabytes_in(path(element, {"vram", "size"})));
  store(gpu.memory, &GpuMemory::used_bytes, megabytes_in(path(element, {"mem_usage", "used_vram"})));
  store(gpu.memory, &GpuMemory::free_bytes, megabytes_in(path(element, {"mem_usage", "free_vram"})));
  store(gpu.utilization, &GpuUtilization::gpu_pct, number_in(path(element, {"usage", "gfx_activity"})));
  store(gpu.utilization, &GpuUtilization::memory_pct, number_in(path(element, {"usage", "umc_activity"})));
  store(gpu.temperatures, &GpuTemperatures::gpu_celsius, number_in(path(element, {"temperature", "edge"})));
  store(gpu.temperatures, &GpuTemperatures::hotspot_celsius, number_in(path(element, {"temperature", "hotspot"})));
  store(gpu.temperatures, &GpuTemperatures::memory_celsius, number_in(path(element, {"temperature", "mem"})));
  store(gpu.power, &GpuPower::draw_w, number_in(path(element, {"power", "socket_power"})));
  store(gpu.power, &GpuPower::draw_average_w, number_in(path(element, {"power", "average_socket_power"})));
  store(gpu.power, &GpuPower::limit_w, number_in(path(element, {"limit", "socket_power"})));
  store(gpu.power, &GpuPower::max_limit_w, number_in(path(element, {"limit", "max_power"})));
  store(gpu.pcie, &GpuPcie::width_current, count_in(path(element, {"pcie", "width"})));
  store(gpu.pcie, &GpuPcie::width_max, count_in(path(element, {"bus", "max_pcie_width"})));
  store(gpu.pcie, &GpuPcie::replay_count, count_in(path(element, {"pcie", "replay_count"})));
  if (const Json* clock = member(element, {"clock"})) take_clocks(gpu, *clock);
  if (const Json* ecc = member(element, {"ecc"})) take_ecc(gpu, *ecc);
  if (const Json* list = member(element, {"process_list"})) take_processes(gpu, *list);
  return gpu;
}

}  // namespace

Parsed<AmdReport> parse_rocm_smi_json(std::string_view text) {
  Parsed<AmdReport> parsed;
  const auto json = document_in(text, parsed.unparsed);
  if (!json) return parsed;
  if (!json->is_object()) {
    parsed.unparsed.add("not an object of cards");
    return parsed;
  }
  for (const auto& [key, card] : json->items()) {
    if (key == "system") {
      parsed.value.driver_version = word_in(member(card, {"Driver version"}));
      continue;
    }
    const auto index = key.starts_with("card") ? gpu_count(std::string_view(key).substr(4)) : std::nullopt;
    if (index && card.is_object()) {
      parsed.value.gpus.push_back(gpu_of_card(card, *index));
    } else {
      parsed.unparsed.add(key);
    }
  }
  std::stable_sort(parsed.value.gpus.begin(), parsed.value.gpus.end(),
                   [](const Gpu& left, const Gpu& right) { return left.index < right.index; });
  return parsed;
}

Parsed<AmdReport> parse_amd_smi_json(std::string_view text) {
  Parsed<AmdReport> parsed;
  const auto json = document_in(text, parsed.unparsed);
  if (!json) return parsed;
  const Json* list = json->is_array() ? &*json : member(*json, {"gpu_data"});
  if (list == nullptr || !list->is_array()) {
    parsed.unparsed.add("no list of GPUs");
    return parsed;
  }
  for (const Json& element : *list) {
    if (auto gpu = gpu_of_element(element)) {
      parsed.value.gpus.push_back(std::move(*gpu));
    } else {
      parsed.unparsed.add(to_compact_text(element));
    }
  }
  return parsed;
}

}  // namespace ihc
