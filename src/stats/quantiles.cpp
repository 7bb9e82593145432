#include "stats/quantiles.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

namespace ihc::stats {

namespace {

// n·p that should be a whole number may miss it by rounding, and ⌈⌉ and ⌊⌋ would then be one off.
double snapped(double value) {
  const double whole = std::round(value);
  return std::abs(value - whole) <= 1e-9 * std::max(1.0, std::abs(value)) ? whole : value;
}

std::size_t kept_within(double rank, std::size_t count) {
  if (rank < 1) return 1;
  return std::min(static_cast<std::size_t>(rank), count);
}

// NaN has no rank.
std::vector<double> ranked(std::span<const double> samples) {
  std::vector<double> kept;
  kept.reserve(samples.size());
  std::copy_if(samples.begin(), samples.end(), std::back_inserter(kept), [](double x) { return !std::isnan(x); });
  return kept;
}

double linear_between(std::span<const double> ascending, double probability) {
  const double place = static_cast<double>(ascending.size() - 1) * probability;
  const auto below = static_cast<std::size_t>(place);
  const double share = place - static_cast<double>(below);
  // At a sample itself nothing is interpolated: 0 · ∞ would be NaN.
  if (share == 0 || below + 1 >= ascending.size()) return ascending[std::min(below, ascending.size() - 1)];
  return ascending[below] + share * (ascending[below + 1] - ascending[below]);
}

}  // namespace

std::string_view rule_name(QuantileRule rule) {
  switch (rule) {
    case QuantileRule::linear:
      return "linear";
    case QuantileRule::nearest_rank:
      return "nearest_rank";
    case QuantileRule::floor_index:
      return "floor_index";
    case QuantileRule::ceiling_index:
      return "ceiling_index";
  }
  return "";
}

std::size_t nearest_rank(std::size_t count, double probability) {
  if (count == 0) return 0;
  return kept_within(std::ceil(snapped(static_cast<double>(count) * probability)), count);
}

std::optional<double> quantile_of_sorted(std::span<const double> ascending, double probability, QuantileRule rule) {
  if (ascending.empty() || !(probability >= 0 && probability <= 1)) return std::nullopt;
  const std::size_t count = ascending.size();
  const double product = snapped(static_cast<double>(count) * probability);
  switch (rule) {
    case QuantileRule::linear:
      return linear_between(ascending, probability);
    case QuantileRule::nearest_rank:
      return ascending[nearest_rank(count, probability) - 1];
    case QuantileRule::floor_index:
      return ascending[kept_within(std::floor(product) + 1, count) - 1];
    case QuantileRule::ceiling_index:
      return ascending[kept_within(std::ceil(product) + 1, count) - 1];
  }
  return std::nullopt;
}

std::vector<double> sorted_samples(std::span<const double> samples) {
  std::vector<double> ascending = ranked(samples);
  std::sort(ascending.begin(), ascending.end());
  return ascending;
}

// From the last rank to the first: what is below one is already apart.
std::vector<double> samples_placed_at(std::span<const double> samples, std::span<const double> probabilities) {
  std::vector<double> placed = ranked(samples);
  if (placed.empty()) return placed;
  std::vector<std::size_t> ranks{1, placed.size()};
  for (const double probability : probabilities) ranks.push_back(nearest_rank(placed.size(), probability));
  std::sort(ranks.begin(), ranks.end(), std::greater<>());
  auto end = placed.end();
  for (const std::size_t rank : ranks) {
    const auto at = placed.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    if (at >= end) continue;
    std::nth_element(placed.begin(), at, end);
    end = at;
  }
  return placed;
}

std::optional<double> median_of_sorted(std::span<const double> ascending) {
  return quantile_of_sorted(ascending, 0.5, QuantileRule::linear);
}

}  // namespace ihc::stats
