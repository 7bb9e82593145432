#include "cli/bundle_hash.h"

#include <filesystem>

#include "base/files.h"
#include "base/limits.h"
#include "base/sha256.h"

namespace ihc {

namespace fs = std::filesystem;

Result<std::string> hash_of_bundle(const std::string& path) {
  std::error_code error;
  const auto bytes = read_file(fs::is_directory(path, error) ? fs::path(path) / "manifest.json" : fs::path(path),
                               limits::kMaxBundleFileBytes);
  if (!bytes) return fail(bytes.error());
  return sha256_hex(*bytes);
}

}  // namespace ihc
