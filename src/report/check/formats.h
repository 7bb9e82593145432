// Findings for other programs: SARIF for code and configuration dashboards, JUnit XML for pipelines, Prometheus text
// for a scraper. All are made from findings.json and say no more than it does.
#pragma once

#include <string>

#include "base/json.h"
#include "report/words.h"

namespace ihc::report {

/// SARIF 2.1.0 (OASIS). A failure is kind "fail"; what was not assessed is "open", never "pass"; a waived failure
/// carries a suppression; a rule in error is a notification of the invocation.
std::string findings_sarif(const Json& findings, const std::string& node, const Words& words);

/// JUnit XML as CI servers read it: a suite for each domain; what was not assessed or is waived is skipped, with the
/// reason.
std::string findings_junit(const Json& findings, const std::string& node, const Words& words);

/// Prometheus text exposition 0.0.4: gauges ihc_risk_index, ihc_risk_level, ihc_finding, …, all with the label node.
std::string findings_prometheus(const Json& findings, const std::string& node, const Words& words);

/// The arithmetic of the risk index, term by term, for a terminal.
std::string risk_arithmetic(const Json& findings, const Words& words);

/// Why a finding gives no judgement, as the words file has it; empty when it judges.
std::string reason_label(const Json& finding, const Words& words);

}  // namespace ihc::report
