#include "engine/explain.h"

#include <map>
#include <type_traits>
#include <variant>

#include "engine/evaluate.h"
#include "engine/expr/unparse.h"
#include "engine/judgement.h"

namespace ihc {

namespace {

using expr::Node;

// A child that lives as long as its tree.
using NodeHandle = std::shared_ptr<const Node>;

void add_child(std::vector<const Node*>& children, const expr::NodePtr& child) {
  if (child) children.push_back(child.get());
}

// The parts worth a line of their own: not literals, not the facts path that a longer path begins with, not what a
// macro's variables belong to.
std::vector<const Node*> parts_of(const Node& node) {
  std::vector<const Node*> children;
  std::visit(
      [&children](const auto& form) {
        using Form = std::decay_t<decltype(form)>;
        if constexpr (std::is_same_v<Form, expr::Unary>) {
          add_child(children, form.operand);
        } else if constexpr (std::is_same_v<Form, expr::Binary>) {
          add_child(children, form.left);
          add_child(children, form.right);
        } else if constexpr (std::is_same_v<Form, expr::Logical>) {
          for (const expr::NodePtr& term : form.terms) add_child(children, term);
        } else if constexpr (std::is_same_v<Form, expr::Conditional>) {
          add_child(children, form.condition);
          add_child(children, form.when_true);
          add_child(children, form.when_false);
        } else if constexpr (std::is_same_v<Form, expr::Call>) {
          add_child(children, form.target);
          for (const expr::NodePtr& argument : form.arguments) add_child(children, argument);
        } else if constexpr (std::is_same_v<Form, expr::Index>) {
          add_child(children, form.operand);
          add_child(children, form.key);
        } else if constexpr (std::is_same_v<Form, expr::Macro>) {
          add_child(children, form.range);
        }
      },
      node.form);
  return children;
}

bool is_literal(const Node& node) { return std::holds_alternative<expr::Literal>(node.form); }

void explain_node(Judgement& judgement, const NodeHandle& node, std::size_t depth, std::vector<ExplainedPart>& parts) {
  ExplainedPart part{.depth = depth, .source = unparse(*node)};
  const expr::Value value = judgement.value(expr::Expression{part.source, node});
  if (const expr::EvalError* error = value.error()) {
    part.error = error->message;
  } else {
    part.value = expr::to_json(value);
  }
  parts.push_back(std::move(part));
  for (const Node* child : parts_of(*node)) {
    if (!is_literal(*child)) explain_node(judgement, NodeHandle(node, child), depth + 1, parts);
  }
}

/// Takes one judgement's expressions apart.
class Explainer {
 public:
  Explainer(const Rule& rule, const Json& facts) : rule_(rule), judgement_(rule, facts) {}

  void set_subject(const expr::Value& subject) { judgement_.set_subject(subject); }
  expr::Value range() { return judgement_.value(rule_.for_each->in); }

  void guards(Stage stage, std::vector<ExplainedExpression>& out) {
    const bool about_subject = stage == Stage::subject;
    if (rule_.applies_when && rule_.applies_about_subject == about_subject)
      add("applies_when", *rule_.applies_when, out);
    for (const Guard& guard : rule_.requires_all) {
      if (guard.about_subject == about_subject) add("requires, else " + guard.reason, guard.when, out);
    }
  }
  void range_of_subjects(std::vector<ExplainedExpression>& out) { add("for_each", rule_.for_each->in, out); }
  void levels(std::vector<ExplainedExpression>& out) {
    for (const LetBinding& let : rule_.let) add("let " + let.name, let.value, out);
    for (const RuleLevel& level : rule_.levels) {
      add("fails, " + std::string(to_string(level.severity)) + " and " + std::string(to_string(level.confidence)),
          level.when, out);
    }
  }

 private:
  void add(std::string role, const RuleExpression& expression, std::vector<ExplainedExpression>& out) {
    ExplainedExpression explained{.role = std::move(role)};
    explain_node(judgement_, expression.expression.root, 0, explained.parts);
    out.push_back(std::move(explained));
  }

  const Rule& rule_;
  Judgement judgement_;
};

// The subjects by the name that their findings carry.
std::map<std::string, expr::Value> subjects_by_key(const Rule& rule, const Json& facts, Explainer& explainer) {
  std::map<std::string, expr::Value> subjects;
  if (!rule.for_each) return subjects;
  const expr::Value range = explainer.range();
  const auto* list = range.as<expr::List>();
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const expr::Value subject = element(*list, i);
    subjects.emplace(judge_subject(rule, facts, subject).subject_key, subject);
  }
  return subjects;
}

}  // namespace

std::vector<ExplainedSubject> explain(const Rule& rule, const Json& facts) {
  std::vector<ExplainedSubject> explained;
  Explainer node(rule, facts);
  const std::map<std::string, expr::Value> subjects = subjects_by_key(rule, facts, node);
  for (Finding& finding : evaluate_rule(rule, facts)) {
    ExplainedSubject entry;
    node.guards(Stage::node, entry.expressions);
    if (!rule.for_each) {
      node.levels(entry.expressions);
    } else if (const auto subject = subjects.find(finding.subject_key); subject != subjects.end()) {
      Explainer about_subject(rule, facts);
      about_subject.set_subject(subject->second);
      about_subject.guards(Stage::subject, entry.expressions);
      about_subject.levels(entry.expressions);
    } else {
      node.range_of_subjects(entry.expressions);
    }
    entry.finding = std::move(finding);
    explained.push_back(std::move(entry));
  }
  return explained;
}

}  // namespace ihc
