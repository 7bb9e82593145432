// risk.yaml → RiskTable.
#include "engine/risk_table.h"

#include "engine/pack_reader.h"

namespace ihc {

void read_risk_table(const Resource& resource, RiskTable& table, std::vector<Diagnostic>& diagnostics) {
  const YamlSource source(resource.origin, resource.bytes);
  YamlNode root;
  if (!source.parse(root, diagnostics)) return;
  MappingReader file(source, root, "the risk table", diagnostics);
  const YamlNode* node = file.required("risk");
  file.finish();
  if (node == nullptr) return;
  MappingReader reader(source, *node, "the risk table", diagnostics);
  table.version = reader.required_text("version");
  if (const YamlNode* weights = reader.required("severity_weights")) {
    MappingReader row(source, *weights, "severity_weights", diagnostics);
    for (int i = 0; i <= static_cast<int>(Severity::critical); ++i) {
      const auto severity = static_cast<Severity>(i);
      table.severity_weight[severity] = row.number(to_string(severity)).value_or(0);
    }
    row.finish();
  }
  if (const YamlNode* weights = reader.required("coverage_weights")) {
    MappingReader row(source, *weights, "coverage_weights", diagnostics);
    for (int i = 0; i <= static_cast<int>(Severity::critical); ++i) {
      const auto severity = static_cast<Severity>(i);
      table.coverage_weight[severity] = row.number(to_string(severity)).value_or(0);
    }
    row.finish();
  }
  if (const YamlNode* values = reader.required("confidence_values")) {
    MappingReader row(source, *values, "confidence_values", diagnostics);
    for (int i = 0; i <= static_cast<int>(Confidence::confirmed); ++i) {
      const auto confidence = static_cast<Confidence>(i);
      table.confidence[confidence] = row.number(to_string(confidence)).value_or(0);
    }
    row.finish();
  }
  table.group_repeat_share = reader.number("group_repeat_share").value_or(0);
  table.high_index = reader.number("high_index").value_or(0);
  table.medium_index = reader.number("medium_index").value_or(0);
  table.decisive_confidence = reader.number("decisive_confidence").value_or(0);
  table.raised_by = reader.text_list("raised_by");
  table.high_groups = static_cast<int>(reader.number("high_groups").value_or(0));
  table.low_coverage_pct = reader.number("low_coverage_pct").value_or(0);
  table.provisional_coverage_pct = reader.number("provisional_coverage_pct").value_or(0);
  table.unknown_subjects = static_cast<int>(reader.number("unknown_subjects").value_or(0));
  if (const YamlNode* items = reader.sequence("checklist")) {
    for (const YamlNode& item : items->children) {
      MappingReader row(source, item, "a checklist item", diagnostics);
      table.checklist.push_back(
          {row.required_text("item"), row.optional_text("needs_tag"), row.required_text("otherwise")});
      row.finish();
    }
  }
  reader.finish();
}

}  // namespace ihc
