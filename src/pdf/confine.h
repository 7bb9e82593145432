// Taking from this process what turning HTML into a PDF doesn't need, before it reads a byte of the HTML: the network,
// other programs, the superuser's rights, other people's files, and more memory or time than limits.h grants.
#pragma once

#include <string>

#include "base/result.h"

namespace ihc {

/// The user and group "nobody" of Debian, by number: looking the name up would read files that we are about to give up.
inline constexpr unsigned kNobody = 65534;

/// Confines the calling process for good. Must be called while it has one thread. `private_dir` is the one folder that
/// stays writable. What must hold on every kernel (seccomp filter, resource limits) fails with `unsupported`; what a
/// kernel or a container may refuse (network namespace, Landlock, changing the user) is done where it is allowed.
Result<void> confine(const std::string& private_dir);

}  // namespace ihc
