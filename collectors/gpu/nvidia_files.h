// What the NVIDIA driver itself publishes below /proc, and how its control services are.
//
//   /proc/driver/nvidia/version        NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.161.08  Sat Feb 24 …
//   /proc/driver/nvidia/gpus/0000:3b:00.0/information
//                                      Model:           NVIDIA H100 80GB HBM3
//                                      GPU UUID:        GPU-ee7954ec-…
//                                      Video BIOS:      96.00.74.00.0d
//                                      Bus Location:    0000:3b:00.0
//                                      Device Minor:    0
//   systemctl show -p … nvidia-fabricmanager.service …       Id=nvidia-fabricmanager.service  ActiveState=active
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/gpu.h"

namespace ihc {

/// "535.161.08"; nothing when no version is named.
std::optional<std::string> parse_nvidia_version(std::string_view text);
Gpu parse_nvidia_information(std::string_view text);
std::vector<GpuService> parse_gpu_services(std::string_view text);

}  // namespace ihc
