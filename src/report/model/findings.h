// Findings three ways: cards for engineers, the short list for who pays, and what was found in order.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "facts/describe.h"
#include "report/input.h"
#include "report/model/evidence.h"
#include "report/words.h"

namespace ihc::report {

struct ObservedFact {
  std::string fact;
  std::string value;
  std::vector<Citation> evidence;
};

struct Reference {
  std::string title;
  std::string url;
};

struct FindingCard {
  std::string id;
  std::string anchor;
  std::string rule;
  std::string title;
  std::string domain;
  std::string severity;
  std::string confidence;
  std::string subject;
  std::string engineer;
  std::string business;
  std::string waiver;
  std::vector<ObservedFact> facts;
  std::string facts_left_out;
  std::string what_to_do;
  std::string verify;
  std::string undo;
  std::string effort;
  std::string impact_kind;
  std::string impact;
  std::string impact_source;
  std::string impact_hardware;
  std::vector<Reference> references;
};

struct BusinessFinding {
  std::string number;
  std::string title;
  std::string text;
  std::string severity;
  std::string confidence;
  std::string domain;
  std::vector<Citation> ids;
  std::string more;
};

struct BusinessRecommendation {
  std::string number;
  std::string text;
  std::string effort;
  std::string impact_kind;
  std::string impact;
  std::string impact_source;
  std::string impact_hardware;
  std::vector<Citation> ids;
};

struct PassedCheck {
  std::string title;
  std::string rule;
  std::string domain;
  std::string subjects;
  std::vector<Citation> evidence;
};

struct Counts {
  std::string total;
  std::string failed;
  std::string passed;
  std::string not_assessed;
  std::string not_applicable;
  bool any_failed = false;
};

struct Findings {
  Counts counts;
  std::vector<FindingCard> cards;
  std::vector<BusinessFinding> business;
  std::vector<BusinessRecommendation> recommendations;
  std::vector<PassedCheck> passed;
};

/// Cards are numbered F1… by what they add to the risk; evidence is numbered as it is first cited.
Findings make_findings(const ReportInput& input, EvidenceIndex& evidence, const Words& words);

/// The failed findings by rule and subject_key, with the numbers that make_findings() gives them.
using FindingIds = std::map<std::pair<std::string, std::string>, std::string>;
FindingIds finding_ids(const Json& findings);

/// The failed findings in the order of their numbers: by what each adds to the risk, then severity, rule, subject.
std::vector<const Json*> ranked_failures(const Json& findings);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::ObservedFact> {
  using T = report::ObservedFact;
  static constexpr std::string_view kName = "observed_fact";
  static constexpr auto kFields = std::tuple{field("fact", &T::fact, "JSON pointer into the facts"),
                                             field("value", &T::value, "its value, cut when long"),
                                             field("evidence", &T::evidence, "rows of the appendix")};
};

template <>
struct Describe<report::Reference> {
  using T = report::Reference;
  static constexpr std::string_view kName = "reference";
  static constexpr auto kFields =
      std::tuple{field("title", &T::title, "title, or the address"), field("url", &T::url, "address")};
};

template <>
struct Describe<report::FindingCard> {
  using T = report::FindingCard;
  static constexpr std::string_view kName = "finding_card";
  static constexpr auto kFields =
      std::tuple{field("id", &T::id, "F1, F2, …"),
                 field("anchor", &T::anchor, "f1: the heading's id"),
                 field("rule", &T::rule, "rule id"),
                 field("title", &T::title, "the rule's title"),
                 field("domain", &T::domain, "in words"),
                 field("severity", &T::severity, "in words"),
                 field("confidence", &T::confidence, "in words"),
                 field("subject", &T::subject, "what it is about; empty for the node"),
                 field("engineer", &T::engineer, "what is wrong, for engineers"),
                 field("business", &T::business, "what it means, for who pays"),
                 field("waiver", &T::waiver, "who accepted it, why and until when; empty when not waived"),
                 field("facts", &T::facts, "the facts that the rule read"),
                 field("facts_left_out", &T::facts_left_out, "how many more facts findings.json has; empty: none"),
                 field("what_to_do", &T::what_to_do, "recommendation"),
                 field("verify", &T::verify, "how to see that it worked"),
                 field("undo", &T::undo, "how to take it back"),
                 field("effort", &T::effort, "in the rule's words"),
                 field("impact_kind", &T::impact_kind, "measured here, published elsewhere, or qualitative"),
                 field("impact", &T::impact, "expected impact"),
                 field("impact_source", &T::impact_source, "of a published impact"),
                 field("impact_hardware", &T::impact_hardware, "of a published impact"),
                 field("references", &T::references, "where to read more")};
};

template <>
struct Describe<report::BusinessFinding> {
  using T = report::BusinessFinding;
  static constexpr std::string_view kName = "business_finding";
  static constexpr auto kFields =
      std::tuple{field("number", &T::number, "1, 2, …"),
                 field("title", &T::title, "the rule's title"),
                 field("text", &T::text, "business language"),
                 field("severity", &T::severity, "in words"),
                 field("confidence", &T::confidence, "in words"),
                 field("domain", &T::domain, "in words"),
                 field("ids", &T::ids, "the cards of the same root cause"),
                 field("more", &T::more, "how many further findings share the root cause; empty: none")};
};

template <>
struct Describe<report::BusinessRecommendation> {
  using T = report::BusinessRecommendation;
  static constexpr std::string_view kName = "business_recommendation";
  static constexpr auto kFields =
      std::tuple{field("number", &T::number, "1, 2, …"),
                 field("text", &T::text, "what to do"),
                 field("effort", &T::effort, "in the rule's words"),
                 field("impact_kind", &T::impact_kind, "measured here, published elsewhere, or qualitative"),
                 field("impact", &T::impact, "expected impact"),
                 field("impact_source", &T::impact_source, "of a published impact"),
                 field("impact_hardware", &T::impact_hardware, "of a published impact"),
                 field("ids", &T::ids, "the cards that it answers")};
};

template <>
struct Describe<report::PassedCheck> {
  using T = report::PassedCheck;
  static constexpr std::string_view kName = "passed_check";
  static constexpr auto kFields =
      std::tuple{field("title", &T::title, "the rule's title"), field("rule", &T::rule, "rule id"),
                 field("domain", &T::domain, "in words"), field("subjects", &T::subjects, "what it held for"),
                 field("evidence", &T::evidence, "rows of the appendix")};
};

template <>
struct Describe<report::Counts> {
  using T = report::Counts;
  static constexpr std::string_view kName = "counts";
  static constexpr auto kFields = std::tuple{field("total", &T::total, "all results"),
                                             field("failed", &T::failed, "failed"),
                                             field("passed", &T::passed, "passed"),
                                             field("not_assessed", &T::not_assessed, "not assessed, errors included"),
                                             field("not_applicable", &T::not_applicable, "not applicable"),
                                             field("any_failed", &T::any_failed, "whether anything failed")};
};

template <>
struct Describe<report::Findings> {
  using T = report::Findings;
  static constexpr std::string_view kName = "findings";
  static constexpr auto kFields =
      std::tuple{field("counts", &T::counts, "how many results of each kind"),
                 field("cards", &T::cards, "every failed finding, for engineers"),
                 field("business", &T::business, "the three to five that matter most, one a root cause"),
                 field("recommendations", &T::recommendations, "three to five, one a root cause"),
                 field("passed", &T::passed, "what was checked and found in order, one row a rule")};
};

}  // namespace ihc
