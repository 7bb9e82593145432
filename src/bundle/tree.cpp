#include "bundle/tree.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ihc {

namespace {

constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0600;
constexpr const char* kFullHint = "free some space or choose another output";

Result<FileDescriptor> enter(int parent, const std::string& component, const std::string& where) {
  if (::mkdirat(parent, component.c_str(), kFolderMode) != 0 && errno != EEXIST) {
    return fail(error_from_errno(errno, where, kFullHint));
  }
  FileDescriptor folder(::openat(parent, component.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder) return fail(error_from_errno(errno, where));
  return folder;
}

Result<void> write_all(int fd, std::string_view bytes, const std::string& where) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(error_from_errno(errno, where, kFullHint));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<TreeWriter> TreeWriter::open(const std::filesystem::path& folder, std::string name, Durability durability) {
  FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return fail(error_from_errno(errno, name));
  return TreeWriter(std::move(opened), std::move(name), durability);
}

Result<FileDescriptor> TreeWriter::open_parent(std::string_view path, std::string_view& file_name) const {
  FileDescriptor folder(::fcntl(folder_.get(), F_DUPFD_CLOEXEC, 0));
  if (!folder) return fail(error_from_errno(errno, name_));
  std::string_view rest = path;
  for (std::size_t at = rest.find('/'); at != std::string_view::npos; at = rest.find('/')) {
    const std::string where = name_ + "/" + printable_path(path.substr(0, path.size() - rest.size() + at));
    auto next = enter(folder.get(), std::string(rest.substr(0, at)), where);
    if (!next) return next;
    folder = std::move(*next);
    rest.remove_prefix(at + 1);
  }
  file_name = rest;
  return folder;
}

Result<void> TreeWriter::write(std::string_view path, PathKind kind, std::string_view bytes) {
  if (auto allowed = check_bundle_path(path, kind); !allowed) return allowed;
  const std::string where = name_ + "/" + printable_path(path);
  std::string_view file_name;
  auto folder = open_parent(path, file_name);
  if (!folder) return fail(std::move(folder.error()));
  FileDescriptor file(::openat(folder->get(), std::string(file_name).c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
  if (!file) return fail(error_from_errno(errno, where, errno == ENOSPC ? kFullHint : ""));
  if (auto written = write_all(file.get(), bytes, where); !written) return written;
  if (durability_ == Durability::before_return && ::fsync(file.get()) != 0) {
    return fail(error_from_errno(errno, where, kFullHint));
  }
  if (file.close() != 0) return fail(error_from_errno(errno, where, kFullHint));
  return {};
}

}  // namespace ihc
