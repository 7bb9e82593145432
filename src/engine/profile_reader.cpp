// params/<profile>.yaml: other values for the params of rules, and rules that do not hold here.
//
//   profile: {name: lab, about: "bench machines"}
//   params:
//     topo-memory-node-imbalance: {max_ratio: 1.5}
//   off:
//     - {rule: svc-not-managed, reason: "started by hand on purpose"}
#include <algorithm>

#include "engine/pack_reader.h"

namespace ihc {

namespace {

Rule* find_rule(RulePack& pack, const std::string& id) {
  const auto rule = std::find_if(pack.rules.begin(), pack.rules.end(), [&](const Rule& r) { return r.id == id; });
  return rule == pack.rules.end() ? nullptr : &*rule;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string close = closest_word(word, candidates);
  return close.empty() ? "" : "did you mean \"" + close + "\"?";
}

std::string rule_suggestion(const RulePack& pack, const std::string& id) {
  std::vector<std::string> ids;
  for (const Rule& rule : pack.rules) ids.push_back(rule.id);
  return suggestion(id, ids);
}

bool same_kind(const Json& value, const Json& default_value) {
  if (value.is_number() && default_value.is_number()) return true;
  return value.type() == default_value.type();
}

void read_values(MappingReader& reader, const YamlNode& values, ProfileUse use, Rule& rule) {
  if (values.kind != YamlNode::Kind::mapping)
    return reader.error(values, "wrong-kind", "params of a rule are a mapping");
  for (std::size_t i = 0; i + 1 < values.children.size(); i += 2) {
    const YamlNode& name = values.children[i];
    const auto param = std::find_if(rule.params.begin(), rule.params.end(),
                                    [&](const Param& candidate) { return candidate.name == name.text; });
    if (param == rule.params.end()) {
      std::vector<std::string> names;
      for (const Param& candidate : rule.params) names.push_back(candidate.name);
      reader.error(name, "unknown-param", rule.id + " has no param \"" + name.text + "\"",
                   suggestion(name.text, names));
      continue;
    }
    Json value = to_json(values.children[i + 1]);
    if (!same_kind(value, param->default_value)) {
      reader.error(values.children[i + 1], "wrong-kind",
                   "the value is of another kind than the default of " + name.text);
    } else if (use == ProfileUse::apply) {
      // The default's number type is kept, so that a profile cannot change which arithmetic a rule does.
      if (param->default_value.is_number_float()) value = value.get<double>();
      param->value = std::move(value);
    }
  }
}

void read_off(const YamlSource& source, MappingReader& reader, ProfileUse use, RulePack& pack,
              std::vector<Diagnostic>& diagnostics) {
  const YamlNode* list = reader.sequence("off");
  if (list == nullptr) return;
  for (const YamlNode& node : list->children) {
    MappingReader entry(source, node, "a rule turned off", diagnostics);
    RuleOff off{entry.required_text("rule"), entry.required_text("reason")};
    entry.finish();
    if (find_rule(pack, off.rule) == nullptr) {
      reader.error(node, "unknown-rule", "there is no rule \"" + off.rule + "\"", rule_suggestion(pack, off.rule));
    } else if (use == ProfileUse::apply) {
      pack.off.push_back(std::move(off));
    }
  }
}

}  // namespace

void read_profile(const Resource& resource, ProfileUse use, RulePack& pack, std::vector<Diagnostic>& diagnostics) {
  const YamlSource source(resource.origin, resource.bytes);
  YamlNode root;
  if (!source.parse(root, diagnostics)) return;
  MappingReader reader(source, root, "a profile", diagnostics);
  if (const YamlNode* header = reader.required("profile")) {
    MappingReader header_reader(source, *header, "profile", diagnostics);
    const std::string name = header_reader.required_text("name");
    header_reader.optional_text("about");
    header_reader.finish();
    if (use == ProfileUse::apply) pack.profile = name;
  }
  if (const YamlNode* params = reader.mapping("params")) {
    for (std::size_t i = 0; i + 1 < params->children.size(); i += 2) {
      const YamlNode& id = params->children[i];
      Rule* rule = find_rule(pack, id.text);
      if (rule == nullptr) {
        reader.error(id, "unknown-rule", "there is no rule \"" + id.text + "\"", rule_suggestion(pack, id.text));
      } else {
        read_values(reader, params->children[i + 1], use, *rule);
      }
    }
  }
  read_off(source, reader, use, pack, diagnostics);
  reader.finish();
}

}  // namespace ihc
