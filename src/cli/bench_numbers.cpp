#include "cli/bench_numbers.h"

#include <algorithm>
#include <cmath>

namespace ihc {

namespace {

using bench::RunMetrics;
using bench::RunRecord;

constexpr std::string_view kPooledMetric = "icl_ms";
/// A metric whose tail is less than so many times what the client itself adds says much about the client.
constexpr double kFloorTimes = 10;
/// From this difference the two first chunks are told apart in words.
constexpr double kFirstChunkShare = 0.9;
/// Most chunks come together with another when the usual gap is below this share of the time per token.
constexpr double kBurstShare = 0.1;
/// Responses later than service by this share wait somewhere before they are served.
constexpr double kQueueShare = 1.1;

BenchNumbers numbers_of(const std::string& name, const bench::MetricSamples& samples) {
  const bench::MetricStatistics statistics =
      bench::statistics_of(samples.values, samples.at_least, name != kPooledMetric);
  const auto value = [&](const char* statistic) {
    const auto found = statistics.values.find(statistic);
    return found == statistics.values.end() ? std::nullopt : std::optional(found->second);
  };
  const auto quantile = [&](const char* statistic) {
    BenchQuantile result{.value = value(statistic)};
    if (!result.value && !samples.at_least.empty()) result.at_least = *std::ranges::min_element(samples.at_least);
    return result;
  };
  return {.name = name,
          .n = static_cast<std::int64_t>(samples.values.size() + samples.at_least.size()),
          .unanswered = static_cast<std::int64_t>(samples.at_least.size()),
          .mean = value("mean"),
          .max = value("max"),
          .p50 = quantile("p50"),
          .p90 = quantile("p90"),
          .p95 = quantile("p95"),
          .p99 = quantile("p99"),
          .intervals = statistics.intervals};
}

const BenchNumbers* find(const std::vector<BenchNumbers>& numbers, const std::string& name) {
  const auto found = std::ranges::find(numbers, name, &BenchNumbers::name);
  return found == numbers.end() ? nullptr : &*found;
}

double p50_of(const std::vector<BenchNumbers>& numbers, const std::string& name) {
  const BenchNumbers* found = find(numbers, name);
  return found == nullptr ? 0 : found->p50.value.value_or(0);
}

class Notes {
 public:
  Notes(const RunRecord& run, const RunMetrics& metrics, const std::vector<BenchNumbers>& numbers)
      : run_(run), metrics_(metrics), numbers_(numbers) {}

  std::vector<std::string> take() {
    about_load();
    about_tokens();
    about_chunks();
    about_client();
    if (run_.summary.server.synthetic_remote_penalty)
      add("the server declares a synthetic remote penalty: its memory accesses are made slower, no distance is real");
    if (run_.summary.window.interrupted) add("the run was ended early");
    return std::move(notes_);
  }

 private:
  void add(std::string note) { notes_.push_back(std::move(note)); }

  void about_load() {
    if (run_.summary.settings.load == "closed") {
      add("closed loop: a request is sent when another has ended, so a server that stalls is asked less; what users "
          "who "
          "do not wait would see is not in these numbers (--rate)");
    } else if (p50_of(numbers_, "e2e_response_ms") > kQueueShare * p50_of(numbers_, "e2e_service_ms")) {
      add("e2e_response_ms is counted from when a request was due; requests waited for their turn in this client");
    }
    if (metrics_.cached_share && *metrics_.cached_share > 0)
      add("the server took " + std::to_string(std::lround(*metrics_.cached_share * 100)) +
          " % of the prompt tokens from its prefix cache");
  }

  void about_tokens() {
    const bench::TokenCount& tokens = metrics_.tokens;
    if (tokens.coalesced > 0) {
      add("tpot_ms follows the server's usage counts: in " + std::to_string(tokens.coalesced) + " of " +
          std::to_string(metrics_.ok) +
          " answers chunks held more than one token, so icl_ms is not the time between tokens");
    }
    if (tokens.from_chunks > 0) {
      add("tokens are counted by chunks in " + std::to_string(tokens.from_chunks) + " of " +
          std::to_string(metrics_.ok) + " answers: the server sent no usage, and a chunk may hold more than one");
    }
    if (tokens.unknown > 0)
      add("of " + std::to_string(tokens.unknown) + " answers the tokens are not known: the server sent no usage");
  }

  void about_chunks() {
    if (run_.summary.chunks_not_kept)
      add("icl_ms is of the first requests only: the chunk times of " + std::to_string(*run_.summary.chunks_not_kept) +
          " were too many to keep");
    const double ttfc = p50_of(numbers_, "ttfc_ms");
    const double ttft = p50_of(numbers_, "ttft_ms");
    if (ttfc > 0 && ttfc < kFirstChunkShare * ttft)
      add("the first chunk comes before the first token: tools that count any chunk as the first token report ttfc_ms");
    if (p50_of(numbers_, "tpot_ms") > 0 && p50_of(numbers_, "icl_ms") < kBurstShare * p50_of(numbers_, "tpot_ms"))
      add("most chunks came together with another: read tpot_ms, not the median of icl_ms");
  }

  void about_client() {
    std::string near;
    for (const BenchNumbers& one : numbers_) {
      if (one.is_near_floor) near += (near.empty() ? "" : ", ") + one.name;
    }
    if (!near.empty()) add("close to what this client itself adds on this machine (--calibrate): " + near);
    const auto& shared = run_.summary.client.cpus_shared_with_server;
    if (shared && !shared->empty())
      add("this client may run on the server's CPUs (" + *shared +
          "): each slows the other; pin one of them elsewhere");
  }

  const RunRecord& run_;
  const RunMetrics& metrics_;
  const std::vector<BenchNumbers>& numbers_;
  std::vector<std::string> notes_;
};

}  // namespace

std::vector<BenchNumbers> bench_numbers(const RunMetrics& metrics, const std::map<std::string, bench::Floor>& floor) {
  std::vector<BenchNumbers> all;
  for (const std::string& name : bench::metric_names()) {
    const auto found = metrics.samples_ms.find(name);
    if (found == metrics.samples_ms.end()) continue;
    BenchNumbers numbers = numbers_of(name, found->second);
    const auto added = floor.find(name);
    // Of the client's own lateness the floor is the thing itself.
    if (added != floor.end() && added->second.p99 && name != "sched_lag_ms")
      numbers.is_near_floor = numbers.p99.value && *numbers.p99.value < kFloorTimes * *added->second.p99;
    all.push_back(std::move(numbers));
  }
  return all;
}

std::vector<std::string> bench_notes(const RunRecord& run, const RunMetrics& metrics,
                                     const std::vector<BenchNumbers>& numbers) {
  return Notes(run, metrics, numbers).take();
}

}  // namespace ihc
