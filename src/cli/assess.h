// What `check` and `report` share: a bundle's facts, judged by the rules, with the hash of every file a finding cites.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/json.h"
#include "base/result.h"
#include "bundle/bundle.h"
#include "engine/pack.h"
#include "facts/engagement.h"
#include "report/input.h"
#include "report/template_set.h"

namespace ihc {

struct Assessment {
  Json facts;
  Json findings;  ///< findings.json
  std::vector<report::EvidenceEntry> evidence;
  report::RiskMarks marks;
};

/// What a person may bring to an assessment besides the bundle. Empty: none.
struct AssessOptions {
  std::filesystem::path rules_dir;   ///< own rules over the shipped ones, by id
  std::string profile;               ///< a name in params/, or a profile file
  std::filesystem::path waivers;     ///< failures that somebody accepts
  std::filesystem::path engagement;  ///< goals, prices, decisions: stated, never measured
  std::string as_of;                 ///< day of the assessment; empty: the day the collection ended
};

/// The rules that --rules and --profile ask for. Fails when they have errors; each is printed on standard error where
/// it stands.
Result<RulePack> load_rules(const std::filesystem::path& rules_dir, const std::string& profile);

/// Reads the facts, adds what is stated, loads the rules and evaluates. Fails when rules, waivers or the engagement
/// file have errors; each is printed on standard error where it stands.
Result<Assessment> assess(const Bundle& bundle, const AssessOptions& options);

/// What the file of --engagement states. Fails when it has errors; each is printed on standard error.
Result<Engagement> load_engagement(const std::filesystem::path& file);

/// Declares --rules, --profile, --waivers, --engagement and --as-of.
void add_assess_options(CLI::App& app, AssessOptions& options);

/// The templates (from `templates_dir` when given). Fails when they have errors; each is printed on standard error.
Result<report::TemplateSet> load_checked_templates(const std::filesystem::path& templates_dir);

}  // namespace ihc
