// What stands between a program that is installed and its output: known without running it.
#pragma once

#include <span>
#include <string>

#include "collect/capture.h"
#include "collect/read_helper.h"
#include "collect/reasons.h"

namespace ihc {

/// Who asks, and about whom.
struct Asking {
  int effective_uid = 0;
  std::span<const std::string> capabilities;          ///< effective
  std::span<const std::string> program_capabilities;  ///< those that a program started by this one has
  std::span<const int> workers;
  const ReadBudget& budget;
};

/// What a collection would say of the command's output, as far as that can be known beforehand. `brings_privileges`:
/// the program's own file has capabilities or a set-user-ID bit.
StatusAndReason outlook_of(ReadHelper& helper, const CommandOutput& command, const Asking& asking,
                           bool brings_privileges);

/// Whether this program itself may open software counters of the workers.
StatusAndReason own_counters(ReadHelper& helper, const Asking& asking);

}  // namespace ihc
