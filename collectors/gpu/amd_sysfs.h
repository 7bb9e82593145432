// An AMD GPU as its driver's sysfs files describe it.
//
//   /sys/bus/pci/devices/0000:c1:00.0/gpu_busy_percent              12
//   /sys/bus/pci/devices/0000:c1:00.0/mem_info_vram_total           68702699520
//   /sys/bus/pci/devices/0000:c1:00.0/pp_dpm_sclk                   0: 500Mhz
//                                                                   1: 1700Mhz *
//   /sys/bus/pci/devices/0000:c1:00.0/hwmon/hwmon4/temp2_input      45000        (temp2_label: junction)
//   /sys/bus/pci/devices/0000:c1:00.0/hwmon/hwmon4/power1_average   41000000     microwatts
//   /sys/bus/pci/devices/0000:c1:00.0/ras/umc_err_count             ue: 0
//                                                                   ce: 12
//
// Source: Documentation/gpu/amdgpu (driver-misc, thermal, ras).
#pragma once

#include <string>
#include <string_view>

#include "bundle/bundle.h"
#include "facts/gpu.h"

namespace ihc {

struct DpmStates {
  std::optional<double> current_mhz;
  std::optional<double> max_mhz;
};

DpmStates parse_dpm_states(std::string_view text);

/// Fills what the files of the device at `address` tell; nothing of it when the driver is another.
void read_amd_sysfs(const Bundle& bundle, const std::string& address, Gpu& gpu);

}  // namespace ihc
