// GPUs as their driver and its tools describe them: memory, clocks, power, errors, links, processes, and whether the
// driver answers at all.
//
//   nvidia-smi -q -x           before and after the window: errors and throttle times are counters
//   nvidia-smi --query-gpu=…   every second while the window runs (facts.series)
//   nvidia-smi topo -m         GPU0     X      NV18    PIX     0-63,128-191    0               N/A
//   nvidia-smi nvlink -s       Link 0: 25 GB/s
//   rocm-smi --json, amd-smi --json, /sys/bus/pci/devices/*/{gpu_busy_percent,mem_info_vram_*,pp_dpm_*,hwmon,ras}
//
// Every command only reads. One report is one moment: states that come and go (event reasons, utilisation, power) are
// not judged from it alone; the microseconds that the driver counts for each reason are, by their growth. A GPU whose
// persistence mode is off wakes for the first command, which can take seconds; a GPU that fell off the bus can hang it,
// hence the timeouts. Sources: nvidia-smi(1), Documentation/gpu/amdgpu.

#include "collect/collector.h"
#include "collectors/gpu/gpu_reader.h"
#include "collectors/gpu/likeness.h"

namespace ihc {

namespace {

constexpr std::string_view kNvidiaHint =
    "nothing to do without an NVIDIA GPU; else install nvidia-smi of the loaded driver (nvidia-utils)";
constexpr std::string_view kAmdHint = "nothing to do without an AMD GPU; else install rocm-smi-lib or amd-smi-lib";

constexpr Capture kCaptures[] = {
    File{.path = "/proc/driver/nvidia/version"},
    Files{.family = "gpu-files", .path = "/proc/driver/nvidia/gpus/*/information"},
    File{.path = "/sys/module/amdgpu/version"},
    CommandOutput{.slug = "nvidia-smi-q-xml", .argv = {"nvidia-smi", "-q", "-x"}, .hint = kNvidiaHint},
    CommandOutput{.slug = "nvidia-smi-q-xml-after",
                  .argv = {"nvidia-smi", "-q", "-x"},
                  .moment = Moment::after,
                  .hint = kNvidiaHint},
    // These columns are known to every driver: newer ones take the older names and print the newer ones as headings.
    CommandOutput{.slug = "nvidia-smi-loop",
                  .argv = {"nvidia-smi",
                           "--query-gpu=timestamp,index,pci.bus_id,clocks.sm,clocks.mem,power.draw,utilization.gpu,"
                           "temperature.gpu,clocks_throttle_reasons.active,pcie.link.gen.current,"
                           "pcie.link.width.current",
                           "--format=csv", "-lms", "1000"},
                  .timeout = limits::kInterruptGrace,  // it has nothing to sum up at the window's end
                  .moment = Moment::during,
                  .hint = kNvidiaHint},
    CommandOutput{.slug = "nvidia-smi-topo", .argv = {"nvidia-smi", "topo", "-m"}, .hint = kNvidiaHint},
    CommandOutput{.slug = "nvidia-smi-L", .argv = {"nvidia-smi", "-L"}, .hint = kNvidiaHint},
    CommandOutput{.slug = "nvidia-smi-nvlink", .argv = {"nvidia-smi", "nvlink", "-s"}, .hint = kNvidiaHint},
    CommandOutput{.slug = "nvidia-smi-nvlink-errors", .argv = {"nvidia-smi", "nvlink", "-e"}, .hint = kNvidiaHint},
    CommandOutput{.slug = "nvidia-smi-nvlink-errors-after",
                  .argv = {"nvidia-smi", "nvlink", "-e"},
                  .moment = Moment::after,
                  .hint = kNvidiaHint},
    CommandOutput{
        .slug = "gpu-services",
        .argv = {"systemctl", "show", "--property=Id,LoadState,ActiveState,NRestarts", "nvidia-fabricmanager.service",
                 "nvidia-persistenced.service", "nvidia-dcgm.service", "dcgm.service"}},
    CommandOutput{.slug = "rocm-smi-json",
                  .argv = {"rocm-smi", "--showproductname", "--showid", "--showuniqueid", "--showbus", "--showvbios",
                           "--showdriverversion", "--showuse", "--showmeminfo", "vram", "--showtemp", "--showpower",
                           "--showmaxpower", "--showclocks", "--showtoponuma", "--showreplaycount", "--json"},
                  .hint = kAmdHint},
    CommandOutput{.slug = "amd-smi-json-static", .argv = {"amd-smi", "static", "--json"}, .hint = kAmdHint},
    CommandOutput{.slug = "amd-smi-json-metric", .argv = {"amd-smi", "metric", "--json"}, .hint = kAmdHint},
    CommandOutput{.slug = "amd-smi-json-process", .argv = {"amd-smi", "process", "--json"}, .hint = kAmdHint},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/gpu_busy_percent"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/mem_busy_percent"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/mem_info_vram_total"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/mem_info_vram_used"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/mem_info_vis_vram_total"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/mem_info_vis_vram_used"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/pcie_replay_count"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/unique_id"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/vbios_version"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/product_name"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/power_dpm_force_performance_level"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/pp_dpm_sclk"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/pp_dpm_mclk"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/hwmon/hwmon*/temp*_input"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/hwmon/hwmon*/temp*_label"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/hwmon/hwmon*/power1_*"},
    Files{.family = "gpu-amd", .path = "/sys/bus/pci/devices/*/ras/*_err_count"},
};

constexpr ForeignText kTexts[] = {
    {"nvidia-smi-q-xml", "nvidia-smi -q -x: all of a GPU, as XML", "commands/nvidia-smi-q-xml/stdout", like_smi_xml},
    {"nvidia-smi-q-text", "nvidia-smi -q: all of a GPU, or with -d a part, as text",
     "commands/nvidia-smi-q-text/stdout", like_smi_text},
    {"nvidia-smi-topo", "nvidia-smi topo -m: the matrix of GPUs and NICs", "commands/nvidia-smi-topo/stdout",
     like_smi_topo},
    {"nvidia-smi-nvlink", "nvidia-smi nvlink -s or -e: states or errors of NVLinks",
     "commands/nvidia-smi-nvlink/stdout", like_smi_nvlink},
    {"nvidia-smi-L", "nvidia-smi -L: GPUs and MIG devices with their UUIDs", "commands/nvidia-smi-L/stdout",
     like_smi_list},
    {"nvidia-smi-query-csv", "nvidia-smi --query-gpu=… --format=csv", "commands/nvidia-smi-query-csv/stdout",
     like_smi_csv},
    {"nvidia-smi-table", "nvidia-smi: the table it prints without arguments", "commands/nvidia-smi-table/stdout",
     like_smi_table},
    {"rocm-smi-json", "rocm-smi … --json", "commands/rocm-smi-json/stdout", like_rocm_smi},
    {"amd-smi-json", "amd-smi static, metric or process --json", "commands/amd-smi-json/stdout", like_amd_smi},
};

}  // namespace

extern const Collector k_gpu_collector{
    .name = "gpu",
    .about = "GPUs: driver, memory, clocks, power, errors, links, processes",
    .captures = kCaptures,
    .read = read_gpus,
    .texts = kTexts,
};

}  // namespace ihc
