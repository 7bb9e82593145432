#include "bench/load/benchmark.h"

#include <algorithm>

#include <sys/prctl.h>

#include "base/clock.h"
#include "base/cpu_set.h"
#include "base/text.h"
#include "base/version.h"
#include "bench/affinity.h"
#include "bench/load/client.h"
#include "bench/load/target.h"

namespace ihc::bench {

namespace {

std::map<std::string, std::int64_t> outcomes_of(const std::vector<RequestRecord>& records) {
  std::map<std::string, std::int64_t> outcomes;
  for (const RequestRecord& record : records) {
    if (!record.is_warmup) ++outcomes[std::string(to_word(record.outcome))];
  }
  return outcomes;
}

std::optional<std::int64_t> last_intended(const std::vector<RequestRecord>& records) {
  std::optional<std::int64_t> last;
  for (const RequestRecord& record : records) {
    if (!record.is_warmup) last = std::max(last.value_or(record.intended_ns), record.intended_ns);
  }
  return last;
}

std::optional<std::string> shared_cpus(const ClientHealth& client, const ServerSeen& server) {
  const auto ours = CpuSet::parse_list(client.cpus_allowed.value_or(""));
  const auto theirs = server.cpus_allowed ? CpuSet::parse_list(*server.cpus_allowed) : std::nullopt;
  if (!ours || ours->empty() || !theirs) return std::nullopt;
  return (*ours & *theirs).to_list();
}

/// This thread on these CPUs, and back where it was afterwards.
class Pinned {
 public:
  explicit Pinned(const std::optional<CpuSet>& cpus) : before_(affinity_of(0)) {
    if (cpus) result_ = pin_to(*cpus);
  }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;
  ~Pinned() { [[maybe_unused]] const auto back = pin_to(before_); }
  const Result<void>& result() const { return result_; }

 private:
  CpuSet before_;
  Result<void> result_;
};

class Benchmark {
 public:
  Benchmark(LoadSettings settings, const std::map<std::string, Floor>& floor, const BenchmarkHooks& hooks)
      : settings_(std::move(settings)), floor_(floor), hooks_(hooks) {}

  Result<std::vector<RunRecord>> run() {
    // Timers fire when they are due, not up to 50 us later (prctl(2), PR_SET_TIMERSLACK).
    ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    const Pinned pinned(settings_.client_cpus);
    if (!pinned.result()) return fail(pinned.result().error());
    auto target = open_target(settings_.url);
    if (!target) return fail(std::move(target.error()));
    auto server = look_at_server(settings_, (*target)->target);
    if (!server) return fail(std::move(server.error()));
    server_ = std::move(*server);
    std::vector<RunRecord> runs;
    for (std::int64_t number = 1; number <= settings_.runs; ++number) {
      runs.push_back(one_run(number, (*target)->target));
      if (runs.back().summary.window.interrupted) break;
    }
    return runs;
  }

 private:
  RunRecord one_run(std::int64_t number, Target& target) {
    ClientUse before = client_use();
    const std::int64_t retransmits = target.retransmits;
    const std::string started_utc = utc_to_text(utc_now_s());
    RunResult result = run_load(settings_, number, target,
                                {.on_measured_start = [&before] { before = client_use(); },
                                 .on_progress = hooks_.on_progress,
                                 .is_interrupted = hooks_.is_interrupted});
    RunRecord run{.summary = {}, .records = std::move(result.records), .chunks = std::move(result.chunks)};
    RunSummary& summary = run.summary;
    summary.tool_version = kVersion;
    summary.run = number;
    summary.runs = settings_.runs;
    summary.settings = stored_settings(settings_);
    summary.window = {.started_utc = started_utc,
                      .started_ns = result.started_ns,
                      .warmed_ns = result.warmed_ns,
                      .last_intended_ns = last_intended(run.records),
                      .ended_ns = result.ended_ns,
                      .interrupted = result.interrupted};
    summary.server = server_;
    summary.client = client_health(before, client_use());
    summary.client.cpus_shared_with_server = shared_cpus(summary.client, server_);
    summary.client.tcp_retransmits = target.retransmits - retransmits;
    summary.outcomes = outcomes_of(run.records);
    summary.floor = floor_;
    if (result.chunks_not_kept > 0) summary.chunks_not_kept = result.chunks_not_kept;
    return run;
  }

  LoadSettings settings_;
  const std::map<std::string, Floor>& floor_;
  const BenchmarkHooks& hooks_;
  ServerSeen server_;
};

std::string folder_of(std::int64_t run) { return "bench/" + std::to_string(run) + "/"; }

}  // namespace

Result<std::vector<RunRecord>> run_benchmark(LoadSettings settings, const std::map<std::string, Floor>& floor,
                                             const BenchmarkHooks& hooks) {
  return Benchmark(std::move(settings), floor, hooks).run();
}

std::map<std::string, std::string> members_of(const RunRecord& run) {
  const std::string folder = folder_of(run.summary.run);
  std::string lines;
  for (const RequestRecord& record : run.records) lines += to_line(record);
  return {{folder + "summary.json", to_pretty_text(to_json(run.summary))},
          {folder + "requests.ndjson", std::move(lines)},
          {folder + "chunks.bin", to_chunk_bytes(run.chunks)}};
}

std::vector<RunRecord> runs_of(const std::map<std::string, std::string>& members) {
  std::vector<RunRecord> runs;
  for (const auto& [path, bytes] : members) {
    if (!path.starts_with("bench/") || !path.ends_with("/summary.json")) continue;
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    const auto json = parse_json(bytes, path);
    const auto requests = members.find(folder + "requests.ndjson");
    const auto chunks = members.find(folder + "chunks.bin");
    if (!json || requests == members.end() || chunks == members.end()) continue;
    runs.push_back({.summary = read_summary(*json).summary,
                    .records = read_records(requests->second).records,
                    .chunks = read_chunks(chunks->second).requests});
  }
  std::ranges::sort(runs, {}, [](const RunRecord& run) { return run.summary.run; });
  return runs;
}

}  // namespace ihc::bench
