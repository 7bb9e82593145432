// An open file that closes itself.
#pragma once

#include <utility>

#include <unistd.h>

namespace ihc {

class FileDescriptor {
 public:
  [[nodiscard]] explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  /// Closes now; the outcome of close(2), which is where some file systems report a failed write.
  int close() { return ::close(std::exchange(fd_, -1)); }
  /// Hands the descriptor to someone else who closes it.
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

}  // namespace ihc
