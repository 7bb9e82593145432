// ihc compare: arms of bundles side by side, each held against the first, and what may be said of the difference.

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json_read.h"
#include "base/resources.h"
#include "cli/command.h"
#include "cli/compare_arms.h"
#include "cli/compare_input.h"
#include "cli/compare_output.h"
#include "cli/terminal_style.h"
#include "compare/comparison.h"
#include "compare/conditions.h"
#include "compare/control.h"
#include "compare/runs.h"
#include "engine/evaluate.h"
#include "engine/risk.h"
#include "facts/document.h"
#include "report/compared_pair.h"
#include "report/comparison_text.h"

namespace ihc {

namespace {

struct Options {
  ArmOptions arms;
  std::vector<std::string> expected;
  std::string fail_on;
  double margin_pct = 0;
  std::uint64_t seed = 1;
  AssessOptions assess;
  std::string templates;
  CompareOutput output;
};

// What was read of ComparedFiles.
struct ComparedArms {
  std::vector<compare::Arm> arms;
  std::vector<std::set<std::string>> expected;  ///< of each arm: what was changed for it
  std::optional<compare::ControlArms> control;
};

Result<compare::ComparisonSpec> load_spec(const AssessOptions& options) {
  const auto shipped = load_resources("rules", {});
  if (!shipped) return fail(shipped.error());
  Result<std::vector<Resource>> own = std::vector<Resource>{};
  if (!options.rules_dir.empty()) own = load_resources("rules", options.rules_dir);
  if (!own) return fail(own.error());
  std::vector<Diagnostic> diagnostics;
  auto spec = compare::read_comparison_spec(*shipped, *own, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics) std::cerr << to_text(diagnostic);
  if (!has_errors(diagnostics)) return spec;
  return fail(ErrorCode::malformed, "comparison.yaml has errors, listed above", options.rules_dir.string(),
              "correct them, or use the shipped one");
}

Result<std::set<std::string>> checked_keys(const std::vector<std::string>& named, const compare::ComparisonSpec& spec,
                                           const Error& wrong) {
  std::set<std::string> keys(named.begin(), named.end());
  const auto unknown = compare::unknown_keys(spec, keys);
  if (unknown.empty()) return keys;
  std::vector<std::string> known;
  for (const auto& condition : spec.conditions) known.push_back(condition.key);
  const std::string close = closest_word(unknown.front(), known);
  std::string all;
  for (const std::string& key : known) all += (all.empty() ? "" : ", ") + key;
  return fail(wrong.code, wrong.what, unknown.front(),
              close.empty() ? "choose one of " + all : "did you mean " + close + "?");
}

// What is only of middling weight is said beside the verdict.
std::vector<std::string> blocking_rules(const RulePack& pack, const compare::ComparisonSpec& spec,
                                        const std::vector<Finding>& findings) {
  std::vector<std::string> rules;
  for (const Finding& finding : findings) {
    const Rule* rule = pack.find(finding.rule);
    const bool may_block = rule != nullptr && std::ranges::find(rule->tags, spec.blocking_tag) != rule->tags.end();
    if (may_block && finding.result == FindingResult::fail && finding.severity >= spec.blocking_severity)
      rules.push_back(finding.rule);
  }
  return rules;
}

Json without_verdicts(const Comparison& comparison) {
  FactsBuilder builder;
  builder.facts.comparison = comparison;
  compare::take_back_verdicts(*builder.facts.comparison);
  return to_json(builder).at("comparison");
}

report::ComparedPair judge(const RulePack& pack, const compare::ComparisonSpec& spec, const Comparison& comparison,
                           const compare::Arm& after) {
  FactsBuilder builder;
  builder.facts.comparison = comparison;
  Json facts = to_json(builder);
  // What is stated is stated of the engagement: any bundle has it.
  for (const compare::ArmBundle& bundle : after.bundles) {
    if (const Json& stated = at(bundle.facts, "engagement"); stated.is_object()) facts["engagement"] = stated;
  }
  const auto findings = evaluate(pack, facts);
  auto blocked_by = blocking_rules(pack, spec, findings);
  const bool comparable = blocked_by.empty();
  return {.label = comparison.before.label + " → " + comparison.after.label,
          .comparison = comparable ? facts.at("comparison") : without_verdicts(comparison),
          .findings = findings_to_json(findings, assess_risk(findings, pack.risk), pack),
          .comparable = comparable,
          .blocked_by = std::move(blocked_by)};
}

Result<ComparedArms> read_arms(const Options& options, const ComparedFiles& files, const RulePack& pack,
                               const compare::ComparisonSpec& spec) {
  const auto expected = checked_keys(options.expected, spec, {ErrorCode::usage, "--expect names no condition", {}, {}});
  if (!expected) return fail(expected.error());
  ComparedArms read;
  for (const ArmFiles& arm : files.arms) {
    auto keys = checked_keys(arm.changed, spec, {ErrorCode::malformed, "the plan names no condition", {}, {}});
    if (!keys) return fail(keys.error());
    keys->insert(expected->begin(), expected->end());
    read.expected.push_back(std::move(*keys));
  }
  for (const ArmFiles& files_of_arm : files.arms) {
    auto arm = read_arm(files_of_arm.label, files_of_arm.paths, pack, options.assess);
    if (!arm) return fail(arm.error());
    read.arms.push_back(std::move(*arm));
  }
  if (files.control.empty()) return read;
  auto before = read_arm(files.control[0].label, files.control[0].paths, pack, options.assess);
  if (!before) return fail(before.error());
  auto after = read_arm(files.control[1].label, files.control[1].paths, pack, options.assess);
  if (!after) return fail(after.error());
  read.control = compare::ControlArms{.before = std::move(*before), .after = std::move(*after)};
  return read;
}

std::string joined(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels) text += (text.empty() ? "" : " ") + label;
  return text;
}

// The plan's order is what was meant; the times are what was done, and what the comparison goes by.
void say_other_order(const std::vector<std::string>& planned, const std::vector<compare::Arm>& arms) {
  const auto done = compare::labels_in_order(arms);
  if (planned.empty() || done == planned) return;
  std::cerr << "ihc: the plan's order is " << joined(planned)
            << (done.empty() ? ", and not every bundle says when it was collected"
                             : ", and the bundles were collected as " + joined(done))
            << "\n";
}

report::ComparedPair compare_pair(const RulePack& pack, const compare::ComparisonSpec& spec, const ComparedArms& read,
                                  std::size_t other, compare::CompareOptions how) {
  const compare::Arm& before = read.arms.front();
  const compare::Arm& after = read.arms[other];
  how.expected = read.expected[other];
  Comparison comparison = compare::build_comparison(spec, before, after, how);
  if (read.control) {
    comparison.control = compare::compare_control(spec, before, after, *read.control, how);
    how.expected.clear();
    how.planned_order.clear();
    const Comparison itself = compare::build_comparison(spec, read.control->before, read.control->after, how);
    if (!judge(pack, spec, itself, {}).comparable) compare::take_back(*comparison.control);
  }
  return judge(pack, spec, comparison, after);
}

Result<std::vector<report::ComparedPair>> compare_all(const Options& options) {
  const auto files = compared_files(options.arms);
  if (!files) return fail(files.error());
  const auto pack = load_rules(options.assess.rules_dir, options.assess.profile);
  if (!pack) return fail(pack.error());
  const auto spec = load_spec(options.assess);
  if (!spec) return fail(spec.error());
  const auto read = read_arms(options, *files, *pack, *spec);
  if (!read) return fail(read.error());
  say_other_order(files->order, read->arms);
  compare::CompareOptions how{.seed = options.seed, .planned_order = files->order};
  if (options.margin_pct > 0) how.margin_pct = options.margin_pct;
  std::vector<report::ComparedPair> pairs;
  for (std::size_t other = 1; other < read->arms.size(); ++other)
    pairs.push_back(compare_pair(*pack, *spec, *read, other, how));
  return pairs;
}

// compare.json of DESIGN §9: the whole of facts.comparison, and in short form what others rely on.
Json document_of(const report::ComparedPair& compared) {
  Json document{{"schema_version", 1}, {"comparable", compared.comparable}};
  document["conditions"] = Json::array();
  for (const Json& row : list_at(compared.comparison, "conditions")) {
    Json condition = row;
    condition["name"] = row.at("key");
    document["conditions"].push_back(std::move(condition));
  }
  document["metrics"] = Json::array();
  for (const Json& row : list_at(compared.comparison, "metrics")) {
    Json metric = row;
    metric["name"] = row.at("metric");
    metric["stat"] = row.at("statistic");
    if (row.contains("change_lower_pct"))
      metric["interval"] = {1 + row.at("change_lower_pct").get<double>() / 100,
                            1 + row.at("change_upper_pct").get<double>() / 100};
    if (!compared.comparable) metric["verdict"] = "not_comparable";
    document["metrics"].push_back(std::move(metric));
  }
  document["findings"] = list_at(compared.comparison, "findings");
  document["claim"] = at(compared.comparison, "claim");
  document["comparison"] = compared.comparison;
  document["judgement"] = list_at(compared.findings, "findings");
  return document;
}

// With several groups its own members are those of the first pair, and `pairs` has them all.
Json document_of(const std::vector<report::ComparedPair>& pairs) {
  Json document = document_of(pairs.front());
  if (pairs.size() == 1) return document;
  document["pairs"] = Json::array();
  for (const report::ComparedPair& pair : pairs)
    document["pairs"].push_back({{"label", pair.label},
                                 {"comparable", pair.comparable},
                                 {"comparison", pair.comparison},
                                 {"judgement", list_at(pair.findings, "findings")}});
  return document;
}

bool fails_on(const std::string& what, const report::ComparedPair& pair) {
  if (what.empty()) return false;
  if (!pair.comparable) return true;
  const Json& metrics = list_at(pair.comparison, "metrics");
  return what == "regressed" && std::any_of(metrics.begin(), metrics.end(), [](const Json& metric) {
           return flag_at(metric, "headline").value_or(false) && string_at(metric, "verdict") == "regressed";
         });
}

ExitCode verdict(const Options& options, const std::vector<report::ComparedPair>& pairs) {
  const bool fails =
      std::ranges::any_of(pairs, [&](const report::ComparedPair& pair) { return fails_on(options.fail_on, pair); });
  return fails ? ExitCode::answer_no : ExitCode::done;
}

ExitCode run(const Options& options) {
  if (auto checked = check_output(options.output); !checked) return report_error(checked.error());
  const auto templates = load_checked_templates(options.templates);
  if (!templates) return report_error(templates.error());
  const auto pairs = compare_all(options);
  if (!pairs) return report_error(pairs.error());
  CompareOutput output = options.output;
  output.as_of = options.assess.as_of;
  const std::string text = report::comparisons_text(*pairs, templates->words, style_of_stdout());
  const ExitCode given = give_out(output, *pairs, text, document_of(*pairs), *templates);
  return given == ExitCode::done ? verdict(options, *pairs) : given;
}

std::function<ExitCode()> declare(CLI::App& app, const CommandContext&) {
  const auto options = std::make_shared<Options>();
  add_arm_options(app, options->arms);
  app.add_option("--expect", options->expected, "a condition that is the change under test: governor, affinity, …");
  add_output_options(app, options->output);
  app.add_option("--margin", options->margin_pct,
                 "the least change worth acting on, in percent (default: of the rules)")
      ->check(CLI::Range(0.1, 100.0));
  app.add_option("--seed", options->seed, "of the resampling")->capture_default_str();
  app.add_option("--fail-on", options->fail_on,
                 "exit 1 when a headline metric regressed, or when they may not be compared")
      ->check(CLI::IsMember({"regressed", "not_comparable"}));
  add_assess_options(app, options->assess);
  app.add_option("--templates", options->templates, "a folder of templates to take the words from");
  return [options] { return run(*options); };
}

}  // namespace

extern const Command k_compare_command{
    .name = "compare",
    .about = "Tell before from after: conditions, verdicts with their intervals, findings over time",
    .declare = declare,
};

}  // namespace ihc
