// The reason codes that collecting itself gives (DESIGN "Words"), each spelled once.
#pragma once

#include <string_view>

#include "base/result.h"
#include "bundle/manifest.h"

namespace ihc::reason {

inline constexpr const char* kFileAbsent = "file_absent";
inline constexpr const char* kPermission = "permission";
inline constexpr const char* kToolMissing = "tool_missing";
inline constexpr const char* kTimedOut = "timed_out";
inline constexpr const char* kStructural = "structural";   ///< this node has no such thing, and that is no failure
inline constexpr const char* kFailed = "failed";           ///< an I/O error, a command's exit status, a dead helper
inline constexpr const char* kOverBudget = "over_budget";  ///< a cap of base/limits.h was reached
inline constexpr const char* kEventUnsupported = "event_unsupported";
inline constexpr const char* kIntervalTooShort = "interval_too_short";
inline constexpr const char* kNotAsked = "not_asked";  ///< left out by --only or --skip

}  // namespace ihc::reason

namespace ihc {

struct StatusAndReason {
  EvidenceStatus status = EvidenceStatus::ok;
  const char* reason = "";
};

/// The same with a reason that lives as long as the program; a word that is none of the above becomes "failed".
StatusAndReason lasting(EvidenceStatus status, std::string_view reason_word);

/// What an errno says of a file or a directory that was asked for.
StatusAndReason classify_errno(int error_number);

/// What the failure of a probe says of its value.
StatusAndReason classify_error(ErrorCode code);

}  // namespace ihc
