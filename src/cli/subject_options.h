// The options that say whom a command looks at, the same for all that look at a node.
#pragma once

#include <CLI/CLI.hpp>

#include "collect/runner.h"

namespace ihc {

/// --pid, --unit and --match, of which one at most; `options` outlives the parsing.
inline void add_subject_options(CLI::App& app, CollectOptions& options) {
  auto* pid =
      app.add_option("--pid", options.pid, "look at this process and what is below it")->check(CLI::PositiveNumber);
  auto* unit = app.add_option("--unit", options.unit, "look at the processes of this systemd unit");
  auto* match =
      app.add_option("--match", options.match, "look at processes whose command line matches this RE2 expression");
  pid->excludes(unit)->excludes(match);
  unit->excludes(match);
}

}  // namespace ihc
