// The half of ihc-pdf that stays outside: it gives the confined half a clean environment and a private folder, watches
// it, and clears up after it however it ends.
#pragma once

#include <chrono>

namespace ihc {

/// Runs this program again as its confined half, with the same standard streams, and returns the exit code for the
/// caller.
int supervise(std::chrono::seconds timeout);

/// argv[1] of the confined half; argv[2] is its private folder.
inline constexpr const char* kConfinedArgument = "--confined";

}  // namespace ihc
