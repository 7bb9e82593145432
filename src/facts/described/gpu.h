// The description of the structs of facts/gpu.h.
#pragma once

#include "facts/describe.h"
#include "facts/gpu.h"

namespace ihc {

template <>
struct Describe<GpuMemory> {
  static constexpr std::string_view kName = "gpu_memory";
  static constexpr auto kFields = std::tuple{
      field("total_bytes", &GpuMemory::total_bytes, "installed, as the driver reports it"),
      field("reserved_bytes", &GpuMemory::reserved_bytes, "kept by driver and firmware (from driver 510 on)"),
      field("used_bytes", &GpuMemory::used_bytes, "allocated at the time of the capture"),
      field("free_bytes", &GpuMemory::free_bytes, "free at the time of the capture"),
      field("bar1_total_bytes", &GpuMemory::bar1_total_bytes, "window through which the host reaches it"),
      field("bar1_used_bytes", &GpuMemory::bar1_used_bytes, "mapped part of that window")};
};

template <>
struct Describe<GpuUtilization> {
  static constexpr std::string_view kName = "gpu_utilization";
  static constexpr auto kFields = std::tuple{
      field("gpu_pct", &GpuUtilization::gpu_pct, "share of the sample period in which any kernel was resident"),
      field("memory_pct", &GpuUtilization::memory_pct,
            "share of the period in which device memory was read or written"),
      field("encoder_pct", &GpuUtilization::encoder_pct, "video encoder"),
      field("decoder_pct", &GpuUtilization::decoder_pct, "video decoder")};
};

template <>
struct Describe<GpuClocks> {
  static constexpr std::string_view kName = "gpu_clocks";
  static constexpr auto kFields = std::tuple{field("graphics_mhz", &GpuClocks::graphics_mhz, "shader clock"),
                                             field("sm_mhz", &GpuClocks::sm_mhz, "streaming multiprocessor clock"),
                                             field("memory_mhz", &GpuClocks::memory_mhz, "memory clock"),
                                             field("video_mhz", &GpuClocks::video_mhz, "encoder and decoder clock")};
};

template <>
struct Describe<GpuPower> {
  static constexpr std::string_view kName = "gpu_power";
  static constexpr auto kFields = std::tuple{
      field("draw_w", &GpuPower::draw_w, "power.draw; a one-second mean on newer GPUs, a reading on older ones"),
      field("draw_average_w", &GpuPower::draw_average_w, "where the driver names it average"),
      field("draw_instant_w", &GpuPower::draw_instant_w, "where the driver names it instantaneous"),
      field("limit_w", &GpuPower::limit_w, "the limit asked for (power.limit, Requested Power Limit)"),
      field("enforced_limit_w", &GpuPower::enforced_limit_w, "the limit in force (Enforced or Current Power Limit)"),
      field("default_limit_w", &GpuPower::default_limit_w, "the limit after a driver load"),
      field("min_limit_w", &GpuPower::min_limit_w, "the smallest limit that can be set"),
      field("max_limit_w", &GpuPower::max_limit_w, "the largest limit that can be set")};
};

template <>
struct Describe<GpuTemperatures> {
  static constexpr std::string_view kName = "gpu_temperatures";
  static constexpr auto kFields = std::tuple{
      field("gpu_celsius", &GpuTemperatures::gpu_celsius, "GPU die (AMD: edge)"),
      field("hotspot_celsius", &GpuTemperatures::hotspot_celsius, "AMD junction"),
      field("memory_celsius", &GpuTemperatures::memory_celsius, "device memory"),
      field("slowdown_celsius", &GpuTemperatures::slowdown_celsius, "die temperature at which clocks are cut"),
      field("shutdown_celsius", &GpuTemperatures::shutdown_celsius, "die temperature at which the board turns off")};
};

template <>
struct Describe<GpuPcie> {
  static constexpr std::string_view kName = "gpu_pcie";
  static constexpr auto kFields =
      std::tuple{field("gen_current", &GpuPcie::gen_current, "link generation now; an idle GPU lowers it on purpose"),
                 field("gen_max", &GpuPcie::gen_max, "the highest that GPU and slot can do together"),
                 field("gen_device_max", &GpuPcie::gen_device_max, "the highest of the GPU"),
                 field("gen_host_max", &GpuPcie::gen_host_max, "the highest of the slot"),
                 field("width_current", &GpuPcie::width_current, "lanes now"),
                 field("width_max", &GpuPcie::width_max, "lanes of GPU and slot together"),
                 field("replay_count", &GpuPcie::replay_count, "replays since the GPU was reset"),
                 field("replay_rollover_count", &GpuPcie::replay_rollover_count, "replay number roll-overs")};
};

template <>
struct Describe<GpuEcc> {
  static constexpr std::string_view kName = "gpu_ecc";
  static constexpr auto kFields = std::tuple{
      field("enabled", &GpuEcc::enabled, "current ECC mode"),
      field("pending_enabled", &GpuEcc::pending_enabled, "ECC mode after the next reboot"),
      field("volatile", &GpuEcc::volatile_counts,
            "errors since the driver was loaded, by kind: sram_correctable, dram_uncorrectable, single_bit_total, …"),
      field("aggregate", &GpuEcc::aggregate_counts, "errors over the life of the board, by the same kinds"),
      field("sram_threshold_exceeded", &GpuEcc::sram_threshold_exceeded, "SRAM error threshold of the vendor")};
};

template <>
struct Describe<GpuRetiredPages> {
  static constexpr std::string_view kName = "gpu_retired_pages";
  static constexpr auto kFields = std::tuple{
      field("single_bit_count", &GpuRetiredPages::single_bit_count, "pages retired for repeated single bit errors"),
      field("double_bit_count", &GpuRetiredPages::double_bit_count, "pages retired for a double bit error"),
      field("pending", &GpuRetiredPages::pending, "a page waits for a reset to be retired")};
};

template <>
struct Describe<GpuRemappedRows> {
  static constexpr std::string_view kName = "gpu_remapped_rows";
  static constexpr auto kFields = std::tuple{
      field("correctable_count", &GpuRemappedRows::correctable_count, "rows remapped for correctable errors"),
      field("uncorrectable_count", &GpuRemappedRows::uncorrectable_count, "rows remapped for uncorrectable errors"),
      field("pending", &GpuRemappedRows::pending, "a row waits for a reset to be remapped"),
      field("failure", &GpuRemappedRows::failure, "remapping a row failed")};
};

template <>
struct Describe<GpuFabric> {
  static constexpr std::string_view kName = "gpu_fabric";
  static constexpr auto kFields =
      std::tuple{field("state", &GpuFabric::state, "registration with the NVLink fabric: Completed, In Progress, …"),
                 field("status", &GpuFabric::status, "its result: Success or an error")};
};

template <>
struct Describe<GpuProcess> {
  static constexpr std::string_view kName = "gpu_process";
  static constexpr auto kFields = std::tuple{
      field("pid", &GpuProcess::pid, "process id; in a container's own numbers the tool shows none"),
      field("type", &GpuProcess::type, "C compute, G graphics, M multi-process service, and their sums (M+C)"),
      field("name", &GpuProcess::name, "as the tool prints it, which may be shortened"),
      field("memory_bytes", &GpuProcess::memory_bytes, "device memory it holds"),
      field("gpu_instance_id", &GpuProcess::gpu_instance_id, "MIG GPU instance"),
      field("compute_instance_id", &GpuProcess::compute_instance_id, "MIG compute instance")};
};

template <>
struct Describe<MigDevice> {
  static constexpr std::string_view kName = "mig_device";
  static constexpr auto kFields =
      std::tuple{field("index", &MigDevice::index, "MIG device number of this GPU"),
                 field("gpu_instance_id", &MigDevice::gpu_instance_id, "GPU instance"),
                 field("compute_instance_id", &MigDevice::compute_instance_id, "compute instance"),
                 field("profile", &MigDevice::profile, "for example 1g.5gb"),
                 field("uuid", &MigDevice::uuid, "MIG-…"),
                 field("memory_total_bytes", &MigDevice::memory_total_bytes, "its share of device memory"),
                 field("memory_used_bytes", &MigDevice::memory_used_bytes, "allocated")};
};

template <>
struct Describe<NvLink> {
  static constexpr std::string_view kName = "nvlink";
  static constexpr auto kFields = std::tuple{
      field("link", &NvLink::link, "link number of this GPU"),
      field("active", &NvLink::active, "nvidia-smi nvlink -s gives it a speed, not <inactive>"),
      field("speed_gbytes_per_second", &NvLink::speed_gbytes_per_second, "GB/s in one direction"),
      field("errors", &NvLink::errors, "nvidia-smi nvlink -e by name, since reset: replay_errors, crc_errors, …")};
};

template <>
struct Describe<GpuDelta> {
  static constexpr std::string_view kName = "gpu_delta";
  static constexpr auto kFields = std::tuple{
      field("seconds", &GpuDelta::seconds, "between the two reports of nvidia-smi -q, before and after the window"),
      field("replay_count", &GpuDelta::replay_count, "growth of pcie.replay_count"),
      field("ecc_volatile", &GpuDelta::ecc_volatile, "growth of ecc.volatile"),
      field("event_reasons_us", &GpuDelta::event_reasons_us, "growth of event_reasons_us"),
      field("nvlink_errors", &GpuDelta::nvlink_errors, "growth of the errors of all its NVLinks, by link and name")};
};

template <>
struct Describe<Gpu> {
  static constexpr std::string_view kName = "gpu";
  static constexpr auto kFields = std::tuple{
      field("address", &Gpu::address, "PCI address as sysfs writes it"),
      field("index", &Gpu::index, "number of the vendor's tool, in the order of PCI addresses"),
      field("uuid", &Gpu::uuid, "identifier that survives reboots and slots"),
      field("name", &Gpu::name, "product name"),
      field("vendor", &Gpu::vendor, "PCI vendor id, four hexadecimal digits"),
      field("device", &Gpu::device, "PCI device id, four hexadecimal digits"),
      field("driver", &Gpu::driver, "the bound kernel driver"),
      field("numa_node", &Gpu::numa_node,
            "sysfs numa_node, else the one node of nvidia-smi topo; absent when the firmware says nothing"),
      field("firmware_names_node", &Gpu::firmware_names_node,
            "whether sysfs numa_node is a node (not -1); absent when it was not read"),
      field("local_cpus", &Gpu::local_cpus,
            "sysfs local_cpulist, else nvidia-smi topo's CPU affinity where it can't have been cut"),
      field("affinity_nodes", &Gpu::affinity_nodes, "NUMA affinity of nvidia-smi topo: may name several nodes"),
      field("affinity_cpus_shown", &Gpu::affinity_cpus_shown,
            "CPU affinity as far as nvidia-smi topo printed it: it cuts long lists without a mark"),
      field("memory_numa_node", &Gpu::memory_numa_node, "GPU NUMA ID: the node that its memory forms, where it does"),
      field("minor_number", &Gpu::minor_number, "of /dev/nvidia<N>"),
      field("architecture", &Gpu::architecture, "product architecture"),
      field("vbios_version", &Gpu::vbios_version, "firmware of the board"),
      field("persistence_enabled", &Gpu::persistence_enabled, "the driver keeps its state without a client"),
      field("compute_mode", &Gpu::compute_mode, "Default, Exclusive_Process or Prohibited"),
      field("virtualization_mode", &Gpu::virtualization_mode, "None, Pass-Through, VGPU, Host VGPU, …"),
      field("performance_state", &Gpu::performance_state, "P0 (fastest) to P15"),
      field("mig_enabled", &Gpu::mig_enabled, "current MIG mode; absent where the GPU has none"),
      field("mig_pending_enabled", &Gpu::mig_pending_enabled, "MIG mode after the next reset"),
      field("mig_devices", &Gpu::mig_devices, "MIG devices that exist"),
      field("reset_required", &Gpu::reset_required, "the driver asks for a reset"),
      field("recovery_action", &Gpu::recovery_action, "None, Reset, Reboot, Drain P2P, …"),
      field("memory", &Gpu::memory, "device memory"),
      field("utilization", &Gpu::utilization, "at the time of the capture"),
      field("clocks", &Gpu::clocks, "now"),
      field("clocks_max", &Gpu::clocks_max, "the highest it supports"),
      field("clocks_applications", &Gpu::clocks_applications, "the clocks asked for under load"),
      field("clocks_applications_default", &Gpu::clocks_applications_default, "those after a driver load"),
      field("power", &Gpu::power, "draw and limits"),
      field("temperatures", &Gpu::temperatures, "at the time of the capture, and thresholds"),
      field("event_reasons", &Gpu::event_reasons,
            "why clocks are below their highest, by name, active or not, at the time of the capture: gpu_idle, "
            "sw_power_cap, hw_slowdown, hw_thermal_slowdown, hw_power_brake_slowdown, sw_thermal_slowdown, …; before "
            "driver 535 the tool calls them throttle reasons"),
      field("event_reasons_us", &Gpu::event_reasons_us, "microseconds spent for each of these reasons, where counted"),
      field("pcie", &Gpu::pcie, "its PCIe link"),
      field("ecc", &Gpu::ecc, "memory error correction"),
      field("retired_pages", &Gpu::retired_pages, "pages taken out of use (before Ampere)"),
      field("remapped_rows", &Gpu::remapped_rows, "memory rows replaced (from Ampere on)"),
      field("fabric", &Gpu::fabric, "NVLink fabric of an NVSwitch system"),
      field("processes", &Gpu::processes, "processes with a context on it; empty when the tool lists none"),
      field("nvlinks", &Gpu::nvlinks, "its NVLinks by number; empty when nvidia-smi was asked and lists none"),
      field("failed_queries", &Gpu::failed_queries, "what the tool could not read, and its words: Unknown Error, ERR!"),
      field("delta", &Gpu::delta, "growth of its counters over the window")};
};

template <>
struct Describe<GpuLink> {
  static constexpr std::string_view kName = "gpu_link";
  static constexpr auto kFields =
      std::tuple{field("from", &GpuLink::from, "GPU0, NIC3, … as nvidia-smi topo -m names them"),
                 field("to", &GpuLink::to, "the other end; each pair is given once"),
                 field("path", &GpuLink::path, "NV# (NVLinks), PIX, PXB, PHB, NODE or SYS, nearest to farthest"),
                 field("nvlink_count", &GpuLink::nvlink_count, "the number of NVLinks where path is NV#"),
                 field("from_address", &GpuLink::from_address, "PCI address of `from`, where known"),
                 field("to_address", &GpuLink::to_address, "PCI address of `to`, where known"),
                 field("to_device", &GpuLink::to_device, "device name of a NIC end, for example mlx5_3")};
};

template <>
struct Describe<GpuService> {
  static constexpr std::string_view kName = "gpu_service";
  static constexpr auto kFields =
      std::tuple{field("unit", &GpuService::unit, "systemd unit"),
                 field("load_state", &GpuService::load_state, "loaded, not-found, masked"),
                 field("active_state", &GpuService::active_state, "active, inactive, failed, activating"),
                 field("restarts", &GpuService::restarts, "NRestarts")};
};

template <>
struct Describe<GpuStack> {
  static constexpr std::string_view kName = "gpu_stack";
  static constexpr auto kFields =
      std::tuple{field("state", &GpuStack::state,
                       "what the vendor's tool said: ok, no_driver, library_mismatch, no_devices, gpu_lost, failed"),
                 field("message", &GpuStack::message, "its words, when it is not ok"),
                 field("driver_version", &GpuStack::driver_version, "driver version as the tool prints it"),
                 field("kernel_module_version", &GpuStack::kernel_module_version,
                       "/proc/driver/nvidia/version, /sys/module/amdgpu"),
                 field("cuda_version", &GpuStack::cuda_version, "highest CUDA version of the driver"),
                 field("attached_count", &GpuStack::attached_count, "Attached GPUs of nvidia-smi -q"),
                 field("listed_count", &GpuStack::listed_count, "GPUs that the tool lists"),
                 field("pci_count", &GpuStack::pci_count, "GPUs on the PCI bus of the vendors whose tool was asked"),
                 field("nvswitch_count", &GpuStack::nvswitch_count, "NVSwitch devices on the PCI bus"),
                 field("services", &GpuStack::services, "fabric manager, persistence and DCGM units")};
};

}  // namespace ihc
