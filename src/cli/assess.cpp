#include "cli/assess.h"

#include <iostream>
#include <map>
#include <set>
#include <utility>

#include "base/clock.h"
#include "base/files.h"
#include "base/json_read.h"
#include "base/limits.h"
#include "base/resources.h"
#include "base/sha256.h"
#include "bundle/member_path.h"
#include "cli/read_facts.h"
#include "engine/evaluate.h"
#include "engine/risk.h"
#include "engine/statements.h"
#include "facts/document.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;
using report::EvidenceEntry;

Result<void> print_diagnostics(const std::vector<Diagnostic>& diagnostics, const std::string& what,
                               const fs::path& directory) {
  for (const Diagnostic& diagnostic : diagnostics) std::cerr << to_text(diagnostic);
  if (!has_errors(diagnostics)) return {};
  return fail(ErrorCode::malformed, "the " + what + " have errors, listed above",
              directory.empty() ? "the installed " + what : directory.string(),
              "correct them, or use the shipped ones");
}

// Files of statements, by the name that facts give as their source: evidence that no bundle holds.
using StatedFiles = std::map<std::string, EvidenceEntry>;

EvidenceEntry entry_of(const Bundle& bundle, const StatedFiles& stated, const std::string& path) {
  if (const auto file = stated.find(path); file != stated.end()) return file->second;
  EvidenceEntry entry{.path = path, .member = bundle.member_of(path)};
  if (const auto found = bundle.find(path)) entry.status = to_word(found->status);
  if (const MemberRecord* member = bundle.manifest().member(entry.member)) {
    entry.size_bytes = member->size_bytes;
    entry.sha256 = member->sha256;
  }
  return entry;
}

// Every stored member, and every path inside a packed one that a finding cites.
std::vector<EvidenceEntry> list_evidence(const Bundle& bundle, const StatedFiles& stated,
                                         const std::set<std::string>& cited) {
  std::set<std::string> paths = cited;
  std::vector<EvidenceEntry> entries;
  for (const MemberRecord& member : bundle.manifest().members) {
    paths.erase(member.path);
    entries.push_back({member.path, member.path, member.size_bytes, member.sha256, "ok"});
  }
  for (const std::string& path : paths) entries.push_back(entry_of(bundle, stated, path));
  return entries;
}

// The engine knows paths only: the bundle adds the hash of what holds each.
std::set<std::string> add_hashes(Json& findings, const Bundle& bundle, const StatedFiles& stated) {
  std::set<std::string> cited;
  if (!findings.is_object() || !findings.contains("findings")) return cited;
  for (Json& finding : findings["findings"]) {
    if (!at(finding, "evidence").is_array()) continue;
    for (Json& evidence : finding["evidence"]) {
      if (!at(evidence, "files").is_array()) continue;
      for (Json& file : evidence["files"]) {
        const std::string path = file.is_string() ? file.get<std::string>() : string_at(file, "path");
        cited.insert(path);
        file = Json{{"path", path}};
        const std::string hash = entry_of(bundle, stated, path).sha256;
        if (!hash.empty()) file["sha256"] = hash;
      }
    }
  }
  return cited;
}

// A profile may be a file of its own, wherever it lies: it joins the own rules as params/<name>.yaml.
Result<std::string> add_profile_file(const std::string& profile, std::vector<Resource>& own) {
  const fs::path path = profile;
  if (path.extension() != ".yaml" && !path.has_parent_path()) return profile;
  auto text = read_file(path, limits::kMaxYamlBytes);
  if (!text) return fail(text.error());
  const std::string name = path.stem().string();
  const std::string place = "params/" + name + ".yaml";
  std::erase_if(own, [&](const Resource& resource) { return resource.path == place; });
  own.push_back({place, path.string(), std::move(*text)});
  return name;
}

Result<Resource> read_stated_file(const fs::path& path) {
  auto text = read_file(path, limits::kMaxYamlBytes);
  if (!text) return fail(text.error());
  return Resource{path.filename().string(), path.string(), std::move(*text)};
}

Result<Engagement> engagement_in(const Resource& file) {
  std::vector<Diagnostic> diagnostics;
  Engagement engagement = read_engagement(file, diagnostics);
  if (const auto good = print_diagnostics(diagnostics, "statements", file.origin); !good) return fail(good.error());
  return engagement;
}

// Notes the file with its hash, and gives the name under which facts have it as their source.
std::string keep(const Resource& file, StatedFiles& stated) {
  const std::string name = "stated:" + file.path;
  stated[name] = {name, name, static_cast<std::int64_t>(file.bytes.size()), sha256_hex(file.bytes), "ok"};
  return name;
}

Result<void> add_statements(const AssessOptions& options, const Bundle& bundle, const RulePack& pack,
                            FactsBuilder& builder, StatedFiles& stated) {
  if (!options.engagement.empty()) {
    const auto file = read_stated_file(options.engagement);
    if (!file) return fail(file.error());
    const auto engagement = engagement_in(*file);
    if (!engagement) return fail(engagement.error());
    builder.facts.engagement = *engagement;
    builder.source("/engagement", keep(*file, stated));
  }
  std::vector<Diagnostic> diagnostics;
  if (options.waivers.empty()) return {};
  const auto file = read_stated_file(options.waivers);
  if (!file) return fail(file.error());
  const std::string as_of = options.as_of.empty() ? bundle.manifest().ended_utc : options.as_of;
  builder.facts.waivers = read_waivers(*file, pack, as_of, diagnostics);
  builder.source("/waivers", keep(*file, stated));
  return print_diagnostics(diagnostics, "waivers", options.waivers);
}

}  // namespace

Result<RulePack> load_rules(const fs::path& rules_dir, const std::string& profile) {
  const auto shipped = load_resources("rules", {});
  if (!shipped) return fail(shipped.error());
  Result<std::vector<Resource>> own = std::vector<Resource>{};
  if (!rules_dir.empty()) own = load_resources("rules", rules_dir);
  if (!own) return fail(own.error());
  const auto profile_name = add_profile_file(profile, *own);
  if (!profile_name) return fail(profile_name.error());
  LoadedPack loaded = load_rule_pack(*shipped, *own, *profile_name);
  if (auto checked = print_diagnostics(loaded.diagnostics, "rules", rules_dir); !checked) return fail(checked.error());
  return std::move(loaded.pack);
}

Result<Engagement> load_engagement(const fs::path& file) {
  const auto read = read_stated_file(file);
  if (!read) return fail(read.error());
  return engagement_in(*read);
}

Result<Assessment> assess(const Bundle& bundle, const AssessOptions& options) {
  const auto pack = load_rules(options.rules_dir, options.profile);
  if (!pack) return fail(pack.error());
  FactsBuilder builder = read_facts(bundle);
  StatedFiles stated;
  if (auto added = add_statements(options, bundle, *pack, builder, stated); !added) return fail(added.error());
  Assessment assessment;
  assessment.facts = to_json(builder);
  std::vector<Finding> findings = evaluate(*pack, assessment.facts);
  if (builder.facts.waivers) apply_waivers(*builder.facts.waivers, findings);
  assessment.findings = findings_to_json(findings, assess_risk(findings, pack->risk), *pack);
  assessment.evidence = list_evidence(bundle, stated, add_hashes(assessment.findings, bundle, stated));
  assessment.marks = {.medium_index = pack->risk.medium_index, .high_index = pack->risk.high_index};
  return assessment;
}

namespace {

std::string check_day(const std::string& text) {
  return utc_from_text(text) ? "" : "a day is written as 2026-11-21, not " + printable_path(text);
}

}  // namespace

void add_assess_options(CLI::App& app, AssessOptions& options) {
  app.add_option("--rules", options.rules_dir,
                 "a folder of own rules: they join the shipped ones, or replace them by id");
  app.add_option("--profile", options.profile, "other thresholds: the name of a shipped profile, or a file");
  app.add_option("--waivers", options.waivers,
                 "a file of failures that somebody accepts: rule, subject, reason, owner, expires");
  app.add_option("--engagement", options.engagement,
                 "a file of what is stated: client, goals, demand, prices, decisions");
  app.add_option("--as-of", options.as_of, "day of the assessment (default: the day the collection ended)")
      ->check(CLI::Validator(check_day, "DAY"));
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
