#include "base/cpu_set.h"

#include <algorithm>
#include <bit>

#include "base/limits.h"
#include "base/text.h"

namespace ihc {

namespace {

constexpr std::uint32_t kWordBits = 64;

struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t used = 1;  // of every `group` numbers, the first `used`
  std::uint32_t group = 1;
};

std::optional<std::uint32_t> parse_id(std::string_view text) {
  const auto id = parse_number<std::uint32_t>(text);
  if (!id || *id > limits::kMaxCpuId) return std::nullopt;
  return id;
}

// "5", "0-3", "0-31:2/8"
std::optional<Range> parse_range(std::string_view part) {
  Range range;
  const std::size_t colon = part.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view stride = part.substr(colon + 1);
    const std::size_t slash = stride.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto used = parse_id(stride.substr(0, slash));
    const auto group = parse_id(stride.substr(slash + 1));
    if (!used || !group || *group == 0 || *used > *group) return std::nullopt;
    range.used = *used;
    range.group = *group;
    part = part.substr(0, colon);
  }
  const std::size_t dash = part.find('-');
  const auto first = parse_id(part.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_id(part.substr(dash + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  range.first = *first;
  range.last = *last;
  return range;
}

}  // namespace

CpuSet::CpuSet(const std::vector<std::uint32_t>& numbers) {
  for (const std::uint32_t number : numbers) insert(number);
}

std::optional<CpuSet> CpuSet::parse_list(std::string_view text) {
  CpuSet set;
  text = ihc::trim(text);
  if (text.empty()) return set;
  for (const std::string_view part : split(text, ',')) {
    const auto range = parse_range(ihc::trim(part));
    if (!range) return std::nullopt;
    for (std::uint32_t number = range->first; number <= range->last; ++number) {
      if ((number - range->first) % range->group < range->used) set.insert(number);
    }
  }
  return set;
}

std::optional<CpuSet> CpuSet::parse_mask(std::string_view text) {
  const std::vector<std::string_view> words = split(ihc::trim(text), ',');
  constexpr std::size_t kMaskWordBits = 32;
  if (words.size() > (limits::kMaxCpuId + 1) / kMaskWordBits) return std::nullopt;
  CpuSet set;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto word = parse_number<std::uint32_t>(words[words.size() - 1 - i], 16);
    if (!word) return std::nullopt;
    for (std::uint32_t bit = 0; bit < kMaskWordBits; ++bit) {
      if ((*word >> bit & 1U) != 0) set.insert(static_cast<std::uint32_t>(i * kMaskWordBits) + bit);
    }
  }
  return set;
}

std::string CpuSet::to_list() const {
  std::string list;
  const std::vector<std::uint32_t> all = numbers();
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    while (end + 1 < all.size() && all[end + 1] == all[end] + 1) ++end;
    if (!list.empty()) list += ',';
    list += std::to_string(all[i]);
    if (end > i) list += '-' + std::to_string(all[end]);
    i = end + 1;
  }
  return list;
}

bool CpuSet::contains(std::uint32_t number) const {
  const std::size_t word = number / kWordBits;
  return word < words_.size() && (words_[word] >> (number % kWordBits) & 1U) != 0;
}

std::size_t CpuSet::size() const {
  std::size_t count = 0;
  for (const std::uint64_t word : words_) count += static_cast<std::size_t>(std::popcount(word));
  return count;
}

void CpuSet::insert(std::uint32_t number) {
  if (number > limits::kMaxCpuId) return;
  const std::size_t word = number / kWordBits;
  if (word >= words_.size()) words_.resize(word + 1);
  words_[word] |= std::uint64_t{1} << (number % kWordBits);
}

std::vector<std::uint32_t> CpuSet::numbers() const {
  std::vector<std::uint32_t> all;
  for (std::size_t word = 0; word < words_.size(); ++word) {
    for (std::uint64_t rest = words_[word]; rest != 0; rest &= rest - 1) {
      all.push_back(static_cast<std::uint32_t>(word) * kWordBits + static_cast<std::uint32_t>(std::countr_zero(rest)));
    }
  }
  return all;
}

bool CpuSet::is_subset_of(const CpuSet& other) const { return (*this - other).empty(); }

bool CpuSet::intersects(const CpuSet& other) const { return !(*this & other).empty(); }

CpuSet operator|(const CpuSet& left, const CpuSet& right) {
  CpuSet result = left;
  result.words_.resize(std::max(left.words_.size(), right.words_.size()));
  for (std::size_t i = 0; i < right.words_.size(); ++i) result.words_[i] |= right.words_[i];
  return result;
}

CpuSet operator&(const CpuSet& left, const CpuSet& right) {
  CpuSet result = left;
  result.words_.resize(std::min(left.words_.size(), right.words_.size()));
  for (std::size_t i = 0; i < result.words_.size(); ++i) result.words_[i] &= right.words_[i];
  result.trim();
  return result;
}

CpuSet operator-(const CpuSet& left, const CpuSet& right) {
  CpuSet result = left;
  for (std::size_t i = 0; i < std::min(left.words_.size(), right.words_.size()); ++i)
    result.words_[i] &= ~right.words_[i];
  result.trim();
  return result;
}

void CpuSet::trim() {
  while (!words_.empty() && words_.back() == 0) words_.pop_back();
}

}  // namespace ihc
