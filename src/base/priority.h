// The priority of work that must not be felt by what it looks at.
#pragma once

namespace ihc {

/// Nice 19 and the idle I/O class for the calling process and what it starts from now on; setpriority(2),
/// ioprio_set(2). Never fails: lowering is allowed to everyone. Async-signal-safe.
void lower_own_priority();

}  // namespace ihc
