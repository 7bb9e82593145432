#include "collectors/gpu/nvidia_files.h"

#include "base/text.h"
#include "collectors/gpu/values.h"

namespace ihc {

namespace {

bool is_version(std::string_view word) {
  const auto parts = split(word, '.');
  if (parts.size() < 2) return false;
  for (const std::string_view part : parts) {
    if (!parse_number<std::uint32_t>(part)) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> parse_nvidia_version(std::string_view text) {
  for (const std::string_view line : split_lines(text)) {
    if (line.find("Kernel Module") == std::string_view::npos) continue;
    for (const std::string_view word : split_words(line)) {
      if (is_version(word)) return std::string(word);
    }
  }
  return std::nullopt;
}

Gpu parse_nvidia_information(std::string_view text) {
  Gpu gpu{.vendor = "10de"};
  for (const std::string_view line : split_lines(text)) {
    const auto pair = split_key_value(line, ':');
    // "GPU-????????-…" stands where the GPU was never initialised.
    if (!pair || pair->second.empty() || pair->second.find('?') != std::string_view::npos) continue;
    if (pair->first == "Model" && pair->second != "Unknown") gpu.name = to_valid_utf8(pair->second);
    if (pair->first == "GPU UUID") gpu.uuid = to_valid_utf8(pair->second);
    if (pair->first == "Video BIOS") gpu.vbios_version = to_valid_utf8(pair->second);
    if (pair->first == "Bus Location") gpu.address = sysfs_pci_address(pair->second);
    if (pair->first == "Device Minor") gpu.minor_number = gpu_count(pair->second);
  }
  return gpu;
}

std::vector<GpuService> parse_gpu_services(std::string_view text) {
  std::vector<GpuService> services;
  GpuService service;
  const auto flush = [&] {
    if (!service.unit.empty()) services.push_back(service);
    service = {};
  };
  for (const std::string_view line : split_lines(text)) {
    const auto pair = split_key_value(line, '=');
    if (!pair) {
      flush();
      continue;
    }
    if (pair->first == "Id") service.unit = to_valid_utf8(pair->second);
    if (pair->second.empty()) continue;
    if (pair->first == "LoadState") service.load_state = to_valid_utf8(pair->second);
    if (pair->first == "ActiveState") service.active_state = to_valid_utf8(pair->second);
    if (pair->first == "NRestarts") service.restarts = gpu_count(pair->second);
  }
  flush();
  return services;
}

}  // namespace ihc
