// What the stand-in server answers: a script, so that what a client measures can be compared with what is true.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ihc::bench {

/// How an answer goes wrong.
enum class MockFailure : std::uint8_t {
  error,         ///< an error object after `after_tokens` tokens, then the regular end of the stream
  reset,         ///< the connection is reset after them
  reset_before,  ///< it is reset before the first byte of the answer
  status,        ///< 503 instead of an answer
  hang,          ///< nothing more comes after them
  cut,           ///< the stream ends after them in good HTTP, without a finish_reason and [DONE]
  garbage,       ///< then comes what is no JSON
};

struct MockFault {
  MockFailure failure = MockFailure::error;
  double share = 1;  ///< of the requests, spread evenly: 0.05 is each 20th
  std::int64_t after_tokens = 0;
};

/// "error", "error:0.05", "reset:0.05:10". Fails (usage).
Result<MockFault> parse_mock_fault(std::string_view text);

enum class MockUsage : std::uint8_t {
  asked,  ///< a chunk of its own at the end where stream_options.include_usage asks for it
  never,
  last_chunk,   ///< in the last chunk with choices, as llama.cpp had it
  every_chunk,  ///< with each chunk, as continuous_usage_stats
};

/// Times in ns. The first token comes `ttft_ns` after the request was read and had a slot.
struct MockScript {
  std::string model = "mock";
  std::int64_t ttft_ns = 0;
  std::int64_t gap_ns = 0;                    ///< between tokens
  std::optional<std::int64_t> tokens;         ///< else what the request's max_tokens says, else 16
  std::optional<std::int64_t> role_first_ns;  ///< when a chunk with the role alone comes
  std::int64_t reasoning_tokens = 0;          ///< so many of the tokens come as reasoning
  std::int64_t coalesce = 1;                  ///< tokens in a chunk
  std::int64_t stall_after_tokens = 0;        ///< 0: none
  std::int64_t stall_ns = 0;
  std::optional<std::int64_t> ping_tokens;  ///< a comment after each so many tokens
  MockUsage usage = MockUsage::asked;
  std::vector<MockFault> faults;
  std::size_t drip_bytes = 0;  ///< each chunk comes in pieces of so many bytes; 0: at once
  std::int64_t drip_gap_ns = 0;
  std::int64_t freeze_at_ns = 0;  ///< after the first request the whole server stops for freeze_ns
  std::int64_t freeze_ns = 0;
  std::int64_t slots = 0;                ///< requests served at once, others wait in turn; 0: no limit
  std::int64_t burn_ns = 0;              ///< of CPU work a token, as timed on this CPU at the start
  std::size_t touch_bytes = 0;           ///< of memory read and written a token
  std::size_t memory_bytes = 0;          ///< in which they lie
  std::optional<double> remote_penalty;  ///< declared: touching takes so many times the accesses. Synthetic
  std::string api_key;                   ///< wanted as bearer token; empty: none wanted
};

/// What a request asks for, as far as the script looks.
struct MockRequest {
  bool is_chat = true;
  bool is_streaming = false;
  bool wants_usage = false;
  std::int64_t max_tokens = 16;
  std::int64_t prompt_tokens = 0;  ///< words
};

/// Nothing: no JSON object, or without a prompt.
std::optional<MockRequest> read_mock_request(std::string_view body, bool is_chat);

/// One thing that the server does: `wait_ns` after the step before was due, work for `tokens` tokens, then `bytes` go
/// out.
struct MockStep {
  enum class End : std::uint8_t { none, keep, close, reset, hang };
  std::int64_t wait_ns = 0;
  std::int64_t tokens = 0;
  std::string bytes;  ///< of HTTP
  End end = End::none;

  bool operator==(const MockStep&) const = default;
};

/// The whole answer to the `ordinal`-th request (from 0).
std::vector<MockStep> plan_answer(const MockScript& script, const MockRequest& request, std::int64_t ordinal);

/// An HTTP response that is no stream; `headers` are whole lines.
std::string http_answer(int status, std::string_view type, std::string_view body, std::string_view headers = {});
/// The lines that each answer has: the server's name, and the declared penalty.
std::string mock_headers(const MockScript& script);

}  // namespace ihc::bench
