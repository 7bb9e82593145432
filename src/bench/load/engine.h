// One run of a benchmark: offers the requests as its load says and keeps what became of each.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/load/connection.h"
#include "bench/load/settings.h"
#include "bench/record.h"

namespace ihc::bench {

/// How far a run is, for people.
struct LiveState {
  std::int64_t run = 1;
  std::int64_t runs = 1;
  std::int64_t sent = 0;
  std::int64_t done = 0;  ///< well or not
  std::int64_t failed = 0;
  std::int64_t in_flight = 0;
  double elapsed_s = 0;
  std::optional<double> left_s;
  std::optional<double> p50_ms;  ///< of e2e_response_ms so far
  std::optional<double> p95_ms;
};

struct RunResult {
  std::vector<RequestRecord> records;  ///< warm-up first, then as the schedule had them
  std::vector<RequestChunks> chunks;   ///< of those that had any
  std::int64_t started_ns = 0;
  std::optional<std::int64_t> warmed_ns;
  std::int64_t ended_ns = 0;
  bool interrupted = false;
  std::int64_t chunks_not_kept = 0;  ///< requests whose chunk times passed limits::kMaxKeptChunks
};

struct EngineHooks {
  std::function<void()> on_measured_start;            ///< the first measured request is about to be offered
  std::function<void(const LiveState&)> on_progress;  ///< empty: nobody watches
  std::function<bool()> is_interrupted;               ///< asked at least every 100 ms
};

/// Runs to its end. The target's endpoints are known; its io_context is run here.
RunResult run_load(const LoadSettings& settings, std::int64_t run, Target& target, const EngineHooks& hooks);

}  // namespace ihc::bench
