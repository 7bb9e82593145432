// The metrics of a run, computed from what was kept of it. Names as DESIGN has them; their meaning, "ihc-bench-1":
//
//   ttfb_ms          first byte of the body      - taken up
//   ttfc_ms          first chunk with choices    - taken up     (what vLLM calls TTFT)
//   ttft_ms          first token                 - taken up     (content, reasoning, tool call or refusal)
//   ttft_response_ms first token                 - intended
//   ttfot_ms         first token, no reasoning   - taken up
//   icl_ms           gaps between chunks with a token, of all requests together; not "inter-token": a chunk may hold
//                    many tokens
//   tpot_ms          (last token - first token) / (completion tokens - 1), of requests with two tokens or more
//   e2e_service_ms   end                         - taken up
//   e2e_response_ms  end                         - intended     (open loop: what a user waits)
//   sched_lag_ms     taken up                    - intended     (open loop alone)
//
// Taken are the requests that ended well and were no warm-up. Who never came to the point is in `at_least`: of a
// request that timed out, or was cut off by the end of the run, it is known that it took longer than so long. A
// percentile over `values` alone would leave out the slowest; other failures have no time and are counted beside.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/record.h"

namespace ihc::bench {

struct MetricSamples {
  std::vector<double> values;    ///< in the order of the requests
  std::vector<double> at_least;  ///< right-censored
};

/// How a run's completion tokens were counted.
struct TokenCount {
  std::int64_t total = 0;
  std::int64_t from_usage = 0;   ///< requests
  std::int64_t from_chunks = 0;  ///< requests
  std::int64_t unknown = 0;      ///< requests without a count
  /// Requests with more tokens than chunks that hold one: there icl_ms is not the time between tokens.
  std::int64_t coalesced = 0;
};

struct RunMetrics {
  std::map<std::string, MetricSamples> samples_ms;
  std::int64_t offered = 0;  ///< all of the schedule, without the warm-up
  std::int64_t ok = 0;
  std::map<std::string, std::int64_t> outcomes;  ///< by word
  TokenCount tokens;
  std::optional<double> cached_share;      ///< of the prompt tokens, where the server says
  std::optional<double> wall_s;            ///< from the first request due to the last one over
  std::optional<double> offered_rate_rps;  ///< requests due, over the time in which they were
  std::optional<double> request_throughput_rps;
  std::optional<double> output_throughput_tps;
  std::optional<double> goodput_rps;    ///< those that meet every limit of `slo_ms`
  std::optional<double> goodput_share;  ///< of all offered: one that failed or was dropped met none
};

/// `slo_ms` by metric of one request ("ttft_ms", "tpot_ms", "e2e_response_ms", …); empty: no goodput. A request meets a
/// limit on tpot_ms that it has no value for when it made one token, and else none that it has no value for.
RunMetrics metrics_of(const std::vector<RequestRecord>& records, const std::vector<RequestChunks>& chunks,
                      const std::map<std::string, double>& slo_ms, bool is_open_loop);

/// In the order in which people read them.
const std::vector<std::string>& metric_names();

}  // namespace ihc::bench
