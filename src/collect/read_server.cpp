#include "collect/read_server.h"

#include <cerrno>
#include <optional>
#include <string_view>

#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "collect/as_started_program.h"
#include "collect/helper_process.h"
#include "collect/node_files.h"

namespace ihc {

namespace {

/// Takes exactly `size` bytes; false at the end of the stream.
bool receive_all(void* to, std::size_t size) {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t count = ::read(kHelperSocketFd, at, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

bool send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(kHelperSocketFd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool send_answer(NodeAnswer& answer) {
  answer.head.bytes = answer.bytes.size();
  std::string message(reinterpret_cast<const char*>(&answer.head), sizeof answer.head);
  // Small answers go out with their head in one call; large ones are not copied.
  constexpr std::size_t kCopiedBytes = 65536;
  if (answer.bytes.size() <= kCopiedBytes) return send_all(message += answer.bytes);
  return send_all(message) && send_all(answer.bytes);
}

NodeAnswer failed(const Error& error) {
  return {.head = {.outcome = ReadOutcome::probe_failed, .detail = static_cast<std::int32_t>(error.code)},
          .bytes = to_string(error)};
}

NodeAnswer run_probe(const RequestHead& request) {
  Result<std::string> value = request.probe(request.pid);
  if (!value) return failed(value.error());
  return {.head = {}, .bytes = std::move(*value)};
}

NodeAnswer serve(const NodeFiles& files, const RequestHead& request, const std::string& path) {
  switch (request.kind) {
    case ReadKind::file:
      return files.read(path, request.max_bytes);
    case ReadKind::link:
      return files.read_link(path);
    case ReadKind::glob:
      return files.glob(path);
    case ReadKind::link_targets:
      return files.link_targets(path);
    case ReadKind::probe:
      return run_probe(request);
    case ReadKind::access:
      return files.access(path);
    case ReadKind::access_of_program: {
      const AsAStartedProgram as_program;
      return files.access(path);
    }
    case ReadKind::program:
      return files.program(path);
  }
  return {};
}

}  // namespace

void run_read_server(int socket_fd, const std::string& root_dir, int parent_pid) {
  leave_the_parents_world(socket_fd, parent_pid);
  const Result<NodeFiles> files = NodeFiles::open(root_dir);
  NodeAnswer hello = files ? NodeAnswer{} : failed(files.error());
  if (!send_answer(hello) || !files) ::_exit(1);
  RequestHead request;
  while (receive_all(&request, sizeof request)) {
    std::string path(request.path_bytes, '\0');
    if (!receive_all(path.data(), path.size())) break;
    const std::int64_t taken_ns = monotonic_now_ns();
    NodeAnswer answer = serve(*files, request, path);
    answer.head.taken_ns = taken_ns;
    answer.head.duration_ns = monotonic_now_ns() - taken_ns;
    if (!send_answer(answer)) break;
  }
  ::_exit(0);
}

}  // namespace ihc
