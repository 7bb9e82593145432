// Reading a folder that a stranger made: every component is opened relative to the one before it, and no link is
// followed.
#include <array>
#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/file_descriptor.h"
#include "bundle/member_path.h"
#include "bundle/member_set.h"

namespace ihc {

namespace {

struct DirectoryCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

Result<std::vector<std::string>> names_in(int folder, const std::string& where) {
  FileDescriptor copy(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::unique_ptr<DIR, DirectoryCloser> directory(copy ? ::fdopendir(copy.get()) : nullptr);
  if (directory == nullptr) return fail(error_from_errno(errno, where));
  copy.release();  // the directory closes it
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) return fail(error_from_errno(errno, where));
  return names;
}

class FolderReader {
 public:
  FolderReader(const std::string& name, const ReadLimits& limits) : name_(name), members_(name, limits) {}

  // Recursion is bounded: admit() refuses what is deeper than a bundle may be.
  Result<void> read_level(const FileDescriptor& folder, const std::string& prefix) {
    auto names = names_in(folder.get(), name_ + "/" + printable_path(prefix));
    if (!names) return fail(std::move(names.error()));
    for (const std::string& name : *names) {
      if (auto taken = take_entry(folder.get(), name, prefix + name); !taken) return taken;
    }
    return {};
  }

  Result<MemberMap> take() { return members_.take(); }

 private:
  Result<void> take_entry(int folder, const std::string& name, const std::string& path) {
    auto admitted = members_.admit(path);
    if (!admitted) return fail(std::move(admitted.error()));
    const FileDescriptor file(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file && errno == ELOOP) {
      return members_.refuse(ErrorCode::malformed, "is a symbolic link, which no bundle holds", path);
    }
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) {
      return fail(error_from_errno(errno, name_ + "/" + printable_path(path)));
    }
    if (S_ISDIR(status.st_mode)) return read_level(file, path + "/");
    if (!S_ISREG(status.st_mode)) {
      return members_.refuse(ErrorCode::malformed, "is neither a file nor a folder", path);
    }
    return take_bytes(file.get(), path);
  }

  Result<void> take_bytes(int file, const std::string& path) {
    std::string bytes;
    std::array<char, 65536> buffer;
    for (;;) {
      const ssize_t count = ::read(file, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return fail(error_from_errno(errno, name_ + "/" + printable_path(path)));
      if (count == 0) return members_.store(path, std::move(bytes));
      bytes.append(buffer.data(), static_cast<std::size_t>(count));
      if (bytes.size() > members_.room_bytes())
        return members_.store(path, std::move(bytes));  // says what is too large
    }
  }

  std::string name_;
  MemberSet members_;
};

}  // namespace

Result<MemberMap> read_folder(const std::filesystem::path& folder, const ReadLimits& limits) {
  const FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return fail(error_from_errno(errno, folder.string()));
  FolderReader reader(folder.string(), limits);
  if (auto read = reader.read_level(opened, ""); !read) return fail(std::move(read.error()));
  return reader.take();
}

}  // namespace ihc
