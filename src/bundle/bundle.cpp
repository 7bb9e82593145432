#include "bundle/bundle.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bundle/member_path.h"
#include "bundle/member_set.h"
#include "bundle/packed.h"
#include "bundle/writer.h"

namespace ihc {

namespace {

constexpr std::string_view kManifestName = "manifest.json";

// The part of a glob before its first wildcard: everything that matches begins with it.
std::string_view literal_prefix(std::string_view pattern) { return pattern.substr(0, pattern.find_first_of("*?")); }

template <class Map, class Wanted>
std::vector<std::string> matching_paths(const Map& map, std::string_view pattern, const Wanted& wanted) {
  const std::string_view prefix = literal_prefix(pattern);
  std::vector<std::string> paths;
  for (auto entry = map.lower_bound(prefix); entry != map.end() && entry->first.starts_with(prefix); ++entry) {
    if (wanted(entry->second) && glob_match(pattern, entry->first)) paths.push_back(entry->first);
  }
  std::ranges::sort(paths, natural_less);
  return paths;
}

// Only the node's own paths begin with a slash; whatever else was not read is named as it would stand in the tree.
std::string plain_path(const NotReadRecord& record) {
  return record.path.starts_with('/') ? root_path(record.path) : record.path;
}

}  // namespace

std::optional<Evidence> Bundle::find(std::string_view path) const {
  const auto found = entries_.find(path);
  return found == entries_.end() ? std::nullopt : std::optional(found->second.evidence);
}

std::optional<std::string_view> Bundle::text(std::string_view path) const {
  const auto found = entries_.find(path);
  if (found == entries_.end() || found->second.evidence.status != EvidenceStatus::ok) return std::nullopt;
  return found->second.evidence.bytes;
}

std::vector<std::string> Bundle::glob(std::string_view pattern) const {
  return matching_paths(entries_, pattern,
                        [](const Entry& entry) { return entry.evidence.status == EvidenceStatus::ok; });
}

std::vector<Reading> Bundle::samples(std::string_view path) const {
  const auto found = samples_.find(path);
  return found == samples_.end() ? std::vector<Reading>{} : found->second;
}

std::vector<std::string> Bundle::sampled(std::string_view pattern) const {
  return matching_paths(samples_, pattern, [](const std::vector<Reading>&) { return true; });
}

std::string Bundle::member_of(std::string_view path) const {
  if (const auto found = entries_.find(path); found != entries_.end()) return found->second.member;
  const auto found = sample_members_.find(path);
  return found == sample_members_.end() ? std::string() : found->second;
}

Result<void> Bundle::index_packed(const std::string& member, std::string_view bytes) {
  return read_packed(bytes, member, [&](PackedRecord record) -> Result<void> {
    const Evidence evidence{.path = record.path,
                            .status = record.status,
                            .reason = std::move(record.reason),
                            .taken_ns = record.taken_ns,
                            .bytes = record.bytes,
                            .cut = record.cut};
    if (!entries_.emplace(record.path, Entry{evidence, member}).second) {
      return fail(ErrorCode::malformed, printable_path(record.path) + " is in the bundle twice", {},
                  "collect the bundle again");
    }
    return {};
  });
}

Result<void> Bundle::index_samples(const std::string& member, std::string_view bytes) {
  auto indexed = read_packed(bytes, member, [&](PackedRecord record) -> Result<void> {
    if (sample_members_.emplace(record.path, member).first->second != member) {
      return fail(ErrorCode::malformed, printable_path(record.path) + " is sampled in two members", {},
                  "collect the bundle again");
    }
    samples_[record.path].push_back({.taken_ns = record.taken_ns, .status = record.status, .bytes = record.bytes});
    return {};
  });
  return indexed;
}

void Bundle::index_commands() {
  for (const CommandRecord& command : manifest_.commands) {
    for (const char* stream : {"/stdout", "/stderr"}) {
      const std::string path = "commands/" + command.slug + stream;
      const auto stored = entries_.find(path);
      if (stored != entries_.end()) {
        Evidence& evidence = stored->second.evidence;
        evidence.status = command.status;
        evidence.reason = command.reason;
        evidence.taken_ns = command.started_ns;
      } else if (command.status != EvidenceStatus::ok) {
        entries_[path] = {.evidence = {.path = path,
                                       .status = command.status,
                                       .reason = command.reason,
                                       .taken_ns = command.started_ns},
                          .member = {}};
      }
    }
  }
}

void Bundle::index_not_read() {
  for (const NotReadRecord& record : manifest_.not_read) {
    std::string path = plain_path(record);
    if (record.status == EvidenceStatus::ok || entries_.contains(path)) continue;
    const Evidence evidence{.path = path, .status = record.status, .reason = record.reason};
    entries_.emplace(std::move(path), Entry{evidence, {}});
  }
}

Result<void> Bundle::load(std::map<std::string, std::string, std::less<>> members) {
  members_ = std::move(members);
  const auto stored_manifest = members_.find(kManifestName);
  if (stored_manifest == members_.end()) {
    return fail(ErrorCode::malformed, "holds no manifest.json", {}, "give a bundle that ihc collect wrote");
  }
  auto json = parse_json(stored_manifest->second, std::string(kManifestName));
  if (!json) return fail(std::move(json.error()));
  auto manifest = manifest_from_json(*json);
  if (!manifest) return fail(std::move(manifest.error()));
  manifest_ = std::move(*manifest);
  members_.erase(stored_manifest);

  for (const auto& [path, bytes] : members_) {
    if (path.starts_with("packed/") || path.starts_with("samples/")) continue;
    const MemberRecord* record = manifest_.member(path);
    const Evidence evidence{.path = path, .bytes = bytes, .cut = record != nullptr && record->cut};
    entries_.emplace(path, Entry{evidence, path});
  }
  for (const auto& [path, bytes] : members_) {
    Result<void> indexed;
    if (path.starts_with("packed/")) indexed = index_packed(path, bytes);
    if (path.starts_with("samples/")) indexed = index_samples(path, bytes);
    if (!indexed) return indexed;
  }
  for (auto& [path, readings] : samples_) std::ranges::stable_sort(readings, {}, &Reading::taken_ns);
  index_commands();
  index_not_read();
  return {};
}

Result<std::unique_ptr<MemoryBundle>> MemoryBundle::make(std::map<std::string, std::string, std::less<>> members) {
  auto bundle = std::make_unique<MemoryBundle>();
  if (auto loaded = bundle->load(std::move(members)); !loaded) return fail(std::move(loaded.error()));
  return bundle;
}

std::unique_ptr<MemoryBundle> MemoryBundle::of_files(std::map<std::string, std::string, std::less<>> files) {
  Manifest manifest;
  manifest.tool_version = "0";
  manifest.node = "test";
  manifest.started_utc = manifest.ended_utc = "2026-01-01T00:00:00Z";
  for (const auto& [path, bytes] : files) {
    manifest.members.push_back(
        {.path = path, .size_bytes = static_cast<std::int64_t>(bytes.size()), .sha256 = sha256_hex(bytes)});
  }
  files.emplace(kManifestName, to_pretty_text(to_json(manifest)));
  auto bundle = make(std::move(files));
  return bundle ? std::move(*bundle) : nullptr;
}

Result<std::unique_ptr<Bundle>> open_bundle(const std::filesystem::path& path) {
  std::error_code error;
  Result<MemberMap> members;
  if (std::filesystem::is_directory(path, error)) {
    members = read_folder(path);
  } else {
    auto bytes = read_file(path, limits::kMaxBundleFileBytes);
    if (!bytes) return fail(std::move(bytes.error()));
    members = read_archive(*bytes, path.string());
  }
  if (!members) return fail(std::move(members.error()));
  auto bundle = MemoryBundle::make(std::move(*members));
  if (!bundle) {
    Error problem = std::move(bundle.error());
    problem.where = path.string() + (problem.where.empty() ? "" : ": " + problem.where);
    return fail(std::move(problem));
  }
  return std::unique_ptr<Bundle>(std::move(*bundle));
}

}  // namespace ihc
