#include "bench/load/settings.h"

#include <algorithm>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "bench/duration.h"

namespace ihc::bench {

namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kNsPerMs = 1e6;
constexpr std::string_view kChatPath = "/chat/completions";
constexpr std::string_view kCompletionsPath = "/completions";

Result<FilePrompt> prompt_of(const Json& json) {
  FilePrompt prompt;
  const auto messages = json.find("messages");
  const auto text = json.find("prompt");
  if (messages != json.end() && messages->is_array()) {
    prompt.is_messages = true;
    prompt.content = to_compact_text(*messages);
  } else if (text != json.end() && text->is_string()) {
    prompt.content = to_compact_text(*text);
  } else {
    return fail(ErrorCode::malformed, "has neither \"prompt\" nor \"messages\"");
  }
  const auto most = json.find("max_tokens");
  if (most == json.end()) return prompt;
  if (!most->is_number_unsigned() || most->get<std::uint64_t>() > static_cast<std::uint64_t>(limits::kMaxBenchTokens))
    return fail(ErrorCode::malformed, "\"max_tokens\" is no count");
  prompt.max_tokens = most->get<std::int64_t>();
  return prompt;
}

Result<FilePrompt> prompt_of_line(std::string_view line) {
  if (!line.starts_with('{'))
    return FilePrompt{.content = to_compact_text(std::string(line)), .is_messages = false, .max_tokens = std::nullopt};
  const auto json = parse_json(line, "");
  if (!json) return fail(json.error());
  return prompt_of(*json);
}

}  // namespace

Result<void> take_url(std::string_view text, std::string_view option, LoadSettings& settings) {
  const HttpUrlOption how{.name = option,
                          .default_path = "/",
                          .example = "http://127.0.0.1:8000",
                          .secret_hint = "take it out; a key comes from IHC_API_KEY or --api-key-file"};
  auto url = parse_http_url(text, how);
  if (!url) return fail(std::move(url.error()));
  settings.url = std::move(*url);
  std::string& path = settings.url.target;
  if (path.find('?') != std::string::npos)
    return fail(ErrorCode::usage, "the URL has a query", std::string(option),
                "leave it out; a key comes from --api-key-file");
  while (path.ends_with('/')) path.pop_back();
  if (path.ends_with(kCompletionsPath)) {
    settings.is_chat = path.ends_with(kChatPath);
    return {};
  }
  if (!path.ends_with("/v1")) path += "/v1";
  path += settings.is_chat ? kChatPath : kCompletionsPath;
  return {};
}

Result<std::vector<FilePrompt>> parse_prompts(std::string_view text, const std::string& where) {
  std::vector<FilePrompt> prompts;
  std::size_t number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    if (trim(line).empty()) continue;
    auto prompt = prompt_of_line(trim(line));
    if (!prompt) {
      return fail(ErrorCode::malformed, prompt.error().what, where + " line " + std::to_string(number),
                  R"(write text, or {"prompt": "…"} or {"messages": […]})");
    }
    prompts.push_back(std::move(*prompt));
  }
  if (prompts.empty()) return fail(ErrorCode::malformed, "holds no prompt", where, "write one a line");
  return prompts;
}

Result<std::map<std::string, double>> parse_slo(std::string_view text) {
  static const std::map<std::string, std::string, std::less<>> kNames{{"ttft", "ttft_ms"},
                                                                      {"ttft_response", "ttft_response_ms"},
                                                                      {"tpot", "tpot_ms"},
                                                                      {"e2e", "e2e_response_ms"},
                                                                      {"e2e_service", "e2e_service_ms"}};
  std::map<std::string, double> slo_ms;
  for (const std::string_view part : split(text, ',')) {
    const auto pair = split_key_value(part, '=');
    const auto name = pair ? kNames.find(pair->first) : kNames.end();
    const auto limit_ns = pair ? parse_duration_ns(pair->second) : std::nullopt;
    if (name == kNames.end() || !limit_ns || *limit_ns <= 0) {
      return fail(ErrorCode::usage, "cannot be read", "--slo " + std::string(text),
                  "for example ttft=200ms,tpot=50ms,e2e=5s; names are ttft, ttft_response, tpot, e2e, e2e_service");
    }
    slo_ms[name->second] = static_cast<double>(*limit_ns) / kNsPerMs;
  }
  return slo_ms;
}

RunSettings stored_settings(const LoadSettings& settings) {
  RunSettings stored;
  stored.url = settings.url.stored();
  stored.api = settings.is_chat ? "chat_completions" : "completions";
  stored.is_streaming = settings.is_streaming;
  stored.model = settings.model;
  stored.load = settings.is_open_loop() ? "open" : "closed";
  stored.concurrency = settings.concurrency;
  stored.rate_rps = settings.rate_rps;
  if (settings.is_open_loop()) stored.arrival = settings.is_poisson ? "poisson" : "constant";
  stored.requests = settings.requests;
  if (settings.duration_ns) stored.duration_s = static_cast<double>(*settings.duration_ns) / kNsPerSecond;
  stored.warmup_requests = settings.warmup;
  stored.seed = settings.seed;
  stored.temperature = settings.temperature;
  stored.ignore_eos = settings.ignore_eos.value_or(false);
  stored.prompts = settings.prompts.empty() ? "unique" : "file";
  if (!settings.prompts.empty()) stored.prompts_sha256 = settings.prompts_sha256;
  if (settings.prompts.empty()) stored.prompt_tokens_asked = settings.prompt_tokens;
  stored.max_tokens = settings.max_tokens;
  stored.timeout_s = static_cast<double>(settings.timeout_ns) / kNsPerSecond;
  stored.slo_ms = settings.slo_ms;
  return stored;
}

}  // namespace ihc::bench
