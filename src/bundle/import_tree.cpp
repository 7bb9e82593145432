// Two readers, one for archives and one for folders, that give the same tree under the same rules.
#include "bundle/import_tree.h"

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/text.h"
#include "bundle/decompressor.h"
#include "bundle/member_path.h"

namespace ihc {

namespace {

constexpr std::size_t kTarRecordBytes = 512;
constexpr std::size_t kTarEndBytes = 2 * kTarRecordBytes;  // POSIX: an archive ends with two records of zeros
constexpr const char* kCopyHint = "copy it from the node again";
constexpr const char* kRefuseHint = "ask for it again, from someone you trust";

// ---- what a tree may hold ------------------------------------------------------------------------------------------

class TreeBuilder {
 public:
  TreeBuilder(std::string container, const ImportLimits& limits) : container_(std::move(container)), limits_(limits) {}

  /// The path as it is kept: without "./", leading and trailing slashes; empty for the container's own folder and for
  /// what is left out. Fails on "..", and on one entry too many.
  Result<std::string> admit(std::string_view path) {
    while (path.starts_with('/') || path.starts_with("./")) path.remove_prefix(path.starts_with('/') ? 1 : 2);
    while (path.ends_with('/')) path.remove_suffix(1);
    if (path == ".") path = {};
    for (const std::string_view component : split(path, '/')) {
      if (component == "..") return refuse(ErrorCode::malformed, "the path has a \"..\" component", path);
    }
    if (++entries_ > limits_.entries) {
      return fail(ErrorCode::too_large, "more than " + std::to_string(limits_.entries) + " files and folders",
                  container_, "give the part of it that matters");
    }
    if (path.empty()) return std::string();
    // In the bundle it stands below "root/": one component more.
    if (!check_bundle_path("root/" + std::string(path), PathKind::packed_record)) {
      leave_out("with a path that no bundle can hold");
      return std::string();
    }
    return std::string(path);
  }

  void leave_out(const std::string& what) { ++tree_.left_out[what]; }

  bool is_too_large(std::uint64_t bytes) const { return bytes > limits_.file_bytes; }
  void leave_out_large() { leave_out("larger than " + std::to_string(limits_.file_bytes) + " bytes"); }

  Result<void> keep_file(const std::string& path, std::string bytes) {
    kept_bytes_ += bytes.size();
    if (kept_bytes_ > limits_.kept_bytes) {
      return fail(ErrorCode::too_large, "holds more than " + std::to_string(limits_.kept_bytes) + " bytes", container_,
                  "give the part of it that matters");
    }
    return keep(tree_.files, tree_.links, path, std::move(bytes));
  }

  Result<void> keep_link(const std::string& path, std::string target) {
    return keep(tree_.links, tree_.files, path, std::move(target));
  }

  /// A hard link is the file that came before it.
  Result<void> keep_hard_link(const std::string& path, std::string_view target) {
    auto admitted = admit(target);
    --entries_;
    if (!admitted) return fail(std::move(admitted.error()));
    const auto found = tree_.files.find(*admitted);
    if (found == tree_.files.end()) {
      leave_out("hard links to what is not there");
      return {};
    }
    return keep_file(path, found->second);
  }

  tl::unexpected<Error> refuse(ErrorCode code, std::string what, std::string_view path) const {
    return fail(code, std::move(what), container_ + ": " + printable_path(path), kRefuseHint);
  }

  Result<ImportTree> take() {
    for (const FileMap* map : {&tree_.files, &tree_.links}) {
      for (const auto& [path, bytes] : *map) {
        if (auto clash = check_parents(path); !clash) return fail(std::move(clash.error()));
      }
    }
    return std::move(tree_);
  }

 private:
  // The same file twice is what appending to an archive makes; two contents would leave the choice to whoever made it.
  Result<void> keep(FileMap& map, const FileMap& other, const std::string& path, std::string bytes) {
    if (other.contains(path)) return refuse(ErrorCode::malformed, "is both a file and a link", path);
    const auto [place, is_new] = map.try_emplace(path, std::move(bytes));
    if (!is_new && place->second != bytes) {
      return refuse(ErrorCode::malformed, "is there twice with different content", path);
    }
    return {};
  }

  Result<void> check_parents(std::string_view path) const {
    for (std::size_t at = path.find('/'); at != std::string_view::npos; at = path.find('/', at + 1)) {
      const std::string_view parent = path.substr(0, at);
      if (tree_.files.contains(parent)) return refuse(ErrorCode::malformed, "is both a file and a folder", parent);
      if (tree_.links.contains(parent)) return refuse(ErrorCode::malformed, "is both a link and a folder", parent);
    }
    return {};
  }

  std::string container_;
  ImportLimits limits_;
  ImportTree tree_;
  std::size_t entries_ = 0;
  std::size_t kept_bytes_ = 0;
};

// ---- archives ------------------------------------------------------------------------------------------------------

// The checksum of a tar header, POSIX ustar: the sum of its bytes with the field itself as blanks. Older archives have
// it too, and nothing else.
bool is_tar_header(std::string_view block) {
  constexpr std::size_t kChecksumAt = 148;
  constexpr std::size_t kChecksumBytes = 8;
  if (block.size() < kTarRecordBytes) return false;
  std::string_view field = block.substr(kChecksumAt, kChecksumBytes);
  field = field.substr(0, field.find('\0'));
  const auto written = parse_number<std::uint32_t>(field, 8);
  if (!written) return false;
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < kTarRecordBytes; ++at) {
    const bool in_field = at >= kChecksumAt && at < kChecksumAt + kChecksumBytes;
    sum += in_field ? static_cast<unsigned char>(' ') : static_cast<unsigned char>(block[at]);
  }
  return sum == *written && sum != kChecksumBytes * static_cast<unsigned char>(' ');
}

/// A decompressor whose first block was already looked at.
struct Stream {
  Decompressor decompressor;
  std::string_view first;
  bool first_given = false;

  std::string_view next() {
    if (first_given) return decompressor.next();
    first_given = true;
    return first;
  }
};

la_ssize_t give_block(archive* handle, void* source, const void** block) {
  auto& stream = *static_cast<Stream*>(source);
  const std::string_view bytes = stream.next();
  *block = bytes.data();
  if (stream.decompressor.problem()) {
    archive_set_error(handle, EIO, "%s", "decompression failed");
    return -1;
  }
  return static_cast<la_ssize_t>(bytes.size());
}

struct ArchiveCloser {
  void operator()(archive* handle) const { archive_read_free(handle); }
};

class TarReader {
 public:
  TarReader(Stream& stream, std::string where, const ImportLimits& limits)
      : where_(std::move(where)), stream_(stream), builder_(where_, limits), handle_(archive_read_new()) {}

  Result<ImportTree> read() {
    archive_read_support_format_tar(handle_.get());
    if (archive_read_open(handle_.get(), &stream_, nullptr, give_block, nullptr) != ARCHIVE_OK) return damaged();
    for (;;) {
      entries_end_ = static_cast<std::size_t>(archive_filter_bytes(handle_.get(), 0));
      archive_entry* entry = nullptr;
      const int code = archive_read_next_header(handle_.get(), &entry);
      if (code == ARCHIVE_EOF) break;
      if (code != ARCHIVE_OK && code != ARCHIVE_WARN) return damaged();
      if (auto taken = take_entry(entry); !taken) return fail(std::move(taken.error()));
    }
    if (auto ended = check_end(); !ended) return fail(std::move(ended.error()));
    return builder_.take();
  }

 private:
  tl::unexpected<Error> damaged() const {
    if (stream_.decompressor.problem()) return fail(*stream_.decompressor.problem());
    return fail(ErrorCode::malformed, "the archive is cut short or damaged", where_, kCopyHint);
  }

  Result<void> take_entry(archive_entry* entry) {
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) return builder_.refuse(ErrorCode::malformed, "a path cannot be read", "");
    auto path = builder_.admit(name);
    if (!path) return fail(std::move(path.error()));
    if (path->empty()) return {};
    if (const char* target = archive_entry_hardlink(entry)) return builder_.keep_hard_link(*path, target);
    switch (archive_entry_filetype(entry)) {
      case AE_IFREG:
        return take_file(*path, entry);
      case AE_IFDIR:
        return {};
      case AE_IFLNK:
        return take_link(*path, entry);
      case AE_IFCHR:
      case AE_IFBLK:
        return builder_.refuse(ErrorCode::malformed, "is a device, which is no evidence", *path);
      default:
        builder_.leave_out("neither file, folder nor link");
        return {};
    }
  }

  Result<void> take_link(const std::string& path, archive_entry* entry) {
    const char* target = archive_entry_symlink(entry);
    if (target == nullptr) target = archive_entry_symlink_utf8(entry);
    return target == nullptr ? Result<void>() : builder_.keep_link(path, target);
  }

  Result<void> take_file(const std::string& path, archive_entry* entry) {
    const la_int64_t size = archive_entry_size_is_set(entry) != 0 ? archive_entry_size(entry) : 0;
    if (size < 0) return damaged();
    if (builder_.is_too_large(static_cast<std::uint64_t>(size))) {
      builder_.leave_out_large();
      return {};  // libarchive passes over its bytes
    }
    std::string bytes;
    std::array<char, 65536> buffer;
    for (;;) {
      const la_ssize_t count = archive_read_data(handle_.get(), buffer.data(), buffer.size());
      if (count < 0) return damaged();
      if (count == 0) break;
      bytes.append(buffer.data(), static_cast<std::size_t>(count));
      if (builder_.is_too_large(bytes.size())) return damaged();  // more than its header says
      // A sparse file gives bytes that no decompression made: they count against the ratio too.
      if (auto honest = stream_.decompressor.check_expansion(read_bytes_ + bytes.size()); !honest) return honest;
    }
    read_bytes_ += bytes.size();
    return builder_.keep_file(path, std::move(bytes));
  }

  // Past the last entry there are two records of zeros at least, and the compression ends well.
  Result<void> check_end() {
    while (!stream_.next().empty()) {
    }
    if (stream_.decompressor.problem()) return damaged();
    const std::size_t end = (entries_end_ + kTarRecordBytes - 1) / kTarRecordBytes * kTarRecordBytes;
    if (stream_.decompressor.total_bytes() < end + kTarEndBytes) return damaged();
    return {};
  }

  std::string where_;
  Stream& stream_;
  TreeBuilder builder_;
  std::unique_ptr<archive, ArchiveCloser> handle_;
  std::size_t entries_end_ = 0;
  std::size_t read_bytes_ = 0;
};

Result<std::string> read_text(Stream& stream, const std::string& where, const ImportLimits& limits) {
  std::string text;
  for (std::string_view block = stream.next(); !block.empty(); block = stream.next()) {
    text += block;
    if (text.size() > limits.file_bytes) {
      return fail(ErrorCode::too_large, "larger than " + std::to_string(limits.file_bytes) + " bytes", where,
                  "give the part of it that matters");
    }
  }
  if (stream.decompressor.problem()) return fail(*stream.decompressor.problem());
  return text;
}

// ---- folders -------------------------------------------------------------------------------------------------------

struct DirectoryCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

Result<std::set<std::string>> names_in(int folder, const std::string& where) {
  FileDescriptor copy(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::unique_ptr<DIR, DirectoryCloser> directory(copy ? ::fdopendir(copy.get()) : nullptr);
  if (directory == nullptr) return fail(error_from_errno(errno, where));
  copy.release();  // the directory closes it
  std::set<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace(name);
    errno = 0;
  }
  if (errno != 0) return fail(error_from_errno(errno, where));
  return names;
}

class FolderReader {
 public:
  FolderReader(const std::string& name, const ImportLimits& limits) : name_(name), builder_(name, limits) {}

  // Recursion is bounded: a path deeper than a bundle may have is left out.
  Result<void> read_level(const FileDescriptor& folder, const std::string& prefix) {
    auto names = names_in(folder.get(), name_ + "/" + printable_path(prefix));
    if (!names) return fail(std::move(names.error()));
    for (const std::string& name : *names) {
      if (auto taken = take_entry(folder.get(), name, prefix + name); !taken) return taken;
    }
    return {};
  }

  Result<ImportTree> take() { return builder_.take(); }

 private:
  Result<void> take_entry(int folder, const std::string& name, const std::string& found) {
    auto path = builder_.admit(found);
    if (!path) return fail(std::move(path.error()));
    if (path->empty()) return {};
    const FileDescriptor file(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file && errno == ELOOP) return take_link(folder, name, *path);
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) {
      builder_.leave_out("that this user may not read");
      return {};
    }
    if (S_ISDIR(status.st_mode)) return read_level(file, *path + "/");
    if (!S_ISREG(status.st_mode)) {
      builder_.leave_out("neither file, folder nor link");
      return {};
    }
    return take_bytes(file.get(), *path);
  }

  Result<void> take_link(int folder, const std::string& name, const std::string& path) {
    std::string target(limits::kMaxPathBytes, '\0');
    const ssize_t count = ::readlinkat(folder, name.c_str(), target.data(), target.size());
    if (count < 0) return fail(error_from_errno(errno, name_ + "/" + printable_path(path)));
    target.resize(static_cast<std::size_t>(count));
    return builder_.keep_link(path, std::move(target));
  }

  Result<void> take_bytes(int file, const std::string& path) {
    std::string bytes;
    std::array<char, 65536> buffer;
    for (;;) {
      const ssize_t count = ::read(file, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        builder_.leave_out("that this user may not read");
        return {};
      }
      if (count == 0) return builder_.keep_file(path, std::move(bytes));
      bytes.append(buffer.data(), static_cast<std::size_t>(count));
      if (builder_.is_too_large(bytes.size())) {
        builder_.leave_out_large();
        return {};
      }
    }
  }

  std::string name_;
  TreeBuilder builder_;
};

}  // namespace

Result<ImportContent> read_import_bytes(std::string_view bytes, const std::string& where, const ImportLimits& limits) {
  if (bytes.empty()) return ImportContent{};
  const ExpansionLimits expansion{
      .bytes = limits.stream_bytes, .ratio = limits.ratio, .ratio_free_bytes = limits.ratio_free_bytes};
  // Two blocks of 64 KiB: not for the stack.
  const auto stream = std::make_unique<Stream>(Stream{{bytes, Filters::of_imports, where, expansion}, {}});
  stream->first = stream->decompressor.next();
  ImportContent content;
  content.is_tree = is_tar_header(stream->first);
  if (content.is_tree) {
    const auto reader = std::make_unique<TarReader>(*stream, where, limits);
    auto tree = reader->read();
    if (!tree) return fail(std::move(tree.error()));
    content.tree = std::move(*tree);
  } else {
    auto text = read_text(*stream, where, limits);
    if (!text) return fail(std::move(text.error()));
    content.text = std::move(*text);
  }
  return content;
}

Result<ImportTree> read_import_folder(const std::filesystem::path& folder, const ImportLimits& limits) {
  const FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return fail(error_from_errno(errno, folder.string()));
  FolderReader reader(folder.string(), limits);
  if (auto read = reader.read_level(opened, ""); !read) return fail(std::move(read.error()));
  return reader.take();
}

}  // namespace ihc
