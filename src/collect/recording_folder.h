// A folder for what a tool must keep in a file between recording and telling: beside the bundle, of this user alone,
// gone at the end. It is the one thing that a collection writes besides its bundle, and only --deep makes it.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace ihc {

class RecordingFolder {
 public:
  /// Makes ".ihc-recording-XXXXXX" (mode 0700) in `parent` (empty: the working directory). Fails naming the path.
  static Result<RecordingFolder> create(const std::filesystem::path& parent);
  RecordingFolder(RecordingFolder&& other) noexcept;
  RecordingFolder& operator=(RecordingFolder&&) = delete;
  ~RecordingFolder();

  const std::filesystem::path& path() const { return path_; }
  /// Whether a recording of that name was made: a file that is not empty.
  bool has(std::string_view name) const;

 private:
  explicit RecordingFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;  ///< empty: moved away
};

}  // namespace ihc
