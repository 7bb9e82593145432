// The file system, for programs past `collect` (the collector reads a node only through src/collect).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ihc {

/// The whole of a regular file; fails (not_found, permission, too_large past `max_bytes`, io) naming the path.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes);

/// Writes beside the final name and renames when whole, mode 0600 unless `mode` says otherwise. On failure nothing is
/// left behind.
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0600);

}  // namespace ihc
