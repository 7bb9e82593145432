// One YAML file of rules → Rule structs. What stands here is the form; whether expressions and words make sense is
// pack_check.h.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/resources.h"
#include "base/yaml_document.h"
#include "engine/pack.h"

namespace ihc {

/// Reads the fields of one mapping, each at most once, and reports what is missing, unknown or of the wrong kind.
class MappingReader {
 public:
  MappingReader(const YamlSource& source, const YamlNode& node, std::string what, std::vector<Diagnostic>& diagnostics);

  const YamlNode* optional(std::string_view key);
  const YamlNode* required(std::string_view key);
  std::string text(const YamlNode* node, std::string_view key);
  std::string required_text(std::string_view key) { return text(required(key), key); }
  std::string optional_text(std::string_view key) { return text(optional(key), key); }
  std::vector<std::string> text_list(std::string_view key);
  const YamlNode* sequence(std::string_view key);
  const YamlNode* mapping(std::string_view key);
  std::optional<double> number(std::string_view key);
  /// Reports every key that was not asked for.
  void finish();

  void error(const YamlNode& node, std::string code, std::string message, std::string hint = {});
  const YamlNode& node() const { return node_; }

 private:
  const YamlSource& source_;
  const YamlNode& node_;
  std::string what_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<std::string> asked_;
};

/// The expression that a scalar holds; what is wrong with it is reported at its place.
RuleExpression read_expression(const YamlSource& source, const YamlNode& node, std::vector<Diagnostic>& diagnostics);

/// packs/<domain>.yaml. Rules that could not be read are left out.
void read_pack(const Resource& resource, RulePack& pack, std::vector<Diagnostic>& diagnostics);

/// params/<profile>.yaml: {profile: {name, about}, params: {rule: {param: value}}, off: [{rule, reason}]}. Reports
/// rules and params that do not exist; applies the values when asked to.
enum class ProfileUse { check, apply };
void read_profile(const Resource& resource, ProfileUse use, RulePack& pack, std::vector<Diagnostic>& diagnostics);

/// risk.yaml.
void read_risk_table(const Resource& resource, RiskTable& table, std::vector<Diagnostic>& diagnostics);

}  // namespace ihc
