#include "collect/plan.h"

#include <algorithm>

#include "base/diagnostics.h"

namespace ihc {

namespace {

constexpr std::string_view kWorker = "{worker}";
constexpr std::string_view kWorkers = "{workers}";
constexpr std::string_view kWindow = "{window}";
constexpr std::string_view kUnits = "{units}";
constexpr std::string_view kCgroup = "{cgroup}";

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

bool has_wildcard(std::string_view path) { return path.find_first_of("*?") != std::string_view::npos; }

bool names_worker(std::string_view text) { return text.find(kWorker) != std::string_view::npos; }

std::string with_subject(std::string_view text, int worker_pid, std::chrono::milliseconds window) {
  const std::string with_worker =
      worker_pid > 0 ? replaced(text, kWorker, std::to_string(worker_pid)) : std::string(text);
  return replaced(with_worker, kWindow, whole_seconds(window));
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
    const std::string filled = workers.empty() ? std::string(argument) : replaced(argument, kWorkers, joined(workers));
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

bool runs_per_worker(const CommandOutput& command) {
  return std::any_of(command.argv.begin(), command.argv.end(), names_worker);
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
