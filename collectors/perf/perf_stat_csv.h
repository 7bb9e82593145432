// The output of `perf stat -x,`: one event a line, fields separated by commas.
//
//   998.85,msec,task-clock,998846852,100.00,0.997,CPUs utilized
//   1037,,context-switches,998814123,62.51,1.038,K/sec
//   <not supported>,,cycles,0,100.00,,
//   S0,24,4718,,context-switches,…            with --per-socket, --per-die, --per-core, --per-node: who, how many CPUs
//   ,,,,,70.1,%  tma_backend_bound             a further metric of the event above; not a count
//
// Source: perf-stat(1), "CSV FORMAT". The derived metric is not taken: some versions scale it wrongly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/perf.h"

namespace ihc {

struct PerfStatRow {
  std::string aggregate;  ///< "S0", "S0-D0-C1", "N1", "CPU3"; empty: over all
  std::string event;      ///< as perf prints it, modifiers kept
  PerfEvent result;
};

Parsed<std::vector<PerfStatRow>> parse_perf_stat_csv(std::string_view text, char separator = ',');

}  // namespace ihc
