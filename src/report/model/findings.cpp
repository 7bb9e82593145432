#include "report/model/findings.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/json_read.h"
#include "report/escape.h"
#include "report/format.h"

namespace ihc::report {

namespace {

constexpr std::size_t kMaxFactsShown = 12;
constexpr std::size_t kMaxFactBytes = 160;
constexpr std::size_t kMaxBusinessItems = 5;
constexpr std::size_t kMinRecommendations = 3;

using SubjectKey = std::pair<std::string, std::string>;

SubjectKey key_of(const Json& finding) { return {string_at(finding, "rule"), string_at(finding, "subject_key")}; }

int severity_rank(const std::string& severity) {
  static const std::map<std::string, int> kRanks{{"critical", 4}, {"high", 3}, {"medium", 2}, {"low", 1}, {"info", 0}};
  const auto found = kRanks.find(severity);
  return found == kRanks.end() ? -1 : found->second;
}

// The order in which a reader should meet them: by what each adds to the risk, then by severity, then by name.
auto rank_of(const Json& finding, const std::map<SubjectKey, double>& counted) {
  const auto found = counted.find(key_of(finding));
  const double exposure = found == counted.end() ? 0 : found->second;
  return std::tuple(-exposure, -severity_rank(string_at(finding, "severity")), key_of(finding));
}

std::map<SubjectKey, double> counted_exposures(const Json& findings) {
  std::map<SubjectKey, double> counted;
  for (const Json& term : list_at(at(findings, "risk"), "terms"))
    counted[key_of(term)] = number_at(term, "counted").value_or(0);
  return counted;
}

bool is_waived(const Json& finding) { return at(finding, "waiver").is_object(); }

std::string waiver_text(const Json& finding, const Words& words) {
  const Json& waiver = at(finding, "waiver");
  if (!waiver.is_object()) return {};
  return words.text("states.accepted_by") + " " + string_at(waiver, "owner") + ", " + words.text("states.until") + " " +
         string_at(waiver, "expires") + ": " + one_line(string_at(waiver, "reason"));
}

std::vector<Reference> make_references(const Json& finding) {
  std::vector<Reference> references;
  for (const Json& reference : list_at(finding, "references")) {
    std::string url = reference.is_string() ? reference.get<std::string>() : string_at(reference, "url");
    std::string title = string_at(reference, "title");
    if (title == url) title.clear();
    references.push_back({.title = std::move(title), .url = std::move(url)});
  }
  return references;
}

void add_facts(FindingCard& card, const Json& finding, EvidenceIndex& evidence, const Words& words) {
  const Json& entries = list_at(finding, "evidence");
  for (const Json& entry : entries) {
    // Every file is cited, also for facts that are not printed here: the appendix is whole.
    std::vector<Citation> ids = evidence.cite_all(list_at(entry, "files"));
    if (card.facts.size() >= kMaxFactsShown) continue;
    card.facts.push_back({.fact = string_at(entry, "fact"),
                          .value = fact_text(at(entry, "value"), kMaxFactBytes, words),
                          .evidence = std::move(ids)});
  }
  if (entries.size() > card.facts.size()) card.facts_left_out = std::to_string(entries.size() - card.facts.size());
}

FindingCard make_card(const Json& finding, std::size_t number, EvidenceIndex& evidence, const Words& words) {
  const Json& recommendation = at(finding, "recommendation");
  const Json& impact = at(finding, "impact");
  FindingCard card;
  card.id = "F" + std::to_string(number);
  card.anchor = "f" + std::to_string(number);
  card.rule = string_at(finding, "rule");
  card.title = one_line(string_at(finding, "title"));
  card.domain = words.text("domains", string_at(finding, "domain"), "label");
  card.severity = words.text("severities", string_at(finding, "severity"), "label");
  card.confidence = words.text("confidences", string_at(finding, "confidence"), "label");
  card.subject = string_at(finding, "subject_key");
  card.engineer = one_line(string_at(at(finding, "text"), "engineer"));
  card.business = one_line(string_at(at(finding, "text"), "business"));
  card.waiver = waiver_text(finding, words);
  add_facts(card, finding, evidence, words);
  card.what_to_do = string_at(recommendation, "do");
  card.verify = string_at(recommendation, "verify");
  card.undo = string_at(recommendation, "undo");
  card.effort = one_line(string_at(recommendation, "effort"));
  card.impact_kind = words.text("impacts", string_at(impact, "provenance"), "label");
  card.impact = one_line(string_at(impact, "text"));
  card.impact_source = one_line(string_at(impact, "source"));
  card.impact_hardware = one_line(string_at(impact, "hardware"));
  card.references = make_references(finding);
  return card;
}

// The failures of one root cause; the first stands for it in the short list.
struct Cause {
  std::vector<std::size_t> members;  ///< into the ranked failures
};

// Failures that count, by root cause. A waived one was accepted, and an "info" one only explains others.
std::vector<Cause> causes_of(const std::vector<const Json*>& ranked) {
  std::vector<Cause> causes;
  std::map<std::string, std::size_t> by_group;
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    const Json& finding = *ranked[i];
    if (is_waived(finding) || severity_rank(string_at(finding, "severity")) <= 0) continue;
    std::string group = string_at(finding, "group");
    if (group.empty()) group = string_at(finding, "rule");
    const auto [found, is_new] = by_group.emplace(group, causes.size());
    if (is_new) causes.emplace_back();
    causes[found->second].members.push_back(i);
  }
  return causes;
}

std::vector<Citation> ids_of(const Cause& cause) {
  constexpr std::size_t kMaxIds = 6;
  std::vector<Citation> ids;
  for (std::size_t i = 0; i < std::min(cause.members.size(), kMaxIds); ++i)
    ids.push_back(make_citation("F" + std::to_string(cause.members[i] + 1)));
  return ids;
}

// What the person who pays reads is the instruction up to its technical detail: the first sentence, or the part before
// a colon or semicolon. Marks inside code spans, and points inside numbers and names, end nothing.
std::string first_clause(const std::string& prose) {
  const std::string text = one_line(prose);
  bool in_code = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '`') in_code = !in_code;
    const bool mark = text[at] == '.' || text[at] == ':' || text[at] == ';';
    const bool ends = at + 1 == text.size() || text[at + 1] == ' ';
    if (mark && ends && !in_code) return text.substr(0, at) + ".";
  }
  return text;
}

BusinessFinding make_business(const Cause& cause, const std::vector<const Json*>& ranked, std::size_t number,
                              const Words& words) {
  const Json& finding = *ranked[cause.members.front()];
  return {.number = std::to_string(number),
          .title = one_line(string_at(finding, "title")),
          .text = one_line(string_at(at(finding, "text"), "business")),
          .severity = words.text("severities", string_at(finding, "severity"), "label"),
          .confidence = words.text("confidences", string_at(finding, "confidence"), "business"),
          .domain = words.text("domains", string_at(finding, "domain"), "label"),
          .ids = ids_of(cause),
          .more = cause.members.size() > 1 ? std::to_string(cause.members.size() - 1) : ""};
}

BusinessRecommendation make_recommendation(const Cause& cause, const std::vector<const Json*>& ranked,
                                           std::size_t number, const Words& words) {
  const Json& finding = *ranked[cause.members.front()];
  const Json& recommendation = at(finding, "recommendation");
  const Json& impact = at(finding, "impact");
  const std::string plain = string_at(recommendation, "business");
  return {.number = std::to_string(number),
          .text = plain.empty() ? first_clause(string_at(recommendation, "do")) : one_line(plain),
          .effort = one_line(string_at(recommendation, "effort")),
          .impact_kind = words.text("impacts", string_at(impact, "provenance"), "label"),
          .impact = one_line(string_at(impact, "text")),
          .impact_source = one_line(string_at(impact, "source")),
          .impact_hardware = one_line(string_at(impact, "hardware")),
          .ids = ids_of(cause)};
}

// A node with few failures still has work: getting the evidence that is lacking. One row a reason, most checks first.
void add_evidence_recommendations(Findings& model, const Json& findings, const Words& words) {
  std::map<std::string, int> checks_by_reason;
  for (const Json& finding : list_at(findings, "findings")) {
    if (string_at(finding, "result") == "not_assessed") ++checks_by_reason[string_at(finding, "reason")];
  }
  std::vector<std::pair<int, std::string>> reasons;
  for (const auto& [reason, checks] : checks_by_reason) reasons.emplace_back(-checks, reason);
  std::sort(reasons.begin(), reasons.end());
  for (const auto& [checks, reason] : reasons) {
    if (model.recommendations.size() >= kMinRecommendations) return;
    const std::string text = words.text_or_empty("reasons", reason, "recommendation");
    if (text.empty()) continue;
    model.recommendations.push_back({.number = std::to_string(model.recommendations.size() + 1),
                                     .text = text,
                                     .effort = words.text_or_empty("reasons", reason, "effort"),
                                     .impact_kind = words.text("impacts", "qualitative", "label"),
                                     .impact = words.text("states.evidence_impact"),
                                     .impact_source = "",
                                     .impact_hardware = "",
                                     .ids = {}});
  }
}

// All results of one rule that passed, as one row.
struct PassedRule {
  PassedCheck row;
  std::vector<std::string> subjects;
  Json files = Json::array();
};

std::string shortened(const std::vector<std::string>& items, std::size_t shown, const Words& words) {
  std::string text;
  for (std::size_t i = 0; i < std::min(items.size(), shown); ++i) text += (i == 0 ? "" : ", ") + items[i];
  if (items.size() > shown) text += ", " + words.text("states.and_more") + " " + std::to_string(items.size() - shown);
  return text;
}

std::vector<PassedCheck> passed_checks(const Json& findings, EvidenceIndex& evidence, const Words& words) {
  constexpr std::size_t kMaxSubjects = 4;
  std::map<std::string, PassedRule> by_rule;
  for (const Json& finding : list_at(findings, "findings")) {
    if (string_at(finding, "result") != "pass") continue;
    PassedRule& passed = by_rule[string_at(finding, "rule")];
    passed.row.rule = string_at(finding, "rule");
    passed.row.title = one_line(string_at(finding, "title"));
    passed.row.domain = words.text("domains", string_at(finding, "domain"), "label");
    const std::string subject = string_at(finding, "subject_key");
    if (!subject.empty()) passed.subjects.push_back(subject);
    for (const Json& entry : list_at(finding, "evidence")) {
      for (const Json& file : list_at(entry, "files")) passed.files.push_back(file);
    }
  }
  std::vector<PassedCheck> checks;
  for (auto& [rule, passed] : by_rule) {
    passed.row.subjects =
        passed.subjects.empty() ? words.text("states.the_node") : shortened(passed.subjects, kMaxSubjects, words);
    passed.row.evidence = evidence.cite_all(passed.files);
    checks.push_back(std::move(passed.row));
  }
  return checks;
}

Counts count_results(const Json& findings) {
  std::map<std::string, int> results;
  int total = 0;
  for (const Json& finding : list_at(findings, "findings")) {
    ++results[string_at(finding, "result")];
    ++total;
  }
  return {.total = std::to_string(total),
          .failed = std::to_string(results["fail"]),
          .passed = std::to_string(results["pass"]),
          .not_assessed = std::to_string(results["not_assessed"] + results["error"]),
          .not_applicable = std::to_string(results["not_applicable"]),
          .any_failed = results["fail"] > 0};
}

}  // namespace

std::vector<const Json*> ranked_failures(const Json& findings) {
  const auto counted = counted_exposures(findings);
  std::vector<const Json*> failures;
  for (const Json& finding : list_at(findings, "findings")) {
    if (string_at(finding, "result") == "fail") failures.push_back(&finding);
  }
  std::stable_sort(failures.begin(), failures.end(), [&counted](const Json* left, const Json* right) {
    return rank_of(*left, counted) < rank_of(*right, counted);
  });
  return failures;
}

FindingIds finding_ids(const Json& findings) {
  FindingIds ids;
  std::size_t number = 0;
  for (const Json* finding : ranked_failures(findings)) ids.emplace(key_of(*finding), "F" + std::to_string(++number));
  return ids;
}

Findings make_findings(const ReportInput& input, EvidenceIndex& evidence, const Words& words) {
  Findings model;
  model.counts = count_results(input.findings);
  const std::vector<const Json*> ranked = ranked_failures(input.findings);
  for (std::size_t i = 0; i < ranked.size(); ++i) model.cards.push_back(make_card(*ranked[i], i + 1, evidence, words));
  const std::vector<Cause> causes = causes_of(ranked);
  for (std::size_t i = 0; i < std::min(causes.size(), kMaxBusinessItems); ++i) {
    model.business.push_back(make_business(causes[i], ranked, i + 1, words));
    model.recommendations.push_back(make_recommendation(causes[i], ranked, i + 1, words));
  }
  add_evidence_recommendations(model, input.findings, words);
  model.passed = passed_checks(input.findings, evidence, words);
  return model;
}

}  // namespace ihc::report
