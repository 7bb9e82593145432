// The parsers of metrics texts and of the map that names them.
#pragma once

#include <array>
#include <cmath>

#include "collectors/runtime_metrics/exposition.h"
#include "collectors/runtime_metrics/metrics_map.h"
#include "collectors/runtime_metrics/roles.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_exposition(std::string_view text) {
  const auto parsed = parse_exposition(text);
  Json samples = Json::object();
  for (const auto& [name, list] : parsed.value.samples) {
    for (const MetricSample& sample : list) {
      // A metric may be below zero: it is shown as text.
      samples[name].push_back({{"labels", sample.labels}, {"value", number_to_text(sample.value)}});
    }
  }
  return with_account({{"types", parsed.value.types},
                       {"samples", std::move(samples)},
                       {"series", parsed.value.series_count},
                       {"duplicates", parsed.value.duplicate_count}},
                      parsed.unparsed);
}

inline Json run_metrics_map(std::string_view text) {
  const auto map = parse_metrics_map(text, "map");
  if (!map) return nullptr;
  Json roles = Json::object();
  for (const auto& [name, role] : map->roles) roles[name] = role.metrics.front().name;
  return {{"roles", std::move(roles)}, {"steal_definition", map->steal_definition}};
}

inline constexpr std::array kRuntimeMetricsParsers{
    Parser{
        "exposition",
        "# HELP ttft a \\\"b\\\"\n# TYPE ttft histogram\nttft_bucket{le=\"0.5\",m=\"a\\\"b\\\\c\"} 3 # {t=\"x\"} 0.2 "
        "1.5\nttft_bucket{le=\"+Inf\",m=\"a\\\"b\\\\c\"} 4 1395066363000\nttft_sum 2.5e-1\nttft_count NaN\n# EOF\n",
        run_exposition},
    Parser{"metrics_map",
           "{\"roles\": {\"polls\": \"my_polls\", \"ttft\": {\"metrics\": [{\"name\": \"t\", \"labels\": {\"a\": "
           "\"b\"}}], "
           "\"unit\": \"ms\", \"scale\": 1000}}, \"steal_definition\": \"stolen_tasks_per_poll\"}\n",
           run_metrics_map},
};

}  // namespace ihc::test
