#include "engine/statements.h"

#include <algorithm>

#include "base/clock.h"
#include "engine/pack_reader.h"

namespace ihc {

namespace {

constexpr std::string_view kAnySubject = "*";
constexpr std::string_view kNodeSubject = "node";
constexpr std::size_t kDayLength = 10;  // "2026-11-21"

std::optional<std::string> optional_text(MappingReader& reader, std::string_view key) {
  std::string text = reader.optional_text(key);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::optional<double> optional_number(MappingReader& reader, std::string_view key) {
  return reader.node().find(key) == nullptr ? std::nullopt : reader.number(key);
}

std::string day(MappingReader& reader, std::string_view key) {
  const YamlNode* node = reader.required(key);
  std::string text = reader.text(node, key);
  if (node != nullptr && !(text.size() == kDayLength && utc_from_text(text))) {
    reader.error(*node, "bad-date", "\"" + text + "\" is no day", "write it as 2026-11-21");
  }
  return text;
}

std::optional<std::map<std::string, double>> numbers(MappingReader& reader, std::string_view key) {
  const YamlNode* mapping = reader.mapping(key);
  if (mapping == nullptr) return std::nullopt;
  std::map<std::string, double> values;
  for (std::size_t i = 0; i + 1 < mapping->children.size(); i += 2) {
    const Json value = to_json(mapping->children[i + 1]);
    if (value.is_number()) {
      values[mapping->children[i].text] = value.get<double>();
    } else {
      reader.error(mapping->children[i + 1], "wrong-kind", mapping->children[i].text + " is a number");
    }
  }
  return values;
}

std::vector<Statement> statements(const YamlSource& source, MappingReader& reader, std::string_view key,
                                  std::vector<Diagnostic>& diagnostics) {
  std::vector<Statement> list;
  const YamlNode* sequence = reader.sequence(key);
  if (sequence == nullptr) return list;
  for (const YamlNode& node : sequence->children) {
    MappingReader entry(source, node, "a statement", diagnostics);
    Statement statement;
    statement.item = entry.required_text("item");
    statement.statement = entry.required_text("statement");
    statement.who = entry.required_text("who");
    statement.date = day(entry, "date");
    entry.finish();
    list.push_back(std::move(statement));
  }
  return list;
}

void check_rule_exists(const YamlNode& node, const std::string& rule, const RulePack& pack, MappingReader& reader) {
  if (rule.empty() || pack.find(rule) != nullptr) return;
  std::vector<std::string> ids;
  for (const Rule& candidate : pack.rules) ids.push_back(candidate.id);
  const std::string close = closest_word(rule, ids);
  reader.error(node, "unknown-rule", "there is no rule \"" + rule + "\"",
               close.empty() ? "" : "did you mean \"" + close + "\"?");
}

bool is_meant(const StatedWaiver& waiver, const Finding& finding) {
  if (waiver.rule != finding.rule) return false;
  if (waiver.subject == kAnySubject) return true;
  return waiver.subject == (finding.subject_key.empty() ? std::string(kNodeSubject) : finding.subject_key);
}

}  // namespace

Engagement read_engagement(const Resource& file, std::vector<Diagnostic>& diagnostics) {
  Engagement engagement;
  const YamlSource source(file.origin, file.bytes);
  YamlNode root;
  if (!source.parse(root, diagnostics)) return engagement;
  MappingReader reader(source, root, "an engagement file", diagnostics);
  if (const YamlNode* header = reader.required("engagement")) {
    MappingReader fields(source, *header, "engagement", diagnostics);
    engagement.client = optional_text(fields, "client");
    engagement.scrape_interval_seconds = optional_number(fields, "scrape_interval_seconds");
    engagement.slo = numbers(fields, "slo");
    engagement.demand = numbers(fields, "demand");
    engagement.prices = numbers(fields, "prices");
    engagement.currency = optional_text(fields, "currency");
    fields.finish();
  }
  engagement.decisions = statements(source, reader, "decisions", diagnostics);
  engagement.attestations = statements(source, reader, "attestations", diagnostics);
  reader.finish();
  return engagement;
}

std::vector<StatedWaiver> read_waivers(const Resource& file, const RulePack& pack, const std::string& as_of,
                                       std::vector<Diagnostic>& diagnostics) {
  std::vector<StatedWaiver> waivers;
  const YamlSource source(file.origin, file.bytes);
  YamlNode root;
  if (!source.parse(root, diagnostics)) return waivers;
  MappingReader reader(source, root, "a waivers file", diagnostics);
  const YamlNode* required = reader.required("waivers");
  const YamlNode* list = required == nullptr ? nullptr : reader.sequence("waivers");
  for (std::size_t i = 0; list != nullptr && i < list->children.size(); ++i) {
    const YamlNode& node = list->children[i];
    MappingReader entry(source, node, "a waiver", diagnostics);
    StatedWaiver waiver;
    waiver.rule = entry.required_text("rule");
    waiver.subject = entry.required_text("subject");
    waiver.reason = entry.required_text("reason");
    waiver.owner = entry.required_text("owner");
    waiver.expires = day(entry, "expires");
    // Days in ISO form sort as text.
    waiver.expired = waiver.expires < as_of.substr(0, kDayLength);
    entry.finish();
    check_rule_exists(node, waiver.rule, pack, entry);
    waivers.push_back(std::move(waiver));
  }
  reader.finish();
  return waivers;
}

void apply_waivers(const std::vector<StatedWaiver>& waivers, std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    if (finding.result != FindingResult::fail) continue;
    const auto waiver = std::find_if(waivers.begin(), waivers.end(), [&](const StatedWaiver& candidate) {
      return !candidate.expired && is_meant(candidate, finding);
    });
    if (waiver != waivers.end()) finding.waiver = Waiver{waiver->reason, waiver->owner, waiver->expires};
  }
}

}  // namespace ihc
