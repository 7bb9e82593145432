// Whether a value drifts while a benchmark runs: the slope of a straight line through it over time, and how sure it is.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace ihc::stats {

/// Ordinary least squares of y on x: the slope in y's unit per x's unit, with the interval slope ± t · s / √Σ(x − x̄)²,
/// t of n − 2 degrees of freedom. N. R. Draper and H. Smith, "Applied Regression Analysis", 3rd edition, 1998,
/// chapter 1. The interval takes the points to be independent: give it means of batches, not neighbouring requests.
struct Trend {
  std::size_t count = 0;
  double slope = 0;
  double lower = 0;
  double upper = 0;
};

/// Absent for fewer than three points, for vectors of two lengths, and for an x that never changes.
std::optional<Trend> linear_trend(std::span<const double> x, std::span<const double> y, double confidence = 0.95);

/// The slope that several groups share while each has a level of its own: `group` says of each point which it is of.
/// Least squares of y on x and a dummy variable a group, t of n − 1 − groups degrees of freedom (Draper and Smith,
/// chapter 14): x and y are taken from their group's means, so that what tells the groups apart is no slope. A group of
/// one point adds nothing. Absent without a degree of freedom and where x changes within no group.
std::optional<Trend> common_trend(std::span<const double> x, std::span<const double> y,
                                  std::span<const std::size_t> group, double confidence = 0.95);

/// The quantile of Student's t distribution: P(T ≤ t) = probability. Absent outside (0, 1) and for no degree of
/// freedom. By bisection of the distribution function, which is the regularized incomplete beta function (Abramowitz
/// and Stegun, "Handbook of Mathematical Functions", 1964, 26.7.1 and 26.5.8).
std::optional<double> student_t_quantile(double probability, double degrees_of_freedom);

/// P(T ≤ t).
double student_t_distribution(double t, double degrees_of_freedom);

}  // namespace ihc::stats
