#include "stats/moments.h"

#include <cmath>
#include <vector>

#include "stats/quantiles.h"

namespace ihc::stats {

std::optional<double> mean(std::span<const double> samples) {
  if (samples.empty()) return std::nullopt;
  const auto count = static_cast<double>(samples.size());
  double sum = 0;
  for (const double x : samples) sum += x;
  const double rough = sum / count;
  if (!std::isfinite(rough)) return rough;
  double rest = 0;  // what rounding lost of the sum
  for (const double x : samples) rest += x - rough;
  return rough + rest / count;
}

std::optional<double> standard_deviation(std::span<const double> samples, Spread spread) {
  const std::size_t lost = spread == Spread::sample ? 1 : 0;
  if (samples.size() <= lost) return std::nullopt;
  const double centre = mean(samples).value_or(0);
  double squares = 0;
  double distances = 0;
  for (const double x : samples) {
    squares += (x - centre) * (x - centre);
    distances += x - centre;
  }
  const auto count = static_cast<double>(samples.size());
  return std::sqrt((squares - distances * distances / count) / (count - static_cast<double>(lost)));
}

std::optional<double> median_absolute_deviation(std::span<const double> samples) {
  const auto centre = median_of_sorted(sorted_samples(samples));
  if (!centre) return std::nullopt;
  std::vector<double> distances;
  distances.reserve(samples.size());
  for (const double x : samples) distances.push_back(std::abs(x - *centre));
  return median_of_sorted(sorted_samples(distances));
}

}  // namespace ihc::stats
