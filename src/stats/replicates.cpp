#include "stats/replicates.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>

#include "stats/correlation.h"
#include "stats/moments.h"
#include "stats/quantiles.h"

namespace ihc::stats {

namespace {

using Generator = std::mt19937_64;  // its numbers are the same on every system, and Boost's distributions of them

double median_in_place(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

// A gamma variate of a shape of at least 1: G. Marsaglia and W. W. Tsang, "A Simple Method for Generating Gamma
// Variables", ACM Transactions on Mathematical Software 26(3), 2000. Millions are drawn, and Boost's takes a tangent
// and an exponential each.
double gamma_drawn(double shape, Generator& generator) {
  boost::random::normal_distribution<double> normal;
  boost::random::uniform_01<double> uniform;
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal(generator);
    const double root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = uniform(generator);
    if (u < 1 - 0.0331 * x * x * x * x || std::log(u) < x * x / 2 + d * (1 - v + std::log(v))) return d * v;
  }
}

// What a run's quantile would have been, had its requests been drawn again. The share of two gamma variates is a beta
// variate.
double drawn_again(const Replicate& run, double probability, Generator& generator) {
  if (run.ascending.size() < 2) return run.value;
  const std::size_t count = run.ascending.size();
  const std::size_t rank = nearest_rank(count, probability);
  const double below = gamma_drawn(static_cast<double>(rank), generator);
  const double above = gamma_drawn(static_cast<double>(count - rank + 1), generator);
  const auto at = static_cast<std::size_t>(below / (below + above) * static_cast<double>(count));
  return run.ascending[std::min(at, count - 1)];
}

struct Arm {
  std::span<const Replicate> runs;
  double within = 1;  // how much of what requests add to a run's logarithm is added once more
};

// The runs differ by what their requests add already: adding all of it again would count it twice. What drawing runs
// with replacement loses of their spread, one part in as many as there are runs, is what may be added.
double share_within(std::span<const Replicate> runs, double probability, Generator& generator) {
  constexpr int kDraws = 100;
  std::vector<double> logarithms;
  double squares = 0;
  for (const Replicate& run : runs) {
    logarithms.push_back(std::log(run.value));
    for (int draw = 0; draw < kDraws; ++draw) {
      const double distance = std::log(drawn_again(run, probability, generator) / run.value);
      squares += distance * distance;
    }
  }
  const auto count = static_cast<double>(runs.size());
  const double within = std::sqrt(squares / (kDraws * count));
  const double lost = standard_deviation(logarithms).value_or(0) / std::sqrt(count);
  return within > lost ? lost / within : 1;
}

double median_drawn_again(const Arm& arm, double probability, std::vector<double>& drawn, Generator& generator) {
  boost::random::uniform_int_distribution<std::size_t> which(0, arm.runs.size() - 1);
  drawn.clear();
  for (std::size_t i = 0; i < arm.runs.size(); ++i) {
    const Replicate& run = arm.runs[which(generator)];
    drawn.push_back(run.value * std::pow(drawn_again(run, probability, generator) / run.value, arm.within));
  }
  return median_in_place(drawn);
}

// The level at which to cut the bootstrap's distribution so that few runs are answered for: the normal tail beyond the
// t quantile, made wider by the bias of a variance that divides by n.
double widened_tail(double tail, std::size_t before, std::size_t after) {
  const auto fewest = static_cast<double>(std::min(before, after));
  const boost::math::students_t_distribution<double> t(static_cast<double>(before + after) - 2);
  const double reach = boost::math::quantile(boost::math::complement(t, tail)) * std::sqrt(fewest / (fewest - 1));
  return boost::math::cdf(boost::math::complement(boost::math::normal_distribution<double>(), reach));
}

// Of two groups the wider answer counts.
double widened_tail(double tail, const ArmPair& one, const ArmPair& other) {
  return std::min(widened_tail(tail, one.before.size(), one.after.size()),
                  widened_tail(tail, other.before.size(), other.after.size()));
}

Interval cut(std::span<const double> ascending, double tail) {
  return {.lower = quantile_of_sorted(ascending, tail, QuantileRule::linear).value_or(0),
          .upper = quantile_of_sorted(ascending, 1 - tail, QuantileRule::linear).value_or(0)};
}

std::optional<double> median_of(std::span<const Replicate> runs) {
  std::vector<double> values;
  for (const Replicate& run : runs) {
    if (!(run.value > 0) || !std::isfinite(run.value)) return std::nullopt;
    values.push_back(run.value);
  }
  if (values.size() < 2) return std::nullopt;
  return median_in_place(values);
}

std::optional<double> ratio_in(const ArmPair& pair) {
  const auto before = median_of(pair.before);
  const auto after = median_of(pair.after);
  if (!before || !after) return std::nullopt;
  return *after / *before;
}

// A group's ratio, drawn again as often as it is asked for.
class DrawnPair {
 public:
  DrawnPair(const ArmPair& pair, double probability, Generator& generator) : probability_(probability) {
    before_ = {.runs = pair.before, .within = share_within(pair.before, probability, generator)};
    after_ = {.runs = pair.after, .within = share_within(pair.after, probability, generator)};
  }
  double draw(Generator& generator) {
    const double denominator = median_drawn_again(before_, probability_, drawn_, generator);
    return median_drawn_again(after_, probability_, drawn_, generator) / denominator;
  }

 private:
  double probability_;
  Arm before_;
  Arm after_;
  std::vector<double> drawn_;
};

// Twice the middle rank of each value, so that ties stay whole numbers.
std::vector<std::int64_t> doubled_ranks(const std::vector<double>& values) {
  std::vector<std::int64_t> ranks;
  for (const double rank : middle_ranks(values)) ranks.push_back(std::llround(2 * rank));
  return ranks;
}

// C(total, part), or `bound` + 1 where it is more than that.
std::size_t combinations(std::size_t total, std::size_t part, std::size_t bound) {
  double count = 1;
  for (std::size_t i = 1; i <= part; ++i) {
    count = count * static_cast<double>(total - part + i) / static_cast<double>(i);
    if (count > static_cast<double>(bound)) return bound + 1;
  }
  return static_cast<std::size_t>(std::llround(count));
}

// How often the rank sum of an arm lies as far from its middle as the one seen.
struct Extremes {
  std::int64_t middle;  // all of this is doubled: the mean of the sum, and with it the distance
  std::int64_t distance;
  std::size_t hits = 0;
  std::size_t looked = 0;
  void look(std::int64_t sum) {
    ++looked;
    if (std::llabs(sum - middle) >= distance) ++hits;
  }
};

void enumerate(const std::vector<std::int64_t>& ranks, std::size_t part, Extremes& extremes) {
  std::vector<std::size_t> chosen(part);
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  for (;;) {
    std::int64_t sum = 0;
    for (const std::size_t at : chosen) sum += ranks[at];
    extremes.look(sum);
    std::size_t moving = part;
    while (moving > 0 && chosen[moving - 1] == ranks.size() - part + moving - 1) --moving;
    if (moving == 0) return;
    ++chosen[moving - 1];
    for (std::size_t at = moving; at < part; ++at) chosen[at] = chosen[at - 1] + 1;
  }
}

void deal(std::vector<std::int64_t> ranks, std::size_t part, std::size_t draws, std::uint64_t seed,
          Extremes& extremes) {
  Generator generator(seed);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    std::int64_t sum = 0;
    for (std::size_t at = 0; at < part; ++at) {
      boost::random::uniform_int_distribution<std::size_t> which(at, ranks.size() - 1);
      std::swap(ranks[at], ranks[which(generator)]);
      sum += ranks[at];
    }
    extremes.look(sum);
  }
}

double normal_quantile(double probability) {
  return boost::math::quantile(boost::math::normal_distribution<double>(), probability);
}

// From how many runs an arm 2 / C(2n, n) is at most the level.
std::size_t fewest_for_level(double level) {
  std::size_t runs = 1;
  while (runs < 30 && 2.0 / static_cast<double>(combinations(2 * runs, runs, SIZE_MAX >> 12)) > level) ++runs;
  return runs;
}

}  // namespace

std::optional<RatioEstimate> ratio_of_medians(std::span<const Replicate> before, std::span<const Replicate> after,
                                              const Resampling& how) {
  const auto ratio = ratio_in({.before = before, .after = after});
  if (!ratio) return std::nullopt;
  Generator generator(how.seed);
  DrawnPair pair({.before = before, .after = after}, how.probability, generator);
  std::vector<double> ratios;
  ratios.reserve(how.rounds);
  for (std::size_t round = 0; round < how.rounds; ++round) ratios.push_back(pair.draw(generator));
  std::sort(ratios.begin(), ratios.end());
  return RatioEstimate{.ratio = *ratio,
                       .interval95 = cut(ratios, widened_tail(0.025, before.size(), after.size())),
                       .interval90 = cut(ratios, widened_tail(0.05, before.size(), after.size()))};
}

std::optional<RatioEstimate> ratio_of_ratios(const ArmPair& changed, const ArmPair& control, const Resampling& how) {
  const auto ratio = ratio_in(changed);
  const auto anyway = ratio_in(control);
  if (!ratio || !anyway) return std::nullopt;
  Generator generator(how.seed);
  DrawnPair pair(changed, how.probability, generator);
  DrawnPair beside(control, how.probability, generator);
  std::vector<double> ratios;
  ratios.reserve(how.rounds);
  for (std::size_t round = 0; round < how.rounds; ++round) {
    const double of_changed = pair.draw(generator);
    ratios.push_back(of_changed / beside.draw(generator));
  }
  std::sort(ratios.begin(), ratios.end());
  return RatioEstimate{.ratio = *ratio / *anyway,
                       .interval95 = cut(ratios, widened_tail(0.025, changed, control)),
                       .interval90 = cut(ratios, widened_tail(0.05, changed, control))};
}

PermutationTest rank_permutation_test(std::span<const double> before, std::span<const double> after, std::uint64_t seed,
                                      std::size_t enumerated) {
  if (before.empty() || after.empty()) return {};
  std::vector<double> values(before.begin(), before.end());
  values.insert(values.end(), after.begin(), after.end());
  const auto ranks = doubled_ranks(values);
  const auto part = before.size();
  std::int64_t seen = 0;
  for (std::size_t at = 0; at < part; ++at) seen += ranks[at];
  const auto middle = static_cast<std::int64_t>(part * (values.size() + 1));
  Extremes extremes{.middle = middle, .distance = std::llabs(seen - middle)};
  if (combinations(values.size(), part, enumerated) <= enumerated) {
    enumerate(ranks, part, extremes);
    return {.p = static_cast<double>(extremes.hits) / static_cast<double>(extremes.looked),
            .is_exact = true,
            .arrangements = extremes.looked};
  }
  deal(ranks, part, enumerated, seed, extremes);
  return {.p = static_cast<double>(extremes.hits + 1) / static_cast<double>(extremes.looked + 1),
          .is_exact = false,
          .arrangements = extremes.looked};
}

std::vector<double> holm_adjusted(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t left, std::size_t right) { return p_values[left] < p_values[right]; });
  std::vector<double> adjusted(p_values.size());
  double highest = 0;
  for (std::size_t at = 0; at < order.size(); ++at) {
    highest = std::max(highest, p_values[order[at]] * static_cast<double>(order.size() - at));
    adjusted[order[at]] = std::min(1.0, highest);
  }
  return adjusted;
}

std::optional<std::size_t> runs_needed(double log_deviation, double ratio, double level, double power) {
  if (!(ratio > 0) || ratio == 1 || !(log_deviation > 0) || !(level > 0 && level < 1) || !(power > 0 && power < 1)) {
    return std::nullopt;
  }
  const double reach = (normal_quantile(1 - level / 2) + normal_quantile(power)) * log_deviation / std::log(ratio);
  const double runs = std::ceil(2 * reach * reach) + 2;
  if (!(runs < 1e6)) return std::nullopt;
  return std::max(static_cast<std::size_t>(runs), fewest_for_level(level));
}

std::optional<double> pooled_log_deviation(std::span<const double> before, std::span<const double> after) {
  double squares = 0;
  std::size_t freedom = 0;
  for (const auto& arm : {before, after}) {
    std::vector<double> logarithms;
    for (const double value : arm) {
      if (!(value > 0)) return std::nullopt;
      logarithms.push_back(std::log(value));
    }
    const auto spread = standard_deviation(logarithms);
    if (!spread) return std::nullopt;
    squares += *spread * *spread * static_cast<double>(arm.size() - 1);
    freedom += arm.size() - 1;
  }
  return std::sqrt(squares / static_cast<double>(freedom));
}

}  // namespace ihc::stats
