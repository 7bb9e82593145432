#include "stats/quantile_interval.h"

#include <algorithm>
#include <cmath>

#include <math.h>  // lgamma_r is POSIX, not in <cmath>

namespace ihc::stats {

namespace {

bool inside(double probability) { return probability > 0 && probability < 1; }

// ln k! by lgamma_r: lgamma itself writes a global.
double log_factorial(double k) {
  int sign = 0;
  return ::lgamma_r(k + 1, &sign);
}

double binomial_probability(std::size_t n, std::size_t k, double p) {
  const auto count = static_cast<double>(n);
  const auto hits = static_cast<double>(k);
  return std::exp(log_factorial(count) - log_factorial(hits) - log_factorial(count - hits) + hits * std::log(p) +
                  (count - hits) * std::log1p(-p));
}

// Past this many terms from the centre nothing is left of a binomial's tail: 12 standard deviations are below 1e-30.
std::size_t reach(std::size_t n, double p) {
  return static_cast<std::size_t>(12 * std::sqrt(static_cast<double>(n) * p * (1 - p))) + 60;
}

// The largest l with P(B < l) ≤ tail; 0 where P(B < 1) is already more.
std::size_t lower_rank(std::size_t n, double p, double tail) {
  const auto centre = static_cast<std::size_t>(static_cast<double>(n) * p);
  const std::size_t first = centre > reach(n, p) ? centre - reach(n, p) : 0;
  double below = 0;  // P(B < k)
  std::size_t rank = 0;
  for (std::size_t k = first; k <= n; ++k) {
    if (below > tail) break;
    rank = k;
    below += binomial_probability(n, k, p);
  }
  return rank;
}

// The smallest u with P(B ≥ u) ≤ tail; n + 1 where P(B ≥ n) is already more.
std::size_t upper_rank(std::size_t n, double p, double tail) {
  const auto centre = static_cast<std::size_t>(static_cast<double>(n) * p);
  const std::size_t last = std::min(n, centre + reach(n, p));
  double from = 0;  // P(B ≥ k)
  std::size_t rank = last + 1;
  for (std::size_t k = last;; --k) {
    from += binomial_probability(n, k, p);
    if (from > tail) break;
    rank = k;
    if (k == 0) break;
  }
  return rank;
}

}  // namespace

RankInterval quantile_rank_interval(std::size_t count, double probability, double confidence) {
  RankInterval ranks;
  if (count == 0 || !inside(probability) || !inside(confidence)) return ranks;
  // A tail of exactly α/2 counts as within it, whatever the last bits of 1 − 0.95 are.
  const double tail = (1 - confidence) / 2 * (1 + 1e-9);
  const std::size_t lower = lower_rank(count, probability, tail);
  const std::size_t upper = upper_rank(count, probability, tail);
  if (lower >= 1) ranks.lower = lower;
  if (upper <= count) ranks.upper = upper;
  return ranks;
}

QuantileInterval quantile_interval(std::span<const double> ascending, double probability, double confidence) {
  const RankInterval ranks = quantile_rank_interval(ascending.size(), probability, confidence);
  QuantileInterval interval;
  if (ranks.lower) interval.lower = ascending[*ranks.lower - 1];
  if (ranks.upper) interval.upper = ascending[*ranks.upper - 1];
  return interval;
}

std::size_t samples_needed(double probability, double confidence) {
  if (!inside(probability) || !inside(confidence)) return 0;
  const double likelier = std::max(probability, 1 - probability);
  const double needed = std::log((1 - confidence) / 2) / std::log(likelier);
  // A whole number but for rounding is that number.
  return static_cast<std::size_t>(std::ceil(needed - 1e-9 * needed));
}

}  // namespace ihc::stats
