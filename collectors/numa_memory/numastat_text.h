// What `numastat` prints of the system (numastat(8), numastat.c): its counters, or with -m the memory of each node.
//
//                              node0           node1          Per-node system memory usage (in MBs):
//   numa_hit               386594585       386590000                            Node 0          Node 1           Total
//   numa_miss                      0               3                   --------------- --------------- ---------------
//   other_node                     0               0          MemTotal       16008.95        16100.00        32108.95
//                                                             MemFree          168.91          200.10          369.01
//
// Without options the counters are pages; with -n, -c and others they are mebibytes, titled "Per-node numastat info (in
// MBs)" with names such as Numa_Hit. A narrow screen folds the table: a blank line and a further header with the next
// nodes. Messages such as "Token … not in hash table." can stand between.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "collect/foreign_text.h"
#include "collectors/reading/parsed.h"

namespace ihc {

enum class NumastatUnit { pages, mebibytes };

/// by node: by lower-case name of the row for counters, by the row's own name for memory
struct NumastatTable {
  NumastatUnit unit = NumastatUnit::pages;
  std::map<std::int64_t, std::map<std::string, double>> nodes;
  bool cut = false;  ///< a row or a section is not whole
};

/// numastat, numastat -c, -n
Parsed<NumastatTable> parse_numastat_system(std::string_view text);
/// numastat -m
Parsed<NumastatTable> parse_numastat_memory(std::string_view text);

Likeness like_numastat_system(std::string_view text);
Likeness like_numastat_memory(std::string_view text);
/// One node's numastat file: exactly the kernel's six names.
Likeness like_numastat_sysfs(std::string_view text);

}  // namespace ihc
