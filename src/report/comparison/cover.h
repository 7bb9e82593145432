// The first page of a comparison: what was compared, and in one sentence what came of it.
#pragma once

#include "facts/describe.h"

namespace ihc::report {

/// One pair on the cover. Exactly one flag is set; it chooses the colour beside the word that says the same.
struct CoverVerdict {
  std::string label;
  std::string word;
  std::string sentence;
  bool is_good = false;
  bool is_bad = false;
  bool is_open = false;
  std::string headline_metrics;
  std::string confounders;
  std::string unknowns;
  std::string runs;
  std::string requests;
};

struct ComparisonCover {
  std::string client;
  std::string subject;
  std::string date;
  std::string nodes;
  std::string before;
  std::string after;
  std::string under_test;
  std::string tool_version;
  std::string packs;
  std::vector<CoverVerdict> verdicts;
};

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::CoverVerdict> {
  using T = report::CoverVerdict;
  static constexpr std::string_view kName = "cover_verdict";
  static constexpr auto kFields = std::tuple{field("label", &T::label, "which two"),
                                             field("word", &T::word, "improved, regressed, …"),
                                             field("sentence", &T::sentence, "for whoever pays"),
                                             field("is_good", &T::is_good, "improved, or shown to be the same"),
                                             field("is_bad", &T::is_bad, "regressed"),
                                             field("is_open", &T::is_open, "neither was shown"),
                                             field("headline_metrics", &T::headline_metrics, "how many were measured"),
                                             field("confounders", &T::confounders, "conditions in the way"),
                                             field("unknowns", &T::unknowns, "conditions that are not known"),
                                             field("runs", &T::runs, "of the two arms"),
                                             field("requests", &T::requests, "answered, of the two arms")};
};

template <>
struct Describe<report::ComparisonCover> {
  using T = report::ComparisonCover;
  static constexpr std::string_view kName = "comparison_cover";
  static constexpr auto kFields =
      std::tuple{field("client", &T::client, "for whom; or empty"),
                 field("subject", &T::subject, "what was compared"),
                 field("date", &T::date, "of the page, never of the machine"),
                 field("nodes", &T::nodes, "with commas"),
                 field("before", &T::before, "bundles of the one side and when they were collected"),
                 field("after", &T::after, "and of the other"),
                 field("under_test", &T::under_test, "what was changed; or empty"),
                 field("tool_version", &T::tool_version, "of ihc"),
                 field("packs", &T::packs, "rule packs and versions"),
                 field("verdicts", &T::verdicts, "one for each pair")};
};

}  // namespace ihc
