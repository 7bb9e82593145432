// What is asked of the process that scrapes metrics endpoints, and what comes back. As in collect/read_request.h the
// two sides are copies of one program, so the heads are plain structs of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collect/metrics_url.h"

namespace ihc {

/// One endpoint, ready to be asked without looking anything up.
struct ScrapeTarget {
  MetricsUrl url;
  std::vector<std::string> addresses;  ///< IPv4 and IPv6 literals, tried in this order; not empty
};

enum class ScrapeOutcome : std::int32_t {
  answered,   ///< 200 with a text
  late,       ///< not whole within limits::kScrapeDeadline
  forbidden,  ///< 401, 403
  too_large,  ///< past limits::kMaxScrapeBytes
  failed,     ///< anything else
};

/// A request is the target's place in the list.
using ScrapeRequest = std::uint32_t;

struct ScrapeHead {
  std::uint32_t target = 0;
  ScrapeOutcome outcome = ScrapeOutcome::failed;
  std::uint64_t said_bytes = 0;  ///< of the sentence about what went wrong, which comes first
  std::uint64_t body_bytes = 0;
  std::int64_t taken_ns = 0;  ///< CLOCK_MONOTONIC just before the request was sent
  std::int64_t duration_ns = 0;
};

inline constexpr std::size_t kMaxSaidBytes = 512;

struct ScrapeReply {
  std::size_t target = 0;
  ScrapeOutcome outcome = ScrapeOutcome::failed;
  std::string said;  ///< what the server did, as the end of a sentence about it; empty when it answered
  std::string body;
  std::int64_t taken_ns = 0;
  std::int64_t duration_ns = 0;
};

}  // namespace ihc
