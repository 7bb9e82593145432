// What `numactl --hardware` and `numactl --show` print (numactl(8), numactl.c). Sizes are whole mebibytes, rounded
// down.
//
//   available: 2 nodes (0-1)                        policy: default
//   node 0 cpus: 0 1 2 3                            preferred node: current
//   node 0 size: 515281 MB                          physcpubind: 0 1 2 3
//   node 0 free: 370719 MB                          cpubind: 0
//   node 1 cpus:                                    nodebind: 0
//   node 1 size: 516035 MB                          membind: 0 1
//   node 1 free: 407783 MB                          preferred:
//   node distances:
//   node   0   1
//     0:  10  21
//     1:  21  10
//
// Newer versions can print ranges and a count: "node 0 cpus: 0-15, 32-47 (32)"; without NUMA there is one line, "No
// NUMA available on this system".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cpu_set.h"
#include "collect/foreign_text.h"
#include "collectors/reading/parsed.h"

namespace ihc {

struct NumactlNode {
  std::int64_t id = 0;
  std::optional<CpuSet> cpus;
  std::optional<std::int64_t> memory_total_bytes;
  std::optional<std::int64_t> memory_free_bytes;
  std::map<std::string, std::int64_t> distances;
};

struct NumactlHardware {
  std::optional<std::int64_t> announced;  ///< how many nodes the first line promises
  std::vector<NumactlNode> nodes;         ///< by id
  bool no_numa = false;                   ///< "No NUMA available on this system"
  std::vector<std::string> lacking;       ///< what the text should have and has not, as phrases: it was cut
};

Parsed<NumactlHardware> parse_numactl_hardware(std::string_view text);

struct NumactlShow {
  std::optional<std::string> policy;
  std::optional<std::string> preferred_node;  ///< a number, or "current"
  std::optional<CpuSet> cpus;                 ///< physcpubind
  std::optional<CpuSet> cpu_nodes;            ///< cpubind, nodebind
  std::optional<CpuSet> memory_nodes;         ///< membind
  std::optional<CpuSet> interleave_nodes;     ///< interleavemask
};

Parsed<NumactlShow> parse_numactl_show(std::string_view text);

Likeness like_numactl_hardware(std::string_view text);
Likeness like_numactl_show(std::string_view text);

}  // namespace ihc
