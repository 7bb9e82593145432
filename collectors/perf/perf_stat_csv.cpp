#include "collectors/perf/perf_stat_csv.h"

#include <algorithm>

namespace ihc {

namespace {

// "S0", "S0-D0", "S0-D0-C0", "N1", "CPU12", "cpu_core-…" do not occur as counts, which are numbers or "<not …>".
bool is_aggregate(std::string_view field) {
  if (field.starts_with("CPU")) return parse_number<std::uint32_t>(field.substr(3)).has_value();
  const auto parts = split(field, '-');
  return !parts.empty() && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    constexpr std::string_view kLevels = "SDCNL";
    return part.size() > 1 && kLevels.find(part.front()) != std::string_view::npos &&
           parse_number<std::uint32_t>(part.substr(1)).has_value();
  });
}

// A raw event such as cpu/event=0x3c,umask=0x1/ holds the separator: its slashes come in pairs.
std::vector<std::string> join_event_parts(const std::vector<std::string_view>& fields, char separator) {
  std::vector<std::string> joined;
  bool inside = false;
  for (const std::string_view field : fields) {
    if (inside) {
      joined.back() += separator;
      joined.back() += field;
    } else {
      joined.emplace_back(field);
    }
    // "/sec" ends a line and has one slash; an event's first slash follows its unit's name and is followed by '='.
    const auto slashes = std::count(field.begin(), field.end(), '/');
    if (inside) {
      inside = slashes % 2 == 0;
    } else {
      inside = slashes % 2 == 1 && field.find('=', field.find('/')) != std::string_view::npos;
    }
  }
  return joined;
}

std::optional<PerfEvent> read_result(std::string_view value, std::string_view unit, std::string_view running) {
  PerfEvent result;
  if (!trim(unit).empty()) result.unit = to_valid_utf8(trim(unit));
  result.running_pct = parse_decimal(trim(running));
  if (value == "<not supported>") {
    result.status = "not_supported";
    result.running_pct.reset();
    return result;
  }
  if (value == "<not counted>") {
    result.status = "not_counted";
    result.running_pct.reset();
    return result;
  }
  result.value = parse_decimal(value);
  result.status = "counted";
  return result.value && *result.value >= 0 ? std::optional(std::move(result)) : std::nullopt;
}

std::optional<PerfStatRow> read_row(const std::vector<std::string>& fields) {
  PerfStatRow row;
  std::size_t at = 0;
  if (is_aggregate(trim(fields[0]))) {
    row.aggregate = std::string(trim(fields[0]));
    at = row.aggregate.starts_with("CPU") ? 1 : 2;  // all but -A also print how many CPUs were added up
  }
  // value, unit, event, run time; with -r a column of variance ("0.21%") stands before the run time.
  if (fields.size() < at + 4) return std::nullopt;
  const bool has_variance = trim(fields[at + 3]).ends_with('%');
  const std::size_t running = at + (has_variance ? 5 : 4);
  if (fields.size() <= running) return std::nullopt;
  // Where the locale writes decimal commas every column is out of place, and the run time no whole number of ns.
  if (!parse_number<std::uint64_t>(fields[running - 1])) return std::nullopt;
  row.event = to_valid_utf8(trim(fields[at + 2]));
  auto result = read_result(trim(fields[at]), fields[at + 1], fields[running]);
  if (!result || row.event.empty()) return std::nullopt;
  // A line that was cut has lost its share of running time, and with it the right to be believed.
  if (result->status == "counted" && !result->running_pct) return std::nullopt;
  row.result = std::move(*result);
  return row;
}

}  // namespace

Parsed<std::vector<PerfStatRow>> parse_perf_stat_csv(std::string_view text, char separator) {
  Parsed<std::vector<PerfStatRow>> parsed;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty() || trim(line).front() == '#') continue;
    if (line.front() == separator) continue;  // a further metric: no count begins with nothing
    auto row = read_row(join_event_parts(split(line, separator), separator));
    if (row) {
      parsed.value.push_back(std::move(*row));
    } else {
      parsed.unparsed.add(line);
    }
  }
  return parsed;
}

}  // namespace ihc
