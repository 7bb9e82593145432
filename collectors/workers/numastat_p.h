// `numastat -p PID` and `numastat PATTERN`: resident megabytes of processes by node.
//
//   Per-node process memory usage (in MBs) for PID 17959 (numa_bench)
//                              Node 0          Node 1           Total
//                     --------------- --------------- ---------------
//   Huge                         0.00            0.00            0.00
//   Heap                         0.00         2050.13         2050.13
//   Stack                        0.00            0.02            0.02
//   Private                      0.51           15.20           15.70
//   ----------------  --------------- --------------- ---------------
//   Total                        0.51         2065.35         2065.86
//
// and of several processes, one a line ("-c" leaves out the decimals):
//
//   PID              Node 0 Node 1 Total
//   24463 (qemu_hotr      6      6    12
//   Total                64    553   616
//
// Source: numastat(8). A megabyte is 2^20 bytes. The numbers are rounded, so a Total can differ from the sum of what is
// printed; mapped files are counted with the rest. Where the screen was narrow, further nodes follow in a further
// table.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"

namespace ihc {

struct NumastatProcess {
  std::optional<std::int64_t> pid;
  std::optional<std::string> name;                    ///< may be cut
  std::map<std::string, std::int64_t> bytes_by_node;  ///< its Total line, or its own line
  std::optional<std::int64_t> total_bytes;
  /// "huge", "heap", "stack", "private" → node → bytes; only where one process is shown.
  std::map<std::string, std::map<std::string, std::int64_t>> bytes_by_kind;
};

Parsed<std::vector<NumastatProcess>> parse_numastat_p(std::string_view text);

}  // namespace ihc
