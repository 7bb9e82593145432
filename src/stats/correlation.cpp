#include "stats/correlation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace ihc::stats {

std::vector<double> middle_ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t left, std::size_t right) { return values[left] < values[right]; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
    for (std::size_t at = first; at <= last; ++at) ranks[order[at]] = static_cast<double>(first + last + 2) / 2;
    first = last + 1;
  }
  return ranks;
}

std::optional<double> rank_correlation(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size() || x.size() < 3) return std::nullopt;
  const auto left = middle_ranks(x);
  const auto right = middle_ranks(y);
  const double centre = (static_cast<double>(x.size()) + 1) / 2;
  double together = 0;
  double of_left = 0;
  double of_right = 0;
  for (std::size_t at = 0; at < left.size(); ++at) {
    together += (left[at] - centre) * (right[at] - centre);
    of_left += (left[at] - centre) * (left[at] - centre);
    of_right += (right[at] - centre) * (right[at] - centre);
  }
  if (of_left == 0 || of_right == 0) return std::nullopt;
  return together / std::sqrt(of_left * of_right);
}

}  // namespace ihc::stats
