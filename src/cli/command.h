// What a subcommand is. One file each, src/cli/command_<name>.cpp, that defines `extern const Command
// k_<name>_command`.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/exit_codes.h"

namespace ihc {

/// What every subcommand is told.
struct CommandContext {
  bool quiet = false;                  ///< --quiet: no talk on standard error
  std::vector<std::string> arguments;  ///< the command line as typed, without the program's name
};

struct Command {
  std::string_view name;
  std::string_view about;
  /// Declares the subcommand's options on `app` (already named and described) and returns what runs when it is chosen.
  /// The returned function owns its option values; the context outlives it.
  std::function<ExitCode()> (*declare)(CLI::App& app, const CommandContext& context);
};

/// All subcommands, sorted by name; defined by the source that the build generates from src/cli/command_*.cpp.
std::span<const Command* const> all_commands();

/// "ihc: <where>: <what>; <hint>" on standard error, and the exit code that fits.
ExitCode report_error(const Error& error);

}  // namespace ihc
