#include "cli/bench_options.h"

#include <algorithm>
#include <cstdlib>

#include "base/files.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bench/duration.h"

namespace ihc {

namespace {

using bench::LoadSettings;

constexpr std::int64_t kUsualRequests = 100;
constexpr std::int64_t kMaxSeed = 4'000'000'000;

tl::unexpected<Error> contradiction(std::string what, std::string where, std::string hint) {
  return fail(ErrorCode::usage, std::move(what), std::move(where), std::move(hint));
}

/// One header value: anything else could add headers of its own.
Result<std::string> checked_key(std::string_view text, const std::string& where) {
  text = trim(text);
  const bool is_good = !text.empty() && text.size() <= limits::kMaxApiKeyBytes &&
                       std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
  if (is_good) return std::string(text);
  return contradiction("holds no key", where, "put the key there, on one line and with nothing else");
}

Result<std::string> key_of(const std::string& file) {
  if (!file.empty()) {
    const auto text = read_file(file, limits::kMaxApiKeyBytes);
    if (!text) return fail(text.error());
    return checked_key(*text, file);
  }
  const char* variable = std::getenv(kApiKeyVariable);
  if (variable == nullptr || *variable == '\0') return std::string();
  return checked_key(variable, kApiKeyVariable);
}

Result<std::int64_t> time_of(std::string_view option, const std::string& text) {
  // Of a duration people write the seconds alone.
  const auto seconds = parse_decimal(text);
  const auto ns = bench::parse_duration_ns(seconds ? text + "s" : text);
  if (ns && *ns > 0) return *ns;
  return contradiction("is no time", std::string(option) + " " + text, "for example 30, 30s or 500ms");
}

Result<void> take_times(const BenchArguments& arguments, LoadSettings& load) {
  const auto timeout = time_of("--timeout", arguments.timeout);
  if (!timeout) return fail(timeout.error());
  load.timeout_ns = *timeout;
  if (arguments.duration.empty()) return {};
  const auto duration = time_of("--duration", arguments.duration);
  if (!duration) return fail(duration.error());
  load.duration_ns = *duration;
  return {};
}

Result<void> take_shape(const BenchArguments& arguments, LoadSettings& load) {
  load.is_poisson = arguments.arrival != "constant";
  if (!arguments.arrival.empty() && !load.is_open_loop())
    return contradiction("arrivals are of a rate", "--arrival", "give --rate, or leave it out");
  if (!load.is_open_loop() && !load.concurrency) load.concurrency = 1;
  if (!load.requests && !load.duration_ns) load.requests = kUsualRequests;
  return {};
}

Result<void> take_prompts(const std::string& file, LoadSettings& load) {
  if (file.empty()) return {};
  const auto text = read_file(file, limits::kMaxPromptFileBytes);
  if (!text) return fail(text.error());
  auto prompts = bench::parse_prompts(*text, file);
  if (!prompts) return fail(std::move(prompts.error()));
  load.prompts = std::move(*prompts);
  load.prompts_sha256 = sha256_hex(*text);
  const bool has_messages = std::ranges::any_of(load.prompts, [](const auto& prompt) { return prompt.is_messages; });
  if (has_messages && !load.is_chat)
    return contradiction("holds messages, which the completions API does not take", file, "give \"prompt\" instead");
  return {};
}

std::string check_rate(const std::string& text) {
  constexpr double kMostRps = 1e6;
  const auto rate = parse_decimal(text);
  return rate && *rate > 0 && *rate <= kMostRps ? "" : "a rate is more than 0 requests a second";
}

}  // namespace

void add_load_options(CLI::App& app, BenchArguments& arguments) {
  LoadSettings& load = arguments.settings;
  app.add_option("--model", load.model, "the model's name [the first that the server lists]");
  app.add_option("--api", arguments.api, "chat or completions, where the URL does not say [chat]")
      ->check(CLI::IsMember({"chat", "completions"}));
  app.add_flag("--no-stream", arguments.no_stream, "ask for whole answers");
  app.add_option("--n-requests", load.requests, "measured requests of a run [100, without --duration]")
      ->check(CLI::Range(std::int64_t{1}, limits::kMaxBenchRequests));
  app.add_option("--concurrency", load.concurrency,
                 "closed loop: requests at once [1]; with --rate: the most that may be in flight, others wait")
      ->check(CLI::Range(std::int64_t{1}, limits::kMaxInFlight));
  app.add_option("--rate", load.rate_rps, "open loop: requests a second, whatever the server does")
      ->check(CLI::Validator(check_rate, "RPS"));
  app.add_option("--arrival", arguments.arrival, "of an open loop: poisson or constant [poisson]")
      ->check(CLI::IsMember({"poisson", "constant"}));
  app.add_option("--duration", arguments.duration, "offer requests for so long, seconds");
  app.add_option("--warmup", load.warmup, "requests before the measured ones, part of no metric [0]")
      ->check(CLI::Range(std::int64_t{0}, limits::kMaxBenchRequests));
  app.add_option("--runs", load.runs, "runs, one after the other [1]")
      ->check(CLI::Range(std::int64_t{1}, limits::kMaxBenchRuns));
  app.add_option("--prompt-tokens", load.prompt_tokens, "length of the made prompts, as so many words [128]")
      ->check(CLI::Range(std::int64_t{1}, limits::kMaxBenchTokens));
  app.add_option("--max-tokens", load.max_tokens, "output tokens at most [128]")
      ->check(CLI::Range(std::int64_t{1}, limits::kMaxBenchTokens));
  app.add_option("--prompts", arguments.prompts,
                 R"(file, one prompt a line: text, or JSON with "prompt" or "messages" and maybe "max_tokens")");
  app.add_option("--ignore-eos", arguments.ignore_eos,
                 "make answers as long as --max-tokens: on, off, or auto - where the server is known to take it [auto]")
      ->check(CLI::IsMember({"auto", "on", "off"}));
  app.add_option("--slo", arguments.slo, "limits that make goodput, for example ttft=200ms,tpot=50ms,e2e=5s");
  app.add_option("--seed", load.seed, "of prompts, arrivals and sampling [1]")
      ->check(CLI::Range(std::int64_t{0}, kMaxSeed));
  app.add_option("--temperature", load.temperature, "sent with each request [0]")->check(CLI::Range(0.0, 2.0));
  app.add_option("--timeout", arguments.timeout, "of one request, seconds [600]");
  app.add_option("--api-key-file", arguments.api_key_file,
                 "file with the bearer token; else IHC_API_KEY; stored nowhere");
  app.add_option("--client-cpus", arguments.client_cpus,
                 "run the load generator on these CPUs alone, away from the server's (a CPU list)");
  app.add_flag("--calibrate", arguments.calibrate,
               "first measure what this client itself adds on this machine, against a stand-in server");
}

Result<LoadSettings> take_load(const BenchArguments& arguments, std::string_view url_option) {
  LoadSettings load = arguments.settings;
  load.is_chat = arguments.api == "chat";
  load.is_streaming = !arguments.no_stream;
  if (arguments.ignore_eos != "auto") load.ignore_eos = arguments.ignore_eos == "on";
  if (!arguments.url.empty()) {
    if (auto taken = bench::take_url(arguments.url, url_option, load); !taken) return fail(taken.error());
  } else if (!arguments.calibrate) {
    return contradiction("no server is named", std::string(url_option), "for example http://127.0.0.1:8000");
  }
  if (auto taken = take_times(arguments, load); !taken) return fail(taken.error());
  if (!arguments.client_cpus.empty()) {
    load.client_cpus = CpuSet::parse_list(arguments.client_cpus);
    if (!load.client_cpus || load.client_cpus->empty())
      return contradiction("is no CPU list", "--client-cpus " + arguments.client_cpus, "for example 0-3,8");
  }
  if (auto taken = take_shape(arguments, load); !taken) return fail(taken.error());
  if (auto taken = take_prompts(arguments.prompts, load); !taken) return fail(taken.error());
  if (!arguments.slo.empty()) {
    auto slo = bench::parse_slo(arguments.slo);
    if (!slo) return fail(slo.error());
    load.slo_ms = std::move(*slo);
  }
  auto key = key_of(arguments.api_key_file);
  if (!key) return fail(key.error());
  load.api_key = std::move(*key);
  return load;
}

}  // namespace ihc
