// Outcomes of what can fail for reasons outside the program: a value, or one Error that a person can act on.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace ihc {

/// Why something failed, in classes that callers tell apart; exit codes are derived from these, never from message
/// text.
enum class ErrorCode {
  not_found,    ///< the named thing does not exist
  permission,   ///< it exists, this user may not have it
  io,           ///< the operating system refused for another reason (full disk, read-only target, device error)
  malformed,    ///< it was read, and is not what it should be
  too_large,    ///< it passes a limit of base/limits.h
  timed_out,    ///< its deadline passed
  unsupported,  ///< this build or this platform cannot do it
  usage,        ///< the caller's arguments contradict each other
  corrupt,      ///< it contradicts the manifest or its own hash
};

/// One failure: `what` is wrong with the thing named in `where`, and `hint` is what to do about it.
/// All three are lower-case fragments without a final full stop; `where` and `hint` may be empty.
struct Error {
  ErrorCode code = ErrorCode::io;
  std::string what;
  std::string where;
  std::string hint;
};

/// "<where>: <what>; <hint>" on one line, leaving out what is empty.
std::string to_string(const Error& error);

/// A value or an Error. Unlike tl::expected itself it is [[nodiscard]], so a dropped outcome is a compiler warning.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

/// Shorthand for returning a failure: `return fail(ErrorCode::not_found, "no such file", path, "check the path")`.
inline tl::unexpected<Error> fail(ErrorCode code, std::string what, std::string where = {}, std::string hint = {}) {
  return tl::unexpected<Error>(Error{code, std::move(what), std::move(where), std::move(hint)});
}

/// Passes another result's failure on.
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

/// The Error for an errno value: code by class, `what` from strerror.
Error error_from_errno(int error_number, std::string where, std::string hint = {});

}  // namespace ihc
