// What `check` and `report` share: a bundle's facts, judged by the rules, with the hash of every file a finding cites.
#pragma once

#include <filesystem>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "bundle/bundle.h"
#include "report/input.h"
#include "report/template_set.h"

namespace ihc {

struct Assessment {
  Json facts;
  Json findings;  ///< findings.json
  std::vector<report::EvidenceEntry> evidence;
  report::RiskMarks marks;
};

/// Reads the facts, loads the rules (from `rules_dir` when given) and evaluates. Fails when the rules have errors; each
/// is printed on standard error where it stands.
Result<Assessment> assess(const Bundle& bundle, const std::filesystem::path& rules_dir);

/// The templates (from `templates_dir` when given). Fails when they have errors; each is printed on standard error.
Result<report::TemplateSet> load_checked_templates(const std::filesystem::path& templates_dir);

}  // namespace ihc
