// Enumerations and their words, by position.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace ihc::bench {

template <class Enumeration, std::size_t kSize>
std::optional<Enumeration> value_of(const std::array<std::string_view, kSize>& words, std::string_view word) {
  for (std::size_t at = 0; at < kSize; ++at) {
    if (words[at] == word) return static_cast<Enumeration>(at);
  }
  return std::nullopt;
}

}  // namespace ihc::bench
