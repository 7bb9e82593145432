#include "report/model/not_assessed.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/json_read.h"
#include "report/escape.h"

namespace ihc::report {

namespace {

constexpr std::size_t kMaxSubjects = 4;

struct Check {
  std::string title;
  std::string hint;
  std::vector<std::string> subjects;
};

std::string subjects_text(const std::vector<std::string>& subjects, const Words& words) {
  std::string text;
  for (std::size_t i = 0; i < std::min(subjects.size(), kMaxSubjects); ++i) text += (i == 0 ? "" : ", ") + subjects[i];
  if (subjects.size() > kMaxSubjects)
    text += ", " + words.text("states.and_more") + " " + std::to_string(subjects.size() - kMaxSubjects);
  return text.empty() ? words.text("states.the_node") : text;
}

// A result "error" is a rule that could not be evaluated: its reason here is a word of its own.
std::string reason_of(const Json& finding) {
  if (string_at(finding, "result") == "error") return "error";
  return string_at(finding, "reason");
}

using ChecksByReason = std::map<std::string, std::map<std::string, Check>>;

void add_check(ChecksByReason& reasons, const Json& finding) {
  Check& check = reasons[reason_of(finding)][string_at(finding, "rule")];
  check.title = one_line(string_at(finding, "title"));
  if (check.hint.empty()) check.hint = one_line(string_at(at(finding, "missing"), "hint"));
  const std::string subject = string_at(finding, "subject_key");
  if (!subject.empty()) check.subjects.push_back(subject);
}

std::vector<NotAssessedReason> to_model(const ChecksByReason& by_reason, const Words& words) {
  std::vector<NotAssessedReason> reasons;
  for (const auto& [code, checks] : by_reason) {
    NotAssessedReason reason{.label = words.text("reasons", code, "label"),
                             .explanation = words.text_or_empty("reasons", code, "explanation"),
                             .hint = words.text_or_empty("reasons", code, "hint"),
                             .count = std::to_string(checks.size()),
                             .checks = {}};
    for (const auto& [rule, check] : checks) {
      reason.checks.push_back(
          {.title = check.title, .rule = rule, .subjects = subjects_text(check.subjects, words), .hint = check.hint});
    }
    reasons.push_back(std::move(reason));
  }
  std::stable_sort(reasons.begin(), reasons.end(), [](const NotAssessedReason& a, const NotAssessedReason& b) {
    return a.checks.size() > b.checks.size();
  });
  return reasons;
}

ProviderQuestion make_question(const Json& finding, const Words& words) {
  return {.title = one_line(string_at(finding, "title")),
          .question = words.text_or_empty("questions", string_at(finding, "rule"), "text")};
}

}  // namespace

NotAssessed make_not_assessed(const ReportInput& input, const Words& words) {
  ChecksByReason not_assessed;
  ChecksByReason not_applicable;
  std::map<std::string, ProviderQuestion> questions;
  for (const Json& finding : list_at(input.findings, "findings")) {
    const std::string result = string_at(finding, "result");
    if (string_at(finding, "reason") == "host_side") {
      questions.emplace(string_at(finding, "rule"), make_question(finding, words));
    } else if (result == "not_assessed" || result == "error") {
      add_check(not_assessed, finding);
    } else if (result == "not_applicable") {
      add_check(not_applicable, finding);
    }
  }
  NotAssessed model;
  model.reasons = to_model(not_assessed, words);
  model.not_applicable = to_model(not_applicable, words);
  for (auto& [rule, question] : questions) model.questions.push_back(std::move(question));
  return model;
}

}  // namespace ihc::report
