// Whether two things that were measured at the same moments rise and fall together.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace ihc::stats {

/// The rank of each value, from 1; equal values share the middle of their ranks.
std::vector<double> middle_ranks(std::span<const double> values);

/// C. Spearman's rank correlation, "The Proof and Measurement of Association between Two Things", American Journal of
/// Psychology 15, 1904: from −1 (one falls whenever the other rises) to 1. Ranks, because a tail of latencies would
/// decide a correlation of values by itself. Absent for fewer than three pairs, for two lengths, and where one of them
/// never changes.
std::optional<double> rank_correlation(std::span<const double> x, std::span<const double> y);

}  // namespace ihc::stats
