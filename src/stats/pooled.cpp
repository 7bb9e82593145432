#include "stats/pooled.h"

#include <algorithm>
#include <numeric>

#include "stats/quantiles.h"

namespace ihc::stats {

namespace {

std::size_t at_or_below(const Pool& runs, double value) {
  std::size_t count = 0;
  for (const auto& run : runs)
    count += static_cast<std::size_t>(std::upper_bound(run.begin(), run.end(), value) - run.begin());
  return count;
}

}  // namespace

std::size_t pooled_count(const Pool& runs) {
  return std::accumulate(runs.begin(), runs.end(), std::size_t{0},
                         [](std::size_t sum, const auto& run) { return sum + run.size(); });
}

// The sample of rank r is the smallest one that has r samples at or below it.
std::optional<double> pooled_quantile(const Pool& runs, double probability) {
  const std::size_t count = pooled_count(runs);
  if (count == 0 || !(probability >= 0 && probability <= 1)) return std::nullopt;
  const std::size_t rank = nearest_rank(count, probability);
  std::optional<double> smallest;
  for (const auto& run : runs) {
    const auto found =
        std::partition_point(run.begin(), run.end(), [&](double value) { return at_or_below(runs, value) < rank; });
    if (found != run.end() && (!smallest || *found < *smallest)) smallest = *found;
  }
  return smallest;
}

}  // namespace ihc::stats
