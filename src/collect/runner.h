// Running a collection on a node: discovery, captures, the window, the account. The only code of ihc that acts on a
// node.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "bundle/manifest.h"
#include "collect/collector.h"
#include "collect/metrics_url.h"
#include "collect/window_job.h"

namespace ihc {

struct CollectOptions {
  std::filesystem::path output;  ///< empty: "<node>-<UTC time>.ihc.tar.zst" in the working directory
  std::optional<int> pid;        ///< at most one of pid, unit and match is set
  std::optional<std::string> unit;
  std::optional<std::string> match;  ///< RE2, on the command line
  std::chrono::milliseconds window{30000};
  std::map<std::string, std::string> labels;
  std::filesystem::path root_dir;  ///< empty: "/"
  std::vector<std::string> only;   ///< collector names; empty: all
  std::vector<std::string> skip;
  std::vector<std::string> deep;         ///< words of CommandOutput::deep: what else is recorded, at a cost
  std::vector<std::string> arguments;    ///< as typed, for the manifest (scrubbed there)
  std::vector<MetricsUrl> metrics_urls;  ///< asked every second of the window
  std::string metrics_token;             ///< sent to them as bearer token, stored nowhere; empty: none
  /// Further members by path, as they are: what reading the bundle needs to know and the node can't tell.
  std::map<std::string, std::string> attachments;
  /// Runs within the window, which then lasts as long as it does, and `window` at least; null: none.
  std::shared_ptr<WindowJob> job;

  /// How long the window can be.
  std::chrono::milliseconds longest_window() const { return job ? std::max(window, job->longest()) : window; }
};

/// What the runner tells its caller while it works; the command line draws it.
struct CollectProgress {
  enum class Stage { discovery, before, window, after, writing, collector_done };
  Stage stage = Stage::discovery;
  std::string text;  ///< what is being collected
  std::chrono::milliseconds left{0};
  const CollectorRecord* collector = nullptr;  ///< for collector_done
};

struct CollectOutcome {
  std::filesystem::path path;
  Manifest manifest;  ///< as written, without the list of members
  std::size_t worker_count = 0;
  bool in_part =
      false;  ///< something asked for failed, timed out or was cut, or the collection was interrupted: exit 4
};

/// Collects once. `interrupts` is counted up from a signal handler: at 1 the window ends early and the bundle is whole
/// and marked; at 2 or more the collection is given up (io) and leaves nothing behind. Fails (usage: unknown collector,
/// bad regex, no such pid or unit; not_found, permission, io: the target) before or without leaving a file behind.
Result<CollectOutcome> collect(const CollectOptions& options, std::span<const Collector* const> collectors,
                               const std::atomic<int>& interrupts,
                               const std::function<void(const CollectProgress&)>& progress);

/// Fails (usage) as collect() does on collector names, recordings and expressions, without looking at the node.
Result<void> check_collect_options(const CollectOptions& options, std::span<const Collector* const> collectors);

/// What `deep` may name: each word with its cost for people, in the order of the collectors.
std::vector<std::pair<std::string_view, std::string_view>> deep_recordings(
    std::span<const Collector* const> collectors);

/// One line per file pattern, command and probe that a collection with these options would read or run; subjects that
/// are only discovered at run time stay as their pattern.
std::vector<std::string> describe_captures(const CollectOptions& options, std::span<const Collector* const> collectors);

}  // namespace ihc
