#include "collectors/topology/numactl.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

// "0 1 2 3", or with ranges and their count: "0-15, 32-47 (32)".
std::optional<CpuSet> parse_numbers(std::string_view text) {
  CpuSet set;
  if (const std::size_t count = text.find('('); count != std::string_view::npos) text = text.substr(0, count);
  for (const std::string_view word : split_words(text)) {
    const auto part = CpuSet::parse_list(word.ends_with(',') ? word.substr(0, word.size() - 1) : word);
    if (!part) return std::nullopt;
    set = set | *part;
  }
  return set;
}

bool is_numbers(std::string_view line) {
  const auto words = split_words(line);
  return !words.empty() && std::all_of(words.begin(), words.end(), [](std::string_view word) {
    return parse_number<std::uint32_t>(word).has_value();
  });
}

// "515281 MB"; "<not available>" is a size that nobody knows.
std::optional<std::int64_t> parse_mebibytes(std::string_view text) {
  const auto words = split_words(text);
  if (words.size() != 2 || words[1] != "MB") return std::nullopt;
  const auto number = parse_number<std::uint32_t>(words[0]);
  return number ? std::optional(static_cast<std::int64_t>(*number) * static_cast<std::int64_t>(limits::kMiB))
                : std::nullopt;
}

class HardwareReader {
 public:
  explicit HardwareReader(std::string_view text) : unfinished_(ends_unfinished(text)) {
    const auto lines = pasted_lines(text);
    for (std::size_t index = 0; index < lines.size(); ++index) {
      last_ = index + 1 == lines.size();
      const std::string_view line = trim(lines[index]);
      if (!line.empty() && !read_line(line)) parsed_.unparsed.add(line);
    }
    finish();
  }

  Parsed<NumactlHardware> take() { return std::move(parsed_); }

 private:
  enum class Section { nodes, distances };

  NumactlNode& node(std::int64_t id) { return nodes_.emplace(id, NumactlNode{.id = id}).first->second; }

  bool read_line(std::string_view line) {
    if (line.starts_with("available:")) return read_available(line.substr(10));
    if (line.starts_with("No NUMA")) return parsed_.value.no_numa = true;
    if (line == "No distance information available.") return distances_said_ = true;
    if (line == "node distances:") {
      section_ = Section::distances;
      open_cpus_.reset();
      return true;
    }
    if (section_ == Section::distances) return read_distance_line(line);
    if (line.starts_with("node ")) return read_node_line(line.substr(5));
    return continue_cpus(line);
  }

  bool read_available(std::string_view rest) {
    const auto words = split_words(rest);
    const auto count = words.empty() ? std::nullopt : parse_number<std::uint32_t>(words[0]);
    if (!count || words.size() < 2 || !words[1].starts_with("node")) return false;
    parsed_.value.announced = *count;
    return true;
  }

  // "0 cpus: 0 1 2 3", "0 size: 515281 MB", "0 free: <not available>"
  bool read_node_line(std::string_view rest) {
    open_cpus_.reset();
    const auto pair = split_key_value(rest, ':');
    const auto words = pair ? split_words(pair->first) : std::vector<std::string_view>{};
    const auto id = words.size() == 2 ? parse_number<std::uint16_t>(words[0]) : std::nullopt;
    if (!id) return false;
    if (words[1] == "cpus") return read_cpus(*id, pair->second);
    if (words[1] != "size" && words[1] != "free") return false;
    auto& slot = words[1] == "size" ? node(*id).memory_total_bytes : node(*id).memory_free_bytes;
    slot = parse_mebibytes(pair->second);
    if (words[1] == "size") sized_.push_back(*id);
    return slot.has_value() || pair->second == "<not available>";
  }

  bool read_cpus(std::int64_t id, std::string_view text) {
    auto cpus = parse_numbers(text);
    // The numbers of a list that stops here are not all there, and the last may be half a number.
    if (!cpus || (last_ && unfinished_)) {
      node(id).cpus.reset();
      return false;
    }
    node(id).cpus = std::move(*cpus);
    open_cpus_ = id;
    return true;
  }

  // A mailer wraps long lines: numbers alone go on with the list before them.
  bool continue_cpus(std::string_view line) {
    if (!open_cpus_ || !is_numbers(line)) return false;
    auto& cpus = node(*open_cpus_).cpus;
    if (last_ && unfinished_) {
      cpus.reset();
      return false;
    }
    cpus = *cpus | *parse_numbers(line);
    return true;
  }

  // "node   0   1", "  0:  10  21", and wrapped ones
  bool read_distance_line(std::string_view line) {
    if (line.starts_with("node")) {
      const auto ids = parse_row(line.substr(4));
      if (ids) columns_ = *ids;
      row_ = nullptr;
      in_header_ = true;
      return ids.has_value();
    }
    const auto pair = split_key_value(line, ':');
    const auto id = pair ? parse_number<std::uint16_t>(pair->first) : std::nullopt;
    const auto numbers = parse_row(id ? pair->second : line);
    if (!numbers || (!id && !in_header_ && row_ == nullptr)) return false;
    if (id) {
      row_id_ = *id;
      row_ = &rows_[*id];
      in_header_ = false;
    }
    auto& target = in_header_ ? columns_ : *row_;
    target.insert(target.end(), numbers->begin(), numbers->end());
    return true;
  }

  static std::optional<std::vector<std::int64_t>> parse_row(std::string_view text) {
    std::vector<std::int64_t> row;
    for (const std::string_view word : split_words(text)) {
      const auto number = parse_number<std::uint16_t>(word);
      if (!number) return std::nullopt;
      row.push_back(*number);
    }
    return row;
  }

  // The kernel's distance of a node to itself is always 10 (LOCAL_DISTANCE), so another number was mangled.
  void finish_distances() {
    constexpr std::int64_t kLocalDistance = 10;
    // An unfinished text ends in half a number, unless it ends with the last row's distance to itself.
    if (unfinished_ && row_ != nullptr && !rows_.empty() && (columns_.empty() || row_id_ != columns_.back())) {
      rows_.erase(row_id_);
    }
    for (const auto& [id, row] : rows_) {
      const auto self = std::find(columns_.begin(), columns_.end(), id);
      if (row.size() != columns_.size() || self == columns_.end() ||
          row[static_cast<std::size_t>(self - columns_.begin())] != kLocalDistance) {
        parsed_.value.lacking.push_back("the distances of node " + std::to_string(id));
        continue;
      }
      for (std::size_t column = 0; column < columns_.size(); ++column) {
        node(id).distances[std::to_string(columns_[column])] = row[column];
      }
    }
    if (rows_.empty() && !distances_said_) parsed_.value.lacking.emplace_back("the distances");
    for (const std::int64_t id : columns_) {
      if (!rows_.empty() && !rows_.contains(id)) {
        parsed_.value.lacking.push_back("the distances of node " + std::to_string(id));
      }
    }
  }

  void finish() {
    NumactlHardware& hardware = parsed_.value;
    finish_distances();
    for (auto& [id, node] : nodes_) {
      const std::string name = " of node " + std::to_string(id);
      if (!node.cpus) hardware.lacking.push_back("the CPUs" + name);
      if (std::find(sized_.begin(), sized_.end(), id) == sized_.end()) hardware.lacking.push_back("the memory" + name);
      hardware.nodes.push_back(std::move(node));
    }
    const auto found = static_cast<std::int64_t>(hardware.nodes.size());
    if (hardware.announced && found < *hardware.announced) {
      hardware.lacking.push_back(std::to_string(*hardware.announced - found) + " of " +
                                 std::to_string(*hardware.announced) + " nodes");
    }
    if (hardware.nodes.empty() && !hardware.announced) hardware.lacking.clear();
  }

  Parsed<NumactlHardware> parsed_;
  std::map<std::int64_t, NumactlNode> nodes_;
  std::map<std::int64_t, std::vector<std::int64_t>> rows_;
  std::vector<std::int64_t> columns_;
  std::vector<std::int64_t> sized_;
  std::vector<std::int64_t>* row_ = nullptr;
  std::int64_t row_id_ = 0;
  std::optional<std::int64_t> open_cpus_;
  Section section_ = Section::nodes;
  bool in_header_ = false;
  bool distances_said_ = false;
  bool last_ = false;
  bool unfinished_ = false;
};

bool read_show_line(NumactlShow& show, std::string_view key, std::string_view value) {
  if (key == "policy") {
    show.policy = to_valid_utf8(value);
    return !value.empty();
  }
  if (key == "preferred node") {
    const auto words = split_words(value);
    if (!words.empty()) show.preferred_node = to_valid_utf8(words[0]);
    return !words.empty();
  }
  if (key == "interleavenode" || key == "preferred") return true;
  std::optional<CpuSet>* slot = key == "physcpubind"                    ? &show.cpus
                                : key == "cpubind" || key == "nodebind" ? &show.cpu_nodes
                                : key == "membind"                      ? &show.memory_nodes
                                : key == "interleavemask"               ? &show.interleave_nodes
                                                                        : nullptr;
  if (slot == nullptr) return false;
  *slot = parse_numbers(value);
  return slot->has_value();
}

}  // namespace

Parsed<NumactlHardware> parse_numactl_hardware(std::string_view text) { return HardwareReader(text).take(); }

Parsed<NumactlShow> parse_numactl_show(std::string_view text) {
  Parsed<NumactlShow> parsed;
  std::string key;
  std::string value;
  const auto flush = [&] {
    if (!key.empty() && !read_show_line(parsed.value, key, value)) parsed.unparsed.add(key + ": " + value);
    key.clear();
  };
  for (const std::string& whole : pasted_lines(text)) {
    const std::string_view line = trim(whole);
    if (line.empty() || line.starts_with("No NUMA")) continue;
    if (const auto pair = split_key_value(line, ':')) {
      flush();
      key = pair->first;
      value = pair->second;
    } else if (!key.empty() && is_numbers(line)) {
      value += ' ';
      value += line;  // a wrapped list of CPUs
    } else {
      parsed.unparsed.add(line);
    }
  }
  flush();
  return parsed;
}

Likeness like_numactl_hardware(std::string_view text) {
  std::size_t seen = 0;
  for (const std::string& whole : pasted_lines(text)) {
    const std::string_view line = trim(whole);
    if (line.starts_with("available: ") && line.find(" nodes (") != std::string_view::npos) return Likeness::sure;
    if (line == "node distances:" || (line.starts_with("node ") && line.find(" cpus:") != std::string_view::npos))
      ++seen;
    if (line.starts_with("No NUMA available on this system")) return Likeness::sure;
  }
  return seen >= 2 ? Likeness::sure : seen == 1 ? Likeness::maybe : Likeness::no;
}

Likeness like_numactl_show(std::string_view text) {
  std::size_t seen = 0;
  for (const std::string& whole : pasted_lines(text)) {
    for (const char* start : {"policy: ", "physcpubind:", "nodebind:", "membind:", "preferred node: "}) {
      if (trim(whole).starts_with(start)) ++seen;
    }
  }
  return seen >= 2 ? Likeness::sure : seen == 1 ? Likeness::maybe : Likeness::no;
}

}  // namespace ihc
