// Rules × facts → findings, on a rule over subjects, with guards, sources and missing evidence; and findings.json
// itself.
#include "engine/evaluate.h"

#include <gtest/gtest.h>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/files.h"
#include "base/limits.h"
#include "base/yaml_document.h"
#include "engine/risk.h"

namespace ihc {
namespace {

constexpr const char* kPack = R"(pack: {name: placement, version: "1", domain: placement}
rules:
  - id: worker-off-node
    version: 2
    title: Workers run away from their memory
    checklist: [C2]
    params: {limit: {default: 10.0, unit: pct, about: "T:def."}}
    applies_when: facts.topology.cpu_node_count > 1
    requires:
      - {when: "size(facts.workers) > 0", reason: needs_load}
      - {when: has(worker.bytes_by_node), reason: permission}
    for_each: {in: facts.workers, as: worker, key: worker.key}
    let:
      home: nodes_of(worker.cpus_allowed, facts.topology.numa_nodes)
      total: double(sum(values(worker.bytes_by_node)))
      away: >-
        double(sum(worker.bytes_by_node.map(n, cpus_subset(n, home) ? 0 : worker.bytes_by_node[n])))
      away_pct: round(pct(away, total), 1)
    levels:
      - {when: away_pct > 2.5 * params.limit, severity: high, confidence: confirmed}
      - {when: away_pct > params.limit, severity: medium, confidence: probable}
    words: {engineer: "{{worker.name}}: {{away_pct}} % away from node {{home}}", business: "{{worker.key}} fetches from afar."}
    recommendation: {do: "bind {{worker.key}}", verify: "numastat -p {{worker.pid}}", undo: unbind, effort: minutes}
    impact: {provenance: published, text: "2 % here.", source: "a paper", hardware: "4 GPUs"}
    references: [{title: "kernel documentation", url: "https://docs.kernel.org/"}]
)";

Json facts() {
  return Json::parse(R"({
    "topology": {"cpu_node_count": 2, "numa_nodes": [{"id": 0, "cpus": "0-3"}, {"id": 1, "cpus": "4-7"}]},
    "workers": [
      {"key": "b.service", "name": "vllm", "pid": 7, "cpus_allowed": "0-3", "bytes_by_node": {"0": 600, "1": 400}},
      {"key": "a.service", "name": "vllm", "pid": 8, "cpus_allowed": "4-7", "bytes_by_node": {"0": 0, "1": 400}}],
    "sources": {"/workers": ["root/proc/7/numa_maps", "root/proc/7/status"], "/topology/numa_nodes": ["root/sys/devices/system/node"]},
    "missing": {"/workers": {"reason": "permission", "collector": "workers", "hint": "run as root"}}})");
}

RulePack pack() {
  const auto risk = read_file(std::string(IHC_SOURCE_DIR) + "/rules/risk.yaml", limits::kMaxYamlBytes);
  LoadedPack loaded =
      load_rule_pack({{"packs/p.yaml", "p.yaml", kPack}, {"risk.yaml", "risk.yaml", risk.value_or("")}});
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << to_text(diagnostic);
  return loaded.pack;
}

std::string summary(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.subject_key + "|" + std::string(to_string(finding.result)) + "|" + finding.reason + "|" +
            (finding.missing ? finding.missing->fact + "," + finding.missing->hint : "") + "|" + finding.error + "\n";
  }
  return text;
}

TEST(Evaluate, OneFindingForEachSubjectInOrder) {
  const std::vector<Finding> findings = evaluate(pack(), facts());
  EXPECT_EQ(summary(findings), "a.service|pass|||\nb.service|fail|||\n");
  ASSERT_EQ(findings.size(), 2U);
  const Finding& failure = findings[1];
  EXPECT_EQ(failure.severity, Severity::high);
  EXPECT_EQ(failure.confidence, Confidence::confirmed);
  EXPECT_EQ(failure.text_engineer, "vllm: 40 % away from node 0");
  EXPECT_EQ(failure.text_business, "b.service fetches from afar.");
  EXPECT_EQ(failure.recommendation.verify, "numastat -p 7");
  EXPECT_EQ(findings[0].text_engineer, "") << "words are about failures";
}

TEST(Evaluate, EvidenceIsWhatWasRead) {
  const std::vector<Finding> findings = evaluate(pack(), facts());
  ASSERT_EQ(findings.size(), 2U);
  const Json json = findings_to_json(findings, assess_risk(findings, pack().risk), pack());
  Json read = Json::object();
  for (const Json& entry : json["findings"][1]["evidence"]) read[entry["fact"].get<std::string>()] = entry["value"];
  EXPECT_EQ(read,
            Json::parse(R"({"/topology/numa_nodes": {"items": 2}, "/workers/0/bytes_by_node": {"0": 600, "1": 400},
                                  "/workers/0/bytes_by_node/1": 400, "/workers/0/cpus_allowed": "0-3",
                                  "/workers/0/key": "b.service", "/workers/0/name": "vllm", "/workers/0/pid": 7})"));
  EXPECT_EQ(json["findings"][1]["evidence"][0]["files"],
            Json::parse(R"([{"path": "root/proc/7/numa_maps"}, {"path": "root/proc/7/status"}])"));
}

TEST(Evaluate, SaysWhyNot) {
  Json none = facts();
  none["workers"] = Json::array();
  EXPECT_EQ(summary(evaluate(pack(), none)), "|not_assessed|needs_load||\n");
  Json absent = facts();
  absent.erase("workers");
  EXPECT_EQ(summary(evaluate(pack(), absent)), "|not_assessed|permission|/workers,run as root|\n");
  EXPECT_TRUE(evaluate(pack(), absent).front().subjects_unknown);
  Json one_node = facts();
  one_node["topology"]["cpu_node_count"] = 1;
  EXPECT_EQ(summary(evaluate(pack(), one_node)), "|not_applicable|structural||\n");
  Json guarded = facts();
  guarded["workers"][0].erase("bytes_by_node");
  EXPECT_EQ(summary(evaluate(pack(), guarded)), "a.service|pass|||\nb.service|not_assessed|permission||\n");
  Json no_mask = facts();
  no_mask["workers"][0].erase("cpus_allowed");
  EXPECT_EQ(summary(evaluate(pack(), no_mask)),
            "a.service|pass|||\nb.service|not_assessed|permission|/workers/0/cpus_allowed,run as root|\n");
  Json no_reason = facts();
  no_reason["topology"].erase("cpu_node_count");
  EXPECT_EQ(summary(evaluate(pack(), no_reason)), "|not_assessed|file_absent|/topology/cpu_node_count,|\n");
}

TEST(Evaluate, AMilderLevelStandsWhileTheUpperEndKeepsTheSevereOne) {
  const std::string text = R"(pack: {name: p, version: "1", domain: d}
rules:
  - id: two-levels
    version: 1
    title: Two levels
    levels:
      - {when: facts.kernel.swappiness > 50, severity: high, confidence: confirmed}
      - {when: facts.kernel.zone_reclaim_mode != 0, severity: low, confidence: probable}
    words: {engineer: e, business: b}
    recommendation: {do: d, verify: v, undo: u, effort: minutes}
    impact: {provenance: qualitative, text: t}
)";
  const RiskTable table = pack().risk;
  const LoadedPack loaded = load_rule_pack({{"packs/p.yaml", "p.yaml", text}});
  const auto on = [&](const char* json) { return evaluate(loaded.pack, Json::parse(json)); };
  const auto all = on(R"({"kernel": {"swappiness": 60, "zone_reclaim_mode": 1}})");
  const auto part = on(R"({"kernel": {"zone_reclaim_mode": 1}})");
  EXPECT_EQ(summary(all), "|fail|||\n");
  EXPECT_EQ(summary(part), "|fail||/kernel/swappiness,|\n");
  EXPECT_EQ(part.front().severity, Severity::low);
  EXPECT_TRUE(part.front().level_uncertain);
  EXPECT_GE(assess_risk(part, table).node.index_upper, assess_risk(all, table).node.index_upper);
  EXPECT_LT(assess_risk(part, table).node.index, assess_risk(all, table).node.index);
  EXPECT_NE(assess_risk(part, table).node.level, RiskLevel::low);
  EXPECT_EQ(summary(on(R"({"kernel": {"zone_reclaim_mode": 0}})")), "|not_assessed|file_absent|/kernel/swappiness,|\n");
}

TEST(Evaluate, FactsOfAWrongKindAreAnErrorAndNothingWorse) {
  Json wrong = facts();
  wrong["workers"][0]["cpus_allowed"] = 5;
  EXPECT_EQ(summary(evaluate(pack(), wrong)),
            "a.service|pass|||\nb.service|error|||no such overload: nodes_of(int, list)\n");
  for (const char* text : {"null", "[]", "5", "{}", R"({"topology": []})", R"({"topology": {"cpu_node_count": "2"}})",
                           R"({"sources": 3, "missing": [1], "workers": "x"})"}) {
    for (const Finding& finding : evaluate(pack(), Json::parse(text))) {
      EXPECT_NE(finding.result, FindingResult::pass) << text;
      EXPECT_NE(finding.result, FindingResult::fail) << text;
    }
  }
}

TEST(Evaluate, NormalisesNumbersThatTheDescriptionCallsFloating) {
  Json json =
      Json::parse(R"({"node": {"window_seconds": 30, "as_root": true}, "workers": [{"busy_cpus": 1, "pid": 2}]})");
  normalise_facts(json);
  EXPECT_EQ(to_compact_text(json),
            R"({"node":{"as_root":true,"window_seconds":30.0},"workers":[{"busy_cpus":1.0,"pid":2}]})");
}

std::string problems_against(const std::string& schema_name, const Json& document) {
  const std::string path = std::string(IHC_SOURCE_DIR) + "/rules/schema/" + schema_name + ".schema.json";
  const auto text = read_file(path, limits::kMaxJsonBytes);
  const auto schema_json = parse_json(text.value_or(""), path);
  if (!schema_json) return to_string(schema_json.error());
  valijson::Schema schema;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(*schema_json), schema);
  valijson::Validator validator;
  valijson::ValidationResults results;
  validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results);
  std::string problems;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (const std::string& step : error.context) problems += step;
    problems += ": " + error.description + "\n";
  }
  return problems;
}

TEST(Schemas, FindingsJsonIsValidAndStable) {
  Json mixed = facts();
  mixed["workers"][1].erase("cpus_allowed");
  for (const Json& document : {facts(), mixed, Json::object()}) {
    const std::vector<Finding> findings = evaluate(pack(), document);
    const Json json = findings_to_json(findings, assess_risk(findings, pack().risk), pack());
    EXPECT_EQ(problems_against("findings", json), "");
    const std::vector<Finding> again = evaluate(pack(), document);
    EXPECT_EQ(to_pretty_text(json), to_pretty_text(findings_to_json(again, assess_risk(again, pack().risk), pack())));
  }
  Json broken = findings_to_json({}, assess_risk({}, pack().risk), pack());
  broken["risk"]["level"] = "none";
  EXPECT_NE(problems_against("findings", broken), "");
}

TEST(Schemas, PacksAndProfilesAreValid) {
  const auto shipped = load_resources("rules", std::string(IHC_SOURCE_DIR) + "/rules");
  ASSERT_TRUE(shipped) << to_string(shipped.error());
  std::vector<Resource> files = *shipped;
  files.push_back({"packs/here.yaml", "here", kPack});
  files.push_back({"params/here.yaml", "here",
                   "profile: {name: lab}\nparams: {worker-off-node: {limit: 5.0}}\noff: [{rule: a, reason: b}]\n"});
  for (const Resource& file : files) {
    const bool is_pack = file.path.starts_with("packs/");
    if (!is_pack && !file.path.starts_with("params/")) continue;
    YamlNode root;
    std::vector<Diagnostic> diagnostics;
    ASSERT_TRUE(YamlSource(file.origin, file.bytes).parse(root, diagnostics)) << file.path;
    EXPECT_EQ(problems_against(is_pack ? "pack" : "params", to_json(root)), "") << file.path;
  }
}

}  // namespace
}  // namespace ihc
