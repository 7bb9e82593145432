#include "collectors/gpu/values.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "collectors/pci/devices.h"

namespace ihc {

namespace {

std::string_view without_brackets(std::string_view value) {
  value = trim(value);
  if (value.size() >= 2 && value.front() == '[' && value.back() == ']') return value.substr(1, value.size() - 2);
  return value;
}

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

}  // namespace

GpuValue gpu_value_state(std::string_view value) {
  const std::string text = to_lower(without_brackets(value));
  for (const std::string_view none : {"", "n/a", "not supported", "not available", "none available"}) {
    if (text == none) return GpuValue::unsupported;
  }
  if (text.find("deprecated") != std::string::npos) return GpuValue::unsupported;
  if (text == "insufficient permissions" || text == "no permission") return GpuValue::denied;
  for (const std::string_view failure : {"err!", "unknown error", "gpu is lost", "gpu requires reset", "error"}) {
    if (text.find(failure) == 0) return GpuValue::failed;
  }
  return GpuValue::given;
}

std::optional<double> gpu_number(std::string_view value, std::string_view unit) {
  value = trim(value);
  if (value.empty() || !is_digit(value.front())) return std::nullopt;
  std::size_t end = 0;
  while (end < value.size() && (is_digit(value[end]) || value[end] == '.')) ++end;
  if (trim(value.substr(end)) != unit) return std::nullopt;
  return parse_decimal(value.substr(0, end));
}

std::optional<std::int64_t> gpu_bytes(std::string_view value) {
  struct Unit {
    std::string_view name;
    double bytes;
  };
  constexpr double kMaxBytes = 9e15;  // the largest whole number that a double holds exactly is just above
  constexpr std::array<Unit, 8> kUnits{{{"MiB", 1048576},
                                        {"KiB", 1024},
                                        {"GiB", 1073741824},
                                        {"B", 1},
                                        {"bytes", 1},
                                        {"MB", 1048576},  // amd-smi and old nvidia-smi write MB for 2^20
                                        {"KB", 1024},
                                        {"GB", 1073741824}}};
  for (const Unit& unit : kUnits) {
    const auto number = gpu_number(value, unit.name);
    if (number && *number * unit.bytes < kMaxBytes) return std::llround(*number * unit.bytes);
  }
  return std::nullopt;
}

std::optional<std::int64_t> gpu_count(std::string_view value) {
  const auto number = parse_number<std::int64_t>(value);
  return number && *number >= 0 ? number : std::nullopt;
}

std::optional<bool> gpu_flag(std::string_view value) {
  const std::string text = to_lower(trim(value));
  for (const std::string_view yes : {"enabled", "active", "yes", "on", "1", "true"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"disabled", "not active", "no", "off", "0", "false"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

std::optional<std::string> sysfs_pci_address(std::string_view text) {
  std::string address = to_lower(trim(text));
  constexpr std::size_t kShort = 7;  // "3b:00.0"
  if (address.size() == kShort) address.insert(0, "0000:");
  if (!is_pci_address(address)) return std::nullopt;
  const std::size_t domain = address.find(':');
  std::size_t spare = 0;
  while (domain - spare > 4 && address[spare] == '0') ++spare;
  return address.substr(spare);
}

std::string snake_case(std::string_view text) {
  std::string snake;
  for (const char letter : to_lower(text)) {
    const bool word = is_digit(letter) || (letter >= 'a' && letter <= 'z');
    if (word) {
      snake += letter;
    } else if (!snake.empty() && snake.back() != '_') {
      snake += '_';
    }
  }
  while (snake.ends_with('_')) snake.pop_back();
  return snake;
}

std::string without_escapes(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\r') continue;
    if (text[at] != '\x1b') {
      plain += text[at];
      continue;
    }
    if (at + 1 >= text.size() || text[at + 1] != '[') continue;
    at += 2;
    while (at < text.size() && (is_digit(text[at]) || text[at] == ';' || text[at] == '?')) ++at;
  }
  return plain;
}

}  // namespace ihc
