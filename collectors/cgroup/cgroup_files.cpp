#include "collectors/cgroup/cgroup_files.h"

#include "base/text.h"

namespace ihc {

namespace {

constexpr std::int64_t kNsPerUs = 1000;

std::optional<std::int64_t> count(std::string_view text) {
  const auto value = parse_number<std::int64_t>(text);
  return value && *value >= 0 ? value : std::nullopt;
}

struct CpuStatName {
  std::string_view name;
  std::optional<std::int64_t> CgroupThrottling::*member;
  std::int64_t divisor;
};

constexpr CpuStatName kCpuStatNames[] = {
    {"nr_periods", &CgroupThrottling::periods, 1},
    {"nr_throttled", &CgroupThrottling::throttled_periods, 1},
    {"throttled_usec", &CgroupThrottling::throttled_us, 1},
    {"throttled_time", &CgroupThrottling::throttled_us, kNsPerUs},
    {"burst_usec", &CgroupThrottling::burst_us, 1},
    {"burst_time", &CgroupThrottling::burst_us, kNsPerUs},
    {"usage_usec", &CgroupThrottling::usage_us, 1},
};

// "N0=12" into the map; false for anything else.
bool add_node(std::map<std::string, std::int64_t>& nodes, std::string_view word) {
  if (!word.starts_with('N')) return false;
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) return false;
  const auto node = parse_number<std::uint32_t>(word.substr(1, equals - 1));
  const auto amount = count(word.substr(equals + 1));
  if (!node || !amount) return false;
  nodes[std::to_string(*node)] = *amount;
  return true;
}

std::optional<std::string_view> value_of(std::string_view word, std::string_view name) {
  if (!word.starts_with(name) || word.size() <= name.size() || word[name.size()] != '=') return std::nullopt;
  return word.substr(name.size() + 1);
}

std::optional<CgroupStall> parse_stall(const std::vector<std::string_view>& words) {
  CgroupStall stall;
  for (std::size_t index = 1; index < words.size(); ++index) {
    const std::string_view word = words[index];
    if (const auto avg10 = value_of(word, "avg10")) stall.avg10_pct = parse_decimal(*avg10);
    if (const auto avg60 = value_of(word, "avg60")) stall.avg60_pct = parse_decimal(*avg60);
    if (const auto avg300 = value_of(word, "avg300")) stall.avg300_pct = parse_decimal(*avg300);
    if (const auto total = value_of(word, "total")) stall.total_us = count(*total);
  }
  // "total" ends the line: one that was cut has lost it or a part of its digits, and the averages are only context.
  const bool negative =
      stall.avg10_pct.value_or(0) < 0 || stall.avg60_pct.value_or(0) < 0 || stall.avg300_pct.value_or(0) < 0;
  return stall.total_us && !negative ? std::optional(stall) : std::nullopt;
}

}  // namespace

std::optional<Limit> parse_limit(std::string_view text) {
  text = trim(text);
  if (text == "max" || text == "infinity" || text == "-1") return Limit{.unlimited = true};
  const auto value = parse_number<std::uint64_t>(text);
  if (!value) return std::nullopt;
  constexpr std::uint64_t kBeyondMemory = 1ULL << 62;
  if (*value >= kBeyondMemory) return Limit{.unlimited = true};
  return Limit{.value = static_cast<std::int64_t>(*value)};
}

std::optional<CpuMax> parse_cpu_max(std::string_view text) {
  const auto words = split_words(trim(text));
  if (words.size() != 2) return std::nullopt;
  const auto quota = parse_limit(words[0]);
  const auto period = count(words[1]);
  if (!quota || !period || *period == 0) return std::nullopt;
  return CpuMax{.quota_us = *quota, .period_us = *period};
}

Parsed<CgroupThrottling> parse_cpu_stat(std::string_view text) {
  Parsed<CgroupThrottling> parsed;
  for (const std::string_view line : split_lines(text)) {
    const auto words = split_words(trim(line));
    if (words.empty()) continue;
    const auto value = words.size() == 2 ? count(words[1]) : std::nullopt;
    if (!value) {
      parsed.unparsed.add(line);
      continue;
    }
    for (const CpuStatName& known : kCpuStatNames) {
      if (known.name == words[0]) parsed.value.*known.member = *value / known.divisor;
    }
  }
  return parsed;
}

Parsed<ByKindAndNode> parse_cgroup_numa_stat(std::string_view text) {
  Parsed<ByKindAndNode> parsed;
  for (const std::string_view line : split_lines(text)) {
    const auto words = split_words(trim(line));
    if (words.empty()) continue;
    // v1 writes its sum into the name: "anon=76"
    const std::string_view kind = words[0].substr(0, words[0].find('='));
    std::map<std::string, std::int64_t> nodes;
    bool is_good = words.size() > 1;
    for (std::size_t index = 1; index < words.size(); ++index) is_good = is_good && add_node(nodes, words[index]);
    if (is_good) {
      parsed.value[to_valid_utf8(kind)] = std::move(nodes);
    } else {
      parsed.unparsed.add(line);
    }
  }
  return parsed;
}

std::optional<std::map<std::string, std::int64_t>> parse_hugetlb_numa_stat(std::string_view text) {
  const auto lines = split_lines(text);
  if (lines.empty()) return std::nullopt;
  const auto words = split_words(trim(lines.front()));
  if (words.size() < 2 || !words[0].starts_with("total=")) return std::nullopt;
  std::map<std::string, std::int64_t> nodes;
  for (std::size_t index = 1; index < words.size(); ++index) {
    if (!add_node(nodes, words[index])) return std::nullopt;
  }
  return nodes;
}

std::optional<std::int64_t> parse_io_weight(std::string_view text) {
  for (const std::string_view line : split_lines(text)) {
    const auto words = split_words(trim(line));
    if (words.size() == 1) return count(words[0]);
    if (words.size() == 2 && words[0] == "default") return count(words[1]);
  }
  return std::nullopt;
}

Parsed<CgroupPressure> parse_cgroup_pressure(std::string_view text) {
  Parsed<CgroupPressure> parsed;
  for (const std::string_view line : split_lines(text)) {
    const auto words = split_words(trim(line));
    if (words.empty()) continue;
    const auto stall = parse_stall(words);
    if (stall && words[0] == "some") {
      parsed.value.some = stall;
    } else if (stall && words[0] == "full") {
      parsed.value.full = stall;
    } else {
      parsed.unparsed.add(line);
    }
  }
  return parsed;
}

}  // namespace ihc
