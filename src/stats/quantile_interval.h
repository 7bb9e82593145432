// How sure a sample quantile is, whatever the shape of the distribution: an interval between two order statistics.
// S. S. Wilks, "Order Statistics", Bulletin of the American Mathematical Society 54, 1948; H. A. David and H. N.
// Nagaraja, "Order Statistics", 3rd edition, 2003, section 7.1.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace ihc::stats {

/// Of n samples, B ~ Binomial(n, p) lie at or below the true quantile at p. `lower` is the largest rank l with
/// P(B < l) ≤ α/2, `upper` the smallest rank u with P(B ≥ u) ≤ α/2, so that [x(l), x(u)] covers the quantile with at
/// least 1 − α. Ranks count from 1. An end that no rank gives (too few samples) is absent: unbounded.
struct RankInterval {
  std::optional<std::size_t> lower;
  std::optional<std::size_t> upper;
};
RankInterval quantile_rank_interval(std::size_t count, double probability, double confidence = 0.95);

/// The same as values of samples in ascending order.
struct QuantileInterval {
  std::optional<double> lower;  ///< absent: unbounded below
  std::optional<double> upper;  ///< absent: unbounded above
};
QuantileInterval quantile_interval(std::span<const double> ascending, double probability, double confidence = 0.95);

/// The smallest n from which both ends are finite: pⁿ ≤ α/2 and (1 − p)ⁿ ≤ α/2. At 95 %: p50 6, p90 36, p95 72, p99
/// 368, p99.9 3,688. 0 for a probability or confidence outside (0, 1).
std::size_t samples_needed(double probability, double confidence = 0.95);

}  // namespace ihc::stats
