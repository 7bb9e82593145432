// CPU time of the kernel's own memory threads, taken at the start and at the end of the collection.
//
//   {"call": "/proc/PID/{comm,stat} of kernel threads", "ticks_per_second": 100,
//    "threads": [{"name": "kcompactd0", "ticks": 12}, {"name": "khugepaged", "ticks": 388}]}
//
// Source: proc(5): utime and stime are the 14th and 15th fields of stat.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ihc {

Result<std::string> probe_memory_threads(int pid);

/// CPU milliseconds by name; several threads of one name are added up. Nothing when the text is not the probe's.
std::optional<std::map<std::string, std::int64_t>> parse_memory_threads(std::string_view text);

}  // namespace ihc
