#include "bench/results/json_fields.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace ihc::bench {

const Json* member(const Json& json, std::string_view name) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(std::string(name));
  return found == json.end() || found->is_null() ? nullptr : &*found;
}

const Json* member_at(const Json& json, std::initializer_list<std::string_view> path) {
  const Json* place = &json;
  for (const std::string_view name : path) {
    place = member(*place, name);
    if (place == nullptr) return nullptr;
  }
  return place;
}

std::optional<double> number_of(const Json* json) {
  if (json == nullptr || !json->is_number()) return std::nullopt;
  const double value = json->get<double>();
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<double> number_of(const Json& json, std::string_view name) { return number_of(member(json, name)); }

std::optional<std::int64_t> integer_of(const Json* json) {
  constexpr double kLargest = 9007199254740992;  // 2^53
  const auto value = number_of(json);
  if (!value || std::abs(*value) > kLargest || std::floor(*value) != *value) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<std::int64_t> integer_of(const Json& json, std::string_view name) {
  return integer_of(member(json, name));
}

std::optional<std::string> text_of(const Json* json) {
  if (json == nullptr || !json->is_string()) return std::nullopt;
  const std::string cut =
      to_valid_utf8(std::string_view(json->get_ref<const std::string&>()).substr(0, kMaxLabelBytes));
  return cut.empty() ? std::nullopt : std::optional(cut);
}

std::optional<std::string> text_of(const Json& json, std::string_view name) { return text_of(member(json, name)); }

std::optional<bool> flag_of(const Json& json, std::string_view name) {
  const Json* value = member(json, name);
  return value != nullptr && value->is_boolean() ? std::optional(value->get<bool>()) : std::nullopt;
}

void take_stated(const Json& json, std::span<const StatedName> names, double scale,
                 std::map<std::string, double>& stated) {
  for (const StatedName& name : names) {
    if (const auto value = number_of(json, name.from)) stated[std::string(name.to)] = *value * scale;
  }
}

bool has_keys(std::string_view text, std::initializer_list<std::string_view> keys) {
  return std::ranges::all_of(keys, [text](std::string_view key) {
    return text.find("\"" + std::string(key) + "\"") != std::string_view::npos;
  });
}

void count_reason(std::map<std::string, std::int64_t>& reasons, std::string_view reason, std::int64_t count) {
  std::string name = to_valid_utf8(trim(reason).substr(0, kMaxLabelBytes));
  if (name.empty()) name = "not_told";
  if (reasons.size() >= kMaxReasons && !reasons.contains(name)) name = "other";
  reasons[name] += count;
}

ResultMetric rate_metric(std::string definition, double value) {
  ResultMetric metric;
  metric.definition = std::move(definition);
  metric.stated["mean"] = value;
  return metric;
}

std::optional<double> probability_of(std::string_view percentile) {
  if (!percentile.starts_with('p')) return std::nullopt;
  const auto value = parse_decimal(percentile.substr(1));
  if (!value || *value < 0 || *value > 100) return std::nullopt;
  return *value / 100;
}

void note_contradictions(ResultRun& run) {
  const auto runs_backwards = [](const std::map<std::string, double>& stated) {
    std::map<double, double> by_probability;
    for (const auto& [name, value] : stated) {
      if (const auto probability = probability_of(name)) by_probability[*probability] = value;
    }
    if (const auto max = stated.find("max"); max != stated.end()) by_probability[2] = max->second;
    if (const auto min = stated.find("min"); min != stated.end()) by_probability[-1] = min->second;
    // Printed values are rounded.
    return std::ranges::adjacent_find(by_probability, [](const auto& left, const auto& right) {
             return right.second < left.second - 1e-3 * std::abs(left.second);
           }) != by_probability.end();
  };
  if (std::ranges::any_of(run.metrics, [&](const auto& entry) { return runs_backwards(entry.second.stated); })) {
    run.contradictions.emplace_back("percentiles_not_ascending");
  }
  if (run.asked && run.ok && *run.ok > *run.asked) run.contradictions.emplace_back("more_answered_than_asked");
}

}  // namespace ihc::bench
