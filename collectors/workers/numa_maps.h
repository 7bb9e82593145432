// /proc/PID/numa_maps: one mapping a line, with its policy and its resident pages on each node.
//
//   7f4dc10a2000 default anon=3 dirty=3 N3=3 kernelpagesize_kB=4
//   7f4dc1200000 bind:0-1 file=/anon_hugepage\040(deleted) huge anon=1 dirty=1 N3=1 kernelpagesize_kB=2048
//   3206800000 prefer (many):0 file=/lib64/libc.so.6 mapped=59 mapmax=21 N0=41 N3=18 kernelpagesize_kB=4
//
// Source: Documentation/filesystems/proc.rst; mpol_to_str() and show_numa_map() of the kernel.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"

namespace ihc {

struct NumaMaps {
  /// By node number: pages of anonymous and shared memory, in pages of each mapping's own size.
  std::map<std::string, std::int64_t> pages_by_node;
  std::map<std::string, std::int64_t> bytes_by_node;       ///< the same in bytes
  std::map<std::string, std::int64_t> file_bytes_by_node;  ///< page cache: mappings of ordinary files
  std::vector<std::string> policies;                       ///< distinct, sorted
};

/// Mappings without resident pages count for their policy only.
Parsed<NumaMaps> parse_numa_maps(std::string_view text);

}  // namespace ihc
