#include "bench/load/engine.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <list>

#include <boost/asio/steady_timer.hpp>

#include "base/clock.h"
#include "base/limits.h"
#include "bench/affinity.h"
#include "bench/load/request.h"
#include "stats/quantiles.h"

namespace ihc::bench {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr double kNsPerSecond = 1e9;
constexpr std::int64_t kLookNs = 100 * kNsPerMs;
/// Sorting all latencies so far is work that the load should not have to wait for often.
constexpr int kLooksPerReport = 5;
/// A user of a closed loop whose connection was refused does not try again at once.
constexpr std::int64_t kAfterRefusalNs = 100 * kNsPerMs;
/// Connections that an open loop opens ahead: what it needs for one second of requests, within this.
constexpr std::int64_t kMostConnectedAhead = 256;
/// Descriptors that something else may need.
constexpr std::size_t kSpareDescriptors = 64;

/// One request that is under way or waits for its turn.
struct Live {
  Exchange exchange;
  std::shared_ptr<Connection> connection;
};

class Engine {
 public:
  Engine(const LoadSettings& settings, std::int64_t run, Target& target, const EngineHooks& hooks)
      : settings_(settings),
        run_(run),
        target_(target),
        hooks_(hooks),
        schedule_(settings.rate_rps.value_or(1), settings.is_poisson,
                  static_cast<std::uint64_t>(settings.seed) * 1000 + static_cast<std::uint64_t>(run)),
        due_timer_(*target.io),
        look_timer_(*target.io) {
    const auto descriptors = static_cast<std::int64_t>(raise_descriptor_limit());
    most_in_flight_ = std::min(limits::kMaxInFlight, descriptors - static_cast<std::int64_t>(kSpareDescriptors));
    if (settings.concurrency) most_in_flight_ = std::min(most_in_flight_, *settings.concurrency);
  }

  RunResult run() {
    connect_ahead();
    result_.started_ns = monotonic_now_ns();
    look();
    if (settings_.is_open_loop()) {
      due_ns_ = result_.started_ns + schedule_.next_ns();
      offer_due();
    } else {
      for (std::int64_t user = 0; user < most_in_flight_ && has_more(); ++user) offer(monotonic_now_ns());
    }
    end_if_over();
    target_.io->run();
    return finish();
  }

 private:
  // ---- what is offered ---------------------------------------------------------------------------------------------

  bool has_more() const {
    if (result_.interrupted) return false;
    if (warmups_ < settings_.warmup) return true;
    if (settings_.requests && offered_ >= *settings_.requests) return false;
    return offered_ < limits::kMaxBenchRequests && !is_late(monotonic_now_ns());
  }

  /// Past the time that the run has, counted from its first measured request.
  bool is_late(std::int64_t at_ns) const {
    return settings_.duration_ns && result_.warmed_ns && at_ns >= *result_.warmed_ns + *settings_.duration_ns;
  }

  /// Open loop: everything that is due by now, whatever became of what was offered before.
  void offer_due() {
    while (has_more() && !is_late(due_ns_) && due_ns_ <= monotonic_now_ns()) {
      offer(due_ns_);
      due_ns_ = result_.started_ns + schedule_.next_ns();
    }
    offers_more_ = has_more() && !is_late(due_ns_);
    if (!offers_more_) return end_if_over();
    due_timer_.expires_at(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(due_ns_)));
    due_timer_.async_wait([this](error_code error) {
      if (!error) offer_due();
    });
  }

  void offer(std::int64_t intended_ns) {
    const bool is_warmup = warmups_ < settings_.warmup;
    if (!is_warmup && !result_.warmed_ns) {
      result_.warmed_ns = intended_ns;
      if (hooks_.on_measured_start) hooks_.on_measured_start();
    }
    const RequestId id{.run = run_, .index = is_warmup ? warmups_++ : offered_++, .is_warmup = is_warmup};
    auto live = std::make_unique<Live>();
    RequestRecord& record = live->exchange.record;
    record.run = run_;
    record.index = id.index;
    record.is_warmup = is_warmup;
    record.intended_ns = intended_ns;
    record.max_tokens = max_tokens_of(settings_, id);
    record.seed = seed_of(settings_, id);
    live->exchange.expects_stream = settings_.is_streaming;
    if (in_flight_.size() < static_cast<std::size_t>(most_in_flight_)) return send(std::move(live), id);
    // Without a cap of its own an open loop ends where this machine does: that is no queue of the test.
    if (!settings_.concurrency) return drop(std::move(live), "as many as this client can were in flight");
    waiting_.push_back({std::move(live), id});
  }

  void drop(std::unique_ptr<Live> live, const char* why) {
    RequestRecord& record = live->exchange.record;
    record.outcome = Outcome::dropped;
    record.error = why;
    record.end_ns = monotonic_now_ns();
    keep(live->exchange);
  }

  void send(std::unique_ptr<Live> live, const RequestId& id) {
    Exchange& exchange = live->exchange;
    exchange.request = request_text(settings_, id);
    exchange.keeps_chunks = chunks_kept_ < limits::kMaxKeptChunks;
    live->connection = take_connection();
    in_flight_.push_back(std::move(live));
    const auto place = std::prev(in_flight_.end());
    const std::int64_t now_ns = monotonic_now_ns();
    // In a closed loop the request is due when its user is free: making its text is no part of it.
    if (!settings_.is_open_loop()) exchange.record.intended_ns = now_ns;
    if (!settings_.is_open_loop() && !exchange.record.is_warmup && id.index == 0) result_.warmed_ns = now_ns;
    exchange.record.taken_up_ns = now_ns;
    exchange.deadline_ns = now_ns + settings_.timeout_ns;
    ++sent_;
    (*place)->connection->exchange(exchange, [this, place] { over(place); });
  }

  // ---- what comes back ---------------------------------------------------------------------------------------------

  void over(std::list<std::unique_ptr<Live>>::iterator place) {
    const std::unique_ptr<Live> live = std::move(*place);
    in_flight_.erase(place);
    const Outcome outcome = live->exchange.record.outcome;
    if (live->connection->is_open()) idle_.push_back(live->connection);
    keep(live->exchange);
    if (!settings_.is_open_loop()) {
      next_user(outcome);
    } else {
      send_waiting();
    }
    end_if_over();
  }

  void next_user(Outcome outcome) {
    if (!has_more()) return;
    if (outcome != Outcome::connect_failed) {
      // From the loop: a server that refuses each request at once would else make a deep stack.
      ++users_coming_;
      return asio::post(*target_.io, [this] { come_back(); });
    }
    ++users_coming_;
    auto pause = std::make_shared<asio::steady_timer>(*target_.io, std::chrono::nanoseconds(kAfterRefusalNs));
    pause->async_wait([this, pause](error_code) { come_back(); });
  }

  void come_back() {
    --users_coming_;
    if (has_more()) offer(monotonic_now_ns());
    end_if_over();
  }

  void send_waiting() {
    while (!waiting_.empty() && in_flight_.size() < static_cast<std::size_t>(most_in_flight_)) {
      auto [live, id] = std::move(waiting_.front());
      waiting_.pop_front();
      const bool is_stale = monotonic_now_ns() - live->exchange.record.intended_ns > settings_.timeout_ns;
      if (is_stale) {
        drop(std::move(live), "its turn did not come within its time limit");
      } else {
        send(std::move(live), id);
      }
    }
  }

  void keep(Exchange& exchange) {
    RequestRecord& record = exchange.record;
    ++done_;
    if (record.outcome != Outcome::ok) ++failed_;
    if (hooks_.on_progress && record.outcome == Outcome::ok && !record.is_warmup)
      responses_ms_.push_back(static_cast<double>(*record.end_ns - record.intended_ns) / static_cast<double>(kNsPerMs));
    if (!exchange.keeps_chunks) ++result_.chunks_not_kept;
    chunks_kept_ += exchange.chunks.size();
    if (!exchange.chunks.empty()) {
      exchange.chunks.shrink_to_fit();
      result_.chunks.push_back(
          {.index = record.index, .intended_ns = record.intended_ns, .chunks = std::move(exchange.chunks)});
    }
    result_.records.push_back(std::move(record));
  }

  // ---- connections -------------------------------------------------------------------------------------------------

  /// Connections are opened before the clock runs, so that the first requests do not measure handshakes.
  void connect_ahead() {
    std::int64_t wanted = most_in_flight_;
    if (settings_.is_open_loop())
      wanted = std::min({wanted, kMostConnectedAhead, static_cast<std::int64_t>(std::ceil(*settings_.rate_rps))});
    if (settings_.requests) wanted = std::min(wanted, *settings_.requests + settings_.warmup);
    std::int64_t coming = wanted;
    for (std::int64_t at = 0; at < wanted; ++at) {
      auto connection = Connection::create(target_);
      connection->open([this, connection, &coming](bool good) {
        if (good) idle_.push_back(connection);
        if (--coming == 0) target_.io->stop();
      });
    }
    target_.io->restart();
    if (wanted > 0) target_.io->run();
    target_.io->restart();
  }

  std::shared_ptr<Connection> take_connection() {
    while (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      if (connection->is_open()) return connection;
    }
    return Connection::create(target_);
  }

  // ---- looking up now and then -------------------------------------------------------------------------------------

  void look() {
    if (hooks_.is_interrupted && hooks_.is_interrupted()) return interrupt();
    if (hooks_.on_progress && looks_++ % kLooksPerReport == 0) hooks_.on_progress(state());
    look_timer_.expires_after(std::chrono::nanoseconds(kLookNs));
    look_timer_.async_wait([this](error_code error) {
      if (!error) look();
    });
  }

  void interrupt() {
    result_.interrupted = true;
    offers_more_ = false;
    due_timer_.cancel();
    while (!waiting_.empty()) {
      drop(std::move(waiting_.front().live), "the run was ended");
      waiting_.pop_front();
    }
    while (!in_flight_.empty()) in_flight_.front()->connection->cancel(Outcome::cancelled, "the run was ended");
    end_if_over();
  }

  LiveState state() {
    LiveState state{.run = run_, .runs = settings_.runs, .sent = sent_, .done = done_, .failed = failed_};
    state.in_flight = static_cast<std::int64_t>(in_flight_.size());
    state.elapsed_s = static_cast<double>(monotonic_now_ns() - result_.started_ns) / kNsPerSecond;
    const std::vector<double> sorted = stats::sorted_samples(responses_ms_);
    state.p50_ms = stats::quantile_of_sorted(sorted, 0.5, stats::QuantileRule::nearest_rank);
    state.p95_ms = stats::quantile_of_sorted(sorted, 0.95, stats::QuantileRule::nearest_rank);
    if (settings_.duration_ns && result_.warmed_ns) {
      const std::int64_t end_ns = *result_.warmed_ns + *settings_.duration_ns;
      state.left_s = std::max(0.0, static_cast<double>(end_ns - monotonic_now_ns()) / kNsPerSecond);
    }
    if (settings_.requests && done_ > 0) {
      const auto left = static_cast<double>(*settings_.requests + settings_.warmup - done_);
      const double by_count = state.elapsed_s / static_cast<double>(done_) * left;
      state.left_s = std::min(state.left_s.value_or(by_count), by_count);
    }
    return state;
  }

  void end_if_over() {
    const bool may_come = settings_.is_open_loop() ? offers_more_ : users_coming_ > 0;
    if (may_come || !in_flight_.empty() || !waiting_.empty()) return;
    result_.ended_ns = monotonic_now_ns();
    target_.io->stop();
  }

  RunResult finish() {
    if (hooks_.on_progress) hooks_.on_progress(state());
    for (const auto& connection : idle_) connection->close();
    look_timer_.cancel();
    due_timer_.cancel();
    std::stable_sort(result_.records.begin(), result_.records.end(), [](const auto& left, const auto& right) {
      return std::pair(!left.is_warmup, left.index) < std::pair(!right.is_warmup, right.index);
    });
    std::stable_sort(result_.chunks.begin(), result_.chunks.end(),
                     [](const auto& left, const auto& right) { return left.intended_ns < right.intended_ns; });
    return std::move(result_);
  }

  struct Waiting {
    std::unique_ptr<Live> live;
    RequestId id;
  };

  const LoadSettings& settings_;
  std::int64_t run_;
  Target& target_;
  const EngineHooks& hooks_;
  Schedule schedule_;
  asio::steady_timer due_timer_;
  asio::steady_timer look_timer_;
  std::int64_t most_in_flight_ = 1;
  std::int64_t warmups_ = 0;
  std::int64_t offered_ = 0;
  std::int64_t due_ns_ = 0;
  bool offers_more_ = true;
  std::int64_t users_coming_ = 0;  ///< of a closed loop: between two requests
  std::list<std::unique_ptr<Live>> in_flight_;
  std::deque<Waiting> waiting_;
  std::vector<std::shared_ptr<Connection>> idle_;
  std::int64_t sent_ = 0;
  std::int64_t done_ = 0;
  std::int64_t failed_ = 0;
  std::size_t chunks_kept_ = 0;
  std::vector<double> responses_ms_;
  int looks_ = 0;
  RunResult result_;
};

}  // namespace

RunResult run_load(const LoadSettings& settings, std::int64_t run, Target& target, const EngineHooks& hooks) {
  return Engine(settings, run, target, hooks).run();
}

}  // namespace ihc::bench
