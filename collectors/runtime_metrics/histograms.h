// Histograms of an exposition: put together from their buckets, added up over series, and what one grew by.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collectors/runtime_metrics/exposition.h"
#include "collectors/runtime_metrics/metrics_map.h"
#include "facts/runtime_metrics.h"

namespace ihc {

struct HistogramBucket {
  double bound = 0;  ///< infinite in the last
  std::string printed;
  double count = 0;  ///< at or below the bound
};

struct RawHistogram {
  std::vector<HistogramBucket> buckets;  ///< by bound
  std::optional<double> count;
  std::optional<double> sum;
};

using HistogramsByLabels = std::map<MetricLabels, RawHistogram>;

/// Those of a metric, by their labels without `le`.
HistogramsByLabels raw_histograms(const Exposition& exposition, const MetricChoice& choice);

/// A text that was cut has no last bucket; one that was mangled does not add up. Neither has quantiles.
bool is_sound(const RawHistogram& histogram);

/// Of a sound histogram; bounds and sum are scaled.
MetricHistogram histogram_fact(const RawHistogram& raw, double scale);

/// Series with the same bounds add up bucket by bucket; nothing when they have not.
std::optional<RawHistogram> together(const HistogramsByLabels& histograms);

/// What was observed between two readings; nothing when the bounds differ or a bucket lost observations.
std::optional<RawHistogram> growth_of(const RawHistogram& first, const RawHistogram& last);

}  // namespace ihc
