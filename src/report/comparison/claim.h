// The two sentences that a comparison comes to: the claim, ready to paste, and the verdict for whoever pays. What they
// are made of is here; how they read, in templates/comparison/claim.txt and verdict.txt.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "facts/describe.h"
#include "report/compared_pair.h"
#include "report/comparison/conditions_view.h"
#include "report/comparison/measured.h"
#include "report/comparison/texts.h"
#include "report/template_set.h"

namespace ihc::report {

struct ClaimCondition {
  std::string name;
  std::string value;
};

struct Claim {
  bool is_possible = false;  ///< the two may be compared, and something was measured with a verdict
  bool is_complete = false;  ///< and nothing that must be said with it is missing
  MetricLine metric;
  std::vector<ClaimCondition> conditions;
  std::string under_test;
  std::string also_different;
  std::string missing;
  std::string synthetic_penalty;
};

struct VerdictView {
  std::string before;
  std::string after;
  bool is_not_comparable = false;
  bool is_unmeasured = false;
  bool is_improved = false;
  bool is_regressed = false;
  bool is_mixed = false;
  bool is_equivalent = false;
  bool is_inconclusive = false;
  std::string reason;
  std::string also_different;
  MetricLine metric;
  std::string better;
  std::string worse;
  std::string equal;
  std::string undecided;
  std::string margin;
  std::string synthetic_penalty;
};

Claim make_claim(const ComparedPair& pair, const ComparisonTexts& texts);
VerdictView make_verdict(const ComparedPair& pair, const Measured& measured, const Compared& compared,
                         const ComparisonTexts& texts);

/// The claim on one line; "" where it is not complete: it is not printed without one of its conditions. Fails where
/// the template can't be filled.
Result<std::string> claim_sentence(const ComparedPair& pair, const TemplateSet& templates);
/// Fails likewise.
Result<std::string> verdict_sentence(const VerdictView& verdict, const TemplateSet& templates);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::ClaimCondition> {
  using T = report::ClaimCondition;
  static constexpr std::string_view kName = "claim_condition";
  static constexpr auto kFields = std::tuple{field("name", &T::name, "for people"), field("value", &T::value, "of it")};
};

template <>
struct Describe<report::Claim> {
  using T = report::Claim;
  static constexpr std::string_view kName = "claim";
  static constexpr auto kFields =
      std::tuple{field("is_possible", &T::is_possible, "the two may be compared, and a verdict was reached"),
                 field("is_complete", &T::is_complete, "and nothing that must be said with it is missing"),
                 field("metric", &T::metric, "what it is about"),
                 field("conditions", &T::conditions, "what must be said with it"),
                 field("under_test", &T::under_test, "what was changed; or empty"),
                 field("also_different", &T::also_different, "conditions in the way, with commas; or empty"),
                 field("missing", &T::missing, "conditions that are not known, with commas; or empty"),
                 field("synthetic_penalty", &T::synthetic_penalty, "memory was slowed by hand; or empty")};
};

template <>
struct Describe<report::VerdictView> {
  using T = report::VerdictView;
  static constexpr std::string_view kName = "verdict_view";
  static constexpr auto kFields =
      std::tuple{field("before", &T::before, "label of the one arm"),
                 field("after", &T::after, "and of the other"),
                 field("is_not_comparable", &T::is_not_comparable, "the two may not be compared"),
                 field("is_unmeasured", &T::is_unmeasured, "no headline metric was measured in both"),
                 field("is_improved", &T::is_improved, "some got better, none worse"),
                 field("is_regressed", &T::is_regressed, "some got worse, none better"),
                 field("is_mixed", &T::is_mixed, "some got better and some worse"),
                 field("is_equivalent", &T::is_equivalent, "all are shown to be the same"),
                 field("is_inconclusive", &T::is_inconclusive, "none of these is shown"),
                 field("reason", &T::reason, "why they may not be compared"),
                 field("also_different", &T::also_different, "conditions in the way, with commas; or empty"),
                 field("metric", &T::metric, "the headline metric that the sentence is about"),
                 field("better", &T::better, "headline metrics, with commas; or empty"),
                 field("worse", &T::worse, "likewise"),
                 field("equal", &T::equal, "shown to be the same; likewise"),
                 field("undecided", &T::undecided, "likewise"),
                 field("margin", &T::margin, "the least change worth acting on"),
                 field("synthetic_penalty", &T::synthetic_penalty, "memory was slowed by hand; or empty")};
};

}  // namespace ihc
