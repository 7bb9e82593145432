// A set of CPU (or NUMA node) numbers, and the kernel's two spellings of it: the list "0-3,8" and the mask
// "00000000,0000010f". Grammar: Documentation/core-api/printk-formats (%*pbl) and lib/bitmap-str.c, bitmap_parselist().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ihc {

class CpuSet {
 public:
  CpuSet() = default;
  /// The set of these numbers, in any order, duplicates allowed; numbers above limits::kMaxCpuId are dropped.
  explicit CpuSet(const std::vector<std::uint32_t>& numbers);

  /// "0-3,8", "0-31:2/8" (stride: the first 2 of every 8), blanks around parts, and "" (the empty set). Nothing for any
  /// other text, for a descending range, and for numbers above limits::kMaxCpuId.
  static std::optional<CpuSet> parse_list(std::string_view text);
  /// "ff", "00000003,ffffffff": 32-bit words in hexadecimal, most significant first, as in smp_affinity and
  /// Cpus_allowed.
  static std::optional<CpuSet> parse_mask(std::string_view text);

  /// The kernel's list form; "" for the empty set. parse_list(to_list()) gives the set back.
  std::string to_list() const;

  bool contains(std::uint32_t number) const;
  bool empty() const { return size() == 0; }
  std::size_t size() const;
  void insert(std::uint32_t number);
  std::vector<std::uint32_t> numbers() const;  ///< ascending

  bool is_subset_of(const CpuSet& other) const;
  bool intersects(const CpuSet& other) const;
  friend CpuSet operator|(const CpuSet& left, const CpuSet& right);
  friend CpuSet operator&(const CpuSet& left, const CpuSet& right);
  friend CpuSet operator-(const CpuSet& left, const CpuSet& right);
  friend bool operator==(const CpuSet& left, const CpuSet& right) { return left.words_ == right.words_; }
  friend bool operator<(const CpuSet& left, const CpuSet& right) { return left.words_ < right.words_; }

 private:
  void trim();
  std::vector<std::uint64_t>
      words_;  ///< bit n of word w is CPU 64·w+n; no trailing zero word, so equality is memberwise
};

}  // namespace ihc
