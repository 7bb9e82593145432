// The window: what counts while the node works.
#include <algorithm>
#include <ctime>
#include <set>

#include "base/clock.h"
#include "base/text.h"
#include "collect/plan.h"
#include "collect/scrapes.h"
#include "collect/session.h"

namespace ihc {

namespace {

constexpr std::int64_t kStepNs = 100'000'000;
// A reading this close to the window's end would only double the last one.
constexpr std::int64_t kTooCloseNs = 50'000'000;

std::int64_t to_ns(std::chrono::milliseconds time) { return std::chrono::nanoseconds(time).count(); }

enum class Tick { first, middle, last };

/// How long a command that was interrupted at the window's end may take to report.
std::chrono::milliseconds grace_of(const CommandOutput& command) {
  return std::min(command.timeout, limits::kCommandTimeout);
}

/// One row's pattern for one worker (or for none).
struct SampledPattern {
  std::size_t collector = 0;
  const Sampled* row = nullptr;
  std::string pattern;
};

class Sampler {
 public:
  explicit Sampler(Session& session) : session_(session) {
    gather();
    // What is read every second owns a path that another row wants at both ends only.
    std::stable_sort(patterns_.begin(), patterns_.end(), [](const SampledPattern& left, const SampledPattern& right) {
      return left.row->ends_only < right.row->ends_only;
    });
  }

  void read(Tick tick) {
    std::vector<ReadRequest> requests;
    std::vector<const SampledPattern*> owners;
    std::set<std::string_view> owned;
    if (tick == Tick::first) expand(patterns_);
    if (tick != Tick::first) expand_threads();
    for (std::size_t index = 0; index < patterns_.size(); ++index) {
      const SampledPattern& pattern = patterns_[index];
      if (tick == Tick::middle && pattern.row->ends_only) continue;
      for (const std::string& path : paths_[index]) {
        if (gone_.contains(path)) continue;
        if (!owned.insert(path).second) {
          if (tick == Tick::first) session_.account.note(pattern.collector, {});
          continue;
        }
        requests.push_back({.path = path, .max_bytes = pattern.row->max_bytes});
        owners.push_back(&pattern);
      }
    }
    session_.helper->run(requests, session_.budget(), [&](std::size_t index, ReadReply&& reply) {
      store(*owners[index], requests[index].path, reply, tick);
    });
  }

 private:
  void gather() {
    for (std::size_t index = 0; index < session_.collectors.size(); ++index) {
      if (!session_.chosen[index]) continue;
      for (const Capture& capture : session_.collectors[index]->captures) {
        const auto* row = std::get_if<Sampled>(&capture);
        if (row == nullptr) continue;
        for (std::string& pattern : with_subjects(row->path, session_.subjects())) {
          patterns_.push_back({.collector = index, .row = row, .pattern = std::move(pattern)});
        }
        if (names_worker(row->path) && session_.workers.empty()) {
          session_.account.note(index,
                                {.status = EvidenceStatus::skipped,
                                 .reason = reason::kStructural,
                                 .hint = "start the inference server, or name it with --pid, --unit or --match"});
        }
      }
    }
  }

  void expand(const std::vector<SampledPattern>& patterns) {
    paths_.assign(patterns.size(), {});
    for (std::size_t index = 0; index < patterns.size(); ++index) find_paths(index);
  }

  /// Threads come and go, so what is below a worker is looked up again; the machine's own files stay what they are.
  void expand_threads() {
    for (std::size_t index = 0; index < patterns_.size(); ++index) {
      if (names_worker(patterns_[index].row->path) && has_wildcard(patterns_[index].pattern)) find_paths(index);
    }
  }

  void find_paths(std::size_t index) {
    const SampledPattern& sampled = patterns_[index];
    std::vector<std::string>& paths = paths_[index];
    const bool is_first = paths.empty();
    if (!has_wildcard(sampled.pattern)) {
      paths = {sampled.pattern};
      return;
    }
    const ReadReply found = session_.helper->ask({.kind = ReadKind::glob, .path = sampled.pattern});
    const auto matches = split_nul(found.bytes);
    const std::size_t limit = names_worker(sampled.row->path) ? limits::kMaxThreadsPerWorker : limits::kMaxGlobMatches;
    paths.assign(matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(std::min(matches.size(), limit)));
    if (!is_first) return;
    if (found.status != EvidenceStatus::ok) {
      put_on_record(sampled, found.status, found.reason);
    } else if (matches.empty()) {
      put_on_record(sampled, EvidenceStatus::absent, reason::kFileAbsent);
    } else if (found.cut || matches.size() > limit) {
      put_on_record(sampled, EvidenceStatus::skipped, reason::kOverBudget);
    }
  }

  void put_on_record(const SampledPattern& sampled, EvidenceStatus status, const std::string& reason) {
    session_.manifest.not_read.push_back({.path = sampled.pattern,
                                          .collector = std::string(session_.name_of(sampled.collector)),
                                          .status = status,
                                          .reason = reason});
    session_.account.note(sampled.collector, {.status = status, .reason = reason, .what = sampled.pattern});
  }

  void store(const SampledPattern& owner, const std::string& path, ReadReply& reply, Tick tick) {
    const bool is_full = session_.is_full(reply.bytes.size());
    if (is_full)
      reply = {
          .status = EvidenceStatus::skipped, .reason = reason::kOverBudget, .bytes = {}, .taken_ns = reply.taken_ns};
    const bool is_ok = reply.status == EvidenceStatus::ok;
    // A process that ended, a file that hung: said once, not every second.
    if (!is_ok) gone_.insert(path);
    const auto added = session_.writer->add_sample(std::string(owner.row->family), root_path(path), reply.status,
                                                   reply.taken_ns, reply.bytes);
    if (!added) gone_.insert(path);
    const bool is_news = tick == Tick::first || (!is_ok && reply.status != EvidenceStatus::absent) || reply.cut;
    if (!is_news) return;
    session_.account.note(owner.collector, {.status = added ? reply.status : EvidenceStatus::failed,
                                            .reason = added ? reply.reason : reason::kFailed,
                                            .cut = reply.cut,
                                            .what = path});
  }

  Session& session_;
  std::vector<SampledPattern> patterns_;
  std::vector<std::vector<std::string>> paths_;  // of each pattern
  std::set<std::string> gone_;
};

class Window {
 public:
  explicit Window(Session& session) : session_(session), sampler_(session), scrapes_(session) {}

  void run() {
    scrapes_.start();
    start_ns_ = monotonic_now_ns();
    end_ns_ = start_ns_ + (session_.interrupted() ? 0 : to_ns(session_.options.window));
    session_.window_end_ns = end_ns_;
    start_all_commands();
    read(Tick::first);
    keep_sampling();
    wait_until(end_ns_);
    capture_halfway();
    const std::int64_t observed_ns = monotonic_now_ns() - start_ns_;
    if (end_ns_ > start_ns_) read(Tick::last);
    end_commands();
    scrapes_.finish();
    session_.manifest.window_s = static_cast<double>(session_.options.window.count()) / 1e3;
    session_.manifest.window_observed_s = end_ns_ > start_ns_ ? static_cast<double>(observed_ns) / 1e9 : 0;
  }

 private:
  /// Asked before the files are read: the answers come meanwhile, and are of the same moment.
  void read(Tick tick) {
    scrapes_.ask(tick == Tick::middle ? Scrapes::Tick::middle : Scrapes::Tick::end);
    sampler_.read(tick);
  }

  void keep_sampling() {
    const std::int64_t interval_ns = to_ns(limits::kSampleInterval);
    for (std::int64_t tick = 1; !session_.interrupted();) {
      const std::int64_t next_ns = start_ns_ + tick * interval_ns;
      if (next_ns > end_ns_ - kTooCloseNs) return;
      const std::int64_t halfway_ns = start_ns_ + (end_ns_ - start_ns_) / 2;
      if (!did_halfway_ && halfway_ns <= next_ns) {
        wait_until(halfway_ns);
        if (!session_.interrupted()) capture_halfway();
      }
      wait_until(next_ns);
      if (session_.interrupted()) return;
      read(Tick::middle);
      // A reading that took longer than its interval is not caught up with: the schedule holds.
      tick = std::max(tick + 1, (monotonic_now_ns() - start_ns_) / interval_ns + 1);
    }
  }

  void start_all_commands() {
    for_each_during([&](std::size_t index, const Capture& capture) {
      const auto* command = std::get_if<CommandOutput>(&capture);
      if (command == nullptr) return;
      if (end_ns_ == start_ns_) {
        skip_command(session_, index, *command, {EvidenceStatus::skipped, reason::kIntervalTooShort},
                     "collect again and let the window run");
        return;
      }
      auto started = start_commands(session_, index, *command, session_.options.window + grace_of(*command));
      std::move(started.begin(), started.end(), std::back_inserter(commands_));
    });
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

  void wait_until(std::int64_t until_ns) {
    while (!session_.interrupted()) {
      for (RunningCommand& running : commands_) running.process.poll(std::chrono::milliseconds(0));
      scrapes_.take();
      session_.report("window");
      const std::int64_t left_ns = until_ns - monotonic_now_ns();
      if (left_ns <= 0) return;
      const timespec pause{0, std::min(left_ns, kStepNs)};
      ::nanosleep(&pause, nullptr);
    }
  }

  void end_commands() {
    for (RunningCommand& running : commands_) {
      if (running.process.poll(std::chrono::milliseconds(0))) continue;
      running.was_interrupted = true;
      running.process.interrupt(grace_of(*running.command));
    }
    for (RunningCommand& running : commands_) {
      session_.report(running.record.slug);
      while (!running.process.poll(std::chrono::milliseconds(100))) {
        if (session_.aborted()) running.process.interrupt(std::chrono::milliseconds(0));
      }
      finish_command(session_, running);
    }
  }

  Session& session_;
  Sampler sampler_;
  Scrapes scrapes_;
  std::vector<RunningCommand> commands_;
  std::int64_t start_ns_ = 0;
  std::int64_t end_ns_ = 0;
  bool did_halfway_ = false;
};

}  // namespace

void run_window(Session& session) { Window(session).run(); }

}  // namespace ihc
