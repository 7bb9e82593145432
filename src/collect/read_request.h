// What is asked of the process that reads a node, and what comes back. Requests and replies cross a socket between two
// copies of the same program, so their heads are plain structs of that program.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "bundle/manifest.h"

namespace ihc {

enum class ReadKind : std::int32_t {
  file,               ///< the bytes of a regular or kernel file
  link,               ///< the target of a symbolic link
  glob,               ///< paths that match, NUL-separated, each directory in natural order
  link_targets,       ///< distinct targets of the links in a directory that match a pattern, NUL-separated and sorted;
                      ///< `path` is the directory and the patterns, NUL-separated
  probe,              ///< the text that a function returns
  access,             ///< nothing, if the file may be opened for reading: it is opened and closed
  access_of_program,  ///< the same for a program that this process would start
  program,  ///< if this is a program that may be run: the word "privileged" where the file itself brings privileges
            ///< (capabilities(7) of a file, set-user-ID), else nothing
};

struct ReadRequest {
  ReadKind kind = ReadKind::file;
  std::string path;  ///< absolute, on the node (below --root); for a probe its name, for the account
  std::size_t max_bytes = limits::kMaxFileBytes;
  std::chrono::milliseconds deadline = limits::kReadDeadline;
  Result<std::string> (*probe)(int pid) = nullptr;
  int pid = 0;
};

struct ReadReply {
  EvidenceStatus status = EvidenceStatus::ok;
  std::string reason;  ///< a word of collect/reasons.h; empty when ok
  std::string bytes;
  bool cut = false;
  std::int64_t taken_ns = 0;  ///< CLOCK_MONOTONIC just before the read
  std::int64_t duration_ns = 0;
};

/// How a request went, as the reading process says it.
enum class ReadOutcome : std::int32_t {
  done,
  os_error,      ///< detail is an errno
  not_a_file,    ///< a FIFO, socket, device or directory: not read
  probe_failed,  ///< detail is an ErrorCode
};

struct RequestHead {
  ReadKind kind = ReadKind::file;
  std::int32_t pid = 0;
  std::uint64_t path_bytes = 0;
  std::uint64_t max_bytes = 0;
  Result<std::string> (*probe)(int pid) = nullptr;
};

struct ReplyHead {
  ReadOutcome outcome = ReadOutcome::done;
  std::int32_t detail = 0;
  std::uint64_t bytes = 0;
  std::int64_t taken_ns = 0;
  std::int64_t duration_ns = 0;
  std::int32_t cut = 0;
  std::int32_t unlisted_error = 0;  ///< of a glob: errno of a directory that could not be listed, else 0
};

}  // namespace ihc
