#include "engine/finding.h"

#include <utility>

namespace ihc {

namespace {

template <class Enum>
using Words = std::vector<std::pair<Enum, std::string_view>>;

const Words<Severity>& severities() {
  static const Words<Severity> kWords{{Severity::info, "info"},
                                      {Severity::low, "low"},
                                      {Severity::medium, "medium"},
                                      {Severity::high, "high"},
                                      {Severity::critical, "critical"}};
  return kWords;
}
const Words<Confidence>& confidences() {
  static const Words<Confidence> kWords{
      {Confidence::suspected, "suspected"}, {Confidence::probable, "probable"}, {Confidence::confirmed, "confirmed"}};
  return kWords;
}
const Words<FindingResult>& results() {
  static const Words<FindingResult> kWords{{FindingResult::pass, "pass"},
                                           {FindingResult::fail, "fail"},
                                           {FindingResult::not_applicable, "not_applicable"},
                                           {FindingResult::not_assessed, "not_assessed"},
                                           {FindingResult::error, "error"}};
  return kWords;
}
const Words<RiskLevel>& levels() {
  static const Words<RiskLevel> kWords{
      {RiskLevel::low, "low"}, {RiskLevel::medium, "medium"}, {RiskLevel::high, "high"}};
  return kWords;
}

template <class Enum>
std::string_view word_of(const Words<Enum>& words, Enum value) {
  for (const auto& [candidate, word] : words) {
    if (candidate == value) return word;
  }
  return "";
}

template <class Enum>
std::optional<Enum> value_of(const Words<Enum>& words, std::string_view word) {
  for (const auto& [value, candidate] : words) {
    if (candidate == word) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Severity severity) { return word_of(severities(), severity); }
std::string_view to_string(Confidence confidence) { return word_of(confidences(), confidence); }
std::string_view to_string(FindingResult result) { return word_of(results(), result); }
std::string_view to_string(RiskLevel level) { return word_of(levels(), level); }
std::optional<Severity> severity_from(std::string_view word) { return value_of(severities(), word); }
std::optional<Confidence> confidence_from(std::string_view word) { return value_of(confidences(), word); }
std::optional<FindingResult> result_from(std::string_view word) { return value_of(results(), word); }

const std::vector<std::string>& reason_codes() {
  static const std::vector<std::string> kCodes{
      "file_absent",        "permission",  "tool_missing",         "event_unsupported",  "multiplexed", "boot_mismatch",
      "interval_too_short", "parse_error", "conflicting_evidence", "needs_before_after", "needs_load",  "timed_out",
      "host_side",          "structural"};
  return kCodes;
}

}  // namespace ihc
