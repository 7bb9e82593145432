// ihc compare BEFORE... --after AFTER...: two arms of bundles side by side, and what may be said of the difference.

#include <algorithm>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/json_read.h"
#include "base/resources.h"
#include "cli/command.h"
#include "cli/compare_input.h"
#include "cli/compare_output.h"
#include "cli/terminal_style.h"
#include "compare/comparison.h"
#include "compare/conditions.h"
#include "engine/evaluate.h"
#include "engine/risk.h"
#include "facts/document.h"
#include "report/comparison_text.h"

namespace ihc {

namespace {

struct Options {
  std::vector<std::string> before;
  std::vector<std::string> after;
  std::vector<std::string> expected;
  std::string fail_on;
  double margin_pct = 0;
  std::uint64_t seed = 1;
  AssessOptions assess;
  std::string templates;
  CompareOutput output;
};

struct Compared {
  Json comparison;  ///< facts.comparison
  Json findings;    ///< of the rules of its domain
  bool comparable = false;
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

Result<std::set<std::string>> expected_keys(const Options& options, const compare::ComparisonSpec& spec) {
  std::set<std::string> keys(options.expected.begin(), options.expected.end());
  const auto unknown = compare::unknown_keys(spec, keys);
  if (unknown.empty()) return keys;
  std::vector<std::string> known;
  for (const auto& condition : spec.conditions) known.push_back(condition.key);
  const std::string close = closest_word(unknown.front(), known);
  std::string all;
  for (const std::string& key : known) all += (all.empty() ? "" : ", ") + key;
  return fail(ErrorCode::usage, "--expect names no condition", unknown.front(),
              close.empty() ? "choose one of " + all : "did you mean " + close + "?");
}

// What is only of middling weight is said beside the verdict.
bool may_compare(const RulePack& pack, const compare::ComparisonSpec& spec, const std::vector<Finding>& findings) {
  return std::none_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    const Rule* rule = pack.find(finding.rule);
    const bool blocks = rule != nullptr && std::ranges::find(rule->tags, spec.blocking_tag) != rule->tags.end();
    return blocks && finding.result == FindingResult::fail && finding.severity >= spec.blocking_severity;
  });
}

Compared judge(const RulePack& pack, const compare::ComparisonSpec& spec, const Comparison& comparison) {
  FactsBuilder builder;
  builder.facts.comparison = comparison;
  const Json facts = to_json(builder);
  const auto findings = evaluate(pack, facts);
  return {.comparison = facts.at("comparison"),
          .findings = findings_to_json(findings, assess_risk(findings, pack.risk), pack),
          .comparable = may_compare(pack, spec, findings)};
}

Result<Compared> compare_all(const Options& options) {
  const auto pack = load_rules(options.assess.rules_dir, options.assess.profile);
  if (!pack) return fail(pack.error());
  const auto spec = load_spec(options.assess);
  if (!spec) return fail(spec.error());
  const auto expected = expected_keys(options, *spec);
  if (!expected) return fail(expected.error());
  const auto before = read_arm("before", options.before, *pack, options.assess);
  if (!before) return fail(before.error());
  const auto after = read_arm("after", options.after, *pack, options.assess);
  if (!after) return fail(after.error());
  compare::CompareOptions how{.expected = *expected, .margin_pct = {}, .seed = options.seed};
  if (options.margin_pct > 0) how.margin_pct = options.margin_pct;
  return judge(*pack, *spec, compare::build_comparison(*spec, *before, *after, how));
}

// compare.json of DESIGN §9: the whole of facts.comparison, and in short form what others rely on.
Json document_of(const Compared& compared) {
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

ExitCode verdict(const Options& options, const Compared& compared) {
  if (options.fail_on == "not_comparable" && !compared.comparable) return ExitCode::answer_no;
  if (options.fail_on != "regressed") return ExitCode::done;
  if (!compared.comparable) return ExitCode::answer_no;
  const Json& metrics = list_at(compared.comparison, "metrics");
  const bool regressed = std::any_of(metrics.begin(), metrics.end(), [](const Json& metric) {
    return flag_at(metric, "headline").value_or(false) && string_at(metric, "verdict") == "regressed";
  });
  return regressed ? ExitCode::answer_no : ExitCode::done;
}

ExitCode run(const Options& options) {
  if (auto checked = check_output(options.output); !checked) return report_error(checked.error());
  const auto templates = load_checked_templates(options.templates);
  if (!templates) return report_error(templates.error());
  const auto compared = compare_all(options);
  if (!compared) return report_error(compared.error());
  const report::ComparedPair pair{.label = "before → after",
                                  .comparison = compared->comparison,
                                  .findings = compared->findings,
                                  .comparable = compared->comparable};
  const std::string text = report::comparison_text(compared->comparison, compared->findings, compared->comparable,
                                                   templates->words, style_of_stdout());
  CompareOutput output = options.output;
  output.as_of = options.assess.as_of;
  const ExitCode given = give_out(output, {pair}, text, document_of(*compared), *templates);
  return given == ExitCode::done ? verdict(options, *compared) : given;
}

std::function<ExitCode()> declare(CLI::App& app, const CommandContext&) {
  const auto options = std::make_shared<Options>();
  app.add_option("BEFORE", options->before, "bundles or facts files (.json) from before the change")->required();
  app.add_option("--after", options->after, "those from after it")->required();
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
