// What is kept of every request of a run, raw, so that each metric can be computed again from the bundle under any
// definition.
//
// bench/<run>/requests.ndjson: one JSON object a line, at most kMaxRecordLineBytes with its newline, in the order in
// which the schedule had them. Keys without a value are left out.
//
//   {"run":1,"i":7,"at":812345678901234,"t":[1200,null,52000,201500000,201500000,201500000,201900000,201900000,
//    1181000000,1181400000],"http":200,"outcome":"ok","chunks":[1,50,0,0,0,0,1,0,0,1],"in":128,
//    "out":50,"max":50,"bytes":250,"seed":8,"finish":"length"}
//
//   at       CLOCK_MONOTONIC ns at which the schedule wanted it sent
//   t        ns after `at` of: taken up, connected (null: the connection was kept), sent (last byte given to the
//            kernel), head (response header whole), first byte of the body, first chunk with choices, first token
//            (content, reasoning, tool call or refusal), first output token (no reasoning), last token, end
//   chunks   how many of each kind, in the order of ChunkKind, trailing zeros left out
//   in, out  tokens of prompt and completion; in_from, out_from their TokenSource, left out when it is `usage`
//   warm     true: a warm-up request, part of no metric
//   cached   prompt tokens that the server says came out of its prefix cache
//   said     what went wrong, for people
//
// bench/<run>/chunks.bin: when each chunk was read. Little endian; `varint` is unsigned LEB128.
//
//   "ihcchunk" u32 version=1 u32 reserved=0
//   for each request, in the order of requests.ndjson: varint i, u64 at (as above), varint count, and count times
//     varint ns since the previous chunk (the first: since `at`), u8 kind, varint bytes of text in it,
//     varint 0 when it said no usage, else 1 + its completion_tokens
//
// Chunks that came with one read carry one time: their gap is 0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ihc::bench {

inline constexpr std::size_t kMaxRecordLineBytes = 400;

/// What one chunk of a response is. `role_only`, `content` … `empty` are chunks with choices; `usage` has usage and no
/// choices; a chunk that has both counts as what its choices are, and its usage is read all the same.
enum class ChunkKind : std::uint8_t {
  role_only,  ///< the first delta of many servers: a role, no text
  content,
  reasoning,  ///< delta.reasoning_content or delta.reasoning
  tool_call,
  refusal,
  empty,  ///< choices without text: the chunk with finish_reason alone, held-back detokenization
  usage,
  comment,  ///< an SSE comment (a ping), or an object that says nothing of choices, usage or error
  error,    ///< {"error": …} inside a stream that began with 200
  done,     ///< [DONE]
};
inline constexpr std::size_t kChunkKinds = 10;
std::string_view to_word(ChunkKind kind);

/// Whether a token came with it.
constexpr bool has_token(ChunkKind kind) {
  return kind == ChunkKind::content || kind == ChunkKind::reasoning || kind == ChunkKind::tool_call ||
         kind == ChunkKind::refusal;
}
/// Whether it is a chunk with choices.
constexpr bool has_choices(ChunkKind kind) {
  return has_token(kind) || kind == ChunkKind::role_only || kind == ChunkKind::empty;
}

enum class Outcome : std::uint8_t {
  ok,
  connect_failed,  ///< no connection: refused, unreachable, name unknown
  tls_failed,
  http_error,           ///< a status that is not 200
  stream_error,         ///< an error object inside a stream that began with 200
  reset_before_answer,  ///< the connection ended before the first byte of the answer: a kept connection's race, or a
                        ///< crash
  reset_in_answer,      ///< it ended before the answer was whole
  not_finished,         ///< the answer is whole HTTP, but the stream has neither [DONE] nor a finish_reason
  no_token,             ///< whole and without a single token
  malformed,            ///< not HTTP, not an event stream, not JSON, or past a limit
  timed_out,
  dropped,    ///< never sent: the most that may be in flight were in flight
  cancelled,  ///< in flight when the run was ended
};
inline constexpr std::size_t kOutcomes = 13;
std::string_view to_word(Outcome outcome);
std::optional<Outcome> outcome_from_word(std::string_view word);

/// Where a token count comes from.
enum class TokenSource : std::uint8_t {
  none,    ///< not known; the count is absent
  usage,   ///< the server's usage object
  deltas,  ///< the last of the usages that came with the chunks of a stream that ended before its final one
  chunks,  ///< counted chunks with a token: right only while a chunk is a token
};
std::string_view to_word(TokenSource source);
std::optional<TokenSource> token_source_from_word(std::string_view word);

/// Times are CLOCK_MONOTONIC ns, taken at the read that brought the bytes; absent: it did not happen.
struct RequestRecord {
  std::int64_t run = 1;    ///< from 1
  std::int64_t index = 0;  ///< in the schedule, from 0; warm-up requests count for themselves
  bool is_warmup = false;
  std::int64_t intended_ns = 0;
  std::optional<std::int64_t> taken_up_ns;  ///< the client began with it; later than intended by its own delay or queue
  std::optional<std::int64_t> connected_ns;
  std::optional<std::int64_t> sent_ns;
  std::optional<std::int64_t> head_ns;
  std::optional<std::int64_t> first_byte_ns;
  std::optional<std::int64_t> first_chunk_ns;
  std::optional<std::int64_t> first_token_ns;
  std::optional<std::int64_t> first_output_ns;
  std::optional<std::int64_t> last_token_ns;
  std::optional<std::int64_t> end_ns;  ///< of the answer, or when it failed
  std::optional<int> http_status;
  Outcome outcome = Outcome::ok;
  std::string error;  ///< for people; cut in the line to what fits
  std::array<std::int64_t, kChunkKinds> chunks{};
  std::optional<std::int64_t> prompt_tokens;
  TokenSource prompt_source = TokenSource::none;
  std::optional<std::int64_t> completion_tokens;
  TokenSource completion_source = TokenSource::none;
  std::optional<std::int64_t> cached_tokens;
  std::optional<std::int64_t> max_tokens;    ///< as asked
  std::optional<std::int64_t> output_bytes;  ///< of text, UTF-8
  std::optional<std::int64_t> seed;          ///< as sent
  std::string finish_reason;                 ///< "stop", "length", …; empty when not said

  std::int64_t chunk_count(ChunkKind kind) const { return chunks[static_cast<std::size_t>(kind)]; }
  bool operator==(const RequestRecord&) const = default;
};

/// With its newline, at most kMaxRecordLineBytes for a run of any length up to a day: `error` and `finish_reason` give
/// way.
std::string to_line(const RequestRecord& record);

struct ReadRecords {
  std::vector<RequestRecord> records;
  std::int64_t not_understood = 0;    ///< lines that are no record
  std::vector<std::string> problems;  ///< the first few of them, for people: "line 3: …"
};
/// Never throws. Unknown keys are passed over; empty lines are none.
ReadRecords read_records(std::string_view text);

struct ChunkEvent {
  std::int64_t at_ns = 0;  ///< CLOCK_MONOTONIC
  ChunkKind kind = ChunkKind::content;
  std::int64_t bytes = 0;                         ///< of text
  std::optional<std::int64_t> completion_tokens;  ///< of a usage in it

  bool operator==(const ChunkEvent&) const = default;
};

struct RequestChunks {
  std::int64_t index = 0;
  std::int64_t intended_ns = 0;
  std::vector<ChunkEvent> chunks;

  bool operator==(const RequestChunks&) const = default;
};

/// A whole chunks.bin. Times within a request must not run backwards; one that does is written as its predecessor's.
std::string to_chunk_bytes(const std::vector<RequestChunks>& requests);

struct ReadChunks {
  std::vector<RequestChunks> requests;  ///< what was whole
  std::string problem;                  ///< empty; else why the rest was not read: "cut at byte 812", "version 2"
};
/// Never throws; takes no more memory than a small multiple of `bytes`.
ReadChunks read_chunks(std::string_view bytes);

}  // namespace ihc::bench
