#include "bench/answer.h"

#include <array>
#include <limits>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

namespace ihc::bench {

namespace {

/// The keys that mean something to us, each where it stands.
enum class Key : std::uint8_t {
  other,
  error,
  message,
  object,
  choices,
  delta,
  role,
  content,
  text,
  reasoning,
  tool_call,
  call_text,
  refusal,
  finish_reason,
  usage,
  prompt_tokens,
  completion_tokens,
  details,
  cached_tokens,
};

struct Name {
  std::string_view name;
  Key key;
};

constexpr std::array kNames{
    Name{"error", Key::error},
    Name{"message", Key::message},
    Name{"object", Key::object},
    Name{"choices", Key::choices},
    Name{"delta", Key::delta},
    Name{"role", Key::role},
    Name{"content", Key::content},
    Name{"text", Key::text},
    Name{"reasoning_content", Key::reasoning},  // vLLM before 0.12, SGLang, DeepSeek
    Name{"reasoning", Key::reasoning},          // vLLM since, OpenRouter
    Name{"thinking", Key::reasoning},           // Mistral: content is a list of parts
    Name{"tool_calls", Key::tool_call},
    Name{"function_call", Key::tool_call},
    Name{"name", Key::call_text},
    Name{"arguments", Key::call_text},
    Name{"refusal", Key::refusal},
    Name{"finish_reason", Key::finish_reason},
    Name{"usage", Key::usage},
    Name{"prompt_tokens", Key::prompt_tokens},
    Name{"completion_tokens", Key::completion_tokens},
    Name{"prompt_tokens_details", Key::details},
    Name{"cached_tokens", Key::cached_tokens},
};

Key key_of(std::string_view name) {
  for (const Name& known : kNames) {
    if (known.name == name) return known.key;
  }
  return Key::other;
}

/// One pass without building a document: at a thousand streams this is where a client's CPU goes.
class Reader : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return leave_value(); }
  bool boolean(bool) override { return leave_value(); }
  bool number_integer(number_integer_t value) override {
    if (value >= 0) take_number(value);
    return leave_value();
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      take_number(static_cast<std::int64_t>(value));
    return leave_value();
  }
  bool number_float(number_float_t, const string_t&) override { return leave_value(); }
  bool string(string_t& value) override {
    take_string(value);
    return leave_value();
  }
  bool binary(binary_t&) override { return leave_value(); }
  bool start_object(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    path_.back() = key_of(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

  AnswerPart take() {
    part_.kind = kind();
    return std::move(part_);
  }

 private:
  // path_ has a key for each open object or array; an array's own is `other`. Values of an object stand under its last
  // key.
  Key at(std::size_t level) const { return level < path_.size() ? path_[level] : Key::other; }

  bool open() {
    if (path_.size() == 1 && path_[0] == Key::choices) is_in_choices_ = true;
    if (is_in_choices_ && path_.size() == 2) has_choice_ = true;
    if (path_.size() == 1 && path_[0] == Key::error) has_error_ = true;
    if (path_.size() == 1 && path_[0] == Key::usage) has_usage_ = true;
    path_.push_back(Key::other);
    return path_.size() <= limits::kMaxJsonDepth;
  }
  bool close() {
    path_.pop_back();
    if (path_.size() == 1) is_in_choices_ = false;
    return leave_value();
  }
  static bool leave_value() { return true; }

  void take_number(std::int64_t value) {
    if (at(0) != Key::usage) return;
    if (path_.size() == 2 && at(1) == Key::prompt_tokens) part_.usage.prompt_tokens = value;
    if (path_.size() == 2 && at(1) == Key::completion_tokens) part_.usage.completion_tokens = value;
    if (path_.size() == 3 && at(1) == Key::details && at(2) == Key::cached_tokens) part_.usage.cached_tokens = value;
  }

  void take_string(const std::string& value) {
    // A path is 0: the object's key, 1: the array, 2: the choice's key, 3: the delta's key, then what is inside it.
    if (is_in_choices_) return take_choice_string(value);
    if (at(0) == Key::error && (path_.size() == 1 || (path_.size() == 2 && at(1) == Key::message))) {
      has_error_ = true;
      part_.error = value;
    }
    // vLLM before 0.10: {"object": "error", "message": "…"}.
    if (path_.size() == 1 && at(0) == Key::object && value == "error") has_error_ = true;
    if (path_.size() == 1 && at(0) == Key::message && part_.error.empty()) part_.error = value;
  }

  void take_choice_string(const std::string& value) {
    if (value.empty()) return;
    if (path_.size() == 3 && at(2) == Key::text) return take_text(ChunkKind::content, value);  // completions
    if (path_.size() == 3 && at(2) == Key::finish_reason && part_.finish_reason.empty()) part_.finish_reason = value;
    const bool is_delta = at(2) == Key::delta || at(2) == Key::message;
    if (!is_delta || path_.size() < 4) return;
    switch (at(3)) {
      case Key::role:
        has_role_ = true;
        break;
      case Key::content:
        take_content(value);
        break;
      case Key::reasoning:
        take_text(ChunkKind::reasoning, value);
        break;
      case Key::refusal:
        take_text(ChunkKind::refusal, value);
        break;
      case Key::tool_call:
        if (path_.back() == Key::call_text) take_text(ChunkKind::tool_call, value);
        break;
      default:
        break;
    }
  }

  /// A text, or a list of parts: [{"type":"text","text":"…"}], [{"type":"thinking","thinking":[{"text":"…"}]}].
  void take_content(const std::string& value) {
    if (path_.size() == 4) return take_text(ChunkKind::content, value);
    bool is_thinking = false;
    for (std::size_t level = 4; level < path_.size(); ++level) is_thinking |= path_[level] == Key::reasoning;
    if (path_.back() != Key::text && !is_thinking) return;
    if (path_.back() == Key::text || path_.back() == Key::reasoning)
      take_text(is_thinking ? ChunkKind::reasoning : ChunkKind::content, value);
  }

  void take_text(ChunkKind kind, const std::string& value) {
    part_.text_bytes += static_cast<std::int64_t>(value.size());
    has_[static_cast<std::size_t>(kind)] = true;
    if (kind == ChunkKind::reasoning) part_.has_reasoning = true;
  }

  ChunkKind kind() const {
    if (has_error_) return ChunkKind::error;
    for (const ChunkKind kind : {ChunkKind::content, ChunkKind::tool_call, ChunkKind::refusal, ChunkKind::reasoning}) {
      if (has_[static_cast<std::size_t>(kind)]) return kind;
    }
    if (has_choice_) return has_role_ && part_.finish_reason.empty() ? ChunkKind::role_only : ChunkKind::empty;
    return has_usage_ ? ChunkKind::usage : ChunkKind::comment;
  }

  AnswerPart part_;
  std::vector<Key> path_;
  std::array<bool, kChunkKinds> has_{};
  bool is_in_choices_ = false;
  bool has_choice_ = false;
  bool has_role_ = false;
  bool has_usage_ = false;
  bool has_error_ = false;
};

}  // namespace

std::optional<AnswerPart> read_answer(std::string_view json) {
  json = trim(json);
  if (!json.starts_with('{')) return std::nullopt;
  Reader reader;
  if (!Json::sax_parse(json, &reader)) return std::nullopt;
  AnswerPart part = reader.take();
  if (part.kind != ChunkKind::error) part.error.clear();
  return part;
}

std::optional<AnswerPart> read_event(const StreamEvent& event) {
  AnswerPart part;
  part.kind = event.is_comment ? ChunkKind::comment : ChunkKind::done;
  if (event.is_comment || trim(event.data) == "[DONE]") return part;
  auto read = read_answer(event.data);
  if (event.type != "error") return read;
  // Whatever it holds: the server calls it an error.
  AnswerPart error = read.value_or(AnswerPart{});
  error.kind = ChunkKind::error;
  if (error.error.empty()) error.error = std::string(event.data);
  return error;
}

}  // namespace ihc::bench
