// The table that nvidia-smi prints without arguments.
//
//   | NVIDIA-SMI 550.90.07              Driver Version: 550.90.07      CUDA Version: 12.4     |
//   |   0  NVIDIA H100 80GB HBM3          On  |   00000000:19:00.0 Off |                    0 |
//   | N/A   27C    P0             72W /  700W |       1MiB /  81559MiB |      0%      Default |
//   |                                         |                        |             Disabled |
//   |  0    1   0   0  |              12MiB / 20096MiB    | 14      0 |  1   0    0    0    0 |      MIG devices
//   |    0   N/A  N/A         35577      C   VLLM::Worker_TP0                      43138MiB |        processes
//
// Drivers before 450 have no MIG line and no GI and CI columns. Source: nvidia-smi(1); the layout has no number.
#pragma once

#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/gpu.h"

namespace ihc {

struct SmiTable {
  GpuStack stack;
  std::vector<Gpu> gpus;
  bool has_processes = false;  ///< the part with the processes was there
};

Parsed<SmiTable> parse_smi_table(std::string_view text);

}  // namespace ihc
