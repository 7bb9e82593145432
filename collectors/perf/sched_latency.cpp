#include "collectors/perf/sched_latency.h"

#include <algorithm>

#include "collectors/perf/perf_number.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

// Task | runtime | switches | avg | max | at, or start | end.
constexpr std::size_t kColumnsWithAt = 6;
constexpr std::size_t kColumnsWithStart = 7;

// "avg:    0.283 ms" → 0.283; the label and the unit are part of the column.
std::optional<double> labelled(std::string_view column, std::string_view label, std::string_view unit) {
  column = trim(column);
  if (!column.starts_with(label) || !column.ends_with(unit)) return std::nullopt;
  const auto value = parse_perf_decimal(column.substr(label.size(), column.size() - label.size() - unit.size()));
  return value && *value >= 0 ? value : std::nullopt;
}

// "kworker/0:2:20627" → its PID; "YDService:(13)" → how many were merged.
bool read_name(std::string_view column, SchedLatency& row) {
  const std::size_t colon = column.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  row.task = to_valid_utf8(trim(column.substr(0, colon)));
  std::string_view id = trim(column.substr(colon + 1));
  if (id.starts_with('(') && id.ends_with(')')) {
    row.merged_tasks = parse_number<std::int64_t>(id.substr(1, id.size() - 2));
    return row.merged_tasks && *row.merged_tasks > 0;
  }
  row.pid = parse_number<std::int64_t>(id);
  return row.pid && *row.pid >= 0;
}

bool read_when(const std::vector<std::string_view>& columns, std::size_t at, SchedLatency& row) {
  if (columns.size() - at == 1) {
    row.max_delay_end_seconds = labelled(columns[at], "max at:", "s");
    return row.max_delay_end_seconds.has_value();
  }
  row.max_delay_start_seconds = labelled(columns[at], "max start:", "s");
  row.max_delay_end_seconds = labelled(columns[at + 1], "max end:", "s");
  return row.max_delay_start_seconds && row.max_delay_end_seconds;
}

std::vector<std::string_view> columns_of(std::string_view line) {
  auto columns = split(line, '|');
  while (!columns.empty() && trim(columns.back()).empty()) columns.pop_back();
  return columns;
}

std::optional<SchedLatency> read_row(std::string_view line) {
  const auto columns = columns_of(line);
  // A name may hold '|' itself: the other columns are counted from the first that ends in "ms".
  std::size_t runtime = 1;
  while (runtime < columns.size() && !labelled(columns[runtime], "", "ms")) ++runtime;
  const std::size_t count = columns.size() - runtime + 1;
  if (runtime >= columns.size() || (count != kColumnsWithAt && count != kColumnsWithStart)) return std::nullopt;
  SchedLatency row;
  const std::size_t name_size = static_cast<std::size_t>(columns[runtime].data() - line.data()) - 1;
  const auto switches = parse_number<std::int64_t>(columns[runtime + 1]);
  const auto average = labelled(columns[runtime + 2], "avg:", "ms");
  const auto longest = labelled(columns[runtime + 3], "max:", "ms");
  if (!switches || *switches < 0 || !average || !longest) return std::nullopt;
  if (!read_name(trim(line.substr(0, name_size)), row) || !read_when(columns, runtime + 4, row)) return std::nullopt;
  row.runtime_ms = *labelled(columns[runtime], "", "ms");
  row.switches = *switches;
  row.avg_delay_ms = *average;
  row.max_delay_ms = *longest;
  return row;
}

std::optional<SchedLatencyTotal> read_total(std::string_view line) {
  const auto columns = columns_of(line);
  if (columns.size() != 3 || trim(columns[0]) != "TOTAL:") return std::nullopt;
  const auto runtime = labelled(columns[1], "", "ms");
  const auto switches = parse_number<std::int64_t>(columns[2]);
  if (!runtime || !switches || *switches < 0) return std::nullopt;
  return SchedLatencyTotal{.runtime_ms = *runtime, .switches = *switches};
}

// "INFO: 0.081% lost events (2 out of 2465, in 1 chunks)"
std::optional<double> read_lost(std::string_view line) {
  constexpr std::string_view kInfo = "INFO:";
  const std::size_t end = line.find("% lost events");
  if (!line.starts_with(kInfo) || end == std::string_view::npos) return std::nullopt;
  return parse_perf_decimal(line.substr(kInfo.size(), end - kInfo.size()));
}

bool is_furniture(std::string_view line) {
  if (line.empty() || line.find_first_not_of("-=. ") == std::string_view::npos) return true;
  return line.starts_with("INFO:") || line.starts_with('#') || line.starts_with('$') ||
         (line.starts_with("Task") && line.find("Runtime ms") != std::string_view::npos);
}

// A row as far as a wrapped line has it: at least its name and its runtime.
bool is_begin_of_row(std::string_view line) {
  const auto columns = columns_of(line);
  return columns.size() > 1 && std::any_of(columns.begin() + 1, columns.end(), [](std::string_view column) {
           return labelled(column, "", "ms").has_value();
         });
}

}  // namespace

Parsed<SchedLatencyReport> parse_sched_latency(std::string_view text) {
  Parsed<SchedLatencyReport> parsed;
  std::string begun;
  const auto give_up = [&parsed, &begun] {
    if (!begun.empty()) parsed.unparsed.add(begun);
    begun.clear();
  };
  for (const std::string& whole : plain_lines(text)) {
    const std::string_view line = trim(whole);
    if (const auto lost = read_lost(line)) parsed.value.lost_events_pct = lost;
    if (is_furniture(line)) {
      if (!begun.empty() && line.find_first_not_of("-=. ") == std::string_view::npos && !line.empty()) give_up();
      continue;
    }
    if (auto total = read_total(line)) {
      give_up();
      parsed.value.total = total;
    } else if (auto row = read_row(line)) {
      give_up();
      parsed.value.tasks.push_back(std::move(*row));
    } else if (auto joined = begun.empty() ? std::nullopt : read_row(begun + " " + std::string(line))) {
      begun.clear();
      parsed.value.tasks.push_back(std::move(*joined));
    } else {
      give_up();
      if (is_begin_of_row(line)) {
        begun = line;
      } else {
        parsed.unparsed.add(line);
      }
    }
  }
  give_up();
  return parsed;
}

}  // namespace ihc
