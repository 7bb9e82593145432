#include <map>
#include <string_view>

#include "base/json_read.h"
#include "base/version.h"
#include "report/check/formats.h"
#include "report/escape.h"
#include "report/format.h"

namespace ihc::report {

namespace {

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr std::string_view kBundleBase = "BUNDLE";

std::string level_of(const std::string& severity) {
  if (severity == "critical" || severity == "high") return "error";
  return severity == "medium" ? "warning" : "note";
}

std::string kind_of(const std::string& result) {
  if (result == "not_applicable") return "notApplicable";
  if (result == "not_assessed") return "open";
  return result;
}

// RFC 3986: what may not stand in a path is percent-encoded.
std::string uri_path(std::string_view path) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  static constexpr std::string_view kPlain = "-._~/";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       kPlain.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

Json message(const std::string& text) { return {{"text", printable(text)}}; }

Json rule_of(const Json& finding) {
  Json rule{{"id", string_at(finding, "rule")},
            {"shortDescription", message(one_line(string_at(finding, "title")))},
            {"defaultConfiguration", {{"level", level_of(string_at(finding, "severity_max"))}}},
            {"properties",
             {{"tags", list_at(finding, "tags")},
              {"domain", string_at(finding, "domain")},
              {"checklist", list_at(finding, "checklist")}}}};
  const std::string help = one_line(string_at(at(finding, "recommendation"), "do"));
  if (!help.empty()) rule["help"] = message(help);
  const Json& references = list_at(finding, "references");
  if (!references.empty()) rule["helpUri"] = string_at(references.front(), "url");
  return rule;
}

Json locations_of(const Json& finding, const std::string& node) {
  const std::string subject = string_at(finding, "subject_key");
  const std::string name = subject.empty() ? node : subject;
  const Json logical = Json::array(
      {{{"name", printable(name)}, {"fullyQualifiedName", printable(node + "/" + subject)}, {"kind", "resource"}}});
  Json locations = Json::array();
  for (const Json& evidence : list_at(finding, "evidence")) {
    for (const Json& file : list_at(evidence, "files")) {
      const Json artifact{{"uri", uri_path(string_at(file, "path"))}, {"uriBaseId", kBundleBase}};
      locations.push_back({{"logicalLocations", logical}, {"physicalLocation", {{"artifactLocation", artifact}}}});
    }
  }
  if (locations.empty()) locations.push_back({{"logicalLocations", logical}});
  return locations;
}

std::string text_of(const Json& finding, const Words& words) {
  const std::string text = one_line(string_at(at(finding, "text"), "engineer"));
  if (!text.empty()) return text;
  std::string fallback = one_line(string_at(finding, "title"));
  const std::string reason = reason_label(finding, words);
  if (!reason.empty()) fallback += ": " + reason;
  return fallback;
}

Json result_of(const Json& finding, const std::string& node, const Words& words, std::size_t rule_index) {
  const std::string kind = kind_of(string_at(finding, "result"));
  const std::string rule = string_at(finding, "rule");
  Json result{
      {"ruleId", rule},
      {"ruleIndex", rule_index},
      {"kind", kind},
      {"level", kind == "fail" ? level_of(string_at(finding, "severity")) : "none"},
      {"message", message(text_of(finding, words))},
      {"locations", locations_of(finding, node)},
      {"partialFingerprints", {{"subject/v1", printable(rule + "|" + string_at(finding, "subject_key"))}}},
      {"properties", {{"severity", string_at(finding, "severity")}, {"confidence", string_at(finding, "confidence")}}}};
  const Json& reason = at(finding, "reason");
  if (reason.is_string()) result["properties"]["reason"] = reason;
  if (const Json& waiver = at(finding, "waiver"); waiver.is_object()) {
    result["suppressions"] = Json::array(
        {{{"kind", "external"}, {"status", "accepted"}, {"justification", printable(string_at(waiver, "reason"))}}});
  }
  return result;
}

}  // namespace

std::string findings_sarif(const Json& findings, const std::string& node, const Words& words) {
  Json rules = Json::array();
  Json results = Json::array();
  Json notifications = Json::array();
  std::map<std::string, std::size_t> index_of;
  for (const Json& finding : list_at(findings, "findings")) {
    const auto [known, is_new] = index_of.emplace(string_at(finding, "rule"), rules.size());
    if (is_new) rules.push_back(rule_of(finding));
    if (string_at(finding, "result") == "error") {
      notifications.push_back({{"level", "error"},
                               {"message", message(string_at(finding, "error"))},
                               {"associatedRule", {{"id", known->first}, {"index", known->second}}}});
    } else {
      results.push_back(result_of(finding, node, words, known->second));
    }
  }
  const Json run{
      {"tool", {{"driver", {{"name", "ihc"}, {"version", kVersion}, {"rules", std::move(rules)}}}}},
      {"invocations", Json::array({{{"executionSuccessful", notifications.empty()},
                                    {"toolExecutionNotifications", std::move(notifications)}}})},
      {"automationDetails", {{"id", "ihc/" + printable(node)}}},
      {"properties", {{"risk", at(findings, "risk").is_object() ? string_at(at(findings, "risk"), "level") : ""}}},
      {"results", std::move(results)}};
  return to_pretty_text({{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array({run})}});
}

}  // namespace ihc::report
