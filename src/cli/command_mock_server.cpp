// ihc mock-server: the stand-in for an inference server, with scripted truth.
#include <iostream>
#include <memory>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "bench/affinity.h"
#include "bench/duration.h"
#include "bench/mock/server.h"
#include "bench/words.h"
#include "cli/command.h"

namespace ihc {

namespace {

constexpr std::array<std::string_view, 4> kUsageWords{"asked", "never", "last-chunk", "every-chunk"};

/// As typed; times and sizes are read when all is parsed.
struct Arguments {
  bench::MockScript script;
  bench::MockListen listen;
  std::string ttft = "0";
  std::string gap = "0";
  std::string role_first;
  std::string stall;
  std::string drip;
  std::string freeze;
  std::string service;
  std::string burn = "0";
  std::string touch;
  std::string memory = "64M";
  std::string cpus;
  std::string run_for;
  std::string usage = "asked";
  std::string api_key_file;
  std::vector<std::string> faults;
  std::string format = "text";
};

tl::unexpected<Error> wrong(std::string_view option, std::string_view text, std::string hint) {
  return fail(ErrorCode::usage, "cannot be read", std::string(option) + " " + std::string(text), std::move(hint));
}

Result<std::int64_t> duration_of(std::string_view option, std::string_view text) {
  if (const auto ns = bench::parse_duration_ns(text)) return *ns;
  return wrong(option, text, "a time has a unit: 200ms, 1.5s, 50us");
}

Result<std::size_t> size_of(std::string_view option, std::string_view text) {
  constexpr std::int64_t kMost = 64LL << 30;
  const auto bytes = parse_size_bytes(text);
  if (bytes && *bytes >= 0 && *bytes <= kMost) return static_cast<std::size_t>(*bytes);
  return wrong(option, text, "a size is a number of bytes, or has K, M or G behind it; at most 64G");
}

/// "A:B" as two times, or as a number and a time.
std::optional<std::pair<std::string_view, std::string_view>> pair_of(std::string_view text) {
  return split_key_value(text, ':');
}

/// Puts a time into `target` when the option was given.
template <class Target>
Result<void> take_time(std::string_view option, const std::string& text, Target& target) {
  if (text.empty()) return {};
  const auto ns = duration_of(option, text);
  if (!ns) return fail(ns.error());
  target = *ns;
  return {};
}

Result<void> take_stall(const std::string& text, bench::MockScript& script) {
  if (text.empty()) return {};
  const auto parts = pair_of(text);
  const auto after = parts ? parse_number<std::int64_t>(parts->first) : std::nullopt;
  const auto ns = parts ? bench::parse_duration_ns(parts->second) : std::nullopt;
  if (!after || *after < 1 || !ns) return wrong("--stall", text, "AFTER_TOKENS:TIME, for example 20:300ms");
  script.stall_after_tokens = *after;
  script.stall_ns = *ns;
  return {};
}

Result<void> take_drip(const std::string& text, bench::MockScript& script) {
  if (text.empty()) return {};
  const auto parts = pair_of(text);
  const auto bytes = parts ? parse_number<std::size_t>(parts->first) : std::nullopt;
  const auto ns = parts ? bench::parse_duration_ns(parts->second) : std::nullopt;
  if (!bytes || *bytes < 1 || !ns) return wrong("--drip", text, "BYTES:TIME, for example 7:1ms");
  script.drip_bytes = *bytes;
  script.drip_gap_ns = *ns;
  return {};
}

Result<void> take_freeze(const std::string& text, bench::MockScript& script) {
  if (text.empty()) return {};
  const auto parts = pair_of(text);
  const auto at_ns = parts ? bench::parse_duration_ns(parts->first) : std::nullopt;
  const auto ns = parts ? bench::parse_duration_ns(parts->second) : std::nullopt;
  if (!at_ns || !ns) return wrong("--freeze", text, "AFTER_FIRST_REQUEST:TIME, for example 4s:2s");
  script.freeze_at_ns = *at_ns;
  script.freeze_ns = *ns;
  return {};
}

Result<void> take_times(const Arguments& arguments, bench::MockScript& script) {
  for (const auto& taken :
       {take_time("--ttft", arguments.ttft, script.ttft_ns), take_time("--gap", arguments.gap, script.gap_ns),
        take_time("--role-first", arguments.role_first, script.role_first_ns),
        take_time("--burn", arguments.burn, script.burn_ns), take_stall(arguments.stall, script),
        take_drip(arguments.drip, script), take_freeze(arguments.freeze, script)}) {
    if (!taken) return taken;
  }
  if (arguments.service.empty()) return {};
  script.gap_ns = 0;
  return take_time("--service", arguments.service, script.ttft_ns);
}

Result<void> take_memory(const Arguments& arguments, bench::MockScript& script) {
  const auto memory = size_of("--memory", arguments.memory);
  if (!memory) return fail(memory.error());
  script.memory_bytes = *memory;
  if (arguments.touch.empty()) return {};
  const auto touch = size_of("--touch", arguments.touch);
  if (!touch) return fail(touch.error());
  script.touch_bytes = *touch;
  return {};
}

Result<void> take_listen(const Arguments& arguments, bench::MockListen& listen) {
  if (!arguments.cpus.empty()) {
    listen.cpus = CpuSet::parse_list(arguments.cpus);
    if (!listen.cpus || listen.cpus->empty()) return wrong("--cpus", arguments.cpus, "a CPU list, for example 0-3,8");
  }
  if (listen.tls_certificate.empty() != listen.tls_key.empty())
    return fail(ErrorCode::usage, "a certificate needs its key", "--tls-certificate", "give --tls-key too");
  return take_time("--for", arguments.run_for, listen.for_ns);
}

Result<void> take(Arguments& arguments) {
  bench::MockScript& script = arguments.script;
  if (auto taken = take_times(arguments, script); !taken) return taken;
  if (auto taken = take_memory(arguments, script); !taken) return taken;
  for (const std::string& text : arguments.faults) {
    const auto fault = bench::parse_mock_fault(text);
    if (!fault) return fail(fault.error());
    script.faults.push_back(*fault);
  }
  script.usage = *bench::value_of<bench::MockUsage>(kUsageWords, arguments.usage);
  if (!arguments.api_key_file.empty()) {
    const auto key = read_file(arguments.api_key_file, limits::kMaxApiKeyBytes);
    if (!key) return fail(key.error());
    script.api_key = std::string(trim(*key));
  }
  return take_listen(arguments, arguments.listen);
}

void announce(const Arguments& arguments, std::uint16_t port) {
  const std::string& address = arguments.listen.address;
  const bool is_v6 = address.find(':') != std::string::npos;
  const std::string url = (arguments.listen.tls_certificate.empty() ? "http://" : "https://") +
                          (is_v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
  if (arguments.format == "json") {
    std::cout << to_compact_text({{"url", url}, {"port", port}}) << std::endl;  // now: somebody waits for this line
  } else {
    std::cout << url << std::endl;
  }
}

ExitCode run(Arguments& arguments) {
  if (auto taken = take(arguments); !taken) return report_error(taken.error());
  bench::raise_descriptor_limit();
  auto server = bench::MockServer::create(arguments.script, arguments.listen);
  if (!server) return report_error(server.error());
  announce(arguments, (*server)->port());
  if (auto ran = (*server)->run(); !ran) return report_error(ran.error());
  return ExitCode::done;
}

void add_script_options(CLI::App& app, Arguments& arguments) {
  bench::MockScript& script = arguments.script;
  app.add_option("--ttft", arguments.ttft, "time from a request that has a slot to its first token [0]");
  app.add_option("--gap", arguments.gap, "time between tokens [0]");
  app.add_option("--service", arguments.service, "instead of both: all tokens at once after this time");
  app.add_option("--tokens", script.tokens, "tokens of an answer [what max_tokens asks for]")
      ->check(CLI::Range(std::int64_t{0}, limits::kMaxBenchTokens));
  app.add_option("--role-first", arguments.role_first, "send a chunk with the role alone after this time");
  app.add_option("--reasoning-tokens", script.reasoning_tokens, "so many of the tokens come as reasoning [0]")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--coalesce", script.coalesce, "tokens in a chunk [1]")->check(CLI::PositiveNumber);
  app.add_option("--ping", script.ping_tokens, "a comment after each so many tokens")->check(CLI::PositiveNumber);
  app.add_option("--usage", arguments.usage, "asked, never, last-chunk or every-chunk [asked]")
      ->check(CLI::IsMember({"asked", "never", "last-chunk", "every-chunk"}));
  app.add_option("--stall", arguments.stall, "AFTER_TOKENS:TIME, one longer gap in each answer");
  app.add_option("--drip", arguments.drip, "BYTES:TIME, each chunk in pieces of so many bytes");
  app.add_option("--freeze", arguments.freeze, "AFTER_FIRST_REQUEST:TIME, the whole server stops once");
  app.add_option(
         "--fail", arguments.faults,
         "KIND[:SHARE[:AFTER_TOKENS]] of the requests; repeatable. KIND: error (an error object in the stream), "
         "reset, reset-before (the answer), status (503), hang, cut (no end of the stream), garbage")
      ->allow_extra_args(false);
  app.add_option("--slots", script.slots, "requests served at once, others wait in turn; 0: no limit [0]")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--model", script.model, "the model's name [mock]");
}

std::function<ExitCode()> declare(CLI::App& app, const CommandContext&) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("--listen", arguments->listen.address, "IP address to listen on [127.0.0.1]");
  app.add_option("--port", arguments->listen.port, "0: a free one, which is printed [0]");
  add_script_options(app, *arguments);
  app.add_option("--cpus", arguments->cpus, "run on these CPUs alone (a CPU list)");
  app.add_option("--burn", arguments->burn, "processor work a token, as long as this takes on an idle CPU [0]");
  app.add_option("--touch", arguments->touch, "memory read and written a token (bytes, K, M, G)");
  app.add_option("--memory", arguments->memory, "how much memory that is spread over [64M]");
  app.add_option(
         "--remote-penalty", arguments->script.remote_penalty,
         "do so many times the memory accesses: a declared, synthetic stand-in for distant memory; every answer "
         "says so")
      ->check(CLI::Range(1.0, 100.0));
  app.add_option("--api-key-file", arguments->api_key_file, "want the bearer token in this file");
  app.add_option("--tls-certificate", arguments->listen.tls_certificate, "speak HTTPS with this PEM file");
  app.add_option("--tls-key", arguments->listen.tls_key, "and this key");
  app.add_option("--for", arguments->run_for, "stop after this time [until a signal]");
  app.add_option("--format", arguments->format, "text or json, of the line that says the URL [text]")
      ->check(CLI::IsMember({"text", "json"}));
  return [arguments] { return run(*arguments); };
}

}  // namespace

extern const Command k_mock_server_command{
    .name = "mock-server",
    .about = "Run a stand-in for an inference server that answers as scripted: tests, calibration, demonstrations",
    .declare = declare};

}  // namespace ihc
