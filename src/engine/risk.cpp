#include "engine/risk.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "engine/checklist.h"

namespace ihc {

namespace {

bool is_unassessed(const Finding& finding) {
  return finding.result == FindingResult::not_assessed || finding.result == FindingResult::error;
}

template <class Key>
double looked_up(const std::map<Key, double>& table, Key key) {
  const auto entry = table.find(key);
  return entry == table.end() ? 0 : entry->second;
}

// The lower end takes what is known, the upper end the worst that what is known allows.
enum class End { lower, upper };

RiskTerm term_of(const Finding& finding, const RiskTable& table, End end) {
  const bool assumed = is_unassessed(finding) || (end == End::upper && finding.level_uncertain);
  RiskTerm term;
  term.rule = finding.rule;
  term.subject_key = finding.subject_key;
  term.group = finding.group;
  term.severity = assumed ? finding.severity_max : finding.severity;
  term.confidence = assumed ? finding.confidence_max : finding.confidence;
  term.weight = looked_up(table.severity_weight, term.severity);
  term.confidence_value = looked_up(table.confidence, term.confidence);
  term.exposure = term.weight * term.confidence_value;
  term.assumed = assumed;
  if (finding.subjects_unknown) term.times = std::max(1, table.unknown_subjects);
  return term;
}

bool is_larger(const RiskTerm& left, const RiskTerm& right) {
  if (left.exposure != right.exposure) return left.exposure > right.exposure;
  return std::tie(left.rule, left.subject_key) < std::tie(right.rule, right.subject_key);
}

// The largest exposure of each root cause counts in full, the others by the table's share. A term that stands for many
// is split: its first may be that largest one, its others never are.
std::vector<RiskTerm> with_shares(std::vector<RiskTerm> terms, double repeat_share) {
  std::sort(terms.begin(), terms.end(), is_larger);
  std::set<std::string> groups_seen;
  std::vector<RiskTerm> shared;
  for (RiskTerm& term : terms) {
    const int repeats = term.times - 1;
    term.times = 1;
    term.share = groups_seen.insert(term.group).second ? 1 : repeat_share;
    term.counted = term.exposure * term.share;
    shared.push_back(term);
    if (repeats == 0) continue;
    term.times = repeats;
    term.share = repeat_share;
    term.counted = term.exposure * repeat_share;
    shared.push_back(term);
  }
  return shared;
}

double index_of(const std::vector<RiskTerm>& terms) {
  double product = 1;
  for (const RiskTerm& term : terms) product *= std::pow(1 - term.counted, term.times);
  return 100 * (1 - product);
}

// Coverage counts rules, by the most each could say; a rule over many subjects counts by the share of them assessed.
void add_coverage(RiskScope& scope, const std::vector<const Finding*>& findings, const RiskTable& table) {
  struct Count {
    double weight = 0;
    int applicable = 0;
    int assessed = 0;
  };
  std::map<std::string, Count> rules;
  int applicable = 0;
  int assessed = 0;
  for (const Finding* finding : findings) {
    if (finding->result == FindingResult::not_applicable) continue;
    Count& count = rules[finding->rule];
    count.weight = looked_up(table.coverage_weight, finding->severity_max);
    ++count.applicable;
    ++applicable;
    if (is_unassessed(*finding)) continue;
    ++count.assessed;
    ++assessed;
  }
  for (const auto& [rule, count] : rules) {
    scope.coverage_applicable += count.weight;
    scope.coverage_assessed += count.weight * count.assessed / count.applicable;
  }
  if (scope.coverage_applicable > 0) {
    scope.coverage_pct = 100 * scope.coverage_assessed / scope.coverage_applicable;
  } else if (applicable > 0) {
    // Rules that only inform have no weight; among themselves they count alike.
    scope.coverage_pct = 100.0 * assessed / applicable;
  }
  scope.provisional = scope.coverage_pct < table.provisional_coverage_pct;
}

bool is_decisive(const RiskTerm& term, const RiskTable& table) {
  return term.confidence_value >= table.decisive_confidence;
}

bool is_raising(const RiskTerm& term, const RiskTable& table) {
  return std::ranges::find(table.raised_by, term.rule) != table.raised_by.end();
}

std::vector<std::string> reasons_for_high(const RiskScope& scope, const RiskTable& table) {
  std::vector<std::string> reasons;
  bool critical = false;
  std::set<std::string> severe_groups;
  for (const RiskTerm& term : scope.terms) {
    if (!is_decisive(term, table) || term.severity < Severity::high) continue;
    severe_groups.insert(term.group);
    critical = critical || term.severity == Severity::critical;
  }
  if (critical) reasons.emplace_back("critical_finding");
  if (static_cast<int>(severe_groups.size()) >= table.high_groups) reasons.emplace_back("high_findings");
  if (scope.index >= table.high_index) reasons.emplace_back("index");
  return reasons;
}

bool has_severe(const std::vector<RiskTerm>& terms) {
  return std::any_of(terms.begin(), terms.end(), [](const RiskTerm& term) { return term.severity >= Severity::high; });
}

std::vector<std::string> reasons_for_medium(const RiskScope& scope, const RiskTable& table) {
  std::vector<std::string> reasons;
  if (has_severe(scope.terms)) reasons.emplace_back("severe_finding");
  if (scope.index >= table.medium_index) reasons.emplace_back("index");
  return reasons;
}

// What was not assessed must not be able to make the level higher than low: so that taking evidence away from a node
// that is not low can never make it low.
std::vector<std::string> reasons_against_low(const RiskScope& scope, const std::vector<ChecklistItem>& checklist,
                                             const RiskTable& table) {
  std::vector<std::string> reasons;
  if (scope.coverage_pct < table.low_coverage_pct) reasons.emplace_back("coverage");
  if (std::any_of(checklist.begin(), checklist.end(), blocks_low)) reasons.emplace_back("checklist_not_assessed");
  const auto could_raise = [&](const RiskTerm& term) { return term.assumed && is_raising(term, table); };
  if (has_severe(scope.upper_terms) || std::ranges::any_of(scope.upper_terms, could_raise))
    reasons.emplace_back("severe_rule_not_assessed");
  if (scope.index_upper >= table.medium_index) reasons.emplace_back("index_upper");
  return reasons;
}

void set_level(RiskScope& scope, const std::vector<ChecklistItem>& checklist, const RiskTable& table) {
  scope.level = RiskLevel::high;
  scope.level_reasons = reasons_for_high(scope, table);
  if (!scope.level_reasons.empty()) return;
  scope.level = RiskLevel::medium;
  scope.level_reasons = reasons_for_medium(scope, table);
  if (!scope.level_reasons.empty()) return;
  scope.level_reasons = reasons_against_low(scope, checklist, table);
  if (scope.level_reasons.empty()) {
    scope.level = RiskLevel::low;
  } else {
    scope.level_reasons.insert(scope.level_reasons.begin(), "insufficient_evidence");
  }
}

// Weights say how likely a weakness is to harm; a missed objective is the harm, seen. It counts once, however many
// objectives were missed.
void raise_level(RiskScope& scope, const RiskTable& table) {
  const auto raises = [&](const RiskTerm& term) { return is_decisive(term, table) && is_raising(term, table); };
  if (scope.level == RiskLevel::high || std::ranges::none_of(scope.terms, raises)) return;
  // What was open no longer decides the level.
  if (!scope.level_reasons.empty() && scope.level_reasons.front() == "insufficient_evidence")
    scope.level_reasons.clear();
  scope.level = scope.level == RiskLevel::low ? RiskLevel::medium : RiskLevel::high;
  scope.level_reasons.emplace_back("slo_missed");
}

RiskScope assess_scope(std::string domain, const std::vector<const Finding*>& findings,
                       const std::vector<ChecklistItem>& checklist, const RiskTable& table) {
  RiskScope scope;
  scope.domain = std::move(domain);
  std::vector<RiskTerm> failed;
  std::vector<RiskTerm> assumed;
  for (const Finding* finding : findings) {
    const bool is_failure = finding->result == FindingResult::fail;
    if (is_failure) failed.push_back(term_of(*finding, table, End::lower));
    if (is_failure || is_unassessed(*finding)) assumed.push_back(term_of(*finding, table, End::upper));
  }
  scope.terms = with_shares(std::move(failed), table.group_repeat_share);
  scope.upper_terms = with_shares(std::move(assumed), table.group_repeat_share);
  scope.index = index_of(scope.terms);
  // Both ends come from products of many factors; rounding must not turn them round.
  scope.index_upper = std::max(scope.index, index_of(scope.upper_terms));
  add_coverage(scope, findings, table);
  set_level(scope, checklist, table);
  return scope;
}

std::vector<ToLow> steps_to_low(const Risk& risk, const std::vector<Finding>& findings) {
  std::vector<ToLow> steps;
  if (risk.node.level == RiskLevel::low) return steps;
  for (const RiskTerm& term : risk.node.terms) {
    if (term.exposure > 0) steps.push_back({"fix", term.rule, term.subject_key, term.severity, "", ""});
  }
  std::set<std::string> rules_seen;
  for (const RiskTerm& term : risk.node.upper_terms) {
    if (!term.assumed || term.exposure <= 0 || !rules_seen.insert(term.rule).second) continue;
    const auto finding = std::find_if(findings.begin(), findings.end(), [&](const Finding& candidate) {
      return candidate.rule == term.rule && (is_unassessed(candidate) || candidate.level_uncertain);
    });
    const std::string hint = finding->missing ? finding->missing->hint : "";
    const std::string reason = finding->reason.empty() ? "file_absent" : finding->reason;
    steps.push_back({"collect", term.rule, "", term.severity, reason, hint});
  }
  for (const ChecklistItem& item : risk.checklist) {
    if (blocks_low(item)) steps.push_back({"checklist", item.id, "", Severity::info, item.reason, ""});
  }
  return steps;
}

}  // namespace

Risk assess_risk(const std::vector<Finding>& findings, const RiskTable& table) {
  Risk risk;
  risk.table_version = table.version;
  risk.checklist = assess_checklist(findings, table);
  std::vector<const Finding*> all;
  std::map<std::string, std::vector<const Finding*>> by_domain;
  for (const Finding& finding : findings) {
    all.push_back(&finding);
    // A domain of which nothing applies here has no level.
    if (finding.result != FindingResult::not_applicable) by_domain[finding.domain].push_back(&finding);
  }
  risk.node = assess_scope("", all, risk.checklist, table);
  raise_level(risk.node, table);
  for (const auto& [domain, of_domain] : by_domain) {
    risk.domains.push_back(assess_scope(domain, of_domain, {}, table));
  }
  risk.to_low = steps_to_low(risk, findings);
  return risk;
}

}  // namespace ihc
