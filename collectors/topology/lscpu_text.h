// What `lscpu` prints (lscpu(1), util-linux): a list of fields, indented in newer versions; the same as JSON with -J; a
// table of CPUs with -e; comma-separated with -p.
//
//   CPU(s):                96                 CPU NODE SOCKET CORE L1d:L1i:L2:L3 ONLINE     #
//   CPU,Core,Socket,Node,,L1d,L1i,L2,L3
//     On-line CPU(s) list: 0-94               0   0    0      0    0:0:0:0       yes        0,0,0,0,,0,0,0,0
//     Off-line CPU(s) list: 95                1   0    0      1    1:1:1:0       yes        1,1,0,0,,1,1,1,0
//     Model name:          AMD EPYC 7451
//       Thread(s) per core: 2
//       Socket(s):         2
//   Caches (sum of all):
//     L3:                  128 MiB (16 instances)
//   NUMA node0 CPU(s):     0-5,48-53
//
// Strides are written "0-62:2". Numbers of cores and packages are those of the CPUs that are online.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/cpu_set.h"
#include "collect/foreign_text.h"
#include "collectors/reading/parsed.h"

namespace ihc {

struct LscpuText {
  std::optional<CpuSet> online;
  std::optional<CpuSet> offline;
  std::optional<std::string> vendor;
  std::optional<std::string> model;
  std::optional<std::int64_t> threads_per_core;
  std::optional<std::int64_t> cores_per_socket;
  std::optional<std::int64_t> sockets;
  std::optional<std::int64_t> node_count;
  std::optional<std::int64_t> l3_instances;  ///< only where lscpu says how many
  std::map<std::int64_t, CpuSet> node_cpus;
  // Only from the tables of -e and -p, of CPUs that are online; logical numbers in -p, physical ones in -e.
  std::map<std::int64_t, CpuSet> socket_cpus;
  std::map<std::pair<std::int64_t, std::int64_t>, CpuSet> core_cpus;  ///< by socket and core
  bool cut = false;  ///< something that every lscpu prints is not there
};

Parsed<LscpuText> parse_lscpu(std::string_view text);

/// "0-3,8" and lscpu's stride "0-62:2".
std::optional<CpuSet> parse_lscpu_list(std::string_view text);

Likeness like_lscpu(std::string_view text);

}  // namespace ihc
