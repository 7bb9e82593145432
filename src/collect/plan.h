// From a collector's table to what will be read and run: which collectors take part, and patterns with their subjects
// put in.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collect/collector.h"
#include "collect/runner.h"

namespace ihc {

/// Which collectors take part, by their place in `collectors`. Fails (usage) on a name that none has, listing the
/// names.
Result<std::vector<bool>> chosen_collectors(const CollectOptions& options,
                                            std::span<const Collector* const> collectors);

bool has_wildcard(std::string_view path);
bool names_worker(std::string_view text);

/// `text` with {worker} and {window} replaced.
std::string with_subject(std::string_view text, int worker_pid, std::chrono::milliseconds window);

/// What the placeholders stand for.
struct Subjects {
  std::span<const int> workers;
  std::span<const std::string> units;
  std::span<const std::string> cgroups;
};

/// A path once for each worker or control group; once as it is when it names none. Empty when it names subjects and
/// there are none.
std::vector<std::string> with_subjects(std::string_view path, const Subjects& subjects);

/// The arguments of a command up to the first empty one, with {workers}, {units}, {window} and {recording_seconds}
/// filled in; {worker} stays for `worker_pid` to fill, and what has no subject stays as it is, as {recording} does.
std::vector<std::string> command_arguments(const CommandOutput& command, int worker_pid, const Subjects& subjects,
                                           std::chrono::milliseconds window);

/// Fails (usage) on a word of --deep that no command has, listing those that are.
Result<void> check_deep(const CollectOptions& options, std::span<const Collector* const> collectors);
/// Whether a command runs with these options: those of a recording are asked for.
bool is_asked_for(const CommandOutput& command, const CollectOptions& options);

bool names_workers(const CommandOutput& command);
bool names_units(const CommandOutput& command);
bool runs_per_worker(const CommandOutput& command);

Moment moment_of(const Capture& capture);

}  // namespace ihc
