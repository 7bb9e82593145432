// bench/<run>/summary.json: what a run was, under which conditions, and how its client was. No latencies: those are
// computed from requests.ndjson and chunks.bin (bench/metrics.h), so that there is one number and one place.
//
//   {"tool": "ihc bench", "tool_version": "0.1.0", "definition": "ihc-bench-1", "format": 1, "run": 1, "runs": 3,
//    "settings": {"url": "http://127.0.0.1:8000/v1/chat/completions", "load": "open", "rate_rps": 10, …},
//    "window": {"started_utc": "2026-11-21T08:40:00Z", "started_ns": …, "warmed_ns": …, "last_intended_ns": …,
//               "ended_ns": …},
//    "server": {"is_local": true, "pid": 4242, "cpus_allowed": "0-3", "synthetic_remote_penalty": 1.7},
//    "client": {"cpus_allowed": "4-7", "cpu_s": 1.25, …}, "outcomes": {"ok": 48, "timed_out": 2},
//    "floor": {"ttft_ms": {"n": 200, "p50": 0.11, "p95": 0.2, "p99": 0.3}}}
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "bench/record.h"

namespace ihc::bench {

inline constexpr int kRunFormat = 1;
/// What our numbers mean. It changes when the meaning of a metric of bench/metrics.h does.
inline constexpr const char* kDefinition = "ihc-bench-1";

struct RunSettings {
  std::string url;  ///< without credentials and query
  std::string api;  ///< "chat_completions", "completions"
  bool is_streaming = true;
  std::optional<std::string> model;
  std::string load;                         ///< "closed", "open"
  std::optional<std::int64_t> concurrency;  ///< closed: how many at once; open: how many may be in flight
  std::optional<double> rate_rps;
  std::optional<std::string> arrival;  ///< "poisson", "constant"
  std::optional<std::int64_t> requests;
  std::optional<double> duration_s;
  std::int64_t warmup_requests = 0;
  std::int64_t seed = 0;
  double temperature = 0;
  bool ignore_eos = false;
  std::string prompts;                              ///< "unique" (each its own words), "file"
  std::optional<std::string> prompts_sha256;        ///< of the file
  std::optional<std::int64_t> prompt_tokens_asked;  ///< made as so many words: the server's count is in the records
  std::optional<std::int64_t> max_tokens;
  double timeout_s = 0;
  std::map<std::string, double> slo_ms;  ///< by metric: "ttft_ms", "tpot_ms", "e2e_response_ms", …
};

/// CLOCK_MONOTONIC ns, as the rest of the bundle.
struct RunWindow {
  std::string started_utc;
  std::int64_t started_ns = 0;                   ///< before the warm-up
  std::optional<std::int64_t> warmed_ns;         ///< the first measured request was due
  std::optional<std::int64_t> last_intended_ns;  ///< the last one was due
  std::int64_t ended_ns = 0;                     ///< the last one was over
  bool interrupted = false;
};

struct ServerSeen {
  std::optional<bool> is_local;              ///< whether it listens on this machine
  std::optional<std::string> address;        ///< where the connections went
  std::optional<std::string> server_header;  ///< as it names itself in HTTP
  std::vector<std::string> models;           ///< as /v1/models lists them
  std::optional<int> pid;                    ///< who listens, when it is local and could be seen
  std::optional<std::string> cpus_allowed;   ///< CPU list
  std::optional<std::string> mems_allowed;   ///< node list
  /// Declared by the stand-in server: its memory accesses are made slower by this factor. Not a real distance.
  std::optional<double> synthetic_remote_penalty;
};

/// The load generator's own account, over the measured part of the run.
struct ClientHealth {
  std::optional<int> pid;
  std::optional<std::string> cpus_allowed;
  std::optional<std::string> nodes;    ///< of those CPUs
  std::vector<std::string> governors;  ///< of those CPUs, each once, sorted
  std::optional<double> wall_s;
  std::optional<double> cpu_s;        ///< user and system
  std::optional<double> run_delay_s;  ///< ready and not running: /proc/self/schedstat
  std::optional<std::int64_t> involuntary_switches;
  std::optional<std::int64_t> voluntary_switches;
  std::optional<std::string> cpus_shared_with_server;  ///< "" when none; absent when the server's are not known
  std::optional<std::int64_t> tcp_retransmits;         ///< of the run's connections
};

/// What this client adds on this machine, measured against the stand-in server at the same load.
struct Floor {
  std::int64_t n = 0;
  double p50 = 0;
  std::optional<double> p95;
  std::optional<double> p99;
};

struct RunSummary {
  std::string tool = "ihc bench";
  std::string tool_version;
  std::string definition = kDefinition;
  std::int64_t run = 1;
  std::int64_t runs = 1;
  RunSettings settings;
  RunWindow window;
  ServerSeen server;
  ClientHealth client;
  std::map<std::string, std::int64_t> outcomes;  ///< by Outcome's words, without the warm-up
  /// Requests whose chunk times passed limits::kMaxKeptChunks and are not in chunks.bin.
  std::optional<std::int64_t> chunks_not_kept;
  std::map<std::string, Floor> floor;  ///< by metric; empty: not calibrated
};

Json to_json(const RunSummary& summary);

struct ReadSummary {
  RunSummary summary;
  std::vector<std::string> problems;  ///< members that are not as they should be: "/settings/url is no text"
};
/// Never throws: what is wrong or missing stays absent and is named; unknown members are passed over.
ReadSummary read_summary(const Json& json);

}  // namespace ihc::bench
