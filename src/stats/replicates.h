// Two arms of runs, compared: how large is the ratio between them, how sure is it, and could chance alone have made it.
// The run is the unit of replication (requests of one run share one placement and one moment of the machine), so every
// answer here varies with the number of runs first and with the number of requests second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ihc::stats {

/// One run's statistic. Where it is a quantile of the run's own samples, they come along, so that its uncertainty
/// within the run counts too; a rate or a mean that only a summary gives has none.
struct Replicate {
  double value = 0;
  std::span<const double> ascending = {};  ///< the run's samples in ascending order; empty: `value` is all there is
};

struct Resampling {
  double probability = 0.5;  ///< which quantile of its samples a replicate's value is
  std::size_t rounds = 10000;
  std::uint64_t seed = 1;  ///< the same seed and input give the same bytes
};

struct Interval {
  double lower = 0;
  double upper = 0;
};

struct RatioEstimate {
  double ratio = 1;  ///< median over the runs of `after` / median over the runs of `before`; or one such over another
  Interval interval95;  ///< of the ratio
  Interval interval90;  ///< its ends are two one-sided tests at 5 % (equivalence)
};

/// The hierarchical bootstrap: runs are drawn with replacement, and within each drawn run its samples; A. C. Davison
/// and D. V. Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8. A resample's quantile is one order
/// statistic of the run's samples whose rank follows a beta distribution (B. Efron, "Bootstrap Methods: Another Look at
/// the Jackknife", Annals of Statistics 7, 1979, section 3), so no request is ever copied. Few runs make such intervals
/// too narrow; the levels are widened for that as T. Hesterberg has it, "What Teachers Should Know About the
/// Bootstrap", The American Statistician 69(4), 2015, section 4.3. Absent for fewer than two runs in an arm and for
/// values that are not above 0.
std::optional<RatioEstimate> ratio_of_medians(std::span<const Replicate> before, std::span<const Replicate> after,
                                              const Resampling& how);

/// The two arms of one group.
struct ArmPair {
  std::span<const Replicate> before;
  std::span<const Replicate> after;
};

/// How much more a group changed than a control group did over the same time: the ratio of its medians over theirs,
/// difference in differences on logarithms (J. D. Angrist and J.-S. Pischke, "Mostly Harmless Econometrics", 2009,
/// section 5.2). Each round draws all four arms again, independently of one another, as above; the widening is that of
/// the smaller group, because either group's spread may be most of what is seen. Absent where a group's own ratio is.
std::optional<RatioEstimate> ratio_of_ratios(const ArmPair& changed, const ArmPair& control, const Resampling& how);

struct PermutationTest {
  double p = 1;                  ///< two-sided
  bool is_exact = true;          ///< every arrangement was looked at
  std::size_t arrangements = 0;  ///< so many were
};

/// Whether the runs of two arms could as well have been dealt out by chance: the rank sum (H. B. Mann and D. R.
/// Whitney, Annals of Mathematical Statistics 18, 1947), ties by their middle rank, over every way to deal the same
/// values into arms of these sizes; past `enumerated` ways over that many drawn ones, where p = (hits + 1) / (draws +
/// 1). With n runs an arm p can't be below 2 / C(2n, n): 0.10 for 3, 0.029 for 4, 0.008 for 5. p = 1 for an empty arm.
PermutationTest rank_permutation_test(std::span<const double> before, std::span<const double> after,
                                      std::uint64_t seed = 1, std::size_t enumerated = 200000);

/// Holm's step-down adjustment, in the order given: S. Holm, Scandinavian Journal of Statistics 6, 1979.
std::vector<double> holm_adjusted(std::span<const double> p_values);

/// How many runs an arm needs so that a change by the factor `ratio` is found with this power at this two-sided level,
/// when the logarithms of the runs spread by `log_deviation`; the normal approximation with two runs more for the
/// t distribution (J. Cohen, "Statistical Power Analysis for the Behavioral Sciences", 2nd edition, 1988, section 2.4),
/// and never fewer than the rank test needs to reach the level. Absent for a ratio of 1 and for no spread known.
std::optional<std::size_t> runs_needed(double log_deviation, double ratio, double level, double power = 0.8);

/// The spread of the runs' logarithms within both arms together; absent for fewer than two runs in each.
std::optional<double> pooled_log_deviation(std::span<const double> before, std::span<const double> after);

}  // namespace ihc::stats
