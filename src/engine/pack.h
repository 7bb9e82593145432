// Rule packs: YAML with positions → rules with parsed and checked expressions, or diagnostics with file, line and
// caret.
//
//   pack: {name: topology, version: "1", domain: topology}
//   rules:
//     - id: topo-numa-hidden
//       version: 1
//       title: Multi-socket machine presented as one NUMA node
//       applies_when: size(facts.topology.packages) > 1
//       fails_when: facts.topology.cpu_node_count == 1
//       severity: high
//       confidence: confirmed
//       words: {engineer: "…{{packages}}…", business: "…"}
//       …
//
// Names in expressions: `facts` (the facts document), `params` (the rule's own), the subject of `for_each`, and the
// names of `let` defined above. rules/README.md and rules/schema/pack.schema.json describe every key.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "base/resources.h"
#include "base/result.h"
#include "engine/expr/ast.h"
#include "engine/finding.h"
#include "engine/risk_table.h"

namespace ihc {

/// An expression and where it stands in its file (lines and columns from 1).
struct RuleExpression {
  expr::Expression expression;
  std::size_t line = 0;
  std::size_t column = 0;
};

struct Param {
  std::string name;
  Json value;  ///< the default, or what a profile says
  Json default_value;
  std::string unit;
  std::string about;
};

/// When `when` is false the rule is not judged, for this reason: host_side and structural make it not applicable, any
/// other reason code not assessed.
struct Guard {
  RuleExpression when;
  std::string reason;
  bool about_subject = false;  ///< it mentions the subject, directly or through `let`
};

struct RuleLevel {
  RuleExpression when;
  Severity severity = Severity::info;
  Confidence confidence = Confidence::suspected;
};

struct LetBinding {
  std::string name;
  RuleExpression value;
};

struct ForEach {
  RuleExpression in;
  std::string as;
  RuleExpression key;  ///< gives the subject_key, a string
};

struct Words {
  std::string engineer;
  std::string business;
};

/// What the rules of a pack look at: one node's facts, or two arms side by side (facts.comparison).
enum class Judges { node, comparison };

struct Rule {
  std::string id;
  int version = 1;
  std::string title;
  std::string pack;
  std::string pack_version;
  std::string domain;
  Judges judges = Judges::node;  ///< of its pack
  std::string group;             ///< root cause; the rule's own id when it shares none
  std::vector<std::string> tags;
  std::vector<std::string> checklist;
  std::vector<Param> params;
  std::optional<RuleExpression> applies_when;
  bool applies_about_subject = false;
  std::vector<Guard> requires_all;  ///< "requires" in YAML
  std::optional<ForEach> for_each;
  std::vector<LetBinding> let;
  std::vector<RuleLevel> levels;  ///< one for `fails_when`
  Words words;
  Recommendation recommendation;
  Impact impact;
  std::vector<Reference> references;
  std::string file;
  std::size_t line = 0;

  Severity severity_max() const;
  Confidence confidence_max() const;  ///< of the levels with the highest severity
};

struct PackInfo {
  std::string name;
  std::string version;
  std::string domain;
  Judges judges = Judges::node;  ///< `judges` in YAML
  std::string file;
};

/// A rule that the chosen profile turns off, and why.
struct RuleOff {
  std::string rule;
  std::string reason;
};

struct RulePack {
  std::vector<PackInfo> packs;  ///< by name
  std::vector<Rule> rules;      ///< by id
  std::vector<RuleOff> off;
  std::string profile;  ///< name of the profile applied; empty: none
  RiskTable risk;

  const Rule* find(std::string_view id) const;
};

struct LoadedPack {
  RulePack pack;
  std::vector<Diagnostic> diagnostics;  ///< with an error among them the pack must not be used
};

/// Reads packs/*.yaml, params/*.yaml and risk.yaml among `resources` (from load_resources("rules", …)); all that is
/// wrong is reported, not only the first thing. `profile` names a file of params/ without its ending; empty: defaults.
LoadedPack load_rule_pack(const std::vector<Resource>& resources, const std::string& profile = {});

/// The shipped rules with those of another folder over them: a rule of the same id replaces the shipped one, and so do
/// risk.yaml and a profile of the same name.
LoadedPack load_rule_pack(const std::vector<Resource>& shipped, const std::vector<Resource>& own,
                          const std::string& profile);

}  // namespace ihc
