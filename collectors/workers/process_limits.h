// /proc/PID/{limits,smaps_rollup}.
//
//   limits         Limit                     Soft Limit           Hard Limit           Units
//                  Max locked memory         65536                unlimited            bytes
//   smaps_rollup   00400000-7ffc8ab2d000 ---p 00000000 00:00 0              [rollup]
//                  Pss_Anon:           2272 kB
//
// Sources: proc_pid_limits(5); Documentation/filesystems/proc.rst.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/reading/parsed.h"
#include "facts/limit.h"

namespace ihc {

/// By a name with its unit: "locked_memory_bytes", "open_files", "processes", "cpu_time_seconds",
/// "realtime_timeout_us". A name this program does not know is put in the same form.
Parsed<std::map<std::string, LimitPair>> parse_process_limits(std::string_view text);

/// Bytes by the name in small letters: "pss_anon", "private_hugetlb".
Parsed<std::map<std::string, std::int64_t>> parse_smaps_rollup(std::string_view text);

}  // namespace ihc
