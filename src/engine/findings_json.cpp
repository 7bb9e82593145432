// findings.json. Keys come out sorted; numbers are rounded where they are shown, so that two machines print the same
// bytes.
#include <cmath>

#include "base/version.h"
#include "engine/risk.h"

namespace ihc {

namespace {

double rounded(double value, double per_unit) { return std::round(value * per_unit) / per_unit; }
double tenths(double value) { return rounded(value, 10); }
double millionths(double value) { return rounded(value, 1e6); }

template <class T>
Json or_null(const std::optional<T>& value, Json (*print)(const T&)) {
  return value ? print(*value) : Json(nullptr);
}

Json waiver_to_json(const Waiver& waiver) {
  return {{"reason", waiver.reason}, {"owner", waiver.owner}, {"expires", waiver.expires}};
}
Json missing_to_json(const MissingEvidence& missing) {
  return {{"fact", missing.fact}, {"collector", missing.collector}, {"hint", missing.hint}};
}

Json evidence_to_json(const std::vector<FindingEvidence>& evidence) {
  Json array = Json::array();
  for (const FindingEvidence& entry : evidence) {
    Json files = Json::array();
    for (const std::string& path : entry.files) files.push_back({{"path", path}});
    array.push_back({{"fact", entry.fact}, {"value", entry.value}, {"files", std::move(files)}});
  }
  return array;
}

Json references_to_json(const std::vector<Reference>& references) {
  Json array = Json::array();
  for (const Reference& reference : references) array.push_back({{"title", reference.title}, {"url", reference.url}});
  return array;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json finding_to_json(const Finding& finding) {
  return {{"rule", finding.rule},
          {"rule_version", finding.rule_version},
          {"title", finding.title},
          {"pack", finding.pack},
          {"domain", finding.domain},
          {"group", finding.group},
          {"tags", finding.tags},
          {"checklist", finding.checklist},
          {"result", to_string(finding.result)},
          {"reason", text_or_null(finding.reason)},
          {"error", text_or_null(finding.error)},
          {"subject_key", text_or_null(finding.subject_key)},
          {"subjects_unknown", finding.subjects_unknown},
          {"severity", to_string(finding.severity)},
          {"confidence", to_string(finding.confidence)},
          {"severity_max", to_string(finding.severity_max)},
          {"confidence_max", to_string(finding.confidence_max)},
          {"level_uncertain", finding.level_uncertain},
          {"waiver", or_null(finding.waiver, waiver_to_json)},
          {"evidence", evidence_to_json(finding.evidence)},
          {"evidence_truncated", finding.evidence_truncated},
          {"missing", or_null(finding.missing, missing_to_json)},
          {"text", {{"engineer", finding.text_engineer}, {"business", finding.text_business}}},
          {"text_gaps", finding.text_gaps},
          {"recommendation",
           {{"do", finding.recommendation.what_to_do},
            {"verify", finding.recommendation.verify},
            {"undo", finding.recommendation.undo},
            {"effort", finding.recommendation.effort}}},
          {"impact",
           {{"provenance", finding.impact.provenance},
            {"text", finding.impact.text},
            {"source", finding.impact.source},
            {"hardware", finding.impact.hardware}}},
          {"references", references_to_json(finding.references)}};
}

Json terms_to_json(const std::vector<RiskTerm>& terms) {
  Json array = Json::array();
  for (const RiskTerm& term : terms) {
    array.push_back({{"rule", term.rule},
                     {"subject_key", text_or_null(term.subject_key)},
                     {"group", term.group},
                     {"severity", to_string(term.severity)},
                     {"confidence", to_string(term.confidence)},
                     {"weight", millionths(term.weight)},
                     {"confidence_value", millionths(term.confidence_value)},
                     {"exposure", millionths(term.exposure)},
                     {"share", millionths(term.share)},
                     {"counted", millionths(term.counted)},
                     {"times", term.times},
                     {"assumed", term.assumed}});
  }
  return array;
}

Json scope_to_json(const RiskScope& scope) {
  return {{"level", to_string(scope.level)},
          {"level_reasons", scope.level_reasons},
          {"index", tenths(scope.index)},
          {"index_upper", tenths(scope.index_upper)},
          {"coverage_pct", tenths(scope.coverage_pct)},
          {"coverage_assessed", millionths(scope.coverage_assessed)},
          {"coverage_applicable", millionths(scope.coverage_applicable)},
          {"provisional", scope.provisional},
          {"terms", terms_to_json(scope.terms)},
          {"upper_terms", terms_to_json(scope.upper_terms)}};
}

Json risk_to_json(const Risk& risk) {
  Json json = scope_to_json(risk.node);
  json["table_version"] = risk.table_version;
  json["domains"] = Json::array();
  for (const RiskScope& scope : risk.domains) {
    Json domain = scope_to_json(scope);
    domain["domain"] = scope.domain;
    json["domains"].push_back(std::move(domain));
  }
  json["to_low"] = Json::array();
  for (const ToLow& step : risk.to_low) {
    json["to_low"].push_back({{"action", step.action},
                              {step.action == "checklist" ? "item" : "rule", step.rule},
                              {"subject_key", text_or_null(step.subject_key)},
                              {"severity", to_string(step.severity)},
                              {"reason", text_or_null(step.reason)},
                              {"hint", text_or_null(step.hint)}});
  }
  return json;
}

Json checklist_to_json(const std::vector<ChecklistItem>& checklist) {
  Json array = Json::array();
  for (const ChecklistItem& item : checklist) {
    Json rules = Json::array();
    for (const ChecklistItem::Entry& entry : item.rules) {
      rules.push_back({{"rule", entry.rule},
                       {"subject_key", text_or_null(entry.subject_key)},
                       {"result", to_string(entry.result)},
                       {"reason", text_or_null(entry.reason)}});
    }
    array.push_back({{"id", item.id},
                     {"state", to_string(item.state)},
                     {"reason", text_or_null(item.reason)},
                     {"rules", std::move(rules)}});
  }
  return array;
}

}  // namespace

Json findings_to_json(const std::vector<Finding>& findings, const Risk& risk, const RulePack& pack) {
  Json packs = Json::array();
  for (const PackInfo& info : pack.packs) {
    packs.push_back({{"name", info.name}, {"version", info.version}, {"domain", info.domain}});
  }
  Json off = Json::array();
  for (const RuleOff& entry : pack.off) off.push_back({{"rule", entry.rule}, {"reason", entry.reason}});
  Json list = Json::array();
  for (const Finding& finding : findings) list.push_back(finding_to_json(finding));
  return {{"schema_version", kFindingsSchemaVersion},       {"tool_version", kVersion},    {"packs", std::move(packs)},
          {"profile", text_or_null(pack.profile)},          {"rules_off", std::move(off)}, {"risk", risk_to_json(risk)},
          {"checklist", checklist_to_json(risk.checklist)}, {"findings", std::move(list)}};
}

}  // namespace ihc
