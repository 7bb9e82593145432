#include "engine/pack.h"

#include <algorithm>
#include <iterator>

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

namespace {

using Resources = std::vector<Resource>;

// Rules of a layer join the pack unless a layer above has their id.
void add_layer(const Resources& layer, LoadedPack& loaded) {
  RulePack own;
  for (const Resource& resource : layer) {
    if (is_below(resource.path, "packs/")) read_pack(resource, own, loaded.diagnostics);
  }
  std::vector<Rule> added;
  for (Rule& rule : own.rules) {
    if (loaded.pack.find(rule.id) == nullptr) added.push_back(std::move(rule));
  }
  std::vector<Rule>& rules = loaded.pack.rules;
  std::move(added.begin(), added.end(), std::back_inserter(rules));
  std::sort(rules.begin(), rules.end(), [](const Rule& left, const Rule& right) { return left.id < right.id; });
  loaded.pack.packs.insert(loaded.pack.packs.end(), own.packs.begin(), own.packs.end());
}

// The file of this path in the first layer that has one.
const Resource* uppermost(const std::vector<const Resources*>& layers, const std::string& path) {
  for (const Resources* layer : layers) {
    const auto found =
        std::find_if(layer->begin(), layer->end(), [&](const Resource& candidate) { return candidate.path == path; });
    if (found != layer->end()) return &*found;
  }
  return nullptr;
}

void read_profiles(const std::vector<const Resources*>& layers, const std::string& profile, LoadedPack& loaded) {
  const std::string wanted = "params/" + profile + ".yaml";
  for (const Resources* layer : layers) {
    for (const Resource& resource : *layer) {
      if (!is_below(resource.path, "params/") || uppermost(layers, resource.path) != &resource) continue;
      const ProfileUse use = resource.path == wanted ? ProfileUse::apply : ProfileUse::check;
      read_profile(resource, use, loaded.pack, loaded.diagnostics);
    }
  }
  if (profile.empty() || uppermost(layers, wanted) != nullptr) return;
  loaded.diagnostics.push_back(file_error(wanted, "no-profile", "there is no profile \"" + profile + "\"", ""));
}

void check_rules(const std::vector<const Resources*>& layers, LoadedPack& loaded) {
  for (Rule& rule : loaded.pack.rules) {
    mark_subject_guards(rule);
    for (const Resources* layer : layers) {
      const auto resource = std::find_if(layer->begin(), layer->end(),
                                         [&](const Resource& candidate) { return candidate.origin == rule.file; });
      if (resource == layer->end()) continue;
      check_rule(rule, *resource, loaded.diagnostics);
      break;
    }
  }
}

}  // namespace

LoadedPack load_rule_pack(const Resources& shipped, const Resources& own, const std::string& profile) {
  LoadedPack loaded;
  const std::vector<const Resources*> layers{&own, &shipped};
  for (const Resources* layer : layers) add_layer(*layer, loaded);
  if (const Resource* table = uppermost(layers, "risk.yaml")) {
    read_risk_table(*table, loaded.pack.risk, loaded.diagnostics);
  } else {
    loaded.diagnostics.push_back(
        file_error("risk.yaml", "no-risk-table", "the rules have no risk table", "copy rules/risk.yaml beside packs/"));
  }
  read_profiles(layers, profile, loaded);
  std::sort(loaded.pack.packs.begin(), loaded.pack.packs.end(),
            [](const PackInfo& left, const PackInfo& right) { return left.name < right.name; });
  check_rules(layers, loaded);
  return loaded;
}

LoadedPack load_rule_pack(const Resources& resources, const std::string& profile) {
  return load_rule_pack(resources, {}, profile);
}

}  // namespace ihc
