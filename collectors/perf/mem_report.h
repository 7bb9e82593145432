// The output of `perf mem report --stdio`: where the sampled loads were served from.
//
//   # Samples: 4K of event 'cpu/mem-loads,ldlat=30/P'
//   # Total weight : 203745
//   # Overhead       Samples  Local Weight  Memory access             Symbol         Shared Object …
//   # ........  ............  ............  ........................  .............  ............. …
//        9.03%           575  32            L1 or L1 hit              [.] main       stream …
//        8.41%             2  412           Remote RAM (1 hop) hit    [.] main       stream …
//
// Columns depend on --sort; the line of dots says where each begins. Shares of one access are added up over the rows.
// Source: perf-mem(1); tools/perf/util/mem-events.c, perf_mem__lvl_scnprintf.
#pragma once

#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/perf.h"

namespace ihc {

/// One entry for each sampled event; `label` is empty.
Parsed<std::vector<MemoryAccesses>> parse_mem_report(std::string_view text);

}  // namespace ihc
