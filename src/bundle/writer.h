// The writing side of a bundle: members are gathered in memory as they come, the long ones compressed, and become a
// file or a folder in one rename.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "bundle/manifest.h"

namespace ihc {

/// Where a bundle goes: a path ending in .tar, .tar.zst, .tar.xz or .tar.gz is an archive, any other a folder.
class BundleWriter {
 public:
  /// Claims the target before anything is collected: its directory exists and is writable, the name is free (or an
  /// older bundle file that may be replaced), and a temporary sibling can be made. Fails naming the path. Nothing is
  /// left behind if the writer is destroyed without finish().
  static Result<std::unique_ptr<BundleWriter>> create(const std::filesystem::path& target);
  ~BundleWriter();

  /// A file of its own at a bundle path ("root/proc/stat"). Adding a path twice is a bug and is refused (usage).
  Result<void> add_member(const std::string& path, std::string_view bytes, bool cut = false);
  /// One more file of a packed family: status, time, bytes. Members roll over at limits::kMaxPackedMemberBytes.
  Result<void> add_packed(const std::string& family, const std::string& path, EvidenceStatus status,
                          const std::string& reason, std::int64_t taken_ns, std::string_view bytes, bool cut = false);
  /// One more reading of a sampled file.
  Result<void> add_sample(const std::string& family, const std::string& path, EvidenceStatus status,
                          std::int64_t taken_ns, std::string_view bytes);

  std::int64_t bytes_added() const;
  /// Where the bundle will be, as given to create().
  const std::filesystem::path& target() const;

  /// Writes manifest.json (its `members` filled in here), syncs, renames; the final path. Mode 0600 (folder 0700).
  Result<std::filesystem::path> finish(Manifest manifest);

 private:
  BundleWriter();
  struct State;
  std::unique_ptr<State> state_;
};

/// Joins a node path to a bundle path: "/proc/stat" → "root/proc/stat".
std::string root_path(std::string_view node_path);

}  // namespace ihc
