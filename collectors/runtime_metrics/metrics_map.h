// Which metric plays which role: an application chooses its own names.
//
//   {"roles": {"requests_waiting": {"metrics": ["vllm:num_requests_waiting"], "aggregate": "sum"},
//              "ttft": {"metrics": [{"name": "my_ttft_seconds", "labels": {"pool": "a"}}], "unit": "ms", "scale":
//              1000}, "polls": "my_polls_total"},
//    "steal_definition": "stolen_tasks_per_poll"}
//
// The shipped map is metrics_map.json beside this file, compiled in. A person's own map (--metrics-map, YAML with the
// same keys) is kept in the bundle as probes/metrics-map.json, and its roles replace the shipped ones of their names.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "collectors/runtime_metrics/exposition.h"

namespace ihc {

/// A metric by name; of its series those that have these labels.
struct MetricChoice {
  std::string name;
  MetricLabels labels;
};

struct MetricRole {
  std::vector<MetricChoice> metrics;  ///< the first that is there is taken
  bool is_sum = false;                ///< series may be added up (requests, tokens); ratios may not
  std::string unit;                   ///< of the fact, after scaling
  double scale = 1;
};

struct MetricsMap {
  std::map<std::string, MetricRole> roles;
  std::string steal_definition;  ///< steal_operations_per_poll, stolen_tasks_per_poll or reported_steal_rate
};

inline constexpr std::string_view kMetricsMapMember = "probes/metrics-map.json";

/// Fails (malformed) naming the role and key that is wrong.
Result<MetricsMap> parse_metrics_map(std::string_view json_text, const std::string& where);
const MetricsMap& shipped_metrics_map();
/// `own` over `base`, role by role.
MetricsMap merged_maps(MetricsMap base, const MetricsMap& own);

}  // namespace ihc
