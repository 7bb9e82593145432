#include "collectors/gpu/amd_sysfs.h"

#include <algorithm>

#include "base/text.h"
#include "collectors/gpu/values.h"
#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

const std::string kDevicesDir = "root/sys/bus/pci/devices/";

template <class T>
T& made(std::optional<T>& member) {
  return member ? *member : member.emplace();
}

template <class Group, class T>
void store(std::optional<Group>& group, std::optional<T> Group::*field, std::optional<T> value) {
  if (value && *value >= 0 && !(group && (*group).*field)) made(group).*field = std::move(value);
}

std::optional<double> scaled(std::optional<std::int64_t> value, double divisor) {
  if (!value || *value < 0) return std::nullopt;
  return static_cast<double>(*value) / divisor;
}

void read_hwmon(const Bundle& bundle, const std::string& dir, Gpu& gpu) {
  constexpr double kMilli = 1000;
  constexpr double kMicro = 1e6;
  for (const std::string& path : bundle.glob(dir + "hwmon/hwmon*/temp*_label")) {
    const auto label = word_at(bundle, path);
    const std::string stem = path.substr(0, path.size() - std::string_view("label").size());
    const auto celsius = scaled(integer_at(bundle, stem + "input"), kMilli);
    if (label == "edge") store(gpu.temperatures, &GpuTemperatures::gpu_celsius, celsius);
    if (label == "junction") store(gpu.temperatures, &GpuTemperatures::hotspot_celsius, celsius);
    if (label == "mem") store(gpu.temperatures, &GpuTemperatures::memory_celsius, celsius);
  }
  for (const std::string& path : bundle.glob(dir + "hwmon/hwmon*/power1_*")) {
    const auto watts = scaled(integer_at(bundle, path), kMicro);
    if (path.ends_with("_average")) store(gpu.power, &GpuPower::draw_average_w, watts);
    if (path.ends_with("_input")) store(gpu.power, &GpuPower::draw_instant_w, watts);
    if (path.ends_with("_cap")) store(gpu.power, &GpuPower::limit_w, watts);
    if (path.ends_with("_cap_default")) store(gpu.power, &GpuPower::default_limit_w, watts);
    if (path.ends_with("_cap_max")) store(gpu.power, &GpuPower::max_limit_w, watts);
    if (path.ends_with("_cap_min")) store(gpu.power, &GpuPower::min_limit_w, watts);
  }
}

void read_ras(const Bundle& bundle, const std::string& dir, Gpu& gpu) {
  const std::string ras = dir + "ras/";
  for (const std::string& path : bundle.glob(ras + "*_err_count")) {
    const std::string block = path.substr(ras.size(), path.size() - ras.size() - std::string_view("_err_count").size());
    const auto text = bundle.text(path);
    for (const std::string_view line : split_lines(text.value_or(std::string_view{}))) {
      const auto pair = split_key_value(line, ':');
      const auto count = pair ? gpu_count(pair->second) : std::nullopt;
      if (!count) continue;
      const std::string_view kind = pair->first == "ue" ? "uncorrectable" : pair->first == "ce" ? "correctable" : "";
      if (!kind.empty()) made(made(gpu.ecc).volatile_counts)[block + "_" + std::string(kind)] = *count;
    }
  }
}

void read_clocks(const Bundle& bundle, const std::string& dir, Gpu& gpu) {
  if (const auto text = bundle.text(dir + "pp_dpm_sclk")) {
    const DpmStates states = parse_dpm_states(*text);
    store(gpu.clocks, &GpuClocks::graphics_mhz, states.current_mhz);
    store(gpu.clocks_max, &GpuClocks::graphics_mhz, states.max_mhz);
  }
  if (const auto text = bundle.text(dir + "pp_dpm_mclk")) {
    const DpmStates states = parse_dpm_states(*text);
    store(gpu.clocks, &GpuClocks::memory_mhz, states.current_mhz);
    store(gpu.clocks_max, &GpuClocks::memory_mhz, states.max_mhz);
  }
}

}  // namespace

DpmStates parse_dpm_states(std::string_view text) {
  DpmStates states;
  for (const std::string_view line : split_lines(text)) {
    // "S: 19Mhz *" is the clock in deep sleep.
    const auto pair = split_key_value(line, ':');
    if (!pair) continue;
    std::string_view value = pair->second;
    const bool is_current = value.ends_with('*');
    if (is_current) value.remove_suffix(1);
    const auto mhz = gpu_number(value, "Mhz");
    if (!mhz) continue;
    if (is_current) states.current_mhz = mhz;
    states.max_mhz = std::max(states.max_mhz.value_or(0), *mhz);
  }
  return states;
}

void read_amd_sysfs(const Bundle& bundle, const std::string& address, Gpu& gpu) {
  const std::string dir = kDevicesDir + address + "/";
  const auto busy = integer_at(bundle, dir + "gpu_busy_percent");
  store(gpu.utilization, &GpuUtilization::gpu_pct, scaled(busy, 1));
  store(gpu.utilization, &GpuUtilization::memory_pct, scaled(integer_at(bundle, dir + "mem_busy_percent"), 1));
  store(gpu.memory, &GpuMemory::total_bytes, integer_at(bundle, dir + "mem_info_vram_total"));
  store(gpu.memory, &GpuMemory::used_bytes, integer_at(bundle, dir + "mem_info_vram_used"));
  store(gpu.memory, &GpuMemory::bar1_total_bytes, integer_at(bundle, dir + "mem_info_vis_vram_total"));
  store(gpu.memory, &GpuMemory::bar1_used_bytes, integer_at(bundle, dir + "mem_info_vis_vram_used"));
  store(gpu.pcie, &GpuPcie::replay_count, integer_at(bundle, dir + "pcie_replay_count"));
  if (!gpu.uuid) gpu.uuid = word_at(bundle, dir + "unique_id");
  if (!gpu.vbios_version) gpu.vbios_version = word_at(bundle, dir + "vbios_version");
  if (!gpu.name) gpu.name = word_at(bundle, dir + "product_name");
  if (!gpu.performance_state) gpu.performance_state = word_at(bundle, dir + "power_dpm_force_performance_level");
  read_clocks(bundle, dir, gpu);
  read_hwmon(bundle, dir, gpu);
  read_ras(bundle, dir, gpu);
}

}  // namespace ihc
