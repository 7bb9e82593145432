// The report of vLLM's collect_env.py (and of PyTorch's, which it grew from): versions, and what other tools printed.
//
//   Collecting environment information...
//   ==============================
//           System Info
//   ==============================
//   OS                           : Ubuntu 22.04.5 LTS (x86_64)
//   Libc version                 : glibc-2.35
//   PyTorch version              : 2.9.1+cu129
//   Is CUDA available            : True
//   GPU models and configuration :
//   GPU 0: NVIDIA L40S
//   …
//           CPU Info                                            (older reports: "CPU:")
//   Architecture:                            x86_64             lscpu, to the next blank line
//   …
//   [pip3] transformers==4.57.6
//   [conda] torch                    2.3.0       pypi_0    pypi
//   vLLM Version                 : 0.16.0                       (older: "vLLM Version: 0.4.2")
//   GPU Topology:
//     	GPU0	GPU1	NIC0	CPU Affinity	NUMA Affinity	GPU NUMA ID     nvidia-smi topo -m, to the end of its
//     legend
//   …
//   CUDA_VISIBLE_DEVICES=0,1                                    environment, names of its own choice
//
// Source: vllm/collect_env.py and torch/utils/collect_env.py. "Could not collect", "N/A" and "Could not find" say that
// there is no value.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "collect/foreign_text.h"
#include "collectors/reading/parsed.h"

namespace ihc {

struct CollectEnv {
  std::map<std::string, std::string> versions;  ///< by the fact's name for it: "vllm", "pytorch", "cuda_runtime"
  std::map<std::string, std::string> packages;  ///< Python packages that bear on inference: "torch" → "2.9.1+cu129"
  std::map<std::string, std::string> environment;  ///< harmless names only
};

/// Lines that other parsers read (lscpu, the topology matrix) are none of its own and not counted as unparsed.
Parsed<CollectEnv> parse_collect_env(std::string_view text);

Likeness collect_env_likeness(std::string_view text);

/// The texts of lscpu and of nvidia-smi topo -m inside it.
std::vector<ForeignPart> collect_env_parts(std::string_view text);

}  // namespace ihc
