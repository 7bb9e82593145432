#include "collect/reasons.h"

#include <array>
#include <cerrno>

namespace ihc {

StatusAndReason lasting(EvidenceStatus status, std::string_view reason_word) {
  if (reason_word.empty()) return {status, ""};
  constexpr std::array kWords{reason::kFileAbsent, reason::kPermission,       reason::kToolMissing,
                              reason::kTimedOut,   reason::kStructural,       reason::kFailed,
                              reason::kOverBudget, reason::kEventUnsupported, reason::kIntervalTooShort,
                              reason::kNotAsked};
  for (const char* word : kWords) {
    if (reason_word == word) return {status, word};
  }
  return {status, reason::kFailed};
}

StatusAndReason classify_errno(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
    case ESRCH:  // a process that ended while its file was open
      return {EvidenceStatus::absent, reason::kFileAbsent};
    case EACCES:
    case EPERM:
      return {EvidenceStatus::permission, reason::kPermission};
    case EINVAL:  // an attribute that exists and has no value here: /sys/class/net/lo/speed
    case EOPNOTSUPP:
    case ENOSYS:
    case ENODATA:
    case ENXIO:
    case ENODEV:
    case ELOOP:  // a link that leads nowhere, or that openat2(2) may not follow
    case EXDEV:
      return {EvidenceStatus::absent, reason::kStructural};
    case EAGAIN:  // it would have blocked
    case ETIMEDOUT:
      return {EvidenceStatus::timed_out, reason::kTimedOut};
    default:
      return {EvidenceStatus::failed, reason::kFailed};
  }
}

StatusAndReason classify_error(ErrorCode code) {
  switch (code) {
    case ErrorCode::not_found:
      return {EvidenceStatus::absent, reason::kFileAbsent};
    case ErrorCode::permission:
      return {EvidenceStatus::permission, reason::kPermission};
    case ErrorCode::unsupported:
      return {EvidenceStatus::absent, reason::kStructural};
    case ErrorCode::timed_out:
      return {EvidenceStatus::timed_out, reason::kTimedOut};
    case ErrorCode::too_large:
      return {EvidenceStatus::skipped, reason::kOverBudget};
    case ErrorCode::io:
    case ErrorCode::malformed:
    case ErrorCode::usage:
    case ErrorCode::corrupt:
      return {EvidenceStatus::failed, reason::kFailed};
  }
  return {EvidenceStatus::failed, reason::kFailed};
}

}  // namespace ihc
