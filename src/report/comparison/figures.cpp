#include "report/comparison/figures.h"

#include "base/json_read.h"
#include "report/charts/curves.h"
#include "report/comparison/texts.h"

namespace ihc::report {

namespace {

std::string numbered(std::size_t pair, std::size_t curve) {
  return std::to_string(pair) + "-" + std::to_string(curve) + ".svg";
}

std::vector<CurveStep> steps_of(const Json& points) {
  std::vector<CurveStep> steps;
  for (const Json& point : points) {
    const auto probability = number_at(point, "probability");
    if (probability) steps.push_back({*probability, number_at(point, "before"), number_at(point, "after")});
  }
  return steps;
}

}  // namespace

std::string distribution_figure_name(std::size_t pair, std::size_t curve) {
  return "figure-distribution-" + numbered(pair, curve);
}

std::string ladder_figure_name(std::size_t pair, std::size_t curve) {
  return "figure-percentiles-" + numbered(pair, curve);
}

std::vector<Figure> make_comparison_figures(const std::vector<ComparedPair>& pairs, const Words& words) {
  std::vector<Figure> figures;
  const ComparisonTexts texts(words);
  for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
    const Json& comparison = pairs[pair].comparison;
    const Json& curves = list_at(comparison, "curves");
    for (std::size_t at = 0; at < curves.size(); ++at) {
      const std::string metric = string_at(curves[at], "metric");
      ArmCurves drawn{.title = texts.metric(metric),
                      .unit = texts.unit(metric),
                      .before = string_at(ihc::at(comparison, "before"), "label"),
                      .after = string_at(ihc::at(comparison, "after"), "label"),
                      .steps = steps_of(list_at(curves[at], "points"))};
      figures.push_back({distribution_figure_name(pair + 1, at + 1), distribution_svg(drawn, words)});
      drawn.steps = steps_of(list_at(curves[at], "ladder"));
      figures.push_back({ladder_figure_name(pair + 1, at + 1), percentiles_svg(drawn, words)});
    }
  }
  return figures;
}

}  // namespace ihc::report
