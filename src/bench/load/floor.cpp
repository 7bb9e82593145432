// The calibration: the same load against the stand-in server, whose times are known.
#include <algorithm>
#include <cmath>
#include <csignal>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/load/benchmark.h"
#include "bench/metrics.h"
#include "bench/mock/server.h"
#include "stats/quantiles.h"

namespace ihc::bench {

namespace {

constexpr std::int64_t kTtftNs = 20'000'000;
constexpr std::int64_t kGapNs = 10'000'000;
constexpr double kNsPerMs = 1e6;
constexpr std::int64_t kMostTokens = 32;
constexpr std::int64_t kLeastRequests = 100;
constexpr std::int64_t kMostNs = 5'000'000'000;

/// The stand-in in a process of its own, for as long as this lives.
class MockProcess {
 public:
  static Result<MockProcess> start(const MockScript& script) {
    auto server = MockServer::create(script, {});
    if (!server) return fail(std::move(server.error()));
    MockProcess process;
    process.port_ = (*server)->port();
    process.pid_ = ::fork();
    if (process.pid_ < 0) return fail(error_from_errno(errno, "calibration server", "raise the limit of processes"));
    if (process.pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      [[maybe_unused]] const auto ran = (*server)->run();
      ::_exit(0);
    }
    return process;
  }
  MockProcess(MockProcess&& other) noexcept : port_(other.port_), pid_(std::exchange(other.pid_, -1)) {}
  MockProcess& operator=(MockProcess&&) = delete;
  MockProcess(const MockProcess&) = delete;
  MockProcess& operator=(const MockProcess&) = delete;
  ~MockProcess() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  std::uint16_t port() const { return port_; }

 private:
  MockProcess() = default;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

LoadSettings calibration_load(const LoadSettings& asked, std::int64_t tokens, std::uint16_t port) {
  LoadSettings load = asked;
  load.url =
      HttpUrl{.is_tls = false, .host = "127.0.0.1", .is_address = true, .port = port, .target = asked.url.target};
  load.url.target = asked.is_chat ? "/v1/chat/completions" : "/v1/completions";
  load.api_key.clear();
  load.model = "mock";
  load.prompts.clear();
  load.max_tokens = tokens;
  load.runs = 1;
  load.warmup = asked.concurrency.value_or(1);
  load.requests = std::max(kLeastRequests, 2 * asked.concurrency.value_or(1));
  load.duration_ns = kMostNs;
  return load;
}

Floor floor_of(std::vector<double> above_ms) {
  std::ranges::sort(above_ms);
  const auto at = [&](double probability) {
    return stats::quantile_of_sorted(above_ms, probability, stats::QuantileRule::nearest_rank);
  };
  return {
      .n = static_cast<std::int64_t>(above_ms.size()), .p50 = at(0.5).value_or(0), .p95 = at(0.95), .p99 = at(0.99)};
}

/// What is scripted, by metric. A gap may be shorter than scripted because the one before was longer: both count.
std::map<std::string, double> truth_ms(const LoadSettings& load, std::int64_t tokens) {
  const double ttft = static_cast<double>(kTtftNs) / kNsPerMs;
  const double gap = static_cast<double>(kGapNs) / kNsPerMs;
  const double whole = ttft + gap * static_cast<double>(tokens - 1);
  std::map<std::string, double> truth{{"e2e_service_ms", whole}, {"ttfb_ms", load.is_streaming ? ttft : whole}};
  if (load.is_streaming) {
    for (const char* name : {"ttfc_ms", "ttft_ms", "ttfot_ms"}) truth[name] = ttft;
    truth["icl_ms"] = truth["tpot_ms"] = gap;
  }
  if (load.is_open_loop()) truth["sched_lag_ms"] = 0;
  return truth;
}

}  // namespace

Result<std::map<std::string, Floor>> measure_floor(const LoadSettings& settings, const BenchmarkHooks& hooks) {
  const std::int64_t tokens = std::clamp<std::int64_t>(settings.max_tokens, 2, kMostTokens);
  MockScript script;
  script.ttft_ns = kTtftNs;
  script.gap_ns = kGapNs;
  const auto mock = MockProcess::start(script);
  if (!mock) return fail(mock.error());
  const LoadSettings load = calibration_load(settings, tokens, mock->port());
  const auto runs = run_benchmark(load, {}, {.on_progress = {}, .is_interrupted = hooks.is_interrupted});
  if (!runs) return fail(runs.error());
  const RunMetrics metrics = metrics_of(runs->front().records, runs->front().chunks, {}, load.is_open_loop());
  std::map<std::string, Floor> floor;
  for (const auto& [name, truth] : truth_ms(load, tokens)) {
    const auto found = metrics.samples_ms.find(name);
    if (found == metrics.samples_ms.end() || found->second.values.empty()) continue;
    std::vector<double> above_ms = found->second.values;
    for (double& value : above_ms) value = std::abs(value - truth);
    floor[name] = floor_of(std::move(above_ms));
  }
  if (floor.empty()) return fail(ErrorCode::io, "no request to the stand-in server ended well", "--calibrate");
  return floor;
}

}  // namespace ihc::bench
