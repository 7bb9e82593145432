// The risk level with its arithmetic: what is printed can be computed again by hand.
#pragma once

#include "facts/describe.h"
#include "report/input.h"
#include "report/words.h"

namespace ihc::report {

struct RiskTerm {
  std::string title;
  std::string subject;
  std::string group;
  std::string severity;
  std::string confidence;
  std::string weight;
  std::string confidence_value;
  std::string share;
  std::string counted;
};

struct RiskDomain {
  std::string label;
  std::string level;
  std::string index;
  std::string index_upper;
  std::string coverage;
  std::string failed;
  std::string passed;
  std::string not_assessed;
};

struct RiskStep {
  std::string title;
  std::string subject;
  std::string what;
};

struct Risk {
  std::string level;
  std::string headline;
  std::string index;
  std::string index_upper;
  std::string coverage;
  std::string coverage_assessed;
  std::string coverage_applicable;
  bool is_low = false;
  bool is_medium = false;
  bool is_high = false;
  bool is_provisional = false;
  bool is_open = false;
  std::vector<std::string> reasons;
  std::vector<RiskTerm> terms;
  std::string product;
  std::vector<RiskDomain> domains;
  std::vector<RiskStep> to_low;
};

Risk make_risk(const ReportInput& input, const Words& words);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::RiskTerm> {
  using T = report::RiskTerm;
  static constexpr std::string_view kName = "risk_term";
  static constexpr auto kFields =
      std::tuple{field("title", &T::title, "the finding"),
                 field("subject", &T::subject, "what it is about; empty for the node"),
                 field("group", &T::group, "root cause"),
                 field("severity", &T::severity, "in words"),
                 field("confidence", &T::confidence, "in words"),
                 field("weight", &T::weight, "weight of the severity"),
                 field("confidence_value", &T::confidence_value, "number of the confidence"),
                 field("share", &T::share, "1 for the largest of its root cause, less for the others"),
                 field("counted", &T::counted, "weight × confidence × share")};
};

template <>
struct Describe<report::RiskDomain> {
  using T = report::RiskDomain;
  static constexpr std::string_view kName = "risk_domain";
  static constexpr auto kFields = std::tuple{field("label", &T::label, "the domain in words"),
                                             field("level", &T::level, "in words"),
                                             field("index", &T::index, "0 to 100, from what failed"),
                                             field("index_upper", &T::index_upper, "as if the rest had failed too"),
                                             field("coverage", &T::coverage, "share of the checks that were assessed"),
                                             field("failed", &T::failed, "number of failed checks"),
                                             field("passed", &T::passed, "number of passed checks"),
                                             field("not_assessed", &T::not_assessed, "number not assessed")};
};

template <>
struct Describe<report::RiskStep> {
  using T = report::RiskStep;
  static constexpr std::string_view kName = "risk_step";
  static constexpr auto kFields = std::tuple{field("title", &T::title, "the finding, check or checklist item"),
                                             field("subject", &T::subject, "what it is about; empty for the node"),
                                             field("what", &T::what, "what to do: fix it, or how to get the evidence")};
};

template <>
struct Describe<report::Risk> {
  using T = report::Risk;
  static constexpr std::string_view kName = "risk";
  static constexpr auto kFields =
      std::tuple{field("level", &T::level, "Low, Medium or High"),
                 field("headline", &T::headline, "what the level means, one sentence"),
                 field("index", &T::index, "0 to 100, from what failed"),
                 field("index_upper", &T::index_upper, "as if all that was not assessed had failed too"),
                 field("coverage", &T::coverage, "share of the applicable checks that were assessed, weighted"),
                 field("coverage_assessed", &T::coverage_assessed, "the weights behind it: assessed"),
                 field("coverage_applicable", &T::coverage_applicable, "the weights behind it: applicable"),
                 field("is_low", &T::is_low, "level low"),
                 field("is_medium", &T::is_medium, "level medium"),
                 field("is_high", &T::is_high, "level high"),
                 field("is_provisional", &T::is_provisional, "coverage is thin"),
                 field("is_open", &T::is_open, "index and index_upper differ: something was not assessed"),
                 field("reasons", &T::reasons, "why this level, one sentence each"),
                 field("terms", &T::terms, "the factors of the index, largest first"),
                 field("product", &T::product, "the product with its numbers; empty when nothing failed"),
                 field("domains", &T::domains, "one row a domain"),
                 field("to_low", &T::to_low, "what stands between this node and a level low")};
};

}  // namespace ihc
