// /proc/zoneinfo: each zone of each node, with what is free and the watermarks, in pages (mm/vmstat.c,
// zoneinfo_show_print; the meaning: Documentation/admin-guide/sysctl/vm.rst, min_free_kbytes, watermark_scale_factor).
//
//   Node 0, zone   Normal
//     per-node stats
//         nr_inactive_anon 39
//     pages free     3832
//           boost    0
//           min      68
//           low      85
//           high     102
//           spanned  4095
//           present  3997
//           managed  3976
//           protection: (0, 2871, 3795, 3795, 3795)
//         nr_free_pages 3832
//     pagesets
//       cpu: 0 …
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "collect/foreign_text.h"
#include "collectors/reading/parsed.h"
#include "facts/numa_memory.h"

namespace ihc {

/// Zones by node, in the file's order; a zone without pages has none of the numbers but those the kernel gives.
Parsed<std::map<std::int64_t, std::vector<MemoryZone>>> parse_zoneinfo(std::string_view text);

Likeness like_zoneinfo(std::string_view text);

}  // namespace ihc
