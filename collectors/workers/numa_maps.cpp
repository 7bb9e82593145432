#include "collectors/workers/numa_maps.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

namespace ihc {

namespace {

struct Mapping {
  std::string policy;
  bool is_file = false;    ///< of an ordinary file: its pages are page cache
  std::int64_t anon = 0;   ///< pages of a private mapping that were copied on write
  std::int64_t total = 0;  ///< pages on all nodes
  std::optional<std::int64_t> page_bytes;
  std::vector<std::pair<std::uint32_t, std::int64_t>> nodes;
};

// Memory that has a name for technical reasons only: shared anonymous mappings, System V and POSIX shared memory,
// memfd and hugetlb segments.
bool is_memory_name(std::string_view name) {
  constexpr std::string_view kPrefixes[] = {"/dev/zero", "/SYSV", "/dev/shm/", "/memfd:", "/anon_hugepage"};
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [name](std::string_view prefix) { return name.starts_with(prefix); });
}

// Two policies have a blank in their name: "weighted interleave:0-1" and "prefer (many):0".
std::size_t policy_words(const std::vector<std::string_view>& words) {
  if (words.size() < 3) return 1;
  const bool two = words[1] == "weighted" || (words[1] == "prefer" && words[2].starts_with("(many)"));
  return two ? 2 : 1;
}

bool read_count(Mapping& mapping, std::string_view key, std::string_view value) {
  const auto count = parse_number<std::int64_t>(value);
  if (!count || *count < 0) return false;
  if (key == "anon") mapping.anon = *count;
  if (key == "kernelpagesize_kB") {
    constexpr std::int64_t kLargestPageKb = 1LL << 40;
    if (*count == 0 || *count > kLargestPageKb) return false;
    mapping.page_bytes = *count * 1024;
  }
  if (key.size() > 1 && key.front() == 'N') {
    const auto node = parse_number<std::uint32_t>(key.substr(1));
    if (!node || *count > std::numeric_limits<std::int64_t>::max() - mapping.total) return false;
    mapping.total += *count;
    mapping.nodes.emplace_back(*node, *count);
  }
  return true;
}

std::optional<Mapping> read_mapping(std::string_view line) {
  const auto words = split_words(line);
  if (words.size() < 2 || !parse_number<std::uint64_t>(words[0], 16)) return std::nullopt;
  Mapping mapping;
  const std::size_t first = 1 + policy_words(words);
  mapping.policy = to_valid_utf8(words[1]);
  if (first == 3) mapping.policy += " " + to_valid_utf8(words[2]);
  bool is_huge = false;
  for (std::size_t index = first; index < words.size(); ++index) {
    const std::size_t equals = words[index].find('=');
    if (words[index] == "huge") is_huge = true;
    if (equals == std::string_view::npos) continue;  // "heap", "stack", and words of kernels to come
    const std::string_view key = words[index].substr(0, equals);
    const std::string_view value = words[index].substr(equals + 1);
    if (key == "file") {
      mapping.is_file = !is_memory_name(value);
    } else if (!read_count(mapping, key, value)) {
      return std::nullopt;
    }
  }
  if (is_huge) mapping.is_file = false;
  // Pages without their size are no bytes; the size ends the line, so a line that was cut has lost it.
  if (!mapping.nodes.empty() && !mapping.page_bytes) return std::nullopt;
  return mapping;
}

bool add(std::map<std::string, std::int64_t>& sums, std::uint32_t node, std::int64_t amount) {
  std::int64_t& sum = sums[std::to_string(node)];
  if (amount > std::numeric_limits<std::int64_t>::max() - sum) return false;
  sum += amount;
  return true;
}

bool account(NumaMaps& maps, const Mapping& mapping) {
  // A private file mapping whose every page was copied on write holds memory of the process alone.
  const bool is_page_cache = mapping.is_file && mapping.anon < mapping.total;
  for (const auto& [node, pages] : mapping.nodes) {
    if (pages > std::numeric_limits<std::int64_t>::max() / *mapping.page_bytes) return false;
    const std::int64_t bytes = pages * *mapping.page_bytes;
    if (is_page_cache) {
      if (!add(maps.file_bytes_by_node, node, bytes)) return false;
    } else if (!add(maps.pages_by_node, node, pages) || !add(maps.bytes_by_node, node, bytes)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Parsed<NumaMaps> parse_numa_maps(std::string_view text) {
  Parsed<NumaMaps> parsed;
  std::set<std::string> policies;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty()) continue;
    const auto mapping = read_mapping(line);
    if (!mapping || !account(parsed.value, *mapping)) {
      parsed.unparsed.add(line);
      continue;
    }
    policies.insert(mapping->policy);
  }
  parsed.value.policies.assign(policies.begin(), policies.end());
  return parsed;
}

}  // namespace ihc
