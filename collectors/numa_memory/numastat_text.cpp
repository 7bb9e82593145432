#include "collectors/numa_memory/numastat_text.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "base/text.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

constexpr std::array<std::string_view, 6> kCounterNames{"numa_hit",       "numa_miss",  "numa_foreign",
                                                        "interleave_hit", "local_node", "other_node"};

bool is_counter_name(std::string_view name) {
  const std::string lower = to_lower(name);
  return std::find(kCounterNames.begin(), kCounterNames.end(), lower) != kCounterNames.end();
}

// Columns of a header: node numbers, -1 for "Total". "node0 node1", "Node 0 Node 1 Total", "N0 N1" is another tool's.
std::optional<std::vector<std::int64_t>> parse_header(std::string_view line) {
  std::vector<std::int64_t> columns;
  const auto words = split_words(line);
  for (std::size_t index = 0; index < words.size(); ++index) {
    std::string_view number;
    if (words[index] == "Total") {
      columns.push_back(-1);
      continue;
    }
    if (words[index] == "Node" && index + 1 < words.size()) {
      number = words[++index];
    } else if (words[index].starts_with("node") || words[index].starts_with("Node")) {
      number = words[index].substr(4);
    } else {
      return std::nullopt;
    }
    const auto id = parse_number<std::uint16_t>(number);
    if (!id) return std::nullopt;
    columns.push_back(*id);
  }
  return columns.empty() ? std::nullopt : std::optional(std::move(columns));
}

bool is_ruler(std::string_view line) { return line.find_first_not_of("- ") == std::string_view::npos; }

// What numastat says beside its table.
bool is_message(std::string_view line) {
  return line.starts_with("Per-node ") || line.starts_with("Token ") || line.starts_with("There are ") ||
         line.starts_with("Table has no");
}

class TableReader {
 public:
  TableReader(std::string_view text, bool counters) : counters_(counters) {
    const auto lines = pasted_lines(text);
    for (std::size_t index = 0; index < lines.size(); ++index) {
      half_ = index + 1 == lines.size() && ends_unfinished(text);
      const std::string_view line = trim(lines[index]);
      if (!line.empty() && !read_line(line)) parsed_.unparsed.add(line);
    }
    finish();
  }

  Parsed<NumastatTable> take() { return std::move(parsed_); }

 private:
  bool read_line(std::string_view line) {
    if (is_ruler(line)) return true;
    if (is_message(line)) {
      if (line.find("(in MBs)") != std::string_view::npos) parsed_.value.unit = NumastatUnit::mebibytes;
      return true;
    }
    if (auto columns = parse_header(line)) {
      columns_ = std::move(*columns);
      announced_.insert(columns_.begin(), columns_.end());
      return true;
    }
    return read_row(line);
  }

  bool read_row(std::string_view line) {
    const auto words = split_words(line);
    if (words.empty() || columns_.empty()) return false;
    const bool known = is_counter_name(words[0]);
    if (counters_ && !known) return false;
    if (words.size() != columns_.size() + 1) {
      parsed_.value.cut = true;
      return false;
    }
    // The names say the unit too, should the title be lost: the kernel's are lower case, the tool's own are not.
    if (counters_ && words[0] != to_lower(words[0])) parsed_.value.unit = NumastatUnit::mebibytes;
    std::vector<double> numbers;
    for (std::size_t index = 1; index < words.size(); ++index) {
      const auto number = parse_decimal(words[index]);
      if (!number || *number < 0) return false;
      numbers.push_back(*number);
    }
    if (half_ && !is_sum(numbers)) {
      parsed_.value.cut = true;
      return false;
    }
    const std::string name = counters_ ? to_lower(words[0]) : to_valid_utf8(words[0]);
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      if (columns_[column] >= 0) parsed_.value.nodes[columns_[column]][name] = numbers[column];
    }
    return true;
  }

  // An unfinished last row may end in half a number. Where it is the total, the others tell.
  bool is_sum(const std::vector<double>& numbers) const {
    if (columns_.back() >= 0) return true;
    double sum = 0;
    for (std::size_t index = 0; index + 1 < numbers.size(); ++index) sum += numbers[index];
    return numbers.back() + static_cast<double>(numbers.size()) >= sum;
  }

  void finish() {
    NumastatTable& table = parsed_.value;
    std::set<std::string> names;
    for (const auto& [id, rows] : table.nodes) {
      for (const auto& [name, value] : rows) names.insert(name);
    }
    for (const std::int64_t id : announced_) {
      if (id >= 0 && table.nodes[id].size() < names.size()) table.cut = true;
    }
    std::erase_if(table.nodes, [](const auto& node) { return node.second.empty(); });
    if (counters_ && !table.nodes.empty() && names.size() < kCounterNames.size()) table.cut = true;
    if (!announced_.empty() && table.nodes.empty()) table.cut = true;
  }

  bool counters_;
  bool half_ = false;
  Parsed<NumastatTable> parsed_;
  std::vector<std::int64_t> columns_;
  std::set<std::int64_t> announced_;
};

struct Seen {
  std::size_t counters = 0;
  std::size_t files = 0;  ///< "numa_hit 123": a counter with one number
  bool header = false;
  bool memory_title = false;
  bool memory_rows = false;
  bool system_title = false;
  bool other = false;
};

Seen look(std::string_view text) {
  Seen seen;
  for (const std::string& whole : pasted_lines(text)) {
    const std::string_view line = trim(whole);
    const auto words = split_words(line);
    if (words.empty()) continue;
    if (is_counter_name(words[0]) && words.size() >= 2) {
      ++seen.counters;
      if (words.size() == 2 && words[0] == to_lower(words[0])) ++seen.files;
    } else if (parse_header(line)) {
      seen.header = true;
    } else if (line.starts_with("Per-node numastat info")) {
      seen.system_title = true;
    } else if (line.starts_with("Per-node system memory usage")) {
      seen.memory_title = true;
    } else if (words[0] == "MemTotal" || words[0] == "MemUsed") {
      seen.memory_rows = true;
    } else {
      seen.other = true;
    }
  }
  return seen;
}

}  // namespace

Parsed<NumastatTable> parse_numastat_system(std::string_view text) { return TableReader(text, true).take(); }

Parsed<NumastatTable> parse_numastat_memory(std::string_view text) { return TableReader(text, false).take(); }

Likeness like_numastat_system(std::string_view text) {
  const Seen seen = look(text);
  if (seen.system_title || (seen.header && seen.counters >= 2)) return Likeness::sure;
  return seen.header && seen.counters > 0 ? Likeness::maybe : Likeness::no;
}

Likeness like_numastat_memory(std::string_view text) {
  const Seen seen = look(text);
  if (seen.memory_title) return Likeness::sure;
  return seen.header && seen.memory_rows ? Likeness::sure : Likeness::no;
}

Likeness like_numastat_sysfs(std::string_view text) {
  const Seen seen = look(text);
  if (seen.header || seen.other || seen.system_title || seen.memory_title) return Likeness::no;
  return seen.files >= 4 && seen.files == seen.counters ? Likeness::sure : Likeness::no;
}

}  // namespace ihc
