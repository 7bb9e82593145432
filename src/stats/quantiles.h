// Exact quantiles of raw samples, each under the rule that some tool uses. Two tools that print "p95" of the same
// samples print different numbers when their rules differ, so a quantile here is never without its rule.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace ihc::stats {

/// The rules are numbered as in Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician
/// 50(4), 1996. With n samples in ascending order x(1)…x(n) and a probability p:
enum class QuantileRule {
  /// Type 7: h = (n − 1)p + 1, linear between x(⌊h⌋) and x(⌊h⌋ + 1). numpy.percentile's default, and so that of vLLM,
  /// SGLang, inference-perf and aiperf; k6's trend metrics compute the same.
  linear,
  /// Type 1, the inverse of the empirical distribution: x(⌈np⌉). guidellm (numpy.searchsorted of the cumulative
  /// shares).
  /// The rank rule of this program's own numbers: its value is always a sample that was measured.
  nearest_rank,
  /// x(⌊np⌋ + 1): the index ⌊np⌋ counted from 0, as oha has it.
  floor_index,
  /// x(⌈np⌉ + 1): the first index i counted from 0 with 100·i/n ≥ the percentile, as hey has it.
  ceiling_index,
};

/// "linear", "nearest_rank", "floor_index", "ceiling_index": how facts name the rule.
std::string_view rule_name(QuantileRule rule);

/// The quantile at `probability` in [0, 1] of samples in ascending order; nothing for no samples or a probability
/// outside.
std::optional<double> quantile_of_sorted(std::span<const double> ascending, double probability, QuantileRule rule);

/// The 1-based rank ⌈n·p⌉, kept within 1…n, safe against a product that is a whole number but for its last bit
/// (100 · 0.95 in doubles is above 95 for some p). 0 for n = 0.
std::size_t nearest_rank(std::size_t count, double probability);

/// Ascending copy, without NaN (NaN has no rank). Infinities stay: an unanswered request is one.
std::vector<double> sorted_samples(std::span<const double> samples);

/// A copy without NaN in which the first, the last and the nearest ranks of these probabilities hold what they would
/// hold in ascending order; between them the order is any. For millions of samples of which only these are asked.
std::vector<double> samples_placed_at(std::span<const double> samples, std::span<const double> probabilities);

/// The middle sample, or the mean of the two middle ones (type 7 at 1/2, the definition of every tool named above but
/// the rank ones).
std::optional<double> median_of_sorted(std::span<const double> ascending);

}  // namespace ihc::stats
