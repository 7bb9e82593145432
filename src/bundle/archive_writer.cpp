#include "bundle/archive_writer.h"

#include <array>
#include <cerrno>
#include <utility>

#include <archive.h>
#include <archive_entry.h>

#include "bundle/member_path.h"

namespace ihc {

namespace {

struct Suffix {
  std::string_view text;
  Compression compression;
};

constexpr std::array kSuffixes{
    Suffix{".tar.zst", Compression::zstd},
    Suffix{".tar.xz", Compression::xz},
    Suffix{".tar.gz", Compression::gzip},
    Suffix{".tar", Compression::none},
};

const Suffix* suffix_of(std::string_view file_name) {
  for (const Suffix& suffix : kSuffixes) {
    if (file_name.ends_with(suffix.text)) return &suffix;
  }
  return nullptr;
}

int add_filter(archive* handle, Compression compression) {
  switch (compression) {
    case Compression::none:
      return archive_write_add_filter_none(handle);
    case Compression::zstd:
      return archive_write_add_filter_zstd(handle);
    case Compression::xz:
      return archive_write_add_filter_xz(handle);
    case Compression::gzip: {
      const int code = archive_write_add_filter_gzip(handle);
      if (code != ARCHIVE_OK) return code;
      return archive_write_set_filter_option(handle, "gzip", "timestamp",
                                             nullptr);  // the time of writing is no content
    }
  }
  return ARCHIVE_FATAL;
}

// libarchive gives the operating system's errno where there was one, and its own small range of codes otherwise.
Error error_of(archive* handle, const std::string& where) {
  const int number = archive_errno(handle);
  if (number == ENOSPC || number == EDQUOT || number == EROFS || number == EIO || number == EFBIG || number == EPIPE) {
    return error_from_errno(number, where, "free some space or choose another output");
  }
  const char* text = archive_error_string(handle);
  return {ErrorCode::io, text == nullptr ? "the archive cannot be written" : text, where, "choose another output"};
}

}  // namespace

std::optional<Compression> compression_of_name(std::string_view file_name) {
  const Suffix* suffix = suffix_of(file_name);
  return suffix == nullptr ? std::nullopt : std::optional(suffix->compression);
}

std::string archive_folder_name(std::string_view file_name) {
  if (const Suffix* suffix = suffix_of(file_name)) file_name.remove_suffix(suffix->text.size());
  if (file_name.ends_with(".ihc")) file_name.remove_suffix(4);
  const bool usable = check_bundle_path(file_name, PathKind::member).has_value() && !file_name.starts_with('.');
  return usable ? std::string(file_name) : "bundle";
}

void ArchiveWriter::Closer::operator()(archive* handle) const { archive_write_free(handle); }

Result<void> ArchiveWriter::outcome(int code) const {
  if (code == ARCHIVE_OK || code == ARCHIVE_WARN) return {};
  return fail(error_of(handle_.get(), where_));
}

Result<ArchiveWriter> ArchiveWriter::open(int fd, Compression compression, std::string where, std::int64_t mtime_s) {
  constexpr int kTarRecordBytes = 512;  // no padding after the two empty records that end an archive
  ArchiveWriter writer(std::unique_ptr<archive, Closer>(archive_write_new()), std::move(where), mtime_s);
  archive* handle = writer.handle_.get();
  if (handle == nullptr) return fail(ErrorCode::io, "out of memory", writer.where_);
  for (const int code : {archive_write_set_format_pax_restricted(handle), add_filter(handle, compression),
                         archive_write_set_bytes_per_block(handle, kTarRecordBytes * 128),
                         archive_write_set_bytes_in_last_block(handle, 1), archive_write_open_fd(handle, fd)}) {
    if (auto made = writer.outcome(code); !made) return fail(std::move(made.error()));
  }
  return writer;
}

Result<void> ArchiveWriter::add(const std::string& path, std::string_view bytes) {
  if (auto begun = begin(path, bytes.size()); !begun) return begun;
  return append(bytes);
}

Result<void> ArchiveWriter::begin(const std::string& path, std::size_t size) {
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(), &archive_entry_free);
  if (entry == nullptr) return fail(ErrorCode::io, "out of memory", where_);
  archive_entry_set_pathname(entry.get(), path.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  archive_entry_set_mtime(entry.get(), mtime_s_, 0);
  return outcome(archive_write_header(handle_.get(), entry.get()));
}

Result<void> ArchiveWriter::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const la_ssize_t written = archive_write_data(handle_.get(), bytes.data(), bytes.size());
    if (written <= 0) return fail(error_of(handle_.get(), where_));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> ArchiveWriter::finish() { return outcome(archive_write_close(handle_.get())); }

}  // namespace ihc
