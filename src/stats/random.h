// Pseudo-random numbers that are the same everywhere for the same seed: what is drawn for an interval is part of a
// report's bytes. std::mt19937_64 is fixed by the C++ standard, the standard's distributions are not; these are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace ihc::stats {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// Uniform in 0 … count − 1, without the bias of a remainder. count is above 0.
  std::size_t below(std::size_t count);
  /// Uniform in (0, 1): 53 bits, never an end.
  double uniform();
  /// Standard normal, by the polar method: G. Marsaglia and T. A. Bray, "A Convenient Method for Generating Normal
  /// Variables", SIAM Review 6(3), 1964.
  double normal();
  /// Gamma of this shape, at least 1, and scale 1: G. Marsaglia and W. W. Tsang, "A Simple Method for Generating Gamma
  /// Variables", ACM Transactions on Mathematical Software 26(3), 2000.
  double gamma(double shape);
  /// Beta(a, b), a and b at least 1, as X / (X + Y) of two gammas: the k-th smallest of n uniform numbers is
  /// Beta(k, n − k + 1).
  double beta(double a, double b);

 private:
  std::mt19937_64 engine_;
};

}  // namespace ihc::stats
