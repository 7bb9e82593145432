// One rule on one subject (or the node): its names, the facts read so far, and what is left to spend. Shared by the
// evaluation of a pack and by the explanation of one rule.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/expr/evaluator.h"
#include "engine/finding.h"
#include "engine/pack.h"

namespace ihc {

class Judgement {
 public:
  /// `rule` and `facts` outlive the judgement.
  Judgement(const Rule& rule, const Json& facts);

  /// The element of the rule's `for_each` that is judged.
  void set_subject(const expr::Value& subject);
  /// An expression of the rule, or a part of one. What it reads becomes evidence.
  expr::Value value(const expr::Expression& expression);
  expr::Value value(const RuleExpression& expression) { return value(expression.expression); }

  /// A finding that refuses to judge, when a condition does not hold or cannot be evaluated; nothing when it holds.
  std::optional<Finding> refused_by(const RuleExpression& condition, const std::string& reason);
  /// The first level that holds. Where evidence for one before it is missing, the failure stands, but how severe it is
  /// at most is not known; with no level that holds, the rule is not judged.
  Finding judged();
  Finding without_judgement(const std::string& reason);
  /// An expression without a value: evidence is missing, or the rule does not fit the facts.
  Finding failed(const expr::EvalError& error);
  static expr::EvalError not_a_condition(const expr::Value& value);

 private:
  struct Absence {
    std::string reason;
    MissingEvidence missing;
  };

  Finding finding(FindingResult result) const;
  Absence missing_for(const expr::EvalError& error) const;
  std::optional<std::string> words_value(const std::string& name);
  std::string fill(const std::string& text, std::vector<std::string>& gaps);
  void fill_recommendation(Finding& made);
  Finding failure_at(const RuleLevel& level);

  const Rule& rule_;
  const Json& facts_;
  expr::Bindings bindings_;
  expr::Trail trail_;
  expr::Budget budget_;
};

enum class Stage { node, subject };

/// Guards in the order written: applies_when, then requires; those about the subject wait for it.
std::optional<Finding> refused_by_guards(const Rule& rule, Judgement& judgement, Stage stage);

/// The subject's name, judged by the rule's `key`; every guard about the subject is looked at.
Finding judge_subject(const Rule& rule, const Json& facts, const expr::Value& subject);

}  // namespace ihc
