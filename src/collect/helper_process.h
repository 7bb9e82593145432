// What the helper processes of a collection have in common: copies of this program, made by fork(2), that do what could
// block or be attacked, speak with their parent over one socket, and end with it.
#pragma once

#include <sys/types.h>

namespace ihc {

/// Where a helper finds its end of the socket.
inline constexpr int kHelperSocketFd = 3;

/// The first thing in a helper: ends with the parent, hears no Ctrl-C, keeps no descriptor but its socket. Exits at
/// once when the parent is gone already.
void leave_the_parents_world(int socket_fd, int parent_pid);

/// Collects an ended child, waiting a millisecond a round; true when there is nothing left to collect.
bool wait_for(pid_t pid, int rounds);

}  // namespace ihc
