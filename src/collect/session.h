// What one collection carries from step to step. Only src/collect sees it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/subprocess.h"
#include "bundle/scrub.h"
#include "bundle/writer.h"
#include "collect/account.h"
#include "collect/discovery.h"
#include "collect/plan.h"
#include "collect/read_helper.h"
#include "collect/reasons.h"
#include "collect/recording_folder.h"
#include "collect/runner.h"

namespace ihc {

struct Session {
  const CollectOptions& options;
  std::span<const Collector* const> collectors;
  const std::atomic<int>& interrupts;
  const std::function<void(const CollectProgress&)>& progress;

  std::vector<bool> chosen;
  std::string root_dir;  ///< absolute; empty: the machine itself
  std::unique_ptr<ReadHelper> helper;
  std::unique_ptr<BundleWriter> writer;
  Scrubber scrubber;
  Account account;
  Manifest manifest;
  Discovery discovery;
  std::vector<int> workers;

  CollectProgress::Stage stage = CollectProgress::Stage::discovery;
  std::int64_t stage_deadline_ns = 0;  ///< past it what is left of the stage is skipped
  std::int64_t window_end_ns = 0;      ///< 0 before the window
  /// What became of each bundle path so far: two collectors may ask for the same file, the bundle has it once.
  std::unordered_map<std::string, StatusAndReason> taken;
  std::unique_ptr<RecordingFolder> recordings;  ///< made when the first command needs it
  /// Programs that hung once are not given another chance: eight hung queries of one tool would eat the whole time.
  std::set<std::string> hung_programs;
  ReadCost scrape_cost;  ///< what asking metrics endpoints cost

  bool interrupted() const { return interrupts.load() > 0; }
  bool aborted() const { return interrupts.load() > 1; }
  Subjects subjects() const {
    return {.workers = workers,
            .units = discovery.units,
            .cgroups = discovery.cgroups,
            .memory_events = discovery.memory_events};
  }
  std::string_view name_of(std::size_t collector) const { return collectors[collector]->name; }
  ReadBudget budget() const { return {.deadline_ns = stage_deadline_ns, .interrupts = &interrupts}; }
  /// Tells the caller what is being collected and how long it will take at least.
  void report(std::string text) const;
  /// Whether `more_bytes` would pass limits::kMaxCollectedBytes.
  bool is_full(std::size_t more_bytes) const;
};

/// Text that may go into the bundle.
std::string scrubbed(Session& session, std::string bytes, ScrubKind kind);

void capture(Session& session, std::size_t collector, const File& file);
void capture(Session& session, std::size_t collector, const Files& files);
void capture(Session& session, std::size_t collector, const Probe& probe);

/// A command that runs.
struct RunningCommand {
  std::size_t collector = 0;
  const CommandOutput* command = nullptr;
  CommandRecord record;
  Subprocess process;
  bool was_interrupted = false;
};

/// Starts a command, once per worker when it names them one by one; those that cannot run are put on record instead.
std::vector<RunningCommand> start_commands(Session& session, std::size_t collector, const CommandOutput& command,
                                           std::chrono::milliseconds timeout);
/// Stores the outcome of a command that has ended.
void finish_command(Session& session, RunningCommand& running);
/// Puts on record that a command was not tried.
void skip_command(Session& session, std::size_t collector, const CommandOutput& command, StatusAndReason why,
                  const std::string& hint);
/// Starts, waits and stores, one after the other.
void capture(Session& session, std::size_t collector, const CommandOutput& command);

/// The window: samples on a monotonic schedule, `during` captures halfway, `during` commands from its start to its end.
void run_window(Session& session);

}  // namespace ihc
