// What a benchmark is asked to do.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/cpu_set.h"
#include "base/http_url.h"
#include "base/result.h"
#include "bench/run.h"

namespace ihc::bench {

/// One prompt of a file.
struct FilePrompt {
  std::string content;                     ///< JSON: of "messages" for chat, of "prompt" else
  bool is_messages = false;                ///< `content` is a whole list of messages
  std::optional<std::int64_t> max_tokens;  ///< of its own
};

struct LoadSettings {
  HttpUrl url;  ///< with the path of the API
  bool is_chat = true;
  bool is_streaming = true;
  std::optional<std::string> model;
  std::optional<std::int64_t> concurrency;
  std::optional<double> rate_rps;  ///< set: open loop
  bool is_poisson = true;
  std::optional<std::int64_t> requests;  ///< measured ones of a run
  std::optional<std::int64_t> duration_ns;
  std::int64_t warmup = 0;
  std::int64_t runs = 1;
  std::int64_t prompt_tokens = 128;
  std::int64_t max_tokens = 128;
  std::vector<FilePrompt> prompts;  ///< empty: made ones
  std::string prompts_sha256;
  std::map<std::string, double> slo_ms;
  std::int64_t seed = 1;
  double temperature = 0;
  std::optional<bool> ignore_eos;  ///< absent: where the server is known to take it
  std::int64_t timeout_ns = 600'000'000'000;
  std::optional<CpuSet> client_cpus;  ///< where the load generator runs
  std::string api_key;                ///< stored and printed nowhere

  bool is_open_loop() const { return rate_rps.has_value(); }
};

/// The URL of the API: "http://host:8000", ".../v1" and the whole path are taken; a path that names an API wins over
/// `is_chat`. Fails (usage) as parse_http_url().
Result<void> take_url(std::string_view text, std::string_view option, LoadSettings& settings);

/// A file of prompts: a line is a prompt; one that begins with '{' is JSON with "prompt" or "messages", and maybe
/// "max_tokens". Fails (malformed) naming the line, and when there is none.
Result<std::vector<FilePrompt>> parse_prompts(std::string_view text, const std::string& where);

/// "ttft=200ms,tpot=50ms,e2e=5s" by metric name: ttft_ms, tpot_ms, e2e_response_ms, … Fails (usage).
Result<std::map<std::string, double>> parse_slo(std::string_view text);

/// As the summary keeps them.
RunSettings stored_settings(const LoadSettings& settings);

}  // namespace ihc::bench
