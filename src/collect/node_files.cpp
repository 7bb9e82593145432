#include "collect/node_files.h"

#include <algorithm>
#include <cerrno>
#include <set>

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "collect/reasons.h"

namespace ihc {

namespace {

int open_below(int root_fd, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, root_fd, path.c_str(), &how, sizeof how));
}

NodeAnswer os_error(int error_number) {
  return {.head = {.outcome = ReadOutcome::os_error, .detail = error_number}, .bytes = {}};
}

NodeAnswer not_a_file() { return {.head = {.outcome = ReadOutcome::not_a_file}, .bytes = {}}; }

/// Kernel pseudo files have no access time worth keeping, and asking costs a second open where it is refused.
bool on_kernel_file_system(std::string_view path) { return path.starts_with("/proc/") || path.starts_with("/sys/"); }

bool has_wildcard(std::string_view component) { return component.find_first_of("*?") != std::string_view::npos; }

std::string link_text(int directory_fd, const char* name, int* error_number) {
  std::string target(4096, '\0');
  const ssize_t length = ::readlinkat(directory_fd, name, target.data(), target.size());
  *error_number = length < 0 ? errno : 0;
  target.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return target;
}

/// Reads to the end or to one byte past the cap, which tells whether there was more.
int read_up_to(int fd, std::size_t max_bytes, NodeAnswer& answer) {
  char buffer[65536];
  for (;;) {
    const std::size_t wanted = std::min(sizeof buffer, max_bytes - answer.bytes.size() + 1);
    const ssize_t count = ::read(fd, buffer, wanted);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return 0;
    answer.bytes.append(buffer, static_cast<std::size_t>(count));
    if (answer.bytes.size() > max_bytes) {
      answer.bytes.resize(max_bytes);
      answer.head.cut = 1;
      return 0;
    }
  }
}

/// /proc/PID/task/TID/stat and schedstat: a line each, of a kind that is always a file, read by the hundred each
/// second.
bool is_thread_line(std::string_view path) {
  if (!path.starts_with("/proc/") || !(path.ends_with("/stat") || path.ends_with("/schedstat"))) return false;
  const std::vector<std::string_view> parts = split(path, '/');
  constexpr std::size_t kParts = 6;  // an empty one before the first slash
  return parts.size() == kParts && parts[3] == "task";
}

/// The kernel gives such a line whole at the first read, and there is nothing to find out about the file before.
NodeAnswer read_thread_line(const std::string& path, std::size_t max_bytes) {
  char buffer[4096];
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file) return os_error(errno);
  const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
  if (count < 0) return os_error(errno);
  NodeAnswer answer;
  answer.bytes.assign(buffer, std::min(static_cast<std::size_t>(count), max_bytes));
  answer.head.cut = static_cast<std::size_t>(count) > max_bytes ? 1 : 0;
  return answer;
}

}  // namespace

Result<NodeFiles> NodeFiles::open(const std::string& root_dir) {
  if (root_dir.empty() || root_dir == "/") return NodeFiles(FileDescriptor());
  FileDescriptor root(::open(root_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return fail(error_from_errno(errno, root_dir, "name the directory where the host's / is mounted"));
  if (const FileDescriptor tried(open_below(root.get(), "/", O_PATH | O_DIRECTORY)); tried) {
    return NodeFiles(std::move(root));
  }
  if (::chroot(root_dir.c_str()) == 0 && ::chdir("/") == 0) return NodeFiles(FileDescriptor());
  return fail(ErrorCode::unsupported,
              "this kernel cannot confine reads to a directory (no openat2, and chroot is refused)", root_dir,
              "run on Linux 5.6 or later, or as root");
}

int NodeFiles::open_path(const std::string& path, int flags) const {
  return root_ ? open_below(root_.get(), path, flags) : ::open(path.c_str(), flags | O_CLOEXEC);
}

/// A file that is open for reading, or the answer that says why not.
struct NodeFiles::Opened {
  FileDescriptor file;
  NodeAnswer refusal;
};

NodeFiles::Opened NodeFiles::open_file(const std::string& path) const {
  // Looked at before it is opened: opening alone already acts on some devices (a watchdog starts, a tape rewinds).
  struct stat status {};
  if (root_) {
    const FileDescriptor looked(open_path(path, O_PATH));
    if (!looked || ::fstat(looked.get(), &status) != 0) return {FileDescriptor(), os_error(errno)};
  } else if (::stat(path.c_str(), &status) != 0) {
    return {FileDescriptor(), os_error(errno)};
  }
  if (!S_ISREG(status.st_mode)) return {FileDescriptor(), not_a_file()};
  constexpr int kFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
  FileDescriptor file(open_path(path, on_kernel_file_system(path) ? kFlags : kFlags | O_NOATIME));
  if (!file && errno == EPERM) file = FileDescriptor(open_path(path, kFlags));
  if (!file || ::fstat(file.get(), &status) != 0) return {FileDescriptor(), os_error(errno)};
  if (!S_ISREG(status.st_mode)) return {FileDescriptor(), not_a_file()};
  return {std::move(file), {}};
}

NodeAnswer NodeFiles::read(const std::string& path, std::size_t max_bytes) const {
  if (!root_ && is_thread_line(path)) return read_thread_line(path, max_bytes);
  Opened opened = open_file(path);
  if (!opened.file) return std::move(opened.refusal);
  NodeAnswer answer;
  const int error_number = read_up_to(opened.file.get(), max_bytes, answer);
  return error_number == 0 ? answer : os_error(error_number);
}

NodeAnswer NodeFiles::access(const std::string& path) const { return open_file(path).refusal; }

NodeAnswer NodeFiles::program(const std::string& path) const {
  const FileDescriptor file(open_path(path, O_PATH));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return os_error(errno);
  if (!S_ISREG(status.st_mode)) return not_a_file();
  // By way of /proc, because old kernels check access by name only and a descriptor that only names a file has no
  // attributes.
  const std::string by_descriptor = "/proc/self/fd/" + std::to_string(file.get());
  if (::faccessat(AT_FDCWD, by_descriptor.c_str(), X_OK, AT_EACCESS) != 0) return os_error(errno);
  NodeAnswer answer;
  const bool has_capabilities = ::getxattr(by_descriptor.c_str(), "security.capability", nullptr, 0) > 0;
  if (has_capabilities || (status.st_mode & S_ISUID) != 0) answer.bytes = "privileged";
  return answer;
}

NodeAnswer NodeFiles::read_link(const std::string& path) const {
  NodeAnswer answer;
  int error_number = 0;
  if (root_) {
    const FileDescriptor link(open_path(path, O_PATH | O_NOFOLLOW));
    if (!link) return os_error(errno);
    answer.bytes = link_text(link.get(), "", &error_number);
    // readlinkat(2) says ENOENT of a descriptor that is no link, EINVAL of a name that is none.
    if (error_number == ENOENT) error_number = EINVAL;
  } else {
    answer.bytes = link_text(AT_FDCWD, path.c_str(), &error_number);
  }
  return error_number == 0 ? answer : os_error(error_number);
}

bool NodeFiles::exists(const std::string& path) const {
  if (root_) return static_cast<bool>(FileDescriptor(open_path(path, O_PATH | O_NOFOLLOW))) || errno == EACCES;
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 || errno == EACCES;
}

std::vector<std::string> NodeFiles::names_in(const std::string& directory, int* error_number) const {
  *error_number = 0;
  std::vector<std::string> names;
  FileDescriptor fd(open_path(directory, O_RDONLY | O_DIRECTORY | O_NONBLOCK));
  DIR* stream = fd ? ::fdopendir(fd.get()) : nullptr;
  if (stream == nullptr) {
    *error_number = errno;
    return names;
  }
  fd.release();
  errno = 0;
  while (const dirent* entry = ::readdir(stream)) names.emplace_back(entry->d_name);
  *error_number = errno;
  ::closedir(stream);
  std::sort(names.begin(), names.end(), natural_less);
  return names;
}

struct NodeFiles::Expansion {
  std::vector<std::string_view> components;
  std::string found;
  std::size_t count = 0;
  bool full = false;
  int unlisted_error = 0;

  void add(const std::string& path) {
    if (count >= limits::kMaxGlobMatches) {
      full = true;
      return;
    }
    ++count;
    found += path;
    found += '\0';
  }
};

void NodeFiles::expand(Expansion& expansion, const std::string& prefix, std::size_t component) const {
  std::string path = prefix;
  std::size_t at = component;
  for (; at < expansion.components.size() && !has_wildcard(expansion.components[at]); ++at) {
    path += '/';
    path += expansion.components[at];
  }
  if (at == expansion.components.size()) {
    // A match of the last component was seen in its directory; what follows a wildcard was only put together. Every
    // thread has the same files, and looking at each of ten thousand would cost as much as reading it.
    const bool is_thread_file = path.starts_with("/proc/") && path.find("/task/") != std::string::npos;
    if (at == component || is_thread_file || exists(path)) expansion.add(path);
    return;
  }
  int error_number = 0;
  const std::vector<std::string> names = names_in(path.empty() ? "/" : path, &error_number);
  const bool is_no_directory = error_number == ENOENT || error_number == ENOTDIR || error_number == ESRCH;
  if (error_number != 0 && !is_no_directory) expansion.unlisted_error = error_number;
  for (const std::string& name : names) {
    if (expansion.full) return;
    if (name.front() == '.' || !glob_match(expansion.components[at], name)) continue;
    expand(expansion, path + "/" + name, at + 1);
  }
}

NodeAnswer NodeFiles::glob(const std::string& pattern) const {
  Expansion expansion;
  for (const std::string_view component : split(pattern, '/')) {
    if (!component.empty()) expansion.components.push_back(component);
  }
  expand(expansion, "", 0);
  return {
      .head = {.outcome = ReadOutcome::done, .cut = expansion.full ? 1 : 0, .unlisted_error = expansion.unlisted_error},
      .bytes = std::move(expansion.found)};
}

NodeAnswer NodeFiles::link_targets(std::string_view directory_and_patterns) const {
  const std::vector<std::string_view> parts = split_nul(directory_and_patterns);
  if (parts.empty()) return os_error(EINVAL);
  const std::string directory(parts.front());
  int error_number = 0;
  const std::vector<std::string> names = names_in(directory, &error_number);
  if (error_number != 0) return os_error(error_number);
  const FileDescriptor fd(open_path(directory, O_RDONLY | O_DIRECTORY));
  if (!fd) return os_error(errno);
  std::set<std::string> found;
  for (const std::string& name : names) {
    std::string target = link_text(fd.get(), name.c_str(), &error_number);
    const auto matches = [&](std::string_view pattern) { return glob_match(pattern, target); };
    if (error_number == 0 && std::any_of(parts.begin() + 1, parts.end(), matches)) found.insert(std::move(target));
  }
  NodeAnswer answer;
  for (const std::string& target : found) answer.bytes += target + '\0';
  return answer;
}

}  // namespace ihc
