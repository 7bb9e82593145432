// Two hand-made nodes: a two-socket machine with eight GPUs, many findings and hostile names; a small VM with nothing
// found. They say so in their file names; recorded ones are in samples/.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/resources.h"
#include "report/report.h"

namespace ihc::report {

inline Json handmade_json(const std::string& name) {
  const auto bytes = read_file(std::string(IHC_SOURCE_DIR) + "/tests/unit/report/data/" + name, 16 * limits::kMiB);
  EXPECT_TRUE(bytes.has_value()) << name;
  auto json = parse_json(bytes.value_or("{}"), name);
  EXPECT_TRUE(json.has_value()) << name;
  return json.value_or(Json::object());
}

inline ReportInput handmade_input(const std::string& node) {
  ReportInput input;
  input.findings = handmade_json(node + "_findings.json");
  input.facts = handmade_json(node + "_facts.json");
  input.manifest = handmade_json(node + "_manifest.json");
  for (const Json& member : input.manifest["members"])
    input.evidence.push_back(
        {member["path"], member.value("member", ""), member["size_bytes"].get<std::int64_t>(), member["sha256"], "ok"});
  input.bundle_name = node + ".ihc.tar.zst";
  input.bundle_sha256 = std::string(64, 'a');
  input.risk_marks = RiskMarks{25, 60};
  return input;
}

inline ReportInput two_socket() { return handmade_input("handmade_two_socket"); }
inline ReportInput small_vm() { return handmade_input("handmade_small_vm"); }

inline std::vector<Resource> shipped_resources() {
  auto resources = load_resources("templates", std::string(IHC_SOURCE_DIR) + "/templates");
  EXPECT_TRUE(resources.has_value());
  return resources.value_or(std::vector<Resource>{});
}

inline const TemplateSet& shipped_templates() {
  static const TemplateSet set = load_templates(shipped_resources()).set;
  return set;
}

inline Report handmade_report(const ReportInput& input, const std::string& selection = "full") {
  auto report = make_report(input, shipped_templates(), selection);
  EXPECT_TRUE(report.has_value()) << (report ? "" : to_string(report.error()));
  return report.value_or(Report{});
}

/// The text of one output file; "" when the format did not write it.
inline std::string file_of(const Result<std::vector<OutputFile>>& files, const std::string& name) {
  if (!files) return {};
  for (const OutputFile& file : *files) {
    if (file.name == name) return file.bytes;
  }
  return {};
}

}  // namespace ihc::report
