// A comparison as a page: what each part says, what it refuses to say, and that no name of a stranger changes the page.
#include <algorithm>

#include "report/charts/curves.h"
#include "report/claim_text.h"
#include "report/comparison/model.h"
#include "report/comparison/report.h"
#include "report/pdf_client.h"
#include "tests/unit/report/handmade.h"

namespace ihc::report {
namespace {

ComparedPair handmade_pair() {
  const Json document = handmade_json("handmade_comparison.json");
  return {.label = "before → after",
          .comparison = document.at("comparison"),
          .findings = document.at("findings"),
          .comparable = true};
}

// As the rules of comparison would have it for arms that are not comparable.
ComparedPair blocked_pair() {
  ComparedPair pair = handmade_pair();
  pair.comparable = false;
  pair.blocked_by = {"cmp-error-rate"};
  pair.findings["findings"].push_back(
      {{"rule", "cmp-error-rate"},
       {"title", "Requests failed"},
       {"result", "fail"},
       {"severity", "high"},
       {"tags", {"blocks-verdict"}},
       {"text", {{"engineer", "9 % failed."}, {"business", "Too many requests failed."}}},
       {"recommendation", {{"do", "Find out why requests fail."}, {"verify", "Both arms answer."}}}});
  return pair;
}

ComparisonModel model_of(const std::vector<ComparedPair>& pairs) {
  auto model = make_comparison_model({.pairs = pairs, .document = {}, .client = "Example & Co", .as_of = ""},
                                     shipped_templates());
  EXPECT_TRUE(model.has_value()) << (model ? "" : to_string(model.error()));
  return model.value_or(ComparisonModel{});
}

Report report_of(const std::vector<ComparedPair>& pairs) {
  auto report = make_comparison_report(
      {.pairs = pairs, .document = Json{{"comparable", true}}, .client = "Example & Co", .as_of = ""},
      shipped_templates());
  EXPECT_TRUE(report.has_value()) << (report ? "" : to_string(report.error()));
  return report.value_or(Report{});
}

std::string markdown_of(const std::vector<ComparedPair>& pairs) {
  return file_of(write_markdown(report_of(pairs), shipped_templates()), "compare.md");
}

std::string html_of(const std::vector<ComparedPair>& pairs) {
  return file_of(write_html(report_of(pairs), shipped_templates()), "compare.html");
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Json& condition(ComparedPair& pair, const std::string& key) {
  for (Json& row : pair.comparison["conditions"]) {
    if (row["key"] == key) return row;
  }
  ADD_FAILURE() << key;
  return pair.comparison["conditions"][0];
}

void set_headline_verdicts(ComparedPair& pair, const std::vector<std::string>& verdicts) {
  std::size_t at = 0;
  for (Json& row : pair.comparison["metrics"]) {
    if (row["headline"].get<bool>()) row["verdict"] = verdicts.at(std::min(at++, verdicts.size() - 1));
  }
}

TEST(Comparison, TheFilesHaveItsName) {
  const Report report = report_of({handmade_pair()});
  std::vector<std::string> names;
  for (const OutputFormat& format : output_formats()) {
    if (format.name == "pdf") continue;
    const auto files = format.write(report, shipped_templates());
    ASSERT_TRUE(files.has_value()) << format.name;
    for (const OutputFile& file : *files) names.push_back(file.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"compare.json", "compare.md", "figure-distribution-1-1.svg",
                                             "figure-percentiles-1-1.svg", "figure-distribution-1-2.svg",
                                             "figure-percentiles-1-2.svg", "compare.html"}));
}

TEST(Comparison, TheVerdictForWhoeverPaysFollowsTheHeadlineMetrics) {
  struct Case {
    std::vector<std::string> verdicts;  // of ttft p50, ttft p95, answer p95, throughput
    std::string word;
    std::string part;
  };
  const std::vector<Case> cases{
      {{"equivalent", "improved", "inconclusive", "improved"}, "Improved", "went from 412.2 to 355.1 ms (-13.9 %"},
      {{"inconclusive", "regressed"}, "Regressed", "did harm"},
      {{"regressed", "inconclusive", "inconclusive", "improved"}, "Better and worse", "Worse: time to first token"},
      {{"equivalent"}, "No difference worth acting on", "within 5 %"},
      {{"equivalent", "inconclusive"}, "Not decided", "Shown to be the same within 5 %: time to first token (median)"},
  };
  for (const Case& each : cases) {
    ComparedPair pair = handmade_pair();
    set_headline_verdicts(pair, each.verdicts);
    const PairView view = model_of({pair}).pairs.at(0);
    EXPECT_EQ(view.word, each.word);
    EXPECT_TRUE(has(view.sentence, each.part)) << view.sentence;
    EXPECT_TRUE(has(view.sentence, "slowed by hand, by a factor of 2.5")) << "a synthetic penalty is named";
    EXPECT_TRUE(has(view.sentence, "Also different, and not ruled out as the cause: Transparent huge pages."));
    EXPECT_FALSE(has(view.sentence, "\n"));
  }
}

TEST(Comparison, WhatMayNotBeComparedHasNoVerdictAndNoClaim) {
  const ComparisonModel model = model_of({blocked_pair()});
  const PairView& view = model.pairs.at(0);
  EXPECT_EQ(view.word, "Not comparable");
  EXPECT_TRUE(has(view.sentence, "Too many requests failed.")) << view.sentence;
  EXPECT_EQ(view.claim_sentence, "");
  EXPECT_TRUE(model.cover.verdicts.at(0).is_open);
  for (const MetricLine& line : view.measured.metrics) EXPECT_EQ(line.verdict, "not comparable");
  ASSERT_EQ(view.compared.objections.size(), 2U);
  EXPECT_TRUE(view.compared.objections[0].is_blocking) << "the gravest first";
  EXPECT_FALSE(view.compared.objections[1].is_blocking);
  const std::string markdown = markdown_of({blocked_pair()});
  EXPECT_TRUE(has(markdown, "No claim may be made from these measurements."));
  EXPECT_TRUE(has(markdown, "- Find out why requests fail."));
}

TEST(Comparison, TheClaimSaysEverythingOrIsNotPrinted) {
  ComparedPair pair = handmade_pair();
  const auto sentence = claim_sentence(pair, shipped_templates());
  ASSERT_TRUE(sentence.has_value());
  for (const char* part :
       {"time to first token, 95th percentile: 412.2 → 355.1 ms (-13.9 %, 95 % interval -19.2 % to -8.4 %, p 0.0079",
        "6 + 6 runs, 3,000 + 2,994 requests", "under test: CPUs and memory nodes", "kernel: 6.1.0-56",
        "not ruled out as the cause: Transparent huge pages", "governor: performance",
        "transparent huge pages: madvise → always", "SYNTHETIC", "by a factor of 2.5"})
    EXPECT_TRUE(has(*sentence, part)) << part << "\n" << *sentence;

  condition(pair, "synthetic_penalty")["before"] = "none";
  condition(pair, "synthetic_penalty")["after"] = "none";
  EXPECT_FALSE(has(claim_sentence(pair, shipped_templates()).value_or("SYNTHETIC"), "SYNTHETIC"));

  pair.comparison["claim"]["missing"] = {"gpus", "load_tool"};
  EXPECT_EQ(claim_sentence(pair, shipped_templates()).value_or("?"), "");
  EXPECT_TRUE(has(markdown_of({pair}),
                  "No claim is printed, because these conditions are not known of both: GPUs, load "
                  "generator."));
  const auto text = claims_text({pair}, shipped_templates(), {});
  ASSERT_TRUE(text.has_value());
  EXPECT_TRUE(has(*text, "not known of both: GPUs, load generator")) << *text;

  pair.comparison["claim"]["missing"] = Json::array();
  EXPECT_TRUE(has(claims_text({pair}, shipped_templates(), {}).value_or(""), "time to first token, 95th percentile:"));
  pair.comparison.erase("claim");
  EXPECT_EQ(claim_sentence(pair, shipped_templates()).value_or("?"), "");
}

TEST(Comparison, VerdictsThatDisagreeAreSaidSo) {
  const Measured measured = model_of({handmade_pair()}).pairs.at(0).measured;
  EXPECT_TRUE(measured.is_divided);
  ASSERT_EQ(measured.opinions.size(), 3U);
  EXPECT_EQ(measured.opinions[1].metrics, "time to first token (95th percentile), output throughput (mean)");
  ASSERT_EQ(measured.disagreements.size(), 1U) << "a metric with one statistic agrees with itself";
  EXPECT_EQ(measured.disagreements[0].verdicts.size(), 3U);
  EXPECT_EQ(measured.metrics[2].runs_needed, "14");
  EXPECT_TRUE(has(markdown_of({handmade_pair()}), "500 requests an arm; 14 runs an arm"));
  ComparedPair agreed = handmade_pair();
  for (Json& row : agreed.comparison["metrics"]) row["verdict"] = "improved";
  EXPECT_FALSE(model_of({agreed}).pairs.at(0).measured.is_divided);
  EXPECT_FALSE(has(markdown_of({agreed}), "disagree"));
}

TEST(Comparison, ConditionsStandByWeightAndTheLadderShowsItsGap) {
  const Compared compared = model_of({handmade_pair()}).pairs.at(0).compared;
  ASSERT_EQ(compared.open.size(), 3U);
  EXPECT_TRUE(compared.open[0].is_confounder && compared.open[1].is_unknown && compared.open[2].is_treatment);
  EXPECT_EQ(compared.open[1].why, "no permission, /gpu_stack/driver_version");
  EXPECT_EQ(compared.open[1].after, "") << "what is not known has no value";
  EXPECT_EQ(compared.same.size(), 4U);
  ASSERT_EQ(compared.rungs.size(), 5U);
  EXPECT_FALSE(compared.rungs[3].is_held) << "another THP mode that nobody named";
  EXPECT_TRUE(compared.rungs[4].is_held) << "the treatment";
  EXPECT_EQ(compared.rungs_held, "2");
}

TEST(Comparison, OneFactorIsNamedOnlyWhereTheEvidenceSeparatesIt) {
  ComparedPair pair = handmade_pair();
  Interpretation told = model_of({pair}).pairs.at(0).notes.interpretation;
  EXPECT_EQ(told.dominant, "");
  EXPECT_TRUE(told.is_inseparable);
  EXPECT_EQ(told.candidates, "memory locality, scheduling on the CPUs");
  EXPECT_EQ(told.open_factors, "CPU limits") << "too few bundles assess nothing";
  EXPECT_EQ(told.against, "CPU time that the host took");
  std::string markdown = markdown_of({pair});
  EXPECT_TRUE(has(markdown, "Consistent with that: Context switches of the workers"));
  EXPECT_TRUE(has(markdown, "does not separate memory locality, scheduling on the CPUs"));
  EXPECT_FALSE(has(markdown, "The dominant factor is"));

  pair.comparison["explanation"]["dominant"] = "memory";
  EXPECT_TRUE(has(markdown_of({pair}), "The dominant factor is **memory locality**"));

  for (Json& row : pair.comparison["evidence"]) row["reading"] = "too_few";
  pair.comparison["explanation"].erase("dominant");
  markdown = markdown_of({pair});
  EXPECT_TRUE(has(markdown, "what was read does not explain the change"));
  EXPECT_TRUE(has(markdown, "Of too few bundles to say: Context switches"));

  pair.comparison.erase("explanation");
  EXPECT_TRUE(has(markdown_of({pair}), "there is nothing to explain"));
}

TEST(Comparison, LostSightIsNotFixedAndOtherRulesAreNamed) {
  const History history = model_of({handmade_pair()}).pairs.at(0).history;
  ASSERT_EQ(history.counts.size(), 6U);
  EXPECT_EQ(history.counts[2].change + " " + history.counts[2].count, "lost sight of 1");
  EXPECT_EQ(history.counts[5].change + " " + history.counts[5].count, "fixed 1");
  EXPECT_EQ(history.findings[0].change, "new") << "what is worse stands first";
  EXPECT_TRUE(has(markdown_of({handmade_pair()}),
                  "Before was judged by placement 1, kernel 1; after by placement 2, kernel 1."));
  ComparedPair same = handmade_pair();
  same.comparison["rules_after"] = same.comparison["rules_before"];
  EXPECT_FALSE(has(markdown_of({same}), "The rules differ"));
}

TEST(Comparison, TimelinesPrintTheirNAndNoMoreThanFits) {
  ComparedPair pair = handmade_pair();
  const Notes notes = model_of({pair}).pairs.at(0).notes;
  const TimelineView& timeline = notes.timelines.at(0);
  EXPECT_EQ(timeline.series[0].seconds, "29");
  EXPECT_EQ(timeline.tail[0].high, "run delay, tasks waiting for a CPU");
  EXPECT_TRUE(has(markdown_of({pair}), "| 17.5 | 2300 | nothing that was read |"));
  EXPECT_TRUE(notes.without_correlation.empty());

  // Ten bundles share the room of one.
  Json& timelines = pair.comparison["timelines"];
  for (int more = 0; more < 9; ++more) timelines.push_back(Json(timelines[0]));
  timelines[9]["series"] = Json::array();
  const Notes many = model_of({pair}).pairs.at(0).notes;
  EXPECT_EQ(many.timelines.at(0).series.size(), 3U);
  EXPECT_TRUE(many.timelines_cut);
  EXPECT_TRUE(has(markdown_of({pair}), "Of these no correlation is told"));
  EXPECT_TRUE(has(markdown_of({pair}), "Not everything is printed here"));
}

TEST(Comparison, WhatWasComparedIsNamedByItsHashAndThePlanBesideWhatWasDone) {
  ComparedPair pair = handmade_pair();
  pair.comparison["before"]["bundles"][0]["sha256"] = std::string(64, 'a');
  pair.comparison["seed"] = 7;
  pair.comparison["bootstrap_rounds"] = 10000;
  pair.comparison["order"]["sequence"] = "AABB";
  pair.comparison["order"]["planned"] = "ABBA";
  const std::string markdown = markdown_of({pair});
  EXPECT_TRUE(has(markdown, "`" + std::string(64, 'a') + "`"));
  EXPECT_TRUE(has(markdown, "10,000 times, seed 7"));
  EXPECT_TRUE(has(markdown, "The plan asked for **ABBA**. It was not done so"));
  pair.comparison["order"]["sequence"] = "ABBA";
  EXPECT_TRUE(has(markdown_of({pair}), "The plan asked for **ABBA**. That is how it was done."));
}

TEST(Comparison, WhatIsAbsentIsSaidNotInvented) {
  const std::string markdown = markdown_of({{.label = "a → b", .comparison = Json::object(), .findings = {}}});
  EXPECT_TRUE(has(markdown, "No metric was measured in both."));
  EXPECT_TRUE(has(markdown, "No distribution is drawn"));
  EXPECT_TRUE(has(markdown, "The bundles do not say when they were collected."));
  EXPECT_FALSE(has(markdown, "{{"));
  ComparedPair pair = handmade_pair();
  pair.comparison["metrics"] = Json::array();
  EXPECT_EQ(model_of({pair}).pairs.at(0).word, "Not measured");
}

TEST(Comparison, HostileNamesArriveAsTheyAre) {
  const std::string markdown = markdown_of({handmade_pair()});
  const std::string html = html_of({handmade_pair()});
  EXPECT_TRUE(has(markdown, "vllm \\| \\`worker\\` \\_1\\_ \\<script\\>alert(1)\\</script\\>"));
  EXPECT_TRUE(has(html, "vllm | `worker` _1_ &lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_TRUE(has(html, "we[U+202E]ird[U+000A]name"));
  ComparedPair named = handmade_pair();
  named.label = "a<script>|`\xe2\x80\xae → b";
  named.comparison["before"]["label"] = "a<script>|`\xe2\x80\xae";
  for (const HtmlTarget target : {HtmlTarget::screen, HtmlTarget::pdf}) {
    const auto page = make_page(report_of({named}), shipped_templates(), target);
    ASSERT_TRUE(page.has_value());
    for (const char* bad : {"<script", "<img", "<b>bold", "\xe2\x80\xae", "onerror="})
      EXPECT_FALSE(has(*page, bad)) << bad;
  }
  EXPECT_FALSE(has(markdown_of({named}), "a<script>"));
}

TEST(Comparison, SeveralPairsStandSideBySide) {
  ComparedPair other = handmade_pair();
  other.label = "baseline → pinned";
  const std::string markdown = markdown_of({handmade_pair(), other});
  EXPECT_TRUE(has(markdown, "What happened to each metric: baseline → pinned"));
  EXPECT_TRUE(has(markdown, "(figure-distribution-2-1.svg)"));
  EXPECT_FALSE(has(markdown_of({handmade_pair()}), "What happened to each metric:"));
}

TEST(Comparison, TheSameInputGivesTheSameBytes) {
  EXPECT_EQ(markdown_of({handmade_pair()}), markdown_of({handmade_pair()}));
  EXPECT_EQ(html_of({handmade_pair()}), html_of({handmade_pair()}));
}

TEST(Comparison, FiguresHoldWhatIsKnownAndNameTheArms) {
  const ArmCurves curves{.title = "time <b>",
                         .unit = "ms",
                         .before = "old",
                         .after = "new",
                         .steps = {{0.5, 10.0, 8.0}, {0.99, 900.0, std::nullopt}}};
  const std::string spread = distribution_svg(curves, shipped_templates().words);
  EXPECT_TRUE(has(spread, "by powers of ten")) << "10 to 900 spans more than tenfold";
  EXPECT_TRUE(has(spread, "old") && has(spread, "new") && has(spread, "time &lt;b&gt;"));
  EXPECT_GT(std::count(spread.begin(), spread.end(), '\n'), 10);
  const std::string ladder = percentiles_svg(curves, shipped_templates().words);
  EXPECT_TRUE(has(ladder, "p99") && has(ladder, "too few requests") && has(ladder, ">900<"));
  const ArmCurves empty{.title = "t", .unit = "ms", .before = "old", .after = "new", .steps = {}};
  for (const std::string& svg :
       {distribution_svg(empty, shipped_templates().words), percentiles_svg(empty, shipped_templates().words)})
    EXPECT_TRUE(svg.ends_with("</svg>\n") && !has(svg, "nan") && !has(svg, "inf"));
}

TEST(Comparison, OwnTemplatesWithoutOneSayWhatToCopy) {
  TemplateSet own = shipped_templates();
  own.comparison = {};
  const auto made =
      make_comparison_report({.pairs = {handmade_pair()}, .document = {}, .client = "", .as_of = ""}, own);
  ASSERT_FALSE(made.has_value());
  EXPECT_TRUE(has(to_string(made.error()), "the templates have no comparison")) << to_string(made.error());
}

TEST(Comparison, WrongNamesInItsTemplatesAreFoundBeforeAnythingIsFilled) {
  struct Case {
    std::string file;
    std::string text;
    std::string code;
  };
  const std::vector<Case> cases{{"comparison/summary.md", "{{#pairs}}{{sentense}}{{/pairs}}", "unknown-name"},
                                {"comparison/claim.txt", "{{metric.changed}}", "unknown-name"},
                                {"comparison/claim.txt", "{{under_test:cell}}", "no-place"},
                                {"comparison/verdict.txt", "{{{reason}}}", "raw-tag"}};
  for (const Case& each : cases) {
    std::vector<Resource> resources = shipped_resources();
    for (Resource& resource : resources) {
      if (resource.path == each.file) resource.bytes = each.text;
    }
    const auto loaded = load_templates(resources);
    ASSERT_EQ(loaded.diagnostics.size(), 1U) << each.text;
    EXPECT_EQ(loaded.diagnostics[0].code, each.code);
  }
  std::vector<Resource> resources = shipped_resources();
  std::erase_if(resources, [](const Resource& resource) { return resource.path == "comparison/claim.txt"; });
  const auto loaded = load_templates(resources);
  ASSERT_EQ(loaded.diagnostics.size(), 1U);
  EXPECT_EQ(loaded.diagnostics[0].code, "missing-template");
}

}  // namespace
}  // namespace ihc::report
