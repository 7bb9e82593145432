// The one document that templates see: findings, facts and manifest as texts ready to print. `ihc report --model`
// prints it.
#pragma once

#include "facts/describe.h"
#include "report/input.h"
#include "report/model/benchmarks.h"
#include "report/model/checklist.h"
#include "report/model/conditions.h"
#include "report/model/cover.h"
#include "report/model/evidence.h"
#include "report/model/findings.h"
#include "report/model/node.h"
#include "report/model/not_assessed.h"
#include "report/model/risk.h"
#include "report/model/stated.h"
#include "report/model/story.h"
#include "report/words.h"

namespace ihc::report {

/// Which figures this node has; a figure that would be empty is not drawn.
struct Figures {
  bool risk = false;
  bool domains = false;
  bool topology = false;
  bool memory = false;
};

struct Model {
  Cover cover;
  Risk risk;
  Findings findings;
  Checklist checklist;
  NotAssessed not_assessed;
  Node node;
  Conditions conditions;
  Evidence evidence;
  Story story;
  Stated stated;
  Benchmarks benchmarks;
  Figures figures;
};

/// A pure function of its input. Nothing in it is invented: what a document lacks reads as not known, with the reason.
Model make_model(const ReportInput& input, const Words& words);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::Figures> {
  using T = report::Figures;
  static constexpr std::string_view kName = "figures";
  static constexpr auto kFields = std::tuple{
      field("risk", &T::risk, "figure-risk.svg"), field("domains", &T::domains, "figure-domains.svg"),
      field("topology", &T::topology, "figure-topology.svg"), field("memory", &T::memory, "figure-memory.svg")};
};

template <>
struct Describe<report::Model> {
  using T = report::Model;
  static constexpr std::string_view kName = "model";
  static constexpr auto kFields = std::tuple{field("cover", &T::cover, "the first page"),
                                             field("risk", &T::risk, "the level and its arithmetic"),
                                             field("findings", &T::findings, "what is wrong and what to do"),
                                             field("checklist", &T::checklist, "five items"),
                                             field("not_assessed", &T::not_assessed, "what was not measured"),
                                             field("node", &T::node, "the machine as found"),
                                             field("conditions", &T::conditions, "how it was measured"),
                                             field("evidence", &T::evidence, "the appendix"),
                                             field("story", &T::story, "facts for the Feynman section"),
                                             field("stated", &T::stated, "what people state about the node"),
                                             field("benchmarks", &T::benchmarks, "what load generators measured"),
                                             field("figures", &T::figures, "which figures there are")};
};

}  // namespace ihc
