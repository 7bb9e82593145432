// What a server's counters and histograms grew by between two of its texts.
#pragma once

#include <string>
#include <vector>

#include "collectors/runtime_metrics/exposition.h"
#include "collectors/runtime_metrics/metrics_map.h"
#include "collectors/runtime_metrics/roles.h"
#include "facts/runtime_metrics.h"

namespace ihc {

/// Whether two texts come from one life of one process. prometheus_client gives the start time of the process
/// (process_start_time_seconds) and that of each series (…_created); a text with neither does not tell.
enum class SameProcess { yes, no, unknown };
SameProcess same_process(const Exposition& one, const Exposition& other);

/// Whether no counter of `later` is below its value in `earlier`.
bool grows_into(const Exposition& earlier, const Exposition& later);

/// Adds `delta` and `window_histogram` to a role that was read from `last`. A series that `first` does not have began
/// in between, from 0. Why a growth is absent goes to `gaps`: conflicting_evidence (a counter went backwards),
/// needs_load (nothing was observed).
void add_growth(const Exposition& first, const Exposition& last, const std::string& name, const MetricRole& role,
                RoleMetric& metric, std::vector<RoleGap>& gaps);

/// Notes for a role that would have a growth why it has none.
void explain_no_growth(const std::string& name, const RoleMetric& metric, const std::string& reason,
                       const std::string& hint, std::vector<RoleGap>& gaps);

}  // namespace ihc
