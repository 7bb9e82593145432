// Were the two measured under the same conditions: what differs and what is not known, what was the same, both ladders
// of the protocol, what the rules of comparison say of it, and what would make the two comparable.
#pragma once

#include "facts/describe.h"
#include "report/compared_pair.h"
#include "report/comparison/texts.h"

namespace ihc::report {

struct ConditionLine {
  std::string title;
  std::string key;
  std::string before;
  std::string after;
  std::string state;
  std::string role;
  std::string moves;
  std::string why;
  std::string recognised_by;
  bool is_confounder = false;
  bool is_unknown = false;
  bool is_treatment = false;
  bool varies_within_arm = false;
};

/// A rung of the reproducibility ladder, or a row of the lab/production table.
struct LadderStep {
  std::string number;
  std::string title;
  std::string state;
  bool is_held = false;
};

/// A rule of comparison that failed.
struct Objection {
  std::string title;
  std::string severity;
  std::string engineer;
  std::string business;
  std::string what_to_do;
  std::string verify;
  bool is_blocking = false;
};

struct Compared {
  std::vector<ConditionLine> open;  ///< differing or unknown, those first that can move the number most
  std::vector<ConditionLine> same;
  std::string confounders;
  std::string unknowns;
  std::string treatments;
  std::string same_count;
  std::string treatment_titles;
  std::vector<LadderStep> rungs;
  std::string rungs_held;
  std::string rungs_total;
  std::vector<LadderStep> lab_rows;
  std::string lab_rows_same;
  std::string lab_rows_known;
  std::vector<Objection> objections;
  bool is_blocked = false;
};

Compared make_compared(const ComparedPair& pair, const ComparisonTexts& texts);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::ConditionLine> {
  using T = report::ConditionLine;
  static constexpr std::string_view kName = "condition_line";
  static constexpr auto kFields =
      std::tuple{field("title", &T::title, "for people"),
                 field("key", &T::key, "as --expect names it"),
                 field("before", &T::before, "its value; empty where it is not known"),
                 field("after", &T::after, "likewise"),
                 field("state", &T::state, "the same, different, not known"),
                 field("role", &T::role, "the same, under test, in the way, unknown"),
                 field("moves", &T::moves, "how much it can move the number"),
                 field("why", &T::why, "of an unknown one: the reason, and the fact that is lacking"),
                 field("recognised_by", &T::recognised_by, "rules that asked for the change"),
                 field("is_confounder", &T::is_confounder, "its role"),
                 field("is_unknown", &T::is_unknown, "its role"),
                 field("is_treatment", &T::is_treatment, "its role"),
                 field("varies_within_arm", &T::varies_within_arm, "bundles of one arm differ among themselves")};
};

template <>
struct Describe<report::LadderStep> {
  using T = report::LadderStep;
  static constexpr std::string_view kName = "ladder_step";
  static constexpr auto kFields =
      std::tuple{field("number", &T::number, "from 1"), field("title", &T::title, "of its condition"),
                 field("state", &T::state, "the same, under test, in the way, unknown"),
                 field("is_held", &T::is_held, "the same, or the change under test")};
};

template <>
struct Describe<report::Objection> {
  using T = report::Objection;
  static constexpr std::string_view kName = "objection";
  static constexpr auto kFields = std::tuple{field("title", &T::title, "of the rule"),
                                             field("severity", &T::severity, "in words"),
                                             field("engineer", &T::engineer, "what was seen"),
                                             field("business", &T::business, "what it means"),
                                             field("what_to_do", &T::what_to_do, "how to mend it"),
                                             field("verify", &T::verify, "how to see that it is mended"),
                                             field("is_blocking", &T::is_blocking, "it takes every verdict back")};
};

template <>
struct Describe<report::Compared> {
  using T = report::Compared;
  static constexpr std::string_view kName = "compared";
  static constexpr auto kFields =
      std::tuple{field("open", &T::open, "conditions that differ or are not known, the gravest first"),
                 field("same", &T::same, "conditions that were the same"),
                 field("confounders", &T::confounders, "how many are in the way"),
                 field("unknowns", &T::unknowns, "how many are not known"),
                 field("treatments", &T::treatments, "how many are under test"),
                 field("same_count", &T::same_count, "how many were the same"),
                 field("treatment_titles", &T::treatment_titles, "what is under test, with commas; or empty"),
                 field("rungs", &T::rungs, "the reproducibility ladder"),
                 field("rungs_held", &T::rungs_held, "rungs from the first on that hold without a gap"),
                 field("rungs_total", &T::rungs_total, "of how many"),
                 field("lab_rows", &T::lab_rows, "the lab/production table"),
                 field("lab_rows_same", &T::lab_rows_same, "rows that are the same"),
                 field("lab_rows_known", &T::lab_rows_known, "of the rows that are known"),
                 field("objections", &T::objections, "rules of comparison that failed, the gravest first"),
                 field("is_blocked", &T::is_blocked, "one of them takes every verdict back")};
};

}  // namespace ihc
