// What was not measured, by reason: never "fine", and always with what would change it.
#pragma once

#include "facts/describe.h"
#include "report/input.h"
#include "report/words.h"

namespace ihc::report {

struct NotAssessedCheck {
  std::string title;
  std::string rule;
  std::string subjects;
  std::string hint;
};

struct NotAssessedReason {
  std::string label;
  std::string explanation;
  std::string hint;
  std::string count;
  std::vector<NotAssessedCheck> checks;
};

struct ProviderQuestion {
  std::string title;
  std::string question;
};

struct NotAssessed {
  std::vector<NotAssessedReason> reasons;
  std::vector<ProviderQuestion> questions;
  std::vector<NotAssessedReason> not_applicable;
};

NotAssessed make_not_assessed(const ReportInput& input, const Words& words);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::NotAssessedCheck> {
  using T = report::NotAssessedCheck;
  static constexpr std::string_view kName = "not_assessed_check";
  static constexpr auto kFields =
      std::tuple{field("title", &T::title, "the rule's title"), field("rule", &T::rule, "rule id"),
                 field("subjects", &T::subjects, "what it would have been about"),
                 field("hint", &T::hint, "what to do; empty when the reason's hint says it")};
};

template <>
struct Describe<report::NotAssessedReason> {
  using T = report::NotAssessedReason;
  static constexpr std::string_view kName = "not_assessed_reason";
  static constexpr auto kFields = std::tuple{
      field("label", &T::label, "the reason in words"), field("explanation", &T::explanation, "what it means"),
      field("hint", &T::hint, "what to do to have it assessed"), field("count", &T::count, "how many checks"),
      field("checks", &T::checks, "which")};
};

template <>
struct Describe<report::ProviderQuestion> {
  using T = report::ProviderQuestion;
  static constexpr std::string_view kName = "provider_question";
  static constexpr auto kFields = std::tuple{field("title", &T::title, "the check that only the host can answer"),
                                             field("question", &T::question, "what to ask")};
};

template <>
struct Describe<report::NotAssessed> {
  using T = report::NotAssessed;
  static constexpr std::string_view kName = "not_assessed";
  static constexpr auto kFields =
      std::tuple{field("reasons", &T::reasons, "by reason, most checks first"),
                 field("questions", &T::questions, "what only the provider of this machine can know"),
                 field("not_applicable", &T::not_applicable, "what this machine structurally lacks")};
};

}  // namespace ihc
