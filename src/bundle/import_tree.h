// What a client gathered without ihc, as a stranger's files: an archive (tar with gzip, bzip2, xz, zstd or none), a
// compressed or plain file, or a folder. Read wholly in memory and within base/limits.h; nothing is written, no link is
// followed on this machine, no device opened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace ihc {

/// The limits of one reading; fuzzing and tests read with smaller ones.
struct ImportLimits {
  std::size_t entries = limits::kMaxMembers;
  std::size_t file_bytes = limits::kMaxImportFileBytes;  ///< larger ones are left out
  std::size_t kept_bytes = limits::kMaxBundleBytes;      ///< all files that are kept
  std::size_t stream_bytes = limits::kMaxImportBytes;    ///< what an archive may expand to
  std::size_t ratio = limits::kMaxCompressionRatio;
  std::size_t ratio_free_bytes = limits::kRatioFreeBytes;
};

using FileMap = std::map<std::string, std::string, std::less<>>;

/// The files of an archive or a folder by their paths in it, and its symbolic links with what they say.
struct ImportTree {
  FileMap files;
  FileMap links;
  /// What was not taken, in words ("larger than 16777216 bytes"), and how many.
  std::map<std::string, std::int64_t> left_out;
};

/// What a file holds: the files of a tar archive, or one text.
struct ImportContent {
  bool is_tree = false;
  ImportTree tree;
  std::string text;
};

/// The content of a file that lies in memory; `where` is its name for messages. In an archive, paths with ".." and
/// devices are refused, and so are a path that occurs twice with different content, a file that is also a folder, and
/// an archive without its end. A leading "/" is dropped, as tar does.
Result<ImportContent> read_import_bytes(std::string_view bytes, const std::string& where,
                                        const ImportLimits& limits = {});

/// The files below a folder, read without following any link; what is neither file, folder nor link is left out.
Result<ImportTree> read_import_folder(const std::filesystem::path& folder, const ImportLimits& limits = {});

}  // namespace ihc
