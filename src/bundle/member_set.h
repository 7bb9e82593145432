// What a bundle's container gave: members by path, admitted one by one under the same rules whether they come from a
// folder or an archive.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace ihc {

using MemberMap = std::map<std::string, std::string, std::less<>>;

/// The limits of one reading; fuzzing and tests read with smaller ones.
struct ReadLimits {
  std::size_t members = limits::kMaxMembers;  ///< folders count too: they cost a header each
  std::size_t member_bytes = limits::kMaxMemberBytes;
  std::size_t total_bytes = limits::kMaxBundleBytes;
  std::size_t ratio = limits::kMaxCompressionRatio;
  std::size_t ratio_free_bytes = limits::kRatioFreeBytes;
};

class MemberSet {
 public:
  /// `container` is the archive or folder, for messages.
  MemberSet(std::string container, const ReadLimits& limits) : container_(std::move(container)), limits_(limits) {}

  /// A folder or file by its path as found (a leading "./" and a final "/" are nothing). Fails on a path that
  /// check_bundle_path refuses, one that was there before, and one member too many. The result is empty for the
  /// container's own folder ("./").
  Result<std::string> admit(std::string_view path);
  /// How many bytes the next member may still have.
  std::size_t room_bytes() const;
  Result<void> store(const std::string& path, std::string bytes);

  /// All members, with paths relative to the folder that holds manifest.json: the container itself or the only folder
  /// in it. Fails when there is no manifest, a member stands beside that folder, or a file is also a folder.
  Result<MemberMap> take();

  /// The failure of one member, by its path as found.
  tl::unexpected<Error> refuse(ErrorCode code, std::string what, std::string_view path) const;

 private:
  Result<void> strip(const std::string& folder);
  Result<void> check_tree() const;

  std::string container_;
  ReadLimits limits_;
  std::set<std::string, std::less<>> seen_;
  MemberMap members_;
  std::size_t total_bytes_ = 0;
};

/// The members of an archive (tar with zstd, xz, gzip or none) that lies in memory. Links, devices, pipes and sockets
/// are refused; so is what expands past the limits, and an archive without its end. `where` is its path, for messages.
Result<MemberMap> read_archive(std::string_view bytes, const std::string& where, const ReadLimits& limits = {});

/// The members of a folder, read without following any link below it.
Result<MemberMap> read_folder(const std::filesystem::path& folder, const ReadLimits& limits = {});

}  // namespace ihc
