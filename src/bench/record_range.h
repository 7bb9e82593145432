// What the files of a run may claim: they are a stranger's.
#pragma once

#include <cstdint>
#include <optional>

namespace ihc::bench {

/// What a stranger's file may claim, so that differences and sums of it stay within 64 bits: 146 years, 10¹² tokens.
inline constexpr std::int64_t kMostNs = std::int64_t{1} << 62;
inline constexpr std::int64_t kMostCount = std::int64_t{1} << 40;

/// A time, as the sum of two that are in range; nothing when it is out of it.
inline std::optional<std::int64_t> sum(std::int64_t left, std::int64_t right) {
  const std::int64_t result = left + right;
  return result >= -kMostNs && result <= kMostNs ? std::optional(result) : std::nullopt;
}

}  // namespace ihc::bench
