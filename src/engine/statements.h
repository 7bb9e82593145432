// What people state about a node, in two files of their own: goals, prices and decisions (--engagement), and failures
// that they accept (--waivers).
//
//   engagement: {client: Example AG, scrape_interval_seconds: 15, slo: {ttft_ms_p95: 500}, prices: {gpu_hour: 2.5},
//   currency: EUR} decisions:
//     - {item: C3, statement: "performance: measured in October", who: J. Doe, date: 2026-10-30}
//
//   waivers:
//     - {rule: svc-not-managed, subject: "*", reason: "moves to systemd in May", owner: ops, expires: 2027-05-31}
//
// rules/schema/{engagement,waivers}.schema.json describe every key.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/resources.h"
#include "engine/finding.h"
#include "engine/pack.h"
#include "facts/engagement.h"

namespace ihc {

/// Everything that is wrong is reported; with an error among the diagnostics the result must not be used.
Engagement read_engagement(const Resource& file, std::vector<Diagnostic>& diagnostics);

/// A rule that the pack does not have is an error. `as_of` is the day of the assessment, YYYY-MM-DD.
std::vector<StatedWaiver> read_waivers(const Resource& file, const RulePack& pack, const std::string& as_of,
                                       std::vector<Diagnostic>& diagnostics);

/// Lays every waiver that has not expired over the failures it names. Results, severities and risk stay as they are.
void apply_waivers(const std::vector<StatedWaiver>& waivers, std::vector<Finding>& findings);

}  // namespace ihc
