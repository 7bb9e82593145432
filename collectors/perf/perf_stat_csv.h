// The output of `perf stat -x,`: one event a line, fields separated by commas (or by what -x named).
//
//   998.85,msec,task-clock,998846852,100.00,0.997,CPUs utilized
//   1037,,context-switches,998814123,62.51,1.038,K/sec
//   <not supported>,,cycles,0,100.00,,
//   S0,24,4718,,context-switches,…            --per-socket, -die, -core, -node, -cache: who, how many CPUs
//   CPU0,107,,cs,…   bash-20723,7,,cs,…       -A; --per-thread
//   2,,cs,25.00%,1344082,100.00,…             -r: spread over the runs
//   428.29,msec,task-clock,/,870112169,…      --for-each-cgroup
//        0.100207906,1,,cs,…                  -I: end of the interval; "summary" for the line over all of it
//   ,225849327050,100.00,,,,TopdownL1         names a group of metrics; not a count
//   ,,,,,70.1,%  tma_backend_bound            a further metric of the event above
//
// In a locale with decimal commas perf prints those into a comma-separated line all the same ("998,85,msec,…"); which
// commas are decimal marks is then clear from the columns that always have two decimals.
// Source: perf-stat(1), "CSV FORMAT". A derived metric without a name is not taken: some versions scale it wrongly.
#pragma once

#include "collectors/perf/perf_stat.h"
#include "collectors/reading/parsed.h"

namespace ihc {

/// Reports that were appended to one file come apart at their "# started on" lines.
Parsed<std::vector<PerfStatReport>> parse_perf_stat_csv(std::string_view text);

}  // namespace ihc
