#include "cli/compare_input.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/files.h"
#include "base/json_read.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "bench/metrics.h"
#include "bench/record.h"
#include "bundle/bundle.h"
#include "cli/bundle_hash.h"
#include "engine/evaluate.h"
#include "engine/risk.h"
#include "facts/described/engagement.h"
#include "facts/document.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

// Of what was cut off it is only known that it took longer: it stands behind every answer, as in facts.benchmarks. A
// percentile among such is too low; runs with so many failures are not comparable anyway.
compare::RunSamples sorted_samples(bench::RunMetrics metrics) {
  compare::RunSamples samples;
  for (auto& [name, of_metric] : metrics.samples_ms) {
    std::vector<double> values = std::move(of_metric.values);
    std::ranges::sort(values);
    std::vector<double> cut_off = std::move(of_metric.at_least);
    std::ranges::sort(cut_off);
    for (const double least : cut_off) values.push_back(values.empty() ? least : std::max(values.back(), least));
    if (!values.empty()) samples[name] = std::move(values);
  }
  return samples;
}

// On the axis of the bundle's series, which the clock of its own runs is on too. One that timed out took no less than
// it was given, and would be missed most; others that failed have no latency.
void add_timed(const std::vector<bench::RequestRecord>& records, const Json& facts, compare::ArmBundle& made) {
  constexpr double kNsPerMs = 1e6;
  constexpr double kNsPerSecond = 1e9;
  const auto started_ns = integer_at(at(facts, "series"), "started_ns");
  if (!started_ns) return;
  for (const bench::RequestRecord& record : records) {
    const bool has_latency = record.outcome == bench::Outcome::ok || record.outcome == bench::Outcome::timed_out;
    if (record.is_warmup || !has_latency || !record.end_ns) continue;
    made.timed.push_back(
        {.due_s = (static_cast<double>(record.intended_ns) - static_cast<double>(*started_ns)) / kNsPerSecond,
         .took_ms = static_cast<double>(*record.end_ns - record.intended_ns) / kNsPerMs});
  }
}

// Nothing of a run of another tool: its file's percentiles are what is known.
void add_requests(const Bundle& bundle, const Json& facts, const Json& run, compare::ArmBundle& made) {
  compare::RunSamples& samples = made.samples.emplace_back();
  const std::string folder = fs::path(string_at(run, "file")).parent_path().string();
  const auto lines = bundle.text(folder + "/requests.ndjson");
  if (!folder.starts_with("bench/") || !lines) return;
  const auto records = bench::read_records(*lines);
  const auto chunks = bench::read_chunks(bundle.text(folder + "/chunks.bin").value_or(""));
  const bool is_open = string_at(at(at(run, "conditions"), "load"), "loop") == "open";
  samples = sorted_samples(bench::metrics_of(records.records, chunks.requests, {}, is_open));
  add_timed(records.records, facts, made);
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
  compare::ArmBundle made{.name = fs::path(path).filename().string(), .sha256 = sha256_hex(*text)};
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
  const auto hash = hash_of_bundle(path);
  if (!hash) return fail(hash.error());
  compare::ArmBundle made{.name = fs::path(path).filename().string(), .sha256 = *hash};
  for (const Json& run : list_at(assessment->facts, "benchmarks")) add_requests(**bundle, assessment->facts, run, made);
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
