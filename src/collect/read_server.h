// The child side of collect/read_helper.h.
#pragma once

#include <string>

namespace ihc {

/// Answers requests from `socket_fd` until it is closed; never returns. First sends one ReplyHead: done, or why
/// `root_dir` cannot be read (probe_failed with the ErrorCode, its sentence as bytes).
[[noreturn]] void run_read_server(int socket_fd, const std::string& root_dir, int parent_pid);

}  // namespace ihc
