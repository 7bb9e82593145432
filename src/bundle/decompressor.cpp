#include "bundle/decompressor.h"

#include <utility>

#include <archive.h>
#include <archive_entry.h>

namespace ihc {

void Decompressor::Closer::operator()(archive* handle) const { archive_read_free(handle); }

Decompressor::Decompressor(std::string_view compressed, Filters filters, std::string where,
                           const ExpansionLimits& limits)
    : handle_(archive_read_new()), compressed_bytes_(compressed.size()), where_(std::move(where)), limits_(limits) {
  archive* handle = handle_.get();
  archive_read_support_filter_zstd(handle);
  archive_read_support_filter_xz(handle);
  archive_read_support_filter_gzip(handle);
  if (filters == Filters::of_imports) archive_read_support_filter_bzip2(handle);
  archive_read_support_format_raw(handle);
  archive_entry* entry = nullptr;
  if (archive_read_open_memory(handle, compressed.data(), compressed.size()) != ARCHIVE_OK ||
      archive_read_next_header(handle, &entry) != ARCHIVE_OK) {
    note_damage();
  }
}

std::string_view Decompressor::next() {
  if (problem_) return {};
  const la_ssize_t count = archive_read_data(handle_.get(), buffer_.data(), buffer_.size());
  if (count < 0) note_damage();
  if (count <= 0) return {};
  const std::string_view block(buffer_.data(), static_cast<std::size_t>(count));
  total_bytes_ += block.size();
  count_zeros(block);
  if (auto expanded = check_expansion(total_bytes_); !expanded) {
    problem_ = std::move(expanded.error());
    return {};
  }
  return block;
}

Result<void> Decompressor::check_expansion(std::size_t bytes) const {
  if (bytes > limits_.bytes) {
    return fail(ErrorCode::too_large, "more than " + std::to_string(limits_.bytes) + " bytes uncompressed", where_);
  }
  if (bytes > limits_.ratio_free_bytes && bytes / limits_.ratio > compressed_bytes_) {
    return fail(ErrorCode::too_large, "expands more than " + std::to_string(limits_.ratio) + " times", where_,
                "ask for it again, from someone you trust");
  }
  return {};
}

void Decompressor::note_damage() {
  problem_ = {ErrorCode::malformed, "the archive is cut short or damaged", where_, "copy it from the node again"};
}

void Decompressor::count_zeros(std::string_view block) {
  const std::size_t last = block.find_last_not_of('\0');
  zeros_at_end_ = last == std::string_view::npos ? zeros_at_end_ + block.size() : block.size() - last - 1;
}

}  // namespace ihc
