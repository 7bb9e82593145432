// The matrix of `nvidia-smi topo -m`: how each GPU reaches each other and each NIC, and where it stands.
//
//           GPU0    GPU1    NIC0    CPU Affinity    NUMA Affinity   GPU NUMA ID
//   GPU0     X      NV12    PIX     0-63,128-191    0               N/A
//   GPU1    NV12     X      SYS     64-127,192-255  1               N/A
//   NIC0    PIX     SYS      X
//
//   NIC Legend:
//     NIC0: mlx5_0
//
// Columns are parted by tabs, which a paste may have turned into blanks; the tool underlines the heading with terminal
// escapes even into a file. It keeps a CPU list in a small buffer and cuts what is longer without a mark. Source:
// nvidia-smi(1) "topo"; older drivers have no NUMA columns and name NICs mlx5_0 instead of NIC0.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cpu_set.h"
#include "collectors/reading/parsed.h"

namespace ihc {

struct SmiTopoGpu {
  std::int64_t index = 0;
  std::optional<CpuSet> cpus;
  bool cpus_may_be_cut = false;
  std::optional<CpuSet> nodes;
  std::optional<std::int64_t> memory_node;
};

struct SmiTopoLink {
  std::string from;
  std::string to;
  std::string path;  ///< "NV12", "PIX", …
};

struct SmiTopo {
  std::vector<std::string> devices;         ///< of the heading, in its order
  std::vector<SmiTopoGpu> gpus;             ///< whose row was read
  std::vector<SmiTopoLink> links;           ///< each pair once; a pair whose two cells differ is left out
  std::map<std::string, std::string> nics;  ///< "NIC0" → "mlx5_0"
};

Parsed<SmiTopo> parse_smi_topo(std::string_view text);

/// Whether a list that the tool printed may be the beginning of a longer one.
bool topo_list_may_be_cut(std::string_view list);

}  // namespace ihc
