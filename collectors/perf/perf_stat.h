// What `perf stat` reports in any of its three formats, and the parts of its grammar that they share.
// Source: perf-stat(1); tools/perf/util/stat-display.c.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/perf.h"

namespace ihc {

/// One count.
struct PerfStatRow {
  std::optional<double> at_seconds;  ///< -I: the end of its interval
  bool is_summary = false;           ///< -I --summary: over all intervals
  std::string aggregate;             ///< "S0", "S0-D0-C1", "S0-D0-L3-ID0", "N1", "CPU3", "bash-4242"; empty: over all
  std::optional<std::int64_t> cpus;  ///< how many CPUs were added up
  std::string cgroup;
  std::string event;  ///< as perf prints it, PMU and modifiers kept
  PerfEvent result;
};

/// One derived value that perf printed under a name of its own, such as tma_backend_bound.
struct PerfStatMetric {
  std::string aggregate;
  std::string name;  ///< with the PMU where perf names it: "cpu_atom/tma_retiring"
  std::string unit;
  double value = 0;
};

/// One run of perf stat. CSV and JSON tell only counts and metrics.
struct PerfStatReport {
  std::string target_kind;  ///< "process", "thread", "system", "cpus", "bpf", "command"; empty where not told
  std::string target;       ///< "8460", "0-3", "./mm -1"
  std::string started;      ///< "Tue Sep 15 19:52:49 2026"
  std::optional<std::int64_t> repeats;
  std::optional<double> seconds;
  std::optional<double> seconds_variance_pct;
  std::optional<double> user_seconds;
  std::optional<double> system_seconds;
  std::vector<PerfStatRow> rows;
  std::vector<PerfStatMetric> metrics;
  bool has_end = false;  ///< text: the line "seconds time elapsed" was there
};

/// Whether a column names an aggregate of CPUs: S0, S0-D0, S0-D0-C0, S0-D0-L3-ID0, S0-D0-CLS1, N1, CPU12.
bool is_perf_aggregate(std::string_view field);

/// Whether a column names a thread as --per-thread does: comm-TID.
bool is_perf_thread(std::string_view field);

/// The result for the column that holds the count ("<not counted>" and "<not supported>" included), or nothing.
/// `decimal` reads the number.
std::optional<PerfEvent> perf_result(std::string_view value, std::string_view unit,
                                     std::optional<double> (*decimal)(std::string_view));

}  // namespace ihc
