// The reading side of a bundle: one interface over a folder, an archive and memory. Everything past `collect` sees
// evidence only through this.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bundle/manifest.h"

namespace ihc {

/// One captured thing under its path in the plain tree ("root/proc/stat", "commands/perf-stat/stderr",
/// "probes/numa.json"), whether it is stored as a member of its own or inside a packed one.
struct Evidence {
  std::string path;
  EvidenceStatus status = EvidenceStatus::ok;
  std::string reason;         ///< why not ok; a reason code or empty
  std::int64_t taken_ns = 0;  ///< CLOCK_MONOTONIC; 0 when the member does not record it
  std::string_view bytes;  ///< valid as long as the bundle; what a command that failed or timed out had written is kept
  bool cut = false;
};

/// One reading of a sampled file.
struct Reading {
  std::int64_t taken_ns = 0;
  EvidenceStatus status = EvidenceStatus::ok;
  std::string_view bytes;
};

class Bundle {
 public:
  virtual ~Bundle() = default;

  const Manifest& manifest() const { return manifest_; }

  /// The evidence at a plain-tree path. Something asked for and not had comes back with its status (absent, permission,
  /// …); nothing at all means that nobody asked for it.
  std::optional<Evidence> find(std::string_view path) const;
  /// The bytes of `find(path)` when its status is ok.
  std::optional<std::string_view> text(std::string_view path) const;
  /// Paths with status ok that match a base/text.h glob, in natural order ("cpu2" before "cpu10").
  std::vector<std::string> glob(std::string_view pattern) const;
  /// All readings of a sampled path ("root/proc/stat"), in time order; empty when it was not sampled.
  std::vector<Reading> samples(std::string_view path) const;
  /// Sampled paths that match a glob, in natural order.
  std::vector<std::string> sampled(std::string_view pattern) const;
  /// The member that holds a plain-tree path: itself, or the packed or samples member. Empty when unknown.
  std::string member_of(std::string_view path) const;
  /// The stored members and their bytes, without manifest.json, by path: what `verify` and `unpack` walk.
  const std::map<std::string, std::string, std::less<>>& members() const { return members_; }

 protected:
  Bundle() = default;
  /// Takes all members (manifest.json included) and builds the index; malformed packed members are an Error.
  Result<void> load(std::map<std::string, std::string, std::less<>> members);

 private:
  struct Entry {
    Evidence evidence;
    std::string member;
  };
  Result<void> index_packed(const std::string& member, std::string_view bytes);
  Result<void> index_samples(const std::string& member, std::string_view bytes);
  void index_commands();
  void index_not_read();

  Manifest manifest_;
  std::map<std::string, std::string, std::less<>> members_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::map<std::string, std::vector<Reading>, std::less<>> samples_;
  std::map<std::string, std::string, std::less<>> sample_members_;
};

/// Members given directly: tests, and trees made by `import`.
class MemoryBundle : public Bundle {
 public:
  static Result<std::unique_ptr<MemoryBundle>> make(std::map<std::string, std::string, std::less<>> members);
  /// For tests of one collector: only files; a minimal manifest is made up around them.
  static std::unique_ptr<MemoryBundle> of_files(std::map<std::string, std::string, std::less<>> files);
};

/// Opens a folder or an archive (tar with zstd, xz, gzip or none), wholly in memory and within base/limits.h: number
/// and size of members, total size, path depth, compression ratio. Links, devices, absolute paths, "..", and duplicate
/// members are refused. Nothing is written to disk. Fails with the path of what was refused and why.
Result<std::unique_ptr<Bundle>> open_bundle(const std::filesystem::path& path);

/// What `ihc verify` found wrong, one sentence each with the member's path; empty: every hash holds and every member is
/// named.
std::vector<Error> verify(const Bundle& bundle);

/// Writes the plain tree (packed members taken apart, samples as <path>.samples/<n>) below a folder that must not exist
/// or be empty.
Result<void> unpack(const Bundle& bundle, const std::filesystem::path& directory);

}  // namespace ihc
