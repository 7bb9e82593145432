#include "stats/compare_runs.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/quantiles.h"
#include "stats/random.h"
#include "stats/trend.h"

namespace ihc::stats {

namespace {

// Sums that differ by rounding alone are the same division seen twice.
constexpr double kTie = 1e-12;

// The number of ways to choose, or one more than `most` where it is more.
std::int64_t ways_to_choose(std::size_t all, std::size_t chosen, std::int64_t most) {
  double ways = 1;
  for (std::size_t i = 1; i <= chosen; ++i) {
    ways = ways * static_cast<double>(all - chosen + i) / static_cast<double>(i);
    if (ways > static_cast<double>(most)) return most + 1;
  }
  return static_cast<std::int64_t>(std::llround(ways));
}

// With the sizes fixed, the distance of the means is a function of the first arm's sum.
struct Divisions {
  std::vector<double> all;
  std::size_t first = 0;
  double total = 0;

  double distance(double first_sum) const {
    const auto n = static_cast<double>(first);
    const auto m = static_cast<double>(all.size() - first);
    return std::abs(first_sum / n - (total - first_sum) / m);
  }
};

std::int64_t hits_of_all(const Divisions& divisions, double observed) {
  // Which runs are the first arm, from all of one end to all of the other.
  std::vector<char> chosen(divisions.all.size(), 0);
  std::fill(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(divisions.first), 1);
  std::int64_t hits = 0;
  do {
    double sum = 0;
    for (std::size_t i = 0; i < chosen.size(); ++i) sum += chosen[i] != 0 ? divisions.all[i] : 0;
    hits += divisions.distance(sum) >= observed ? 1 : 0;
  } while (std::prev_permutation(chosen.begin(), chosen.end()));
  return hits;
}

std::int64_t hits_of_draws(Divisions divisions, double observed, std::int64_t draws, Random& random) {
  std::int64_t hits = 0;
  for (std::int64_t draw = 0; draw < draws; ++draw) {
    double sum = 0;
    for (std::size_t i = 0; i < divisions.first; ++i) {
      std::swap(divisions.all[i], divisions.all[i + random.below(divisions.all.size() - i)]);
      sum += divisions.all[i];
    }
    hits += divisions.distance(sum) >= observed ? 1 : 0;
  }
  return hits;
}

// The quantile of as many samples drawn with replacement: the sample of rank k among n uniform numbers is Beta(k, n − k
// + 1), and the number picks the sample. Exact, and no sample but one is touched.
double resampled_quantile(const std::vector<double>& ascending, double probability, Random& random) {
  const std::size_t count = ascending.size();
  if (count == 1) return ascending.front();
  const std::size_t rank = nearest_rank(count, probability);
  const double place = random.beta(static_cast<double>(rank), static_cast<double>(count - rank + 1));
  return ascending[std::min(static_cast<std::size_t>(place * static_cast<double>(count)), count - 1)];
}

double resampled_median(const Runs& runs, double probability, Random& random, std::vector<double>& scratch) {
  scratch.clear();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    scratch.push_back(resampled_quantile(runs[random.below(runs.size())], probability, random));
  }
  std::sort(scratch.begin(), scratch.end());
  return median_of_sorted(scratch).value_or(0);
}

// Below which share of the bootstrap distribution an end lies.
double expanded_tail(std::size_t before, std::size_t after, double confidence) {
  const double harmonic = 2 / (1 / static_cast<double>(before) + 1 / static_cast<double>(after));
  const auto t = student_t_quantile((1 + confidence) / 2, static_cast<double>(before + after - 2));
  return normal_distribution(-std::sqrt(harmonic / (harmonic - 1)) * t.value_or(0));
}

bool has_samples(const Runs& runs) {
  return runs.size() >= 2 && std::ranges::none_of(runs, [](const auto& run) { return run.empty(); });
}

}  // namespace

double normal_distribution(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

std::optional<PermutationTest> permutation_test(std::span<const double> before, std::span<const double> after,
                                                std::uint64_t seed, std::int64_t most_divisions) {
  if (before.empty() || after.empty()) return std::nullopt;
  Divisions divisions{.all = {before.begin(), before.end()}, .first = before.size()};
  divisions.all.insert(divisions.all.end(), after.begin(), after.end());
  divisions.total = std::accumulate(divisions.all.begin(), divisions.all.end(), 0.0);
  const double size = std::accumulate(divisions.all.begin(), divisions.all.end(), 0.0,
                                      [](double sum, double x) { return sum + std::abs(x); });
  const double observed = divisions.distance(std::accumulate(before.begin(), before.end(), 0.0)) - kTie * size;
  const std::int64_t ways = ways_to_choose(divisions.all.size(), divisions.first, most_divisions);
  if (ways <= most_divisions) {
    const std::int64_t hits = hits_of_all(divisions, observed);
    return PermutationTest{
        .p = static_cast<double>(hits) / static_cast<double>(ways), .is_exact = true, .divisions = ways};
  }
  Random random(seed);
  const std::int64_t hits = hits_of_draws(std::move(divisions), observed, most_divisions, random);
  return PermutationTest{.p = static_cast<double>(1 + hits) / static_cast<double>(1 + most_divisions),
                         .is_exact = false,
                         .divisions = most_divisions};
}

std::vector<double> holm(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  for (std::size_t step = 0; step < order.size(); ++step) {
    const double factor = static_cast<double>(p_values.size() - step);
    largest = std::max(largest, std::min(1.0, factor * p_values[order[step]]));
    adjusted[order[step]] = largest;
  }
  return adjusted;
}

std::optional<double> median_of_runs(const Runs& runs, double probability) {
  std::vector<double> quantiles;
  for (const std::vector<double>& run : runs) {
    const auto quantile = quantile_of_sorted(run, probability, QuantileRule::nearest_rank);
    if (!quantile) return std::nullopt;
    quantiles.push_back(*quantile);
  }
  std::sort(quantiles.begin(), quantiles.end());
  return median_of_sorted(quantiles);
}

std::optional<RatioInterval> bootstrap_ratio(const Runs& before, const Runs& after, double probability,
                                             const BootstrapSettings& settings) {
  if (!has_samples(before) || !has_samples(after) || settings.resamples == 0) return std::nullopt;
  const double first = median_of_runs(before, probability).value_or(0);
  const double second = median_of_runs(after, probability).value_or(0);
  if (!(first > 0) || !(second > 0)) return std::nullopt;
  Random random(settings.seed);
  std::vector<double> ratios;
  std::vector<double> scratch;
  ratios.reserve(settings.resamples);
  for (std::size_t i = 0; i < settings.resamples; ++i) {
    const double base = resampled_median(before, probability, random, scratch);
    const double other = resampled_median(after, probability, random, scratch);
    if (base > 0) ratios.push_back(other / base);
  }
  std::sort(ratios.begin(), ratios.end());
  if (ratios.empty()) return std::nullopt;
  const double tail = expanded_tail(before.size(), after.size(), settings.confidence);
  return RatioInterval{.point = second / first,
                       .lower = quantile_of_sorted(ratios, tail, QuantileRule::linear).value_or(0),
                       .upper = quantile_of_sorted(ratios, 1 - tail, QuantileRule::linear).value_or(0)};
}

bool is_equivalent(const RatioInterval& ninety, double margin) {
  return ninety.lower > 1 - margin && ninety.upper < 1 + margin;
}

}  // namespace ihc::stats
