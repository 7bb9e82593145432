// The window: what counts while the node works.
#include <algorithm>
#include <ctime>

#include "base/clock.h"
#include "collect/plan.h"
#include "collect/sampler.h"
#include "collect/scrapes.h"
#include "collect/session.h"
#include "collect/window_counters.h"

namespace ihc {

namespace {

constexpr std::int64_t kStepNs = 100'000'000;
// A reading this close to the window's end would only double the last one.
constexpr std::int64_t kTooCloseNs = 50'000'000;

std::int64_t to_ns(std::chrono::milliseconds time) { return std::chrono::nanoseconds(time).count(); }

/// How long a command that was interrupted at the window's end may take to report.
std::chrono::milliseconds grace_of(const CommandOutput& command) {
  return std::min(command.timeout, limits::kCommandTimeout);
}

class Window {
 public:
  explicit Window(Session& session) : session_(session), sampler_(session), scrapes_(session), counters_(session) {}

  void run() {
    scrapes_.start();
    start_ns_ = monotonic_now_ns();
    session_.manifest.window_started_ns = start_ns_;
    session_.manifest.window_started_utc_ms = utc_now_ms();
    least_end_ns_ = start_ns_ + (session_.interrupted() ? 0 : to_ns(session_.options.window));
    end_ns_ = session_.interrupted() ? start_ns_ : start_ns_ + to_ns(session_.options.longest_window());
    session_.window_end_ns = least_end_ns_;
    start_all_commands();
    read(Sampler::Tick::first);
    if (job() != nullptr && end_ns_ > start_ns_) job()->start();
    keep_sampling();
    wait_until(end_ns_);
    capture_halfway();
    if (job() != nullptr) job()->stop();
    const std::int64_t observed_ns = monotonic_now_ns() - start_ns_;
    counters_.store();
    if (end_ns_ > start_ns_) read(Sampler::Tick::last);
    end_commands();
    scrapes_.finish();
    session_.manifest.window_s = static_cast<double>(session_.options.window.count()) / 1e3;
    session_.manifest.window_observed_s = end_ns_ > start_ns_ ? static_cast<double>(observed_ns) / 1e9 : 0;
  }

 private:
  /// Asked before the files are read: the answers come meanwhile, and are of the same moment.
  void read(Sampler::Tick tick) {
    if (tick == Sampler::Tick::second) {
      scrapes_.ask(Scrapes::Tick::middle);
    } else if (tick != Sampler::Tick::threads) {
      scrapes_.ask(Scrapes::Tick::end);
    }
    sampler_.read(tick);
  }

  void keep_sampling() {
    const std::int64_t readings_per_second = sampler_.thread_readings_per_second();
    const std::int64_t interval_ns = to_ns(limits::kSampleInterval) / readings_per_second;
    const std::int64_t too_close_ns = std::min(kTooCloseNs, interval_ns / 2);
    session_.manifest.sampling_cpu_seconds = 0;
    for (std::int64_t tick = 1; !session_.interrupted();) {
      const std::int64_t next_ns = start_ns_ + tick * interval_ns;
      if (next_ns > end_ns_ - too_close_ns) return;
      const std::int64_t halfway_ns = start_ns_ + (least_end_ns_ - start_ns_) / 2;
      if (!did_halfway_ && halfway_ns <= next_ns) {
        wait_until(halfway_ns);
        if (!session_.interrupted()) capture_halfway();
      }
      wait_until(next_ns);
      if (session_.interrupted() || monotonic_now_ns() > end_ns_ - too_close_ns) return;
      sample(tick % readings_per_second == 0 ? Sampler::Tick::second : Sampler::Tick::threads);
      // A reading that took longer than its interval is not caught up with: the schedule holds.
      tick = std::max(tick + 1, (monotonic_now_ns() - start_ns_) / interval_ns + 1);
    }
  }

  void sample(Sampler::Tick tick) {
    const double before = cpu_seconds();
    read(tick);
    *session_.manifest.sampling_cpu_seconds += std::max(0.0, cpu_seconds() - before);
  }

  /// What this process and its helper have used.
  double cpu_seconds() const {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9 + session_.helper->cpu_seconds();
  }

  void start_all_commands() {
    for_each_during([&](std::size_t index, const Capture& capture) {
      const auto* command = std::get_if<CommandOutput>(&capture);
      if (command == nullptr) return;
      const Pass& pass = command->pass;
      if (end_ns_ == start_ns_) return skip(index, *command, "collect again and let the window run");
      if (pass.number == 0) return start({.collector = index, .command = command, .end_ns = end_ns_});
      const std::int64_t length_ns = (least_end_ns_ - start_ns_) / pass.of;
      if (length_ns < to_ns(limits::kMinPass)) return skip(index, *command, "collect again with a longer window");
      waiting_.push_back({.collector = index,
                          .command = command,
                          .start_ns = start_ns_ + (pass.number - 1) * length_ns,
                          .end_ns = start_ns_ + pass.number * length_ns});
    });
    turn_passes();
  }

  void skip(std::size_t collector, const CommandOutput& command, const char* hint) {
    skip_command(session_, collector, command, {EvidenceStatus::skipped, reason::kIntervalTooShort}, hint);
  }

  /// A command and its part of the window.
  struct Turn {
    std::size_t collector = 0;
    const CommandOutput* command = nullptr;
    std::int64_t start_ns = 0;
    std::int64_t end_ns = 0;
  };
  struct Running {
    RunningCommand command;
    std::int64_t end_ns = 0;
  };

  void start(const Turn& turn) {
    const std::int64_t now_ns = monotonic_now_ns();
    const auto left = std::chrono::milliseconds(std::max<std::int64_t>(0, turn.end_ns - now_ns) / 1'000'000);
    for (RunningCommand& started :
         start_commands(session_, turn.collector, *turn.command, left + grace_of(*turn.command))) {
      commands_.push_back({.command = std::move(started), .end_ns = turn.end_ns});
    }
  }

  /// Ends the passes whose time is over and starts those whose time has come.
  void turn_passes() {
    const std::int64_t now_ns = monotonic_now_ns();
    for (Running& running : commands_) {
      if (running.end_ns < end_ns_ && now_ns >= running.end_ns) interrupt(running.command);
    }
    for (std::size_t at = 0; at < waiting_.size();) {
      if (waiting_[at].start_ns > now_ns) {
        ++at;
        continue;
      }
      start(waiting_[at]);
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }

  static void interrupt(RunningCommand& running) {
    if (running.was_interrupted || running.process.poll(std::chrono::milliseconds(0))) return;
    running.was_interrupted = true;
    running.process.interrupt(grace_of(*running.command));
  }

  /// What ends before its time is stored at once: what stands in for it can then begin.
  void finish_ended() {
    for (std::size_t at = 0; at < commands_.size();) {
      if (!commands_[at].command.process.poll(std::chrono::milliseconds(0))) {
        ++at;
        continue;
      }
      finish_command(session_, commands_[at].command);
      commands_.erase(commands_.begin() + static_cast<std::ptrdiff_t>(at));
    }
    counters_.open_where_needed();
  }

  void capture_halfway() {
    if (std::exchange(did_halfway_, true)) return;
    for_each_during([&](std::size_t index, const Capture& row) {
      if (const auto* file = std::get_if<File>(&row)) capture(session_, index, *file);
      if (const auto* files = std::get_if<Files>(&row)) capture(session_, index, *files);
      if (const auto* probe = std::get_if<Probe>(&row)) capture(session_, index, *probe);
    });
  }

  template <class Function>
  void for_each_during(Function&& function) {
    for (std::size_t index = 0; index < session_.collectors.size(); ++index) {
      if (!session_.chosen[index]) continue;
      for (const Capture& capture : session_.collectors[index]->captures) {
        if (moment_of(capture) == Moment::during) function(index, capture);
      }
    }
  }

  WindowJob* job() const { return session_.options.job.get(); }

  /// A window with a job ends with it.
  void look_at_job() {
    if (job() == nullptr || !job()->is_over()) return;
    end_ns_ = std::min(end_ns_, std::max(least_end_ns_, monotonic_now_ns()));
  }

  void wait_until(std::int64_t until_ns) {
    while (!session_.interrupted()) {
      look_at_job();
      turn_passes();
      finish_ended();
      scrapes_.take();
      const bool is_late = monotonic_now_ns() > least_end_ns_ && job() != nullptr;
      session_.report(is_late ? "waits for the benchmark" : "window");
      const std::int64_t left_ns = std::min(until_ns, end_ns_) - monotonic_now_ns();
      if (left_ns <= 0) return;
      const timespec pause{0, std::min(left_ns, kStepNs)};
      ::nanosleep(&pause, nullptr);
    }
  }

  void end_commands() {
    for (const Turn& turn : waiting_) skip(turn.collector, *turn.command, "collect again and let the window run");
    for (Running& running : commands_) interrupt(running.command);
    for (Running& running : commands_) {
      RunningCommand& command = running.command;
      session_.report(command.record.slug);
      while (!command.process.poll(std::chrono::milliseconds(100))) {
        if (session_.aborted()) command.process.interrupt(std::chrono::milliseconds(0));
      }
      finish_command(session_, command);
    }
  }

  Session& session_;
  Sampler sampler_;
  Scrapes scrapes_;
  WindowCounters counters_;
  std::vector<Running> commands_;
  std::vector<Turn> waiting_;
  std::int64_t start_ns_ = 0;
  std::int64_t least_end_ns_ = 0;  ///< what was asked; a job may make it later
  std::int64_t end_ns_ = 0;
  bool did_halfway_ = false;
};

}  // namespace

void run_window(Session& session) { Window(session).run(); }

}  // namespace ihc
