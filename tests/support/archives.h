// Archives made by hand: entries that no tool of ours would write, in any compression.
#pragma once

#include <string>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

namespace ihc::test {

struct Entry {
  std::string path;
  std::string bytes = {};
  unsigned type = AE_IFREG;
  std::string link = {};  // a symbolic link's target
  std::string hard_link = {};
};

inline la_ssize_t append_bytes(archive*, void* target, const void* bytes, std::size_t count) {
  static_cast<std::string*>(target)->append(static_cast<const char*>(bytes), count);
  return static_cast<la_ssize_t>(count);
}

enum class Filter { none, zstd, gzip, xz, bzip2 };

inline std::string archive_of(const std::vector<Entry>& entries, Filter filter = Filter::none) {
  std::string bytes;
  archive* writer = archive_write_new();
  archive_write_set_format_pax_restricted(writer);
  if (filter == Filter::zstd) archive_write_add_filter_zstd(writer);
  if (filter == Filter::gzip) archive_write_add_filter_gzip(writer);
  if (filter == Filter::xz) archive_write_add_filter_xz(writer);
  if (filter == Filter::bzip2) archive_write_add_filter_bzip2(writer);
  archive_write_set_bytes_in_last_block(writer, 1);
  archive_write_open(writer, &bytes, nullptr, append_bytes, nullptr);
  for (const Entry& entry : entries) {
    archive_entry* header = archive_entry_new();
    archive_entry_set_pathname(header, entry.path.c_str());
    archive_entry_set_filetype(header, entry.type);
    archive_entry_set_perm(header, 0644);
    archive_entry_set_size(header, static_cast<la_int64_t>(entry.bytes.size()));
    if (!entry.link.empty()) archive_entry_set_symlink(header, entry.link.c_str());
    if (!entry.hard_link.empty()) archive_entry_set_hardlink(header, entry.hard_link.c_str());
    EXPECT_GE(archive_write_header(writer, header), ARCHIVE_WARN) << archive_error_string(writer);
    archive_write_data(writer, entry.bytes.data(), entry.bytes.size());
    archive_entry_free(header);
  }
  archive_write_free(writer);
  return bytes;
}

}  // namespace ihc::test
