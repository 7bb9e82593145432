#include "bench/mock/script.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/json.h"
#include "base/text.h"
#include "base/version.h"
#include "bench/words.h"

namespace ihc::bench {

namespace {

constexpr std::array<std::string_view, 7> kFailureWords{"error", "reset", "reset-before", "status",
                                                        "hang",  "cut",   "garbage"};
/// A token's text. Of one length, so that bytes can be told from tokens.
constexpr std::string_view kTokenText = "token ";

/// Evenly spread: the count of faults among the first n requests is ⌊n · share⌋.
bool is_hit(const MockFault& fault, std::int64_t ordinal) {
  const auto count = [&](std::int64_t requests) {
    return std::floor(static_cast<double>(requests) * fault.share + 1e-9);
  };
  return count(ordinal + 1) > count(ordinal);
}

const MockFault* fault_of(const MockScript& script, std::int64_t ordinal) {
  const auto found =
      std::ranges::find_if(script.faults, [&](const MockFault& fault) { return is_hit(fault, ordinal); });
  return found == script.faults.end() ? nullptr : &*found;
}

std::int64_t words_in(std::string_view text) {
  std::int64_t count = 0;
  bool in_word = false;
  for (const char c : text) {
    const bool is_blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!is_blank && !in_word) ++count;
    in_word = !is_blank;
  }
  return count;
}

std::int64_t count_prompt(const Json& json) {
  if (json.is_string()) return words_in(json.get_ref<const std::string&>());
  std::int64_t count = 0;
  if (json.is_array()) {
    for (const Json& item : json)
      count +=
          item.is_number() ? 1 : count_prompt(item.is_object() && item.contains("content") ? item["content"] : item);
  }
  return count;
}

std::string token_text(std::int64_t tokens) {
  std::string text;
  for (std::int64_t at = 0; at < tokens; ++at) text += kTokenText;
  return text;
}

/// Writes one answer as a stream or as one object.
class Writer {
 public:
  Writer(const MockScript& script, const MockRequest& request, std::int64_t ordinal)
      : script_(script),
        request_(request),
        fault_(fault_of(script, ordinal)),
        tokens_(script.tokens.value_or(request.max_tokens)),
        id_((request.is_chat ? "chatcmpl-" : "cmpl-") + std::to_string(ordinal)) {}

  std::vector<MockStep> stream() {
    if (breaks_at_once()) return std::move(steps_);
    if (script_.role_first_ns && request_.is_chat) send(*script_.role_first_ns, 0, event(chunk("role", 0, false)));
    std::int64_t due_ns = script_.ttft_ns - (request_.is_chat ? script_.role_first_ns.value_or(0) : 0);
    for (std::int64_t sent = 0; sent < tokens_;) {
      if (fault_ != nullptr && sent >= fault_->after_tokens) return broken();
      const std::int64_t count = tokens_in_next(sent);
      send(due_ns + script_.gap_ns * (sent == 0 ? 0 : count) + stall_before(sent, count), count,
           token_event(sent < script_.reasoning_tokens ? "reasoning_content" : "content", count) + ping(sent, count));
      sent += count;
      sent_ = sent;
      due_ns = 0;
    }
    if (fault_ != nullptr) return broken();
    std::string end = event(chunk("", 0, true));
    if (script_.usage == MockUsage::asked && request_.wants_usage) end += event(usage_chunk());
    send(0, 0, end + event("[DONE]"));
    return ended();
  }

  std::vector<MockStep> whole() {
    if (breaks_at_once()) return std::move(steps_);
    const std::int64_t wait_ns = script_.ttft_ns + script_.gap_ns * std::max<std::int64_t>(tokens_ - 1, 0);
    if (fault_ != nullptr) {
      // There is no middle to break in: what comes is cut, or an error.
      const bool is_error = fault_->failure == MockFailure::error;
      const std::string body = is_error ? R"({"error":{"message":"scripted error","code":500}})" : "{\"choices\":[";
      const std::string answer = http_answer(is_error ? 500 : 200, "application/json", body, mock_headers(script_));
      const bool breaks = fault_->failure == MockFailure::reset || fault_->failure == MockFailure::hang;
      steps_.push_back({.wait_ns = wait_ns,
                        .tokens = tokens_,
                        .bytes = breaks ? answer.substr(0, answer.size() - 2) : answer,
                        .end = breaks ? end_of_fault() : MockStep::End::keep});
      return std::move(steps_);
    }
    sent_ = tokens_;
    const std::string body = to_compact_text(whole_object());
    steps_.push_back({.wait_ns = wait_ns,
                      .tokens = tokens_,
                      .bytes = http_answer(200, "application/json", body, mock_headers(script_)),
                      .end = MockStep::End::keep});
    return std::move(steps_);
  }

 private:
  /// Failures without a single byte of the stream.
  bool breaks_at_once() {
    if (fault_ == nullptr) return false;
    if (fault_->failure == MockFailure::reset_before) {
      steps_.push_back({.wait_ns = script_.ttft_ns, .tokens = 0, .bytes = {}, .end = MockStep::End::reset});
    } else if (fault_->failure == MockFailure::status) {
      steps_.push_back({.wait_ns = 0,
                        .tokens = 0,
                        .bytes = http_answer(503, "application/json", R"({"error":{"message":"scripted: overloaded"}})",
                                             mock_headers(script_)),
                        .end = MockStep::End::keep});
    }
    return !steps_.empty();
  }

  MockStep::End end_of_fault() const {
    return fault_->failure == MockFailure::hang ? MockStep::End::hang : MockStep::End::reset;
  }

  std::vector<MockStep> broken() {
    switch (fault_->failure) {
      case MockFailure::error:
        send(0, 0,
             event(R"({"error":{"message":"scripted error","type":"server_error","code":500}})") + event("[DONE]"));
        return ended();
      case MockFailure::garbage:
        send(0, 0, event("{\"choices\": [{\"delta\": "));
        return ended();
      case MockFailure::cut:
        return ended();
      default:
        send(script_.gap_ns, 0, "");
        steps_.back().end = end_of_fault();
        return std::move(steps_);
    }
  }

  std::vector<MockStep> ended() {
    if (steps_.empty()) send(script_.ttft_ns, 0, "");
    steps_.back().bytes += "0\r\n\r\n";
    steps_.back().end = MockStep::End::keep;
    return std::move(steps_);
  }

  std::int64_t tokens_in_next(std::int64_t sent) const {
    std::int64_t count = std::min(std::max<std::int64_t>(script_.coalesce, 1), tokens_ - sent);
    // A chunk ends where reasoning ends, and where a fault is due.
    if (sent < script_.reasoning_tokens) count = std::min(count, script_.reasoning_tokens - sent);
    if (fault_ != nullptr && fault_->after_tokens > sent) count = std::min(count, fault_->after_tokens - sent);
    return count;
  }

  std::int64_t stall_before(std::int64_t sent, std::int64_t count) const {
    const std::int64_t at = script_.stall_after_tokens;
    return at > 0 && sent <= at && at < sent + count ? script_.stall_ns : 0;
  }

  std::string ping(std::int64_t sent, std::int64_t count) const {
    const bool is_due = script_.ping_tokens && (sent + count) / *script_.ping_tokens > sent / *script_.ping_tokens;
    return is_due ? http_chunk(": ping\n\n") : std::string();
  }

  void send(std::int64_t wait_ns, std::int64_t tokens, std::string bytes) {
    if (steps_.empty()) bytes.insert(0, stream_head());
    steps_.push_back({.wait_ns = std::max<std::int64_t>(wait_ns, 0),
                      .tokens = tokens,
                      .bytes = std::move(bytes),
                      .end = MockStep::End::none});
  }

  std::string stream_head() const {
    return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n" +
           mock_headers(script_) + "transfer-encoding: chunked\r\n\r\n";
  }

  static std::string http_chunk(const std::string& bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string size;
    for (std::size_t left = bytes.size(); left > 0; left /= 16) size.insert(size.begin(), kDigits[left % 16]);
    return size + "\r\n" + bytes + "\r\n";
  }

  static std::string event(const std::string& data) { return http_chunk("data: " + data + "\n\n"); }

  std::string head_of_object(std::string_view object) const {
    return "{\"id\":\"" + id_ + "\",\"object\":\"" + std::string(object) +
           "\",\"created\":0,\"model\":" + Json(script_.model).dump() + ",";
  }

  /// Most chunks of an answer are alike: made once, so that planning a thousand answers delays none of them.
  const std::string& token_event(std::string_view what, std::int64_t tokens) {
    const bool is_like_last = what == last_what_ && tokens == last_tokens_ && sent_ != 0;
    if (!is_like_last || script_.usage == MockUsage::every_chunk) {
      last_event_ = event(chunk(what, tokens, false));
      // The first one has the role in it.
      last_what_ = sent_ == 0 ? std::string_view() : what;
      last_tokens_ = tokens;
    }
    return last_event_;
  }

  /// `what` is the key of the delta, "role", or "" for the last chunk.
  std::string chunk(std::string_view what, std::int64_t tokens, bool is_last) {
    const std::string text = token_text(tokens);
    std::string choice = "{\"index\":0,";
    if (request_.is_chat) {
      std::string delta;
      const bool says_role = what == "role" || (!is_last && !script_.role_first_ns && sent_ == 0);
      if (says_role) delta = R"("role":"assistant")";
      if (what == "role") delta += R"(,"content":"")";
      if (tokens > 0) delta += (delta.empty() ? "\"" : ",\"") + std::string(what) + "\":\"" + text + "\"";
      choice += "\"delta\":{" + delta + "}";
    } else {
      choice += "\"text\":\"" + text + "\"";
    }
    choice += std::string(",\"finish_reason\":") + (is_last ? "\"length\"" : "null") + "}";
    const bool has_usage =
        script_.usage == MockUsage::every_chunk || (is_last && script_.usage == MockUsage::last_chunk);
    return head_of_object(request_.is_chat ? "chat.completion.chunk" : "text_completion") + "\"choices\":[" + choice +
           "]" + (has_usage ? ",\"usage\":" + usage(sent_ + tokens) : "") + "}";
  }

  std::string usage_chunk() const {
    return head_of_object(request_.is_chat ? "chat.completion.chunk" : "text_completion") +
           "\"choices\":[],\"usage\":" + usage(sent_) + "}";
  }

  std::string usage(std::int64_t completion) const {
    return "{\"prompt_tokens\":" + std::to_string(request_.prompt_tokens) +
           ",\"completion_tokens\":" + std::to_string(completion) +
           ",\"total_tokens\":" + std::to_string(request_.prompt_tokens + completion) + "}";
  }

  Json whole_object() const {
    Json choice{{"index", 0}, {"finish_reason", "length"}};
    if (request_.is_chat) {
      choice["message"] = {{"role", "assistant"}, {"content", token_text(tokens_)}};
    } else {
      choice["text"] = token_text(tokens_);
    }
    Json object{{"id", id_},
                {"object", request_.is_chat ? "chat.completion" : "text_completion"},
                {"model", script_.model},
                {"choices", Json::array({std::move(choice)})}};
    if (script_.usage != MockUsage::never) object["usage"] = Json::parse(usage(tokens_), nullptr, false);
    return object;
  }

  const MockScript& script_;
  const MockRequest& request_;
  const MockFault* fault_;
  std::int64_t tokens_;
  std::int64_t sent_ = 0;
  std::string id_;
  std::string last_event_;
  std::string_view last_what_;
  std::int64_t last_tokens_ = 0;
  std::vector<MockStep> steps_;
};

}  // namespace

Result<MockFault> parse_mock_fault(std::string_view text) {
  const auto parts = split(text, ':');
  MockFault fault;
  const auto failure = value_of<MockFailure>(kFailureWords, parts[0]);
  const auto share = parts.size() > 1 ? parse_decimal(parts[1]) : std::optional(1.0);
  const auto after = parts.size() > 2 ? parse_number<std::int64_t>(parts[2]) : std::optional(std::int64_t{0});
  if (!failure || parts.size() > 3 || !share || *share < 0 || *share > 1 || !after || *after < 0) {
    return fail(ErrorCode::usage, "no fault that can be scripted", "--fail " + std::string(text),
                "KIND[:SHARE[:AFTER_TOKENS]], KIND one of error reset reset-before status hang cut garbage");
  }
  fault.failure = *failure;
  fault.share = *share;
  fault.after_tokens = *after;
  return fault;
}

std::optional<MockRequest> read_mock_request(std::string_view body, bool is_chat) {
  const auto json = parse_json(body, "");
  if (!json || !json->is_object()) return std::nullopt;
  MockRequest request;
  request.is_chat = is_chat;
  const auto prompt = json->find(is_chat ? "messages" : "prompt");
  if (prompt == json->end()) return std::nullopt;
  request.prompt_tokens = count_prompt(*prompt);
  const auto flag = [](const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
  };
  request.is_streaming = flag(*json, "stream");
  const auto options = json->find("stream_options");
  request.wants_usage = options != json->end() && options->is_object() && flag(*options, "include_usage");
  for (const char* key : {"max_tokens", "max_completion_tokens"}) {
    const auto found = json->find(key);
    if (found != json->end() && found->is_number_unsigned())
      request.max_tokens = static_cast<std::int64_t>(std::min<std::uint64_t>(found->get<std::uint64_t>(), 1000000));
  }
  return request;
}

std::vector<MockStep> plan_answer(const MockScript& script, const MockRequest& request, std::int64_t ordinal) {
  Writer writer(script, request, ordinal);
  return request.is_streaming ? writer.stream() : writer.whole();
}

std::string http_answer(int status, std::string_view type, std::string_view body, std::string_view headers) {
  std::string answer = "HTTP/1.1 " + std::to_string(status) + (status == 200 ? " OK" : " Scripted") + "\r\n";
  answer += "content-type: " + std::string(type) + "\r\n" + std::string(headers);
  answer += "content-length: " + std::to_string(body.size()) + "\r\n\r\n";
  return answer + std::string(body);
}

std::string mock_headers(const MockScript& script) {
  std::string headers = std::string("server: ihc-mock-server/") + kVersion + "\r\n";
  if (script.remote_penalty)
    headers += "x-ihc-synthetic-remote-penalty: " + number_to_text(*script.remote_penalty) + "\r\n";
  return headers;
}

}  // namespace ihc::bench
