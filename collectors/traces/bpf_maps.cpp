#include "collectors/traces/bpf_maps.h"

#include "base/json.h"

namespace ihc {

namespace {

std::optional<std::int64_t> count_of(const Json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) return std::nullopt;
  const auto count = value.get<std::int64_t>();
  return count >= 0 ? std::optional(count) : std::nullopt;
}

bool add_keys(const Json& entries, std::map<std::string, std::int64_t>& map) {
  bool is_whole = true;
  for (const auto& [key, value] : entries.items()) {
    const auto count = count_of(value);
    if (count) map[key] = *count;
    is_whole = is_whole && count.has_value();
  }
  return is_whole;
}

bool add_maps(const Json& data, BpfMaps& maps) {
  bool is_whole = true;
  for (const auto& [name, value] : data.items()) {
    if (value.is_object()) {
      is_whole = add_keys(value, maps.by_key[name]) && is_whole;
    } else if (const auto count = count_of(value)) {
      maps.numbers[name] = *count;
    } else {
      is_whole = false;
    }
  }
  return is_whole;
}

}  // namespace

std::optional<std::int64_t> BpfMaps::number(const std::string& name) const {
  const auto found = numbers.find(name);
  return found == numbers.end() ? std::nullopt : std::optional(found->second);
}

const std::map<std::string, std::int64_t>& BpfMaps::map(const std::string& name) const {
  static const std::map<std::string, std::int64_t> kNone;
  const auto found = by_key.find(name);
  return found == by_key.end() ? kNone : found->second;
}

std::optional<double> BpfMaps::seconds() const {
  constexpr double kNsPerSecond = 1e9;
  const auto begin = number("@begin");
  const auto end = number("@end");
  if (!begin || !end || *end < *begin) return std::nullopt;
  return static_cast<double>(*end - *begin) / kNsPerSecond;
}

Parsed<BpfMaps> parse_bpf_maps(std::string_view text) {
  Parsed<BpfMaps> parsed;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty()) continue;
    const auto json = parse_json(trim(line), "bpftrace");
    const bool has_data = json && json->is_object() && json->contains("data") && json->at("data").is_object();
    if (!has_data) {
      parsed.unparsed.add(line);
      continue;
    }
    const auto type = json->find("type");
    if (type == json->end() || !type->is_string() || *type != "map") continue;
    if (!add_maps(json->at("data"), parsed.value)) parsed.unparsed.add(line);
  }
  return parsed;
}

std::optional<BpfProcessKey> parse_process_key(std::string_view key) {
  const std::size_t first = key.find(',');
  const std::size_t last = key.rfind(',');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const auto pid = parse_number<std::int64_t>(key.substr(0, first));
  if (!pid || *pid < 0) return std::nullopt;
  return BpfProcessKey{.pid = *pid,
                       .process = to_valid_utf8(key.substr(first + 1, last - first - 1)),
                       .last = std::string(key.substr(last + 1))};
}

}  // namespace ihc
