#include "collectors/workers/numastat_p.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace ihc {

namespace {

// "Node 0 Node 2 Total" → {"0", "2", "Total"}; nothing when the line is no such heading.
std::optional<std::vector<std::string>> columns_of(const std::vector<std::string_view>& words) {
  std::vector<std::string> columns;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] == "PID" && at == 0) continue;
    if (words[at] == "Total") {
      columns.emplace_back("Total");
    } else if (words[at] == "Node" && at + 1 < words.size() && parse_number<std::uint32_t>(words[at + 1])) {
      columns.emplace_back(words[++at]);
    } else {
      return std::nullopt;
    }
  }
  return columns.empty() ? std::nullopt : std::optional(std::move(columns));
}

std::optional<std::int64_t> megabytes(std::string_view word) {
  const auto value = parse_decimal(word);
  constexpr double kBytes = 1 << 20;
  constexpr double kMost = 8e12;  // what still fits a count of bytes
  if (!value || *value < 0 || *value > kMost) return std::nullopt;
  return static_cast<std::int64_t>(std::llround(*value * kBytes));
}

class Reader {
 public:
  Parsed<std::vector<NumastatProcess>> read(std::string_view text) {
    for (const std::string_view raw : split_lines(text)) read_line(raw);
    // A single process whose table ends before its Total line has only parts.
    if (single_ && !single_->total_bytes) parsed_.unparsed.add("(no line \"Total\")");
    if (single_) parsed_.value.push_back(std::move(*single_));
    return std::move(parsed_);
  }

 private:
  void read_line(std::string_view raw) {
    const std::string_view line = trim(raw);
    const auto words = split_words(line);
    if (words.empty() || line.find_first_not_of("- ") == std::string_view::npos) return;
    if (line.find("process memory usage") != std::string_view::npos) return read_title(line);
    if (auto columns = columns_of(words)) {
      columns_ = std::move(*columns);
      return;
    }
    if (columns_.empty() || !read_row(line, words)) parsed_.unparsed.add(raw);
  }

  void read_title(std::string_view line) {
    if (single_) parsed_.value.push_back(std::move(*single_));
    single_.reset();
    columns_.clear();
    constexpr std::string_view kFor = " for PID ";
    const std::size_t at = line.find(kFor);
    if (at == std::string_view::npos) return;
    single_.emplace();
    set_identity(*single_, line.substr(at + kFor.size()));
  }

  // "17959 (numa_bench)"; "-c" and narrow columns cut the name and its parenthesis.
  static bool set_identity(NumastatProcess& process, std::string_view text) {
    const std::size_t open = text.find('(');
    const auto pid = parse_number<std::int64_t>(trim(text.substr(0, open)));
    if (!pid || *pid <= 0) return false;
    process.pid = pid;
    if (open == std::string_view::npos) return true;
    std::string_view name = trim(text.substr(open + 1));
    if (name.ends_with(')')) name.remove_suffix(1);
    process.name = to_valid_utf8(name);
    return true;
  }

  // The columns end the line; what stands before them names the row.
  bool read_row(std::string_view line, const std::vector<std::string_view>& words) {
    if (words.size() <= columns_.size()) return false;
    std::map<std::string, std::int64_t> values;
    const std::size_t first = words.size() - columns_.size();
    for (std::size_t index = 0; index < columns_.size(); ++index) {
      const auto bytes = megabytes(words[first + index]);
      if (!bytes) return false;
      values[columns_[index]] = *bytes;
    }
    const auto label_end = static_cast<std::size_t>(words[first].data() - line.data());
    return place(trim(line.substr(0, label_end)), values);
  }

  bool place(std::string_view label, std::map<std::string, std::int64_t>& values) {
    std::optional<std::int64_t> total;
    if (const auto found = values.find("Total"); found != values.end()) {
      total = found->second;
      values.erase(found);
    }
    if (single_) return place_kind(*single_, to_lower(label), values, total);
    if (label == "Total") return true;  // of all processes together
    NumastatProcess process;
    if (!set_identity(process, label)) return false;
    auto known = std::find_if(parsed_.value.begin(), parsed_.value.end(),
                              [&](const NumastatProcess& other) { return other.pid == process.pid; });
    if (known == parsed_.value.end()) known = parsed_.value.insert(known, std::move(process));
    known->bytes_by_node.merge(values);
    if (total) known->total_bytes = total;
    return true;
  }

  static bool place_kind(NumastatProcess& process, const std::string& kind, std::map<std::string, std::int64_t>& values,
                         const std::optional<std::int64_t>& total) {
    if (kind == "total") {
      process.bytes_by_node.merge(values);
      if (total) process.total_bytes = total;
      return true;
    }
    if (kind != "huge" && kind != "heap" && kind != "stack" && kind != "private") return false;
    process.bytes_by_kind[kind].merge(values);
    return true;
  }

  Parsed<std::vector<NumastatProcess>> parsed_;
  std::vector<std::string> columns_;
  std::optional<NumastatProcess> single_;
};

}  // namespace

Parsed<std::vector<NumastatProcess>> parse_numastat_p(std::string_view text) { return Reader().read(text); }

}  // namespace ihc
