// What `compare` reads: bundles and facts files, each judged by the same rules, with the samples of its runs.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/assess.h"
#include "compare/arm.h"

namespace ihc {

/// One bundle (an archive or a folder) or a facts document (`ihc inspect --facts`, a file that ends in .json), in which
/// runs have figures and no samples. Fails (malformed, io) with the file's name for what is neither.
Result<compare::ArmBundle> read_compared(const std::string& path, const RulePack& pack, const AssessOptions& options);

/// An arm of them, in the order given.
Result<compare::Arm> read_arm(const std::string& label, const std::vector<std::string>& paths, const RulePack& pack,
                              const AssessOptions& options);

}  // namespace ihc
