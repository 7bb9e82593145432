#include "collectors/runtime_metrics/metrics_map.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/resources.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxRoles = 256;
constexpr std::string_view kShipped = "collectors/runtime_metrics/metrics_map.json";
constexpr std::array<std::string_view, 3> kDefinitions{"steal_operations_per_poll", "stolen_tasks_per_poll",
                                                       "reported_steal_rate"};

tl::unexpected<Error> wrong(const std::string& where, const std::string& what) {
  return fail(ErrorCode::malformed, what, where, "give roles: {role: {metrics: [name]}}");
}

std::optional<MetricChoice> choice_of(const Json& json) {
  if (json.is_string()) return MetricChoice{.name = json.get<std::string>()};
  if (!json.is_object() || !json.contains("name") || !json["name"].is_string()) return std::nullopt;
  MetricChoice choice{.name = json["name"].get<std::string>()};
  if (!json.contains("labels")) return choice;
  if (!json["labels"].is_object()) return std::nullopt;
  for (const auto& [name, value] : json["labels"].items()) {
    if (value.is_structured() || value.is_null()) return std::nullopt;
    choice.labels[name] = value.is_string() ? value.get<std::string>() : to_compact_text(value);
  }
  return choice;
}

Result<MetricRole> role_of(const Json& json, const std::string& where) {
  MetricRole role;
  const bool is_short = json.is_string() || json.is_array();
  const Json& metrics = is_short || !json.is_object() ? json : json.value("metrics", Json());
  for (const Json& element : metrics.is_array() ? metrics : Json::array({metrics})) {
    auto choice = choice_of(element);
    if (!choice || choice->name.empty()) return wrong(where, "metrics is not a name or a list of names");
    role.metrics.push_back(std::move(*choice));
  }
  if (role.metrics.empty()) return wrong(where, "names no metric");
  if (is_short) return role;
  for (const auto& [key, value] : json.items()) {
    if (key == "metrics") continue;
    if (key == "aggregate" && (value == "sum" || value == "none")) {
      role.is_sum = value == "sum";
    } else if (key == "unit" && value.is_string()) {
      role.unit = value.get<std::string>();
    } else if (key == "scale" && value.is_number() && value.get<double>() > 0) {
      role.scale = value.get<double>();
    } else {
      return wrong(where, "unknown key or value: " + key);
    }
  }
  return role;
}

}  // namespace

Result<MetricsMap> parse_metrics_map(std::string_view json_text, const std::string& where) {
  auto json = parse_json(json_text, where);
  if (!json) return fail(std::move(json.error()));
  if (!json->is_object() || !json->contains("roles") || !(*json)["roles"].is_object() ||
      (*json)["roles"].size() > kMaxRoles) {
    return wrong(where, "has no roles");
  }
  MetricsMap map;
  for (const auto& [name, description] : (*json)["roles"].items()) {
    auto role = role_of(description, where + ": role " + name);
    if (!role) return fail(std::move(role.error()));
    map.roles.emplace(name, std::move(*role));
  }
  if (!json->contains("steal_definition")) return map;
  const Json& definition = (*json)["steal_definition"];
  const std::string text = definition.is_string() ? definition.get<std::string>() : std::string();
  if (std::find(kDefinitions.begin(), kDefinitions.end(), text) == kDefinitions.end()) {
    return wrong(where,
                 "steal_definition is none of steal_operations_per_poll, stolen_tasks_per_poll, "
                 "reported_steal_rate");
  }
  map.steal_definition = text;
  return map;
}

const MetricsMap& shipped_metrics_map() {
  static const MetricsMap kMap = [] {
    for (const EmbeddedResource& resource : embedded_resources()) {
      if (resource.path != kShipped) continue;
      if (auto map = parse_metrics_map(resource.bytes, std::string(kShipped))) return std::move(*map);
    }
    return MetricsMap{};
  }();
  return kMap;
}

MetricsMap merged_maps(MetricsMap base, const MetricsMap& own) {
  for (const auto& [name, role] : own.roles) base.roles[name] = role;
  if (!own.steal_definition.empty()) base.steal_definition = own.steal_definition;
  return base;
}

}  // namespace ihc
