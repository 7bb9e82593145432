#include "collectors/perf/mem_report.h"

#include <algorithm>

#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

struct Columns {
  std::vector<std::size_t> begins;
  std::optional<std::size_t> overhead;
  std::optional<std::size_t> samples;
  std::optional<std::size_t> access;

  std::string_view cell(std::string_view line, std::size_t column) const {
    if (begins[column] >= line.size()) return {};
    const std::size_t end = column + 1 < begins.size() ? begins[column + 1] : std::string_view::npos;
    return trim(line.substr(begins[column], end == std::string_view::npos ? end : end - begins[column]));
  }
};

bool is_ruler(std::string_view line) {
  return line.starts_with("# .") && line.find_first_not_of("#. ") == std::string_view::npos;
}

Columns read_columns(std::string_view heading, std::string_view ruler) {
  Columns columns;
  for (std::size_t at = 1; at < ruler.size(); ++at) {
    if (ruler[at] == '.' && ruler[at - 1] == ' ') columns.begins.push_back(at);
  }
  for (std::size_t column = 0; column < columns.begins.size(); ++column) {
    const std::string_view name = columns.cell(heading, column);
    if (name == "Overhead") columns.overhead = column;
    if (name == "Samples") columns.samples = column;
    if (name == "Memory access") columns.access = column;
  }
  return columns;
}

// "# Samples: 4K of event 'cpu/mem-loads,ldlat=30/P'"
std::optional<std::string> event_of(std::string_view line) {
  constexpr std::string_view kOf = " of event";
  if (!line.starts_with("# Samples:") || line.find(kOf) == std::string_view::npos) return std::nullopt;
  const std::size_t begin = line.find('\'');
  const std::size_t end = line.rfind('\'');
  if (begin == std::string_view::npos || end <= begin) return std::nullopt;
  return to_valid_utf8(line.substr(begin + 1, end - begin - 1));
}

void add(MemoryAccesses& report, std::string access, double pct, std::optional<std::int64_t> samples) {
  auto found = std::find_if(report.accesses.begin(), report.accesses.end(),
                            [&access](const MemoryAccessShare& share) { return share.access == access; });
  if (found == report.accesses.end()) {
    report.accesses.push_back({.access = std::move(access), .overhead_pct = pct, .samples = samples});
    return;
  }
  found->overhead_pct += pct;
  if (samples) found->samples = found->samples.value_or(0) + *samples;
}

bool read_row(std::string_view line, const Columns& columns, MemoryAccesses& report) {
  if (!columns.overhead || !columns.access) return false;
  std::string_view share = columns.cell(line, *columns.overhead);
  if (!share.ends_with('%')) return false;
  share.remove_suffix(1);
  const auto pct = parse_decimal(trim(share));
  const std::string_view access = columns.cell(line, *columns.access);
  if (!pct || *pct < 0 || access.empty()) return false;
  std::optional<std::int64_t> samples;
  if (columns.samples) {
    samples = parse_number<std::int64_t>(columns.cell(line, *columns.samples));
    if (!samples || *samples < 0) return false;
  }
  add(report, to_valid_utf8(access), *pct, samples);
  return true;
}

void sort_by_share(MemoryAccesses& report) {
  std::stable_sort(report.accesses.begin(), report.accesses.end(),
                   [](const auto& left, const auto& right) { return left.overhead_pct > right.overhead_pct; });
}

// A quoted report is indented as a whole: by as much as its comments are.
class ReportReader {
 public:
  Parsed<std::vector<MemoryAccesses>> read(std::string_view text) {
    const auto lines = plain_lines(text);
    for (std::size_t at = 0; at < lines.size(); ++at) {
      if (trim(lines[at]).empty()) continue;
      const bool may_be_cut = at + 1 == lines.size() && ends_unfinished(text);
      const std::size_t begin = lines[at].find_first_not_of(" \t");
      if (lines[at][begin] == '#') {
        indent_ = begin;
        read_comment(std::string_view(lines[at]).substr(begin));
      } else if (may_be_cut || !read_data(std::string_view(lines[at]).substr(std::min(begin, indent_)))) {
        parsed_.unparsed.add(lines[at]);
      }
    }
    std::erase_if(parsed_.value, [](const MemoryAccesses& report) { return report.accesses.empty(); });
    for (MemoryAccesses& report : parsed_.value) sort_by_share(report);
    return std::move(parsed_);
  }

 private:
  void read_comment(std::string_view line) {
    if (auto named = event_of(line)) {
      parsed_.value.push_back({.event = std::move(named)});
      columns_ = {};
    }
    if (line.find("Overhead") != std::string_view::npos) heading_ = line;
    if (is_ruler(line)) columns_ = read_columns(heading_, line);
  }

  bool read_data(std::string_view line) {
    if (!columns_.access) return false;
    if (parsed_.value.empty()) parsed_.value.emplace_back();
    return read_row(line, columns_, parsed_.value.back());
  }

  Parsed<std::vector<MemoryAccesses>> parsed_;
  std::string heading_;
  Columns columns_;
  std::size_t indent_ = 0;
};

}  // namespace

Parsed<std::vector<MemoryAccesses>> parse_mem_report(std::string_view text) { return ReportReader().read(text); }

}  // namespace ihc
