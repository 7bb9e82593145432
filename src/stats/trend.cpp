#include "stats/trend.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <math.h>  // lgamma_r is POSIX, not in <cmath>

namespace ihc::stats {

namespace {

double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

// The continued fraction of the incomplete beta function, Abramowitz and Stegun 26.5.8, evaluated from the front by
// Lentz's method as Thompson and Barnett modified it (Journal of Computational Physics 64, 1986).
double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = std::numeric_limits<double>::min() * 1e10;
  const auto away_from_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m <= 500; ++m) {
    const double twice = 2.0 * m;
    const double even = m * (b - m) * x / ((a + twice - 1) * (a + twice));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    fraction *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + twice) * (a + twice + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    const double step = d * c;
    fraction *= step;
    if (std::abs(step - 1) < 1e-15) break;
  }
  return fraction;
}

double regularized_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front = std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) + b * std::log1p(-x));
  // The fraction converges fast below the mean; above it the other tail is taken.
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

// The middle of a group's points.
struct Centre {
  double count = 0;
  double x = 0;  ///< sums
  double y = 0;
  void add(double at, double value) {
    ++count;
    x += at;
    y += value;
  }
  std::pair<double, double> off(double at, double value) const { return {at - x / count, value - y / count}; }
};

}  // namespace

double student_t_distribution(double t, double degrees_of_freedom) {
  const double x = degrees_of_freedom / (degrees_of_freedom + t * t);
  const double both_tails = regularized_beta(degrees_of_freedom / 2, 0.5, x);
  return t > 0 ? 1 - both_tails / 2 : both_tails / 2;
}

std::optional<double> student_t_quantile(double probability, double degrees_of_freedom) {
  if (!(probability > 0 && probability < 1) || !(degrees_of_freedom > 0)) return std::nullopt;
  const double upper_half = std::max(probability, 1 - probability);
  double low = 0;
  double high = 1;
  while (student_t_distribution(high, degrees_of_freedom) < upper_half && high < 1e300) high *= 2;
  for (int step = 0; step < 200 && high - low > 1e-14 * high; ++step) {
    const double middle = (low + high) / 2;
    (student_t_distribution(middle, degrees_of_freedom) < upper_half ? low : high) = middle;
  }
  const double t = (low + high) / 2;
  return probability < 0.5 ? -t : t;
}

std::optional<Trend> linear_trend(std::span<const double> x, std::span<const double> y, double confidence) {
  return common_trend(x, y, std::vector<std::size_t>(x.size(), 0), confidence);
}

std::optional<Trend> common_trend(std::span<const double> x, std::span<const double> y,
                                  std::span<const std::size_t> group, double confidence) {
  if (x.size() != y.size() || x.size() != group.size()) return std::nullopt;
  std::map<std::size_t, Centre> centres;
  for (std::size_t i = 0; i < x.size(); ++i) centres[group[i]].add(x[i], y[i]);
  if (x.size() < 2 + centres.size()) return std::nullopt;
  double xx = 0;
  double xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto [off_x, off_y] = centres[group[i]].off(x[i], y[i]);
    xx += off_x * off_x;
    xy += off_x * off_y;
  }
  const auto degrees = static_cast<double>(x.size() - 1 - centres.size());
  const auto t = student_t_quantile((1 + confidence) / 2, degrees);
  if (!(xx > 0) || !t) return std::nullopt;
  const double slope = xy / xx;
  double residuals = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto [off_x, off_y] = centres[group[i]].off(x[i], y[i]);
    residuals += (off_y - slope * off_x) * (off_y - slope * off_x);
  }
  const double margin = *t * std::sqrt(residuals / degrees / xx);
  return Trend{.count = x.size(), .slope = slope, .lower = slope - margin, .upper = slope + margin};
}

}  // namespace ihc::stats
