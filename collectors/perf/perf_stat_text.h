// The output of `perf stat` as people read it.
//
//   # started on Tue Sep 15 19:52:49 2026
//
//    Performance counter stats for process id '1884396':
//
//             6,924.46 msec task-clock                       #    0.017 CPUs utilized
//       13,304,072,756      cycles                           #    1.921 GHz                         (56.74%)
//      <not supported>      L1-icache-loads
//   S0      112  6,887,216,716,185      cycles               …       --per-socket, -die, -core, -node, -cache
//   CPU0                    123      cs                      …       -A;  "bash-20723  123  cs" with --per-thread
//        0.123594283                  1      cs              …       -I: end of the interval
//                1.23 msec task-clock      # …  CPUs utilized  ( +-  3.99% )          -r: spread over the runs
//                TopdownL1 (cpu_core)      #     13.6 %  tma_bad_speculation      (63.36%)
//
//        400.004093380 seconds time elapsed
//
// What stands behind '#' was computed by perf and is not read, but for metrics with a name: IPC is wrong there for
// hybrid CPUs. A line without a percentage in brackets was on a counter all the time, so a line whose end may have been
// cut or wrapped into the next is put back together, or else not taken.
// Source: perf-stat(1), "EXAMPLES", "NON-INTERVAL MODE"; tools/perf/util/stat-display.c.
#pragma once

#include "collectors/perf/perf_stat.h"
#include "collectors/reading/parsed.h"

namespace ihc {

/// One report for each "Performance counter stats for" of the text; rows before the first belong to a report without
/// target.
Parsed<std::vector<PerfStatReport>> parse_perf_stat_text(std::string_view text);

}  // namespace ihc
