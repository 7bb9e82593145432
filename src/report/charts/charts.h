// The figures of a report: each a pure function from plain values to one SVG document. The same text stands inline in
// the HTML and as a file beside report.md. No meaning is carried by colour alone: fills differ in lightness or are
// hatched, and every bar has its number beside it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/input.h"
#include "report/model/model.h"
#include "report/words.h"

namespace ihc::report {

/// A figure and the file name that image nodes in the Markdown call it by.
struct Figure {
  std::string name;  ///< "figure-risk.svg"
  std::string svg;
};

/// The risk index as a bar on 0…100 with the interval up to `index_upper` hatched and the levels' limits marked.
struct RiskBar {
  std::string level;
  double index = 0;
  double index_upper = 0;
  std::optional<RiskMarks> marks;
};
std::string risk_bar_svg(const RiskBar& risk, const Words& words);

/// One such bar for each domain.
struct DomainBar {
  std::string label;
  std::string level;
  std::string coverage;
  double index = 0;
  double index_upper = 0;
};
std::string domain_bars_svg(const std::vector<DomainBar>& domains, const Words& words);

/// NUMA nodes within their packages, with CPUs, memory, the devices attached to each, and the CPUs that each worker may
/// use. A device whose node is not known stands in a box that says so. `facts` is the facts document.
std::string topology_svg(const Json& facts, const Words& words);

/// Where each worker's memory lies: one bar a worker, split by node.
std::string worker_memory_svg(const Json& facts, const Words& words);

/// The figures that `model.figures` names, by name.
std::vector<Figure> make_figures(const ReportInput& input, const Model& model, const Words& words);

}  // namespace ihc::report
