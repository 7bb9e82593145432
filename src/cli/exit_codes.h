// The exit codes of ihc: one table, repeated for readers in README.md.
#pragma once

#include "base/result.h"

namespace ihc {

enum class ExitCode : int {
  done = 0,       ///< done; what a node structurally lacks is no failure
  answer_no = 1,  ///< --fail-on threshold met, lint or rule tests failed
  usage = 2,      ///< wrong usage
  bad_input = 3,  ///< input that can't be read, or fails verify
  in_part = 4,    ///< something asked for failed, timed out or was cut; interrupted but whole. Never from check
  internal = 70,  ///< a bug
};

/// The exit code for a failure that ends a command: usage → 2; everything about input → 3.
constexpr ExitCode exit_code_for(ErrorCode code) {
  return code == ErrorCode::usage ? ExitCode::usage : ExitCode::bad_input;
}

}  // namespace ihc
