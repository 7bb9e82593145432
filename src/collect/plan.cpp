#include "collect/plan.h"

#include <algorithm>

#include "base/diagnostics.h"

namespace ihc {

namespace {

constexpr std::string_view kWorker = "{worker}";
constexpr std::string_view kWorkers = "{workers}";
constexpr std::string_view kWindow = "{window}";
constexpr std::string_view kUnits = "{units}";
constexpr std::string_view kMemoryEvents = "{memory_events}";
constexpr std::string_view kCgroup = "{cgroup}";
constexpr std::string_view kRecordingSeconds = "{recording_seconds}";

std::string replaced(std::string_view text, std::string_view placeholder, std::string_view value) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t found = std::min(text.find(placeholder, at), text.size());
    result += text.substr(at, found - at);
    if (found == text.size()) break;
    result += value;
    at = found + placeholder.size();
  }
  return result;
}

std::string joined(std::span<const int> numbers) {
  std::string text;
  for (const int number : numbers) text += (text.empty() ? "" : ",") + std::to_string(number);
  return text;
}

/// Whole seconds that reach the end of the window; it is then interrupted there.
std::string whole_seconds(std::chrono::milliseconds window) {
  return std::to_string(std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(window).count()));
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Result<std::vector<bool>> chosen_collectors(const CollectOptions& options,
                                            std::span<const Collector* const> collectors) {
  std::vector<std::string> names;
  for (const Collector* collector : collectors) names.emplace_back(collector->name);
  for (const auto* list : {&options.only, &options.skip}) {
    for (const std::string& name : *list) {
      if (contains(names, name)) continue;
      std::string known;
      for (const std::string& other : names) known += (known.empty() ? "" : ", ") + other;
      const std::string near = closest_word(name, names);
      return fail(ErrorCode::usage, "no such collector", (list == &options.only ? "--only " : "--skip ") + name,
                  (near.empty() ? "" : "did you mean " + near + "? ") + "the collectors are " + known);
    }
  }
  std::vector<bool> chosen;
  for (const std::string& name : names) {
    chosen.push_back((options.only.empty() || contains(options.only, name)) && !contains(options.skip, name));
  }
  return chosen;
}

std::vector<std::pair<std::string_view, std::string_view>> deep_recordings(
    std::span<const Collector* const> collectors) {
  std::vector<std::pair<std::string_view, std::string_view>> recordings;
  for (const Collector* collector : collectors) {
    for (const Capture& capture : collector->captures) {
      const auto* command = std::get_if<CommandOutput>(&capture);
      if (command == nullptr || command->cost.empty()) continue;
      recordings.emplace_back(command->deep, command->cost);
    }
  }
  return recordings;
}

Result<void> check_deep(const CollectOptions& options, std::span<const Collector* const> collectors) {
  std::vector<std::string> known;
  for (const auto& [word, cost] : deep_recordings(collectors)) known.emplace_back(word);
  for (const std::string& word : options.deep) {
    if (contains(known, word)) continue;
    std::string list;
    for (const std::string& other : known) list += (list.empty() ? "" : ", ") + other;
    return fail(ErrorCode::usage, "no such recording", "--deep " + word, "the recordings are " + list);
  }
  return {};
}

bool is_asked_for(const CommandOutput& command, const CollectOptions& options) {
  return command.deep.empty() || contains(options.deep, command.deep);
}

std::optional<CollectorRecord> unasked_record(const Collector& collector, const CollectOptions& options) {
  std::string_view word;
  for (const Capture& capture : collector.captures) {
    const auto* command = std::get_if<CommandOutput>(&capture);
    if (command == nullptr || is_asked_for(*command, options)) return std::nullopt;
    word = command->deep;
  }
  if (word.empty()) return std::nullopt;
  return CollectorRecord{.name = std::string(collector.name),
                         .state = CollectorState::skipped,
                         .reason = reason::kNotAsked,
                         .hint = "collect again as root with --deep " + std::string(word)};
}

Result<std::string> absolute_root(const CollectOptions& options) {
  if (options.root_dir.empty()) return std::string();
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(options.root_dir, error).lexically_normal();
  if (error) return fail(error_from_errno(error.value(), options.root_dir.string()));
  return absolute == "/" ? std::string() : absolute.string();
}

bool has_wildcard(std::string_view path) { return path.find_first_of("*?") != std::string_view::npos; }

bool names_worker(std::string_view text) { return text.find(kWorker) != std::string_view::npos; }

std::string with_subject(std::string_view text, int worker_pid, std::chrono::milliseconds window) {
  const std::string with_worker =
      worker_pid > 0 ? replaced(text, kWorker, std::to_string(worker_pid)) : std::string(text);
  const auto recorded = std::min<std::chrono::milliseconds>(window, limits::kMaxRecordingTime);
  return replaced(replaced(with_worker, kWindow, whole_seconds(window)), kRecordingSeconds, whole_seconds(recorded));
}

std::vector<std::string> with_subjects(std::string_view path, const Subjects& subjects) {
  std::vector<std::string> paths;
  if (path.starts_with(kCgroup)) {
    for (const std::string& directory : subjects.cgroups) paths.push_back(replaced(path, kCgroup, directory));
    return paths;
  }
  if (!names_worker(path)) return {std::string(path)};
  for (const int pid : subjects.workers) paths.push_back(replaced(path, kWorker, std::to_string(pid)));
  return paths;
}

std::vector<std::string> command_arguments(const CommandOutput& command, int worker_pid, const Subjects& subjects,
                                           std::chrono::milliseconds window) {
  const std::span<const int> workers = subjects.workers;
  std::vector<std::string> arguments;
  for (const std::string_view argument : command.argv) {
    if (argument.empty()) break;
    if (argument == kUnits && !subjects.units.empty()) {
      arguments.insert(arguments.end(), subjects.units.begin(), subjects.units.end());
      continue;
    }
    std::string filled = workers.empty() ? std::string(argument) : replaced(argument, kWorkers, joined(workers));
    if (!subjects.memory_events.empty()) filled = replaced(filled, kMemoryEvents, subjects.memory_events);
    arguments.push_back(with_subject(filled, worker_pid, window));
  }
  return arguments;
}

bool names_workers(const CommandOutput& command) {
  return std::any_of(command.argv.begin(), command.argv.end(), [](std::string_view argument) {
    return argument.find(kWorkers) != std::string_view::npos || names_worker(argument);
  });
}

bool names_units(const CommandOutput& command) {
  return std::find(command.argv.begin(), command.argv.end(), kUnits) != command.argv.end();
}

bool names_memory_events(const CommandOutput& command) {
  return std::any_of(command.argv.begin(), command.argv.end(),
                     [](std::string_view argument) { return argument.find(kMemoryEvents) != std::string_view::npos; });
}

bool runs_per_worker(const CommandOutput& command) {
  return std::any_of(command.argv.begin(), command.argv.end(), names_worker);
}

std::optional<Refusal> refusal_of(const CommandOutput& command, const Subjects& subjects, bool is_below_root,
                                  std::span<const std::string> capabilities) {
  if (names_workers(command) && subjects.workers.empty()) {
    return Refusal{{EvidenceStatus::skipped, reason::kStructural}, kNoWorkerHint};
  }
  if (names_units(command) && subjects.units.empty()) {
    return Refusal{{EvidenceStatus::skipped, reason::kStructural}, "no worker belongs to a unit of the system manager"};
  }
  if (names_memory_events(command) && subjects.memory_events.empty()) {
    return Refusal{{EvidenceStatus::skipped, reason::kEventUnsupported},
                   "no hardware counters here (usual in a virtual machine), or no events known that tell where this "
                   "CPU's loads were served from"};
  }
  if (is_below_root && std::find(capabilities.begin(), capabilities.end(), "cap_sys_chroot") == capabilities.end()) {
    return Refusal{{EvidenceStatus::skipped, reason::kPermission},
                   "run as root, or grant cap_sys_chroot: commands run below --root"};
  }
  return std::nullopt;
}

std::string missing_tool_hint(const CommandOutput& command) {
  return command.hint.empty() ? "install " + std::string(command.argv.front()) : std::string(command.hint);
}

Moment moment_of(const Capture& capture) {
  return std::visit(
      [](const auto& row) {
        if constexpr (requires { row.moment; }) {
          return row.moment;
        } else {
          return Moment::during;  // Sampled, Scraped
        }
      },
      capture);
}

}  // namespace ihc
