#include "base/result.h"

#include <cerrno>
#include <cstring>

namespace ihc {

std::string to_string(const Error& error) {
  std::string text = error.where;
  if (!text.empty()) text += ": ";
  text += error.what;
  if (!error.hint.empty()) text += "; " + error.hint;
  return text;
}

namespace {

ErrorCode code_from_errno(int error_number) {
  if (error_number == ENOENT || error_number == ENOTDIR || error_number == ESRCH) return ErrorCode::not_found;
  if (error_number == EACCES || error_number == EPERM) return ErrorCode::permission;
  if (error_number == ETIMEDOUT) return ErrorCode::timed_out;
  return ErrorCode::io;
}

}  // namespace

Error error_from_errno(int error_number, std::string where, std::string hint) {
  char buffer[256] = {};
  const char* text = strerror_r(error_number, buffer, sizeof buffer);
  return {code_from_errno(error_number), text, std::move(where), std::move(hint)};
}

}  // namespace ihc
