// Mean, spread and extremes of samples.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace ihc::stats {

/// Absent for no samples.
std::optional<double> mean(std::span<const double> samples);

/// Which divisor: n − 1 (of a sample, unbiased variance) or n (of a whole population, numpy.std's default and so what
/// vLLM and SGLang print).
enum class Spread { sample, population };

/// Standard deviation, by the two-pass algorithm with the correction of Chan, Golub and LeVeque, "Algorithms for
/// Computing the Sample Variance", The American Statistician 37(3), 1983. Absent for fewer samples than the divisor
/// needs.
std::optional<double> standard_deviation(std::span<const double> samples, Spread spread = Spread::sample);

/// Median of the absolute distances from the median, unscaled: how far a usual sample is from the middle one. F. R.
/// Hampel, "The Influence Curve and its Role in Robust Estimation", Journal of the American Statistical Association 69,
/// 1974.
std::optional<double> median_absolute_deviation(std::span<const double> samples);

}  // namespace ihc::stats
