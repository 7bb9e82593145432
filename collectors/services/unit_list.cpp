#include "collectors/services/unit_list.h"

#include <algorithm>

namespace ihc {

namespace {

bool is_load_state(std::string_view word) {
  constexpr std::string_view kStates[] = {"loaded", "not-found", "masked", "error", "bad-setting", "stub", "merged"};
  return std::find(std::begin(kStates), std::end(kStates), word) != std::end(kStates);
}

// Marks of a failed or missing unit, as they are drawn with and without UTF-8.
std::string_view without_mark(std::string_view line) {
  line = trim(line);
  for (const std::string_view mark : {"●", "○", "×", "↻", "*", "x"}) {
    if (line.starts_with(mark) && line.substr(mark.size()).starts_with(' ')) return trim(line.substr(mark.size()));
  }
  return line;
}

// A unit's name has a type behind its last dot.
bool is_unit_name(std::string_view word) {
  constexpr std::string_view kTypes[] = {"service", "socket", "target", "device", "mount", "automount",
                                         "swap",    "timer",  "path",   "slice",  "scope", "snapshot"};
  const std::size_t dot = word.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  return std::find(std::begin(kTypes), std::end(kTypes), word.substr(dot + 1)) != std::end(kTypes);
}

std::string rest_after(std::string_view line, std::string_view word) {
  const auto offset = static_cast<std::size_t>(word.data() + word.size() - line.data());
  return to_valid_utf8(trim(line.substr(offset)));
}

// What neither is a unit nor should be one.
bool is_frame(std::string_view line) {
  return line.starts_with("UNIT ") || line.starts_with("LOAD ") || line.starts_with("ACTIVE ") ||
         line.starts_with("SUB ") || line.starts_with("To show all") || line.starts_with("Pass --all") ||
         line.find("loaded units listed") != std::string_view::npos;
}

std::optional<std::string> label_value(std::string_view line, std::string_view label) {
  if (!line.starts_with(label) || line.size() <= label.size() || line[label.size()] != ':') return std::nullopt;
  return to_valid_utf8(trim(line.substr(label.size() + 1)));
}

void read_loaded(Service& service, const std::string& value) {
  const auto words = split_words(value);
  if (words.empty()) return;
  service.load_state = std::string(words.front());
  const std::size_t open = value.find('(');
  const std::size_t close = value.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return;
  const std::string inside = value.substr(open + 1, close - open - 1);
  const auto parts = split(inside, ';');
  if (trim(parts.front()).starts_with('/')) service.fragment_path = std::string(trim(parts.front()));
  if (parts.size() > 1) service.unit_file_state = std::string(trim(parts[1]));
}

// "active (running) since Thu 2022-03-10 00:00:10 UTC; 3h ago"
void read_active(Service& service, const std::string& value) {
  const auto words = split_words(value);
  if (words.empty()) return;
  service.active_state = std::string(words.front());
  const std::size_t open = value.find('(');
  const std::size_t close = value.find(')', open == std::string::npos ? 0 : open);
  if (open != std::string::npos && close != std::string::npos) {
    service.sub_state = value.substr(open + 1, close - open - 1);
  }
}

// "4 (limit: 2274)"
void read_tasks(Service& service, const std::string& value) {
  const auto words = split_words(value);
  if (!words.empty()) service.tasks_current = parse_number<std::int64_t>(words.front());
  const std::size_t limit = value.find("limit:");
  if (limit == std::string::npos || !value.ends_with(')')) return;
  const auto number = parse_number<std::int64_t>(value.substr(limit + 6, value.size() - limit - 7));
  if (!number) return;
  if (!service.effective) service.effective.emplace();
  service.effective->tasks_max = Limit{.value = *number};
}

void read_status_line(Service& service, std::string_view line) {
  if (const auto value = label_value(line, "Loaded")) read_loaded(service, *value);
  if (const auto value = label_value(line, "Active")) read_active(service, *value);
  if (const auto value = label_value(line, "Tasks")) read_tasks(service, *value);
  if (const auto value = label_value(line, "CGroup")) service.control_group = value;
  if (const auto value = label_value(line, "Main PID")) {
    const auto words = split_words(*value);
    if (!words.empty()) service.main_pid = parse_number<std::int64_t>(words.front());
  }
}

}  // namespace

Parsed<std::vector<ListedUnit>> parse_unit_list(std::string_view text) {
  Parsed<std::vector<ListedUnit>> parsed;
  for (const std::string_view raw : split_lines(text)) {
    const std::string_view line = without_mark(raw);
    if (line.empty() || is_frame(line)) continue;
    const auto words = split_words(line);
    if (words.size() < 4 || !is_unit_name(words[0]) || !is_load_state(words[1])) {
      parsed.unparsed.add(raw);
      continue;
    }
    parsed.value.push_back({.unit = to_valid_utf8(words[0]),
                            .load = std::string(words[1]),
                            .active = to_valid_utf8(words[2]),
                            .sub = to_valid_utf8(words[3]),
                            .description = rest_after(line, words[3])});
  }
  return parsed;
}

Parsed<std::vector<Service>> parse_unit_status(std::string_view text) {
  Parsed<std::vector<Service>> parsed;
  bool is_head = false;
  for (const std::string_view raw : split_lines(text)) {
    const std::string_view line = without_mark(raw);
    if (line.empty()) {
      is_head = false;  // the log excerpt follows
      continue;
    }
    const auto words = split_words(line);
    const bool is_first =
        line.size() < trim(raw).size() && is_unit_name(words.front()) && (words.size() == 1 || words[1] == "-");
    if (is_first) {
      parsed.value.push_back({.unit = to_valid_utf8(words.front())});
      if (words.size() > 2) parsed.value.back().description = rest_after(line, words[1]);
      is_head = true;
    } else if (is_head) {
      read_status_line(parsed.value.back(), line);
    } else if (parsed.value.empty()) {
      parsed.unparsed.add(raw);
    }
  }
  return parsed;
}

}  // namespace ihc
