#include "bundle/compact_bytes.h"

#include <algorithm>

#include <zstd.h>

#include "base/limits.h"

namespace ihc {

namespace {

// Small enough that the ends of some dozen families weigh little, large enough to find what repeats.
constexpr std::size_t kBlockBytes = 256 * limits::kKiB;
constexpr int kFast = 1;

}  // namespace

void CompactBytes::append(std::string_view bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    const std::size_t taken = std::min(bytes.size(), kBlockBytes - tail_.size());
    tail_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (tail_.size() == kBlockBytes) close_block();
  }
}

void CompactBytes::close_block() {
  std::string packed(ZSTD_compressBound(tail_.size()), '\0');
  const std::size_t length = ZSTD_compress(packed.data(), packed.size(), tail_.data(), tail_.size(), kFast);
  Block block{.bytes = {}, .size = tail_.size()};
  if (ZSTD_isError(length) != 0 || length >= tail_.size()) {
    block.is_compressed = false;
    block.bytes = std::move(tail_);
  } else {
    block.bytes.assign(packed, 0, length);
  }
  blocks_.push_back(std::move(block));
  tail_ = {};
}

std::size_t CompactBytes::held_bytes() const {
  std::size_t held = tail_.capacity();
  for (const Block& block : blocks_) held += block.bytes.capacity();
  return held;
}

Result<void> CompactBytes::read(const std::function<Result<void>(std::string_view)>& take) const {
  std::string plain;
  for (const Block& block : blocks_) {
    std::string_view bytes = block.bytes;
    if (block.is_compressed) {
      plain.resize(block.size);
      const std::size_t length = ZSTD_decompress(plain.data(), plain.size(), block.bytes.data(), block.bytes.size());
      if (length != block.size)
        return fail(ErrorCode::corrupt, "what was held compressed can't be read back", "memory");
      bytes = plain;
    }
    if (auto taken = take(bytes); !taken) return taken;
  }
  return tail_.empty() ? Result<void>() : take(tail_);
}

Result<std::string> CompactBytes::whole() const {
  std::string all;
  all.reserve(size_);
  auto done = read([&all](std::string_view piece) -> Result<void> {
    all += piece;
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return all;
}

}  // namespace ihc
