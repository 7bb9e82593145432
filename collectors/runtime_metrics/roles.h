// From an exposition and a map to the facts of each role.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/runtime_metrics/exposition.h"
#include "collectors/runtime_metrics/metrics_map.h"
#include "facts/runtime_metrics.h"

namespace ihc {

/// A role whose metric was there and could not be read, or not in full, and why.
struct RoleGap {
  std::string role;
  std::string reason;  ///< a reason code
  std::string hint;
  std::string fact = {};  ///< which of the role's facts is absent; empty: the role
};

/// At most so many series of a metric are read.
inline constexpr std::size_t kMaxRoleSeries = 1000;

bool has_labels(const MetricSample& sample, const MetricLabels& wanted);

/// The samples of a name that have these labels, in the order of the text.
std::vector<const MetricSample*> series_of(const Exposition& exposition, const std::string& name,
                                           const MetricLabels& labels);

/// Nothing when no metric of the role is in the text.
std::optional<RoleMetric> read_role(const Exposition& exposition, const std::string& name, const MetricRole& role,
                                    std::vector<RoleGap>& gaps);

/// The rates by every definition whose metrics are there, that of the window before that since the start.
std::vector<StealRate> steal_rates(const std::map<std::string, RoleMetric>& roles);

}  // namespace ihc
