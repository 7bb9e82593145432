#include "cli/bench_numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/moments.h"
#include "stats/quantile_interval.h"
#include "stats/quantiles.h"

namespace ihc {

namespace {

using bench::RunMetrics;
using bench::RunRecord;

constexpr double kP50 = 0.5;
constexpr double kP90 = 0.9;
constexpr double kP95 = 0.95;
constexpr double kP99 = 0.99;
/// A metric whose tail is less than so many times what the client itself adds says much about the client.
constexpr double kFloorTimes = 10;
/// From this difference the two first chunks are told apart in words.
constexpr double kFirstChunkShare = 0.9;
/// Most chunks come together with another when the usual gap is below this share of the time per token.
constexpr double kBurstShare = 0.1;
/// Responses later than service by this share wait somewhere before they are served.
constexpr double kQueueShare = 1.1;

BenchNumbers numbers_of(const std::string& name, const bench::MetricSamples& samples) {
  const std::vector<double> answered = stats::sorted_samples(samples.values);
  std::vector<double> all = answered;
  all.insert(all.end(), samples.at_least.size(), std::numeric_limits<double>::infinity());
  BenchNumbers numbers{.name = name,
                       .n = static_cast<std::int64_t>(all.size()),
                       .unanswered = static_cast<std::int64_t>(samples.at_least.size())};
  if (!answered.empty()) {
    numbers.mean = stats::mean(answered).value_or(0);
    numbers.max = answered.back();
  }
  const auto at = [&](double probability) {
    BenchQuantile quantile;
    const auto value = stats::quantile_of_sorted(all, probability, stats::QuantileRule::nearest_rank);
    if (value && std::isfinite(*value)) quantile.value = value;
    if (value && !std::isfinite(*value)) quantile.at_least = *std::ranges::min_element(samples.at_least);
    return quantile;
  };
  const auto range = [&](double probability) {
    const auto interval = stats::quantile_interval(all, probability);
    BenchRange result{.needed = static_cast<std::int64_t>(stats::samples_needed(probability))};
    if (interval.lower && std::isfinite(*interval.lower)) result.lower = interval.lower;
    if (interval.upper && std::isfinite(*interval.upper)) result.upper = interval.upper;
    return result;
  };
  numbers.p50 = at(kP50);
  numbers.p90 = at(kP90);
  numbers.p95 = at(kP95);
  numbers.p99 = at(kP99);
  numbers.p50_range = range(kP50);
  numbers.p95_range = range(kP95);
  numbers.p99_range = range(kP99);
  return numbers;
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
