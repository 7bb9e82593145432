#include "cli/assess.h"

#include <iostream>
#include <set>
#include <utility>

#include "cli/read_facts.h"
#include "engine/evaluate.h"
#include "engine/pack.h"
#include "engine/risk.h"
#include "facts/document.h"
#include "report/json_read.h"

namespace ihc {

namespace {

using report::EvidenceEntry;

Result<void> print_diagnostics(const std::vector<Diagnostic>& diagnostics, const std::string& what,
                               const std::filesystem::path& directory) {
  for (const Diagnostic& diagnostic : diagnostics) std::cerr << to_text(diagnostic);
  if (!has_errors(diagnostics)) return {};
  return fail(ErrorCode::malformed, "the " + what + " have errors, listed above",
              directory.empty() ? "the installed " + what : directory.string(),
              "correct them, or use the shipped ones");
}

EvidenceEntry entry_of(const Bundle& bundle, const std::string& path) {
  EvidenceEntry entry{.path = path, .member = bundle.member_of(path)};
  if (const auto found = bundle.find(path)) entry.status = to_word(found->status);
  if (const MemberRecord* member = bundle.manifest().member(entry.member)) {
    entry.size_bytes = member->size_bytes;
    entry.sha256 = member->sha256;
  }
  return entry;
}

// Every stored member, and every path inside a packed one that a finding cites.
std::vector<EvidenceEntry> list_evidence(const Bundle& bundle, const std::set<std::string>& cited) {
  std::set<std::string> paths = cited;
  std::vector<EvidenceEntry> entries;
  for (const MemberRecord& member : bundle.manifest().members) {
    paths.erase(member.path);
    entries.push_back({member.path, member.path, member.size_bytes, member.sha256, "ok"});
  }
  for (const std::string& path : paths) entries.push_back(entry_of(bundle, path));
  return entries;
}

// The engine knows paths only: the bundle adds the hash of what holds each.
std::set<std::string> add_hashes(Json& findings, const Bundle& bundle) {
  std::set<std::string> cited;
  if (!findings.is_object() || !findings.contains("findings")) return cited;
  for (Json& finding : findings["findings"]) {
    if (!report::at(finding, "evidence").is_array()) continue;
    for (Json& evidence : finding["evidence"]) {
      if (!report::at(evidence, "files").is_array()) continue;
      for (Json& file : evidence["files"]) {
        const std::string path = file.is_string() ? file.get<std::string>() : report::string_at(file, "path");
        cited.insert(path);
        file = Json{{"path", path}};
        const std::string hash = entry_of(bundle, path).sha256;
        if (!hash.empty()) file["sha256"] = hash;
      }
    }
  }
  return cited;
}

}  // namespace

Result<Assessment> assess(const Bundle& bundle, const std::filesystem::path& rules_dir) {
  const auto resources = load_resources("rules", rules_dir);
  if (!resources) return fail(resources.error());
  const LoadedPack loaded = load_rule_pack(*resources);
  if (auto checked = print_diagnostics(loaded.diagnostics, "rules", rules_dir); !checked) return fail(checked.error());
  Assessment assessment;
  assessment.facts = to_json(read_facts(bundle));
  const std::vector<Finding> findings = evaluate(loaded.pack, assessment.facts);
  assessment.findings = findings_to_json(findings, assess_risk(findings, loaded.pack.risk), loaded.pack);
  assessment.evidence = list_evidence(bundle, add_hashes(assessment.findings, bundle));
  assessment.marks = {.medium_index = loaded.pack.risk.medium_index, .high_index = loaded.pack.risk.high_index};
  return assessment;
}

Result<report::TemplateSet> load_checked_templates(const std::filesystem::path& templates_dir) {
  const auto resources = load_resources("templates", templates_dir);
  if (!resources) return fail(resources.error());
  report::LoadedTemplates loaded = report::load_templates(*resources);
  if (auto checked = print_diagnostics(loaded.diagnostics, "templates", templates_dir); !checked)
    return fail(checked.error());
  return std::move(loaded.set);
}

}  // namespace ihc
