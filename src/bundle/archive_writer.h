// A bundle as one archive file, through libarchive: the same members give the same bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct archive;

namespace ihc {

enum class Compression { none, zstd, xz, gzip };

/// The compression that a file name asks for: .tar, .tar.zst, .tar.xz or .tar.gz; nothing for any other name.
std::optional<Compression> compression_of_name(std::string_view file_name);

/// "node-1.ihc.tar.zst" → "node-1": the folder that all members of an archive stand below.
std::string archive_folder_name(std::string_view file_name);

/// A tar archive (ustar, with pax headers only where a name needs them) written to an open file. Owner, times and modes
/// are fixed, so that nothing but the members decides the bytes.
class ArchiveWriter {
 public:
  /// `where` is the path for messages; `mtime_s` the time that every member gets.
  static Result<ArchiveWriter> open(int fd, Compression compression, std::string where, std::int64_t mtime_s);

  Result<void> add(const std::string& path, std::string_view bytes);
  /// The same in pieces, which `size` is the sum of: begin(), then append() until they are all there.
  Result<void> begin(const std::string& path, std::size_t size);
  Result<void> append(std::string_view bytes);
  /// Writes the end of the archive. An archive that was not finished is not whole.
  Result<void> finish();

 private:
  struct Closer {
    void operator()(archive* handle) const;
  };
  ArchiveWriter(std::unique_ptr<archive, Closer> handle, std::string where, std::int64_t mtime_s)
      : handle_(std::move(handle)), where_(std::move(where)), mtime_s_(mtime_s) {}
  Result<void> outcome(int code) const;

  std::unique_ptr<archive, Closer> handle_;
  std::string where_;
  std::int64_t mtime_s_;
};

}  // namespace ihc
