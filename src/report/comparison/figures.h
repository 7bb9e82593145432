// The figures of a comparison: for each latency whose samples both arms have, how its values are spread and how its
// percentiles climb.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/charts/charts.h"
#include "report/compared_pair.h"
#include "report/words.h"

namespace ihc::report {

/// Both numbers from 1; names hold nothing that a bundle says.
std::string distribution_figure_name(std::size_t pair, std::size_t curve);
std::string ladder_figure_name(std::size_t pair, std::size_t curve);

std::vector<Figure> make_comparison_figures(const std::vector<ComparedPair>& pairs, const Words& words);

}  // namespace ihc::report
