// What a rule says about a subject, and the words for it (DESIGN "Words").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace ihc {

enum class Severity { info, low, medium, high, critical };  ///< ascending
enum class Confidence { suspected, probable, confirmed };   ///< ascending
enum class FindingResult { pass, fail, not_applicable, not_assessed, error };
enum class RiskLevel { low, medium, high };

std::string_view to_string(Severity severity);
std::string_view to_string(Confidence confidence);
std::string_view to_string(FindingResult result);
std::string_view to_string(RiskLevel level);
std::optional<Severity> severity_from(std::string_view word);
std::optional<Confidence> confidence_from(std::string_view word);
std::optional<FindingResult> result_from(std::string_view word);

/// The reason codes of `not_assessed` and `not_applicable`, in the order of DESIGN "Words".
const std::vector<std::string>& reason_codes();

/// A fact that a finding rests on, and the evidence files it was read from (paths in the bundle's plain tree).
struct FindingEvidence {
  std::string fact;  ///< JSON pointer: "/kernel/zone_reclaim_mode"
  Json value;
  std::vector<std::string> files;
};

/// The fact whose absence kept a rule from judging.
struct MissingEvidence {
  std::string fact;  ///< JSON pointer; empty when a guard, and no absent fact, was the reason
  std::string collector;
  std::string hint;
};

struct Recommendation {
  std::string what_to_do;  ///< "do" in YAML and JSON
  std::string verify;
  std::string undo;
  std::string effort;
};

struct Impact {
  std::string provenance;  ///< measured_on_node, published or qualitative
  std::string text;
  std::string source;
  std::string hardware;
};

struct Reference {
  std::string title;
  std::string url;
};

/// A waiver laid over a finding: it stays in the report, as waived.
struct Waiver {
  std::string reason;
  std::string owner;
  std::string expires;
};

struct Finding {
  std::string rule;
  int rule_version = 1;
  std::string title;
  std::string pack;
  std::string domain;
  std::string group;
  std::vector<std::string> tags;
  std::vector<std::string> checklist;
  FindingResult result = FindingResult::error;
  std::string reason;       ///< a reason code; empty for pass, fail and error
  std::string subject_key;  ///< empty: the node
  bool subjects_unknown =
      false;  ///< a rule over a list that could not be read: any number of subjects stands behind it
  Severity severity = Severity::info;             ///< of a failure: its level's; else the most the rule could say
  Confidence confidence = Confidence::suspected;  ///< likewise
  Severity severity_max = Severity::info;
  Confidence confidence_max = Confidence::suspected;
  bool level_uncertain =
      false;  ///< a failure, of which evidence for another level is missing: it may be up to severity_max
  std::vector<FindingEvidence> evidence;
  bool evidence_truncated = false;
  std::optional<MissingEvidence> missing;
  std::string error;          ///< of result `error`: what is wrong with the rule on these facts
  std::string text_engineer;  ///< filled for failures, plain text
  std::string text_business;
  std::vector<std::string> text_gaps;  ///< names in the words that had no value
  Recommendation recommendation;       ///< filled for failures and for what was not assessed
  Impact impact;
  std::vector<Reference> references;
  std::optional<Waiver> waiver;
};

}  // namespace ihc
