// Which figures a report has, from the documents they are drawn from.
#include <algorithm>

#include "base/json_read.h"
#include "report/charts/charts.h"

namespace ihc::report {

namespace {

std::string risk_figure(const ReportInput& input, const Model& model, const Words& words) {
  const Json& risk = at(input.findings, "risk");
  return risk_bar_svg({.level = model.risk.level,
                       .index = number_at(risk, "index").value_or(0),
                       .index_upper = number_at(risk, "index_upper").value_or(100),
                       .marks = input.risk_marks},
                      words);
}

std::string domain_figure(const ReportInput& input, const Model& model, const Words& words) {
  const Json& scopes = list_at(at(input.findings, "risk"), "domains");
  std::vector<DomainBar> bars;
  for (std::size_t i = 0; i < std::min(scopes.size(), model.risk.domains.size()); ++i) {
    const RiskDomain& domain = model.risk.domains[i];
    bars.push_back({.label = domain.label,
                    .level = domain.level,
                    .coverage = domain.coverage,
                    .index = number_at(scopes[i], "index").value_or(0),
                    .index_upper = number_at(scopes[i], "index_upper").value_or(100)});
  }
  return domain_bars_svg(bars, words);
}

}  // namespace

std::vector<Figure> make_figures(const ReportInput& input, const Model& model, const Words& words) {
  std::vector<Figure> figures;
  if (model.figures.domains) figures.push_back({"figure-domains.svg", domain_figure(input, model, words)});
  if (model.figures.memory) figures.push_back({"figure-memory.svg", worker_memory_svg(input.facts, words)});
  if (model.figures.risk) figures.push_back({"figure-risk.svg", risk_figure(input, model, words)});
  if (model.figures.topology) figures.push_back({"figure-topology.svg", topology_svg(input.facts, words)});
  return figures;
}

}  // namespace ihc::report
