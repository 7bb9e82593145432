// The output of `perf sched latency`.
//
//    Task                  |   Runtime ms  | Switches | Average delay ms | Maximum delay ms | Maximum delay at       |
//   ps:20861              |      7.376 ms |       12 | avg:    0.283 ms | max:    2.774 ms | max at: 25989955.091678 s
//   kworker/0:2:20627     |      3.066 ms |       75 | avg:    0.012 ms | …        the PID is behind the last ':'
//   YDService:(13)        |     24.573 ms |      590 | avg:    0.026 ms | …        13 tasks of one name, merged
//   xfsaild/dm-0:696      | …  | avg:   0.027 ms | max:   1.069 ms | max start: 254752.314960 s | max end:
//   254752.316029 s TOTAL:                |    113.368 ms |     1607 | INFO: 0.081% lost events (2 out of 2465, in 1
//   chunks)
//
// perf 5.12 replaced the last column by two, and renamed Switches to Count. Rows are wider than a mail's line, so one
// that goes on in the next line is put together. Source: perf-sched(1); tools/perf/builtin-sched.c, output_lat_thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/perf.h"

namespace ihc {

struct SchedLatencyReport {
  std::vector<SchedLatency> tasks;
  std::optional<SchedLatencyTotal> total;
  std::optional<double> lost_events_pct;
};

Parsed<SchedLatencyReport> parse_sched_latency(std::string_view text);

}  // namespace ihc
