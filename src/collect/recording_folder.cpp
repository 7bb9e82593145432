#include "collect/recording_folder.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace ihc {

Result<RecordingFolder> RecordingFolder::create(const std::filesystem::path& parent) {
  const std::filesystem::path absolute = std::filesystem::absolute(parent.empty() ? "." : parent).lexically_normal();
  std::string name = (absolute / ".ihc-recording-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return fail(error_from_errno(errno, name));
  return RecordingFolder(std::filesystem::path(name));
}

RecordingFolder::RecordingFolder(RecordingFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

RecordingFolder::~RecordingFolder() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

bool RecordingFolder::has(std::string_view name) const {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path_ / std::string(name), error);
  return !error && bytes > 0;
}

}  // namespace ihc
