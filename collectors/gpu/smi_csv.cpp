#include "collectors/gpu/smi_csv.h"

#include <algorithm>

#include "collectors/gpu/smi_fields.h"
#include "collectors/gpu/values.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxColumns = 256;
constexpr std::size_t kMaxRows = 100000;

using Cells = std::vector<std::string_view>;

Cells cells_of(std::string_view line) {
  Cells cells;
  for (const std::string_view cell : split(line, ',')) cells.push_back(trim(cell));
  return cells;
}

struct Column {
  std::string name;
  std::string unit;
};

// "memory.used [MiB]" → memory.used, MiB.
Column column_of(std::string_view heading) {
  const std::size_t bracket = heading.find(" [");
  if (bracket == std::string_view::npos || heading.back() != ']') return {to_lower(heading), {}};
  return {to_lower(heading.substr(0, bracket)),
          to_valid_utf8(heading.substr(bracket + 2, heading.size() - bracket - 3))};
}

// Names have no blanks; a row of values that are all names of columns does not happen.
bool is_heading(const Cells& cells) {
  return std::any_of(cells.begin(), cells.end(),
                     [](std::string_view cell) { return is_query_column(column_of(cell).name); }) &&
         std::none_of(cells.begin(), cells.end(), [](std::string_view cell) {
           return cell.empty() || (cell.front() >= '0' && cell.front() <= '9') || cell.starts_with("GPU-");
         });
}

bool is_uuid(std::string_view cell) {
  constexpr std::size_t kUuidBytes = 40;  // "GPU-" and 8-4-4-4-12 digits
  return cell.starts_with("GPU-") && cell.size() == kUuidBytes;
}

// The columns of rows without heading, as far as their values leave no doubt.
std::vector<Column> guessed_columns(const std::vector<Cells>& rows) {
  const auto all = [&rows](std::size_t column, auto&& holds) {
    return std::all_of(rows.begin(), rows.end(), [&](const Cells& row) { return holds(row[column]); });
  };
  std::vector<Column> columns(rows.front().size());
  bool has_name = false;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    if (all(column, is_uuid)) columns[column].name = "uuid";
    if (all(column, [](std::string_view cell) { return sysfs_pci_address(cell).has_value() && cell.size() > 7; })) {
      columns[column].name = "pci.bus_id";
    }
    const bool is_product = all(column, [](std::string_view cell) {
      return cell.starts_with("NVIDIA ") || cell.starts_with("Tesla ") || cell.starts_with("GeForce ") ||
             cell.starts_with("Quadro ");
    });
    if (is_product && !has_name) columns[column].name = "name";
    has_name = has_name || is_product;
  }
  bool counts_up = true;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    counts_up = counts_up && gpu_count(rows[row][0]) == static_cast<std::int64_t>(row);
  }
  const bool has_identity = std::any_of(columns.begin(), columns.end(), [](const Column& column) {
    return column.name == "uuid" || column.name == "pci.bus_id" || column.name == "name";
  });
  if (counts_up && (has_identity || rows.size() > 1)) columns[0].name = "index";
  return columns;
}

std::string with_unit(std::string_view value, const std::string& unit) {
  std::string text = to_valid_utf8(value);
  // csv,nounits leaves the unit in the heading only.
  if (!unit.empty() && !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos) text += " " + unit;
  return text;
}

// csv,noheader,nounits of a known query has its units nowhere; nvidia-smi has one for each kind of column.
std::string usual_unit(const std::string& name) {
  if (name.starts_with("memory.") || name.starts_with("used_")) return "MiB";
  if (name.starts_with("utilization.")) return "%";
  if (name.starts_with("clocks.")) return "MHz";
  if (name.starts_with("power.") || name == "enforced.power.limit") return "W";
  return {};
}

}  // namespace

Parsed<SmiCsv> parse_smi_csv(std::string_view text, const std::vector<std::string>& query) {
  Parsed<SmiCsv> parsed;
  const std::string plain = without_escapes(text);
  std::vector<Column> columns;
  std::vector<Cells> rows;
  std::vector<std::string_view> lines;
  for (const std::string_view line : split_lines(plain)) {
    const std::string_view content = trim(line);
    if (content.empty() || content.starts_with("```")) continue;
    Cells cells = cells_of(content);
    if (columns.empty() && rows.empty() && is_heading(cells) && cells.size() <= kMaxColumns) {
      for (const std::string_view cell : cells) columns.push_back(column_of(cell));
      parsed.value.has_heading = true;
      continue;
    }
    const std::size_t width = !columns.empty() ? columns.size() : !rows.empty() ? rows.front().size() : cells.size();
    if (cells.size() != width || width < 2 - static_cast<std::size_t>(!columns.empty()) || width > kMaxColumns ||
        rows.size() >= kMaxRows) {
      parsed.unparsed.add(line);
      continue;
    }
    rows.push_back(std::move(cells));
  }
  if (rows.empty()) return parsed;
  if (columns.empty() && query.size() == rows.front().size()) {
    for (const std::string& name : query) columns.push_back({to_lower(name), usual_unit(name)});
  }
  if (columns.empty()) columns = guessed_columns(rows);
  for (Column& column : columns) {
    if (!column.name.empty() && !is_query_column(column.name)) column.name.clear();
    if (column.name.empty() && !parsed.value.has_heading) ++parsed.value.unknown_columns;
    parsed.value.columns.push_back(column.name);
  }
  for (const Cells& row : rows) {
    auto& values = parsed.value.rows.emplace_back();
    for (std::size_t index = 0; index < columns.size(); ++index) {
      if (!columns[index].name.empty())
        values.emplace_back(columns[index].name, with_unit(row[index], columns[index].unit));
    }
  }
  return parsed;
}

}  // namespace ihc
