#include "base/files.h"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.h"

namespace ihc {

namespace {

Result<void> write_all(int fd, std::string_view bytes, const std::string& where) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(error_from_errno(errno, where, "free some space or choose another output"));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return fail(error_from_errno(errno, path.string()));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return fail(error_from_errno(errno, path.string()));
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::io, "not a regular file", path.string());
  std::string bytes;
  for (;;) {
    char buffer[65536];
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(error_from_errno(errno, path.string()));
    if (count == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(count) > max_bytes) {
      return fail(ErrorCode::too_large, "larger than " + std::to_string(max_bytes) + " bytes", path.string());
    }
    bytes.append(buffer, static_cast<std::size_t>(count));
  }
}

Result<void> write_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode) {
  std::string temporary = path.string() + ".XXXXXX";
  FileDescriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.get() < 0) {
    return fail(error_from_errno(errno, path.string(), "choose a directory that exists and is writable"));
  }
  Result<void> outcome = write_all(file.get(), bytes, path.string());
  const auto check = [&](int code) {
    if (outcome && code != 0) outcome = fail(error_from_errno(errno, path.string()));
  };
  if (outcome) check(::fchmod(file.get(), mode));
  if (outcome) check(::fsync(file.get()));
  check(file.close());
  if (outcome) check(::rename(temporary.c_str(), path.c_str()));
  if (!outcome) ::unlink(temporary.c_str());
  return outcome;
}

}  // namespace ihc
