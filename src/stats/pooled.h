// Quantiles of several runs taken together.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace ihc::stats {

/// Runs whose samples are each in ascending order; none of them is copied.
using Pool = std::vector<std::span<const double>>;

std::size_t pooled_count(const Pool& runs);

/// The nearest-rank quantile x(⌈np⌉) of all their samples together; nothing for no samples or a probability outside
/// [0, 1]. It is found by halving within each run, so runs of millions of samples are neither merged nor sorted again.
std::optional<double> pooled_quantile(const Pool& runs, double probability);

}  // namespace ihc::stats
