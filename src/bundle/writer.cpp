#include "bundle/writer.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "bundle/archive_writer.h"
#include "bundle/compact_bytes.h"
#include "bundle/member_path.h"
#include "bundle/packed.h"
#include "bundle/tree.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

constexpr const char* kManifestName = "manifest.json";
constexpr const char* kChooseHint = "choose another output";

struct StoredMember {
  CompactBytes bytes;
  bool cut = false;
};

using Members = std::map<std::string, StoredMember, std::less<>>;

// The directory exists, and what stands under the name may be replaced: an archive of that name, or an empty folder.
Result<void> check_target(const fs::path& target, bool is_archive) {
  const fs::path directory = target.has_parent_path() ? target.parent_path() : fs::path(".");
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    const bool exists = fs::exists(directory, error);
    return fail(ErrorCode::not_found, exists ? "not a directory" : "no such directory", directory.string(),
                "make it first, or choose another output");
  }
  const fs::file_status status = fs::symlink_status(target, error);
  if (!fs::exists(status)) return {};
  if (is_archive && fs::is_regular_file(status)) return {};
  if (is_archive) return fail(ErrorCode::io, "exists and is not a file", target.string(), kChooseHint);
  if (!fs::is_directory(status)) {
    return fail(ErrorCode::io, "exists and is not a folder", target.string(),
                "choose another output, or a name that ends in .tar.zst for an archive");
  }
  if (!fs::is_empty(target, error)) {
    return fail(ErrorCode::io, "the folder exists and is not empty", target.string(), kChooseHint);
  }
  return {};
}

Result<void> sync_directory_of(const fs::path& target) {
  const fs::path directory = target.has_parent_path() ? target.parent_path() : fs::path(".");
  const FileDescriptor folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems do not sync directories (EINVAL); the rename itself has happened all the same.
  if (folder && ::fsync(folder.get()) != 0 && errno == EIO) return fail(error_from_errno(errno, directory.string()));
  return {};
}

// A file and a folder of one name cannot both be in a tree.
std::optional<std::string> tree_conflict(const Members& members, const std::string& path) {
  for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
    std::string parent = path.substr(0, at);
    if (members.contains(parent)) return parent;
  }
  const auto below = members.lower_bound(path + "/");
  if (below != members.end() && below->first.starts_with(path + "/")) return below->first;
  return std::nullopt;
}

Result<std::vector<MemberRecord>> records_of(const Members& members) {
  std::vector<MemberRecord> records;
  records.reserve(members.size());
  for (const auto& [path, member] : members) {
    Sha256 sum;
    auto read = member.bytes.read([&sum](std::string_view piece) -> Result<void> {
      sum.add(piece);
      return {};
    });
    if (!read) return fail(std::move(read.error()));
    records.push_back({.path = path,
                       .size_bytes = static_cast<std::int64_t>(member.bytes.size()),
                       .sha256 = sum.hex(),
                       .cut = member.cut});
  }
  return records;
}

std::string packed_member_path(const std::string& family, int number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return "packed/" + family + "/" + digits;
}

Result<void> check_family(const std::string& family) {
  const bool plain = !family.empty() && std::ranges::all_of(family, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (plain) return {};
  return fail(ErrorCode::usage, "a family is named with a-z, 0-9, '_' and '-'", printable_path(family));
}

}  // namespace

struct BundleWriter::State {
  fs::path target;
  fs::path temporary;                      // empty once renamed
  std::optional<Compression> compression;  // nothing: a folder
  FileDescriptor file;
  Members members;
  std::set<std::string, std::less<>> packed_paths;
  std::map<std::string, int> packed_numbers;
  std::int64_t bytes = 0;

  Result<void> make_temporary();
  Result<void> check_room(std::size_t more_bytes, std::size_t member_bytes, const std::string& path) const;
  Result<void> append(const std::string& member, std::initializer_list<std::string_view> pieces, bool cut);
  Result<void> write_archive(const std::string& manifest_text, std::int64_t mtime_s);
  Result<void> write_folder(const std::string& manifest_text);
  Result<void> rename_to_target();
};

Result<void> BundleWriter::State::make_temporary() {
  std::string name = (target.parent_path() / ("." + target.filename().string() + ".partial-XXXXXX")).string();
  if (compression) {
    file = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
    if (!file) return fail(error_from_errno(errno, target.string(), "choose a directory that is writable"));
  } else if (::mkdtemp(name.data()) == nullptr) {
    return fail(error_from_errno(errno, target.string(), "choose a directory that is writable"));
  }
  temporary = name;
  return {};
}

// What is written must be readable again: the limits of the reading side hold here too.
Result<void> BundleWriter::State::check_room(std::size_t more_bytes, std::size_t member_bytes,
                                             const std::string& path) const {
  if (member_bytes > limits::kMaxMemberBytes) {
    return fail(ErrorCode::too_large, "larger than " + std::to_string(limits::kMaxMemberBytes) + " bytes",
                printable_path(path));
  }
  if (static_cast<std::size_t>(bytes) + more_bytes > limits::kMaxBundleBytes) {
    return fail(ErrorCode::too_large,
                "the bundle would pass " + std::to_string(limits::kMaxBundleBytes) + " bytes with it",
                printable_path(path));
  }
  const bool is_new = !members.contains(path);
  if (is_new && members.size() + 1 >= limits::kMaxMembers) {  // the manifest is one more
    return fail(ErrorCode::too_large,
                "the bundle would pass " + std::to_string(limits::kMaxMembers) + " members with it",
                printable_path(path));
  }
  return {};
}

Result<void> BundleWriter::State::append(const std::string& member, std::initializer_list<std::string_view> pieces,
                                         bool cut) {
  std::size_t more = 0;
  for (const std::string_view piece : pieces) more += piece.size();
  const auto found = members.find(member);
  const std::size_t size = found == members.end() ? 0 : found->second.bytes.size();
  if (auto room = check_room(more, size + more, member); !room) return room;
  StoredMember& stored = members[member];
  for (const std::string_view piece : pieces) stored.bytes.append(piece);
  stored.cut = stored.cut || cut;
  bytes += static_cast<std::int64_t>(more);
  return {};
}

Result<void> BundleWriter::State::write_archive(const std::string& manifest_text, std::int64_t mtime_s) {
  const std::string where = target.string();
  const std::string folder = archive_folder_name(target.filename().string()) + "/";
  auto writer = ArchiveWriter::open(file.get(), *compression, where, mtime_s);
  if (!writer) return fail(std::move(writer.error()));
  if (auto added = writer->add(folder + kManifestName, manifest_text); !added) return added;
  for (const auto& [path, member] : members) {
    if (auto begun = writer->begin(folder + path, member.bytes.size()); !begun) return begun;
    auto added = member.bytes.read([&writer](std::string_view piece) { return writer->append(piece); });
    if (!added) return added;
  }
  if (auto finished = writer->finish(); !finished) return finished;
  if (::fchmod(file.get(), 0600) != 0 || ::fsync(file.get()) != 0 || file.close() != 0) {
    return fail(error_from_errno(errno, where, "free some space or choose another output"));
  }
  return {};
}

Result<void> BundleWriter::State::write_folder(const std::string& manifest_text) {
  auto tree = TreeWriter::open(temporary, target.string(), Durability::before_return);
  if (!tree) return fail(std::move(tree.error()));
  if (auto written = tree->write(kManifestName, PathKind::member, manifest_text); !written) return written;
  for (const auto& [path, member] : members) {
    auto whole = member.bytes.whole();
    if (!whole) return fail(std::move(whole.error()));
    if (auto written = tree->write(path, PathKind::member, *whole); !written) return written;
  }
  return {};
}

Result<void> BundleWriter::State::rename_to_target() {
  if (::rename(temporary.c_str(), target.c_str()) != 0) {
    return fail(error_from_errno(errno, target.string(), kChooseHint));
  }
  temporary.clear();
  return sync_directory_of(target);
}

BundleWriter::BundleWriter() : state_(std::make_unique<State>()) {}

BundleWriter::~BundleWriter() {
  std::error_code ignored;
  if (!state_->temporary.empty()) fs::remove_all(state_->temporary, ignored);
}

Result<std::unique_ptr<BundleWriter>> BundleWriter::create(const fs::path& target) {
  std::unique_ptr<BundleWriter> writer(new BundleWriter);
  State& state = *writer->state_;
  state.target = target.has_filename() ? target : target.parent_path();  // "folder/" is "folder"
  const std::string name = state.target.filename().string();
  if (name.empty() || name == "." || name == "..") {
    return fail(ErrorCode::usage, "names no bundle", target.string(), "give the output a name of its own");
  }
  state.compression = compression_of_name(name);
  if (auto free = check_target(state.target, state.compression.has_value()); !free)
    return fail(std::move(free.error()));
  if (auto made = state.make_temporary(); !made) return fail(std::move(made.error()));
  return writer;
}

Result<void> BundleWriter::add_member(const std::string& path, std::string_view bytes, bool cut) {
  if (auto allowed = check_bundle_path(path, PathKind::member); !allowed) return allowed;
  if (path == kManifestName || path.starts_with("packed/") || path.starts_with("samples/")) {
    return fail(ErrorCode::usage, "this name is the writer's own", path);
  }
  if (state_->members.contains(path) || state_->packed_paths.contains(path)) {
    return fail(ErrorCode::usage, "is in the bundle already", path);
  }
  if (const auto other = tree_conflict(state_->members, path)) {
    return fail(ErrorCode::usage, "is a folder where " + *other + " is a file, or the other way round", path);
  }
  return state_->append(path, {bytes}, cut);
}

Result<void> BundleWriter::add_packed(const std::string& family, const std::string& path, EvidenceStatus status,
                                      const std::string& reason, std::int64_t taken_ns, std::string_view bytes,
                                      bool cut) {
  if (auto allowed = check_family(family); !allowed) return allowed;
  if (auto allowed = check_bundle_path(path, PathKind::packed_record); !allowed) return allowed;
  if (taken_ns < 0) return fail(ErrorCode::usage, "a time before the system's start", printable_path(path));
  if (state_->members.contains(path) || state_->packed_paths.contains(path)) {
    return fail(ErrorCode::usage, "is in the bundle already", printable_path(path));
  }
  const std::string head =
      packed_head({.path = path, .status = status, .reason = reason, .taken_ns = taken_ns, .bytes = bytes, .cut = cut});
  int& number = state_->packed_numbers[family];
  const auto open = state_->members.find(packed_member_path(family, number));
  const bool is_full = open != state_->members.end() &&
                       open->second.bytes.size() + head.size() + bytes.size() + 1 > limits::kMaxPackedMemberBytes;
  if (is_full) ++number;
  const bool is_new = is_full || open == state_->members.end();
  auto added =
      state_->append(packed_member_path(family, number), {is_new ? packed_preamble() : "", head, bytes, "\n"}, cut);
  if (added) state_->packed_paths.insert(path);
  return added;
}

Result<void> BundleWriter::add_sample(const std::string& family, const std::string& path, EvidenceStatus status,
                                      std::int64_t taken_ns, std::string_view bytes) {
  if (auto allowed = check_family(family); !allowed) return allowed;
  if (auto allowed = check_bundle_path(path, PathKind::packed_record); !allowed) return allowed;
  if (taken_ns < 0) return fail(ErrorCode::usage, "a time before the system's start", printable_path(path));
  const std::string head =
      packed_head({.path = path, .status = status, .reason = {}, .taken_ns = taken_ns, .bytes = bytes});
  const std::string member = "samples/" + family;
  const bool is_new = !state_->members.contains(member);
  return state_->append(member, {is_new ? packed_preamble() : "", head, bytes, "\n"}, false);
}

std::int64_t BundleWriter::bytes_added() const { return state_->bytes; }

const fs::path& BundleWriter::target() const { return state_->target; }

Result<fs::path> BundleWriter::finish(Manifest manifest) {
  State& state = *state_;
  if (state.temporary.empty()) return fail(ErrorCode::usage, "was finished already", state.target.string());
  auto records = records_of(state.members);
  if (!records) return fail(std::move(records.error()));
  manifest.members = std::move(*records);
  const std::string manifest_text = to_pretty_text(to_json(manifest));
  const std::int64_t mtime_s = utc_from_text(manifest.ended_utc).value_or(0);
  auto written = state.compression ? state.write_archive(manifest_text, mtime_s) : state.write_folder(manifest_text);
  if (written) written = state.rename_to_target();
  if (!written) return fail(std::move(written.error()));
  return state.target;
}

std::string root_path(std::string_view node_path) {
  const std::size_t begin = node_path.find_first_not_of('/');
  return begin == std::string_view::npos ? "root" : "root/" + std::string(node_path.substr(begin));
}

}  // namespace ihc
