// Bytes that grow for a while and are read once: what is not the end of them is held compressed, so that a collection
// of many megabytes of text, nearly all of it alike, does not take the memory of the node that it looks at.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ihc {

class CompactBytes {
 public:
  void append(std::string_view bytes);
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// What is held in memory for it.
  std::size_t held_bytes() const;

  /// All of it in order, piece by piece; ends early, and with that error, when `take` fails.
  Result<void> read(const std::function<Result<void>(std::string_view)>& take) const;
  /// All of it at once.
  Result<std::string> whole() const;

 private:
  struct Block {
    std::string bytes;
    std::size_t size = 0;       ///< before it was compressed
    bool is_compressed = true;  ///< else it would not have become smaller
  };
  void close_block();

  std::vector<Block> blocks_;
  std::string tail_;
  std::size_t size_ = 0;
};

}  // namespace ihc
