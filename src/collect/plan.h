// From a collector's table to what will be read and run: which collectors take part, and patterns with their subjects
// put in.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collect/collector.h"
#include "collect/reasons.h"
#include "collect/runner.h"

namespace ihc {

/// Which collectors take part, by their place in `collectors`. Fails (usage) on a name that none has, listing the
/// names.
Result<std::vector<bool>> chosen_collectors(const CollectOptions& options,
                                            std::span<const Collector* const> collectors);

/// options.root_dir as an absolute path; empty for the machine itself.
Result<std::string> absolute_root(const CollectOptions& options);

bool has_wildcard(std::string_view path);
bool names_worker(std::string_view text);

/// `text` with {worker} and {window} replaced.
std::string with_subject(std::string_view text, int worker_pid, std::chrono::milliseconds window);

/// What the placeholders stand for.
struct Subjects {
  std::span<const int> workers;
  std::span<const std::string> units;
  std::span<const std::string> cgroups;
  std::string_view memory_events;
};

/// A path once for each worker or control group; once as it is when it names none. Empty when it names subjects and
/// there are none.
std::vector<std::string> with_subjects(std::string_view path, const Subjects& subjects);

/// The arguments of a command up to the first empty one, with {workers}, {units}, {memory_events}, {window} and
/// {recording_seconds} filled in; {worker} stays for `worker_pid` to fill, and what has no subject stays as it is, as
/// {recording} does.
std::vector<std::string> command_arguments(const CommandOutput& command, int worker_pid, const Subjects& subjects,
                                           std::chrono::milliseconds window);

/// Fails (usage) on a word of --deep that no command has, listing those that are.
Result<void> check_deep(const CollectOptions& options, std::span<const Collector* const> collectors);
/// Whether a command runs with these options: those of a recording are asked for.
bool is_asked_for(const CommandOutput& command, const CollectOptions& options);
/// The record of a collector that has nothing to do because all its rows are recordings that nobody asked for.
std::optional<CollectorRecord> unasked_record(const Collector& collector, const CollectOptions& options);

bool names_workers(const CommandOutput& command);
bool names_units(const CommandOutput& command);
bool names_memory_events(const CommandOutput& command);
bool runs_per_worker(const CommandOutput& command);

Moment moment_of(const Capture& capture);

Needs needs_of(const Capture& capture);

/// What a row asks for, in words.
struct CaptureText {
  std::string_view kind;  ///< file, files, links, sample, command, probe
  std::string what;       ///< the path pattern, the command line, "name: call"
};
CaptureText describe(const Capture& capture, std::chrono::milliseconds window);

/// Why a command is not even tried, if so.
struct Refusal {
  StatusAndReason why;
  std::string hint;
};
std::optional<Refusal> refusal_of(const CommandOutput& command, const Subjects& subjects, bool is_below_root,
                                  std::span<const std::string> capabilities);

/// What to do about evidence of workers where none was found, and about a tool that is missing.
inline constexpr const char* kNoWorkerHint = "start the inference server, or name it with --pid, --unit or --match";
inline constexpr const char* kCountOnTheHost = "count on the host itself: the tree's processes are not those of here";
inline constexpr const char* kNoMetricsUrlHint = "name the server's metrics with --metrics-url";
std::string missing_tool_hint(const CommandOutput& command);

}  // namespace ihc
