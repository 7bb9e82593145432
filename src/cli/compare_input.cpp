#include "cli/compare_input.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/files.h"
#include "base/json_read.h"
#include "base/limits.h"
#include "bench/metrics.h"
#include "bench/record.h"
#include "bundle/bundle.h"
#include "engine/evaluate.h"
#include "engine/risk.h"
#include "facts/described/engagement.h"
#include "facts/document.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

// Of what was cut off it is only known that it took longer: it stands behind every answer, as in facts.benchmarks. A
// percentile among such is too low; runs with so many failures are not comparable anyway.
compare::RunSamples sorted_samples(const bench::RunMetrics& metrics) {
  compare::RunSamples samples;
  for (const auto& [name, of_metric] : metrics.samples_ms) {
    std::vector<double> values = of_metric.values;
    std::ranges::sort(values);
    std::vector<double> cut_off = of_metric.at_least;
    std::ranges::sort(cut_off);
    for (const double least : cut_off) values.push_back(values.empty() ? least : std::max(values.back(), least));
    if (!values.empty()) samples[name] = std::move(values);
  }
  return samples;
}

// Empty for a run of another tool: its file's percentiles are what is known.
compare::RunSamples samples_of(const Bundle& bundle, const Json& run) {
  const std::string folder = fs::path(string_at(run, "file")).parent_path().string();
  const auto lines = bundle.text(folder + "/requests.ndjson");
  if (!folder.starts_with("bench/") || !lines) return {};
  const auto records = bench::read_records(*lines);
  const auto chunks = bench::read_chunks(bundle.text(folder + "/chunks.bin").value_or(""));
  const bool is_open = string_at(at(at(run, "conditions"), "load"), "loop") == "open";
  return sorted_samples(bench::metrics_of(records.records, chunks.requests, {}, is_open));
}

Result<compare::ArmBundle> read_facts_file(const std::string& path, const RulePack& pack,
                                           const AssessOptions& options) {
  const auto text = read_file(path, limits::kMaxBundleFileBytes);
  if (!text) return fail(text.error());
  auto facts = parse_json(*text, path);
  if (!facts) return fail(facts.error());
  if (!facts->is_object() || !facts->contains("schema_version"))
    return fail(ErrorCode::malformed, "it is no facts document", path, "make one with `ihc inspect BUNDLE --facts`");
  if (!options.engagement.empty()) {
    const auto engagement = load_engagement(options.engagement);
    if (!engagement) return fail(engagement.error());
    (*facts)["engagement"] = facts_to_json(*engagement);
  }
  normalise_facts(*facts);
  const auto findings = evaluate(pack, *facts);
  compare::ArmBundle made{.name = fs::path(path).filename().string()};
  made.findings = findings_to_json(findings, assess_risk(findings, pack.risk), pack);
  made.facts = std::move(*facts);
  return made;
}

}  // namespace

Result<compare::ArmBundle> read_compared(const std::string& path, const RulePack& pack, const AssessOptions& options) {
  if (fs::path(path).extension() == ".json") return read_facts_file(path, pack, options);
  const auto bundle = open_bundle(path);
  if (!bundle) return fail(bundle.error());
  auto assessment = assess(**bundle, options);
  if (!assessment) return fail(assessment.error());
  compare::ArmBundle made{.name = fs::path(path).filename().string()};
  for (const Json& run : list_at(assessment->facts, "benchmarks")) made.samples.push_back(samples_of(**bundle, run));
  made.facts = std::move(assessment->facts);
  made.findings = std::move(assessment->findings);
  return made;
}

Result<compare::Arm> read_arm(const std::string& label, const std::vector<std::string>& paths, const RulePack& pack,
                              const AssessOptions& options) {
  compare::Arm arm{.label = label};
  for (const std::string& path : paths) {
    auto bundle = read_compared(path, pack, options);
    if (!bundle) return fail(bundle.error());
    arm.bundles.push_back(std::move(*bundle));
  }
  return arm;
}

}  // namespace ihc
