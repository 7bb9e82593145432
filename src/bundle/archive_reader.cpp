// Reading an archive that a stranger made: decompression and tar are two steps, so that every byte between them is
// counted against the limits, the end of both is checked, and libarchive never meets a format or filter that bundles do
// not use.
#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include <archive.h>
#include <archive_entry.h>

#include "bundle/decompressor.h"
#include "bundle/member_path.h"
#include "bundle/member_set.h"

namespace ihc {

namespace {

constexpr std::size_t kTarRecordBytes = 512;
constexpr std::size_t kTarEndBytes = 2 * kTarRecordBytes;  // POSIX: an archive ends with two records of zeros
constexpr const char* kCopyHint = "copy it from the node again";

struct ArchiveCloser {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using Handle = std::unique_ptr<archive, ArchiveCloser>;

// Headers and padding come on top of the members, at most three records for each.
ExpansionLimits expansion_limits(const ReadLimits& limits) {
  return {.bytes = limits.total_bytes + 3 * kTarRecordBytes * limits.members,
          .ratio = limits.ratio,
          .ratio_free_bytes = limits.ratio_free_bytes};
}

la_ssize_t give_block(archive* handle, void* source, const void** block) {
  auto& decompressor = *static_cast<Decompressor*>(source);
  const std::string_view bytes = decompressor.next();
  *block = bytes.data();
  if (decompressor.problem()) {
    archive_set_error(handle, EIO, "%s", "decompression failed");
    return -1;
  }
  return static_cast<la_ssize_t>(bytes.size());
}

// What an entry is, in a word, when it is nothing that a bundle may hold.
const char* forbidden_kind(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr || archive_entry_hardlink_utf8(entry) != nullptr) return "a hard link";
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
    case AE_IFDIR:
      return nullptr;
    case AE_IFLNK:
      return "a symbolic link";
    case AE_IFCHR:
    case AE_IFBLK:
      return "a device";
    case AE_IFIFO:
      return "a pipe";
    case AE_IFSOCK:
      return "a socket";
    default:
      return "no file and no folder";
  }
}

class TarReader {
 public:
  TarReader(std::string_view bytes, std::string where, const ReadLimits& limits)
      : where_(std::move(where)),
        source_(bytes, Filters::of_bundles, where_, expansion_limits(limits)),
        members_(where_, limits),
        handle_(archive_read_new()) {}

  Result<MemberMap> read() {
    archive_read_support_format_tar(handle_.get());
    if (archive_read_open(handle_.get(), &source_, nullptr, give_block, nullptr) != ARCHIVE_OK) return not_an_archive();
    for (;;) {
      entries_end_ = static_cast<std::size_t>(archive_filter_bytes(handle_.get(), 0));
      archive_entry* entry = nullptr;
      const int code = archive_read_next_header(handle_.get(), &entry);
      if (code == ARCHIVE_EOF) break;
      if (code != ARCHIVE_OK && code != ARCHIVE_WARN) return damaged();
      if (auto taken = take_entry(entry); !taken) return fail(std::move(taken.error()));
    }
    if (auto ended = check_end(); !ended) return fail(std::move(ended.error()));
    return members_.take();
  }

 private:
  tl::unexpected<Error> damaged() const {
    if (source_.problem()) return fail(*source_.problem());
    return fail(ErrorCode::malformed, "the archive is cut short or damaged", where_, kCopyHint);
  }

  tl::unexpected<Error> not_an_archive() const {
    if (source_.problem() || source_.total_bytes() == 0) return damaged();
    return fail(ErrorCode::malformed,
                "not a bundle: neither a folder nor a tar archive (.tar, .tar.zst, .tar.xz, .tar.gz)", where_,
                "give a bundle that ihc collect wrote");
  }

  Result<void> take_entry(archive_entry* entry) {
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) return members_.refuse(ErrorCode::malformed, "a member's path cannot be read", "");
    if (const char* kind = forbidden_kind(entry)) {
      return members_.refuse(ErrorCode::malformed, std::string("is ") + kind + ", which no bundle holds", name);
    }
    auto path = members_.admit(name);
    if (!path) return fail(std::move(path.error()));
    if (archive_entry_filetype(entry) == AE_IFDIR) return {};
    if (path->empty()) return members_.refuse(ErrorCode::malformed, "is a file without a name", name);
    if (archive_entry_size_is_set(entry) != 0 && too_large(archive_entry_size(entry))) return refuse_size(*path);
    return take_bytes(*path);
  }

  bool too_large(la_int64_t bytes) const {
    return bytes < 0 || static_cast<std::size_t>(bytes) > members_.room_bytes();
  }

  tl::unexpected<Error> refuse_size(const std::string& path) const {
    return members_.refuse(ErrorCode::too_large,
                           "larger than the " + std::to_string(members_.room_bytes()) + " bytes that are allowed here",
                           path);
  }

  Result<void> take_bytes(const std::string& path) {
    std::string bytes;
    std::array<char, 65536> buffer;
    for (;;) {
      const la_ssize_t count = archive_read_data(handle_.get(), buffer.data(), buffer.size());
      if (count < 0) return damaged();
      if (count == 0) break;
      bytes.append(buffer.data(), static_cast<std::size_t>(count));
      if (bytes.size() > members_.room_bytes()) return refuse_size(path);
      // A sparse member gives bytes that no decompression made: they count against the ratio too.
      if (auto honest = source_.check_expansion(member_bytes_ + bytes.size()); !honest) return honest;
    }
    member_bytes_ += bytes.size();
    return members_.store(path, std::move(bytes));
  }

  // Past the last member there are at least two records of zeros and nothing but zeros, and the compression ends well.
  Result<void> check_end() {
    while (!source_.next().empty()) {
    }
    if (source_.problem()) return damaged();
    const std::size_t end = (entries_end_ + kTarRecordBytes - 1) / kTarRecordBytes * kTarRecordBytes;
    if (source_.total_bytes() < end + kTarEndBytes) return damaged();
    if (source_.zeros_at_end() < source_.total_bytes() - end) {
      return fail(ErrorCode::malformed, "something follows the archive's end", where_, kCopyHint);
    }
    return {};
  }

  std::string where_;
  Decompressor source_;
  MemberSet members_;
  Handle handle_;  // reads from source_, so it goes first
  std::size_t entries_end_ = 0;
  std::size_t member_bytes_ = 0;
};

}  // namespace

Result<MemberMap> read_archive(std::string_view bytes, const std::string& where, const ReadLimits& limits) {
  const auto reader = std::make_unique<TarReader>(bytes, where, limits);  // two blocks of 64 KiB: not for the stack
  return reader->read();
}

}  // namespace ihc
