// From an exposition and a map to the facts of each role.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/runtime_metrics/exposition.h"
#include "collectors/runtime_metrics/metrics_map.h"
#include "facts/runtime_metrics.h"

namespace ihc {

/// A role whose metric was there and could not be read, and why.
struct RoleGap {
  std::string role;
  std::string reason;  ///< a reason code
  std::string hint;
};

/// Nothing when no metric of the role is in the text.
std::optional<RoleMetric> read_role(const Exposition& exposition, const std::string& name, const MetricRole& role,
                                    std::vector<RoleGap>& gaps);

/// The rates by every definition whose metrics are there.
std::vector<StealRate> steal_rates(const std::map<std::string, RoleMetric>& roles);

}  // namespace ihc
