// The one document that templates of a comparison see, as texts ready to print. `ihc compare --model` prints it.
#pragma once

#include "report/comparison/claim.h"
#include "report/comparison/conditions_view.h"
#include "report/comparison/cover.h"
#include "report/comparison/history.h"
#include "report/comparison/input.h"
#include "report/comparison/measured.h"
#include "report/comparison/notes.h"
#include "report/words.h"

namespace ihc::report {

struct BundleLine {
  std::string arm;
  std::string name;
  std::string sha256;
  std::string node;
  std::string from;
  std::string to;
  std::string runs;
};

struct PairView {
  std::string number;
  std::string label;
  std::string before;
  std::string after;
  std::string word;
  std::string sentence;  ///< of the verdict; filled in from its template
  std::string claim_sentence;
  VerdictView verdict;
  Claim claim;
  Measured measured;
  Compared compared;
  Notes notes;
  History history;
  OrderView order;
  ControlView control;
  std::vector<BundleLine> bundles;
  std::string margin;
  std::string significance;
  std::string rounds;
  std::string seed;
  std::string spec_version;
  std::string expected;
};

struct ComparisonModel {
  ComparisonCover cover;
  std::vector<PairView> pairs;
  bool has_several = false;
};

/// Fails only where a template of the two sentences can't be filled. Nothing in it is invented: what a document lacks
/// reads as not known, with the reason.
Result<ComparisonModel> make_comparison_model(const ComparisonInput& input, const TemplateSet& templates);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::BundleLine> {
  using T = report::BundleLine;
  static constexpr std::string_view kName = "bundle_line";
  static constexpr auto kFields =
      std::tuple{field("arm", &T::arm, "label of its arm"),
                 field("name", &T::name, "of its file"),
                 field("sha256", &T::sha256, "of its archive, or of a folder's manifest.json"),
                 field("node", &T::node, "it is of"),
                 field("from", &T::from, "when its collection began, UTC"),
                 field("to", &T::to, "when it ended, UTC"),
                 field("runs", &T::runs, "benchmark runs in it")};
};

template <>
struct Describe<report::PairView> {
  using T = report::PairView;
  static constexpr std::string_view kName = "pair";
  static constexpr auto kFields =
      std::tuple{field("number", &T::number, "from 1"),
                 field("label", &T::label, "which two"),
                 field("before", &T::before, "label of the one arm"),
                 field("after", &T::after, "and of the other"),
                 field("word", &T::word, "improved, regressed, …"),
                 field("sentence", &T::sentence, "the verdict for whoever pays"),
                 field("claim_sentence", &T::claim_sentence, "ready to paste; empty where it must not be printed"),
                 field("verdict", &T::verdict, "what the sentence is made of"),
                 field("claim", &T::claim, "what the claim is made of"),
                 field("measured", &T::measured, "metrics and distributions"),
                 field("compared", &T::compared, "conditions"),
                 field("notes", &T::notes, "what else changed"),
                 field("history", &T::history, "findings over time"),
                 field("order", &T::order, "in which the bundles were taken"),
                 field("control", &T::control, "a group that was not changed"),
                 field("bundles", &T::bundles, "of both arms"),
                 field("margin", &T::margin, "the least change worth acting on"),
                 field("significance", &T::significance, "level of the tests"),
                 field("rounds", &T::rounds, "how often runs were drawn again for an interval"),
                 field("seed", &T::seed, "of what is drawn"),
                 field("spec_version", &T::spec_version, "of comparison.yaml"),
                 field("expected", &T::expected, "conditions named as the change under test; or empty")};
};

template <>
struct Describe<report::ComparisonModel> {
  using T = report::ComparisonModel;
  static constexpr std::string_view kName = "comparison_model";
  static constexpr auto kFields =
      std::tuple{field("cover", &T::cover, "the first page"), field("pairs", &T::pairs, "each two that were compared"),
                 field("has_several", &T::has_several, "there is more than one pair")};
};

}  // namespace ihc
