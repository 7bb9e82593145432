// What every parser of foreign text returns: what it understood, and an account of what it did not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/text.h"

namespace ihc {

/// Lines that a parser could not read. `first` is the beginning of the first of them, fit for a message.
struct Unparsed {
  std::size_t lines = 0;
  std::string first;

  bool any() const { return lines != 0; }
  void add(std::string_view line) {
    constexpr std::size_t kShownBytes = 80;
    if (lines++ == 0) first = to_valid_utf8(line.substr(0, kShownBytes));
  }
};

/// A parser's result; `unparsed.any()` means that `value` may be incomplete.
template <class T>
struct Parsed {
  T value{};
  Unparsed unparsed;
};

}  // namespace ihc
