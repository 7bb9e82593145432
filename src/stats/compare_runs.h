// Whether two arms of runs differ: the run is the unit, because all requests of one share its placement, its page
// layout and its batches. A permutation test for whether, a bootstrap interval for by how much, Holm's correction for
// many metrics at once, and equivalence for saying that nothing changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ihc::stats {

/// Two-sided p of "both arms come from one distribution": how often a division of all runs into arms of these sizes has
/// means at least so far apart. E. J. G. Pitman, "Significance Tests Which May be Applied to Samples from any
/// Populations", Supplement to the Journal of the Royal Statistical Society 4(1), 1937. All divisions are counted where
/// there are at most `most_divisions`; else so many are drawn, and p is (1 + hits) / (1 + draws), which is never 0:
/// B. Phipson and G. K. Smyth, "Permutation P-values Should Never Be Zero", Statistical Applications in Genetics and
/// Molecular Biology 9(1), 2010.
struct PermutationTest {
  double p = 1;
  bool is_exact = true;
  std::int64_t divisions = 0;
};
/// Absent for an empty arm.
std::optional<PermutationTest> permutation_test(std::span<const double> before, std::span<const double> after,
                                                std::uint64_t seed, std::int64_t most_divisions = 100000);

/// Adjusted p-values, in the order given: S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure",
/// Scandinavian Journal of Statistics 6(2), 1979. A metric is significant at α when its adjusted p is at most α.
std::vector<double> holm(std::span<const double> p_values);

/// One arm: the samples of each run, ascending. A run of one sample is a figure of the run as a whole (throughput).
using Runs = std::vector<std::vector<double>>;

/// The quantile of each run (nearest rank), and the median of these over runs.
std::optional<double> median_of_runs(const Runs& runs, double probability);

/// The ratio after / before of median_of_runs, and its interval by a bootstrap of both levels: runs are drawn with
/// replacement, then requests within each. A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application",
/// 1997, section 3.8. Few runs make such an interval too narrow; its tails are widened to those that Student's t and
/// √(n / (n − 1)) ask for (the expanded percentile interval): T. C. Hesterberg, "What Teachers Should Know About the
/// Bootstrap", The American Statistician 69(4), 2015, with n the harmonic mean of the arms' runs and their sum less two
/// degrees of freedom.
struct RatioInterval {
  double point = 1;
  double lower = 0;
  double upper = 0;
};
struct BootstrapSettings {
  double confidence = 0.95;
  std::size_t resamples = 5000;
  std::uint64_t seed = 1;
};
/// Absent for an arm with fewer than two runs, a run without samples, and where a median over runs is not above 0.
std::optional<RatioInterval> bootstrap_ratio(const Runs& before, const Runs& after, double probability,
                                             const BootstrapSettings& settings);

/// Two one-sided tests at 5 %: whether the interval of 90 % lies inside 1 ± margin. D. J. Schuirmann, "A Comparison of
/// the Two One-Sided Tests Procedure and the Power Approach", Journal of Pharmacokinetics and Biopharmaceutics 15,
/// 1987.
bool is_equivalent(const RatioInterval& ninety, double margin);

/// The standard normal distribution function, by erfc.
double normal_distribution(double z);

}  // namespace ihc::stats
