#include "engine/pack.h"

#include <algorithm>

#include "engine/pack_check.h"
#include "engine/pack_reader.h"

namespace ihc {

namespace {

bool is_below(const std::string& path, std::string_view folder) {
  return path.starts_with(folder) && path.ends_with(".yaml") && path.find('/', folder.size()) == std::string::npos;
}

Diagnostic file_error(std::string file, std::string code, std::string message, std::string hint) {
  Diagnostic diagnostic;
  diagnostic.file = std::move(file);
  diagnostic.code = std::move(code);
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  return diagnostic;
}

}  // namespace

Severity Rule::severity_max() const {
  Severity most = Severity::info;
  for (const RuleLevel& level : levels) most = std::max(most, level.severity);
  return most;
}

Confidence Rule::confidence_max() const {
  Confidence most = Confidence::suspected;
  for (const RuleLevel& level : levels) {
    if (level.severity == severity_max()) most = std::max(most, level.confidence);
  }
  return most;
}

const Rule* RulePack::find(std::string_view id) const {
  const auto rule = std::lower_bound(rules.begin(), rules.end(), id,
                                     [](const Rule& left, std::string_view wanted) { return left.id < wanted; });
  return rule == rules.end() || rule->id != id ? nullptr : &*rule;
}

LoadedPack load_rule_pack(const std::vector<Resource>& resources, const std::string& profile) {
  LoadedPack loaded;
  bool has_risk_table = false;
  for (const Resource& resource : resources) {
    if (is_below(resource.path, "packs/")) read_pack(resource, loaded.pack, loaded.diagnostics);
    if (resource.path == "risk.yaml") {
      has_risk_table = true;
      read_risk_table(resource, loaded.pack.risk, loaded.diagnostics);
    }
  }
  bool has_profile = profile.empty();
  for (const Resource& resource : resources) {
    if (!is_below(resource.path, "params/")) continue;
    const bool chosen = resource.path == "params/" + profile + ".yaml";
    has_profile = has_profile || chosen;
    read_profile(resource, chosen ? ProfileUse::apply : ProfileUse::check, loaded.pack, loaded.diagnostics);
  }
  if (!has_risk_table) {
    loaded.diagnostics.push_back(
        file_error("risk.yaml", "no-risk-table", "the rules have no risk table", "copy rules/risk.yaml beside packs/"));
  }
  if (!has_profile) {
    loaded.diagnostics.push_back(
        file_error("params/" + profile + ".yaml", "no-profile", "there is no profile \"" + profile + "\"", ""));
  }
  std::sort(loaded.pack.packs.begin(), loaded.pack.packs.end(),
            [](const PackInfo& left, const PackInfo& right) { return left.name < right.name; });
  for (Rule& rule : loaded.pack.rules) {
    mark_subject_guards(rule);
    const auto resource = std::find_if(resources.begin(), resources.end(),
                                       [&](const Resource& candidate) { return candidate.origin == rule.file; });
    if (resource != resources.end()) check_rule(rule, *resource, loaded.diagnostics);
  }
  return loaded;
}

}  // namespace ihc
