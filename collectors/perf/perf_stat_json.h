// The output of `perf stat -j`: one object for each count, usually one a line.
//
//   {"counter-value" : "986.000000", "unit" : "", "event" : "context-switches", "event-runtime" : 225904108985,
//    "pcnt-running" : 100.00, "metric-value" : "4.364670", "metric-unit" : "/sec"}
//   {"interval" : 1.001073221, "socket" : "S0", "aggregate-number" : 56, "counter-value" : …
//   {"metric-value" : "69.950631", "metric-unit" : "%  tma_backend_bound"}
//
// It is read pair by pair and not as JSON, because perf did not always print JSON: versions up to 6.1 leave out commas
// and braces, and a locale with decimal commas puts those into numbers ("pcnt-running" : 62,51).
// Source: tools/perf/util/stat-display.c, print_counter_value_json, print_aggr_id_json.
#pragma once

#include "collectors/perf/perf_stat.h"
#include "collectors/reading/parsed.h"

namespace ihc {

Parsed<std::vector<PerfStatReport>> parse_perf_stat_json(std::string_view text);

}  // namespace ihc
