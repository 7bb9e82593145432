#include "stats/random.h"

#include <cmath>

namespace ihc::stats {

std::size_t Random::below(std::size_t count) {
  const std::uint64_t bound = count;
  // 2^64 mod bound values at the low end would come once too often.
  const std::uint64_t surplus = (0 - bound) % bound;
  std::uint64_t drawn = engine_();
  while (drawn < surplus) drawn = engine_();
  return static_cast<std::size_t>(drawn % bound);
}

double Random::uniform() {
  constexpr double kStep = 0x1p-53;
  return (static_cast<double>(engine_() >> 11) + 0.5) * kStep;
}

double Random::normal() {
  for (;;) {
    const double x = 2 * uniform() - 1;
    const double y = 2 * uniform() - 1;
    const double square = x * x + y * y;
    if (square > 0 && square < 1) return x * std::sqrt(-2 * std::log(square) / square);
  }
}

double Random::gamma(double shape) {
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal();
    const double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
    if (v <= 0) continue;
    if (std::log(uniform()) < x * x / 2 + d - d * v + d * std::log(v)) return d * v;
  }
}

double Random::beta(double a, double b) {
  const double x = gamma(a);
  const double y = gamma(b);
  return x / (x + y);
}

}  // namespace ihc::stats
