#include "bench/load/answer_reader.h"

#include <optional>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "base/limits.h"
#include "base/text.h"
#include "bench/answer.h"
#include "bench/event_stream.h"

namespace ihc::bench {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

/// A stream of a million tokens is within it.
constexpr std::size_t kMaxStreamBytes = 16 * limits::kMaxAnswerBytes;

}  // namespace

struct AnswerReader::Parts {
  Parts(bool stream, RequestRecord& one, std::vector<ChunkEvent>* kept, AnswerDetails* asked)
      : expects_stream(stream), record(one), chunks(kept), details(asked), events([this](const StreamEvent& event) {
          take(event);
        }) {
    parser.eager(true);
    parser.header_limit(limits::kMaxAnswerHeaderBytes);
    parser.body_limit(kMaxStreamBytes);
  }

  State feed(std::string_view bytes, std::int64_t at_ns) {
    now_ns = at_ns;
    const auto space = buffer.prepare(bytes.size());
    buffer.commit(asio::buffer_copy(space, asio::buffer(bytes)));
    while (buffer.size() > 0 && !parser.is_done()) {
      error_code error;
      buffer.consume(parser.put(buffer.data(), error));
      const bool needs_more = error == http::error::need_more;
      if (error && !needs_more) return refuse("not HTTP as it should be: " + error.message());
      take_head();
      take_body();
      if (is_over) return State::done;
      if (needs_more) break;
    }
    if (parser.is_done()) {
      finish();
      return State::done;
    }
    return State::more;
  }

  void take_head() {
    if (record.head_ns || !parser.is_header_done()) return;
    record.head_ns = now_ns;
    const auto& head = parser.get();
    record.http_status = static_cast<int>(head.result_int());
    const std::string type = to_lower(std::string(head[http::field::content_type]));
    is_stream = expects_stream && record.http_status == 200 && type.starts_with("text/event-stream");
  }

  void take_body() {
    std::string& body = parser.get().body();
    if (body.empty()) return;
    if (!record.first_byte_ns) record.first_byte_ns = now_ns;
    if (is_stream) {
      if (!events.feed(body)) refuse("an event is longer than " + std::to_string(limits::kMaxSseEventBytes) + " bytes");
    } else if (whole.size() + body.size() > limits::kMaxAnswerBytes) {
      refuse("the answer is longer than " + std::to_string(limits::kMaxAnswerBytes) + " bytes");
    } else {
      whole += body;
    }
    body.clear();
  }

  void take(const StreamEvent& event) {
    const auto part = read_event(event);
    if (!part) {
      if (problem.empty()) problem = "an event of the stream is not JSON";
      return;
    }
    ++record.chunks[static_cast<std::size_t>(part->kind)];
    if (chunks != nullptr) {
      chunks->push_back({.at_ns = now_ns,
                         .kind = part->kind,
                         .bytes = part->text_bytes,
                         .completion_tokens = part->usage.completion_tokens});
    }
    if (has_choices(part->kind) && !record.first_chunk_ns) record.first_chunk_ns = now_ns;
    if (has_token(part->kind)) {
      if (!record.first_token_ns) record.first_token_ns = now_ns;
      record.last_token_ns = now_ns;
      if (part->kind != ChunkKind::reasoning && !record.first_output_ns) record.first_output_ns = now_ns;
    }
    if (part->kind == ChunkKind::error && stream_error.empty())
      stream_error = part->error.empty() ? "an error without words" : part->error;
    if (part->kind == ChunkKind::done && !done_ns) done_ns = now_ns;
    take_part(*part);
  }

  void take_part(const AnswerPart& part) {
    record.output_bytes = record.output_bytes.value_or(0) + part.text_bytes;
    if (record.finish_reason.empty()) record.finish_reason = part.finish_reason;
    if (part.usage.prompt_tokens) record.prompt_tokens = part.usage.prompt_tokens;
    if (part.usage.completion_tokens) record.completion_tokens = part.usage.completion_tokens;
    if (part.usage.cached_tokens) record.cached_tokens = part.usage.cached_tokens;
  }

  /// The response is whole.
  void finish() {
    if (is_stream) events.finish();
    is_over = true;
    record.end_ns = done_ns.value_or(now_ns);
    judge();
    count_tokens();
    if (details == nullptr) return;
    details->body = whole;
    details->server = std::string(parser.get()[http::field::server]);
    details->penalty = std::string(parser.get()["x-ihc-synthetic-remote-penalty"]);
  }

  void judge() {
    if (record.http_status != 200) {
      const auto part = read_answer(whole);
      return say(Outcome::http_error, part && !part->error.empty() ? part->error : std::string());
    }
    if (!is_stream) return judge_whole();
    if (!problem.empty()) return say(Outcome::malformed, problem);
    if (!stream_error.empty()) return say(Outcome::stream_error, stream_error);
    if (!done_ns && record.finish_reason.empty())
      return say(Outcome::not_finished, "neither [DONE] nor a finish_reason came");
    say(record.first_token_ns ? Outcome::ok : Outcome::no_token, "");
  }

  void judge_whole() {
    const auto part = read_answer(whole);
    if (!part)
      return say(Outcome::malformed, expects_stream ? "neither an event stream nor JSON" : "the answer is not JSON");
    if (part->kind == ChunkKind::error) return say(Outcome::stream_error, part->error);
    take_part(*part);
    say(part->text_bytes > 0 ? Outcome::ok : Outcome::no_token, "");
  }

  void count_tokens() {
    record.prompt_source = record.prompt_tokens ? TokenSource::usage : TokenSource::none;
    if (record.completion_tokens) {
      const bool is_final = record.outcome == Outcome::ok || done_ns;
      record.completion_source = is_final ? TokenSource::usage : TokenSource::deltas;
      return;
    }
    std::int64_t count = 0;
    for (std::size_t kind = 0; kind < kChunkKinds; ++kind) {
      if (has_token(static_cast<ChunkKind>(kind))) count += record.chunks[kind];
    }
    if (count == 0) return;
    record.completion_tokens = count;
    record.completion_source = TokenSource::chunks;
  }

  void say(Outcome outcome, std::string_view words) {
    record.outcome = outcome;
    record.error = words;
  }

  /// Broken off with this outcome; what the stream said before stands.
  void break_off(Outcome outcome, std::string_view words) {
    is_over = true;
    record.end_ns = now_ns;
    say(outcome, words);
    count_tokens();
  }

  State refuse(const std::string& why) {
    if (!is_over) break_off(Outcome::malformed, why);
    is_broken = true;
    return State::done;
  }

  bool expects_stream;
  RequestRecord& record;
  std::vector<ChunkEvent>* chunks;
  AnswerDetails* details;
  http::response_parser<http::string_body> parser;
  boost::beast::flat_buffer buffer;
  EventStream events;
  std::string whole;  ///< the body, where it is no stream
  std::string problem;
  std::string stream_error;
  std::optional<std::int64_t> done_ns;
  std::int64_t now_ns = 0;
  bool is_stream = false;
  bool is_over = false;
  bool is_broken = false;
};

AnswerReader::AnswerReader(bool expects_stream, RequestRecord& record, std::vector<ChunkEvent>* chunks,
                           AnswerDetails* details)
    : parts_(std::make_unique<Parts>(expects_stream, record, chunks, details)) {}
AnswerReader::AnswerReader(AnswerReader&&) noexcept = default;
AnswerReader& AnswerReader::operator=(AnswerReader&&) noexcept = default;
AnswerReader::~AnswerReader() = default;

AnswerReader::State AnswerReader::feed(std::string_view bytes, std::int64_t now_ns) {
  return parts_->is_over ? State::done : parts_->feed(bytes, now_ns);
}

void AnswerReader::end_of_connection(std::int64_t now_ns, std::string_view why) {
  Parts& parts = *parts_;
  if (parts.is_over) return;
  parts.now_ns = now_ns;
  parts.is_broken = true;
  error_code error;
  // A body without a length ends with its connection; put_eof() wants a header that has begun.
  if (parts.parser.got_some()) parts.parser.put_eof(error);
  if (parts.parser.is_done() && why.empty()) return parts.finish();
  const bool is_before = !parts.parser.got_some();
  if (!is_before && parts.is_stream && parts.done_ns) return parts.finish();
  parts.break_off(is_before ? Outcome::reset_before_answer : Outcome::reset_in_answer,
                  why.empty() ? "the connection was closed" : why);
}

void AnswerReader::time_is_up(std::int64_t now_ns) {
  Parts& parts = *parts_;
  if (parts.is_over) return;
  parts.now_ns = now_ns;
  parts.is_broken = true;
  if (parts.done_ns) return parts.finish();
  parts.break_off(Outcome::timed_out, "no end within its time limit");
}

bool AnswerReader::keeps_connection() const {
  const Parts& parts = *parts_;
  return parts.is_over && !parts.is_broken && parts.parser.is_done() && parts.parser.keep_alive() &&
         parts.buffer.size() == 0;
}

}  // namespace ihc::bench
