#include "bundle/member_set.h"

#include <utility>

#include "bundle/member_path.h"

namespace ihc {

namespace {

constexpr std::string_view kManifestName = "manifest.json";
constexpr const char* kHint = "collect the bundle again, or ask for it again";

// The rules hold for the path below the bundle's folder, which is only known when all are seen: until then the first
// component and the rest are looked at by themselves.
Result<void> check_path_as_found(std::string_view path) {
  const std::size_t slash = path.find('/');
  const bool is_single = slash == std::string_view::npos || slash == 0 || path.substr(slash).starts_with("//");
  if (is_single) return check_bundle_path(path, PathKind::member);
  if (auto first = check_bundle_path(path.substr(0, slash), PathKind::member); !first) return first;
  return check_bundle_path(path.substr(slash + 1), PathKind::member);
}

}  // namespace

tl::unexpected<Error> MemberSet::refuse(ErrorCode code, std::string what, std::string_view path) const {
  return fail(code, std::move(what), container_ + ": " + (path.empty() ? "\"\"" : printable_path(path)), kHint);
}

Result<std::string> MemberSet::admit(std::string_view path) {
  std::string_view inner = path;
  while (inner.starts_with("./")) inner.remove_prefix(2);
  if (inner.empty() && !path.empty()) return std::string();
  if (inner == ".") return std::string();
  if (inner.size() > 1 && inner.ends_with('/')) inner.remove_suffix(1);
  if (auto allowed = check_path_as_found(inner); !allowed) {
    return refuse(allowed.error().code, allowed.error().what, path);
  }
  if (seen_.size() >= limits_.members) {
    return fail(ErrorCode::too_large, "more than " + std::to_string(limits_.members) + " members", container_, kHint);
  }
  const auto [place, is_new] = seen_.emplace(inner);
  if (!is_new) return refuse(ErrorCode::malformed, "is in the bundle twice", path);
  return *place;
}

std::size_t MemberSet::room_bytes() const { return std::min(limits_.member_bytes, limits_.total_bytes - total_bytes_); }

Result<void> MemberSet::store(const std::string& path, std::string bytes) {
  if (bytes.size() > limits_.member_bytes) {
    return refuse(ErrorCode::too_large, "larger than " + std::to_string(limits_.member_bytes) + " bytes", path);
  }
  if (bytes.size() > limits_.total_bytes - total_bytes_) {
    return refuse(ErrorCode::too_large,
                  "the bundle passes " + std::to_string(limits_.total_bytes) + " bytes with this member", path);
  }
  total_bytes_ += bytes.size();
  members_.emplace(path, std::move(bytes));
  return {};
}

Result<void> MemberSet::strip(const std::string& folder) {
  MemberMap stripped;
  for (auto& [path, bytes] : members_) {
    if (!path.starts_with(folder)) {
      return refuse(ErrorCode::malformed, "stands beside the bundle's folder " + printable_path(folder), path);
    }
    stripped.emplace_hint(stripped.end(), path.substr(folder.size()), std::move(bytes));
  }
  members_ = std::move(stripped);
  return {};
}

Result<void> MemberSet::check_tree() const {
  for (auto member = members_.begin(); member != members_.end(); ++member) {
    const std::string& path = member->first;
    if (auto allowed = check_bundle_path(path, PathKind::member); !allowed) {
      return refuse(allowed.error().code, allowed.error().what, path);
    }
    for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
      const std::string_view parent = std::string_view(path).substr(0, at);
      if (members_.contains(parent)) return refuse(ErrorCode::malformed, "is both a file and a folder", parent);
    }
  }
  return {};
}

Result<MemberMap> MemberSet::take() {
  if (!members_.contains(kManifestName)) {
    std::string folder;
    for (const auto& [path, bytes] : members_) {
      const std::size_t slash = path.find('/');
      if (slash != std::string::npos && std::string_view(path).substr(slash + 1) == kManifestName) {
        folder = path.substr(0, slash + 1);
        break;
      }
    }
    if (folder.empty()) {
      return fail(ErrorCode::malformed, "holds no manifest.json", container_, "give a bundle that ihc collect wrote");
    }
    if (auto stripped = strip(folder); !stripped) return fail(std::move(stripped.error()));
  }
  if (auto tree = check_tree(); !tree) return fail(std::move(tree.error()));
  return std::move(members_);
}

}  // namespace ihc
