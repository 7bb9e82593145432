// The bytes inside a compressed file that a stranger made, in blocks, every one counted against limits.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct archive;

namespace ihc {

/// Which compressions are undone; bytes that are none of them come out as they are.
enum class Filters {
  of_bundles,  ///< zstd, xz, gzip: what a bundle may use, and nothing more
  of_imports,  ///< and bzip2
};

/// How far one input may expand.
struct ExpansionLimits {
  std::size_t bytes = 0;  ///< after decompression
  std::size_t ratio = 0;  ///< decompressed : compressed, once past ratio_free_bytes
  std::size_t ratio_free_bytes = 0;
};

class Decompressor {
 public:
  /// `compressed` outlives this; `where` is its name for messages.
  Decompressor(std::string_view compressed, Filters filters, std::string where, const ExpansionLimits& limits);

  /// The next block, valid until the next call; empty at the end and after a problem.
  std::string_view next();

  /// Fails once `bytes` made from this input are more than honest evidence would compress to.
  Result<void> check_expansion(std::size_t bytes) const;

  /// What went wrong: damage, or a limit that was passed.
  const std::optional<Error>& problem() const { return problem_; }
  std::size_t total_bytes() const { return total_bytes_; }
  /// How many zero bytes the output so far ends with: a tar archive ends with two records of them.
  std::size_t zeros_at_end() const { return zeros_at_end_; }

 private:
  struct Closer {
    void operator()(archive* handle) const;
  };
  void note_damage();
  void count_zeros(std::string_view block);

  std::unique_ptr<archive, Closer> handle_;
  std::size_t compressed_bytes_;
  std::string where_;
  ExpansionLimits limits_;
  std::array<char, 65536> buffer_{};
  std::size_t total_bytes_ = 0;
  std::size_t zeros_at_end_ = 0;
  std::optional<Error> problem_;
};

}  // namespace ihc
