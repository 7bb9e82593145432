#include "report/comparison/model.h"

#include <algorithm>
#include <set>

#include "base/json_read.h"
#include "base/version.h"
#include "report/format.h"

namespace ihc::report {

namespace {

void put_bundles(const Json& arm, std::vector<BundleLine>& lines, const ComparisonTexts& texts) {
  for (const Json& bundle : list_at(arm, "bundles")) {
    const std::string not_known = texts.words().text("states.not_known");
    lines.push_back({.arm = string_at(arm, "label"),
                     .name = string_at(bundle, "name"),
                     .sha256 = text_at(bundle, "sha256").value_or(not_known),
                     .node = text_at(bundle, "node").value_or(not_known),
                     .from = text_at(bundle, "collected_from").value_or(not_known),
                     .to = text_at(bundle, "collected_to").value_or(not_known),
                     .runs = texts.count(bundle, "runs")});
  }
}

std::string word_code(const VerdictView& verdict) {
  if (verdict.is_not_comparable) return "not_comparable";
  if (verdict.is_unmeasured) return "unmeasured";
  if (verdict.is_improved) return "improved";
  if (verdict.is_regressed) return "regressed";
  if (verdict.is_mixed) return "mixed";
  return verdict.is_equivalent ? "equivalent" : "inconclusive";
}

Result<PairView> make_pair_view(const ComparedPair& pair, std::size_t number, const TemplateSet& templates) {
  const ComparisonTexts texts(templates.words);
  const Json& comparison = pair.comparison;
  PairView view{.number = std::to_string(number),
                .label = pair.label,
                .before = string_at(at(comparison, "before"), "label"),
                .after = string_at(at(comparison, "after"), "label")};
  view.measured = make_measured(comparison, pair.comparable, number, texts);
  view.compared = make_compared(pair, texts);
  view.verdict = make_verdict(pair, view.measured, view.compared, texts);
  view.word = texts.label("comparison_words", word_code(view.verdict));
  view.claim = make_claim(pair, texts);
  view.notes = make_notes(comparison, texts);
  view.history = make_history(comparison, texts);
  view.order = make_order(comparison, texts);
  view.control = make_control(comparison, texts);
  put_bundles(at(comparison, "before"), view.bundles, texts);
  put_bundles(at(comparison, "after"), view.bundles, texts);
  view.margin = view.verdict.margin;
  const auto significance = number_at(comparison, "significance_pct");
  if (significance) view.significance = percent_text(*significance, templates.words);
  view.rounds = texts.count(comparison, "bootstrap_rounds");
  view.seed = texts.count(comparison, "seed");
  view.spec_version = string_at(comparison, "spec_version");
  for (const Json& key : list_at(comparison, "expected")) {
    if (key.is_string()) join(view.expected, key.get<std::string>());
  }
  const auto sentence = verdict_sentence(view.verdict, templates);
  if (!sentence) return fail(sentence.error());
  view.sentence = *sentence;
  const auto claim = claim_sentence(pair, templates);
  if (!claim) return fail(claim.error());
  view.claim_sentence = *claim;
  return view;
}

CoverVerdict cover_verdict(const PairView& view, const Json& comparison, const ComparisonTexts& texts) {
  const VerdictView& verdict = view.verdict;
  CoverVerdict told{.label = view.label,
                    .word = view.word,
                    .sentence = view.sentence,
                    .is_good = verdict.is_improved || verdict.is_equivalent,
                    .is_bad = verdict.is_regressed,
                    .confounders = view.compared.confounders,
                    .unknowns = view.compared.unknowns};
  told.is_open = !told.is_good && !told.is_bad;
  const auto headline = std::count_if(view.measured.metrics.begin(), view.measured.metrics.end(),
                                      [](const MetricLine& line) { return line.is_headline; });
  told.headline_metrics = grouped_text(headline);
  const Json& before = at(comparison, "before");
  const Json& after = at(comparison, "after");
  told.runs = texts.count(before, "runs") + " + " + texts.count(after, "runs");
  const bool is_counted = number_at(before, "requests_ok") && number_at(after, "requests_ok");
  told.requests =
      is_counted ? texts.count(before, "requests_ok") + " + " + texts.count(after, "requests_ok") : texts.none();
  return told;
}

// "3 bundles, 2026-11-21T10:00:00Z … 2026-11-21T11:00:00Z" of the arms that stand on one side of all pairs.
std::string side_text(const std::vector<ComparedPair>& pairs, std::string_view side, const Words& words) {
  std::set<std::string> names;
  std::string from;
  std::string to;
  for (const ComparedPair& pair : pairs) {
    for (const Json& bundle : list_at(at(pair.comparison, side), "bundles")) {
      const std::string began = string_at(bundle, "collected_from");
      names.insert(string_at(bundle, "name") + "\n" + began);
      if (!began.empty() && (from.empty() || began < from)) from = began;
      to = std::max(to, string_at(bundle, "collected_to"));
    }
  }
  std::string text = grouped_text(static_cast<std::int64_t>(names.size())) + " ";
  text += words.text(names.size() == 1 ? "compare.bundle" : "compare.bundles");
  if (!from.empty()) text += ", " + from + (to.empty() ? "" : " … " + to);
  return text;
}

// Of the last collection; nothing where no bundle says when it was.
std::string last_day(const std::vector<ComparedPair>& pairs) {
  std::string last;
  for (const ComparedPair& pair : pairs) {
    for (const char* side : {"before", "after"}) {
      for (const Json& bundle : list_at(at(pair.comparison, side), "bundles"))
        last = std::max(last, string_at(bundle, "collected_to"));
    }
  }
  return last.substr(0, 10);
}

std::string packs_of(const Json& findings) {
  std::string packs;
  for (const Json& pack : list_at(findings, "packs"))
    join(packs, string_at(pack, "name") + " " + string_at(pack, "version"));
  return packs;
}

ComparisonCover make_cover(const ComparisonInput& input, const std::vector<PairView>& views,
                           const TemplateSet& templates) {
  const ComparisonTexts texts(templates.words);
  ComparisonCover cover{.client = input.client, .date = input.as_of, .tool_version = kVersion};
  std::set<std::string> nodes;
  std::set<std::string> under_test;
  for (std::size_t at = 0; at < views.size(); ++at) {
    const PairView& view = views[at];
    join(cover.subject, view.label);
    if (under_test.insert(view.compared.treatment_titles).second)
      join(cover.under_test, view.compared.treatment_titles);
    for (const BundleLine& bundle : view.bundles) {
      if (nodes.insert(bundle.node).second) join(cover.nodes, bundle.node);
    }
    cover.verdicts.push_back(cover_verdict(view, input.pairs[at].comparison, texts));
  }
  if (input.as_of.empty()) cover.date = last_day(input.pairs);
  cover.before = side_text(input.pairs, "before", templates.words);
  cover.after = side_text(input.pairs, "after", templates.words);
  if (!input.pairs.empty()) cover.packs = packs_of(input.pairs.front().findings);
  return cover;
}

}  // namespace

Result<ComparisonModel> make_comparison_model(const ComparisonInput& input, const TemplateSet& templates) {
  ComparisonModel model;
  for (const ComparedPair& pair : input.pairs) {
    auto view = make_pair_view(pair, model.pairs.size() + 1, templates);
    if (!view) return fail(view.error());
    model.pairs.push_back(std::move(*view));
  }
  model.cover = make_cover(input, model.pairs, templates);
  model.has_several = model.pairs.size() > 1;
  return model;
}

}  // namespace ihc::report
