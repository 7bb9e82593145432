// What one JSON object of an OpenAI-compatible server says: a chunk of a stream, or a whole answer. Chat completions,
// completions, and what vLLM, SGLang, llama.cpp, TGI and Mistral add to them.
//
//   {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}                     role_only
//   {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}                 content
//   {"choices":[{"index":0,"delta":{"reasoning_content":"Let"}}]}                           reasoning
//   {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{…}}                 empty, with usage
//   {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":50,"prompt_tokens_details":{"cached_tokens":4}}}
//   {"error":{"message":"out of memory","code":500}}                                        error
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bench/event_stream.h"
#include "bench/record.h"

namespace ihc::bench {

struct Usage {
  std::optional<std::int64_t> prompt_tokens;
  std::optional<std::int64_t> completion_tokens;
  std::optional<std::int64_t> cached_tokens;
};

struct AnswerPart {
  ChunkKind kind = ChunkKind::empty;
  std::int64_t text_bytes = 0;  ///< of content, reasoning, tool call arguments and refusal; UTF-8
  bool has_reasoning = false;   ///< beside what `kind` says
  Usage usage;                  ///< whichever members are there
  std::string finish_reason;    ///< of the first choice that has one
  std::string error;            ///< the server's message, of kind error
};

/// Nothing: not JSON, deeper than limits::kMaxJsonDepth, or no object. An object that has no choices, no usage and no
/// error counts as a comment.
std::optional<AnswerPart> read_answer(std::string_view json);

/// The same of an event: "[DONE]", comments, events of type error.
std::optional<AnswerPart> read_event(const StreamEvent& event);

}  // namespace ihc::bench
