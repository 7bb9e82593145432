// Which bundles a comparison is of, from the command line: two arms (with a control group or without), labelled groups,
// or a study with its plan. Nothing is opened here but the plan.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/result.h"

namespace ihc {

struct ArmOptions {
  std::vector<std::string> before;
  std::vector<std::string> after;
  std::vector<std::string> control;
  std::vector<std::string> control_after;
  std::vector<std::string> groups;  ///< LABEL=FILE,FILE…
  std::string plan;                 ///< a study's folder
};

/// Declares BEFORE, --after, --control, --control-after, --group and --plan; `options` outlives the parsing.
void add_arm_options(CLI::App& app, ArmOptions& options);

struct ArmFiles {
  std::string label;
  std::vector<std::string> paths;
  std::vector<std::string> changed;  ///< of a plan: conditions that are the change under test, as --expect names them
};

struct ComparedFiles {
  std::vector<ArmFiles> arms;      ///< two or more; each later one is held against the first
  std::vector<ArmFiles> control;   ///< none, or two: before and after
  std::vector<std::string> order;  ///< of a plan: the arm of each bundle as they were to be taken; else empty
};

/// Fails (usage) where the options contradict each other, an arm is missing or empty, or a file is given twice; with
/// what the plan fails with.
Result<ComparedFiles> compared_files(const ArmOptions& options);

}  // namespace ihc
