#include "collectors/gpu/smi_fields.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "collectors/gpu/smi_rows.h"
#include "collectors/gpu/values.h"
#include "facts/described/gpu.h"

namespace ihc {

namespace {

template <class T>
T& made(std::optional<T>& member) {
  return member ? *member : member.emplace();
}

// Groups of names that differ from GPU to GPU: <group>/<name> → a map.
constexpr std::array<std::string_view, 8> kReasonBits{
    "gpu_idle",   "applications_clocks_setting", "sw_power_cap",        "hw_slowdown",
    "sync_boost", "sw_thermal_slowdown",         "hw_thermal_slowdown", "hw_power_brake_slowdown"};

// The text calls things by other words than the XML.
std::string reason_name(std::string_view printed) {
  std::string name = snake_case(printed);
  for (const std::string_view prefix : {"clocks_throttle_reason_", "clocks_event_reason_", "clocks_event_reasons_",
                                        "clocks_throttle_reasons_", "clocks_event_reasons_counters_", "counters_"}) {
    if (name.starts_with(prefix)) name = name.substr(prefix.size());
  }
  if (name == "idle") return "gpu_idle";
  if (name == "display_clock_setting") return "display_clocks_setting";
  if (name == "sw_power_capping") return "sw_power_cap";
  if (name == "sw_therm_slowdown" || name == "sw_thermal_slowdown_2") return "sw_thermal_slowdown";
  if (name == "hw_therm_slowdown" || name == "hw_thermal_slowdown_2") return "hw_thermal_slowdown";
  if (name == "hw_power_brake" || name == "hw_power_braking") return "hw_power_brake_slowdown";
  return name;
}

std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool add_reason(Gpu& gpu, std::string_view name, std::string_view value) {
  const auto active = gpu_flag(value);
  if (active) made(gpu.event_reasons)[reason_name(name)] = *active;
  return active.has_value();
}

bool add_reason_time(Gpu& gpu, std::string_view name, std::string_view value) {
  const auto us = gpu_number(value, "us");
  if (us) made(gpu.event_reasons_us)[reason_name(name)] = static_cast<std::int64_t>(std::min(*us, 9e15));
  return us.has_value();
}

// "single_bit/device_memory", "Single Bit/Device Memory", "SRAM Uncorrectable SEC-DED" → one name.
std::string ecc_name(std::string_view path) {
  std::string name = snake_case(path);
  const auto replace = [&name](std::string_view from, std::string_view to) {
    if (const std::size_t at = name.find(from); at != std::string::npos) name.replace(at, from.size(), to);
  };
  replace("sec_ded", "secded");
  replace("texture_shared", "texture_shm");
  return name;
}

bool add_ecc(std::optional<GpuCounts>& counts, std::string_view path, std::string_view value) {
  const auto count = gpu_count(value);
  if (count) made(counts).try_emplace(ecc_name(path), *count);
  return count.has_value();
}

struct Group {
  std::string_view prefix;
  bool (*add)(Gpu&, std::string_view rest, std::string_view value);
};

bool add_volatile(Gpu& gpu, std::string_view rest, std::string_view value) {
  return add_ecc(made(gpu.ecc).volatile_counts, rest, value);
}
bool add_aggregate(Gpu& gpu, std::string_view rest, std::string_view value) {
  return add_ecc(made(gpu.ecc).aggregate_counts, rest, value);
}
bool add_last_reason(Gpu& gpu, std::string_view rest, std::string_view value) {
  return add_reason(gpu, last_part(rest), value);
}
bool add_last_reason_time(Gpu& gpu, std::string_view rest, std::string_view value) {
  return add_reason_time(gpu, last_part(rest), value);
}

constexpr Group kGroups[] = {
    {"clocks_event_reasons/", add_last_reason},
    {"clocks_throttle_reasons/", add_last_reason},
    {"clocks_event_reasons_counters/", add_last_reason_time},
    {"ecc_errors/volatile/", add_volatile},
    {"ecc_errors/aggregate/", add_aggregate},
    {"Clocks Event Reasons/", add_last_reason},
    {"Clocks Throttle Reasons/", add_last_reason},
    {"Clocks Event Reasons Counters/", add_last_reason_time},
    {"ECC Errors/Volatile/", add_volatile},
    {"ECC Errors/Aggregate/", add_aggregate},
    {"Ecc Errors/Volatile/", add_volatile},
    {"Ecc Errors/Aggregate/", add_aggregate},
};

// "ecc.errors.uncorrected.volatile.sram" → volatile, "sram_uncorrectable".
bool add_query_ecc(Gpu& gpu, std::string_view name, std::string_view value) {
  const auto parts = split(name, '.');
  if (parts.size() < 5 || parts[0] != "ecc" || parts[1] != "errors") return false;
  const bool is_corrected = parts[2] == "corrected";
  if (!is_corrected && parts[2] != "uncorrected") return false;
  std::string kind;
  for (std::size_t index = 4; index < parts.size(); ++index) kind += std::string(parts[index]) + "_";
  kind += is_corrected ? "correctable" : "uncorrectable";
  if (parts[3] == "volatile") return add_ecc(made(gpu.ecc).volatile_counts, kind, value);
  return parts[3] == "aggregate" && add_ecc(made(gpu.ecc).aggregate_counts, kind, value);
}

bool add_query_reason(Gpu& gpu, std::string_view name, std::string_view value) {
  for (const std::string_view prefix : {"clocks_event_reasons.", "clocks_throttle_reasons."}) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view reason = name.substr(prefix.size());
    if (reason == "supported") return true;
    if (reason != "active") return add_reason(gpu, reason, value);
    value = trim(value);
    const auto mask = value.starts_with("0x") ? parse_number<std::uint64_t>(value.substr(2), 16) : std::nullopt;
    if (mask) gpu.event_reasons = event_reasons_of_mask(*mask);
    return mask.has_value();
  }
  return false;
}

bool contains(const std::array<std::string_view, 4>& names, std::string_view name) {
  return !name.empty() && std::find(names.begin(), names.end(), name) != names.end();
}

void note_unknown(GpuReading& reading, std::string_view fact, std::string_view value) {
  if (gpu_value_state(value) == GpuValue::failed)
    made(reading.gpu.failed_queries)[std::string(fact)] = to_valid_utf8(value);
  reading.unknown.emplace_back(std::string(fact), to_valid_utf8(value));
}

template <class Names>
bool take_row(GpuReading& reading, const Names& names, std::string_view name, std::string_view value) {
  for (const SmiRow& row : smi_rows()) {
    if (!contains(row.*names, name)) continue;
    const bool stored = gpu_value_state(value) == GpuValue::given && row.set(reading.gpu, value);
    if (!stored) note_unknown(reading, row.fact, value);
    return true;
  }
  return false;
}

// ---- processes and MIG devices -------------------------------------------------------------------------------------

std::optional<std::string> known_word(std::string_view value) {
  if (gpu_value_state(value) != GpuValue::given) return std::nullopt;
  return to_valid_utf8(trim(value));
}

class ListReader {
 public:
  explicit ListReader(Gpu& gpu) : gpu_(gpu) {}

  // Both layouts are told apart by their paths; a value that is in neither list is left to the caller.
  bool take(const SmiValue& value) {
    if (value.path == "processes" || value.path == "Processes") return begin_processes(value);
    if (value.path == "mig_devices" || value.path == "MIG Devices") return true;
    if (value.path == "processes/process_info") return begin_process();
    if (value.path == "mig_devices/mig_device" || value.path == "MIG Devices/MIG Device") return begin_mig();
    if (value.path.starts_with("processes/") || value.path.starts_with("Processes/")) {
      take_process(std::string(last_part(value.path)), value.value);
      return true;
    }
    if (value.path.starts_with("mig_devices/") || value.path.starts_with("MIG Devices/")) {
      take_mig(value.path, value.value);
      return true;
    }
    return false;
  }

  void finish() {
    flush_process();
    if (gpu_.mig_devices && gpu_.mig_devices->empty()) gpu_.mig_devices.reset();
  }

 private:
  bool begin_processes(const SmiValue& value) {
    const GpuValue state = gpu_value_state(value.value);
    if (value.begins_group || value.value.empty() || value.value == "None") made(gpu_.processes);
    return value.begins_group || state != GpuValue::failed;
  }
  bool begin_process() {
    flush_process();
    return true;
  }
  bool begin_mig() {
    made(gpu_.mig_devices).push_back({});
    return true;
  }

  void flush_process() {
    if (has_pid_) made(gpu_.processes).push_back(process_);
    process_ = {};
    has_pid_ = false;
  }

  void take_process(const std::string& printed, std::string_view value) {
    const std::string name = snake_case(printed);
    // The text has no element around a process: its ids of instances, or its process id, begin the next one.
    if (has_pid_ && (name == "gpu_instance_id" || name == "process_id" || name == "pid")) flush_process();
    if (name == "gpu_instance_id") process_.gpu_instance_id = gpu_count(value);
    if (name == "compute_instance_id") process_.compute_instance_id = gpu_count(value);
    if (name == "type") process_.type = known_word(value);
    if (name == "process_name" || name == "name") process_.name = known_word(value);
    if (name == "used_memory" || name == "used_gpu_memory") process_.memory_bytes = gpu_bytes(value);
    if (name != "pid" && name != "process_id") return;
    if (const auto pid = gpu_count(value); pid && *pid > 0) {
      process_.pid = *pid;
      has_pid_ = true;
    }
  }

  void take_mig(std::string_view path, std::string_view value) {
    if (!gpu_.mig_devices || gpu_.mig_devices->empty()) return;
    MigDevice& device = gpu_.mig_devices->back();
    const std::string name = snake_case(last_part(path));
    if (path.find("/fb_memory_usage/") != std::string_view::npos ||
        path.find("/FB Memory Usage/") != std::string_view::npos) {
      if (name == "total") device.memory_total_bytes = gpu_bytes(value);
      if (name == "used") device.memory_used_bytes = gpu_bytes(value);
      return;
    }
    if (name == "index") device.index = gpu_count(value);
    if (name == "gpu_instance_id") device.gpu_instance_id = gpu_count(value);
    if (name == "compute_instance_id") device.compute_instance_id = gpu_count(value);
    if (name == "uuid" || name == "mig_uuid") device.uuid = known_word(value);
  }

  Gpu& gpu_;
  GpuProcess process_;
  bool has_pid_ = false;
};

bool take_group(GpuReading& reading, const SmiValue& value) {
  for (const Group& group : kGroups) {
    if (!value.path.starts_with(group.prefix)) continue;
    const bool known = gpu_value_state(value.value) == GpuValue::given;
    if (known) group.add(reading.gpu, std::string_view(value.path).substr(group.prefix.size()), value.value);
    return true;
  }
  return false;
}

// A group of which no member was known is not there at all.
template <class T>
void drop_empty(std::optional<T>& group) {
  if (group && facts_to_json(*group).empty()) group.reset();
}

void drop_empty_groups(Gpu& gpu) {
  drop_empty(gpu.memory);
  drop_empty(gpu.utilization);
  drop_empty(gpu.clocks);
  drop_empty(gpu.clocks_max);
  drop_empty(gpu.clocks_applications);
  drop_empty(gpu.clocks_applications_default);
  drop_empty(gpu.power);
  drop_empty(gpu.temperatures);
  drop_empty(gpu.pcie);
  drop_empty(gpu.ecc);
  drop_empty(gpu.retired_pages);
  drop_empty(gpu.remapped_rows);
  drop_empty(gpu.fabric);
}

// What was printed twice, once as a value and once as none, is known.
void drop_known(GpuReading& reading) {
  const Json json = facts_to_json(reading.gpu);
  std::erase_if(reading.unknown,
                [&json](const auto& unknown) { return json.contains(Json::json_pointer(unknown.first)); });
}

}  // namespace

std::map<std::string, bool> event_reasons_of_mask(std::uint64_t mask) {
  std::map<std::string, bool> reasons;
  for (std::size_t bit = 0; bit < kReasonBits.size(); ++bit) {
    reasons[std::string(kReasonBits[bit])] = (mask >> bit & 1U) != 0;
  }
  constexpr std::size_t kDisplayBit = 8;
  reasons["display_clocks_setting"] = (mask >> kDisplayBit & 1U) != 0;
  return reasons;
}

bool is_query_column(std::string_view name) {
  if (name.starts_with("clocks_event_reasons.") || name.starts_with("clocks_throttle_reasons.")) return true;
  if (name.starts_with("ecc.errors.")) return true;
  for (const std::string_view known : {"timestamp", "driver_version", "count", "serial", "pid", "process_name", "name",
                                       "used_memory", "used_gpu_memory", "fan.speed", "cuda_version"}) {
    if (name == known) return true;
  }
  return std::any_of(smi_rows().begin(), smi_rows().end(),
                     [name](const SmiRow& row) { return contains(row.query, name); });
}

GpuReading gpu_of_smi(const SmiGpu& smi, SmiLayout layout) {
  GpuReading reading;
  reading.gpu.address = sysfs_pci_address(smi.id);
  ListReader lists(reading.gpu);
  for (const SmiValue& value : smi.values) {
    if (lists.take(value)) continue;
    const bool taken = layout == SmiLayout::xml ? take_row(reading, &SmiRow::xml, value.path, value.value)
                                                : take_row(reading, &SmiRow::text, value.path, value.value);
    if (!taken) take_group(reading, value);
  }
  lists.finish();
  drop_empty_groups(reading.gpu);
  drop_known(reading);
  return reading;
}

GpuReading gpu_of_query(const std::vector<std::pair<std::string, std::string>>& named_values) {
  GpuReading reading;
  for (const auto& [name, value] : named_values) {
    if (take_row(reading, &SmiRow::query, name, value)) continue;
    if (gpu_value_state(value) != GpuValue::given) continue;
    if (!add_query_reason(reading.gpu, name, value)) add_query_ecc(reading.gpu, name, value);
  }
  drop_empty_groups(reading.gpu);
  drop_known(reading);
  return reading;
}

GpuStack stack_of_smi(const SmiLog& log) {
  GpuStack stack;
  for (const SmiValue& value : log.head) {
    const std::string name = snake_case(value.path);
    if (name == "driver_version") stack.driver_version = known_word(value.value);
    if (name == "cuda_version") stack.cuda_version = known_word(value.value);
    if (name == "attached_gpus") stack.attached_count = gpu_count(value.value);
  }
  return stack;
}

}  // namespace ihc
