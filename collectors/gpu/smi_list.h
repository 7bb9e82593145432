// Lists that begin with a line for each GPU: `nvidia-smi -L` and `nvidia-smi nvlink -s`, `-e`.
//
//   GPU 0: NVIDIA A100-PCIE-40GB (UUID: GPU-63110aaa-3561-c8f5-e125-4ab40bbcf838)
//     MIG 3g.20gb     Device  0: (UUID: MIG-c7384736-…)                 -L
//            Link 0: 25 GB/s                                             nvlink -s
//            Link 1: <inactive>
//            Link 0: Replay Errors: 0                                    nvlink -e
//            Link 0: Effective BER: 15e-255                              not a count
//
// Source: nvidia-smi(1).
#pragma once

#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/gpu.h"

namespace ihc {

struct SmiListedGpu {
  std::int64_t index = 0;
  std::string name;
  std::optional<std::string> uuid;
  std::vector<MigDevice> mig_devices;
  std::vector<NvLink> nvlinks;
};

Parsed<std::vector<SmiListedGpu>> parse_smi_list(std::string_view text);

}  // namespace ihc
