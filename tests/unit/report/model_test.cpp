#include "report/model/model.h"

#include <limits>

#include "base/json_read.h"
#include "report/format.h"
#include "report/model/known.h"
#include "tests/unit/report/handmade.h"

namespace ihc::report {
namespace {

const Words& words() { return shipped_templates().words; }

Model model_of(const ReportInput& input) { return make_model(input, words()); }

std::string value_of(const std::vector<Row>& rows, const std::string& name) {
  for (const Row& row : rows) {
    if (row.name == name) return row.value;
  }
  return "(no row " + name + ")";
}

TEST(Format, NumbersAsAPersonReadsThem) {
  EXPECT_EQ(decimal_text(12.50, 2), "12.5");
  EXPECT_EQ(decimal_text(3.0, 2), "3");
  EXPECT_EQ(decimal_text(0.0875, 4), "0.0875");
  EXPECT_EQ(decimal_text(-0.001, 1), "0");
  EXPECT_EQ(decimal_text(1e300, 1).size(), 301U);
  EXPECT_EQ(grouped_text(1234567), "1,234,567");
  EXPECT_EQ(grouped_text(-1000), "-1,000");
  EXPECT_EQ(grouped_text(999), "999");
  EXPECT_EQ(bytes_text(0, words()), "0 B");
  EXPECT_EQ(bytes_text(1023, words()), "1023 B");
  EXPECT_EQ(bytes_text(1024, words()), "1 KiB");
  EXPECT_EQ(bytes_text(503LL << 30, words()), "503 GiB");
  EXPECT_EQ(bytes_text(std::numeric_limits<std::int64_t>::max(), words()), "8388608 TiB");
  EXPECT_EQ(duration_text(30.01, words()), "30 s");
  EXPECT_EQ(duration_text(0.25, words()), "0.25 s");
  EXPECT_EQ(duration_text(130, words()), "2 min 10 s");
  EXPECT_EQ(duration_text(3600, words()), "1 h");
  EXPECT_EQ(duration_text(1056000, words()), "12 d 5 h");
  EXPECT_EQ(megahertz_text(3800, words()), "3,800 MHz");
  EXPECT_EQ(fact_text(Json{"a", 1, 0.5, true}, 100, words()), "[a, 1, 0.5, true]");
  EXPECT_EQ(fact_text("ünïcode", 2, words()).substr(0, 2), "\xc3\xbc") << "cut at a character's edge";
  EXPECT_EQ(fact_text("ünïcode", 3, words()).substr(0, 4), "\xc3\xbcn\xe2");
}

TEST(KnownFacts, TheLongestPrefixSaysWhy) {
  const Json facts = Json::parse(R"({"missing": {"/workers": {"reason": "permission"},
      "/workers/1": {"reason": "timed_out"}, "/kernel": {"reason": ""}}, "kernel": {"swappiness": 0, "release": ""}})");
  const KnownFacts known(facts, words());
  EXPECT_EQ(known.text("/workers/1/unit"), "not known (gave no answer in time)");
  EXPECT_EQ(known.text("/workers/2/unit"), "not known (no permission)");
  EXPECT_EQ(known.text("/kernel/thp"), "not known");
  EXPECT_EQ(known.text("/gpus"), "not known");
  EXPECT_EQ(known.text("/kernel/swappiness"), "0") << "a zero that was read is a zero";
  EXPECT_EQ(known.text("/kernel/release"), "none");
  EXPECT_EQ(known.bytes("/kernel/memory_total_bytes"), "not known");
  EXPECT_EQ(known.flag("/kernel/swappiness"), "not known");
}

TEST(Model, CoverNamesNodeBundleAndVersions) {
  ReportInput input = two_socket();
  Cover cover = model_of(input).cover;
  EXPECT_EQ(cover.node, "gpu-node-07");
  EXPECT_EQ(cover.date, "2026-03-14");
  EXPECT_EQ(cover.packs, "frequency 1, kernel 1, placement 1");
  EXPECT_EQ(cover.risk_table_version, "1");
  EXPECT_EQ(cover.client, "");
  input.as_of = "2026-04-01";
  input.client = "Example & Co";
  cover = model_of(input).cover;
  EXPECT_EQ(cover.date, "2026-04-01");
  EXPECT_EQ(cover.client, "Example & Co");
}

TEST(Model, TheIndexCanBeComputedAgainFromItsTerms) {
  const Risk risk = model_of(two_socket()).risk;
  EXPECT_EQ(risk.level, "High");
  EXPECT_TRUE(risk.is_high && !risk.is_low && !risk.is_medium && !risk.is_provisional && risk.is_open);
  EXPECT_EQ(risk.product, "100 × (1 − (1 − 0.35) × (1 − 0.1) × (1 − 0.1) × (1 − 0.06125) × (1 − 0.0175))");
  double rest = 1;
  for (const RiskTerm& term : risk.terms) rest *= 1 - std::stod(term.counted);
  EXPECT_NEAR(100 * (1 - rest), std::stod(risk.index), 0.06);
  EXPECT_EQ(risk.terms.front().title, "Worker runs, or may run, on CPUs away from its GPU");
  EXPECT_EQ(risk.coverage, "66.7 %");
  ASSERT_EQ(risk.to_low.size(), 3U);
  EXPECT_EQ(risk.to_low[0].what, "Fix this finding");
  EXPECT_EQ(risk.to_low[1].what, "Get the evidence: collect as root or with CAP_PERFMON");
  EXPECT_EQ(risk.to_low[2].title, "Noisy-neighbor impact characterized");
}

TEST(Model, NothingFailedStillSaysWhatIsOpen) {
  const Model model = model_of(small_vm());
  EXPECT_EQ(model.risk.product, "");
  EXPECT_TRUE(model.risk.headline.starts_with("Nothing serious was seen")) << model.risk.headline;
  EXPECT_TRUE(model.risk.is_provisional);
  EXPECT_EQ(model.risk.index, "0");
  EXPECT_EQ(model.risk.index_upper, "42");
  EXPECT_TRUE(model.findings.cards.empty());
  EXPECT_TRUE(model.findings.business.empty());
  EXPECT_EQ(model.findings.counts.not_assessed, "3") << "an error counts as not assessed";
  EXPECT_FALSE(model.findings.recommendations.empty()) << "getting the evidence is a recommendation";
  EXPECT_EQ(model.findings.recommendations.front().impact_kind, "not quantified");
}

TEST(Model, FailuresAreRankedAndCausesStandOnce) {
  const Findings findings = model_of(two_socket()).findings;
  ASSERT_EQ(findings.cards.size(), 6U);
  EXPECT_EQ(findings.cards[0].rule, "place-worker-cpus-not-gpu-local");
  EXPECT_EQ(findings.cards[0].severity, "High");
  EXPECT_EQ(findings.cards.back().rule, "numa-balancing-on-pinned");
  EXPECT_EQ(findings.cards.back().waiver,
            "Accepted by M. Muster, until 2026-06-30: needed by the batch jobs of tenant B");
  ASSERT_EQ(findings.business.size(), 3U) << "placement stands once, the waived one not at all";
  EXPECT_EQ(findings.business[0].more, "2");
  ASSERT_EQ(findings.business[0].ids.size(), 3U);
  EXPECT_EQ(findings.business[0].ids[0].id, "F1");
  EXPECT_EQ(findings.business[0].ids[0].anchor, "f1");
  EXPECT_EQ(findings.recommendations[0].text, "Bind each worker to its GPU's node when it starts.");
  EXPECT_EQ(findings.recommendations[0].impact_kind, "published elsewhere, not measured on this node");
  EXPECT_EQ(findings.recommendations[0].impact_hardware, "4x NVIDIA V100 (two sockets)");
}

TEST(Model, AtMostFiveFindingsAndAtLeastThreeRecommendationsWhereThereIsWork) {
  ReportInput input = two_socket();
  Json many = Json::array();
  for (int i = 0; i < 9; ++i) {
    Json finding = input.findings["findings"][3];
    finding["rule"] = "rule-" + std::to_string(i);
    finding["group"] = "group-" + std::to_string(i);
    many.push_back(finding);
  }
  input.findings["findings"] = many;
  EXPECT_EQ(model_of(input).findings.business.size(), 5U);
  EXPECT_EQ(model_of(input).findings.recommendations.size(), 5U);
  Json one = two_socket().findings["findings"];
  input.findings["findings"] = Json::array({one[3], one[10], one[11], one[9]});
  EXPECT_EQ(model_of(input).findings.business.size(), 1U);
  EXPECT_EQ(model_of(input).findings.recommendations.size(), 3U);
}

TEST(Model, EvidenceIsNumberedByMemberInOrderOfCitation) {
  const Model model = model_of(two_socket());
  ASSERT_GE(model.evidence.rows.size(), 4U);
  EXPECT_EQ(model.evidence.rows[0].id, "E1");
  EXPECT_EQ(model.evidence.rows[0].member, "root/proc/stat");
  EXPECT_EQ(model.evidence.rows[0].paths, "");
  EXPECT_EQ(model.evidence.rows[1].member, "packed/tasks/000") << "forty files of one packed member are one number";
  EXPECT_NE(model.evidence.rows[1].paths.find("and more: 37"), std::string::npos) << model.evidence.rows[1].paths;
  EXPECT_EQ(model.evidence.rows[1].sha256.size(), 64U);
  const FindingCard& card = model.findings.cards[0];
  EXPECT_EQ(card.facts.size(), 12U);
  EXPECT_EQ(card.facts_left_out, "30");
  EXPECT_EQ(card.facts[0].evidence[0].id, "E1");
  EXPECT_EQ(card.facts[1].evidence[0].anchor, "e2");
}

TEST(Model, EvidenceWithoutAHashSaysSo) {
  EvidenceIndex index({{.path = "root/a", .member = "root/a", .size_bytes = 7, .sha256 = "aa", .status = "ok"}});
  EXPECT_EQ(index.cite("manifest.json", ""), "E1");
  EXPECT_EQ(index.cite("root/b", ""), "E2");
  EXPECT_EQ(index.cite("root/a", ""), "E3");
  EXPECT_EQ(index.cite("manifest.json", ""), "E1");
  const Evidence evidence = index.to_model(words());
  ASSERT_EQ(evidence.rows.size(), 3U);
  EXPECT_EQ(evidence.rows[0].sha256, "covered by the hash of the bundle");
  EXPECT_EQ(evidence.rows[0].size, "not known");
  EXPECT_EQ(evidence.rows[1].sha256, "not known");
  EXPECT_EQ(evidence.rows[2].sha256, "aa");
  EXPECT_EQ(evidence.rows[2].size, "7 B");
  EXPECT_EQ(evidence.total, "1");
  EXPECT_EQ(evidence.uncited, "0");
}

TEST(Model, WhatIsStatedStandsApartFromWhatWasMeasured) {
  ReportInput input = two_socket();
  input.facts["engagement"] = {
      {"currency", "EUR"},
      {"slo", {{"ttft_ms_p95", 500.0}}},
      {"prices", {{"gpu_hour", 2.5}}},
      {"decisions",
       {{{"item", "C3"}, {"statement", "performance | measured"}, {"who", "J. Doe"}, {"date", "2026-10-30"}}}},
      {"attestations",
       {{{"item", "backups"}, {"statement", "run at night"}, {"who", "A. Roe"}, {"date", "2026-11-02"}}}}};
  const Model model = model_of(input);
  ASSERT_EQ(model.stated.rows.size(), 2U);
  EXPECT_EQ(model.stated.rows[1].item, "backups");
  ASSERT_EQ(model.stated.values.size(), 2U);
  EXPECT_EQ(model.stated.values[0].kind + " " + model.stated.values[0].name + " " + model.stated.values[0].value,
            "goal ttft_ms_p95 500");
  EXPECT_EQ(model.stated.values[1].value, "2.5 EUR");
  ASSERT_EQ(model.checklist.items[2].stated.size(), 1U);
  EXPECT_TRUE(model.checklist.items[0].stated.empty());
  const std::string text = file_of(write_markdown(handmade_report(input), shipped_templates()), "report.md");
  EXPECT_NE(text.find("Stated, not measured: performance | measured (J. Doe, 2026-10-30)"), std::string::npos);
  EXPECT_NE(text.find("### What was stated"), std::string::npos);
  EXPECT_EQ(
      file_of(write_markdown(handmade_report(two_socket()), shipped_templates()), "report.md").find("What was stated"),
      std::string::npos);
}

TEST(Model, ChecklistMarksAreEarned) {
  const Checklist checklist = model_of(two_socket()).checklist;
  ASSERT_EQ(checklist.items.size(), 5U);
  std::string marks;
  for (const ChecklistItem& item : checklist.items) marks += item.is_checked ? "x" : "-";
  EXPECT_EQ(marks, "----x");
  EXPECT_EQ(checklist.checked, "1");
  EXPECT_EQ(checklist.items[0].state, "not assessed (sources contradict each other)");
  EXPECT_FALSE(checklist.items[0].hint.empty());
  EXPECT_EQ(checklist.items[1].state, "not met");
  ASSERT_EQ(checklist.items[1].behind.size(), 4U);
  EXPECT_EQ(checklist.items[1].behind[0].id, "F1");
  EXPECT_EQ(checklist.items[1].behind[3].state, "not assessed: no permission");
  EXPECT_TRUE(checklist.items[4].behind.empty());
}

TEST(Model, AnEmptyFindingsDocumentEarnsNothing) {
  ReportInput input;
  const Model model = model_of(input);
  for (const ChecklistItem& item : model.checklist.items) EXPECT_FALSE(item.is_checked);
  EXPECT_EQ(model.risk.level, "not known");
  EXPECT_EQ(model.risk.index, "not known");
  EXPECT_FALSE(model.figures.risk || model.figures.domains || model.figures.topology || model.figures.memory);
  EXPECT_EQ(value_of(model.node.summary, "Memory"), "not known");
  EXPECT_EQ(model.cover.node, "unnamed node");
}

TEST(Model, WrongTypesEverywhereAreNotKnown) {
  ReportInput input = two_socket();
  for (Json* document : {&input.findings, &input.facts, &input.manifest}) {
    Json flat = document->flatten();
    for (auto& [pointer, value] : flat.items()) value = Json::array();
    for (const Json& replacement : {Json(7), Json("text"), Json(nullptr), Json(true)}) {
      const Json kept = *document;
      for (auto& [key, value] : document->items()) value = replacement;
      const Json model = facts_to_json(model_of(input));
      EXPECT_TRUE(model.is_object());
      *document = kept;
    }
  }
}

TEST(Model, WhatIsNotAssessedStandsByReasonAndHostMattersAreQuestions) {
  const NotAssessed not_assessed = model_of(two_socket()).not_assessed;
  ASSERT_EQ(not_assessed.reasons.size(), 3U);
  EXPECT_EQ(not_assessed.reasons[0].label, "no permission");
  EXPECT_EQ(not_assessed.reasons[0].count, "2");
  EXPECT_EQ(not_assessed.not_applicable.size(), 1U);
  const NotAssessed vm = model_of(small_vm()).not_assessed;
  ASSERT_EQ(vm.questions.size(), 1U);
  EXPECT_EQ(vm.questions[0].title, "A slow or dynamic governor on the CPUs that serve");
}

TEST(Model, NodeTablesSayWhatIsNotKnownAndWhy) {
  const Node node = model_of(two_socket()).node;
  EXPECT_EQ(value_of(node.summary, "CPUs online"), "128 (0-127)");
  EXPECT_EQ(value_of(node.summary, "CPUs offline"), "none");
  EXPECT_EQ(value_of(node.kernel, "tuned profile"), "not known (not there)");
  EXPECT_EQ(value_of(node.kernel, "kernel.sched_schedstats"), "not known");
  ASSERT_EQ(node.frequency.size(), 2U) << "128 policies with two kinds of settings";
  EXPECT_EQ(node.frequency[0].cpus, "0-95");
  EXPECT_EQ(node.frequency[1].limits, "800 MHz – 2,400 MHz (the hardware allows 3,800 MHz)");
  EXPECT_EQ(node.workers[0].memory_by_node, "node 0: 31 GiB, node 1: 22 GiB");
  EXPECT_EQ(node.workers[2].memory_by_node, "not known (no permission)");
  EXPECT_EQ(node.workers[0].waited, "7.3 %");
  EXPECT_TRUE(node.has_distances);
  EXPECT_EQ(node.numa_nodes[0].distances, (std::vector<std::string>{"10", "21"}));
  const Node vm = model_of(small_vm()).node;
  EXPECT_NE(vm.frequency_unknown.find("normal in a virtual machine"), std::string::npos);
  EXPECT_EQ(vm.perf_unknown, "not known (tool not installed)");
  EXPECT_FALSE(vm.workers_unknown.empty());
  EXPECT_FALSE(vm.has_distances);
}

TEST(Model, ConditionsAndCost) {
  const Conditions conditions = model_of(two_socket()).conditions;
  EXPECT_EQ(value_of(conditions.rows, "Observed for"), "30 s (asked for: 30 s)");
  EXPECT_EQ(value_of(conditions.rows, "Collected as"), "root");
  EXPECT_EQ(value_of(conditions.rows, "Secrets replaced"), "16 (environment values: 14, tokens: 2)");
  EXPECT_EQ(conditions.incomplete.size(), 3U);
  EXPECT_EQ(conditions.conflicts.size(), 1U);
  EXPECT_EQ(value_of(conditions.cost, "Largest memory use"), "48 MiB");
  const Conditions vm = model_of(small_vm()).conditions;
  EXPECT_TRUE(vm.is_interrupted && vm.is_unprivileged);
  EXPECT_EQ(value_of(vm.rows, "Observed for"), "5 s (asked for: 30 s)");
}

TEST(Model, TheStoryLeavesOutWhatIsNotKnown) {
  const Story story = model_of(two_socket()).story;
  EXPECT_EQ(story.node_count, "2");
  EXPECT_EQ(story.gpu_count, "8");
  EXPECT_EQ(story.remote_memory, "94 %");
  EXPECT_EQ(story.waited, "7.3 %");
  const Story vm = model_of(small_vm()).story;
  EXPECT_TRUE(vm.is_one_node);
  EXPECT_EQ(vm.remote_memory, "");
  EXPECT_EQ(vm.waited, "");
}

}  // namespace
}  // namespace ihc::report
