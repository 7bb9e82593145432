// facts.gpus, facts.gpu_links and facts.gpu_stack: accelerators as their driver's own tools and sysfs describe them.
// Sources: nvidia-smi(1) (its -q, --query-gpu, topo and nvlink output), NVML API reference (nvmlClocksEventReasons,
// nvmlMemoryErrorType_t), Documentation/gpu/amdgpu/thermal.rst and driver-misc.rst, Documentation/ABI/testing/
// sysfs-bus-pci.
#pragma once

#include "facts/describe.h"

namespace ihc {

using GpuCounts = std::map<std::string, std::int64_t>;

struct GpuMemory {
  std::optional<std::int64_t> total_bytes;
  std::optional<std::int64_t> reserved_bytes;
  std::optional<std::int64_t> used_bytes;
  std::optional<std::int64_t> free_bytes;
  std::optional<std::int64_t> bar1_total_bytes;
  std::optional<std::int64_t> bar1_used_bytes;
};

struct GpuUtilization {
  std::optional<double> gpu_pct;
  std::optional<double> memory_pct;
  std::optional<double> encoder_pct;
  std::optional<double> decoder_pct;
};

struct GpuClocks {
  std::optional<double> graphics_mhz;
  std::optional<double> sm_mhz;
  std::optional<double> memory_mhz;
  std::optional<double> video_mhz;
};

struct GpuPower {
  std::optional<double> draw_w;
  std::optional<double> draw_average_w;
  std::optional<double> draw_instant_w;
  std::optional<double> limit_w;
  std::optional<double> enforced_limit_w;
  std::optional<double> default_limit_w;
  std::optional<double> min_limit_w;
  std::optional<double> max_limit_w;
};

struct GpuTemperatures {
  std::optional<double> gpu_celsius;
  std::optional<double> hotspot_celsius;
  std::optional<double> memory_celsius;
  std::optional<double> slowdown_celsius;
  std::optional<double> shutdown_celsius;
};

struct GpuPcie {
  std::optional<std::int64_t> gen_current;
  std::optional<std::int64_t> gen_max;
  std::optional<std::int64_t> gen_device_max;
  std::optional<std::int64_t> gen_host_max;
  std::optional<std::int64_t> width_current;
  std::optional<std::int64_t> width_max;
  std::optional<std::int64_t> replay_count;
  std::optional<std::int64_t> replay_rollover_count;
};

struct GpuEcc {
  std::optional<bool> enabled;
  std::optional<bool> pending_enabled;
  std::optional<GpuCounts> volatile_counts;
  std::optional<GpuCounts> aggregate_counts;
  std::optional<bool> sram_threshold_exceeded;
};

struct GpuRetiredPages {
  std::optional<std::int64_t> single_bit_count;
  std::optional<std::int64_t> double_bit_count;
  std::optional<bool> pending;
};

struct GpuRemappedRows {
  std::optional<std::int64_t> correctable_count;
  std::optional<std::int64_t> uncorrectable_count;
  std::optional<bool> pending;
  std::optional<bool> failure;
};

struct GpuFabric {
  std::optional<std::string> state;
  std::optional<std::string> status;
};

struct GpuProcess {
  std::int64_t pid = 0;
  std::optional<std::string> type;
  std::optional<std::string> name;
  std::optional<std::int64_t> memory_bytes;
  std::optional<std::int64_t> gpu_instance_id;
  std::optional<std::int64_t> compute_instance_id;
};

struct MigDevice {
  std::optional<std::int64_t> index;
  std::optional<std::int64_t> gpu_instance_id;
  std::optional<std::int64_t> compute_instance_id;
  std::optional<std::string> profile;
  std::optional<std::string> uuid;
  std::optional<std::int64_t> memory_total_bytes;
  std::optional<std::int64_t> memory_used_bytes;
};

struct NvLink {
  std::int64_t link = 0;
  std::optional<bool> active;
  std::optional<double> speed_gbytes_per_second;
  GpuCounts errors;
};

struct GpuDelta {
  std::optional<double> seconds;
  std::optional<std::int64_t> replay_count;
  std::optional<GpuCounts> ecc_volatile;
  std::optional<GpuCounts> event_reasons_us;
  std::optional<GpuCounts> nvlink_errors;
};

struct Gpu {
  std::optional<std::string> address;
  std::optional<std::int64_t> index;
  std::optional<std::string> uuid;
  std::optional<std::string> name;
  std::optional<std::string> vendor;
  std::optional<std::string> device;
  std::optional<std::string> driver;
  std::optional<std::int64_t> numa_node;
  std::optional<bool> firmware_names_node;
  std::optional<CpuSet> local_cpus;
  std::optional<CpuSet> affinity_nodes;
  std::optional<CpuSet> affinity_cpus_shown;
  std::optional<std::int64_t> memory_numa_node;
  std::optional<std::int64_t> minor_number;
  std::optional<std::string> architecture;
  std::optional<std::string> vbios_version;
  std::optional<bool> persistence_enabled;
  std::optional<std::string> compute_mode;
  std::optional<std::string> virtualization_mode;
  std::optional<std::string> performance_state;
  std::optional<bool> mig_enabled;
  std::optional<bool> mig_pending_enabled;
  std::optional<std::vector<MigDevice>> mig_devices;
  std::optional<bool> reset_required;
  std::optional<std::string> recovery_action;
  std::optional<GpuMemory> memory;
  std::optional<GpuUtilization> utilization;
  std::optional<GpuClocks> clocks;
  std::optional<GpuClocks> clocks_max;
  std::optional<GpuClocks> clocks_applications;
  std::optional<GpuClocks> clocks_applications_default;
  std::optional<GpuPower> power;
  std::optional<GpuTemperatures> temperatures;
  std::optional<std::map<std::string, bool>> event_reasons;
  std::optional<GpuCounts> event_reasons_us;
  std::optional<GpuPcie> pcie;
  std::optional<GpuEcc> ecc;
  std::optional<GpuRetiredPages> retired_pages;
  std::optional<GpuRemappedRows> remapped_rows;
  std::optional<GpuFabric> fabric;
  std::optional<std::vector<GpuProcess>> processes;
  std::optional<std::vector<NvLink>> nvlinks;
  std::optional<std::map<std::string, std::string>> failed_queries;
  std::optional<GpuDelta> delta;
};

struct GpuLink {
  std::string from;
  std::string to;
  std::string path;
  std::optional<std::int64_t> nvlink_count;
  std::optional<std::string> from_address;
  std::optional<std::string> to_address;
  std::optional<std::string> to_device;
};

struct GpuService {
  std::string unit;
  std::optional<std::string> load_state;
  std::optional<std::string> active_state;
  std::optional<std::int64_t> restarts;
};

struct GpuStack {
  std::optional<std::string> state;
  std::optional<std::string> message;
  std::optional<std::string> driver_version;
  std::optional<std::string> kernel_module_version;
  std::optional<std::string> cuda_version;
  std::optional<std::int64_t> attached_count;
  std::optional<std::int64_t> listed_count;
  std::optional<std::int64_t> pci_count;
  std::optional<std::int64_t> nvswitch_count;
  std::optional<std::vector<GpuService>> services;
};

}  // namespace ihc
