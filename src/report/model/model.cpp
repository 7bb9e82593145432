#include "report/model/model.h"

#include <algorithm>

#include "base/json_read.h"

namespace ihc::report {

namespace {

bool has_placement(const Json& facts) {
  const Json& workers = list_at(facts, "workers");
  return std::any_of(workers.begin(), workers.end(), [](const Json& worker) {
    const Json& bytes = at(worker, "bytes_by_node");
    return bytes.is_object() && !bytes.empty();
  });
}

}  // namespace

Model make_model(const ReportInput& input, const Words& words) {
  EvidenceIndex evidence(input.evidence);
  Model model;
  model.cover = make_cover(input, words);
  model.risk = make_risk(input, words);
  model.findings = make_findings(input, evidence, words);
  model.checklist = make_checklist(input, words);
  model.not_assessed = make_not_assessed(input, words);
  model.node = make_node(input, words);
  model.conditions = make_conditions(input, words);
  model.evidence = evidence.to_model(words);
  model.story = make_story(input, words);
  model.stated = make_stated(input, words);
  model.benchmarks = make_benchmarks(input, words);
  model.figures.risk = number_at(at(input.findings, "risk"), "index").has_value();
  model.figures.domains = !model.risk.domains.empty();
  model.figures.topology = !list_at(at(input.facts, "topology"), "numa_nodes").empty();
  model.figures.memory = has_placement(input.facts);
  return model;
}

}  // namespace ihc::report
